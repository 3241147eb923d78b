"""The process that runs kagglehub: `python -m miner.sources.meta_download_client OWNER/DATASET TABLE...`.

Writes one JSON object a table to standard output; all that kagglehub prints goes to standard error.
"""

from __future__ import annotations

import contextlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path


def main(dataset: str, names: list[str]) -> None:
    """Fetch the tables, all of the version that the first one has."""
    out = sys.stdout
    with contextlib.redirect_stdout(sys.stderr):
        for line in fetch_tables(dataset, names):
            print(json.dumps(line), file=out, flush=True)


def fetch_tables(dataset: str, names: list[str]) -> Iterator[dict[str, str | int | None]]:
    """For each table its path, version and listed size, or the error that it met."""
    import kagglehub

    handle, sizes = dataset, None
    for name in names:
        try:
            path = kagglehub.dataset_download(handle, path=f"{name}.csv")
            version = _version(path)
            handle = f"{dataset}/versions/{version}"
            sizes = _listed_sizes(dataset) if sizes is None else sizes
        except Exception as error:  # noqa: BLE001 - costs this table; the client's errors share no root
            yield {"table": name, "error": f"{type(error).__name__}: {error}"[:300]}
            continue
        yield {"table": name, "path": path, "version": version, "listed_bytes": sizes.get(f"{name}.csv")}


def _version(path: str) -> int:
    """The version in the client's own path of a file."""
    match = re.search(r"/versions/(\d+)/", Path(path).as_posix())
    if not match:
        raise ValueError("the client keeps its files in another way than this program knows")
    return int(match[1])


def _listed_sizes(dataset: str) -> dict[str, int]:
    """File name -> bytes, as the list of the data set's files says."""
    from kagglehub.clients import build_kaggle_client
    from kagglesdk.datasets.types.dataset_api_service import ApiListDatasetFilesRequest

    owner, _, slug = dataset.partition("/")
    request = ApiListDatasetFilesRequest()
    request.owner_slug, request.dataset_slug, request.page_size = owner, slug, 200
    sizes: dict[str, int] = {}
    tokens = set[str]()
    with build_kaggle_client() as client:
        while True:
            answer = client.datasets.dataset_api_client.list_dataset_files(request)
            sizes |= {found.name: found.total_bytes for found in answer.dataset_files or ()}
            token = answer.next_page_token
            if not token or token in tokens:  # a token that repeats leads nowhere
                return sizes
            tokens.add(token)
            request.page_token = token


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
