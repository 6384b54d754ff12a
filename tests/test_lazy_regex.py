"""Patterns that are compiled when they are first used."""

import re

import pytest
from bs4 import BeautifulSoup

from qa.lazy_regex import lazy_regex


def test_pattern_does_what_a_compiled_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []
    monkeypatch.setattr("qa.lazy_regex.re.compile", lambda *asked: compiled.append(asked[0]) or re._compile(*asked))  # type: ignore[attr-defined]
    digits = lazy_regex(r"(?P<first>\d)\d*", re.IGNORECASE)
    assert digits.pattern == r"(?P<first>\d)\d*"
    assert not compiled
    for _ in range(2):
        found = digits.search("a 12")
        assert found
        assert found["first"] == "1"
    assert digits.fullmatch("1a") is None
    assert digits.sub("n", "12 and 3") == "n and n"
    assert [match[0] for match in digits.finditer("1 22")] == ["1", "22"]
    assert digits.flags & re.IGNORECASE
    assert compiled == [digits.pattern]
    assert lazy_regex(rb"\d").search(b"1")


def test_wrong_pattern_is_told_by_its_first_use() -> None:
    wrong = lazy_regex("(")
    with pytest.raises(re.error):
        wrong.search("a")


def test_library_knows_it_for_a_pattern() -> None:
    page = BeautifulSoup('<a href="to">x</a><a href="from">y</a>', "html.parser")
    assert [link.text for link in page.find_all("a", href=lazy_regex("^t"))] == ["x"]
