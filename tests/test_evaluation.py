"""The evaluation: question sets read, metrics against sums done by hand, one small set from end to end."""

import asyncio
import importlib.util
import json
import math
import re
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import run_command
from files import write_dictionary
from llm_server import Reply, fake_llm

from qa.config import Settings
from qa.errors import ConfigError, LoadError
from qa.evaluation import (
    Question,
    answer_contained,
    as_json,
    document_run,
    evidence_at,
    evidence_rank,
    mean,
    passage_metrics,
    percentile,
    qrels_of,
    read_dataset,
    retrieval_metrics,
    run_questions,
    table,
)
from qa.evaluation.compare import worse_than
from qa.evaluation.evidence import evidence_covered
from qa.types import Answer, Chunk, Hit, Ranking, Turn
from ui.evaluation.run import (
    dataset_settings,
    evaluate,
    parse_configuration,
    parse_rankings,
    ranking_configurations,
)

needs_eval = pytest.mark.skipif(
    importlib.util.find_spec("ir_measures") is None, reason='needs the extra "eval": pip install "footnote[eval]"'
)


def hit(source: str, text: str = "", *, rank: int = 1, ordinal: int = 0, score: float = 1.0) -> Hit:
    chunk = Chunk(
        id=f"{source}-{ordinal}",
        document_id=source,
        version="1",
        ordinal=ordinal,
        source=source,
        title="",
        heading="",
        page=0,
        start=0,
        end=len(text),
        text=text,
    )
    return Hit(chunk, score, rank, "dense")


def same(source: str) -> str:
    return source


# Metrics


@needs_eval
def test_metrics_match_sums_done_by_hand() -> None:
    qrels = {"q1": {"a": 1, "b": 1}, "q2": {"c": 2, "d": 1}, "q3": {"e": 1}}
    run = {
        "q1": {"x": 1.0, "a": 1 / 2, "y": 1 / 3, "b": 1 / 4},
        "q2": {"d": 1.0, "c": 1 / 2},
        "q3": {"x": 1.0, "y": 1 / 2},
    }
    values = retrieval_metrics(qrels, run, ["nDCG@10", "R@2", "R@5", "RR@10", "Success@1"])
    # q1: relevant at ranks 2 and 4; the ideal order has them at 1 and 2.
    # q2: gains 1 and 2 at ranks 1 and 2; the ideal order has 2 first. q3: the relevant document was not found.
    ndcg = {
        "q1": (1 / math.log2(3) + 1 / math.log2(5)) / (1 / math.log2(2) + 1 / math.log2(3)),
        "q2": (1 / math.log2(2) + 2 / math.log2(3)) / (2 / math.log2(2) + 1 / math.log2(3)),
        "q3": 0.0,
    }
    assert values["nDCG@10"] == pytest.approx(ndcg)
    assert values["R@2"] == {"q1": 0.5, "q2": 1.0, "q3": 0.0}
    assert values["R@5"] == {"q1": 1.0, "q2": 1.0, "q3": 0.0}
    assert values["RR@10"] == {"q1": 0.5, "q2": 1.0, "q3": 0.0}
    assert values["Success@1"] == {"q1": 0.0, "q2": 1.0, "q3": 0.0}


@needs_eval
def test_reciprocal_rank_ends_at_k() -> None:
    run = {"q": {f"d{rank:02}": 1 / rank for rank in range(1, 21)}}
    assert retrieval_metrics({"q": {"d10": 1}}, run, ["RR@10"])["RR@10"]["q"] == pytest.approx(0.1)
    assert retrieval_metrics({"q": {"d11": 1}}, run, ["RR@10"])["RR@10"]["q"] == 0.0


@needs_eval
def test_question_missing_from_the_run_scores_zero() -> None:
    assert retrieval_metrics({"q1": {"a": 1}, "q2": {"a": 1}}, {"q1": {"a": 1.0}, "q2": {}}, ["R@5", "nDCG@10"]) == {
        "R@5": {"q1": 1.0, "q2": 0.0},
        "nDCG@10": {"q1": 1.0, "q2": 0.0},
    }


@needs_eval
def test_question_without_judgements_is_left_out() -> None:
    assert retrieval_metrics({"q1": {"a": 1}}, {"q1": {"a": 1.0}, "q2": {"a": 1.0}}, ["R@5"]) == {"R@5": {"q1": 1.0}}


@needs_eval
def test_names_that_are_no_utf8_are_measured() -> None:
    """pytrec_eval ends the process at one."""
    assert retrieval_metrics({"q\ud800": {"a\udcff": 1}}, {"q\ud800": {"b": 1.0, "a\udcff": 0.5}}, ["RR@10"]) == {
        "RR@10": {"q\ud800": 0.5}
    }


@needs_eval
def test_equal_scores_are_refused() -> None:
    with pytest.raises(ValueError, match="equal scores"):
        retrieval_metrics({"q": {"a": 1}}, {"q": {"a": 0.5, "b": 0.5}})


@needs_eval
def test_chunks_of_equal_score_keep_their_rank() -> None:
    """trec_eval orders equal scores by document id, backwards, which would put b before a."""
    run = document_run({"q": [hit("a", score=0.7, rank=1), hit("b", score=0.7, rank=2)]}, same)
    assert retrieval_metrics({"q": {"a": 1}}, run, ["RR@10"]) == {"RR@10": {"q": 1.0}}


def test_document_is_ranked_by_its_best_chunk() -> None:
    hits = [hit("b", rank=1), hit("a", rank=2), hit("b", rank=3, ordinal=1), hit("c", rank=4)]
    assert document_run({"q": hits, "empty": []}, same) == {"q": {"b": 1.0, "a": 1 / 2, "c": 1 / 3}, "empty": {}}


def test_qrels_hold_only_questions_with_a_relevant_document() -> None:
    questions = [
        Question("q1", "?", relevant={"a": 1, "b": 0}),
        Question("q2", "?", relevant={"a": 0}),
        Question("q3", "?", unanswerable=True),
    ]
    assert qrels_of(questions) == {"q1": {"a": 1, "b": 0}}


def test_mean_and_percentile_of_nothing_are_nan() -> None:
    assert math.isnan(mean({}))
    assert math.isnan(percentile([], 0.5))
    assert mean({"a": 1.0, "b": 0.0}) == 0.5


@pytest.mark.parametrize(("share", "expected"), [(0.5, 2.0), (0.75, 3.0), (0.95, 4.0), (1.0, 4.0), (0.0, 1.0)])
def test_percentile_is_the_smallest_value_that_covers_the_share(share: float, expected: float) -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], share) == expected


def test_missing_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "ir_measures", None)
    with pytest.raises(ConfigError, match=r'pip install "footnote\[eval\]"'):
        retrieval_metrics({}, {})


# Evidence and answers in passages

QUOTE = "The covers must not be lifted before the plant has been locked."


@pytest.mark.parametrize(
    ("hits", "expected"),
    [
        ([hit("a", f"Before. {QUOTE} After.")], True),
        ([hit("a", "The covers  must not\n be lifted before\u00a0the plant has been\tlocked.")], True),
        ([hit("a", QUOTE[:30], ordinal=4), hit("a", QUOTE[30:], ordinal=5)], True),
        ([hit("a", QUOTE[30:], ordinal=5), hit("a", QUOTE[:30], ordinal=4)], True),
        ([hit("a", QUOTE[:56])], True),
        ([hit("a", QUOTE[:40])], False),
        ([hit("b", QUOTE)], False),
        ([hit("a", QUOTE[:30], ordinal=4), hit("b", QUOTE[30:], ordinal=5)], False),
        ([], False),
    ],
    ids=[
        "whole",
        "other white space",
        "split over two chunks",
        "chunks out of order",
        "more than 80 percent",
        "less than 80 percent",
        "wrong document",
        "half of it in the wrong document",
        "no hits",
    ],
)
def test_quote_is_held_by_chunks_of_the_right_document(hits: list[Hit], expected: bool) -> None:
    question = Question("q", "?", relevant={"a": 1, "c": 1, "b": 0}, evidence=((QUOTE,),))
    assert evidence_at(5, question, hits, same) == [expected]


def test_one_of_the_quotes_that_prove_the_same_is_enough() -> None:
    question = Question("q", "?", relevant={"a": 1}, evidence=(("Said in other words elsewhere.", QUOTE), ("No.",)))
    hits = [hit("a", QUOTE)]
    assert evidence_at(1, question, hits, same) == [True, False]


def test_evidence_below_k_does_not_count() -> None:
    question = Question("q", "?", relevant={"a": 1}, evidence=((QUOTE,),))
    hits = [hit("a", "Nothing.", rank=1), hit("a", QUOTE, rank=2, ordinal=1)]
    assert evidence_at(1, question, hits, same) == [False]
    assert evidence_at(2, question, hits, same) == [True]


def test_evidence_rank_is_the_first_that_completes_a_quote() -> None:
    question = Question("q", "?", relevant={"a": 1}, evidence=(("Not there at all, in no chunk.",), (QUOTE,)))
    hits = [hit("b"), hit("a", QUOTE[:30], rank=2, ordinal=4), hit("a", QUOTE[30:], rank=3, ordinal=5)]
    assert evidence_rank(question, hits, same) == 3
    assert evidence_rank(question, hits[:2], same) is None


def test_cover_is_a_share_of_the_quotes_characters() -> None:
    quote = "x" * 20 + "0123456789abcdefghij"
    assert evidence_covered(quote, "0123456789abcdefghij") == 0.5
    assert evidence_covered(quote, "0123456789") == 0.0
    assert evidence_covered("short", "a short text") == 1.0
    assert evidence_covered("short", "a shor") == 0.0
    assert evidence_covered(" ", "text") == 0.0


@pytest.mark.parametrize(
    ("answer", "text", "expected"),
    [
        ("60 berths", "She has 60 Berths, of which 40 …", True),
        ("£1,575,000", "the limit is therefore £1,575,000.", True),
        ("575", "the limit is therefore £1,575,000.", False),
        ("3", "at 3.5 m/s", False),
        ("3.5", "at 3.5 m/s.", True),
        ("620 m", "620m of cable", True),
        ("berth", "60 berths", False),
        ("nach acht Jahren", "und nach acht\nJahren ausgesondert", True),
        ("…", "anything", False),
        ("", "anything", False),
    ],
)
def test_answer_is_contained_as_whole_words(answer: str, text: str, expected: bool) -> None:
    assert answer_contained([answer], text) is expected


def test_one_of_several_answers_is_enough() -> None:
    assert answer_contained(["not this", "a lamp"], "It is a lamp.")
    assert not answer_contained([], "It is a lamp.")


def test_passage_metrics_tell_one_quote_from_all() -> None:
    questions = [
        Question(
            "q1",
            "?",
            relevant={"a": 1},
            evidence=((QUOTE,), ("Something else that is not there.",)),
            answers=("locked",),
        ),
        Question("q2", "?", relevant={"a": 1}, evidence=((QUOTE,),), answers=("open",)),
        Question("q3", "?"),
    ]
    hits = {"q1": [hit("a", QUOTE)], "q3": [hit("a", QUOTE)]}
    assert passage_metrics(questions, hits, same, k=5) == {
        "Evidence@5": {"q1": 1.0, "q2": 0.0},
        "AllEvidence@5": {"q1": 0.0, "q2": 0.0},
        "Answer@5": {"q1": 1.0, "q2": 0.0},
    }


# Runs


class FakeRetriever:
    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    async def retrieve(self, query: str, *, top_k: int, ranking: Ranking) -> list[Hit]:  # noqa: ARG002
        self.asked.append((ranking, query))
        return [hit(ranking)]


class FakeAnswerer:
    async def ask(self, question: str, turns: tuple[Turn, ...] = ()) -> Answer:
        found = "moon" not in question
        text = f"A lamp, after {len(turns)} turns." if found else "not found"
        return Answer(question, question, text, (), (), (), found, "fake")


def test_run_holds_every_question() -> None:
    questions = [Question("q1", "Who mends the lamp?"), Question("q2", "And why?", (Turn("user", "Who lit it?"),))]
    retriever = FakeRetriever()
    progress: list[tuple[int, int]] = []
    outcomes = asyncio.run(
        run_questions(
            retriever,
            questions,
            ranking="rrf",
            answerer=FakeAnswerer(),
            on_progress=lambda *values: progress.append(values),
        )
    )
    assert [found.chunk.source for found in outcomes["q1"].hits] == ["rrf"]
    assert set(outcomes["q1"].elapsed_ms) == {"retrieve", "answer"}
    assert outcomes["q2"].answer is not None
    assert outcomes["q2"].answer.text == "A lamp, after 1 turns."
    assert ("rrf", "Who lit it? And why?") in retriever.asked
    assert progress == [(1, 2), (2, 2)]


def test_first_question_is_retrieved_once_more_untimed() -> None:
    retriever = FakeRetriever()
    asyncio.run(run_questions(retriever, [Question("q1", "one"), Question("q2", "two")], ranking="dense"))
    assert [query for _, query in retriever.asked] == ["one", "one", "two"]


def test_only_what_is_not_done_is_asked() -> None:
    questions = [Question("q1", "one"), Question("q2", "two")]
    retriever = FakeRetriever()
    first = asyncio.run(run_questions(retriever, questions[:1], ranking="dense"))
    retriever.asked.clear()
    new: list[str] = []
    both = asyncio.run(
        run_questions(
            retriever, questions, ranking="dense", done=first, on_outcome=lambda name, _outcome: new.append(name)
        )
    )
    assert [query for _, query in retriever.asked] == ["two", "two"]
    assert new == ["q2"]
    assert list(both) == ["q1", "q2"]
    assert both["q1"] is first["q1"]


# Question sets


def write_lines(file: Path, *lines: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    file.write_text(text + "\n", encoding="utf-8")


def published(folder: Path, *queries: object) -> Path:
    write_lines(folder / "docs.jsonl", {"id": "d1", "title": "One", "text": "Text."}, {"id": 2, "text": "More."})
    write_lines(folder / "queries.jsonl", *queries)
    return folder


def test_published_set_is_read(tmp_path: Path) -> None:
    dataset = read_dataset(
        published(
            tmp_path / "set",
            {"id": "q1", "text": "Why?", "relevant": {"d1": 2, "2": 0}, "evidence": ["Text."], "label": "x"},
            "",
            {"id": 7, "text": "Who?", "answers": [], "unanswerable": True, "relevant": {}, "kind": "trick"},
        )
    )
    assert dataset.name == "set"
    assert dataset.documents is not None
    assert [(document.source, document.title) for document in dataset.documents] == [("d1", "One"), ("2", "")]
    assert dataset.questions == (
        Question("q1", "Why?", relevant={"d1": 2, "2": 0}, evidence=(("Text.",),)),
        Question("7", "Who?", unanswerable=True, kind="trick"),
    )
    assert dataset.document_id("d1") == "d1"


def test_folder_of_files_is_read(tmp_path: Path) -> None:
    write_lines(tmp_path / "notes" / "a.md", "# A")
    write_lines(
        tmp_path / "questions.jsonl",
        {"text": "And then?", "turns": [{"role": "user", "text": "Why?"}], "relevant": {"notes/a.md": 1}},
        {"question": "Who?", "answer": "Nobody.", "files": ["notes/a.md"], "evidence": None},
    )
    dataset = read_dataset(tmp_path)
    assert dataset.documents is None
    assert dataset.questions == (
        Question("1", "And then?", (Turn("user", "Why?"),), relevant={"notes/a.md": 1}),
        Question("2", "Who?", answers=("Nobody.",), relevant={"notes/a.md": 1}),
    )
    assert dataset.document_id(f"{tmp_path.name}/notes/a.md") == "notes/a.md"


def test_line_separators_inside_a_text_end_no_line(tmp_path: Path) -> None:
    folder = published(tmp_path, {"id": "q", "text": "Why?"})
    (folder / "queries.jsonl").write_text('\ufeff{"id": "q", "text": "Why\u2028not?"}\n', encoding="utf-8")
    assert read_dataset(folder).questions[0].text == "Why\u2028not?"


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (['{"id": "q1", "text": "Why?"'], "line 1 is not JSON"),
        (["[1]"], "line 1 is not a JSON object"),
        ([{"id": "q1", "text": "Why?"}, "", {"id": "q2"}], 'line 3: a question without "text"'),
        ([{"id": "q1", "text": "  "}], 'line 1: a question without "text"'),
        ([{"id": "q1", "text": 5}], 'line 1: "text" is not a string'),
        ([{"id": "q1", "text": "Why?"}, {"id": "q1", "text": "Who?"}], 'line 2: id "q1" is already that of line 1'),
        ([{"id": "q1", "text": "Why?", "relevant": {"d3": 1}}], 'line 1: no document has the id "d3"'),
        ([{"id": "q1", "text": "Why?", "relevant": {"d1": "high"}}], 'line 1: "relevant" is not an object'),
        ([{"id": "q1", "text": "Why?", "relevant": "d1"}], 'line 1: "relevant" is not an object'),
        ([{"id": "q1", "text": "Why?", "evidence": [1]}], 'line 1: "evidence" is not a list of strings, or of lists'),
        ([{"id": "q1", "text": "Why?", "turns": [{"role": "system", "text": ""}]}], 'line 1: "turns" is not a list'),
        ([{"id": "q1", "text": "Why?", "turns": ["Hello"]}], 'line 1: "turns" is not a list'),
        ([{"id": "q1", "text": "Why?", "unanswerable": "no"}], 'line 1: "unanswerable" is neither true nor false'),
        ([{"id": "q1", "text": "?", "unanswerable": True, "relevant": {"d1": 1}}], "line 1: the question is unanswer"),
        ([{"id": "q1", "text": "?", "relevant": {"d1": 1}, "spans": [[3, 3]]}], 'line 1: "spans" is not a list'),
        (
            [{"id": "q1", "text": "?", "spans": [[0, 3]]}],
            'line 1: "spans" without a document need exactly',
        ),
        (
            [{"id": "q1", "text": "?", "relevant": {"d1": 1}, "spans": [{"document": "d2", "start": 0, "end": 3}]}],
            'line 1: "spans" lie in "d2", which is no relevant document',
        ),
        (
            [{"id": "q1", "text": "?", "relevant": {"d1": 1}, "spans": [{"document": "d1", "start": 0}]}],
            'line 1: "spans" is not a list',
        ),
        ([""], "is empty"),
    ],
)
def test_broken_questions_are_named_by_line(tmp_path: Path, lines: list[object], message: str) -> None:
    with pytest.raises(LoadError) as caught:
        read_dataset(published(tmp_path, *lines))
    assert str(caught.value).startswith(f"{tmp_path.resolve() / 'queries.jsonl'}: {message}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "holds no questions; it needs docs.jsonl and queries.jsonl, or questions.jsonl"),
        ({"docs.jsonl": '{"id": "d", "text": "x"}'}, "queries.jsonl: is missing"),
        ({"queries.jsonl": '{"id": "q", "text": "x"}'}, "docs.jsonl: is missing"),
        ({"docs.jsonl": '{"text": "x"}', "queries.jsonl": ""}, 'docs.jsonl: line 1: a document without "id"'),
        ({"questions.jsonl": '{"text": "x", "relevant": {"../a.md": 1}}'}, 'no document has the id "../a.md"'),
    ],
)
def test_folder_that_is_no_question_set_is_refused(tmp_path: Path, files: dict[str, str], message: str) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(LoadError) as caught:
        read_dataset(tmp_path)
    assert message in str(caught.value)


def test_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (published(tmp_path, {"text": "Why?"}) / "queries.jsonl").write_bytes('{"text": "Größe"}'.encode("latin-1"))
    with pytest.raises(LoadError, match="is not UTF-8"):
        read_dataset(tmp_path)


def test_path_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="is not a folder"):
        read_dataset(tmp_path / "nowhere")


# From end to end


def test_collection_is_named_after_the_set_and_what_shapes_its_index(tmp_path: Path) -> None:
    write_lines(tmp_path / "Ö my set" / "questions.jsonl", {"text": "Why?"})
    dataset = read_dataset(tmp_path / "Ö my set")
    settings = Settings(home=tmp_path)
    name = dataset_settings(dataset, settings).collection
    assert name.startswith("eval_my_set_")
    assert dataset_settings(dataset, replace(settings, ranking="rrf", collection="other")).collection == name
    assert dataset_settings(dataset, replace(settings, chunk_tokens=100)).collection != name


def test_rankings_are_read_from_a_list() -> None:
    assert parse_rankings("rrf, dense,rrf") == ("rrf", "dense")
    with pytest.raises(ConfigError, match='ranking "fast" is unknown; use one or more of dense,sparse,rrf,scores'):
        parse_rankings("dense,fast")
    with pytest.raises(ConfigError):
        parse_rankings(",")


FACTS = {
    "bakery": "The bakery in Quay Street opens at five in the morning and sells rye bread.",
    "ferry": "The ferry to the island of Morven leaves every ninety minutes from pier three.",
    "museum": "The museum of clocks shows four hundred timepieces, the oldest made in 1652.",
    "library": "Members of the library may borrow twelve books for a period of four weeks.",
    "pool": "The swimming pool is heated by waste warmth of the glass works to 26 degrees.",
    "market": "On Saturdays the fish market takes place behind the old customs house.",
    "tower": "The water tower was painted green by the sculptor Ada Thorne.",
    "school": "The school orchestra rehearses on Wednesdays in the gymnasium.",
    "bridge": "The iron bridge may carry no vehicle heavier than eleven tonnes.",
    "garden": "The walled garden grows eighty kinds of apple, among them the Morven Pippin.",
}


@pytest.fixture
def small_set(tmp_path: Path) -> Path:
    write_lines(tmp_path / "town" / "docs.jsonl", *({"id": name, "text": text} for name, text in FACTS.items()))
    write_lines(
        tmp_path / "town" / "queries.jsonl",
        {
            "id": "q1",
            "text": "How many books can I borrow from the library?",
            "answers": ["twelve"],
            "relevant": {"library": 1},
            "evidence": [FACTS["library"]],
        },
        {
            "id": "q2",
            "text": "Who painted the water tower?",
            "answers": ["Ada Thorne"],
            "relevant": {"tower": 1},
            "evidence": [FACTS["tower"]],
        },
        {"id": "q3", "text": "xylophone qwertz", "unanswerable": True},
    )
    return tmp_path / "town"


@needs_eval
@pytest.mark.models
def test_small_set_is_evaluated_from_end_to_end(small_set: Path, home: Path) -> None:
    """The second run embeds nothing, and a document that left the set leaves the collection."""
    settings = Settings(home=home)
    stages: dict[str, int] = {}
    report = asyncio.run(
        evaluate(small_set, settings, on_progress=lambda stage, done, _total: stages.update({stage: done}))
    )
    assert stages == {"ingest": 10, "dense": 3, "sparse": 3, "rrf": 3, "scores": 3}
    for found in report.configurations.values():
        assert found.documents == 10
        for name in ("RR@10", "Evidence@5", "AllEvidence@1000t", "SpanRecall@5", "Contained", "GoldSentence"):
            assert found.metrics[name] == {"q1": 1.0, "q2": 1.0}, name
        assert set(found.metrics["RefusalRecall"]) == {"q3"}
        assert {"embed", "search", "score", "retrieve", "answer"} == set(found.outcomes["q1"].elapsed_ms)
        assert found.context_tokens["q1"] > 10
    assert ["nDCG@10", "1.000", "1.000", "1.000", "1.000", "1.000–1.000"] in map(str.split, table(report).splitlines())
    values = json.loads(json.dumps(as_json(report), allow_nan=False))
    assert values["configurations"]["scores"]["mean"]["nDCG@10"]["mean"] == 1.0
    assert values["configurations"]["scores"]["ranked"]["q2"][0] == "tower"

    lines = (small_set / "docs.jsonl").read_text(encoding="utf-8").splitlines()
    write_lines(small_set / "docs.jsonl", *(line for line in lines if '"garden"' not in line))
    again = asyncio.run(
        evaluate(small_set, settings, configurations=ranking_configurations(settings, ["dense"]), answers=[])
    )
    assert again.chunks_embedded == 0
    assert again.main.documents == 9
    assert list(again.configurations) == ["dense"]
    assert as_json(again)["configurations"]["dense"]["answers"] == {}


def test_set_is_checked_before_anything_is_opened(tmp_path: Path) -> None:
    """A home that cannot be used would otherwise be the error."""
    (tmp_path / "home").write_text("not a folder", encoding="utf-8")
    with pytest.raises(LoadError, match="is not a folder"):
        asyncio.run(evaluate(tmp_path / "nowhere", Settings(home=tmp_path / "home")))


@needs_eval
@pytest.mark.models
def test_command_resumes_writes_and_is_a_gate(
    small_set: Path, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One small index through all of it: the second run asks nothing and gives the same figures."""
    arguments = ["eval", str(small_set), "--home", str(home), "--rankings", "scores", "--seed", "3"]
    output = tmp_path / "out"
    assert run_command([*arguments, "--config", "small:chunk_tokens=16,top_k=2", "--output", str(output)]) == 0
    printed = capsys.readouterr()
    assert "ingest: 10\nsmall: 3\ningest, scores: 10\nscores: 3" in printed.err
    assert "small" in printed.out
    assert "10 documents, 10 chunks, 3 questions" in printed.out
    first = json.loads((output / "run.json").read_text(encoding="utf-8"))
    assert list(first["configurations"]) == ["small", "scores"]
    assert first["configurations"]["small"]["settings"]["chunk_tokens"] == 16
    assert first["configurations"]["small"]["settings"]["top_k"] == 2
    assert "openai_api_key" not in first["configurations"]["small"]["settings"]

    again = [*arguments, "--config", "small:chunk_tokens=16,top_k=2", "--json"]
    assert run_command([*again, "--baseline", str(output / "run.json")]) == 0
    printed = capsys.readouterr()
    assert "no metric is significantly worse" in printed.err
    second = json.loads(printed.out)
    assert second["configurations"]["small"]["speed"]["resumed"] == 3
    for run in (first, second):
        for found in run["configurations"].values():
            del found["speed"]["resumed"], found["speed"]["ingest"]
    assert second == first

    better = json.loads(json.dumps(first))
    extra = {f"x{number}": 1.0 for number in range(12)}
    for run, value in ((better, 1.0), (first, 0.0)):
        run["questions"] += [{"id": name, "text": name} for name in extra]
        for values in run["configurations"]["scores"]["questions"].values():
            values.update(dict.fromkeys(extra, value))
    assert [metric for metric, _ in worse_than(better, first)][:1] == ["nDCG@10"]

    assert run_command([*arguments, "--questions", "2", "--no-answers", "--fresh", "--json"]) == 0
    drawn = json.loads(capsys.readouterr().out)
    assert len(drawn["questions"]) == 2
    assert drawn["configurations"]["scores"]["speed"]["resumed"] == 0
    assert drawn["configurations"]["scores"]["answers"] == {}

    write_dictionary(tmp_path / "dictionaries", "deu-eng", [("turm", "tower")])
    again = [*arguments, "--questions", "2", "--no-answers", "--json"]
    assert run_command([*again, "--dictionaries", str(tmp_path / "dictionaries")]) == 0
    translated = json.loads(capsys.readouterr().out)["configurations"]["scores"]
    assert translated["speed"]["resumed"] == 0, "what is asked with other dictionaries is asked anew"
    assert translated["settings"]["dictionaries"].startswith("deu-eng (")
    assert run_command(again) == 0
    assert json.loads(capsys.readouterr().out)["configurations"]["scores"]["speed"]["resumed"] == 2


@needs_eval
@pytest.mark.models
def test_command_exits_1_where_it_is_worse_than_the_baseline(
    small_set: Path, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A document's text is taken away, so the ten questions about it find nothing any more."""
    queries = [
        {
            "id": f"q{number}",
            "text": f"Who painted the water tower, please, and why {number}?",
            "relevant": {"tower": 1},
        }
        for number in range(10)
    ]
    write_lines(small_set / "queries.jsonl", *queries)
    arguments = ["eval", str(small_set), "--home", str(home), "--rankings", "sparse", "--no-answers"]
    assert run_command([*arguments, "--output", str(tmp_path / "out")]) == 0
    facts = FACTS | {"tower": "Nothing at all."}
    write_lines(small_set / "docs.jsonl", *({"id": name, "text": text} for name, text in facts.items()))
    capsys.readouterr()
    assert run_command([*arguments, "--baseline", str(tmp_path / "out" / "run.json")]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert any(line.startswith("worse: RR@10 of sparse -1.000 against the baseline on 10 questions") for line in lines)
    capsys.readouterr()
    assert run_command([*arguments[:-2], "dense,sparse", "--no-answers", "--output", str(tmp_path / "two")]) == 0
    assert run_command([*arguments, "--baseline", str(tmp_path / "two" / "run.json")]) == 0
    assert "not compared: dense is in the baseline alone" in capsys.readouterr().err
    assert run_command([*arguments, "--baseline", str(tmp_path / "nowhere.json")]) == 1
    assert "cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("top_k=5", "is not NAME:setting=value"),
        ("two words:top_k=5", "is not NAME:setting=value"),
        ("a:top_k", '"top_k" is not setting=value'),
        ("a:uri=x", '"uri=x" is not setting=value'),
        ("a:openai_api_key=x", "is not setting=value"),
        ("a:top_k=many", 'top_k="many" is not a value for that setting'),
        ("a:top_k=0", "top_k is 0"),
        ("a:ranking=fast", 'ranking "fast" is unknown'),
    ],
)
def test_configuration_that_is_none_is_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_configuration(text, Settings(home=tmp_path))
    assert message in str(caught.value)


def test_configuration_changes_what_it_names(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, top_k=4)
    name, changed = parse_configuration("wide-1: top_k=12, threshold=0.1,ranking=rrf", settings)
    assert name == "wide-1"
    assert changed == replace(settings, top_k=12, threshold=0.1, ranking="rrf")
    assert parse_configuration("same:", settings) == ("same", settings)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--config", "a:top_k=3", "--config", "a:top_k=4"], 'error: --config "a" is given twice'),
        (
            ["--answers", "other"],
            'error: --answers "other" is not a configuration; there are dense, sparse, rrf, scores',
        ),
        (["--questions", "-1"], "error: --questions is -1"),
        (["--judge-model", "big", "--no-answers"], "error: a judge compares the answers of at least two"),
        (["--judge-model", "big"], 'error: the model "big" needs a key'),
    ],
)
def test_wrong_option_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    write_lines(tmp_path / "questions.jsonl", {"text": "Why?"})
    assert run_command(["eval", str(tmp_path), "--home", str(tmp_path), *arguments]) == 1
    assert capsys.readouterr().err.startswith(message)


def test_sample_is_drawn_by_its_seed(tmp_path: Path) -> None:
    dataset = read_dataset(published(tmp_path, *({"id": f"q{number}", "text": "Why?"} for number in range(50))))
    drawn = dataset.sample(10, seed=1)
    assert drawn == dataset.sample(10, seed=1)
    assert drawn != dataset.sample(10, seed=2)
    assert [question.id for question in drawn.questions] == sorted(
        (question.id for question in drawn.questions), key=lambda name: int(name[1:])
    )
    assert dataset.sample(50, seed=1) == dataset


def _both_passages(prompt: str) -> Reply | None:
    """Write the first two passages, if there are any."""
    passages = re.findall(r"^\[(\d)\] \(.*\)\n(.+)$", prompt, re.MULTILINE)[:2]
    return Reply(" ".join(f"{text} [{number}]" for number, text in passages)) if passages else None


@needs_eval
@pytest.mark.models
def test_written_answers_are_judged_against_quoted_ones(
    small_set: Path, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One endpoint writes and judges; it prefers whatever comes first, so that no verdict survives."""
    with fake_llm() as llm:
        llm.say("1")
        # The passages must hold what is written; it joins two of them, as no quotation does.
        llm.rule = lambda request: _both_passages(request["messages"][-1]["content"])
        command = ["eval", str(small_set), "--home", str(home), "--rankings", "scores"]
        command += ["--config", "written:llm_model=fake", "--openai-base-url", llm.base_url]
        command += ["--judge-model", "fake-judge", "--output", str(tmp_path / "out")]
        assert run_command(command) == 0
        asked = len(llm.requests)
        out = capsys.readouterr().out
        assert "fake-judge on 3 answers: scores wins 0, written 0" in out
        assert run_command(command) == 0
        assert len(llm.requests) == asked
    run = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    [pair] = run["judge"]["pairs"]
    assert pair["agreement"] < 1.0
    assert {verdict["replies"][0] for verdict in run["judge"]["verdicts"] if verdict["replies"]} == {"1"}
    assert run["configurations"]["written"]["settings"]["llm_model"] == "fake"
    assert run["configurations"]["written"]["answers"]["q1"]["model"] == "fake"
