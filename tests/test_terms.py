"""The term statistics by hand, and BM25 as Milvus adds it up against another implementation of it."""

import math
import re
import subprocess
import sys

import bm25s
import numpy as np
import pytest
from conftest import ROOT, OpenIndex, run
from fakes import FakeDense
from hypothesis import given, strategies
from small_index import commit

from qa.retrieval.retrieve import Retriever
from qa.store.ids import document_id
from qa.text.terms import QueryTerms, TermStatistics, Word, document_terms, highest_score, query_terms, statistics
from qa.text.words import SparseEmbedder

# No word here changes when it is stemmed, none is a stop word, and no query below gives two
# sentences the same score.
CORPUS = [
    "red fox red barn",
    "blue fox barn lamp moon",
    "green lamp",
    "red red red lamp moon salt",
    "salt moon",
    "fox",
]
QUERIES = ["red", "fox barn", "salt lamp red", "moon unicorn", "blue green fox salt"]
LENGTHS = [4, 5, 2, 6, 2, 1]
AVERAGE = sum(LENGTHS) / len(LENGTHS)  # 20 / 6


def bm25_by_formula(query: str) -> list[float]:
    """Robertson's BM25 with Lucene's IDF, k1 = 1.2 and b = 0.75, straight from the paper."""
    chunks = [text.split() for text in CORPUS]
    scores = []
    for words in chunks:
        score = 0.0
        for term in set(query.split()):
            holding = sum(term in other for other in chunks)
            idf = math.log(1 + (len(chunks) - holding + 0.5) / (holding + 0.5))
            count = words.count(term)
            score += idf * count * (1.2 + 1) / (count + 1.2 * (1 - 0.75 + 0.75 * len(words) / AVERAGE))
        scores.append(score)
    return scores


def bm25_by_package(query: str) -> list[float]:
    """Score with bm25s; its "lucene" leaves out the constant factor k1 + 1, which changes no order."""
    model = bm25s.BM25(k1=1.2, b=0.75, method="lucene")
    model.index([text.split() for text in CORPUS], show_progress=False)
    known = [word for word in query.split() if any(word in text.split() for text in CORPUS)]
    return [2.2 * float(score) for score in model.get_scores(known)]


# Weights


@pytest.mark.parametrize(
    ("holding", "expected"),
    [
        (0, math.log(22)),  # 1 + 10.5 / 0.5 = 22
        (1, math.log(22 / 3)),  # 1 + 9.5 / 1.5 = 7.3333
        (5, math.log(2)),  # 1 + 5.5 / 5.5 = 2
        (10, math.log(22 / 21)),  # 1 + 0.5 / 10.5 = 1.0476
    ],
)
def test_idf_of_ten_chunks(holding: int, expected: float) -> None:
    assert TermStatistics(10, {7: holding}).idf(7) == pytest.approx(expected, abs=1e-12)


def test_term_never_seen_weighs_like_a_term_in_no_chunk() -> None:
    known = TermStatistics(10, {1: 0, 2: 3})
    assert known.idf(99) == known.idf(1) > known.idf(2)


@given(strategies.integers(0, 10_000), strategies.data())
def test_idf_is_above_zero_and_falls_as_terms_get_common(chunks: int, data: strategies.DataObject) -> None:
    few = data.draw(strategies.integers(0, chunks))
    many = data.draw(strategies.integers(few, chunks))
    known = TermStatistics(chunks, {1: few, 2: many})
    assert 0 < known.idf(2) <= known.idf(1)


def test_document_terms_counts_chunks_and_not_occurrences() -> None:
    assert document_terms([{1: 2.1, 2: 0.5}, {1: 0.3}, {}]) == {1: 2, 2: 1}
    assert document_terms([]) == {}


def test_statistics_add_up_and_take_counts_along_with_a_row() -> None:
    rows = [(3, {1: 3.0, 2: 1.0}), (2, {2: 2.0}), (1, {})]
    whole = statistics(rows)
    assert (whole.chunk_count, dict(whole.frequencies)) == (6, {1: 3, 2: 3})
    without_first = statistics(rows[1:])
    assert (without_first.chunk_count, dict(without_first.frequencies)) == (3, {2: 2})
    assert statistics([]) == TermStatistics(0, {})


def words(*forms: tuple[int, ...]) -> list[Word]:
    return list(map(Word, forms))


def test_query_holds_each_word_once() -> None:
    known = TermStatistics(10, {5: 5})
    terms = query_terms(words((5,), (5,), (8,)), known)
    assert terms.weights == pytest.approx({5: math.log(2), 8: math.log(22)})
    assert (terms.forms, terms.vector()) == ({}, terms.weights)
    chunk = {5: 1.5, 9: 1.0}
    assert terms.counted(chunk) is chunk


def test_word_of_several_forms_weighs_once_as_its_commonest_form_does() -> None:
    known = TermStatistics(10, {5: 5, 6: 1})
    # ln(1 + 5.5 / 5.5), and not ln(1 + 9.5 / 1.5) of the rarer form.
    terms = query_terms(words((6, 5)), known)
    assert terms == QueryTerms({5: pytest.approx(math.log(2))}, {6: 5})
    assert terms.vector() == pytest.approx({5: math.log(2), 6: math.log(2)})
    assert highest_score(terms.weights) == pytest.approx(2.2 * math.log(2))
    assert terms.counted({6: 1.5, 9: 1.0}) == {5: 1.5, 9: 1.0}
    assert terms.counted({5: 0.5, 6: 1.5}) == {5: 1.5}
    assert terms.words([6, 9]) == {5, 9}


def test_form_that_no_chunk_holds_stands_for_a_word_only_where_none_is_held() -> None:
    known = TermStatistics(10, {5: 5, 6: 1})
    assert query_terms(words((5, 7)), known).weights.keys() == {5}
    assert query_terms(words((7, 5, 6)), known).forms == {7: 5, 6: 5}
    assert query_terms(words((7, 8)), known) == QueryTerms({7: known.idf(7)}, {8: 7})
    assert query_terms(words((), (7,)), known).vector().keys() == {7}
    assert query_terms([], known) == QueryTerms({})


def test_form_of_two_words_is_not_counted_twice() -> None:
    known = TermStatistics(10, {5: 5, 6: 1, 7: 2})
    # 6 is a rarer form of either word; 5, another's commonest, stays a word of its own.
    assert query_terms(words((5, 6), (7, 6)), known).forms == {6: 5}
    assert query_terms(words((5,), (5, 6), (7,)), known).forms == {6: 5}
    assert query_terms(words((7, 6), (6,)), known).forms == {}


def test_translation_weighs_a_part_of_its_word_and_less_where_it_is_commoner() -> None:
    known = TermStatistics(10, {5: 1, 6: 1, 7: 5, 8: 2})
    # ln(1 + 9.5 / 1.5) = 1.992 of the word and its rare translation, ln(1 + 5.5 / 5.5) = 0.693 of the common one.
    terms = query_terms([Word((5,), (6, 7, 9))], known)
    assert terms.weights == pytest.approx({5: 1.9924}, rel=1e-4)
    assert terms.forms == {6: 5, 7: 5}, "9 is in no chunk"
    assert terms.shares == pytest.approx({6: 0.85, 7: 0.85 * 0.6931 / 1.9924}, rel=1e-4)
    assert terms.vector() == pytest.approx({5: 1.9924, 6: 1.6936, 7: 0.5892}, rel=1e-4)
    assert terms.counted({7: 2.0, 6: 1.0, 3: 1.0}) == pytest.approx({5: 0.85, 3: 1.0})
    assert terms.counted({5: 1.0, 6: 1.0}) == {5: 1.0}
    assert terms.words([7, 3]) == {5, 3}


def test_translation_that_is_a_word_of_the_question_stays_one() -> None:
    known = TermStatistics(10, {5: 1, 6: 1, 7: 1})
    terms = query_terms([Word((5,), (7, 6)), Word((6,)), Word((8, 7))], known)
    assert (terms.weights.keys(), terms.forms, terms.shares) == ({5, 6, 7}, {8: 7}, {})
    assert query_terms([Word((5,), (6,)), Word((7,), (6,))], known).forms == {6: 5}
    assert query_terms([Word((), (6,)), Word((5,))], known) == QueryTerms({5: known.idf(5)})


def test_translation_from_a_language_that_was_guessed_counts_for_words_that_no_chunk_holds() -> None:
    known = TermStatistics(10, {5: 1, 6: 1})
    assert query_terms([Word((5,), (6,), doubtful=True)], known).forms == {}
    assert query_terms([Word((4,), (6,), doubtful=True)], known).forms == {6: 4}


def test_without_counts_a_translation_weighs_its_part() -> None:
    assert query_terms([Word((5,), (6,))], None).vector() == {5: 1.0, 6: 0.85}


def test_highest_score_is_approached_and_not_reached() -> None:
    # 2.2 · (0.5 + 1.5) = 4.4; a term that occurs 10,000 times weighs 2.2 · 10,000 / (10,000 + 1.2 · …) < 2.2.
    weights = {1: 0.5, 2: 1.5}
    assert highest_score(weights) == pytest.approx(4.4)
    stored = 10_000 * 2.2 / (10_000 + 1.2 * 0.25)
    assert 4.399 < sum(weight * stored for weight in weights.values()) < highest_score(weights)
    assert highest_score({}) == 0


# End to end


def test_two_implementations_that_are_compared_with_agree() -> None:
    for query in QUERIES:
        assert bm25_by_formula(query) == pytest.approx(bm25_by_package(query), abs=1e-5)


def test_scores_of_the_store_are_bm25(new_index: OpenIndex) -> None:
    sparse = SparseEmbedder("Qdrant/bm25", language="english", average_terms=AVERAGE)

    async def main() -> None:
        async with new_index() as index:
            await commit(index, sparse, CORPUS)
            retriever = Retriever(index, FakeDense(), sparse)
            for query in QUERIES:
                expected = {text: s for text, s in zip(CORPUS, bm25_by_formula(query), strict=True) if s > 0}
                hits = await retriever.retrieve(query, ranking="sparse")
                assert {hit.chunk.text: hit.score for hit in hits} == pytest.approx(expected, abs=1e-4), query
                by_score = sorted(expected, key=lambda text: -expected[text])
                assert [hit.chunk.text for hit in hits] == by_score, query

    run(main)


def test_share_of_a_pool_is_the_same_bm25(new_index: OpenIndex) -> None:
    """The second stage computes BM25 again from the stored vectors that come with the pool."""
    sparse = SparseEmbedder("Qdrant/bm25", language="english", average_terms=AVERAGE)

    async def main() -> None:
        async with new_index() as index:
            await commit(index, sparse, CORPUS)
            retriever = Retriever(index, FakeDense(), sparse)
            for query in QUERIES:
                highest = highest_score((await retriever.read(query)).words.weights)
                hits = await retriever.retrieve(query)
                found = {hit.chunk.text: (hit.bm25 or 0.0) * highest for hit in hits}
                expected = dict(zip(CORPUS, bm25_by_formula(query), strict=True))
                assert found == pytest.approx(expected, abs=1e-4), query

    run(main)


def test_removed_document_no_longer_makes_its_terms_common(new_index: OpenIndex) -> None:
    sparse = SparseEmbedder("Qdrant/bm25", language="english", average_terms=AVERAGE)

    async def main() -> None:
        async with new_index() as index:
            await commit(index, sparse, CORPUS)
            retriever = Retriever(index, FakeDense(), sparse)
            # "fox" is in 3 of 6 chunks: ln(1 + 3.5 / 3.5); without "fox" alone in 2 of 5: ln(1 + 3.5 / 2.5).
            assert list((await retriever.read("fox")).words.weights.values()) == pytest.approx([math.log(2)])
            await index.remove(document_id(index.name, "5.txt"))
            assert list((await retriever.read("fox")).words.weights.values()) == pytest.approx([math.log(2.4)])

    run(main)


def test_tokens_of_the_corpus_are_its_words() -> None:
    """The comparison above holds only while stemming and stop words change nothing in it."""
    sparse = SparseEmbedder("Qdrant/bm25", language="english", average_terms=AVERAGE)
    words = set(re.findall(r"\w+", " ".join(CORPUS)))
    assert len(sparse.query_terms(" ".join(CORPUS))) == len(words)
    assert np.mean([len(text.split()) for text in CORPUS]) == pytest.approx(AVERAGE)
    assert all(len(sparse.query_terms(word)) == 1 for word in words)


TWO_THREADS = """
import sys, threading, time
from qa.text.stemmer import _without_language

begun, problems = threading.Event(), []

class Slow:
    def find_spec(self, name, path=None, target=None):
        if name.startswith("fastembed.") and threading.current_thread() is threading.main_thread():
            begun.set()
            time.sleep(0.01)

def terms():
    begun.wait()
    try:
        _without_language(40.0)
    except Exception as error:
        problems.append(error)

sys.meta_path.insert(0, Slow())
other = threading.Thread(target=terms)
other.start()
try:
    from fastembed import TextEmbedding
except Exception as error:
    problems.append(error)
other.join()
print(problems)
"""


def test_two_threads_load_models_at_once() -> None:
    """The first texts of an ingest get both their vectors at the same time; both come from fastembed."""
    done = subprocess.run([sys.executable, "-c", TWO_THREADS], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
