"""Words that a pattern takes in any case are found in the tables of words, Turkish letters or not."""

from collections.abc import Callable

import pytest

from qa.answering.by_rule.superseded import _key
from qa.answering.routes.side_by_side.verdict import quantities
from qa.answering.routes.stated.limits import limited
from qa.answering.routes.stated.total_words import totals
from qa.tables.named_periods import periods
from qa.text.casing import lowered
from qa.text.measured import measured
from qa.text.normal_forms import forms
from qa.text.values import days


def test_lowered_has_one_i() -> None:
    assert [lowered(word) for word in ("sıx", "SİX", "SIX", "Straße", "ſix")] == ["six", "six", "six", "strasse", "six"]


@pytest.mark.parametrize("text", ["5 mıllion euros in sıx weeks from 3 Aprıl 2024", "5 MİLLİON, SİX WEEKS, 3 APRİL"])
@pytest.mark.parametrize("read", [measured, forms, days, quantities, limited, totals, _key, periods])
def test_reader_of_words_takes_turkish_letters(text: str, read: Callable[[str], object]) -> None:
    found = read(text)
    if hasattr(found, "__next__"):
        list(found)  # type: ignore[call-overload]


def test_number_in_turkish_letters_is_the_number() -> None:
    found = [(one.value, one.unit) for one in measured("5 mıllion euros in sıx weeks")]
    assert found == [(5_000_000, "EUR"), (6, "week")]
