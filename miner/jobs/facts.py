"""Facts as a file to keep: written from a corpus, taken into another."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from corpus.errors import UsageError
from corpus.starter import load_facts, publish
from corpus.starter.files import COMPETITIONS, DOCUMENTS, NAMES, SOURCES, made_on_of, read_rows, version_of
from corpus.starter.loader import MADE_ON_KEY, VERSION_KEY
from corpus.starter.package import open_package
from corpus.store import Store
from corpus.views import Readable
from miner.jobs.catalogue import ensure_catalogue
from miner.jobs.runs import recorded_run
from miner.jobs.starter import NO_LICENCES, export_starter


def write_facts(
    store: Readable, out: Path, made_on: date, licences: Mapping[str, str] = NO_LICENCES
) -> tuple[Path, ...]:
    """The files written: a data package with the facts that may ship, as a folder, or as one file ending in .zip.

    Equal tables and days give equal bytes.

    Args:
        store: the open database; it may be read-only.
        out: a folder, made where it is missing, or a zip file, replaced where it is there.
        made_on: tells newer facts from older ones.
        licences: index -> licence, for indexes whose own name does not say it.

    Raises:
        UsageError: `out` cannot be written.
    """
    with TemporaryDirectory() as folder:
        export_starter(store, Path(folder), licences, made_on)
        files = _package(store, Path(folder))
    try:
        if out.suffix.lower() == ".zip":
            return (_write_zip(out, files, made_on),)
        return tuple(_write(out / path, content) for path, content in files.items())
    except OSError as error:
        raise UsageError(f"the facts cannot be written to {out}: {error.strerror}; choose another --out") from error


def add_facts(store: Store, path: Path) -> str:
    """Take facts from a folder or a zip file; what came of it, in a sentence.

    Everything that other sources brought stays as it is, and so do corrections.

    Raises:
        UsageError: they are older than those in the corpus.
        StoreError: the file is damaged or holds what no facts may hold; nothing was taken.
    """
    ensure_catalogue(store)
    with open_package(path) as folder:
        version, made_on, here = version_of(folder), made_on_of(folder), store.meta(MADE_ON_KEY) or ""
        if version == store.meta(VERSION_KEY):
            return f"{path}: these facts ({made_on or 'undated'}, {version}) are here already"
        if made_on < here:
            raise UsageError(
                f"{path} was made {f'on {made_on}' if made_on else 'on an unknown day'}, before the facts in this "
                f"corpus ({here}); nothing was taken. Another --db can hold them"
            )
        with recorded_run(store, "add") as run:
            load_facts(store, folder, origin=path.name)
            store.settle()
            counts = {what: _count(store, what) for what in ("competitions", "documents")}
            run.count(new=counts["documents"])
    held = f"{counts['competitions']:,} competitions and {counts['documents']:,} documents"
    return f"{path}: facts of {made_on or 'an unknown day'} ({version}) taken; {held} now come from them"


def _count(store: Store, table: str) -> int:
    return int(store.execute(f"SELECT count(*) FROM {table} WHERE source = 'starter'")[0][0])  # noqa: S608 - ours


def _package(store: Readable, folder: Path) -> dict[str, bytes]:
    """Path inside the package -> content, what is described first."""
    competitions, documents, sources = (read_rows(folder, name) for name in (COMPETITIONS, DOCUMENTS, SOURCES))
    rows = store.execute("SELECT id, name, lineage_name FROM architectures")
    names = {str(row[0]): (str(row[1]), str(row[2])) for row in rows}
    tables = {
        "competitions": list(publish.competition_rows(competitions)),
        "solution_links": list(publish.solution_link_rows(competitions)),
        "claims": list(publish.claim_rows(documents, names)),
    }
    files = {f"tables/{name}.csv": publish.to_csv(publish.TABLES[name], rows) for name, rows in tables.items()}
    files |= {name: (folder / name).read_bytes() for name in NAMES}
    version = version_of(folder)
    counts = {name.replace("_", " "): len(rows) for name, rows in tables.items()} | {"documents": len(documents)}
    return files | {
        publish.DESCRIPTION: publish.describe(files, sources, version),
        publish.README: publish.readme(sources, counts, version),
    }


def _write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def _write_zip(path: Path, files: Mapping[str, bytes], made_on: date) -> Path:
    """The zip file, written beside its place first, so that nobody finds half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    try:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                entry = zipfile.ZipInfo(name, (made_on.year, made_on.month, made_on.day, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return path
