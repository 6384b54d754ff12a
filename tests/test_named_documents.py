"""A question in another language than the document that it names, and lines that answer it in other words."""

import pytest

from qa.retrieval.titled import named_by
from qa.text.labels import is_labelled
from qa.text.paper_words import share_said

TITLES = {
    "ahornweg": {"a"},
    "lease": {"b", "c", "d"},
    "station": {"b", "c", "d", "e", "f", "g"},
    "road": {"b", "c", "d", "e", "f", "g"},
    "4": {"c"},
    "report": {"b", "c", "d", "e", "f", "g"},
}


@pytest.mark.parametrize(
    ("question", "documents"),
    [
        ("How much is the rent for the Ahornweg?", {"a"}),
        ("Wann beginnt der Vertrag für Station Road 4?", {"c"}),
        ("What is in the report?", set()),
        ("How much is the rent?", set()),
    ],
)
def test_a_question_names_documents_by_rare_words_or_all_of_them(question: str, documents: set[str]) -> None:
    assert named_by(question, TITLES, 20, lambda word: word in ("the", "for", "is", "in")) == documents


@pytest.mark.parametrize(
    ("question", "language", "text", "other", "share"),
    [
        ("How much is the rent?", "en", "Die monatliche Kaltmiete beträgt 815 EUR.", "de", 1.0),
        ("How much is the rent?", "en", "Der Mieter zahlt am Ersten.", "de", 0.0),
        ("Wie hoch ist die Kaution?", "de", "The tenant pays a deposit of 1,980 EUR.", "en", 1.0),
        ("rent Lindenallee", "", "Die Kaltmiete beträgt 1.040 EUR.", "de", 1.0),
        ("How much is the rent?", "en", "The rent is 815 EUR.", "en", 0.0),
        ("How much is the rent?", "en", "Le loyer est de 815 EUR.", "fr", 0.0),
    ],
)
def test_what_papers_say_in_the_other_language(
    question: str, language: str, text: str, other: str, share: float
) -> None:
    assert share_said(question, language, text, other) == share


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who was at the meeting?", "Present: Astrid Holm, Piet Vos"),
        ("Wer war am 8. April dabei?", "Anwesend: Astrid Holm, Piet Vos"),
        ("Who missed the meeting?", "Apologies: Clara Boyd"),
        ("What does invoice 917 come to?", "Item: Total; Sum EUR: 393.76"),
        ("Wie hoch ist der Gesamtbetrag der Rechnung?", "Leistung: Gesamtbetrag; Betrag EUR: 1.975,40"),
    ],
)
def test_a_label_answers_in_other_words(question: str, text: str) -> None:
    assert is_labelled(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who was at the meeting?", "The present state: bad"),
        ("Who signed the lease?", "Present: Astrid Holm"),
        ("And what did that cost us altogether?", "Item: Total; Amount: £214,600"),
        ("What does invoice 917 come to?", "Item: VAT 7 %; Sum EUR: 25.76"),
    ],
)
def test_other_lines_do_not(question: str, text: str) -> None:
    assert not is_labelled(question, text)
