import json
import math
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from conftest import SMALL, OpenIndex, run
from fakes import FakeDense, PlainWords, asked, chunk, hit
from small_index import commit

from qa.answering.answer import Answerer
from qa.answering.evidence import Evidence
from qa.answering.refusing.refuse import Doubt, Judgement, joined_words, judged, parts
from qa.answering.refusing.unanswered import unanswered
from qa.answering.routes.route import Parts
from qa.calibration.calibrate import LEAST_CHUNKS, calibrate, is_due, is_open, is_outdated, sample
from qa.calibration.draw import draw
from qa.calibration.general import ENGLISH, GERMAN, general_questions
from qa.calibration.model import PACKAGED, Calibration, fitted, learned, read
from qa.calibration.signals import LACKS, SIGNALS, remembering, signals
from qa.calibration.together import Together
from qa.calibration.unread import is_unread
from qa.config import Settings
from qa.models.onnx_copy import ModelCopy
from qa.retrieval.retrieve import Retriever
from qa.store import Index
from qa.text.asked_about import asked_about
from qa.text.names import names_in
from qa.text.quantities import holds_wanted, wanted
from qa.text.words import SparseEmbedder
from qa.types import Hit
from qa.wiring import calibrated

ORDINARY = np.array([0.5] * len(SIGNALS) + [0.0] * len(LACKS))


def at(signal: str, value: float) -> np.ndarray:
    found = ORDINARY.copy()
    found[SIGNALS.index(signal)] = value
    return found


# The model


def test_packaged_model_tells_a_near_passage_from_a_far_one() -> None:
    assert PACKAGED.probability(at("cosine", 0.8)) > PACKAGED.probability(at("cosine", 0.1))
    assert PACKAGED.probability(at("wanted", 0.8)) > PACKAGED.probability(at("wanted", 0.0))
    assert 0 < PACKAGED.threshold < 0.5


def test_what_lacks_takes_from_an_answer_whatever_speaks_for_it() -> None:
    whole = PACKAGED.probability(at("cosine", 0.8))
    for number, lack in enumerate(LACKS, len(SIGNALS)):
        lacking = at("cosine", 0.8)
        lacking[number] = 1.0
        assert PACKAGED.probability(lacking) <= whole, lack
    lacking[:] = at("cosine", 0.8)
    lacking[len(SIGNALS)] = 1.0
    assert PACKAGED.probability(lacking) < whole / 2


def test_weights_stay_at_the_prior_where_there_is_nothing_to_learn() -> None:
    assert learned(np.empty((0, len(ORDINARY))), [], chunks=9, before=PACKAGED) == PACKAGED


def test_few_questions_move_the_weights_little_and_many_move_them_more() -> None:
    def moved(times: int) -> float:
        answered, other = np.tile(at("bm25", 0.9), (times, 1)), np.tile(at("bm25", 0.1), (times, 1))
        found = learned(answered, [other], chunks=100, before=PACKAGED)
        assert (found.chunks, found.questions, found.threshold) == (100, 2 * times, PACKAGED.threshold)
        number = SIGNALS.index("bm25")
        return found.weights[number] - PACKAGED.weights[number]

    assert 0 < moved(2) < moved(20) < moved(200)


def test_logistic_regression_finds_the_weights_that_made_the_answers() -> None:
    chance = np.random.default_rng(1)
    rows = np.column_stack([np.ones(4000), chance.normal(size=(4000, 2))])
    truth = (chance.random(4000) < 1 / (1 + np.exp(-rows @ np.array([0.5, 2.0, -1.0])))).astype(float)
    found = fitted(rows, truth, np.ones(4000), prior=np.zeros(3), holds=np.full(3, 1e-6))
    assert found == pytest.approx([0.5, 2.0, -1.0], abs=0.2)


def test_fit_comes_to_the_bottom_from_wherever_it_begins() -> None:
    chance = np.random.default_rng(0)
    prior, holds = np.array([PACKAGED.bias, *PACKAGED.weights]), np.full(len(SIGNALS) + 1, 30.0)
    for _ in range(200):
        # A collection whose questions lie far from those that the packaged model was learned from.
        where = chance.normal(size=len(SIGNALS)) * chance.uniform(0.5, 3)
        rows = np.clip(chance.normal(size=(74, len(SIGNALS))) * 0.7 + where, -4, 4)
        truth = np.array([1.0] * 27 + [0.0] * 47)
        rows = np.column_stack([np.ones(74), rows])
        weights = fitted(rows, truth, np.ones(74), prior=prior, holds=holds)
        slope = rows.T @ (1 / (1 + np.exp(-rows @ weights)) - truth) + holds * (weights - prior)
        assert np.abs(slope).max() < 1e-5


def test_what_is_stored_is_read_again() -> None:
    found = replace(PACKAGED, chunks=120, questions=60)
    assert read(json.loads(json.dumps(found.values()))) == found


def test_threshold_of_an_earlier_release_is_replaced() -> None:
    stored = {**replace(PACKAGED, chunks=9, bias=0.25).values(), "version": 1, "threshold": 0.9}
    assert read(stored) == replace(PACKAGED, chunks=9, bias=0.25)


@pytest.mark.parametrize(
    "change",
    [
        {"version": 99},
        {"signals": ["another"]},
        {"weights": [1.0]},
        {"weights": [float("nan")] * len(SIGNALS)},
        {"bias": "much"},
        {"threshold": None},
    ],
)
def test_what_another_release_stored_is_not_believed(change: dict[str, object]) -> None:
    assert read({**PACKAGED.values(), **change}) is None
    assert read({}) is None


def test_a_collection_is_asked_again_when_it_grew_by_half() -> None:
    known = replace(PACKAGED, chunks=200)
    assert not is_due(None, LEAST_CHUNKS - 1)
    assert is_due(None, LEAST_CHUNKS)
    assert is_due(PACKAGED, LEAST_CHUNKS)
    assert not is_due(known, 299)
    assert is_due(known, 300)
    # What a release learned worse is learned anew at once, and once.
    earlier = read({name: value for name, value in known.values().items() if name != "fit"})
    assert earlier is not None
    assert (is_outdated(earlier), is_due(earlier, 200)) == (True, True)
    assert not is_outdated(known)
    assert not is_outdated(PACKAGED)
    assert not is_outdated(None)


# Questions that are drawn


TEXT = (
    "The harbour master closed the northern lock on 14 March 2023 after a barge damaged its lower gate. "
    "Repairs by Ferguson Brothers cost about 48,200 pounds and took eleven working days in total."
)


def test_questions_are_drawn_alike_from_each_document_and_leave_their_answer_out() -> None:
    chunks = [replace(chunk(TEXT, key=f"{number}"), title="") for number in range(30)]
    drawn = draw(chunks, 20, seed=3)
    assert drawn == draw(chunks, 20, seed=3) != draw(chunks, 20, seed=4)
    assert len({item.chunk.id for item in drawn}) == 20
    words = set(TEXT.replace(".", "").split())
    for item in drawn:
        ask, *kept = item.text.removesuffix("?").split()
        assert ask in ("When", "How", "Who", "What"), item.text
        assert len([word for word in kept if word in words]) >= 3
        assert not (ask == "When" and "2023" in item.text)


def test_general_questions_are_in_the_documents_language() -> None:
    assert general_questions(("de", "en")) == GERMAN
    assert general_questions(("en", "de")) == general_questions(()) == ENGLISH


# Signals


def test_sentences_are_embedded_once() -> None:
    dense = FakeDense()
    calls: list[str] = []

    async def embed(texts: list[str]) -> np.ndarray:
        calls.extend(texts)
        return await dense.embed_sentences(texts)

    async def main() -> None:
        once = remembering(embed)  # type: ignore[arg-type]
        one = await once(["a b", "c", "a b"])
        two = await once(["c", "d"])
        assert calls == ["a b", "c", "d"]
        assert (one[1] == two[0]).all()
        assert (one[0] == one[2]).all()

    run(main)


@pytest.mark.parametrize(
    ("question", "kind", "right", "wrong"),
    [
        ("How heavy is the blade?", "mass", "It weighs 33 tonnes.", "It is 33 m long."),
        ("How deep is the water at F07?", "length", "turbine: F07; water_depth_m: 25.3", "serial: 25.3"),
        ("What rent do we pay?", "money", "The rent is £450.", "The rent is due on day 4."),
        ("Wie hoch ist das Bußgeld?", "money", "Es kostet 50 Euro.", "Es gilt ab 50 Metern."),
        ("What is her mobile number?", "phone", "Call +49 170 5551003.", "Call in 10 days."),
        ("Wann beginnt die Miete?", "date", "Am 1. März 2024.", "Nach einer Frist."),
        ("Who signed it?", "person", "It was signed by Ada Poole.", "It was signed twice."),
        ("How many days of breakdown were there?", "time", "Days lost to breakdown: 11", "Day of the breakdown"),
        ("Up to which wave height may people transfer?", "length", "Up to 1.5 m.", "Up to level 3."),
        ("What does CTV mean?", "definition", "A crew transfer vessel (CTV) came.", "The CTV took 14 people."),
        ("Was bedeutet Rhodophyta?", "definition", "Die Rhodophyta- oder Rotalgen.", "Rhodophyta sind alt."),
        ("How many ships came?", "count", "Four ships came.", "Ships came."),
        ("Why did it fail?", "", "Because.", ""),
    ],
)
def test_what_is_asked_for_is_told_by_its_unit(question: str, kind: str, right: str, wrong: str) -> None:
    assert wanted(question) == kind
    assert holds_wanted(wanted(question), right, question)
    if wrong:
        assert not holds_wanted(wanted(question), wrong, question)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What is Ingrid Halloran's mobile number?", ("mobile", "number")),
        ("How heavy is a blade?", ("heavy",)),
        ("Which factory made the cable?", ("factory", "made")),
        ("What is the deposit of Dock Street?", ("deposit",)),
        ("How many months of sabbatical can employees take?", ("sabbatical",)),
        ("How many days did it take?", ()),
        ("What was the name of the ship?", ("ship",)),
        ("Who manufactured the bearings that failed, and what did they cost?", ("manufactured",)),
        ("What does MWh mean?", ("mean",)),
        ("When was the cable laid?", ()),
        ("Wie hoch ist das Bußgeld, wenn jemand ohne Helm arbeitet?", ("Bußgeld",)),
        ("Welche Firma lieferte das Kabel?", ("Firma", "lieferte")),
    ],
)
def test_what_is_asked_of_a_thing_is_told(question: str, words: tuple[str, ...]) -> None:
    assert asked_about(question).words == words


@pytest.mark.parametrize(
    ("question", "sentence", "holds"),
    [
        ("What is the deposit of Dock Street?", "The deposit for Dock Street is 1,200 EUR.", 1.0),
        ("What is the deposit of Dock Street?", "The rent for Dock Street is 600 EUR.", 0.0),
        ("How heavy is the Falcon blade?", "A Falcon blade weighs 34 t.", 1.0),
        ("Which banks lent to Skerrow Bank?", "Skerrow Bank fed power to the Grid.", 0.0),
        ("How many nests were counted at Cawther?", "At Cawther 1,862 occupied nests were counted.", 1.0),
        (
            "How many nests were counted at Cawther?",
            "At Cawther 15 birds wore transmitters near nests of the cliffs.",
            0.0,
        ),
        ("How many nests were counted at Cawther in 2022?", "At Cawther 1,862 nests were counted in 2024.", 0.0),
    ],
)
def test_kind_word_and_name_must_stand_together(question: str, sentence: str, holds: float) -> None:
    sparse = SparseEmbedder(SMALL.sparse_model, language=SMALL.language, average_terms=SMALL.average_terms)
    names = names_in(question, capitals=True, terms_of=lambda _word: [], known=None)
    query = asked(question, words=sparse, names=names)
    held = query.match.terms(sentence, "en") & query.match.weights.keys()
    found = Together.of(query).held(sentence, "", held)
    assert found == pytest.approx(holds)


# Deciding


def decided(
    question: str,
    hits: list[Hit],
    *,
    calibration: Calibration | None,
    threshold: float | None = None,
    meaning: float = 1.0,
    reads: str = "",
    unknown: str = "",
) -> Judgement:
    names = names_in(question, capitals=True, terms_of=lambda _word: [], known=None)
    names = [replace(name, is_unknown=name.text == unknown) for name in names]
    found: list[Judgement] = []

    async def main() -> None:
        found.append(
            await judged(
                replace(asked(question, names=names), meaning=meaning),
                hits,
                hits,
                calibration=calibration,
                threshold=threshold,
                embed=FakeDense().embed_sentences,
                language="english",
                reads=reads,
            )
        )

    run(main)
    return found[0]


def always(threshold: float) -> Calibration:
    return replace(PACKAGED, bias=0.0, weights=(0.0,) * len(SIGNALS), threshold=threshold)


LEASE = [hit("The monthly rent is 1,980 EUR.", title="Lease: Mill Lane 12"), hit("Turbine B06 stood still in 2023.")]


def test_probability_decides_where_something_was_learned() -> None:
    tried = decided("What is the rent?", LEASE, calibration=always(0.5))
    assert tried == Judgement(None, 0.5)
    refused = decided("What is the rent?", LEASE, calibration=always(0.51))
    assert refused.probability == 0.5
    assert refused.doubt is not None
    assert refused.doubt == Doubt("far")


def test_number_that_stands_in_a_passage_is_answered_however_it_is_dialled() -> None:
    numbers = [hit("Anja Mehlhorn (doctor): 08382-944 210"), hit("The bike shop opens at nine.")]
    question = "whose number is {}"
    assert decided(question.format("+49 8382 944210"), numbers, calibration=always(0.51)).doubt is None
    missing = decided(question.format("+49 8382 944211"), numbers, calibration=always(0.51))
    assert missing.doubt == Doubt("unmentioned", "+49 8382 944211")


def spoken(text: str, language: str) -> Hit:
    found = hit(text)
    return replace(found, chunk=replace(found.chunk, metadata={"language": language}))


def test_passage_of_a_language_that_is_not_read_lacks_nothing() -> None:
    names = names_in("How hot may it be for Nordgriff?", capitals=True, terms_of=lambda _word: [], known=None)
    query = asked("How hot may it be for Nordgriff?", names=names)
    german = spoken("Nordgriff arbeitet nur bis 42 °C.", "de")
    assert is_unread(query, [hit("Nobody works."), german], reads="en")
    # Its own language, a model that reads both, and a passage that names nothing of it.
    assert not is_unread(query, [spoken("Nordgriff works.", "en")], reads="en")
    assert not is_unread(query, [german], reads="")
    # Further down than anything that an answer would rest on.
    assert not is_unread(query, [hit("Nobody works.")] * 10 + [german], reads="en")
    assert not is_unread(query, [spoken("Niemand arbeitet.", "de")], reads="en")


def test_few_words_of_a_question_refuse_it_where_the_model_does_not_read_its_language() -> None:
    question = "Quanti ascensori ha il palazzo della via?"
    other = [replace(spoken("L'amministratore del condominio è Paolo Ferri.", "it"), bm25=0.0)]
    calibration = replace(always(0.4), bias=-0.2)
    assert decided(question, other, calibration=calibration, reads="en").doubt == Doubt("far")
    # Two of its three words count, whatever BM25 says of them; one of many is too few.
    held = [replace(spoken("Nel palazzo ci sono due ascensori.", "it"), bm25=0.2)]
    german = [replace(spoken("Der Verwalter ist Paolo Ferri.", "de"), bm25=0.0)]
    for hits, reads in ((held, "en"), (german, "en"), (other, ""), (other, "it")):
        assert decided(question, hits, calibration=calibration, reads=reads).doubt is None


def test_threshold_of_the_user_wins_and_says_no_probability() -> None:
    assert decided("What is the rent?", LEASE, calibration=always(1.0), threshold=0.4) == Judgement(None)
    refused = decided("What is the rent?", LEASE, calibration=always(0.0), threshold=0.6)
    assert refused.doubt is not None
    assert refused.probability is None


def test_index_without_a_calibration_goes_on_as_before() -> None:
    assert decided("What is the rent?", LEASE, calibration=None) == Judgement(None)
    low = [replace(item, score=0.19) for item in LEASE]
    assert decided("What is the rent?", low, calibration=None).doubt is not None


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("What is the rent in Mill Lane 14?", "Mill Lane 14"),
        ("Why did turbine B07 stand still?", "B07"),
        ("Who won the world cup in 1998?", "1998"),
        ("Who joined on 15 September 2015?", "15 September 2015"),
    ],
)
def test_another_thing_of_the_kind_is_refused_however_probable_an_answer_is(question: str, missing: str) -> None:
    found = decided(question, LEASE, calibration=always(0.0))
    assert found.doubt is not None
    assert found.doubt == Doubt("unmentioned", missing)


def test_code_that_has_no_like_there_is_told_and_not_refused() -> None:
    found = decided("What is the rent with COVID-19?", LEASE, calibration=always(0.0))
    assert (found.doubt, found.absent) == (None, ("COVID-19",))


@pytest.mark.parametrize(
    ("question", "asked_for"),
    [
        ("What is the rent and who is the landlord?", ("What is the rent", "who is the landlord?")),
        ("Wie hoch ist die Miete und wann endet der Vertrag?", ("Wie hoch ist die Miete", "wann endet der Vertrag?")),
        ("What is the rent and the deposit?", ()),
        ("Who and what?", ()),
    ],
)
def test_two_questions_in_one_are_told_apart(question: str, asked_for: tuple[str, ...]) -> None:
    assert parts(question) == asked_for


def test_joined_words_are_found() -> None:
    assert joined_words("What is the rent and the deposit of Mill Lane 12?") == ("rent", "deposit")
    assert joined_words("Who clears the snow and till when?") == ("snow",)
    assert joined_words("Wie hoch sind Miete und Kaution?") == ("Miete", "Kaution")


# In an index


LOCKS = ["amber", "birch", "cedar", "delta", "ember", "fjord", "gorse", "heron", "islet", "jetty"]
TEXTS = [
    f"In {1900 + 10 * one + two} the lock keeper of {first.title()} {second} raised {two} flags{end}."
    for one, first in enumerate(LOCKS[:7])
    for two, second in enumerate(LOCKS)
    for end in [f", and the {first}{second} crew of barge {second}{first} sang {first}songs near the {second}wharf"]
]


def opened(new_index: OpenIndex, work: Callable[[Retriever], object]) -> None:
    async def main() -> None:
        sparse = SparseEmbedder(SMALL.sparse_model, language=SMALL.language, average_terms=SMALL.average_terms)
        async with new_index() as index:
            await commit(index, sparse, TEXTS)
            await work(Retriever(index, FakeDense(), sparse))  # type: ignore[misc]

    run(main)


def test_collection_teaches_and_keeps_it(new_index: OpenIndex) -> None:
    async def work(retriever: Retriever) -> None:
        assert await retriever.index.calibration() == {}
        chunks = await sample(retriever)
        found = await calibrate(retriever, chunks, len(chunks), limit_s=600)
        assert found.chunks == len(TEXTS)
        assert found.questions > 30
        assert found.weights != PACKAGED.weights
        assert found == await calibrate(retriever, chunks, len(chunks), limit_s=600)
        await retriever.index.calibrate(found.values())
        assert read(await retriever.index.calibration()) == found
        # Renamed, it keeps what it knows.
        assert retriever.index.generation is not None
        await retriever.index.declare(replace(retriever.index.generation, name="renamed"))
        assert read(await retriever.index.calibration()) == found

    opened(new_index, work)


def test_too_little_time_teaches_nothing_and_is_tried_again(new_index: OpenIndex) -> None:
    async def work(retriever: Retriever) -> None:
        times = iter(range(1_000))
        found = await calibrate(retriever, await sample(retriever), 70, limit_s=0.5, clock=lambda: float(next(times)))
        assert found == PACKAGED
        assert is_due(found, 70)
        # Also where no file changes: the machine may have had other work.
        assert (is_open(found), is_open(replace(PACKAGED, chunks=70)), is_open(None)) == (True, False, False)

    opened(new_index, work)


def test_what_a_release_learned_worse_is_forgotten_where_too_little_is_left_to_learn_from() -> None:
    kept = {**replace(PACKAGED, chunks=500, bias=9.0).values(), "fit": 1}

    class Shrunk:
        async def calibration(self) -> dict[str, object]:
            return kept

        async def status(self) -> SimpleNamespace:
            return SimpleNamespace(chunks=LEAST_CHUNKS - 1)

        async def calibrate(self, values: dict[str, object]) -> None:
            kept.clear()
            kept.update(values)

    async def main() -> None:
        assert (
            await calibrated(
                Settings(home=Path(), sparse_model="Qdrant/bm25"), cast(Index, Shrunk()), cast(ModelCopy, None)
            )
            is None
        )
        assert read(kept) == PACKAGED

    run(main)


def test_answer_says_how_probable_it_is(new_index: OpenIndex) -> None:
    async def work(retriever: Retriever) -> None:
        await retriever.index.calibrate(always(0.4).values())
        answer = await Answerer(retriever, threshold=None).ask(
            "How many flags did the lock keeper of Birch cedar raise?"
        )
        assert (answer.found, answer.probability) == (True, 0.5)
        await retriever.index.calibrate(always(0.6).values())
        # A question of which a sentence says every word would be tried all the same.
        refused = await Answerer(retriever, threshold=None).ask("How many banners did the lock keeper raise?")
        assert not refused.found
        assert 0.0 < (refused.probability or 0.0) < 0.5
        assert (await Answerer(retriever, threshold=0.0).ask("How many banners did the lock keeper raise?")).found

    opened(new_index, work)


@pytest.mark.parametrize("question", ["Who raised it?", "And at night?", "Und nachts?"])
def test_question_that_names_nothing_is_asked_back_however_probable_an_answer_is(
    new_index: OpenIndex, question: str
) -> None:
    async def work(retriever: Retriever) -> None:
        await retriever.index.calibrate(always(0.0).values())
        answer = await Answerer(retriever, threshold=None).ask(question)
        assert not answer.found
        assert re.search("asked before|gefragt", answer.text), answer.text

    opened(new_index, work)


def test_half_that_nothing_answers_is_named(new_index: OpenIndex) -> None:
    async def work(retriever: Retriever) -> None:
        await retriever.index.calibrate(always(0.4).values())
        answer = await Answerer(retriever, threshold=None).ask("How many flags and trumpets did the lock keeper raise?")
        assert answer.found
        assert "Nothing was found about “trumpets”." in answer.note

    opened(new_index, work)


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("The test costs 8 euros and is valid for two years.", ()),
        ("The test costs 8 euros.", ("how long is it valid",)),
    ],
)
def test_half_whose_words_the_answer_says_is_answered(said: str, named: tuple[str, ...]) -> None:
    words = PlainWords("how", "is", "it", "much", "the", "and")
    query = asked("how much is the test and how long is it valid", words=words)
    half = SimpleNamespace(query=asked("how long is it valid", words=words), judgement=SimpleNamespace(doubt="x"))
    evidence = SimpleNamespace(judgement=SimpleNamespace(probability=0.8), halves=(half,), hits=())
    held = SimpleNamespace(retriever=SimpleNamespace(sparse=words))
    assert unanswered(query, cast(Evidence, evidence), cast(Parts, held), said) == named


@pytest.mark.parametrize(
    ("question", "said", "is_named"),
    [
        ("how much is the deposit", "The rent is 900 euros. The deposit is returned after six months.", True),
        ("how much is the deposit", "The rent is 900 euros and the deposit is returned after six months.", True),
        ("how much is the deposit", "The rent is 900 euros [1]. The deposit is 1,800 euros [1].", False),
        ("who pays it", "The tenant pays the rent.", True),
        ("who pays the water bill", "The tenant pays the water bill.", False),
    ],
)
def test_half_is_answered_by_a_value_of_its_kind(question: str, said: str, is_named: bool) -> None:
    words = PlainWords("how", "is", "it", "much", "the", "and", "what", "who")
    query = asked(f"what is the rent and {question}", words=words)
    half = SimpleNamespace(query=asked(question, words=words), judgement=SimpleNamespace(doubt="x"))
    evidence = SimpleNamespace(judgement=SimpleNamespace(probability=0.8), halves=(half,), hits=())
    held = SimpleNamespace(retriever=SimpleNamespace(sparse=words))
    found = unanswered(query, cast(Evidence, evidence), cast(Parts, held), said)
    assert found == ((question,) if is_named else ())


def test_signals_are_finite_and_as_many_as_their_names(new_index: OpenIndex) -> None:
    async def work(retriever: Retriever) -> None:
        for question in ("flags", "How many flags?", "xyz", "Was ist das?"):
            query = await retriever.read(question)
            hits = await retriever.retrieve(query, top_k=50)
            found = await signals(query, hits, embed=retriever.dense.embed_sentences, language="english")
            assert found.shape == (len(SIGNALS) + len(LACKS),)
            assert np.isfinite(found).all()

    opened(new_index, work)


def test_words_decide_where_the_model_does_not_read_the_script() -> None:
    """What was learned rests on cosines: of questions that nothing answers it refused one in seven."""
    question = "潤滑油はいつ差しますか。"
    for score, doubts in ((0.12, True), (0.4, False)):
        found = decided(question, [hit("作業は必ず二人で行う。", score=score)], calibration=PACKAGED, meaning=0.0)
        assert (found.doubt is not None) is doubts


@pytest.mark.parametrize(
    ("score", "unknown", "more", "doubts"),
    [
        (0.24, "Тесла", "", "Тесла"),
        (0.4, "Тесла", "", ""),
        (0.24, "", "", ""),
        # A slip in one of two names, the other of which stands there.
        (0.24, "Тесла", "Об этом писал Эдисон.", ""),
    ],
)
def test_an_unknown_name_needs_more_words_where_the_model_does_not_read_the_script(
    score: float, unknown: str, more: str, doubts: str
) -> None:
    question = f"Что Тесла впервые получил после создания компании{', по словам Эдисон' if more else ''}?"
    hits = [hit(f"После создания компании впервые выросла прибыль. {more}", score=score)]
    found = decided(question, hits, calibration=PACKAGED, meaning=0.0, unknown=unknown)
    assert (found.doubt.word if found.doubt else "") == doubts


@pytest.mark.parametrize(
    ("unknown", "language", "probability", "doubts"),
    [
        ("Tesla", "es", 0.6, "Tesla"),
        ("", "es", 0.6, None),
        # No list of its small words is known, so that any passage holds some.
        ("", "vi", 0.6, ""),
        ("", "vi", 0.9, None),
    ],
)
def test_passages_hold_a_third_of_a_question_with_an_unknown_name_or_whose_small_words_count(
    unknown: str, language: str, probability: float, doubts: str | None
) -> None:
    question = "casa roja Tesla vendo poko dinero ayer mañana"
    passage = [spoken("Aquí está la casa.", language), spoken("Nadie viene.", language)]
    calibration = replace(always(0.1), bias=math.log(probability / (1 - probability)))
    found = decided(question, passage, calibration=calibration, reads="en", unknown=unknown)
    assert (found.doubt.word if found.doubt else None) == doubts
