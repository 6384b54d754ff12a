"""A verb is looked for in the forms that no stemmer brings together."""

import asyncio

import pytest

from qa.text.terms import BM25
from qa.text.verb_forms import other_verb_forms
from qa.text.words import SparseEmbedder


@pytest.mark.parametrize(
    ("asked", "written", "language"),
    [
        ("wrote", "written", "english"),
        ("write", "wrote", "english"),
        ("rise", "rose", "english"),
        ("paid", "pay", "english"),
        ("schrieb", "geschrieben", "german"),
        ("unterschrieben", "unterschrieb", "german"),
        ("gekauft", "kaufte", "german"),
        # In German a song.
        ("sang", "sung", "english"),
        ("kaufen", "gekauft", "german"),
        ("lagert", "lagern", "german"),
        ("erntet", "ernten", "german"),
        ("shelf", "shelves", "english"),
        ("abholen", "abgeholt", "german"),
        ("arbeiten", "gearbeitet", "german"),
    ],
)
def test_verb_has_other_forms(asked: str, written: str, language: str) -> None:
    assert written in other_verb_forms(asked, [language])


@pytest.mark.parametrize(
    ("word", "language"),
    [("rose", "english"), ("left", "english"), ("found", "english"), ("gift", "english"), ("band", "german"),
     ("leaves", "english"), ("herbst", "german"), ("bericht", "german"),
     ("sang", "german"), ("bezahlen", "german"), ("gekauft", "english"), ("wrote", "french")],
)  # fmt: skip
def test_word_that_is_no_verb_or_also_another_word_has_none(word: str, language: str) -> None:
    assert other_verb_forms(word, [language]) == ()


@pytest.mark.parametrize(
    ("language", "asked", "text"),
    [
        ("auto", "Who wrote Heron?", "Heron was written by Ada Marsh."),
        ("english", "Who wrote Heron?", "Heron was written by Ada Marsh."),
        ("auto", "Wer hat das Boot gekauft, und was kostete es?", "Im Mai kaufte Ada das Boot; es war teuer."),
    ],
)
def test_question_holds_them_and_a_text_keeps_its_own(language: str, asked: str, text: str) -> None:
    sparse = SparseEmbedder(BM25, language=language, average_terms=10.0)
    code = "de" if "Boot" in asked else "en"
    [held] = asyncio.run(sparse.embed_chunks([text], [code]))
    words = sparse.words(asked, [code])
    verb = next(word for word in words if word.instead)
    assert held.keys() & set(verb.instead)
    assert not held.keys() & set(verb.forms)
