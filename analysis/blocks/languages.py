"""What language code is in: from fences, kernels, cell magics and file names."""

from __future__ import annotations

import re

_NAMES = {
    "py": "python",
    "python2": "python",
    "python3": "python",
    "ipython": "python",
    "ipython2": "python",
    "ipython3": "python",
    "pycon": "python",
    "pypy": "python",
    "ir": "r",
    "rscript": "r",
    "splus": "r",
    "sh": "bash",
    "shell": "bash",
    "shell-session": "bash",
    "console": "bash",
    "zsh": "bash",
    "terminal": "bash",
    "yml": "yaml",
    "js": "javascript",
    "c++": "cpp",
    "jl": "julia",
}
_NO_LANGUAGE = {"text", "txt", "plain", "plaintext", "none", "output", "raw", "nohighlight"}
_INFO_WORD = re.compile(r"[\s{.]*([\w+#-]+)")
_MAGIC = re.compile(r"\s*%%(\w+)(.*)")
_MAGIC_LANGUAGES = {"bash", "sh", "sql", "r", "javascript", "js", "html", "perl", "ruby", "latex", "cython", "julia"}
_SUFFIXES = {"py": "python", "r": "r", "sh": "bash", "yaml": "yaml", "yml": "yaml", "cpp": "cpp", "cu": "cuda"}


def code_language(info: str) -> str | None:
    """The language that a fence, kernel or class names, lower case and in one spelling; None when it names none.

    >>> [code_language(x) for x in ("py", "{r, echo=FALSE}", "Python title='x'", "", "text")]
    ['python', 'r', 'python', None, None]
    """
    match = _INFO_WORD.match(info)
    word = match[1].lower() if match else ""
    return None if not word or word in _NO_LANGUAGE else _NAMES.get(word, word)


def cell_language(source: str, kernel: str) -> str | None:
    """The language of a notebook's code cell: its magic's, else the kernel's; None when the magic writes a text file.

    >>> cell_language("%%bash\\nls", "python"), cell_language("%%time\\nfit()", "python")
    ('bash', 'python')
    >>> cell_language("%%writefile net.py\\nx = 1", "r"), cell_language("%%writefile a.txt\\nx", "python")
    ('python', None)
    """
    match = _MAGIC.match(source)
    if not match:
        return kernel
    magic, rest = match[1].lower(), match[2].split()
    if magic in _MAGIC_LANGUAGES:
        return code_language(magic)
    if magic == "script" and rest:
        return code_language(rest[0])
    if magic in ("writefile", "file") and rest:
        return _SUFFIXES.get(rest[-1].rpartition(".")[2].lower())
    if magic in ("markdown", "svg", "writetemplate"):
        return None
    return kernel
