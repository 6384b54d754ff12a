import pytest

from qa.answering.follow_up import standalone
from qa.types import Turn

LONG = "How long is the notice period for tenants in the city?"
LONG_GERMAN = "Wie lange beträgt die Kündigungsfrist für Mieter in der Stadt?"


def asked(*questions: str) -> list[Turn]:
    return [turn for text in questions for turn in (Turn("user", text), Turn("assistant", f"About {text} Three [1]."))]


@pytest.mark.parametrize(
    "question",
    [
        "Does it also hold for subtenants who moved in last year?",
        "Which of them must be paid before the first of the month?",
        "May the landlord of that house ask for more money than this?",
        "And which fee does the landlord charge for a late payment?",
        "What about the fee that a tenant pays for a late payment?",
        "Why must the tenant pay the landlord a fee for late payment?",
        "For tenants?",
        "How much?",
    ],
)
def test_english_follow_up_gets_the_question_before_it(question: str) -> None:
    assert standalone(question, asked(LONG)) == f"{LONG} {question}"


@pytest.mark.parametrize(
    "question",
    [
        "Gilt sie auch für Untermieter, die letztes Jahr eingezogen sind?",
        "Welche Gebühr muss man dafür am Anfang des Monats bezahlen?",
        "Und welche Gebühr verlangt der Vermieter bei verspäteter Zahlung?",
        "Was ist mit der Gebühr, die ein Mieter bei Verzug bezahlt?",
        "Warum muss der Mieter dem Vermieter eine Gebühr bezahlen?",
        "Für Untermieter?",
    ],
)
def test_german_follow_up_gets_the_question_before_it(question: str) -> None:
    assert standalone(question, asked(LONG_GERMAN)) == f"{LONG_GERMAN} {question}"


@pytest.mark.parametrize(
    "question",
    [
        "Which documents must new employees bring?",  # one word more than a fragment may have
        "Which documents does a new employee bring on the first day?",
        "How many vacation days does a full-time employee have each year?",
        "Welche Unterlagen bringt ein neuer Mitarbeiter am ersten Tag mit?",
        "How does an italic thesis title change the theme of another item?",  # it, the, the, other: parts of words
    ],
)
def test_question_that_stands_alone_is_left_as_it_is(question: str) -> None:
    assert standalone(question, asked(LONG)) == question


def test_first_question_is_left_as_it_is() -> None:
    assert standalone("How much is it?", []) == "How much is it?"
    assert standalone("How much is it?", [Turn("assistant", "Good morning.")]) == "How much is it?"


def test_chain_of_follow_ups_leads_back_to_its_subject() -> None:
    assert standalone("And in winter?", asked(LONG, "For subtenants?")) == f"{LONG} For subtenants? And in winter?"


def test_chain_ends_at_the_question_that_stands_alone() -> None:
    other = "Which documents does a new employee bring on the first day?"
    assert standalone("Why?", asked(LONG, other, "When?")) == f"{other} When? Why?"


def test_answers_are_not_searched_for() -> None:
    assert "About" not in standalone("How much?", asked(LONG))
