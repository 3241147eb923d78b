"""Write docs/configuration.md from the table of keys in miner/config.py.

python scripts/make_config_page.py            writes docs/configuration.md
python scripts/make_config_page.py --check    exit 1 when it would change
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from miner.config import CONFIG_VARIABLE, KEYS, Key, as_toml

PAGE = Path(__file__).resolve().parent.parent / "docs" / "configuration.md"
INTRODUCTION = f"""# Configuration

Nothing needs to be configured. What is, stands in one TOML file: `config.toml` in the platform's configuration folder,
or the file that `{CONFIG_VARIABLE}` names. `miner config path` says where that is, `miner config init` writes one in
which every key stands as a comment, `miner config show` says what holds and where it comes from. This page is made by
`scripts/make_config_page.py` from the program itself.

What the user types on the command line is stronger than the environment, and the environment is stronger than the file.
A key that does not exist, or a value of the wrong kind, is an error that names the nearest key (exit 2). Paths in the
file are counted from the folder it lies in; `~` is the user's home. An empty variable counts as not set.

Credentials never stand in this file: Kaggle's own places are the only ones that are looked at (`KAGGLE_API_TOKEN`,
`~/.kaggle/access_token`, `KAGGLE_USERNAME` with `KAGGLE_KEY`, `~/.kaggle/kaggle.json`), and `miner doctor` says whether
there are any without showing them.

```toml
[refresh]
pace_s = 2.0
user_agent_contact = "you@example.org"

[sources.blogs]
feeds = ["https://example.org/feed.xml"]
```
"""


def make_page() -> str:
    """The whole page."""
    parts = [INTRODUCTION]
    for table in dict.fromkeys(key.name.rpartition(".")[0] for key in KEYS):
        parts += [f"## {f'[{table}]' if table else 'At the top'}\n", "| key | kind | default | environment | what |"]
        parts += ["| --- | --- | --- | --- | --- |"]
        parts += [_row(key) for key in KEYS if key.name.rpartition(".")[0] == table] + [""]
    return "\n".join(parts).rstrip("\n") + "\n"


def _row(key: Key) -> str:
    default = "not set" if key.default is None else f"`{as_toml(key.default)}`"
    variable = f"`{key.variable}`" if key.variable else ""
    return f"| `{key.name.rpartition('.')[2]}` | {key.kind} | {default} | {variable} | {key.about} |"


def main() -> int:
    """0, or 1 when --check finds the page out of date."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the page would change")
    page = make_page()
    if parser.parse_args().check:
        return int(not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page)
    PAGE.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
