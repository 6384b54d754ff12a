"""What papers say in other words than questions: what something costs, whose year it is, which day is the end."""

from dataclasses import replace

import pytest

from qa.retrieval.about import Sorted
from qa.retrieval.editions import is_of_other_month, of_the_year
from qa.text.bounds import at_bound, bound_asked, end_asked, is_right_to_end, says_end
from qa.text.cost_words import cost_asked, says_cost
from qa.types import Chunk, Hit


def _hit(number: int, source: str, title: str, score: float) -> Hit:
    text = "Die Nachzahlung ist bis 15. Juni 2024 zu überweisen."
    chunk = Chunk(f"c{number}", f"d{number}", "v", number, source, title, "", 0, 0, len(text), text, {})
    return Hit(chunk, score, number, "scores")


STATEMENTS = [
    _hit(1, "h/abrechnung-2023.md", "Nebenkostenabrechnung 2023", 0.8),
    _hit(2, "h/abrechnung-2024.md", "Nebenkostenabrechnung 2024", 0.75),
    _hit(3, "h/letter.md", "Letter", 0.3),
]


@pytest.mark.parametrize(
    ("question", "kept"),
    [
        ("wie hoch war die nachzahlung 2024", [2, 3]),
        ("wie hoch war die nachzahlung 2023", [1, 3]),
        ("wie hoch war die nachzahlung 2022", [1, 2, 3]),
        ("war die nachzahlung 2023 höher als 2024", [1, 2, 3]),
    ],
)
def test_the_edition_of_the_year_that_is_named_answers(question: str, kept: list[int]) -> None:
    found = of_the_year(question, Sorted(STATEMENTS))
    assert [hit.rank for hit in found.hits] == kept


MONTHS = [
    _hit(1, "h/brackwater-2024-04.txt", "Brackwater 2024-04", 0.8),
    _hit(2, "h/brackwater-2024-05.txt", "Brackwater 2024-05", 0.75),
]


@pytest.mark.parametrize(
    ("question", "others"),
    [
        ("How much is the Brackwater invoice of June 2024?", [1, 2]),
        ("how much is the bill for may", [1]),
        ("Wie hoch war die Stromrechnung im März?", [1, 2]),
        ("How much is the April invoice?", [2]),
        ("What do the minutes of June say?", [1, 2]),
        # A day is another paper's, a verb and a person are no month, and what happened in June any paper may tell.
        ("How much is the invoice of May 6?", []),
        ("How much is the invoice of 6 May?", []),
        ("Who may report a fault?", []),
        ("How much is the invoice from Jan?", []),
        ("What happened in June?", []),
    ],
)
def test_paper_of_another_month_than_is_asked_for_is_told(question: str, others: list[int]) -> None:
    assert [hit.rank for hit in MONTHS if is_of_other_month(question, hit.chunk)] == others


@pytest.mark.parametrize(
    ("question", "file", "title", "text", "is_other"),
    [
        # A bill is filed by the day on which it came, and its text says which month it is for.
        (
            "How much was the electricity bill for June?",
            "2024-07-03 electricity bill",
            "Bill",
            "Total: 84 euros.",
            False,
        ),
        (
            "How much was the electricity bill for June?",
            "bill-2024-07",
            "Bill",
            "Period: 1-30 June 2024. 84 euros.",
            False,
        ),
        ("How much was the electricity bill for June?", "bill-2024-07", "Bill", "Period: until 30.06.2024", True),
        ("Wie hoch war die Stromrechnung im Juni?", "strom-2024-07", "Rechnung", "Juni 2024: 84 Euro", False),
        (
            "Wie hoch war die Stromrechnung im Juni?",
            "strom-2024-07",
            "Rechnung",
            "1. bis 30. Juni 2024: 84 Euro",
            False,
        ),
        ("How much is the bill of June?", "bill-2024-05", "Bill", "Payable by 12 June 2024: 84 euros.", True),
        ("How much is the bill of May?", "bill-2024-06", "Bill", "You may pay 84 euros.", True),
        # Minutes are of their day's month.
        ("What do the minutes of June say?", "minutes", "Minutes of 3 July 2024", "Ann was there.", True),
        # Somebody, or a verb.
        ("What is in the report of April Jones?", "report-2024-05", "Report", "All is well.", False),
        ("How much is the invoice from June Carter?", "invoice-2024-05", "Invoice", "80 euros", False),
        ("How much is the May invoice?", "a", "Invoice of June Carter", "80 euros", False),
        ("How much is the June invoice?", "a", "May I help you", "80 euros", False),
        ("How much is the June invoice?", "a", "May Invoice", "80 euros", True),
        # It was paid then.
        ("When was the bill in June paid?", "bill-2024-05", "Bill", "84 euros, paid on 3 June.", False),
    ],
)
def test_paper_is_of_another_month_only_where_its_name_surely_says_so(
    question: str, file: str, title: str, text: str, is_other: bool
) -> None:
    one = _hit(1, f"h/{file}.txt", title, 0.8).chunk
    assert is_of_other_month(question, replace(one, text=text)) is is_other


def test_when_the_bill_of_a_month_is_due_is_told_by_that_bill() -> None:
    """April's is due in May."""
    [left] = of_the_year("When is the Brackwater invoice of May due?", Sorted(MONTHS)).hits
    assert left.rank == 2
    # When May's meeting is may be told by the minutes of April.
    assert len(of_the_year("When is the meeting of May?", Sorted(MONTHS)).hits) == 2


def test_an_edition_that_says_it_worse_leaves_the_other_there() -> None:
    worse = [STATEMENTS[0], _hit(2, "h/abrechnung-2024.md", "Nebenkostenabrechnung 2024", 0.4)]
    assert len(of_the_year("wie hoch war die nachzahlung 2024", Sorted(worse)).hits) == 2


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("what does the gym cost", "cost"),
        ("was kostet der zahnarzt", "kostet"),
        ("what did the plumber charge", "charge"),
        ("What cost centre is it?", ""),
        ("Who is in charge?", ""),
    ],
)
def test_what_something_costs_is_asked(question: str, word: str) -> None:
    assert cost_asked(question) == word


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("The fee is EUR 24.00 per month.", True),
        ("Rechnungsbetrag: 186,30 €.", True),
        ("The fee is waived.", False),
        ("EUR 24 were lost.", False),
    ],
)
def test_a_sentence_says_what_something_costs(text: str, *, says: bool) -> None:
    assert says_cost(text) is says


@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("When does it end?", "14 March 2026"),
        ("When does it start?", "15 March 2024"),
        ("Wann endet es?", "14 March 2026"),
    ],
)
def test_the_verb_in_front_of_a_day_tells_which_end_it_is(question: str, day: str) -> None:
    sentence = "It starts on 15 March 2024 and ends on 14 March 2026."
    spans = [(sentence.index(each), sentence.index(each) + len(each)) for each in ("15 March 2024", "14 March 2026")]
    assert [sentence[slice(*span)] for span in at_bound(bound_asked(question), sentence, spans)] == [day]


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("when does the lease end", "end"),
        ("how long does the policy run", "run"),
        ("bis wann gilt das angebot", "gilt"),
        ("when can we end the lease", ""),
        ("wann kann ich den vertrag frühestens beenden", ""),
        ("who ends the meeting", ""),
        ("when was the pump last serviced", ""),
        ("when did we pay in the end", ""),
        ("when is the party at the end of May", ""),
    ],
)
def test_questions_that_ask_when_something_ends(question: str, word: str) -> None:
    assert end_asked(question) == word


@pytest.mark.parametrize(
    ("text", "says", "is_right"),
    [
        ("It runs for five years, ending on 28 February 2026.", True, False),
        ("Der Vertrag läuft bis zum 31. Mai 2026.", True, False),
        ("The tenant may end it on 3 May 2024 by notice.", False, True),
        ("Die Mieter können zum 31. Mai 2026 kündigen.", False, True),
        ("It began on 3 May 2024.", False, False),
    ],
)
def test_sentences_that_say_when_something_ends(text: str, says: bool, is_right: bool) -> None:
    assert (says_end(text), is_right_to_end(text)) == (says, is_right)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Term: from 1 September 2023 to 31 August 2026.", True),
        ("Period: 1 January 2024 – 31 December 2024", True),
        ("Laufzeit: 1. April 2023 - 31. März 2026", True),
        # One day, and two that are no span.
        ("The term begins on 1 September 2023.", False),
        ("Signed on 1 September 2023, paid on 3 September 2023.", False),
    ],
)
def test_span_of_days_says_when_something_ends(text: str, says: bool) -> None:
    assert says_end(text) == says
