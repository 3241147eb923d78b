"""Links to GitHub -> READMEs and notebooks, with their licence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from loopback.fake_clock import START, FakeClock
from loopback.scripted_server import ScriptedServer, Step

from corpus.errors import UsageError
from corpus.ids import document_id
from corpus.records import Failure, Fetched, Gone, Target, Unchanged, Visit
from miner.fetch.client import Surroundings, open_web
from miner.sources.protocol import Scope
from miner.sources.repositories import Repositories, file_of_link, licence_of_text, open_source

GITHUB = "https://github.com"
PLAIN = {"Content-Type": "text/plain; charset=utf-8"}


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer({}) as opened:
        yield opened


def source(server: ScriptedServer) -> Repositories:
    clock = FakeClock()
    web = open_web(pace_s=0, surroundings=Surroundings(clock, clock.sleep))
    return open_source({"raw_base": server.url}, web, {})


def targets(repositories: Repositories, *links: tuple[str, str | None], only: tuple[str, ...] = ()) -> list[Target]:
    found = repositories.discover(Scope(START, competitions=only, known_links=links), {})
    return [item for item in found if isinstance(item, Target)]


def text(body: str) -> Step:
    return Step(body=body.encode(), headers=PLAIN)


def test_links_to_one_repository_are_one_target(server: ScriptedServer) -> None:
    repositories = source(server)
    found = targets(
        repositories,
        (f"{GITHUB}/AdaPond/frogs", "kaggle/frogs"),
        ("http://www.github.com/adapond/Frogs/tree/main/src?x=1#readme", None),
        (f"{GITHUB}/adapond/frogs.git", "kaggle/frogs"),
        (f"{GITHUB}/adapond/newts", "kaggle/frogs"),
        (f"{GITHUB}/adapond/newts", "kaggle/newts"),
        (f"{GITHUB}/adapond/frogs/blob/main/nb/train%20it.ipynb", "kaggle/frogs"),
        ("https://a.example/adapond/frogs", None),
        (f"{GITHUB}/topics/frogs", None),
    )
    assert [(t.key, t.kind, t.competition_id) for t in found] == [
        (f"{GITHUB}/AdaPond/frogs", "readme", "kaggle/frogs"),
        (f"{GITHUB}/adapond/newts", "readme", None),
        (f"{GITHUB}/adapond/frogs/blob/main/nb/train%20it.ipynb", "notebook", "kaggle/frogs"),
    ]
    assert targets(repositories, (f"{GITHUB}/a/b", "kaggle/frogs"), (f"{GITHUB}/a/c", "kaggle/x"), only=("x",))[
        0
    ].url == (f"{GITHUB}/a/c")


@pytest.mark.parametrize(
    "link",
    [
        GITHUB,
        f"{GITHUB}/adapond",
        f"{GITHUB}/orgs/adapond",
        f"{GITHUB}/adapond/frogs/issues/3",
        f"{GITHUB}/adapond/frogs/blob/main/train.py",
        f"{GITHUB}/adapond/frogs/blob/main",
        f"{GITHUB}/a%2f..%2fb/frogs",
        f"{GITHUB}/adapond/..%5cfrogs",
        f"{GITHUB}/adapond/fr ogs%00",
        f"{GITHUB}/adapond/frogs/blob/main/a%2F..%2F..%2Fx.md",
        f"{GITHUB}/adapond/frogs/blob/%2e%2e/x.md",
        f"{GITHUB}/adapond/{'x' * 101}",
        "https://github.com.evil.example/adapond/frogs",
        "javascript:alert(1)",
    ],
)
def test_other_links_lead_to_no_file(link: str) -> None:
    assert file_of_link(link) is None


def test_the_example_readme_becomes_the_expected_document(server: ScriptedServer, repository: Path) -> None:
    folder = repository / "tests/examples/sources"
    content = (folder / "repositories.in.md").read_bytes()
    expected = json.loads((folder / "repositories.out.json").read_text("utf-8"))
    server.script("/adapond/frogs/HEAD/readme.md", Step(body=content, headers=PLAIN, etag='"e"'))
    server.script("/adapond/frogs/HEAD/LICENSE.md", text("# The MIT License (MIT)\n\nCopyright somebody"))
    repositories = source(server)
    (target,) = targets(repositories, (expected["url"], "kaggle/invented-frogs"))
    fetched = repositories.fetch(target, None)
    assert isinstance(fetched, Fetched)
    assert (fetched.content, fetched.etag) == (content, '"e"')
    document = repositories.describe(target, fetched)
    assert document.id == document_id(expected["url"], "")
    got = {**asdict(document), "rank": document.ranks[0].rank}
    assert {key: got[key] for key in expected["document"]} == expected["document"]
    assert server.paths() == [
        f"/adapond/frogs/HEAD/{name}" for name in ("README.md", "readme.md", "LICENSE", "LICENSE.md")
    ]
    assert repositories.fetch(target, Visit(target, etag='"e"')) == Unchanged('"e"', None)


def test_a_notebook_is_read_as_one_and_the_licence_asked_for_once(server: ScriptedServer) -> None:
    notebook = '{"cells": [{"cell_type": "markdown", "source": ["# Newts"]}], "nbformat": 4}'
    server.script("/a/b/main/x%20y.ipynb", text(notebook))
    server.script("/a/b/main/page.ipynb", Step(body=b"<html>sign in</html>"))
    server.script("/a/b/HEAD/README.md", text("words"))
    server.script("/a/b/HEAD/LICENSE", text("Apache License\nVersion 2.0"))
    repositories = source(server)
    links = [
        f"{GITHUB}/a/b/blob/main/x%20y.ipynb",
        f"{GITHUB}/a/b",
        f"{GITHUB}/a/b/blob/main/page.ipynb",
        f"{GITHUB}/a/c",
    ]
    found = targets(repositories, *((link, None) for link in links))
    first, readme, page, nothing = (repositories.fetch(target, None) for target in found)
    assert isinstance(first, Fetched)
    assert (first.format, repositories.describe(found[0], first).title) == ("ipynb", "Newts")
    assert isinstance(readme, Fetched)
    assert [x.facts["licence"] for x in (first, readme)] == ["Apache-2.0"] * 2
    assert server.paths().count("/a/b/HEAD/LICENSE") == 1
    assert isinstance(page, Failure)
    assert isinstance(nothing, Gone)


@pytest.mark.parametrize(
    ("head", "licence"),
    [
        ("MIT License\n\nCopyright (c) 2024", "MIT"),
        ("                                 Apache License\n                           Version 2.0", "Apache-2.0"),
        ("BSD 3-Clause License", "BSD-3-Clause"),
        ("Copyright 2020 X. Redistribution and use in source and binary forms, with", "BSD"),
        ("GNU GENERAL PUBLIC LICENSE\nVersion 3", "GPL"),
        ("GNU AFFERO GENERAL PUBLIC LICENSE", "AGPL"),
        ("Creative Commons Attribution-NonCommercial 4.0 International", "CC-BY-NC"),
        ("This is free and unencumbered software released into the public domain.", "Unlicense"),
        ("All rights reserved.", None),
        ("", None),
    ],
)
def test_licences_are_known_by_their_first_lines(head: str, licence: str | None) -> None:
    assert licence_of_text(head.encode()) == licence


def test_the_raw_base_is_checked(server: ScriptedServer) -> None:
    with pytest.raises(UsageError, match="raw_base"):
        open_source({"raw_base": "file:///x"}, open_web(), {})


@given(st.text(st.sampled_from("ab/.-_%2eF5c?#\x00\u00e9 "), max_size=40))
def test_no_link_leaves_its_repository(rest: str) -> None:
    file = file_of_link(f"{GITHUB}/adapond/frogs/blob/main/{rest}.md")
    if file is not None and file.path:
        parts = file.path.split("/")
        assert file.url.startswith(f"{GITHUB}/adapond/frogs/blob/main/")
        assert not {"", ".", ".."} & {*parts}
