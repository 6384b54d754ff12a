"""Question sets that are made: from an index, by rule or by a model, and from what users said of answers."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT, run_command
from llm_server import fake_llm

from qa.database.engine import open_database
from qa.database.feedback import Feedback, save_feedback
from qa.evaluation import Dataset, Question, read_dataset
from qa.evaluation.dataset import Span
from qa.evaluation.liked import with_feedback
from qa.evaluation.synthetic import question_values, questions_by_model, questions_by_rule
from qa.types import Answer, Chunk, Citation, Document

TEXT = """Wave limits

The limit for transfers by day is 1.5 m at the buoy. On 12 May the committee met in Eldermouth again to talk about it.
A weather day is a day on which nobody may leave the harbour for the farm. It is the shift leader who decides on that.
Nobody was there."""


def chunk(text: str = TEXT, *, source: str = "/docs/limits.md", heading: str = "Manual › Wave limits") -> Chunk:
    return Chunk("c1", "d1", "v", 0, source, "Manual", heading, 0, 100, 100 + len(text), text)


# By rule


def test_rules_ask_about_headings_definitions_and_figures() -> None:
    questions = questions_by_rule([chunk()], 10, seed=1)
    by_kind = {question.kind: question for question in questions}
    assert len(questions) == 3
    assert by_kind["heading"].text == "What is said about “Wave limits” in “Manual”?"
    assert by_kind["definition"].text == "What is a weather day?"
    assert by_kind["definition"].answers == ("a day on which nobody may leave the harbour for the farm",)
    assert by_kind["figure"].text == "Which figure is given for: limit transfers buoy?"
    assert by_kind["figure"].answers == ("1.5 m",)
    for question in questions:
        [(start, end, _)] = question.spans
        assert question.synthetic
        assert question.relevant == {"/docs/limits.md": 1}
        assert question.evidence == ((TEXT[start - 100 : end - 100],),)
    assert [question.id for question in questions] == ["s001", "s002", "s003"]


@pytest.mark.parametrize(
    "text",
    [
        "It is the shift leader who decides about all of that.",
        "The reason is the new bow fender, which was fitted in May.",
        "On Petrel the muster station is the mess on deck C below.",
        "The committee met on 12 May in Eldermouth to talk about it.",
        "Too short: 3 m.",
        "",
    ],
)
def test_rules_ask_nothing_where_nothing_is_named(text: str) -> None:
    assert questions_by_rule([chunk(text, heading="")], 10, seed=1) == []


def test_rules_spread_over_documents_and_obey_seed_and_count() -> None:
    chunks = [chunk(TEXT.replace("1.5 m", f"{number}.5 m"), source=f"/docs/{number}.md") for number in range(6)]
    some = questions_by_rule(chunks, 6, seed=1)
    assert some == questions_by_rule(chunks, 6, seed=1)
    assert some != questions_by_rule(chunks, 6, seed=2)
    assert len(some) == len({question.text for question in some})
    assert questions_by_rule(chunks, 0, seed=1) == []


# By a model


class FakeModel:
    def __init__(self, *replies: str) -> None:
        self.replies = list(replies)
        self.asked: list[Sequence[dict[str, str]]] = []

    async def complete(self, messages: Sequence[dict[str, str]]) -> str:
        self.asked.append(messages)
        return self.replies.pop(0)


def reply(question: str, quote: str, answer: str = "1.5 m") -> str:
    return "Here it is:\n" + json.dumps({"question": question, "answer": answer, "quote": quote}) + "\nDone."


def test_model_writes_questions_whose_quotes_are_checked() -> None:
    chunks = [chunk(source=f"/docs/{number}.md") for number in range(5)]
    model = FakeModel(
        "I cannot do that.",
        reply("How high?", "words that stand nowhere"),
        '{"question": "How high?"}',
        reply("How high may\nthe waves be?", "The limit for transfers by day is\n1.5 m at the buoy."),
        reply("What else?", "Nobody was there.", answer=""),
    )
    questions = asyncio.run(questions_by_model(model, chunks, 2, seed=1))
    assert [(question.id, question.text, question.answers) for question in questions] == [
        ("s001", "How high may the waves be?", ("1.5 m",)),
        ("s002", "What else?", ()),
    ]
    assert questions[0].evidence == (("The limit for transfers by day is 1.5 m at the buoy.",),)
    assert questions[0].spans == (Span(113, 165),)
    assert all(question.synthetic and question.kind == "model" for question in questions)
    assert "Wave limits" in model.asked[0][1]["content"]


def test_model_is_asked_about_three_times_as_many_passages_at_most() -> None:
    model = FakeModel(*["no"] * 9)
    chunks = [chunk(source=f"/docs/{number}.md") for number in range(9)]
    assert asyncio.run(questions_by_model(model, chunks, 2, seed=1)) == []
    assert len(model.asked) == 6


# Feedback


def answer(*, found: bool = True, source: str = "a.md") -> Answer:
    where = replace(chunk(), source=source)
    citations = (Citation(1, where, ((113, 165),)),) if found else ()
    return Answer("And by day?", "Which limit holds, and by day?", "1.5 m [1]", (), citations, (), found, "extractive")


def some(key: str, query: str, *, liked: bool = True, found: bool = True, source: str = "a.md") -> Feedback:
    return Feedback(key, liked, replace(answer(found=found, source=source), query=query))


def test_liked_answers_become_questions() -> None:
    dataset = Dataset("set", Path("/set"), (Question("q1", "Known?"),), (Document("a.md", "", TEXT, "text/plain"),))
    joined, counts = with_feedback(
        dataset,
        [
            some("k1", "Which limit?"),
            some("k2", "Who owns the moon?", found=False),
            some("k3", "Wrong?", liked=False),
            some("k4", "Known?"),
            some("k5", "Elsewhere?", source="other.md"),
            some("k6", "Asked twice?"),
            some("k7", "Asked twice?", liked=False),
            some("k8", "Wrong refusal?", liked=False, found=False),
        ],
    )
    assert (counts.liked, counts.joined, counts.disliked) == (5, 2, 3)
    assert str(counts).startswith("2 of 5 liked answers joined the set; the others ")
    assert str(counts).endswith("; 3 answers were disliked, which leaves nothing to measure")
    assert joined.questions[1:] == (
        Question(
            "feedback-k1",
            "Which limit?",
            relevant={"a.md": 1},
            evidence=(("The limit for transfers by day is 1.5 m at the buoy.",),),
            kind="feedback",
        ),
        Question("feedback-k2", "Who owns the moon?", unanswerable=True, kind="feedback"),
    )


def test_feedback_on_files_is_known_by_path(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(TEXT)
    (tmp_path / "questions.jsonl").write_text('{"text": "Known?"}')
    joined, _ = with_feedback(read_dataset(tmp_path), [some("k1", "Which?", source=f"{tmp_path.name}/a.md")])
    assert joined.questions[1].relevant == {"a.md": 1}


# Written and read


def test_question_is_read_back_as_it_was(tmp_path: Path) -> None:
    questions = (*questions_by_rule([chunk()], 10, seed=1), Question("u", "?", unanswerable=True))
    (tmp_path / "docs.jsonl").write_text(json.dumps({"id": "/docs/limits.md", "text": TEXT}))
    lines = (json.dumps(question_values(question)) for question in questions)
    (tmp_path / "queries.jsonl").write_text("\n".join(lines))
    assert read_dataset(tmp_path).questions == questions


@pytest.mark.models
def test_set_from_an_index_is_written_and_evaluated(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("ir_measures")
    run_command(["ingest", str(ROOT / "data" / "minutes"), str(ROOT / "data" / "mail"), "--home", str(home), "--quiet"])
    source = "mail/plover-dash-limit.eml"
    with closing(open_database(home)) as database:
        save_feedback(database, some("k1", "How high for Plover Dash?", source=source))
    capsys.readouterr()
    target = tmp_path / "made"
    command = ["eval", "--questions-from-index", "8", "--home", str(home), "--output", str(target), "--feedback"]
    assert run_command(command) == 0
    assert "9 questions" in capsys.readouterr().out
    dataset = read_dataset(target)
    texts = {document.source: document.text for document in dataset.documents or ()}
    assert len(texts) == 7
    for question in dataset.questions[:8]:
        [(start, end, _)] = question.spans
        assert question.synthetic
        assert texts[next(iter(question.relevant))][start:end] == question.evidence[0][0]
    assert dataset.questions[8].kind == "feedback"
    assert run_command(command) == 1
    assert "already holds a question set" in capsys.readouterr().err
    assert run_command(["eval", str(target), "--home", str(home), "--rankings", "scores", "--json"]) == 0
    values = json.loads(capsys.readouterr().out)
    assert values["dataset"]["synthetic"] == 8
    assert values["configurations"]["scores"]["mean"]["Success@10"]["mean"] > 0.5

    with fake_llm() as llm:
        llm.say(reply("Who wrote it?", "nowhere"))
        model = ["--llm-model", "fake", "--openai-base-url", llm.base_url, "--output", str(tmp_path / "other")]
        assert run_command([*command[:5], *model]) == 1
    assert "nothing can be asked about" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [["eval"], ["eval", "somewhere", "--questions-from-index", "3"]], ids=["neither", "both"]
)
def test_either_a_set_or_an_index(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        run_command(arguments)
    assert caught.value.code == 2
    assert "name either a DATASET or --questions-from-index N" in capsys.readouterr().err
