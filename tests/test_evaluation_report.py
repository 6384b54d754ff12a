"""What an evaluation leaves behind: the journal, the report and its files, the gate, the judge's verdicts."""

import asyncio
import copy
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from llm_server import Reply, fake_llm

from qa.config import Settings
from qa.errors import ConfigError, LLMUnavailableError, LoadError
from qa.evaluation import Configuration, Dataset, EvaluationReport, Outcome, Question, as_json, measure, table
from qa.evaluation.compare import worse_than
from qa.evaluation.files import read_run, write_report
from qa.evaluation.html import page
from qa.evaluation.journal import Journal, journal_name
from qa.evaluation.judge import Verdict, judge, judge_messages, read_verdict
from qa.evaluation.measure import TokenCounter
from qa.evaluation.spans import Locator
from qa.types import Answer, Chunk, Citation, Document, Hit, Statement, Turn
from ui.evaluation.judging import judged

pytest.importorskip("ir_measures")
pytest.importorskip("matplotlib")

HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)> & "quoted" \ud800'
TEXTS = {
    f"d {number}": f"Lamp {number} hangs in street {number} and is lit at {number} o'clock." for number in range(12)
}


def hit(document: str, rank: int = 1) -> Hit:
    text = TEXTS[document]
    chunk = Chunk(document, document, "1", 0, document, document, "", 0, 0, len(text), text, {"format": "text"})
    return Hit(chunk, 1.0 / rank, rank, "scores", cosine=0.5, bm25=0.25)


def answer(document: str, *, found: bool = True, words: str = "") -> Answer:
    hits = (hit(document),)
    citations = (Citation(1, hits[0].chunk, ((0, len(TEXTS[document])),)),) if found else ()
    text = words or (TEXTS[document] + " [1]" if found else "not here")
    return Answer("?", "?", text, (Statement(TEXTS[document], (1,)),), citations, hits, found, "fake")


def questions() -> tuple[Question, ...]:
    asked = [
        Question(
            f"q{number}",
            f"When is lamp {number} lit? {HOSTILE if number == 0 else ''}",
            answers=(f"{number} o'clock",),
            relevant={name: 1},
            evidence=((text,),),
            kind="fact",
        )
        for number, (name, text) in enumerate(TEXTS.items())
    ]
    return (*asked, Question("u1", "Who owns the moon?", unanswerable=True))


def report(right: Mapping[str, int], **values: Any) -> EvaluationReport:
    """A report in which each configuration finds the relevant passage first for its first n questions, else never."""
    dataset = Dataset(
        "lamps", Path("/lamps"), questions(), tuple(Document(n, n, t, "text/plain") for n, t in TEXTS.items())
    )
    locator = Locator(TEXTS)
    facts = {question.id: locator.facts(question) for question in dataset.questions}
    found = {}
    for name, count in right.items():
        outcomes = {}
        for number, question in enumerate(dataset.questions):
            own = f"d {number}" if number < count else f"d {(number + 1) % 12}"
            hits = (hit(own), hit(f"d {(number + 2) % 12}", 2))
            times = {"embed": 1.0, "search": 2.0, "score": 3.0, "retrieve": 6.0 + number, "answer": 10.0}
            outcomes[question.id] = Outcome(hits, answer(own, found=not question.unanswerable), times)
        found[name] = Configuration(
            name=name,
            settings={"ranking": "scores", "threshold": 0.2, "top_k": 8},
            collection="eval_lamps",
            index={"dense_model": "fake"},
            documents=12,
            chunks=12,
            outcomes=outcomes,
            metrics=measure(dataset.questions, outcomes, facts, dataset.document_id, TokenCounter(len)),
            context_tokens=dict.fromkeys(outcomes, 100),
        )
    return EvaluationReport(dataset, found, facts, **values)


# The report


def test_table_shows_means_intervals_and_stars() -> None:
    lines = table(report({"bad": 2, "good": 12})).splitlines()
    assert lines[0] == "lamps: 12 documents, 12 chunks, 13 questions, 1 of them unanswerable"
    rows = {line.split()[0]: line.split()[1:] for line in lines if line and not line.startswith("*")}
    assert rows["nDCG@10"] == ["0.167*", "1.000", "1.000–1.000"]
    assert rows["SpanRecall@5"][:2] == ["0.167*", "1.000"]
    assert rows["RefusalRecall"] == ["1.000", "1.000", "1.000–1.000"]
    assert rows["embed"] == ["p95,", "ms", "1", "1"]
    assert lines[-1].endswith("after Holm for 1 pair")


def test_what_a_reranker_and_a_learned_sparse_model_gave_stands_beside_the_other_scores(tmp_path: Path) -> None:
    pytest.importorskip("pandas")
    from qa.evaluation import frames

    plain, whole = report({"a": 5}), report({"a": 5})
    outcomes = {
        name: replace(
            outcome,
            hits=tuple(replace(hit, rerank=-1.5, learned=0.125) for hit in outcome.hits),
            elapsed_ms={**outcome.elapsed_ms, "rerank": 7.0},
        )
        for name, outcome in whole.configurations["a"].outcomes.items()
    }
    reranked = replace(whole, configurations={"a": replace(whole.configurations["a"], outcomes=outcomes)})
    assert list(frames.hits(reranked, "q1")["reranker"]) == [-1.5, -1.5]
    assert list(frames.hits(reranked, "q1")["learned terms"]) == [0.125, 0.125]
    assert not {"reranker", "learned terms"} & set(frames.hits(plain, "q1"))
    assert "learned terms 0.12 · reranker -1.50" in page(reranked)
    assert "rerank p50, ms" in table(reranked)
    assert "rerank" not in table(plain)
    with Journal(tmp_path / "a.jsonl") as journal:
        journal.add(whole.dataset.questions[1], outcomes["q1"])
    with Journal(tmp_path / "a.jsonl") as journal:
        assert journal.outcomes(whole.dataset.questions, answered=True) == {"q1": outcomes["q1"]}


def test_same_seed_gives_the_same_figures() -> None:
    first, again, other = (
        json.dumps(as_json(report({"a": 5, "b": 9}, seed=seed)), allow_nan=False) for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


def test_page_is_the_same_for_the_same_report() -> None:
    assert page(report({"a": 5, "b": 9})) == page(report({"a": 5, "b": 9}))


class Reader(HTMLParser):
    """Collects tags, attributes and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_page_holds_what_it_must_and_needs_nothing_else() -> None:
    found = report({"bad": 2, "good": 11})
    text = page(found)
    read = Reader(text)
    words = "".join(read.text)
    for wanted in (
        "nDCG@10",
        "SpanIoU@5",
        "CitationRecall",
        "RefusalAUROC",
        "good against the others",
        "bad",
        "threshold",
    ):
        assert wanted in words, wanted
    assert "good wins" in words
    assert "Missed by good in the first 5 (1)" in words
    assert read.tags.count("svg") == 4
    assert "mark" in read.tags
    assert "prefers-color-scheme: dark" in text
    assert "var(--ink)" in text
    loaded = [value for name, value in read.attributes if name in ("src", "href", "xlink:href")]
    assert all(value.startswith("#") for value in loaded)
    assert "@import" not in text


def test_hostile_text_is_escaped_everywhere() -> None:
    """In questions, passages, answers, names and the judge's replies."""
    found = report({"bad": 0, "good": 12})
    evil = {
        name: replace(outcome, hits=tuple(_evil(hit) for hit in outcome.hits), answer=answer("d 0", words=HOSTILE))
        for name, outcome in found.configurations["bad"].outcomes.items()
    }
    configurations = {"good": found.configurations["good"], "bad": replace(found.configurations["bad"], outcomes=evil)}
    verdict = Verdict("q0", "good", "bad", 0.0, True, (HOSTILE, HOSTILE), HOSTILE)
    text = page(
        replace(
            found,
            dataset=replace(found.dataset, name=HOSTILE),
            configurations=configurations,
            verdicts=[verdict],
            judge=HOSTILE,
            failed=[(HOSTILE, HOSTILE)],
        )
    )
    text.encode("utf-8")
    read = Reader(text)
    assert "script" not in read.tags
    assert "img" not in read.tags
    assert not [name for name, _ in read.attributes if name.startswith("on")]
    assert "<script>alert" in "".join(read.text)


def _evil(found: Hit) -> Hit:
    text = HOSTILE * 4
    chunk = replace(found.chunk, text=text, end=found.chunk.start + len(text), heading=HOSTILE, source=HOSTILE)
    return replace(found, chunk=chunk)


def test_files_are_written_and_read_by_ir_measures(tmp_path: Path) -> None:
    import ir_measures

    found = report({"bad": 2, "good": 11})
    write_report(tmp_path / "out", found)
    assert sorted(file.relative_to(tmp_path / "out").as_posix() for file in (tmp_path / "out").rglob("*.*")) == [
        "qrels.trec",
        "report.html",
        "run.json",
        "runs/bad.trec",
        "runs/good.trec",
    ]
    qrels = list(ir_measures.read_trec_qrels(str(tmp_path / "out" / "qrels.trec")))
    run = list(ir_measures.read_trec_run(str(tmp_path / "out" / "runs" / "good.trec")))
    assert qrels[0].doc_id == "d%200"
    [value] = ir_measures.calc_aggregate([ir_measures.parse_measure("nDCG@10")], qrels, run).values()
    assert value == pytest.approx(found.intervals["good"]["nDCG@10"].mean)
    values = read_run(tmp_path / "out" / "run.json")
    assert values["seed"] == found.seed
    assert values["versions"]["numpy"]
    assert values["configurations"]["good"]["questions"]["nDCG@10"]["q0"] == 1.0
    assert values["configurations"]["good"]["settings"]["top_k"] == 8


def test_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="cannot be written"):
        write_report(tmp_path / "file", report({"one": 3}))


def test_one_configuration_makes_a_report_too() -> None:
    text = page(report({"one": 3}))
    assert "against the others" not in text
    assert "after Holm" not in table(report({"one": 3}))


# The gate


def run_values(right: Mapping[str, int]) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(json.dumps(as_json(report(right))))
    return values


def test_gate_closes_where_a_metric_is_significantly_worse() -> None:
    found = worse_than(run_values({"a": 12, "b": 6}), run_values({"a": 1, "b": 6}))
    metrics = {metric for metric, _ in found}
    assert {"nDCG@10", "SpanRecall@5", "Contained"} <= metrics
    assert {test.second for _, test in found} == {"a"}
    assert all(test.corrected < 0.05 and test.difference < 0 for _, test in found)


def test_gate_stays_open_where_nothing_or_little_is_worse() -> None:
    assert worse_than(run_values({"a": 12}), run_values({"a": 12})) == []
    assert worse_than(run_values({"a": 12}), run_values({"a": 11})) == []
    assert worse_than(run_values({"a": 1}), run_values({"a": 12})) == []


def test_gate_knows_where_less_is_better() -> None:
    before, after = run_values({"a": 12}), run_values({"a": 12})
    refused = after["configurations"]["a"]["questions"]["WronglyRefused"]
    refused.update(dict.fromkeys(refused, 1.0))
    assert [metric for metric, _ in worse_than(before, after)] == ["WronglyRefused"]
    assert worse_than(after, before) == []


def test_gate_counts_only_questions_asked_with_the_same_words() -> None:
    before = run_values({"a": 12})
    changed = copy.deepcopy(before)
    for question in changed["questions"]:
        question["text"] += " Please."
    with pytest.raises(ConfigError, match="shares no configuration and question"):
        worse_than(changed, before)


@pytest.mark.parametrize("baseline", [{}, {"configurations": [], "questions": []}, {"configurations": {"a": 5}}])
def test_gate_refuses_what_is_no_run(baseline: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=r"not a run\.json|shares no"):
        worse_than(baseline, run_values({"a": 12}))


def test_broken_run_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="cannot be read"):
        read_run(tmp_path / "none.json")
    for text in ("{", "[1]"):
        (tmp_path / "run.json").write_text(text)
        with pytest.raises(LoadError, match=r"is not a run\.json"):
            read_run(tmp_path / "run.json")


# The journal


def outcomes() -> dict[str, Outcome]:
    return dict(report({"a": 7}).configurations["a"].outcomes)


def test_outcomes_come_back_as_they_were(tmp_path: Path) -> None:
    written = outcomes()
    with Journal(tmp_path / "new" / "a.jsonl") as journal:
        for question in questions():
            journal.add(question, written[question.id])
    with Journal(tmp_path / "new" / "a.jsonl") as journal:
        assert journal.outcomes(questions(), answered=True) == written
        [bare] = journal.outcomes(questions()[:1], answered=False).values()
        assert bare.answer is None
        assert "answer" not in bare.elapsed_ms


def test_line_that_was_cut_off_costs_one_question(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    first, second, third = questions()[:3]
    with Journal(file) as journal:
        journal.add(first, outcomes()[first.id])
        journal.add(second, outcomes()[second.id])
    file.write_bytes(file.read_bytes()[:-40])
    with Journal(file) as journal:
        assert set(journal.outcomes(questions(), answered=True)) == {first.id}
        journal.add(third, outcomes()[third.id])
    with Journal(file) as journal:
        assert set(journal.outcomes(questions(), answered=True)) == {first.id, third.id}


def test_question_that_changed_is_asked_again(tmp_path: Path) -> None:
    first = questions()[0]
    with Journal(tmp_path / "a.jsonl") as journal:
        journal.add(first, outcomes()[first.id])
    with Journal(tmp_path / "a.jsonl") as journal:
        assert journal.outcomes([first], answered=True)
        assert not journal.outcomes([replace(first, text="What?")], answered=True)
        assert not journal.outcomes([replace(first, turns=(Turn("user", "So?"),))], answered=True)


def test_journal_is_named_after_settings_and_documents() -> None:
    name = journal_name({"top_k": 8, "ranking": "rrf"}, [("d1", "v1"), ("d2", "v1")])
    assert journal_name({"ranking": "rrf", "top_k": 8}, [("d2", "v1"), ("d1", "v1")]) == name
    assert journal_name({"ranking": "rrf", "top_k": 9}, [("d1", "v1"), ("d2", "v1")]) != name
    assert journal_name({"ranking": "rrf", "top_k": 8}, [("d1", "v2"), ("d2", "v1")]) != name


def test_journal_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="file is in the way: a folder is needed"):
        Journal(tmp_path / "file" / "a.jsonl")


# The judge


class FakeJudge:
    """Replies from a list and keeps what it was asked."""

    def __init__(self, *replies: str) -> None:
        self.replies = list(replies)
        self.asked: list[str] = []

    async def complete(self, messages: Sequence[dict[str, str]]) -> str:
        self.asked.append(messages[-1]["content"])
        return self.replies.pop(0)


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [("1", "1"), ("2.", "2"), ("TIE", "tie"), ("Answer 1 is bad, so: 2", "2"), ("", "tie"), ("21", "tie")],
)
def test_last_word_of_a_reply_is_the_verdict(reply: str, verdict: str) -> None:
    assert read_verdict(reply) == verdict


@pytest.mark.parametrize(
    ("replies", "score", "agreed"),
    [(("1", "2"), 0.0, True), (("2", "1"), 1.0, True), (("1", "1"), 0.5, False), (("tie", "tie"), 0.5, True)],
)
def test_verdict_must_survive_the_exchange(replies: tuple[str, str], score: float, agreed: bool) -> None:
    model = FakeJudge(*replies)
    answers = {
        "a": {"q0": answer("d 0", words="first words [1]")},
        "b": {"q0": answer("d 0", words="second words [2]")},
    }
    [verdict] = asyncio.run(judge(model, questions()[:1], answers, [("a", "b")]))
    assert (verdict.score, verdict.agreed, verdict.replies) == (score, agreed, replies)
    first, second = model.asked
    assert first.index("first words") < first.index("second words")
    assert second.index("second words") < second.index("first words")
    assert "[1]" not in first
    assert "Right answer: 0 o'clock" in first
    assert first in verdict.prompt


def test_same_answers_are_a_tie_that_nobody_is_asked() -> None:
    answers = {"a": {"q0": answer("d 0")}, "b": {"q0": answer("d 0")}}
    [verdict] = asyncio.run(judge(FakeJudge(), questions()[:1], answers, [("a", "b")]))
    assert (verdict.score, verdict.agreed, verdict.replies) == (0.5, True, ())


def test_judge_is_told_what_is_known() -> None:
    hard = Question("q", "?", unanswerable=True)
    proven = Question("q", "?", evidence=(("A quote.", "another"),))
    assert "hold no answer" in judge_messages(hard, "a", "b")[1]["content"]
    assert "rests on: A quote." in judge_messages(proven, "a", "b")[1]["content"]
    assert "> line one\n> line two" in judge_messages(hard, "line one\nline two", "b")[1]["content"]


def test_verdicts_are_counted_with_their_agreement() -> None:
    verdicts = [
        Verdict(f"q{n}", "a", "b", score, agreed, ("1", "1"), "prompt")
        for n, (score, agreed) in enumerate([(1.0, True), (1.0, True), (0.0, True), (0.5, False)])
    ]
    found = report({"a": 5, "b": 9}, verdicts=verdicts, judge="big-model")
    [(test, agreement)] = found.judged
    assert (test.first, test.second, test.wins, test.losses, agreement) == ("a", "b", 2, 1, 0.75)
    assert "big-model on 4 answers: b wins 2, a 1" in table(found)
    assert as_json(found)["judge"]["verdicts"][0]["prompt"] == "prompt"
    assert "Judged by big-model" in page(found)


def test_judging_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """Over a real socket; the second run asks nothing, a changed answer is judged anew."""
    found = report({"a": 3, "b": 12}).configurations
    some = questions()[:12]

    async def go(settings: Settings, configurations: Mapping[str, Configuration] = found) -> list[Verdict]:
        return await judged("judge", some, configurations, settings, on_progress=lambda *_: None)

    with fake_llm() as llm:
        settings = Settings(home=tmp_path, openai_base_url=llm.base_url)
        llm.say(*["1"] * 7, Reply("no", status=401))
        with pytest.raises(Exception, match="refused the key"):
            asyncio.run(go(settings))
        # One more may have been on its way.
        begun = len(llm.requests)
        assert begun in (8, 9)
        llm.say("1")
        first = asyncio.run(go(settings))
        asked = len(llm.requests)
        # Three pairs were judged before; of the nine that differ six were left, the one cut off in the middle included.
        assert asked == begun + 6 * 2
        assert asyncio.run(go(settings)) == first
        assert len(llm.requests) == asked
        changed = dict(found["a"].outcomes) | {
            "q5": replace(found["a"].outcomes["q5"], answer=answer("d 0", words="else"))
        }
        asyncio.run(go(settings, {**found, "a": replace(found["a"], outcomes=changed)}))
        assert len(llm.requests) == asked + 2


def test_judge_needs_two_that_answer(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="at least two"):
        asyncio.run(
            judged("judge", questions(), report({"a": 3}).configurations, Settings(home=tmp_path), on_progress=print)
        )


def test_judge_that_fails_is_an_error() -> None:
    class Gone(FakeJudge):
        async def complete(self, messages: Sequence[dict[str, str]]) -> str:  # noqa: ARG002
            raise LLMUnavailableError("gone")

    answers = {"a": {"q0": answer("d 0")}, "b": {"q0": answer("d 1")}}
    with pytest.raises(LLMUnavailableError):
        asyncio.run(judge(Gone(), questions()[:1], answers, [("a", "b")]))
