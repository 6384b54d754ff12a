"""Whether a number is the value itself, or one end of a range or a bound."""

import pytest

from qa.text.bounds_said import is_exact


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ("Invoice 12 - [EUR 480.00]", True),
        ("Amount for May 2025 – [EUR 90.00]", True),
        ("Total: [EUR 480.00] - 14 days net", True),
        ("Gesamtbetrag: [480,00 €] – 30 Tage Ziel", True),
        ("Total: [EUR 480.00] to 1 May", True),
        ("Total: [480 EUR] or 2 payments", True),
        ("Total: EUR 400 - [EUR 480]", False),
        ("Total: [EUR 400] - EUR 480", False),
        ("[EUR 80] - 90 in total", False),
        ("80-[90 EUR]", False),
        ("80 bis [90 EUR]", False),
        ("between [EUR 80] and EUR 90", False),
        ("a price from [EUR 900]", False),
        ("bis zu [400 Euro]", False),
    ],
)
def test_a_sum_is_one_end_of_a_range_only_where_its_ends_rise(text: str, exact: bool) -> None:
    start, end = text.index("["), text.index("]") - 1
    assert is_exact(text.replace("[", "").replace("]", ""), start, end, is_sum=True) is exact
