"""What is asked for by the hour or the piece, and what says it so."""

import pytest

from qa.text.per_hour import says_per


@pytest.mark.parametrize(
    ("question", "text", "says"),
    [
        ("hallenmiete pro stunde", "Hallenmiete Winter 9.112,00", False),
        ("How much is the hall per hour?", "The hire is EUR 34.00 per court and hour.", True),
        ("hourly rate of the fitter", "He takes £40 an hour.", True),
        ("hourly rate of the fitter", "Fitter £18/h", True),
        ("Stundensatz", "62 € je Stunde", True),
        ("price per piece", "Unit price: 4", True),
        ("was kostet eine Nacht pro Nacht", "Die Woche kostet 400 €.", False),
        ("what does the hotel cost per night", "The hotel for two nights, £96 each.", True),
        # No rate is asked for.
        ("what does half an hour of parking cost", "30 minutes cost 1 euro.", True),
        ("who must be told within an hour", "The manager must be told within 60 minutes.", True),
        ("when does the hourly bus leave", "The bus leaves at ten past.", True),
        # A rent is one of a month though nobody says so.
        ("rent per month", "The rent is £900.", True),
        ("how much is the hall", "The hall costs £900 a year.", True),
    ],
)
def test_a_sum_for_something_else_does_not_say_it(question: str, text: str, *, says: bool) -> None:
    assert says_per(question, text) is says
