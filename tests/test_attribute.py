"""Footnotes that the check finds: with the passage that a sentence is about, not with any that holds its number."""

from fakes import hit

from qa.answering.writing.attribute import attributed
from qa.text.words import SparseEmbedder

READER = SparseEmbedder("Qdrant/bm25", language="english", average_terms=100)
MINUTES = "The yearly fee of the garden club rises from 48 to 54 euros a plot. Members who pay late pay 10 euros more."
PLOTS = "Plot: 58; Member: Lars Holm; Area: 240 m2; fee paid: yes."


def test_sentence_that_its_passage_contradicts_is_not_moved_to_another_that_holds_its_number() -> None:
    text = "The yearly fee of the garden club is 58 euros a plot."
    found = attributed(text, [hit(PLOTS), hit(MINUTES)], reader=READER)
    [item] = found.statements
    assert item.support == "contradicted"
    assert item.citations == (2,)
    assert item.added


def test_passage_that_supports_a_sentence_is_found_behind_one_that_shares_fewer_words() -> None:
    text = "Members who pay late pay 10 euros more."
    found = attributed(text, [hit(PLOTS), hit(MINUTES)], reader=READER)
    [item] = found.statements
    assert (item.support, item.citations) == ("supported", (2,))
    assert found.text == "Members who pay late pay 10 euros more [2]."


def test_sentence_that_cites_the_wrong_passage_gets_the_footnote_of_the_one_that_supports_it() -> None:
    text = "Plot 58 is the plot of Lars Holm [1]. Members who pay late pay 10 euros more [1]."
    found = attributed(text, [hit(PLOTS), hit(MINUTES)], reader=READER)
    assert [(item.support, item.citations, item.moved_from) for item in found.statements] == [
        ("supported", (1,), ()),
        ("supported", (2,), (1,)),
    ]
    assert found.text == "Plot 58 is the plot of Lars Holm [1]. Members who pay late pay 10 euros more [2]."
    assert found.stands


def test_single_sentence_that_cites_the_wrong_passage_is_moved_as_well() -> None:
    found = attributed("Members who pay late pay 10 euros more [1].", [hit(PLOTS), hit(MINUTES)], reader=READER)
    [item] = found.statements
    assert (item.support, item.citations, item.moved_from, item.problem) == ("supported", (2,), (1,), "")


def test_sentence_that_its_own_passage_contradicts_is_not_moved_to_one_about_something_else() -> None:
    text = "The yearly fee of the garden club is 58 euros a plot [2]."
    found = attributed(text, [hit(PLOTS), hit(MINUTES)], reader=READER)
    [item] = found.statements
    assert (item.support, item.citations, item.moved_from) == ("contradicted", (2,), ())
    assert found.text == text


def test_sentence_that_no_passage_supports_keeps_its_footnote() -> None:
    text = "The mayor of Lund opened a bakery [1]. Members who pay late pay 10 euros more [2]."
    found = attributed(text, [hit(PLOTS), hit(MINUTES)], reader=READER)
    assert [(item.support, item.citations) for item in found.statements] == [("not found", (1,)), ("supported", (2,))]
