"""Architecture mentions in code: syntax trees read with an abstract interpreter, nothing executed."""

from analysis.mentions.code.find import find_code_mentions

__all__ = ["find_code_mentions"]
