from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import pairwise

import pytest

from analysis.reading import Item, Kind, Limits, arrange, choose, is_link, overlap, reading_minutes
from analysis.reports.bibliography import to_bibtex, to_csl_json
from corpus.records import Answer

WEIGHTS = {"larch": 0.6, "alder": 0.3, "rowan": 0.1}


def item(key: str, kind: Kind = "writeup", *teaches: str, relevance: float = 0.5, year: int = 2020) -> Item:
    return Item(key, kind, f"About {key}", f"https://a.example/{key}", year, relevance, frozenset(teaches), 10, "text")


def test_what_says_the_same_stands_once() -> None:
    full = item("full", "writeup", "uses:larch", "why:larch:speed:for", "at:frogs", "solution:1", relevance=0.9)
    echo = item("echo", "notebook", "uses:larch", "at:frogs", "solution:1")
    assert overlap(full.teaches, echo.teaches) == 1
    assert choose([echo, full], WEIGHTS, Limits()) == (full,)


def test_what_is_new_stands_before_more_of_the_same() -> None:
    one = item("one", "writeup", "uses:larch", "at:a", "solution:1", relevance=0.9)
    same = item("same", "writeup", "uses:larch", "at:a", "solution:2", relevance=0.8)
    other = item("other", "writeup", "uses:alder", "at:b", "solution:3", relevance=0.5)
    assert choose([same, other, one], WEIGHTS, Limits(2)) == (one, other)


def test_the_order_of_arrival_makes_no_difference() -> None:
    items = [item(f"i{n}", "writeup", f"uses:{name}", f"solution:{n}") for n, name in enumerate([*WEIGHTS] * 3)]
    assert choose(items, WEIGHTS, Limits(4)) == choose(items[::-1], WEIGHTS, Limits(4))


def test_limits_hold() -> None:
    items = [item(f"w{n}", "writeup", f"solution:{n}") for n in range(6)]
    items += [item(f"p{n}", "paper", f"uses:p{n}") for n in range(6)]
    assert sum(i.minutes for i in choose(items, WEIGHTS, Limits(10, minutes=45))) == 40
    kinds = [i.kind for i in choose(items, WEIGHTS, Limits(10, kinds={"paper": 1, "writeup": 3}))]
    assert (kinds.count("paper"), kinds.count("writeup")) == (1, 3)
    assert len(choose(items, WEIGHTS, Limits(10))) == 10, "a kind that runs dry is filled up by others"


def test_a_paper_stands_before_what_builds_on_it() -> None:
    paper, old = item("paper", "paper", "uses:larch", year=2019), item("old", year=2018)
    new = item("new", "writeup", "uses:larch", year=2019)
    assert arrange([new, paper, old], "foundations") == (old, paper, new)
    assert arrange([new, paper, old], "foundations", papers_first=True) == (paper, old, new)
    years = [i.year or 0 for i in arrange([old, new, paper], "newest")]
    assert all(one >= other for one, other in pairwise(years))


def test_minutes_say_what_they_were_made_from() -> None:
    assert reading_minutes(401, 0) == (3, "text")
    assert reading_minutes(200, 20) == (2, "text and code")
    assert reading_minutes(0, 0)[1] == "default"


HOSTILE = "50% of {all} \\input{x} & a_b #1 $x^2$ ~\x07\nend }"
ROWS = (
    {"kind": "paper", "title": "Larches", "year": 2019, "url": "https://a.example/1", "why": "introduces it"},
    {
        "kind": "notebook",
        "title": HOSTILE,
        "year": None,
        "url": "https://a.example/{2}",
        "why": "x",
        "author": "A and B",
    },
    {"kind": "writeup", "title": "Larches", "year": 2019, "url": None, "why": "1st of 9"},
)
LIST = Answer("reading-list", "Reading list", (), ROWS)


def parse_bibtex(text: str) -> list[dict[str, str]]:
    """Strict: entries of `name = {balanced value},` lines and nothing else; an error for anything beside."""
    entries, at = [], 0
    while text[at:].strip():
        head = re.compile(r"\s*@misc\{([a-z0-9-]+),\s*").match(text, at)
        assert head, text[at:]
        entry, at = {"key": head[1]}, head.end()
        while text[at] != "}":
            name = re.compile(r"([a-z]+) = \{").match(text, at)
            assert name, text[at:]
            start, at, depth = name.end(), name.end(), 1
            while depth:
                sign = text[at]
                depth += (sign == "{") - (sign == "}") if text[at - 1] != "\\" else 0
                at += 1
            entry[name[1]] = text[start : at - 1]
            rest = re.compile(r",\s*").match(text, at)
            assert rest
            at = rest.end()
        entries.append(entry)
        at += 1
    return entries


def test_bibtex_is_well_formed_whatever_a_title_holds() -> None:
    entries = parse_bibtex(to_bibtex(LIST))
    assert [entry["key"] for entry in entries] == ["larches2019", "all", "larches2019-2"]
    assert entries[0]["title"] == "{Larches}"
    assert entries[1]["author"] == "{A and B}"
    assert not re.search(r"(?<!\\)[%&#$_]", entries[1]["title"])
    assert "url" not in entries[2]


def test_csl_json_holds_what_the_schema_knows() -> None:
    items = json.loads(to_csl_json(LIST))
    assert [one["type"] for one in items] == ["article", "software", "post-weblog"]
    assert len({one["id"] for one in items}) == 3
    for one in items:
        assert set(one) <= {"id", "type", "title", "author", "issued", "URL", "note"}
        assert all(isinstance(one[name], str) for name in ("id", "type", "title", "note"))
    assert items[0]["issued"] == {"date-parts": [[2019]]}
    assert items[1]["author"] == [{"literal": "A and B"}]


@pytest.mark.parametrize("write", [to_bibtex, to_csl_json])
def test_an_empty_list_is_well_formed(write: object) -> None:
    assert callable(write)
    assert write(Answer("reading-list", "none", (), ())).strip() in ("", "[]")


def test_one_competition_does_not_fill_a_list() -> None:
    at_a = [replace(item(f"a{n}", "writeup", f"solution:{n}", relevance=0.6), competition="a") for n in range(4)]
    at_b = replace(item("b", "writeup", "solution:b", relevance=0.4), competition="b")
    assert at_b in choose([*at_a, at_b], WEIGHTS, Limits(3))


def test_what_is_far_or_unknown_pushes_nothing_nearer_out() -> None:
    near = item("near", "writeup", "uses:rowan", relevance=0.6)
    far = replace(item("far", "writeup", "uses:larch", relevance=0.1), trust=0.04)
    unread = item("unread", "writeup", "at:a", relevance=0.7)
    assert choose([far, unread, near], WEIGHTS, Limits(2)) == (near, unread)


def test_unread_links_of_one_competition_say_the_same() -> None:
    one, two, three = (replace(item(f"link:{n}"), competition="a" if n < 3 else "b") for n in (1, 2, 3))
    chosen = choose([one, two, three], {}, Limits(2, kinds={"writeup": 2}))
    assert {found.competition for found in chosen} == {"a", "b"}
    assert len(choose([one, two], {}, Limits(2, kinds={"writeup": 2}))) == 2  # where there is nothing else, both stand


def test_links_fill_up_only_where_nothing_else_is_left() -> None:
    links = [replace(item(f"link:{n}", relevance=0.9), competition=f"c{n}") for n in range(8)]
    read = [item(f"r{n}", "writeup", "uses:larch", f"solution:{n}", relevance=0.1) for n in range(8)]
    assert sum(is_link(found) for found in choose([*links, *read], WEIGHTS, Limits(10))) == 2
    assert sum(is_link(found) for found in choose([*links, *read[:2]], WEIGHTS, Limits(10))) == 8
    shown = arrange(choose([*links, *read], WEIGHTS, Limits(10)), "foundations")
    assert [is_link(found) for found in shown] == [False] * 8 + [True] * 2, "what nobody has read comes last"


def test_the_asked_competitions_own_places_stand_in_the_list_though_they_are_links() -> None:
    own = replace(item("link:own", relevance=0.6), competition="frogs", is_asked=True)
    near = [replace(item(f"n{n}", "writeup", f"uses:{name}", relevance=0.5), competition=name)
            for n, name in enumerate(WEIGHTS)]  # fmt: skip
    assert own in choose([own, *near], WEIGHTS, Limits(3))


def test_a_list_covers_what_single_winners_use_before_more_of_the_same() -> None:
    weights = {"larch": 0.6, **dict.fromkeys("abcd", 0.1)}
    rich = item("rich", "writeup", "uses:larch", "uses:a", "uses:b", "why:a:speed:for", relevance=0.5)
    other = item("other", "writeup", "uses:larch", "uses:c", "uses:d", "why:c:speed:for", relevance=0.5)
    same = [item(f"s{n}", "notebook", "uses:larch", f"solution:{n}", relevance=0.6) for n in range(3)]
    chosen = choose([*same, rich, other], weights, Limits(3))
    assert {"rich", "other"} <= {found.key for found in chosen}


def test_papers_have_a_part_of_their_own() -> None:
    papers = [item(f"p{n}", "paper", f"uses:p{n}", f"paper:{n}", relevance=0.01) for n in range(9)]
    read = [item(f"r{n}", "writeup", f"uses:r{n}", "why:x:speed:for", relevance=0.9) for n in range(9)]
    kinds = [found.kind for found in choose([*papers, *read], {f"r{n}": 0.5 for n in range(9)}, Limits(10))]
    assert kinds.count("paper") == 3
    loud = [replace(one, relevance=1.0) for one in papers]
    kinds = [found.kind for found in choose([*loud, *read], {f"p{n}": 0.9 for n in range(9)}, Limits(10))]
    assert kinds.count("paper") == 4, "documents that tell something keep the larger part"


def test_of_two_alike_the_newer_one_is_taken() -> None:
    old, new = (item(f"y{year}", "writeup", "uses:larch", f"solution:{year}", year=year) for year in (2014, 2025))
    assert choose([old, new], WEIGHTS, Limits(1)) == (new,)


def test_links_of_near_competitions_stand_before_far_documents_once_the_papers_are_full() -> None:
    papers = [item(f"p{n}", "paper", f"uses:p{n}", relevance=1.0) for n in range(9)]
    links = [replace(item(f"link:{n}", relevance=0.5), competition=f"c{n}") for n in range(3)]
    far = [replace(item(f"f{n}", "writeup", f"uses:f{n}", relevance=0.05), trust=0.01) for n in range(9)]
    chosen = choose([*papers, *links, *far], {f"p{n}": 0.5 for n in range(9)}, Limits(10))
    kinds = ["link" if is_link(one) else one.key[0] for one in chosen]
    assert (kinds.count("link"), kinds.count("p"), kinds.count("f")) == (2, 4, 4)
