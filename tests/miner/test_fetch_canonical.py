"""One spelling for the addresses of one page (fault matrix B14)."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from corpus.ids import canonical_url
from miner.fetch.canonical import page_key, web_address

SAME = [
    ("https://a.example/p", "http://a.example/p"),
    ("https://a.example/p", "https://www.a.example/p/"),
    ("https://a.example/p", "https://A.EXAMPLE:443/p#part"),
    ("https://a.example/p", "https://a.example./x/../p?utm_source=feed&utm_campaign=c"),
    ("https://a.example/p", "https://a.example/p?fbclid=1&gclid=2"),
    ("https://a.example/p?a=1&b=2", "https://a.example/p?b=2&a=1"),
    ("https://a.example/p?a=1", "https://a.example/p?a=1&PHPSESSID=77"),
    ("https://a.example/p", "https://a.example/p;jsessionid=0A"),
    ("https://a.example/~me/caf%C3%A9", "https://a.example/%7eme/caf\u00e9"),
    ("https://xn--bcher-kva.example/", "https://b\u00fccher.example"),
    ("https://kaggle.com/competitions/reef/discussion/5", "http://www.kaggle.com/c/reef/discussion/5?sort=votes"),
    ("http://127.0.0.1:8000/a", "https://127.0.0.1:8000/a/"),
    ("http://[::1]/a", "https://[0:0:0:0:0:0:0:1]/a"),
]
DIFFERENT = [
    ("https://a.example/p", "https://a.example/P"),
    ("https://a.example/p?id=1", "https://a.example/p?id=2"),
    ("https://a.example/p", "https://b.example/p"),
    ("http://127.0.0.1:8000/a", "http://127.0.0.1:8001/a"),
    ("https://a.example/a/b", "https://a.example/a%2Fb"),
]
NONE = [
    "",
    "a.example/p",
    "mailto:me@a.example",
    "file:///x",
    "http://",
    "http://u@a.example/",
    "http://a:99999/",
    "//a/b",
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_page_meet(one: str, other: str) -> None:
    assert page_key(one) == page_key(other) is not None


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_pages_stay_apart(one: str, other: str) -> None:
    assert page_key(one) != page_key(other)


@pytest.mark.parametrize("url", NONE)
def test_what_is_no_web_address_has_no_key(url: str) -> None:
    assert page_key(url) is None
    assert web_address(url) is None


def test_an_address_still_leads_there() -> None:
    assert web_address(" HTTP://www.A.example:80/b//c/?z&a=1&utm_id=3#d ") == "http://www.a.example/b//c/?z&a=1"
    assert web_address("https://a.example:8443/?q=%e4%BD%a0") == "https://a.example:8443/?q=%E4%BD%A0"


_PIECES = st.text(st.sampled_from("abWw.%2fF/?&=#;:@ \u00e9\t+~-_[]"), max_size=25)
_URLS = st.builds(
    "{}://{}{}{}".format,
    st.sampled_from(["http", "https", "HTTP"]),
    st.sampled_from(
        ["a.example", "www.a.example", "www.www.x", "kaggle.com", "www.kaggle.com", "github.com", "[::1]", "1.2.3.4"]
    ),
    st.sampled_from(["", ":80", ":8000", ":443"]),
    st.builds("/{}".format, st.one_of(_PIECES, st.just("c/x/discussion/12/y?b=1&a=2"), st.just("/c//x//"))),
)


@given(st.one_of(_URLS, st.text(max_size=40)))
def test_a_key_is_its_own_key(url: str) -> None:
    key = page_key(url)
    address = web_address(url)
    assert (key is None) == (address is None)
    if key is not None and address is not None:
        assert page_key(key) == key
        assert web_address(address) == address
        assert page_key(address) == key
        if ":80" not in key and "[" not in key:
            assert canonical_url(key) == key
