"""Shell lines: which of their words name an architecture that the command runs."""

from __future__ import annotations

import re
from collections.abc import Iterator

_RUNNERS = frozenset(
    {"python", "python3", "accelerate", "torchrun", "deepspeed", "yolo", "vllm", "ollama", "autotrain", "bash", "sh"}
    | {
        "lmdeploy",
        "llamafactory-cli",
        "nnUNetv2_train",
        "nnUNetv2_predict",
        "nnUNet_train",
        "tune",
        "axolotl",
        "xtuner",
    }
)
_COMMAND = re.compile(r"[^;&|\n]+")
_WORD = re.compile(r"[^\s'\"=<>()]+")
_BEFORE_PROGRAM = re.compile(r"\s*(?:(?:\w+=\S*|sudo|time|nohup|env|exec|then|do)\s+)*")
_NAMED_PROGRAM = re.compile(r"yolo\Z|nnUNet")  # programs that are one architecture
_PROGRAM_FILE = re.compile(r"\.(?:py|sh|R|ipynb|ya?ml|json|toml|cfg)\Z")
_INSTALLS = re.compile(r"\b(?:pip3?|conda|apt(?:-get)?|mamba|uv|npm|setup\.py)\b")


def runs_of(line: str) -> Iterator[tuple[str, int]]:
    """The words given to a program that a line runs, with their offsets; none of pip, git, cp and the like.

    >>> [word for word, at in runs_of("cd code && python train.py --backbone=resnet18")]
    ['train.py', '--backbone', 'resnet18']
    >>> list(runs_of("pip install timm")), list(runs_of("ln -s weights/resnet18 ."))
    ([], [])
    """
    if is_install(line):
        return
    for command in _COMMAND.finditer(line):
        start = command.start()
        before = _BEFORE_PROGRAM.match(command[0])
        words = [(one[0], start + one.start()) for one in _WORD.finditer(command[0], before.end() if before else 0)]
        program = words[0][0] if words else ""
        if program.startswith("./") or program.rpartition("/")[2] in _RUNNERS:
            yield from words[0 if _NAMED_PROGRAM.match(program) else 1 :]


def names_a_program(word: str, start: int, end: int) -> bool:
    """Whether [start, end) of a word is a whole piece of the name of a program or of settings: there it means a model.

    >>> names_a_program("train_transformer.py", 6, 17), names_a_program("r50_merge.py", 0, 3)
    (True, False)
    """
    surface = word[start:end]
    return bool(_PROGRAM_FILE.search(word)) and len(surface) > 2 and surface.isalpha() and "/" not in word[end:]


def is_install(line: str) -> bool:
    """Whether the line installs packages: what is installed is not thereby used."""
    return bool(_INSTALLS.search(line))
