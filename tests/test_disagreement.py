from dataclasses import replace

import pytest
from fakes import hit

from qa.answering.remarks.disagreement import with_disagreements
from qa.text.words import SparseEmbedder
from qa.types import Answer, Citation, Statement

READER = SparseEmbedder("Qdrant/bm25", language="auto", average_terms=100)


def answered(*passages: str, language: str = "en") -> Answer:
    """The first sentence of the first passage, quoted."""
    hits = [hit(passage, title=f"Paper {number}", start=100 * number) for number, passage in enumerate(passages)]
    hits = [replace(found, chunk=replace(found.chunk, metadata={"language": language})) for found in hits]
    sentence = passages[0].split(". ")[0]
    statement = Statement(sentence, (1,))
    return Answer("q", "q", sentence, (statement,), (Citation(1, hits[0].chunk),), tuple(hits), True, "extractive")


def checked(*passages: str, language: str = "en") -> Answer:
    return with_disagreements(answered(*passages, language=language), reader=READER, language="auto")


RETURN = "The deposit is returned within 28 days of the end of the lease. Keys are handed over."


def test_documents_that_say_otherwise_are_named_with_both_quotes() -> None:
    other = "Keys first. The deposit is returned within 26 days of the end of the lease."
    again = "The landlord says: the deposit is returned within 28 days of the end of the lease."
    answer = checked(RETURN, other, again)
    [statement] = answer.statements
    assert statement.problem == (
        "the documents do not agree: two documents say “within 28 days”, one document says “within 26 days”"
    )
    assert (statement.citations, statement.support) == ((1,), "partly supported")
    assert [citation.number for citation in answer.citations] == [1, 2]
    [place] = statement.against
    assert (place.number, other[place.start - 100 : place.end - 100]) == (2, "within 26 days")
    assert answer.citations[1].chunk.text == other


def test_german_documents_that_do_not_agree() -> None:
    answer = checked(
        "Die Kaution wird binnen 28 Tagen nach dem Auszug zurückgezahlt. Schlüssel abgeben.",
        "Die Kaution wird binnen 26 Tagen nach dem Auszug zurückgezahlt.",
        language="de",
    )
    assert answer.statements[0].problem == (
        "the documents do not agree: one document says “binnen 28 Tagen”, one document says “binnen 26 Tagen”"
    )


@pytest.mark.parametrize(
    "other",
    [
        "The deposit is returned within 28 days of the end of the lease.",
        "The deposit is returned within four weeks of the end of the lease.",
        # About something else: another name, another year, other words, or the opposite.
        "The deposit of Ms Ferguson is returned within 26 days of the end of the lease.",
        "In 2021 the deposit was returned within 26 days of the end of the lease.",
        "The key is returned within 26 days of the beginning of a holiday in the mountains.",
        "The deposit is not returned within 26 days of the end of the lease.",
        "Page 26 of 30.",
    ],
)
def test_what_is_no_other_word_on_the_same_thing_is_not_named(other: str) -> None:
    before = answered(RETURN, other)
    assert checked(RETURN, other) == before


@pytest.mark.parametrize(
    ("own", "other", "differ"),
    [
        ("Minutes of May", "Minutes of June", False),
        ("Annual report 2023", "Annual report 2024", False),
        ("Protokoll vom 14. Mai 2024", "Protokoll vom 20. Mai 2025", False),
        ("Insurance schedule 2024/25", "Changes in 2025", True),
        ("Lease", "Letter of May 2024", True),
        ("Minutes of May", "Letter of June", True),
        # Two papers of one kind for different people or things have values of their own; two versions of one do not.
        ("Lease of Mill Lane", "Lease of Harbour Row", False),
        ("Employment contract Tom Reed", "Employment contract Carol Finch", False),
        ("Mietvertrag Wohnung Ahornweg", "Mietverträge Büro Lindenplatz", False),
        ("Lease of Mill Lane", "Lease of Mill Lane, signed", True),
        ("Lease of Mill Lane, draft", "Lease of Mill Lane 2", True),
        ("Lease of Mill Lane", "Handbook for tenants", True),
        ("Handbook for tenants", "Handbook for owners", True),
    ],
)
def test_documents_of_other_times_or_parties_do_not_disagree(own: str, other: str, differ: bool) -> None:
    before = answered(RETURN, "The deposit is returned within 26 days of the end of the lease.")
    hits = [
        replace(found, chunk=replace(found.chunk, title=title))
        for found, title in zip(before.hits, (own, other), strict=True)
    ]
    before = replace(before, hits=tuple(hits), citations=(Citation(1, hits[0].chunk),))
    after = with_disagreements(before, reader=READER, language="auto")
    assert bool(after.statements[0].problem) == differ


def test_numbers_of_headings_are_no_values() -> None:
    before = answered("2. Rotor lock pins", "3. Rotor lock pins")
    assert with_disagreements(before, reader=READER, language="auto") == before


def test_what_every_document_says_otherwise_is_its_own() -> None:
    before = answered(*(f"The invoice total is {total} euros." for total in (300, 2500, 700, 100)))
    assert with_disagreements(before, reader=READER, language="auto") == before


def test_same_document_is_no_other_voice() -> None:
    before = answered(RETURN, "The deposit is returned within 26 days of the end of the lease.")
    chunk = replace(before.hits[1].chunk, document_id=before.hits[0].chunk.document_id)
    before = replace(before, hits=(before.hits[0], replace(before.hits[1], chunk=chunk)))
    assert with_disagreements(before, reader=READER, language="auto") == before
