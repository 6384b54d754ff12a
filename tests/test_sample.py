"""The sample corpus: it can be rebuilt, its questions fit its files, and retrieval finds what they ask for."""

import asyncio
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from conftest import ROOT

from ingest.load import load, taken
from qa.config import Settings
from qa.evaluation import Dataset, evidence_at, read_dataset, run_questions
from qa.text.dictionaries import NONE, SYSTEM_FOLDER, Dictionaries
from qa.wiring import open_retriever

DATA = ROOT / "data"


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return read_dataset(DATA)


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """What our own loaders give for each file, with single spaces."""
    files = [path for path in sorted(DATA.rglob("*")) if path.is_file() and taken(path)]
    return {path.relative_to(DATA).as_posix(): " ".join(load(path).documents[0].text.split()) for path in files}


def script(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "scripts" / "make_sample.py"), *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def test_check_of_the_corpus_passes() -> None:
    done = script("--check")
    assert (done.returncode, done.stderr) == (0, "")
    assert "questions: " in done.stdout


def test_check_tells_a_question_whose_evidence_is_nowhere(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The limit is 5 m.")
    (tmp_path / "questions.jsonl").write_text(
        '{"id": "q1", "kind": "fact", "text": "Limit?", "answers": ["6 m"], "relevant": {"a.txt": 1}, '
        '"evidence": ["The limit is 6 m."]}'
    )
    done = script("--check", "--out", str(tmp_path))
    assert done.returncode == 1
    assert "evidence not found: The limit is 6 m." in done.stderr


def test_rebuilt_files_are_the_same_to_the_byte(tmp_path: Path) -> None:
    done = script("--out", str(tmp_path))
    assert done.returncode == 0, done.stderr
    made = [path.relative_to(tmp_path) for path in sorted(tmp_path.rglob("*")) if path.is_file()]
    assert len(made) >= 8
    assert [name for name in made if (tmp_path / name).read_bytes() != (DATA / name).read_bytes()] == []


def test_corpus_is_varied_enough_to_mean_something(dataset: Dataset, texts: dict[str, str]) -> None:
    assert len(texts) >= 14
    assert len({Path(name).suffix for name in texts}) >= 8
    assert sum(len(text.split()) for text in texts.values()) >= 12_000
    assert len(dataset.questions) >= 80
    assert sum(question.unanswerable for question in dataset.questions) >= 15


def test_every_file_is_asked_about(dataset: Dataset, texts: dict[str, str]) -> None:
    asked = Counter(name for question in dataset.questions for name in question.relevant)
    assert set(asked) <= set(texts)
    assert set(texts) - set(asked) == set()


def test_every_quote_stands_in_the_text_that_our_loaders_give(dataset: Dataset, texts: dict[str, str]) -> None:
    quotes = [(question, quote) for question in dataset.questions for quotes in question.evidence for quote in quotes]
    assert len(quotes) > 100
    missing = [
        (question.id, quote)
        for question, quote in quotes
        if not any(" ".join(quote.split()) in texts[name] for name in question.relevant)
    ]
    assert missing == []


def test_unanswerable_questions_have_no_evidence(dataset: Dataset) -> None:
    for question in dataset.questions:
        if question.expected is None:
            assert question.unanswerable == (not question.evidence) == (not question.relevant), question.id


@pytest.mark.models
@pytest.mark.parametrize(("dictionaries", "floor"), [(NONE, 0.94), (SYSTEM_FOLDER, 0.95)])
def test_retrieval_finds_the_evidence(sample_home: Path, dataset: Dataset, dictionaries: str, floor: float) -> None:
    """What docs/quality.md says, so that a step back shows."""
    if dictionaries != NONE and ("eng", "deu") not in Dictionaries(dictionaries).pairs:
        pytest.skip(f"no English-German dictionary in {SYSTEM_FOLDER}; apt install dict-freedict-eng-deu")
    answerable = [question for question in dataset.questions if question.evidence]

    async def retrieve() -> list[str]:
        async with open_retriever(Settings(home=sample_home, dictionaries=dictionaries)) as retriever:
            outcomes = await run_questions(retriever, answerable, ranking="scores")
        return [
            question.id
            for question in answerable
            if not any(evidence_at(5, question, outcomes[question.id].hits, dataset.document_id))
        ]

    missed = asyncio.run(retrieve())
    share = 1 - len(missed) / len(answerable)
    print(f"evidence within the first 5 chunks: {share:.3f} of {len(answerable)} questions; missed {missed}")
    assert share >= floor
