"""Words of Hebrew with the particles that are written onto them."""

import pytest

from qa.text.particles import with_other_particles
from qa.text.terms import TermStatistics
from qa.text.words import SparseEmbedder


@pytest.mark.parametrize(
    ("asked", "written"),
    [("המוצר", "מוצר"), ("מוצר", "המוצר"), ("בחברה", "החברה"), ("החברה", "ולחברה"), ("והמוצר", "מוצר")],
)
def test_words_are_found_with_other_particles(asked, written):
    assert written in with_other_particles(asked)


@pytest.mark.parametrize("word", ["the", "2450", "מוצרx"])
def test_words_of_other_scripts_stay(word):
    assert with_other_particles(word) == ()


def test_no_word_is_cut_to_two_letters():
    assert all(len(form) > len("וא") for form in with_other_particles("הוא"))


def test_a_question_finds_the_word_without_its_article():
    words = SparseEmbedder("Qdrant/bm25", language="auto", average_terms=70)
    term = words.terms("מוצר", "he")[0]
    (asked,) = words.words("המוצר", ["he"])
    assert term in asked.ids
    assert words.frequency("המוצר", TermStatistics(9, {term: 4}, ("he",))) == 4
