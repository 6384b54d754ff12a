"""What a model that reads the sentences with the question finds unlikely is refused, or bears a word of doubt."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import run_command
from fakes import PlainWords, asked, hit
from numpy.typing import NDArray

from qa.answering.answer import Answerer
from qa.answering.evidence import Evidence
from qa.answering.quoting.quote import best_quotes
from qa.answering.quoting.selection import Selection
from qa.answering.refusing.refuse import Judgement
from qa.answering.sentences.quoted_sentences import Quote
from qa.answering.taken_back.unlikely import LEAST_READ, is_unlikely, read_probability
from qa.config import Settings
from qa.models.answer_selection import Candidate
from qa.types import Answer, Hit
from qa.wiring import open_retriever

SMALL = "the a is was in of to we what how does".split()  # noqa: SIM905
FUEL, SERVICED = "The boiler burns wood pellets.", "The boiler was serviced in the month of May."


def passage(text: str, language: str = "en") -> Hit:
    found = hit(text)
    return replace(found, chunk=replace(found.chunk, metadata={"language": language}))


def selection(odds: dict[str, float], seen: list[Candidate] | None = None) -> Selection:
    async def select(_question: str, candidates: Sequence[Candidate]) -> NDArray[np.float32]:
        if seen is not None:
            seen.extend(candidates)
        return np.array([odds.get(each.text, -5.0) for each in candidates], dtype=np.float32)

    return Selection(select)


def quoted(selected: Selection | None, *passages: Hit, language: str = "en") -> list[Quote]:
    query = asked("What fuel does the boiler burn?", words=PlainWords(*SMALL), language=language)

    async def embedded(texts: Sequence[str]) -> NDArray[np.float32]:
        return np.zeros((len(texts), len(query.vector)), dtype=np.float32)

    return asyncio.run(best_quotes(query, passages, embed=embedded, select=selected))


def evidence(probability: float | None, best: float | None, **given: Any) -> Evidence:
    text = given.pop("text", "What fuel does the boiler burn?")
    query = asked(text, words=PlainWords(*SMALL, "when"), language="en", **given.pop("query", {}))
    selected = selection({})
    selected.best, selected.is_whole = best, given.pop("is_whole", True)
    judgement = Judgement(None, probability, threshold=given.pop("threshold", 0.1), **given)
    nothing: Any = None
    return Evidence([passage(SERVICED)], [], {}, judgement, nothing, None, query, nothing, select=selected)


def test_the_sentence_that_is_read_as_an_answer_is_quoted_first() -> None:
    text = f"{SERVICED} {FUEL}"
    assert quoted(selection({SERVICED: 4.0}), passage(text))[0].text == SERVICED
    assert quoted(selection({FUEL: 4.0}), passage(text))[0].text == FUEL


def test_what_stands_before_and_above_is_read_too() -> None:
    seen: list[Candidate] = []
    quoted(selection({}, seen), passage(f"{SERVICED} {FUEL}"))
    assert {each.text: each.before for each in seen} == {SERVICED: "", FUEL: SERVICED}


def test_the_best_of_all_that_was_read_is_remembered() -> None:
    selected = selection({FUEL: 1.5, SERVICED: -2.0})
    quoted(selected, passage(SERVICED), passage(FUEL))
    assert selected.best == pytest.approx(1.5)
    assert selected.is_whole


@pytest.mark.parametrize(("question", "document"), [("de", "en"), ("en", "de"), ("", "")])
def test_another_language_is_not_read(question: str, document: str) -> None:
    seen: list[Candidate] = []
    selected = selection({FUEL: 3.0}, seen)
    assert quoted(selected, passage(FUEL, document), language=question)
    assert not seen
    assert selected.best is None
    assert not selected.is_whole


def test_no_sentence_is_read_twice_for_one_question_and_other_passages_begin_anew() -> None:
    seen: list[Candidate] = []
    selected = selection({FUEL: 1.5, SERVICED: -2.0}, seen)
    quoted(selected, passage(f"{SERVICED} {FUEL}"))
    quoted(selected, passage(f"{SERVICED} {FUEL}"))
    assert len(seen) == 2
    selected.start_again()
    assert selected.best is None
    quoted(selected, passage(f"{SERVICED} {FUEL}"))
    assert selected.best == pytest.approx(1.5)
    assert len(seen) == 2


def test_beside_another_language_no_sentence_gains_for_its_own() -> None:
    text = f"{SERVICED} {FUEL}"
    hits = passage(text), passage("Der Kessel verbrennt Pellets aus Holz.", "de")
    alone = [quote.score for quote in quoted(None, *hits)]
    assert [quote.score for quote in quoted(selection({FUEL: 4.0}), *hits)] == alone


def test_a_model_that_cannot_be_loaded_changes_nothing() -> None:
    async def none(_question: str, _candidates: Sequence[Candidate]) -> None:
        return None

    selected = Selection(none)
    assert [quote.text for quote in quoted(selected, passage(FUEL))] == [
        quote.text for quote in quoted(None, passage(FUEL))
    ]
    assert selected.best is None


def test_log_odds_are_added() -> None:
    assert read_probability(evidence(0.5, 0.0), "english") == pytest.approx(0.5)
    assert read_probability(evidence(0.5, -2.0), "english") == pytest.approx(1 / (1 + np.exp(1.0)))
    assert read_probability(evidence(1.0, -2.0), "english") == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize(
    "unread",
    [
        evidence(None, 1.0),
        evidence(0.5, None),
        evidence(0.5, 1.0, is_whole=False),
        evidence(0.5, 1.0, by_meaning=True),
        evidence(0.5, 1.0, query={"compares": True}),
        replace(evidence(0.5, 1.0), halves=(evidence(0.5, 1.0),)),
        replace(evidence(0.5, 1.0), select=None),
    ],
)
def test_what_was_not_read_whole_has_no_such_probability(unread: Evidence) -> None:
    assert read_probability(unread, "english") is None
    assert not is_unlikely(unread, "english")


def test_only_what_both_find_unlikely_is_refused() -> None:
    assert is_unlikely(evidence(0.3, -3.0), "english")
    assert not is_unlikely(evidence(0.9, -3.0), "english")
    assert not is_unlikely(evidence(0.3, 0.0), "english")


def test_what_is_tried_for_another_reason_is_not_refused() -> None:
    # It was looked up: its probability was too low from the beginning.
    assert read_probability(evidence(0.05, -3.0), "english") is None
    # One sentence holds all words of the question, and what is asked for.
    when = evidence(0.3, -3.0, text="When was the boiler serviced?")
    assert is_unlikely(when, "english")
    assert not is_unlikely(replace(when, hits=[passage("The boiler was serviced on 3 May 2024.")]), "english")


def answered(home: Path, odds: float) -> Answer:
    """Return the answer of a collection of one paper, where a model gives all sentences the same log-odds."""
    papers = home / "papers"
    papers.mkdir()
    (papers / "manual.md").write_text(f"# Boiler\n\n{SERVICED} {FUEL} It stands in the cellar.\n", "utf-8")
    assert run_command(["ingest", str(papers), "--home", str(home)]) == 0

    async def select(_question: str, candidates: Sequence[Candidate]) -> NDArray[np.float32]:
        return np.full(len(candidates), odds, dtype=np.float32)

    async def main() -> Answer:
        async with open_retriever(Settings(home=home)) as retriever:
            return await Answerer(retriever, threshold=None, select=select).ask("Which firm serviced the boiler?")

    return asyncio.run(main())


@pytest.mark.models
@pytest.mark.parametrize(("odds", "found", "note"), [(-20.0, False, False), (9.0, True, False), (0.0, True, None)])
def test_the_whole_flow_refuses_by_it_and_says_how_probable_it_was(
    home: Path, odds: float, found: bool, note: bool | None
) -> None:
    answer = answered(home, odds)
    assert answer.found is found
    assert answer.probability is not None
    assert answer.trace.threshold == LEAST_READ
    assert (answer.probability >= LEAST_READ) is found
    doubt = "The passage may be about something else"
    assert (doubt in answer.note) is (0.18 <= answer.probability < 0.38 if note is None else note)
