"""The same day, number, code or telephone number in any spelling."""

import asyncio
from collections import Counter

import pytest

from qa.retrieval.rank import bm25_share
from qa.text.language import AUTO
from qa.text.names import names_in
from qa.text.normal_forms import forms, pieces, spelled_as, terms_of
from qa.text.terms import TERMS_VERSION, TermStatistics, query_terms
from qa.text.values import Values
from qa.text.words import SparseEmbedder

SAME = [
    ("15 September 2015", "2015-09-15"),
    ("15 September 2015", "15.09.2015"),
    ("September 15, 2015", "2015-09-15"),
    ("15. September 2015", "September 15th, 2015"),
    ("15.9.15", "2015-09-15"),
    ("März 2024", "2024-03"),
    ("2,450", "2450"),
    ("2.450", "2450"),
    ("2 450", "2,450"),
    ("1248.0", "1248"),
    ("1,250.50", "1.250,50"),
    ("2.2kW", "2,2 kW"),
    ("12 kW", "12kW"),
    ("2.5 million", "2,500,000"),
    ("COVID19", "COVID-19"),
    ("NV8-0102", "NV80102"),
    ("SM 60", "SM-60"),
    ("+49 170 5551003", "0170 5551003"),
    ("+49 (0)170 555-1003", "01705551003"),
    ("DE44 2004 1133 0897 1234 00", "DE44200411330897123400"),
    ("€ 20", "20 euros"),
    ("twenty-five thousand", "25,000"),
    ("one hundred and twenty", "120"),
    ("two thousand billion", "2,000,000,000,000"),
    ("nineteen eighty-four", "1984"),
    ("three point five million", "3,500,000"),
    ("fünfundzwanzig", "25"),
    ("fünfundzwanzigtausend", "25.000"),
    ("fuenfundzwanzig", "twenty-five"),
    ("drei Millionen", "3.000.000"),
    ("five months", "5 months"),
    ("31 kilowatts", "31 kW"),
    ("31 kilowatts", "31kW"),
    ("24 Stunden", "24 h"),
    ("12 percent", "12 %"),
    ("60 square metres", "60 m²"),
    ("80 km/h", "80 kilometres per hour"),
    ("depth (m)", "depth in metres"),
    ("Article IV", "Article 4"),
    ("Anhang XII", "Anhang 12"),
]
OTHER = [
    ("15 September 2015", "2015-09-16"),
    ("2,450", "2451"),
    ("NV8-0102", "NV8-0103"),
    ("twenty-five thousand", "25,001"),
    ("+49 170 5551003", "0170 5551004"),
    ("DE44 2004 1133 0897 1234 00", "DE44200411330897123401"),
]


def said(text: str) -> set[str]:
    """All terms of a text that a word or a form gives."""
    words = {word for word in text.casefold().replace(",", " ").replace(".", " ").split() if word.isalnum()}
    return words | set(terms_of(text))


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_thing_share_a_term(one: str, other: str) -> None:
    wholes = {term for form in (*forms(one), *forms(other)) for term in (form.whole or form.parts)}
    assert wholes & said(one) & said(other)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_other_things_share_no_whole(one: str, other: str) -> None:
    wholes = {term for form in forms(one) for term in form.whole}
    assert wholes.isdisjoint(said(other))


def test_columns_of_figures_words_and_hashes_have_no_forms() -> None:
    assert terms_of("12 34 56 78 90 12 34") == []
    assert terms_of("a 24-inch wheel, the 1st and the 1990s, mid-2019") == []
    assert terms_of("the elf, one of them, day(s) (A), the second, the twenty-first, Annex C, hundreds") == []
    assert pieces("3f2a9c1be07d44") == []
    assert pieces("e06") == []  # or it would be found for "row E"
    assert pieces("2024final") == ["2024", "final"]


async def _share(question: str, document: str, *others: str, version: int = TERMS_VERSION) -> float:
    """Return how much of the highest BM25 of a question a document has among others."""
    words = SparseEmbedder("Qdrant/bm25", language=AUTO, average_terms=8, version=version)
    vectors = await words.embed_chunks([document, *others], ["en"] * (1 + len(others)))
    known = TermStatistics(len(vectors), Counter(term for vector in vectors for term in vector), ("en",))
    terms = query_terms(words.words(question, known.languages), known)
    return bm25_share(terms.weights, terms.counted(vectors[0]))


@pytest.mark.parametrize(("one", "other"), SAME)
def test_document_in_another_spelling_is_found_as_well(one: str, other: str) -> None:
    """It holds every word of the question, those of the form among them."""
    noise = ("The crane of the yard lifts tonnes.", "Nothing else is here to be found.", "A third one.")

    async def shares() -> tuple[float, float]:
        asked = f"Which part has {one}?"
        return await _share(asked, f"This part has {other}.", *noise), await _share(
            asked, f"This part has {one}.", *noise
        )

    found, same = asyncio.run(shares())
    assert found > 0.8 * same


def test_terms_of_an_earlier_release_hold_words_alone() -> None:
    """So a collection that was made with them stays of one piece until it is rebuilt."""
    words = SparseEmbedder("Qdrant/bm25", language=AUTO, average_terms=8, version=1)
    [vector] = asyncio.run(words.embed_chunks(["Paid on 2015-09-15"], ["en"]))
    assert len(vector) == len(words.terms("Paid on 2015-09-15", "en"))


def test_words_weigh_what_they_weighed_before() -> None:
    text = "The rent of 2,450 EUR is due on 2015-09-15"
    old, new = (
        SparseEmbedder("Qdrant/bm25", language=AUTO, average_terms=8, version=version) for version in (1, TERMS_VERSION)
    )
    [before] = asyncio.run(old.embed_chunks([text], ["en"]))
    [after] = asyncio.run(new.embed_chunks([text], ["en"]))
    assert before.items() <= after.items()
    assert len(after) > len(before)


@pytest.mark.parametrize(
    ("text", "other", "spelled"),
    [
        ("Paid on 28.2.23.", "on 28 February 2023", "Paid on 28 February 2023."),
        ("It has NV80102.", "of NV8-0102,", "It has NV8-0102."),
        ("It has NV8-0102.", "of NV80102,", "It has NV80102."),
        ("Call 0170 5551003.", "+49 170 5551003", "Call +49 170 5551003."),
        ("Call +43 170 5551003.", "+49 170 5551003", "Call +43 170 5551003."),
        ("IBAN DE44200411330897123400", "DE44 2004 1133 0897 1234 00", "IBAN DE44 2004 1133 0897 1234 00"),
        ("IBAN DE44200411330897123401", "DE44 2004 1133 0897 1234 00", "IBAN DE44200411330897123401"),
        ("It costs 2,450 EUR.", "2.45 EUR", "It costs 2,450 EUR."),
        ("It costs 12 800 EUR.", "12.800 EUR", "It costs 12800 EUR."),
        ("It costs 3,000 EUR.", "3.000 EUR", "It costs 3,000 EUR."),
        ("It costs 25,000 EUR.", "twenty-five thousand EUR", "It costs twenty-five thousand EUR."),
        ("Es kostet fünfundzwanzigtausend Euro.", "25.000 Euro", "Es kostet 25.000 Euro."),
        ("Paid on 2015-09-16.", "15 September 2015", "Paid on 2015-09-16."),
    ],
)
def test_sentence_is_checked_in_the_spelling_of_its_passage(text: str, other: str, spelled: str) -> None:
    assert spelled_as(text, other) == spelled


@pytest.mark.parametrize(
    ("question", "passage", "stands"),
    [
        ("What does Article IV say?", "Article 4: the tanks are full.", True),
        ("What does Article 4 say?", "Article IV: the tanks are full.", True),
        ("What does Article VI say?", "Article IV: the tanks are full.", False),
        ("Who pays twenty-five thousand euros?", "The hirer pays 25,000 euros.", True),
        ("Who pays 25,000 euros?", "The hirer pays twenty-five thousand euros.", True),
        ("Who pays twenty-six thousand euros?", "The hirer pays 25,000 euros.", False),
        ("Wer zahlt fünfundzwanzigtausend Euro?", "Der Mieter zahlt 25.000 Euro.", True),
        ("Who fled by the 1700s?", "They fled in the early 18th century.", True),
        ("Who fled by the 1700s?", "They fled from 1685.", False),
        ("Wer floh in den 1690er Jahren?", "Sie flohen 1695.", True),
        ("1562'de kim geldi?", "Jean Ribault 1562 yılında geldi.", True),
        ("1970'lerde ne oldu?", "ABC 1976'da ilk oldu.", True),
    ],
)
def test_what_a_question_names_is_missed_in_no_spelling(question: str, passage: str, stands: bool) -> None:
    names = names_in(question, capitals=True, terms_of=lambda _word: [], known=None)
    named = [name for name in names if name.kind != "name"]
    assert named
    assert all(name.stands_in(Values(passage)) for name in named) is stands


def test_collection_of_an_earlier_release_gets_no_later_forms() -> None:
    words = SparseEmbedder("Qdrant/bm25", language=AUTO, average_terms=8, version=2)
    [vector] = asyncio.run(words.embed_chunks(["It takes five hours and 31 kilowatts"], ["en"]))
    assert len(vector) == len(words.terms("It takes five hours and 31 kilowatts", "en"))


def test_small_number_in_words_is_a_number_before_a_unit_alone() -> None:
    assert "2" not in terms_of("Whose idea was it to have two different limits?")
    assert "2" in terms_of("two metres")
    assert "12" in terms_of("a zwölf Stunden shift")
    assert "2" not in terms_of("two Wattenmeer guides")
