"""What stands beside what would be quoted and belongs to the answer: terms, who does it, the fields of two papers."""

import time

import pytest
from fakes import chunk
from test_asked_thing import paper, query_of
from test_days_and_measures import register_row

from qa.answering.quoted_sentences import sentences_of
from qa.answering.routes.across_words import side_by_side
from qa.answering.routes.same_fields import same_fields
from qa.answering.routes.sides import _of_noun
from qa.answering.terms_beside import with_terms
from qa.answering.who_does_it import with_who
from qa.types import Hit

INTERNET = paper(
    "Start: 15 September 2023. The minimum term is 24 months. You can cancel with one month's notice to the end of the "
    "term. Send the letter to PO Box 77. The router is lent."
)
STROM = paper(
    "Der Vertrag läuft jeweils zwölf Monate. Die Kündigungsfrist beträgt sechs Wochen. Für eine Kündigung muss Ihr "
    "Schreiben bis zum 17.01.2026 bei uns sein. Der Preis steigt nicht.",
    language="de",
)


@pytest.mark.parametrize(
    ("question", "language", "hit", "quoted", "beside"),
    [
        ("How do I cancel the contract?", "en", INTERNET, "You can cancel", ["24 months"]),
        ("Bis wann muss ich kündigen?", "de", STROM, "Die Kündigungsfrist", ["17.01.2026", "zwölf Monate"]),
        ("Wie kündige ich den Strom?", "de", STROM, "Für eine Kündigung", ["sechs Wochen", "zwölf Monate"]),
    ],
)
def test_who_cancels_is_told_the_terms_too(
    question: str, language: str, hit: Hit, quoted: str, beside: list[str]
) -> None:
    first = next(quote for quote in sentences_of(hit) if quote.text.startswith(quoted))
    found = with_terms(query_of(question, language), [first], [hit], "english")
    assert found[0] is first
    assert len(found) == 1 + len(beside)
    assert all(any(words in quote.text for quote in found[1:]) for words in beside)


@pytest.mark.parametrize("question", ["What is the notice period?", "Who lends the router?", "What does it cost?"])
def test_other_questions_are_told_no_terms(question: str) -> None:
    first = sentences_of(INTERNET)[1]
    assert with_terms(query_of(question), [first], [INTERNET], "english") == [first]


def test_terms_of_one_contract_leave_the_other_papers_quotations() -> None:
    gym = paper("The gym contract is cancelled in writing. Two weeks' notice is enough.", title="Gym")
    room = paper("Please notice that room 12 is closed.", title="Room")
    first, other = sentences_of(INTERNET)[2], sentences_of(gym)[0]
    found = with_terms(
        query_of("How do I cancel the internet and the gym contract?"), [first, other], [INTERNET, gym], ""
    )
    assert found[0] is first
    assert other in found
    process = sentences_of(paper("Send SIGTERM to the process to terminate it.", title="Processes"))[0]
    quotes = [process, sentences_of(room)[0]]
    assert with_terms(query_of("How do I terminate a process?"), quotes, [room], "") == quotes


def test_terms_are_looked_for_in_time_in_a_long_row_of_figures() -> None:
    """A number before "notice" was looked for to the end of the text from each figure: 5 s for 16,000 characters."""
    row = paper("The contract is cancelled so: " + "1 cancel " * 2_000, title="Contract")
    started = time.process_time()
    with_terms(query_of("How do I cancel the contract?"), sentences_of(row)[:1], [row], "")
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("text", "second"),
    [
        ("The roof of the shed leaks. Sam Kettle repairs it in March.", "Sam Kettle"),
        # It is no answer who does something else, and nobody is named twice.
        ("The roof of the shed leaks. Priya Menon orders new oars.", ""),
        ("Ann Lee looks at the roof of the shed. Sam Kettle repairs it in March.", ""),
        ("The roof of the shed leaks. It is repaired in March.", ""),
    ],
)
def test_next_sentence_names_who_does_it(text: str, second: str) -> None:
    quotes = sentences_of(paper(text))
    found = with_who(query_of("Who is doing the roof of the shed?"), quotes[:1], "english")
    assert [quote.text.startswith(second) for quote in found[1:]] == ([True] if second else [])


def test_fields_of_two_papers_are_set_side_by_side() -> None:
    one = chunk("ENERGY\nCustomer: Ann Lee\nUnits used: 1,480 kWh\n**Amount due:** £461.20\nSee https://e.example")
    other = chunk("ENERGY\nCustomer: Ann Lee\nAmount due: £318.75\nUnits used: 960 kWh\nMeter: 5\nMeter: 6")
    found = [(left.text, right.text) for left, right in same_fields([one], [other])]
    assert found == [
        ("Units used: 1,480 kWh", "Units used: 960 kWh"),
        ("Amount due:** £461.20", "Amount due: £318.75"),
    ]
    left, _ = same_fields([one], [other])[0]
    assert one.text[left.start : left.end] == left.text


def test_what_two_papers_say_alike_or_under_other_names_is_no_field_of_both() -> None:
    one, other = chunk("Customer: Ann Lee\nTotal: £3"), chunk("Customer: Ann Lee\nAmount: £3")
    assert same_fields([one], [other]) == []


@pytest.mark.parametrize(
    ("question", "items", "group"),
    [
        ("Vergleiche die Nebenkostenabrechnungen 2023 und 2024", ("Nebenkostenabrechnungen 2023",
         "Nebenkostenabrechnungen 2024"), ""),
        ("Vergleiche meine Stromrechnungen", (), "Stromrechnungen"),
        ("compare the allotment minutes", (), "allotment minutes"),
    ],
)  # fmt: skip
def test_what_is_compared_is_said_once(question: str, items: tuple[str, ...], group: str) -> None:
    readings = side_by_side(question)
    assert any(one.items == items and one.group == group for one in readings)


@pytest.mark.parametrize(
    ("noun", "is_german", "found"),
    [
        ("contractors", False, []),
        ("Nebenkostenabrechnungen", True, ["nk/nebenkosten-2023.txt"]),
        ("Nebenkostenabrechnungen", False, []),
        # What is in front alone does not say what it is.
        ("Versicherungsnehmer", True, []),
        ("Versicherungspolicen", True, ["versicherung-boot.txt"]),
        ("Kontrakten", True, []),
        ("allotments", False, ["allotment.md"]),
        # A folder's name is that of all that is in it.
        ("workshop", False, []),
    ],
)
def test_papers_of_a_noun_are_called_by_it(noun: str, is_german: bool, found: list[str]) -> None:
    files = ("contract-boat.md", "nk/nebenkosten-2023.txt", "versicherung-boot.txt", "allotment.md", "workshop/saw.md")
    rows = [register_row(source, "") for source in files]
    assert [row.source for row in _of_noun(noun, rows, is_german=is_german)] == found
