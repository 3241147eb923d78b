"""Settings, read once: what the user typed, then the environment, then one TOML file; nothing else asks for them.

KEYS is the one table of what the file may hold; `docs/configuration.md` and `miner config init` are made from it.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType

from corpus.errors import UsageError

APP_NAME = "solution-miner"
CONFIG_VARIABLE = "MINER_CONFIG"
DB_VARIABLE = "MINER_DB"
FOLDERS_VARIABLE = "MINER_FOLDERS"
SOURCES = ("kaggle", "meta-kaggle", "meta-kaggle-code", "repositories", "blogs")

Value = bool | int | float | str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the file."""

    name: str  # with its tables: refresh.pace_s
    kind: str  # what the value must be; one of _READERS
    default: Value | None  # None: not set
    about: str  # one sentence, for the docs
    variable: str | None = None  # of the environment; stronger than the file


KEYS: tuple[Key, ...] = (
    Key("db", "path", None, "The corpus, one SQLite file; without it, `corpus.db` in the platform's data folder.",
        DB_VARIABLE),
    Key("folders", "list of paths", (), "Local folders that every `miner run` looks through; in the environment, "
        "separated as in PATH.", FOLDERS_VARIABLE),
    Key("refresh.pace_s", "number", 1.0, "Seconds between two requests to one host, at least; less than 1 is honoured "
        "towards this machine only.", "MINER_PACE_S"),
    Key("refresh.max_seconds", "whole number", 3600, "A refresh begins nothing new after this time; the next one goes "
        "on from there.", "MINER_MAX_SECONDS"),
    Key("refresh.max_requests", "whole number", 10_000, "Requests that one refresh sends at most.",
        "MINER_MAX_REQUESTS"),
    Key("refresh.user_agent_contact", "text", None, "An address or page of yours, sent with every request, so that a "
        "site's owner can reach you.", "MINER_CONTACT"),
    Key("sources.kaggle.enabled", "true or false", True, "Ask Kaggle; without a token one line says how to get one."),
    Key("sources.kaggle.competitions", "list of texts", (), "Slugs of the only competitions to look at; all when "
        "empty."),
    Key("sources.meta-kaggle.enabled", "true or false", None, "Read the Meta Kaggle tables; without this key, when "
        "`folder` is set."),
    Key("sources.meta-kaggle.folder", "path", None, "Where the CSV tables lie; without it they are fetched, which "
        "needs no account."),
    Key("sources.meta-kaggle.cache_dir", "path", None, "Where fetched tables are kept; without it, in the platform's "
        "cache folder."),
    Key("sources.meta-kaggle.rank_at_most", "whole number", 100, "Write-ups of teams with this final rank or better."),
    Key("sources.meta-kaggle.accept_smaller", "true or false", False, "Take a new dump even where a table shrank by "
        "much, which may mean that it was cut."),
    Key("sources.meta-kaggle.download_timeout_s", "whole number", 7200, "Seconds that fetching one table may take."),
    Key("sources.meta-kaggle-code.enabled", "true or false", None, "Read a local copy of Meta Kaggle Code; without "
        "this key, when `folder` is set."),
    Key("sources.meta-kaggle-code.folder", "path", None, "Where the copy lies."),
    Key("sources.meta-kaggle-code.tables", "path", None, "Where the Meta Kaggle tables lie that name its notebooks."),
    Key("sources.meta-kaggle-code.winners", "true, false or rank", True, "Only notebooks of winning teams: those of "
        "this rank or better, 10 when true."),
    Key("sources.meta-kaggle-code.competitions", "list of texts", (), "Slugs of the only competitions to look at; all "
        "when empty."),
    Key("sources.meta-kaggle-code.min_votes", "whole number", 0, "Only notebooks with this many votes or more."),
    Key("sources.repositories.enabled", "true or false", True, "Read the repositories that write-ups link to."),
    Key("sources.repositories.raw_base", "text", None, "Address of a mirror that files are read from instead of "
        "GitHub's own."),
    Key("sources.blogs.enabled", "true or false", True, "Read the feeds, sitemaps and pages named below."),
    Key("sources.blogs.feeds", "list of texts", (), "Addresses of RSS or Atom feeds."),
    Key("sources.blogs.sitemaps", "list of texts", (), "Addresses of sitemaps."),
    Key("sources.blogs.pages", "list of texts", (), "Addresses of single pages."),
    Key("sources.blogs.path_contains", "list of texts", (), "Of what feeds and sitemaps list, only addresses that hold "
        "one of these; all when empty."),
    Key("sources.blogs.max_pages", "whole number", 500, "Pages of one host that one refresh reads at most."),
)  # fmt: skip
_BY_NAME: Mapping[str, Key] = MappingProxyType({key.name: key for key in KEYS})
_NEEDS_FOLDER = frozenset({"meta-kaggle", "meta-kaggle-code"})  # enabled where their folder is named


@dataclass(frozen=True, slots=True)
class Settings:
    """What a process was told, once."""

    db_path: Path  # the corpus: one SQLite file
    folders: tuple[Path, ...] = ()  # looked through by every `miner run`
    config_path: Path | None = None  # the file that was read; None: there is none
    values: Mapping[str, Value] = field(default_factory=dict)  # what was set, by the key's name; defaults are not in it

    @classmethod
    def read(cls, environ: Mapping[str, str] | None = None, db: Path | None = None) -> Settings:
        """Settings from the file and the environment; `db`, as the user typed it, is stronger than both.

        Without any of them, the corpus lies in the platform's data folder of the user.

        Raises:
            UsageError: the file cannot be read, or holds a key or a value that it may not hold.
        """
        variables = os.environ if environ is None else environ
        path = config_path(variables)
        values = read_file(path) if path.exists() or variables.get(CONFIG_VARIABLE) else {}
        values = {**values, **dict(_from_environment(variables))}
        named = db or (Path(str(values["db"])) if values.get("db") else None)
        folders = values.get("folders", ())
        return cls(
            db_path=named.expanduser() if named else default_db_path(),
            folders=tuple(Path(folder).expanduser() for folder in folders) if isinstance(folders, tuple) else (),
            config_path=path if path.exists() else None,
            values=MappingProxyType(values),
        )

    def value(self, name: str) -> Value | None:
        """The value of a key, or its default."""
        return self.values.get(name, _BY_NAME[name].default)

    @property
    def pace_s(self) -> float:
        """Seconds between two requests to one host."""
        return float(str(self.value("refresh.pace_s")))

    @property
    def max_seconds(self) -> int:
        """How long a refresh begins new work."""
        return int(str(self.value("refresh.max_seconds")))

    @property
    def max_requests(self) -> int:
        """How many requests a refresh sends."""
        return int(str(self.value("refresh.max_requests")))

    @property
    def contact(self) -> str | None:
        """What is sent with every request so that a site's owner can reach the user."""
        value = self.value("refresh.user_agent_contact")
        return str(value) if value else None

    @property
    def enabled_sources(self) -> tuple[str, ...]:
        """The crawled sources that a refresh asks when it is told none, in their order."""
        return tuple(source for source in SOURCES if self._is_enabled(source))

    def options_for(self, source: str) -> Mapping[str, object]:
        """A source's part of the file, its defaults filled in, with `pace_s` and `contact` of every refresh.

        What has no value and no default is not in it.
        """
        prefix = f"sources.{source}."
        found = {
            key.name.removeprefix(prefix): self.value(key.name) for key in KEYS if key.name.startswith(prefix)
        }  # fmt: skip
        found |= {"enabled": self._is_enabled(source), "pace_s": self.pace_s, "contact": self.contact}
        return MappingProxyType({name: value for name, value in found.items() if value is not None})

    def _is_enabled(self, source: str) -> bool:
        value = self.value(f"sources.{source}.enabled") if source in SOURCES else False
        if value is None and source in _NEEDS_FOLDER:
            return bool(self.value(f"sources.{source}.folder"))
        return bool(value)


def config_path(environ: Mapping[str, str]) -> Path:
    """Where the file is, or would be: MINER_CONFIG, else `config.toml` in the user's configuration folder."""
    named = environ.get(CONFIG_VARIABLE)
    if named:
        return Path(named).expanduser()
    from platformdirs import user_config_path

    return user_config_path(APP_NAME, appauthor=False) / "config.toml"


def default_db_path() -> Path:
    """`corpus.db` in the user's data folder of this platform."""
    from platformdirs import user_data_path

    return user_data_path(APP_NAME, appauthor=False) / "corpus.db"


def read_file(path: Path) -> dict[str, Value]:
    """What a file sets, by the keys' names; its paths are counted from the folder it lies in.

    Raises:
        UsageError: it cannot be read, is not TOML, or holds a key or a value that it may not hold.
    """
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror})") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path}: not TOML ({error})") from error
    found: dict[str, Value] = {}
    for name, value in _flat(tree):
        key = _BY_NAME.get(name)
        if key is None:
            raise UsageError(f"{path}: there is no key {name!r}.{_nearest(name)}")
        found[name] = _placed(key, _checked(key, value, str(path)), path.parent)
    return found


def as_toml(value: Value) -> str:
    """The value as TOML writes it.

    >>> as_toml(("a", 'b"')), as_toml(True), as_toml(1.5)
    ('["a", "b\\\\""]', 'true', '1.5')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(as_toml(item) for item in value)}]"
    if isinstance(value, str):
        quoted = "".join(f"\\u{ord(c):04x}" if c < " " or c == "\x7f" else c for c in value.replace("\\", "\\\\"))
        return '"' + quoted.replace('"', '\\"') + '"'
    return str(value)


def sample_file() -> str:
    """A file that sets nothing: every key as a comment, with what it means and its default."""
    lines = ["# Settings of `miner`; what begins with # is not set. `miner config show` says what holds."]
    table = ""
    for key in KEYS:
        head, _, name = key.name.rpartition(".")
        if head != table:
            lines += ["", f"[{head}]"]
            table = head
        default = {"list of paths": (), "list of texts": ()}.get(key.kind, key.default)
        shown = as_toml(default) if default is not None else EXAMPLES[key.kind]
        lines += ["", f"# {key.about}", f"#{name} = {shown}"]
    return "\n".join(lines) + "\n"


EXAMPLES = {"path": '"/path/to/it"', "text": '"you@example.org"', "true or false": "true"}  # for keys without a default


def _flat(tree: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Every key with its tables before it; an empty table sets nothing but must be one that exists."""
    for name, value in tree.items():
        full = f"{prefix}{name}"
        is_table = any(key.startswith(f"{full}.") for key in _BY_NAME)
        if isinstance(value, Mapping) and is_table:
            yield from _flat(value, f"{full}.")
        else:
            yield full, value


def _nearest(name: str) -> str:
    last = name.rpartition(".")[2]
    tables = dict.fromkeys(key.rpartition(".")[0] for key in _BY_NAME if "." in key)
    near = (
        get_close_matches(name, [*_BY_NAME, *tables], 1, 0.6)
        or [key for key in _BY_NAME if key.rpartition(".")[2] == last][:1]
    )
    return f" Did you mean {near[0]!r}?" if near else " `miner config init` writes a file with every key there is."


def _checked(key: Key, value: object, where: str) -> Value:
    read = _READERS[key.kind](value)
    if read is None:
        raise UsageError(f"{where}: {key.name} cannot be {value!r}; it takes: {key.kind}")
    return read


def _placed(key: Key, value: Value, folder: Path) -> Value:
    """A path from the file as an absolute one, so that it means the same wherever the program is started."""
    if key.kind == "path":
        return str(folder.absolute() / Path(str(value)).expanduser())
    if key.kind == "list of paths" and isinstance(value, tuple):
        return tuple(str(folder.absolute() / Path(item).expanduser()) for item in value)
    return value


def _from_environment(environ: Mapping[str, str]) -> Iterator[tuple[str, Value]]:
    for key in KEYS:
        text = environ.get(key.variable) if key.variable else None
        if key.variable is None or not text:
            continue
        value: object = text
        if key.kind == "list of paths":
            value = [part for part in text.split(os.pathsep) if part]
        elif key.kind in {"number", "whole number"}:
            value = _number(text)
        yield key.name, _checked(key, value if value is not None else text, key.variable)


def _number(text: str) -> int | float | None:
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            continue
    return None


def _text(value: object) -> Value | None:
    return value if isinstance(value, str) and value.strip() and value.isprintable() else None


def _texts(value: object) -> Value | None:
    if not isinstance(value, list) or not all(_text(item) for item in value):
        return None
    return tuple(value)


def _amount(value: object) -> Value | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number and 0 <= value < 1e9 else None  # type: ignore[operator,return-value]


def _count(value: object) -> Value | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9 else None


def _flag(value: object) -> Value | None:
    return value if isinstance(value, bool) else None


_READERS: Mapping[str, Callable[[object], Value | None]] = MappingProxyType(
    {
        "true or false": _flag,
        "true, false or rank": lambda value: _flag(value) if isinstance(value, bool) else _count(value) or None,
        "whole number": _count,
        "number": _amount,
        "text": _text,
        "path": _text,
        "list of texts": _texts,
        "list of paths": _texts,
    }
)
