"""Notebooks and scripts as Kaggle's client gives them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from corpus.ids import competition_id
from corpus.records import Fetched, Target
from miner.fetch.kaggle_troubles import NotWholeError
from miner.sources.kaggle_competitions import PLATFORM, is_date
from miner.sources.kaggle_lists import PAGE_SIZE, Listing, Page

_REF = re.compile(r"[\w-]{1,100}/[\w-]{1,200}", re.A)
_SCRIPTS = {"python": "py", "r": "r", "rmarkdown": "rmd"}  # scripts in SQL and Julia are not read
_KINDS = {"py": "script", "r": "script", "rmd": "script", "ipynb": "notebook"}


def notebooks_listing(slug: str) -> Listing:
    """All notebooks and scripts of a competition, the last run first."""
    from kagglesdk.kernels.types.kernels_api_service import ApiListKernelsRequest
    from kagglesdk.kernels.types.kernels_enums import KernelsListSortType

    def ask(client: Any, number: int, token: str) -> Page:
        request = ApiListKernelsRequest()
        request.competition = slug
        request.sort_by = KernelsListSortType.DATE_RUN
        request.page_size = PAGE_SIZE
        if token:
            request.page_token = token
        else:
            request.page = number
        answer = client.kernels.kernels_api_client.list_kernels(request)
        return Page(list(answer.kernels), answer.next_page_token)

    return Listing(f"notebooks of {slug}", ask, lambda item: item.ref)


def notebook_target(slug: str, listed: Any) -> Target | None:
    """A notebook or script to fetch; None for one in a language that is not read, or without a usable name."""
    ref = str(listed.ref or "")
    if not _REF.fullmatch(ref) or format_of(listed.kernel_type, listed.language) is None:
        return None
    return Target(
        PLATFORM,
        f"kernel:{ref}",
        "notebook",
        f"https://www.kaggle.com/code/{ref}",
        competition_id(PLATFORM, slug),
        _signature(listed),
        _facts(listed),
    )


def format_of(kernel_type: str, language: str) -> str | None:
    """ipynb, py, r or rmd; None for what is not read.

    >>> [format_of(*x) for x in (("notebook", "r"), ("script", "rmarkdown"), ("script", "sqlite"), ("", ""))]
    ['ipynb', 'rmd', None, 'ipynb']
    """
    if (kernel_type or "notebook").lower() == "notebook":
        return "ipynb"
    return _SCRIPTS.get((language or "python").lower())


def kind_of(form: str) -> str:
    """The kind of document that a format makes."""
    return _KINDS[form]


def source_of(target: Target) -> Callable[[Any], Fetched]:
    """The call for a notebook's source, as it was saved.

    Raises (the call):
        NotWholeError: it is empty, or a notebook whose JSON does not close.
    """
    from kagglesdk.kernels.types.kernels_api_service import ApiGetKernelRequest

    owner, _, name = target.key.removeprefix("kernel:").partition("/")

    def ask(client: Any) -> Fetched:
        request = ApiGetKernelRequest()
        request.user_name, request.kernel_slug = owner, name
        answer = client.kernels.kernels_api_client.get_kernel(request)
        blob, metadata = answer.blob, answer.metadata
        if blob is None or not blob.source:
            raise NotWholeError("the notebook has no source")
        kernel_type = blob.kernel_type or (metadata.kernel_type if metadata else "")
        language = blob.language or (metadata.language if metadata else "")
        form = format_of(kernel_type, language) or "py"
        if form == "ipynb":
            _check_notebook(blob.source)
        facts = _facts(metadata) if metadata else {}
        return Fetched(blob.source.encode("utf-8", "replace"), form, target.url, facts=facts)

    return ask


def _check_notebook(source: str) -> None:
    try:
        notebook = json.loads(source)
    except (ValueError, RecursionError) as error:
        raise NotWholeError("the notebook's JSON does not close or is nested too deeply") from error
    if not isinstance(notebook, dict):
        raise NotWholeError("the notebook is not a JSON object")


def _signature(listed: Any) -> str | None:
    if not (is_date(listed.last_run_time) or listed.current_version_number):
        return None
    ran = listed.last_run_time.isoformat() if is_date(listed.last_run_time) else ""
    return f"{ran}|{listed.current_version_number or ''}"


def _facts(listed: Any) -> dict[str, str | int | None]:
    models = [*listed.model_data_sources, *listed.dataset_data_sources]
    return {
        "title": listed.title or None,
        "author": listed.author or None,
        "date": listed.last_run_time.isoformat() if is_date(listed.last_run_time) else None,
        "votes": listed.total_votes or 0,
        "version": listed.current_version_number or None,
        "data_sources": " ".join(models)[:1_000] or None,
    }
