from __future__ import annotations

import dataclasses
import inspect
import pickle

import pytest
from store_samples import FAMILIES, analysis, content, document

from corpus import records
from corpus.records import Span, Status

RECORDS = [kind for _, kind in inspect.getmembers(records, inspect.isclass) if dataclasses.is_dataclass(kind)]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_every_record_is_frozen_and_described(record: type) -> None:
    assert record.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert (record.__doc__ or "").endswith(".")
    assert not (record.__doc__ or "").startswith(f"{record.__name__}("), "a docstring that dataclass made up"


def test_records_travel_to_other_processes() -> None:
    sent = (document(), content(document()), analysis(document()), FAMILIES)
    assert pickle.loads(pickle.dumps(sent)) == sent


def test_the_strongest_status_is_used() -> None:
    assert sorted(Status, key=lambda status: status.strength) == [Status.MENTIONED, Status.TRIED, Status.USED]


def test_spans_stand_in_reading_order() -> None:
    assert sorted([Span("b", 5, 9), Span("b", 0, 3), Span("b", 5, 6)])[0] == Span("b", 0, 3)
