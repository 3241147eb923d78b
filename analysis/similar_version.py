"""Which rules and program an index of competitions was made by."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from importlib.resources import files

# All that decides what is read from a competition: word lists, figures and the modules that go by them.
_MADE_OF = (
    "metric_families.toml", "similar.toml", "similar_traits.toml", "topics.toml", "similar_columns.py",
    "similar_index.py", "similar_reading.py", "similar_traits.py", "task_types_metrics.py", "task_types_phrases.py",
    "task_types_rules.py", "task_types_words.py",
)  # fmt: skip


@lru_cache(maxsize=1)
def index_version() -> str:
    """A text that is another one whenever an index made now might differ; from the files themselves, not by hand."""
    digest, folder = blake2b(digest_size=12), files("analysis")
    for name in _MADE_OF:
        digest.update(folder.joinpath(name).read_bytes())
    return digest.hexdigest()
