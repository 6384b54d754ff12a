"""Who holds an office, how many people, which of several in a row: what tells of none is not quoted."""

from dataclasses import replace

import pytest
from fakes import PlainWords, asked, chunk

from qa.answering.by_rule.changes_told import told_by_changes
from qa.answering.sentences.quoted_sentences import Quote
from qa.answering.taken_back.name_asked import counts_nobody, names_nobody
from qa.text.bounds import asks_by_when, says_by_when
from qa.text.commands import without_command
from qa.text.counted_people import counts_people, counts_people_in
from qa.text.ordinals import other_ordinal
from qa.types import Hit

SMALL = "the a is in of what to and it".split()  # noqa: SIM905


def quote(text: str, language: str) -> Quote:
    hit = Hit(replace(chunk(text), metadata={"language": language}), 0.5, 1, "scores")
    return Quote(hit, 0, len(text), text, 0.5)


@pytest.mark.parametrize(
    ("question", "text", "language", "nobody"),
    [
        ("who is the site manager", "This plan tells everybody on site what to do.", "en", True),
        ("Who is the site manager?", "Ann Hill, site manager, has the keys.", "en", False),
        ("Who is our caretaker?", "Bob is the caretaker.", "en", False),
        ("Who is the treasurer?", "The Treasurer is responsible for the funds of the Corporation.", "en", True),
        ("Who is the insurance broker?", "The broker is whoever signs the cover note.", "en", False),
        ("What is the name of the caretaker?", "A caretaker may be ordered.", "en", True),
        # What is named so is no person, or a person who is named.
        ("What is the name of the movement?", "It is called net force.", "en", False),
        ("Who is the Duke of Hill?", "He lives on site.", "en", False),
        ("Who is responsible for the keys?", "The members are.", "en", False),
        ("wie heißt der hausmeister", "Dann wird ein Hausmeister oder eine Putzfirma beauftragt.", "de", True),
        ("Wie heißt der Hausmeister?", "Hausmeister Krause hat die Schlüssel.", "de", False),
        (
            "Wer ist der erste Vorsitzende?",
            "Der Vorstand besteht aus dem 1. Vorsitzenden und dem Kassenwart.",
            "de",
            True,
        ),
        ("Wer ist der Vermieter?", "Der Mieter kann vom Vermieter Schadensersatz verlangen.", "de", True),
        ("Wer ist der Vermieter?", "Andere Tiere dürfen nur mit Erlaubnis des Vermieters gehalten werden.", "de", True),
        ("Wer ist der Präsident?", "Rev. Paul T. Stallsworth, Präsident des Vereins, sagte das.", "de", False),
        ("Wie heißt die Epoche?", "Die jüngste ist klein.", "de", False),
        ("What is the name of the server?", "The server is called atlas-01.", "en", False),
    ],
)
def test_who_holds_an_office_is_told_by_who_is_named(question: str, text: str, language: str, nobody: bool) -> None:
    query = asked(question, words=PlainWords(*SMALL), language=language)
    assert names_nobody(query, [quote(text, language)]) is nobody


@pytest.mark.parametrize(
    ("question", "text", "nobody"),
    [
        ("How many people are needed for the oil change?", "Four drums are needed for the filling.", True),
        ("How many people are needed for the oil change?", "Three technicians carry out the work.", False),
        ("How many people came?", "17 attended the meeting.", False),
        ("How many people can sleep there?", "Sleeps: 6. Dogs are welcome.", False),
        ("How many people live there?", "The town has a population of 60,000.", False),
        ("How many drums are needed?", "Bring the pump.", False),
        ("How many people fit in the hall?", "The hall holds 120.", False),
        ("Wie viele Personen passen hinein?", "Das Haus hat 12 Schlafplätze.", False),
        ("Wie viele Leute braucht man?", "Zwei Fässer werden gebraucht.", True),
        ("Wie viele Leute braucht man?", "Zwei Helferinnen halten die Leiter.", False),
    ],
)
def test_people_are_told_by_what_they_are_and_not_by_things(question: str, text: str, nobody: bool) -> None:
    language = "de" if question.startswith("Wie") else "en"
    query = asked(question, words=PlainWords(*SMALL), language=language)
    assert counts_nobody(query, [quote(text, language)]) is nobody


def test_question_of_hyphens_is_read_in_no_time() -> None:
    query = asked("who is the " + "a-" * 900 + "a ?x", words=PlainWords(*SMALL), language="en")
    assert not names_nobody(query, [quote("It is a door.", "en")])


def test_number_of_things_counts_nobody() -> None:
    assert counts_people("How many people are in the crew?")
    assert counts_people_in("Drei Monteure fahren mit.")
    assert counts_people_in("two riggers")
    assert not counts_people_in("four containers")
    assert not counts_people_in("In 2023 workers struck.")


@pytest.mark.parametrize(
    ("question", "text", "other"),
    [
        ("Wann war die erste Impfung?", "Die zweite Impfung steht noch aus.", True),
        ("Wann war die erste Impfung?", "Die 1. Impfung war im Mai, die 2. Impfung folgt.", False),
        ("When is the second payment due?", "The first payment is due in May.", True),
        ("When is the 2nd payment due?", "The second payment is due in May.", False),
        ("Who was the first doctor to marry?", "The eleventh doctor was the first to marry.", False),
        ("When is the next inspection?", "Last inspection: 3 May 2024", True),
        ("When is the next inspection?", "Inspected every two months; last held in May.", False),
        ("When was the last survey?", "The next survey has been scheduled for May.", True),
        ("Wann ist die nächste Prüfung?", "Letzte Prüfung: 3. Mai 2024", True),
        ("What is the next step?", "Last step: close the door.", False),
        # Neither a day of a month nor a deadline is one in a row.
        ("Ist das Bad am 15. April geöffnet?", "Vom 1. April bis 30. September geöffnet.", False),
        ("When is the last day to pay?", "Pay by 30 June; next month costs 5 % more.", False),
        ("What is the first prize?", "2nd prize £50, 1st £100", False),
    ],
)
def test_what_is_said_of_another_one_in_a_row_is_told_apart(question: str, text: str, other: bool) -> None:
    assert other_ordinal(question, text) is other


def test_a_deadline_says_until_when() -> None:
    assert asks_by_when("by when must we answer")
    assert asks_by_when("Bis wann muss ich antworten?")
    assert not asks_by_when("What is the force divided by when it is small?")
    assert says_by_when("Please confirm in writing by 28 March.")
    assert says_by_when("spätestens am dritten Werktag")
    assert says_by_when("It should be taken within a year after the birth.")
    assert not says_by_when("Our inspection of your rooms on 6 March found the following.")


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("list all incidents", "all incidents"),
        ("Show me the limits", " the limits"),
        ("Nenne mir die Fristen", " die Fristen"),
        ("list price of the pump", "list price of the pump"),
        ("name of the ship", "name of the ship"),
        ("show me", "show me"),
    ],
)
def test_verb_that_asks_is_no_word_of_what_is_asked(question: str, left: str) -> None:
    assert without_command(question) == left


def test_what_changed_is_told_by_the_section_on_changes() -> None:
    query = asked("what changed in the gearbox procedure", words=PlainWords(*SMALL), language="en")
    own = {"language": "en"}

    def hit(text: str, heading: str, title: str) -> Hit:
        return Hit(
            replace(chunk(text), id=text[:9], document_id=title, title=title, heading=heading, metadata=own),
            0.5,
            1,
            "scores",
        )

    oil = "The gearbox has taught us that fresh oil can hide a damage."
    lowered = "The limit for iron was lowered from 150 to 120 ppm."
    hits = [
        hit(oil, "7.10 Records", "Gearbox oil change"),
        hit("Changes of this lease need the written form.", "Changes", "Gearbox lease"),
        hit(lowered, "7.11 Changes in this revision", "Gearbox oil change"),
        hit("The pump was replaced by another pump.", "Change history", "Pump manual"),
    ]
    told = told_by_changes(query, hits, "english")
    assert told is not None
    assert [one.text for one in told.quotes] == [lowered]
    assert told_by_changes(asked("what changed in the crane", words=PlainWords(*SMALL)), hits, "english") is None
