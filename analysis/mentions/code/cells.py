"""A code block taken apart: Python, shell lines, R and settings files, all at the offsets they have in the block."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from corpus.records import Block, BlockKind

MAX_CELL_CHARS = 300_000  # above that a cell is data, not code
MANY_CHARS = 20_000  # from here on long literals are blanked: ast.parse takes 7 s and 0.5 GB a megabyte of numbers

_CELL_MAGIC = re.compile(r"\s*%%(\w+)!?[ \t]*([^\n]*)(?:\n|\Z)")
_LINE_MAGIC = re.compile(
    r"(?P<indent>[ \t]*)(?:(?P<bound>[A-Za-z_][\w.,\[\]\"' \t]*=[ \t]*)(?=[!%][A-Za-z.]))?"
    r"(?:(?P<bang>!{1,2})(?P<shell>[^\n]*)"
    r"|(?P<timing>%(?:time|timeit|prun|memit|mprun|lprun)\b(?:[ \t]+-{1,2}\w+(?:[ \t]+\d+)?)*)(?P<timed>[ \t]+[^\n]+)"
    r"|%{1,2}[A-Za-z]\w*[^\n]*|\?{1,2}[\w.]+[^\n]*|[\w.]+\?{1,2}[ \t]*)\Z"
)
_MAGIC_MARK = re.compile(r"[%!?]")
_CONTINUED = re.compile(r"\\\n[^\n]*")
_NUMBERS = re.compile(r"[-+\d](?:(?<=\d)|(?<=[-+])\d)[\w.+-]{0,40}\s*,\s*(?:[-+]?\d[\w.+-]{0,40}\s*,\s*){39,}")
_LONG_STRING = re.compile(r"(?<=\")[^\"\n\\]{2000,}(?=\")|(?<=')[^'\n\\]{2000,}(?=')")
_LONG_LINE = re.compile(r"[^\n]{2000}")
_NO_SCRIPT = re.compile(r"(?:false|true|echo|:)\b|:$")  # programs that do not read the cell
_SHELL_MAGICS = frozenset({"bash", "sh", "script", "cmd", "shell", "system"})
_PYTHON_MAGICS = frozenset(
    {"time", "timeit", "capture", "prun", "python", "python3", "pypy", "memit", "snakeviz", "heat", "skip", "cache"}
    | {"with_kaggle", "wandb", "debug", "notify", "px", "scalene", "memray_flamegraph", "load_ext"}
)
_FILE_MAGICS = frozenset({"writefile", "file", "writefile_run", "run_and_write", "writeandrun"})
_ASKS = r"(?:\([\w.-]{1,40}\) ?)?(?:[\w.-]{1,40}@[\w.-]{1,60}:[^\s$#]{0,80})?\$ +"  # "$ ", "(env) user@host:~$ "
_COMMAND = re.compile(
    rf"\n[ \t]{{0,8}}(?:{_ASKS}\w|\./\w|(?:pip3?|conda) install |git clone |cd +[\w./~$-]+(?:\n|\Z)"
    r"|(?:[A-Z_]{2,40}=\S{1,80} +)?(?:python3?|bash|sh|accelerate|torchrun|deepspeed|yolo) +[\w./-]"
    r"|(?:sudo|mkdir|wget|curl|docker|unzip|source|export) +[\w./~-])"
)
_PROMPT = re.compile(rf"[ \t]{{0,8}}(?:!|{_ASKS})")
_TREE = re.compile(r"[├└][─-]")
_SETTINGS = re.compile(r"\.(?:ya?ml|json|toml|ini|cfg|conf)\b", re.I)


@dataclass(slots=True)
class Cell:
    """One code block by the languages in it; each string is as long as the block's text, or empty."""

    block: Block
    python: str = ""
    r: str = ""
    settings: str = ""  # of a configuration file that the cell writes
    shell: list[tuple[int, str]] = field(default_factory=list)  # (offset, line without its "!")
    switched_off: str = ""  # Python of a cell that a magic keeps from running
    is_tree: bool = False  # a drawing of folders and files


def is_code(block: Block) -> bool:
    """Whether the block is a code cell or fenced code."""
    return block.kind in (BlockKind.CODE_CELL, BlockKind.CODE)


def is_shell(block: Block) -> bool:
    """Whether fenced code of no stated language holds commands: a line starts as none of Python does."""
    return block.kind is BlockKind.CODE and _COMMAND.search("\n" + block.text) is not None


def read_cell(block: Block) -> Cell:
    """The parts of a code block; what is in no language that is read here is left out."""
    text = block.text
    language = (block.language or ("shell" if is_shell(block) else "python")).lower()
    if not block.language and _TREE.search(text):
        return Cell(block, is_tree=True)
    if language == "r":
        return Cell(block, r=text)
    if language in {"bash", "sh", "shell", "console", "zsh"}:
        return Cell(block, shell=_shell_lines(text, 0))
    if language in {"yaml", "yml", "json", "toml", "ini"}:
        return Cell(block, settings=text)
    if language not in {"python", "py", "python3", "python2", "ipython", "ipython3", "pycon", "jupyter"}:
        return Cell(block)
    magic = _CELL_MAGIC.match(text)
    return _read_magic_cell(block, magic) if magic else _read_python(block, text)


def _read_magic_cell(block: Block, magic: re.Match[str]) -> Cell:
    name, rest, body = magic[1], magic[2], magic.end()
    blanked = _blank(block.text[:body]) + block.text[body:]
    if name == "script" and _NO_SCRIPT.match(rest):
        return Cell(block, switched_off=blanked)
    if name in _SHELL_MAGICS:
        return Cell(block, shell=_shell_lines(block.text[body:], body))
    if name in {"R", "r"}:
        return Cell(block, r=blanked)
    if name in _FILE_MAGICS and _SETTINGS.search(rest):
        return Cell(block, settings=blanked)
    if name in _PYTHON_MAGICS or (name in _FILE_MAGICS and (".py" in rest or "." not in rest)):
        inner = _CELL_MAGIC.match(blanked, body) if name in _PYTHON_MAGICS else None
        return _read_python(block, _blank(blanked[: inner.end()]) + blanked[inner.end() :] if inner else blanked)
    return Cell(block)


def _read_python(block: Block, text: str) -> Cell:
    cell = Cell(block)
    if "%" in text or "!" in text or "?" in text:
        text = _blank_magics(text, cell)
    if len(text) > MANY_CHARS:
        text = _NUMBERS.sub(_blank_found, text)
        text = _LONG_STRING.sub(_blank_found, text) if _LONG_LINE.search(text) else text
    cell.python = text if len(_squeeze(text)) <= MAX_CELL_CHARS else ""
    return cell


def _squeeze(text: str) -> str:
    """The text without its long blanks: what the parser has to work on."""
    return re.sub(r" {100,}", " ", text) if len(text) > MAX_CELL_CHARS else text


def _blank_magics(text: str, cell: Cell) -> str:
    """The text with its magic and shell lines replaced, as long as before; shell lines are noted in the cell."""
    pieces, reached, line_end = [], 0, -1
    for mark in _MAGIC_MARK.finditer(text):
        if mark.start() < max(line_end, reached):
            continue
        start = text.rfind("\n", 0, mark.start()) + 1
        line_end = text.find("\n", start)
        line_end = line_end if line_end >= 0 else len(text)
        found = _LINE_MAGIC.match(text, start, line_end)
        if found is None:
            continue
        pieces.append(text[reached : found.start()])
        end = found.end()
        while text[end - 1 : end] == "\\" and (more := _CONTINUED.match(text, end - 1)):
            end = more.end()
        if found["bang"]:
            start = found.start("shell")
            cell.shell.append((start, text[start:end].replace("\\\n", "  ")))
        code = (found["indent"] or "") + (found["bound"] or "")
        if found["timing"]:  # "%time fit()" runs fit(): a harmless statement stands in for the magic
            rest = found["timed"]
            pieces.append(code + "0" + " " * (len(found["timing"]) - 2) + ";" + rest)
            pieces.append(_blank(text[found.end() : end]))
        else:
            pieces.append(code + "0" + _blank(text[found.start() + len(code) + 1 : end]))
        reached = end
    return "".join(pieces) + text[reached:]


def _blank(text: str) -> str:
    """Blanks in place of the text; line ends stay."""
    return re.sub(r"[^\n]", " ", text)


def _blank_found(found: re.Match[str]) -> str:
    return _blank(found[0])


def _shell_lines(text: str, offset: int) -> list[tuple[int, str]]:
    lines, at = [], 0
    for line in re.sub(r"\\\n", "  ", text).split("\n"):
        prompt = _PROMPT.match(line)
        shift = prompt.end() if prompt else 0
        if line[shift:].strip():
            lines.append((offset + at + shift, line[shift:]))
        at += len(line) + 1
    return lines
