import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import SMALL as MADE
from conftest import OpenIndex, run
from fakes import FakeDense
from small_index import commit

from qa.retrieval.query import QueryReader
from qa.store.ids import document_id
from qa.store.vocabulary import read_words
from qa.text.language import AUTO
from qa.text.respell import Respelled, alike, respelled
from qa.text.terms import TermStatistics
from qa.text.vocabulary import Vocabulary
from qa.text.word_lists import commonness, has_list
from qa.text.words import SparseEmbedder

COUNTS = {"notice": 3, "period": 4, "lease": 2, "leases": 2, "teal": 9, "runner": 8, "kw": 1, "de44": 1, "2004": 2}
COUNTS |= {"1133": 1, "0897": 1, "1234": 1, "00": 5, "nv8": 4, "0102": 1, "495": 1, "5501": 1, "234": 1, "rent": 1}
SMALL = {"between", "the", "of"}


def spelled(text: str, *known: str) -> str:
    def frequency(word: str) -> int | None:
        return None if word in SMALL else COUNTS.get(word, 0)

    return respelled(text, frequency=frequency, is_word=lambda word: word in known).text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("the notise period", "the notice period"),
        ("betwen the leeses", "between the leases"),
        ("Teel Runer", "Teal Runner"),
        ("the ntoice", "the notice"),
        ("nottice", "notice"),
        ("noitse", "noitse"),  # two slips
        ("tent", "tent"),  # another first letter
        ("ret", "ret"),  # too short
        ("TEEL", "TEEL"),  # an abbreviation
    ],
)
def test_one_slip_is_mended_where_the_documents_hold_the_word(typed: str, meant: str) -> None:
    assert spelled(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("wie heisst der Hund", "wie heißt der Hund"), ("Welche Strasse", "Welche Straße"), ("Strassen", "Strassen")],
)
def test_german_without_umlauts_is_spelt_otherwise_and_no_slip(typed: str, meant: str) -> None:
    held = {"straße": 2, "welche": 1, "der": 1, "hund": 1, "wie": 1, "heist": 3}
    found = respelled(typed, frequency=lambda word: held.get(word, 0), is_word=lambda _word: False)
    assert (found.text, found.taken) == (meant, ())


def test_word_of_the_language_is_no_slip() -> None:
    assert spelled("Which real estate rant?", "rant") == "Which real estate rant?"


@pytest.mark.parametrize(
    ("code", "parts"),
    [
        ("DE44200411330897123400", "de44 2004 1133 0897 1234 00"),
        ("NV80102", "nv8 0102"),
        ("2.2kW", "2.2 kw"),
        ("20040102", "2004 0102"),
        ("200401", "200401"),  # a number so short is not cut
        ("XY99", "XY99"),
    ],
)
def test_code_is_cut_as_the_documents_cut_it(code: str, parts: str) -> None:
    assert spelled(code) == parts


def test_what_was_taken_for_what_is_told() -> None:
    found = respelled("Teel NV80102", frequency=lambda word: COUNTS.get(word, 0), is_word=lambda _word: False)
    assert found.taken == (("Teel", "Teal"),)


def test_days_and_numbers_have_other_spellings() -> None:
    assert "09" in alike("15 September 2015")["september"]
    assert {"january", "januar"} <= set(alike("21.01.2025")["01"])
    assert alike("on 5 May 2024")["5"] == ("05",)
    assert alike("2450 EUR") == {"2450": ("450",)}
    assert alike("2,450 EUR") == {"450": ("2450",)}
    assert alike("in 2019") == {}


def test_word_that_asks_is_not_told_as_a_slip() -> None:
    found = respelled(
        "Wann endet es?",
        frequency=lambda word: {"wenn": None, "endet": 1, "es": 1}.get(word, 0),
        is_word=lambda _word: False,
    )
    assert not found.taken


@pytest.mark.parametrize(
    ("languages", "question", "meant"),
    [
        (("en", "de"), "Was sagt der Bäcker über das Brot?", ()),
        (("de", "en"), "Was sagt der Bäcker über das Brot?", ()),  # a word of German
        (("de", "en"), "Was sagt der Bänkr über das Brot?", (("Bänkr", "Bänker"),)),
        # Of a few German papers as well, where the list of German lacks it and they hold a word like it.
        (("en", "de"), "Was sagt der Bänkr über das Brot?", (("Bänkr", "Bänker"),)),
        (("en",), "Was sagt der Notise über das Brot?", ()),
        (("en", "de"), "What is the notise of the lease?", (("notise", "notice"),)),
        # What asks in a language without a list: "jaki" is no "jan".
        (("en", "pl"), "Jaki jest adres firmy?", ()),
        # Behind another question that it needs: "bei" is no "beim".
        (("en", "de"), "When does the lease of the house end? Was gilt beim Brot und für den Bäcker?", ()),
    ],
)
def test_word_of_a_language_that_few_documents_are_in_is_no_slip(
    languages: tuple[str, ...], question: str, meant: tuple[tuple[str, str], ...]
) -> None:
    """A collection that was mostly English held "Bänker", and no baker; unrelated sentences were found."""
    words = SparseEmbedder("Qdrant/bm25", language=AUTO, average_terms=8)
    held = [*words.terms("Der Bänker sagt etwas, Brot gilt", "de"), *words.terms("The notice of the lease, Jani", "en")]

    async def term_statistics() -> TermStatistics:
        return TermStatistics(20, dict.fromkeys(held, 1), languages)

    async def vocabulary() -> None:
        return None

    index: Any = SimpleNamespace(term_statistics=term_statistics, vocabulary=vocabulary)
    query = asyncio.run(QueryReader(index, FakeDense(), words).read(question))
    assert query.taken == meant


@pytest.mark.parametrize("question", ["Was gibt er?", "Wie hoch dürfen sie sein?", "How long should it be allowed?"])
def test_commonest_words_are_no_slips(question: str) -> None:
    """The index holds stems, "hoh" of "hohe" and "darf", which are one letter away."""
    stems = {"hoh": 3, "darfen": 2, "lon": 2, "shold": 1, "allowe": 2, "gilt": 4}
    found = respelled(question, frequency=lambda word: stems.get(word, 0), is_word=lambda _word: False)
    assert (found.text, found.taken) == (question, ())


WORDS = Vocabulary(
    ["notice", "period", "periods", "lease", "leases", "teal", "runner", "speed", "termination", "terminal"]
)


def near(text: str, *known: str, common: dict[str, int] | None = None) -> Respelled:
    """The question as it is searched where the words of the collection are at hand."""
    return respelled(
        text,
        frequency=lambda word: None if word in SMALL else int(word in WORDS),
        is_word=lambda word: word in known,
        words=WORDS,
        commonness=lambda word: (common or {}).get(word, 0),
    )


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("the trmination of the notise", "the termination of the notice"),
        ("terminaiton", "termination"),  # swapped
        ("tremnation", "termination"),  # two edits in ten letters
        ("nootcie", "nootcie"),  # two edits in seven
        ("termnaaion", "termination"),
        ("Runer", "Runner"),
        ("Terminations", "Termination"),
        ("2026", "2026"),
        ("IBAN", "IBAN"),
        ("xermination", "xermination"),  # another first letter
    ],
)
def test_nearest_word_of_the_collection_is_meant(typed: str, meant: str) -> None:
    assert near(typed).text == meant


def test_rare_word_is_a_slip_only_beside_another() -> None:
    """It is a word: "sped" 36 times as rare as "speed", and whoever wrote "Teel Runer" hardly meant it."""
    common = {"sped": 1_869, "speed": 67_832}
    assert near("the sped of Teal Runner", "sped", common=common).text == "the sped of Teal Runner"
    found = near("the sped of Teel Runer", "sped", common=common)
    assert found.text == "the speed of Teal Runner"
    assert found.taken == (("sped", "speed"), ("Teel", "Teal"), ("Runer", "Runner"))
    assert near("the sped of Teel", "sped", common=common | {"sped": 10_000}).taken == (("Teel", "Teal"),)


def test_sharp_s_is_a_letter_and_identifiers_are_no_words() -> None:
    """A question with "heißt" was searched with "heilst": it was looked up as "heisst"."""
    found = respelled(
        "Was heißt RXRs?",
        frequency=lambda word: int(word in ("heilst", "rlrs", "heißt", "was")),
        is_word=lambda _word: False,
        words=Vocabulary(["heilst", "rlrs"]),
    )
    assert found.taken == ()


def test_form_of_a_word_in_another_language_is_no_word_of_the_question() -> None:
    """German takes "-er" off: "runer" was a form of "run", and so was searched as it stands."""
    found = respelled(
        "the Runer",
        frequency=lambda _word: 1,
        own=lambda word: int(word in WORDS),
        is_word=lambda _word: False,
        words=WORDS,
    )
    assert found.text == "the Runner"


def test_lists_know_the_words_of_languages() -> None:
    assert commonness("schließung", ["de"])
    assert commonness("speed", ["en"]) > commonness("sped", ["en"]) > 0 == commonness("leeses", ["en", "de"])
    assert not has_list("sv")
    assert commonness("../en", ["../../x"]) == 0


def test_words_of_a_collection_are_kept_beside_it_and_go_with_its_documents(new_index: OpenIndex) -> None:
    words = SparseEmbedder(MADE.sparse_model, language=MADE.language, average_terms=4)

    async def main() -> None:
        async with new_index() as index:
            await commit(index, words, ["the quarterly settlement", "another harbour"])
            file = index.connection.words_file(index.name)
            if file is None:
                pytest.skip("a server keeps no file")
            await index.keep_words(words.frequency)
            assert read_words(file)
            assert (await index.vocabulary() or WORDS).nearest("setlement", frequency=lambda _word: 1) == "settlement"
            async with new_index(create=False) as other:
                await other.open()
                taken = (await QueryReader(other, FakeDense(), words).read("the setlement of quartrly")).taken
                assert taken == (("setlement", "settlement"), ("quartrly", "quarterly"))
            await index.remove(document_id(index.name, "0.txt"))
            assert not file.exists()
            await index.keep_words(words.frequency)
            kept = read_words(file)
            assert kept
            assert kept[0].words == {"another", "harbour"}
            await index.drop()
            assert not file.exists()

    run(main)
