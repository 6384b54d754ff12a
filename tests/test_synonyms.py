"""Everyday words for one thing, looked for where no document holds the word that was asked."""

import pytest

from qa.text.synonyms import LIGHT, listed
from qa.text.terms import TermStatistics, query_terms
from qa.text.words import SparseEmbedder

WORDS = SparseEmbedder("Qdrant/bm25", language="auto", average_terms=70)


def holding(text: str, language: str = "en") -> TermStatistics:
    """Return the counts of an index of one chunk."""
    return TermStatistics(1, dict.fromkeys(WORDS.held(text, language), 1), (language,))


def finds(question: str, text: str, language: str = "en") -> bool:
    """Tell whether a text holds a word of a question, or one that means the same."""
    known = holding(text, language)
    words = query_terms(WORDS.words(question, known.languages), known)
    return bool(words.words(WORDS.held(text, language)) & words.weights.keys())


@pytest.mark.parametrize(
    ("question", "text", "language"),
    [
        ("Are cigarettes allowed?", "Guests may not smoke indoors.", "en"),
        ("How many days off when my grandma dies?", "For the death of a close relative five days are granted.", "en"),
        ("Leave for a funeral in the family?", "Bereavement: two days for an uncle.", "en"),
        ("Wie viele Tage frei, wenn Oma stirbt?", "Beim Todesfall eines Angehörigen gibt es zwei Tage.", "de"),
        ("May I bring my dog?", "Animals are welcome.", "en"),
        ("Are animals welcome?", "A dog stays on its lead.", "en"),
        ("Darf ich einen Hund haben?", "Haustiere sind anzumelden.", "de"),
        ("Wohin mit dem Rad?", "Fahrräder gehören in den Keller.", "de"),
    ],
)
def test_another_word_for_the_same_thing_is_found(question: str, text: str, language: str) -> None:
    assert finds(question, text, language)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        # Kinds of one thing are not each other.
        ("May I bring my cat?", "A dog stays on its lead."),
        # A word with a capital is a name.
        ("Where does Mr Cook live?", "Bake for an hour."),
        ("When was it signed?", "Guests may not smoke."),
    ],
)
def test_other_things_are_not(question: str, text: str) -> None:
    assert not finds(question, text)


def test_a_word_that_is_held_is_looked_for_alone() -> None:
    known = holding("Cigarettes are sold here. Guests may not smoke.")
    assert WORDS.terms("smoke", "en")[0] not in query_terms(WORDS.words("Are cigarettes sold?", ["en"]), known).forms


def test_a_question_is_said_in_the_words_that_are_held() -> None:
    known = holding("Guests may not smoke indoors. Animals stay outside.")
    assert WORDS.paraphrase("Are dogs and cigarettes allowed?", known) == "Are animal and smoking allowed?"
    assert WORDS.paraphrase("Are guests allowed indoors?", known) == ""
    assert WORDS.paraphrase("Where is Mr Cook?", holding("Bake for an hour.")) == ""


def test_a_verb_that_says_little_counts_where_it_is_held() -> None:
    asked = "Where do I put my bicycle?"
    (put,) = WORDS.terms("put", "en")
    bare, holds = holding("Bicycles stay in the shed."), holding("Put it into the shed.")
    assert put not in query_terms(WORDS.words(asked, ["en"]), bare).weights
    assert put in query_terms(WORDS.words(asked, ["en"]), holds).weights
    assert query_terms(WORDS.words("What can I put where?", ["en"]), bare).weights


@pytest.mark.parametrize("language", ["english", "german"])
def test_each_line_has_two_words_that_a_stemmer_parts(language: str) -> None:
    stem = SparseEmbedder("Qdrant/bm25", language=language, average_terms=70).stem
    for line in listed(language).strip().splitlines():
        words = line.replace(":", " ").split()
        assert len({stem(word) for word in words}) == len(words) > 1, line
        assert not LIGHT & set(words), line
