"""How often something happens: which question asks for it, and which text tells it."""

import pytest

from qa.text.frequencies import asks_how_often, counts_in_row, says_how_often


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("How often are the bearings greased?", True),
        ("how frequently should the filter be cleaned", True),
        ("Wie oft muss ich renovieren?", True),
        ("Wie häufig tagt der Vorstand?", True),
        ("How often did turbine B06 stop?", False),
        ("Wie oft hat Polonia den Pokal gewonnen?", False),
        ("Who is often late?", False),
    ],
)
def test_question_asks_how_often(question: str, asks: bool) -> None:
    assert asks_how_often(question) is asks


@pytest.mark.parametrize(
    "text",
    [
        "The oil is changed every five years.",
        "System: Main bearing; Interval: continuous",
        "The council meets on the first Monday.",
        "Replace it after 500 hours.",
        "Two years after the last one it is due again.",
        "Elections take place in spring and autumn.",
        "It is washed when necessary.",
        "Sie tagt zweimal im Jahr.",
        "Die Tonne wird 14-täglich geleert, im Sommer wöchentlich.",
        "Alle zwölf Monate wird geprüft.",
        "Sie kommt montags.",
        "Nur selten.",
    ],
)
def test_text_says_how_often(text: str) -> None:
    assert says_how_often(text)


@pytest.mark.parametrize(
    "text",
    [
        "The inspection was made on 20 turbines and produced a list of 63 findings.",
        "The crane may be used up to a mean wind of 11 m/s.",
        "Die Prüfung dauert 90 Minuten und kostet 40 Euro.",
        "On Monday 3 March the pump was greased.",
    ],
)
def test_text_says_nothing_of_how_often(text: str) -> None:
    assert not says_how_often(text)


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("Weather: Snow; Strokes: nine", True),
        ("Ort: Nord; Leerungen: 12; Art: Papier", True),
        ("Time: 03:42; Event: Turbine stops", False),
        ("Work: Inside the nacelle; Wind limit: 20 m/s", False),
    ],
)
def test_cell_of_a_row_is_a_number_of_times(text: str, counts: bool) -> None:
    assert counts_in_row(text) is counts
