"""The three kinds of reranking models, of random weights but through the real libraries."""

import json
import math
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import ROOT, Build, run_command

from qa.errors import ModelError
from qa.models.rerankers import RerankingModel, max_sim

pytestmark = pytest.mark.models

QUERY = "how red is the lamp?"
TEXTS = ["red lamp", "the green fox", "moon salt moon. " * 30, "x"]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cross-encoder as sentence-transformers loads it."""
    from tiny_models import cross_encoder

    return cross_encoder(tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, with an ONNX file where the model hub has it."""
    from tiny_models import cross_encoder

    return cross_encoder(tmp_path_factory.mktemp("exported"), onnx="onnx/model.onnx")


@pytest.fixture(scope="module")
def late(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A late interaction model."""
    from tiny_models import colbert

    return colbert(tmp_path_factory.mktemp("late"))


def scores(name: str | Path) -> list[float]:
    return RerankingModel(str(name)).score(QUERY, TEXTS)


def test_cross_encoder_scores_as_its_library_does(plain: Path) -> None:
    from sentence_transformers import CrossEncoder

    made = scores(plain)
    assert made == pytest.approx(CrossEncoder(str(plain)).predict([(QUERY, text) for text in TEXTS]), abs=1e-6)
    assert len({round(score, 3) for score in made}) == len(TEXTS)


def test_onnx_file_gives_the_same_order_without_torch(plain: Path, exported: Path) -> None:
    """What fastembed gives, sentence-transformers puts through a sigmoid."""
    logits = scores(exported)
    assert [1 / (1 + math.exp(-logit)) for logit in logits] == pytest.approx(scores(plain), abs=1e-5)
    assert scores(f"sentence-transformers:{exported}") == pytest.approx(scores(plain), abs=1e-6)


def test_scores_do_not_depend_on_the_batch(exported: Path, late: Path) -> None:
    for folder in (exported, late):
        model = RerankingModel(str(folder))
        alone = [model.score(QUERY, [text])[0] for text in TEXTS]
        assert model.score(QUERY, TEXTS) == pytest.approx(alone, abs=1e-4)


def test_max_sim_by_hand() -> None:
    query = np.array([[1, 0], [0, 2]], dtype=np.float32)
    text = np.array([[0.5, 0.5], [0.25, 1], [-1, -1]], dtype=np.float32)
    # The best for the first is 0.5, for the second 2.
    assert max_sim(query, text) == 2.5
    assert max_sim(query, text[2:]) == -3.0
    assert max_sim(query, text[:0]) == 0.0


def test_late_interaction_is_the_max_sim_of_the_models_own_vectors(late: Path) -> None:
    from fastembed import LateInteractionTextEmbedding

    model = LateInteractionTextEmbedding("colbert-ir/colbertv2.0", specific_model_path=str(late))
    [asked] = model.query_embed(QUERY)
    expected = []
    for vectors in model.embed(TEXTS):
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(vectors)), abs=1e-5)
        expected.append(sum(max(float(np.dot(one, other)) for other in vectors) for one in asked))
    made = scores(late)
    assert made == pytest.approx(expected, abs=1e-4)
    assert len({round(score, 3) for score in made}) == len(TEXTS)


# What cannot be one


def refusal(name: str | Path) -> str:
    with pytest.raises(ModelError) as raised:
        RerankingModel(str(name)).load()
    message = str(raised.value)
    assert len(message.splitlines()) == 1
    assert message.startswith(f'reranker "{name}" ')
    return message


@pytest.mark.parametrize(
    "name",
    [
        "no-such/model",
        "./no/such/folder",
        "Xenova/ms-marco-MiniLM-L-6-v2",
        "colbert-ir/colbertv2.0",
        "sentence-transformers:no/such",
    ],
)
def test_model_that_is_not_there_is_named_in_one_line(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("FASTEMBED_CACHE_PATH", str(tmp_path))
    assert "cannot be loaded: " in refusal(name)
    assert refusal(name).endswith("; name a folder or a model of the hub, or leave FOOTNOTE_RERANKER out")
    assert capfd.readouterr().err == ""


def test_folder_that_is_not_there_is_told_before_any_library_is_imported(tmp_path: Path) -> None:
    """torch, transformers and fastembed take seconds, in which the settings page would say nothing."""
    code = (
        "import sys; from qa.models.rerankers import RerankingModel, cross_encoder\n"
        "from qa.errors import ModelError\n"
        "name = sys.argv[1]\n"
        "for load in (RerankingModel(name).load, lambda: cross_encoder(name, setting='FOOTNOTE_VERIFIER')):\n"
        "    try: load()\n"
        "    except ModelError as error: print(error)\n"
        "print(sorted({'torch', 'transformers', 'fastembed'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "no")], capture_output=True, text=True, cwd=ROOT)
    reranker, verifier, imported = done.stdout.splitlines()
    assert f"there is no folder {tmp_path / 'no'}" in reranker
    assert f"there is no folder {tmp_path / 'no'}" in verifier
    assert imported == "[]"


def test_embedding_model_is_no_reranker(tmp_path: Path, tiny: Build) -> None:
    """Both libraries would load it: the one with a head of random weights, the other its first dimension."""
    from tiny_models import embedding_model

    embedding = embedding_model(tmp_path / "embedding")
    assert refusal(embedding).endswith("says BertModel; use one that is, or leave FOOTNOTE_RERANKER out")
    (embedding / "model.onnx").write_bytes(b"whatever")
    assert "says BertModel" in refusal(embedding)
    assert "says BertModel" in refusal(f"sentence-transformers:{embedding}")
    tiny().save(str(tmp_path / "sentences"))
    assert "says BertModel" in refusal(tmp_path / "sentences")


def test_folder_without_a_model_is_no_reranker(tmp_path: Path) -> None:
    assert "its config.json does not say what it is" in refusal(tmp_path)
    (tmp_path / "config.json").write_text("{")
    assert "its config.json does not say what it is" in refusal(tmp_path)


def test_classifier_of_several_labels_is_refused(tmp_path: Path) -> None:
    from tiny_models import cross_encoder

    for folder in (
        cross_encoder(tmp_path / "torch", labels=3),
        cross_encoder(tmp_path / "onnx", labels=3, onnx="model.onnx"),
    ):
        assert "gives a passage 3 numbers; use one that gives it a single one" in refusal(folder)


def test_damaged_files_are_named(tmp_path: Path, exported: Path, late: Path) -> None:
    for source, file in ((exported, "onnx/model.onnx"), (exported, "tokenizer.json"), (late, "model.onnx")):
        folder = tmp_path / file.replace("/", "-") / source.name
        shutil.copytree(source, folder)
        (folder / file).write_bytes(b"damaged")
        assert "cannot be loaded: " in refusal(folder)


def test_colbert_without_an_onnx_file_says_where_it_belongs(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"architectures": ["HF_ColBERT"]}')
    assert f"export it to {tmp_path / 'model.onnx'}" in refusal(tmp_path)


# From end to end


@pytest.fixture(scope="module")
def stored(model_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that holds six small documents."""
    home = tmp_path_factory.mktemp("stored")
    (home / "models").symlink_to(model_home / "models")
    docs = home / "docs"
    docs.mkdir()
    for name in ("lamp", "fox", "barn", "moon", "salt", "sea"):
        (docs / f"{name}.txt").write_text(f"The {name} is red. How red the {name} is, nobody knows.")
    assert run_command(["ingest", str(docs), "--home", str(home), "--quiet"]) == 0
    return home


def asked(
    home: Path, capsys: pytest.CaptureFixture[str], *options: str, question: str = "How red is it?"
) -> dict[str, Any]:
    capsys.readouterr()
    assert run_command(["ask", question, "--home", str(home), "--json", *options]) == 0
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def test_question_is_answered_from_passages_in_the_models_order(
    stored: Path, plain: Path, exported: Path, late: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = asked(stored, capsys)
    for folder in (plain, exported, late):
        answer = asked(stored, capsys, "--reranker", str(folder), "--rerank-ms", "60000")
        given = [hit["rerank"] for hit in answer["hits"]]
        texts = [f"{hit['chunk']['title']}\n{hit['chunk']['text']}" for hit in answer["hits"]]
        assert given == sorted(given, reverse=True)
        assert given == pytest.approx(RerankingModel(str(folder)).score("How red is it?", texts), abs=1e-4)
        # The absolute scores are what they were, and so is the decision that rests on them.
        assert {hit["chunk"]["id"]: hit["score"] for hit in answer["hits"]} == {
            hit["chunk"]["id"]: hit["score"] for hit in before["hits"]
        }
        assert (answer["found"], answer["text"]) == (before["found"], before["text"])


def test_threshold_decides_as_it_does_without_a_reranker(
    stored: Path, exported: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    question = "which thing is how red?"
    before = asked(stored, capsys, question=question)
    best = before["hits"][0]["score"]
    reranking = ("--reranker", str(exported), "--rerank-ms", "60000")
    answer = asked(stored, capsys, *reranking, question=question)
    assert answer["hits"][0]["score"] < best < 1
    assert asked(stored, capsys, *reranking, "--threshold", f"{best - 0.001}", question=question)["found"]
    refused = asked(stored, capsys, *reranking, "--threshold", f"{best + 0.001}", question=question)
    assert not refused["found"]
    assert "even the nearest passages are about something else" in refused["text"]


def test_reranker_without_time_changes_nothing_and_fails_nothing(
    stored: Path, plain: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = asked(stored, capsys)
    answer = asked(stored, capsys, "--reranker", str(plain), "--rerank-ms", "1")
    if all(hit["rerank"] is None for hit in answer["hits"]):
        # What it took differs.
        assert {**answer, "trace": None} == {**before, "trace": None}
    assert answer["found"] == before["found"]


def test_reranker_that_cannot_be_loaded_is_one_line_on_the_command_line(
    stored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["ask", "How red is the lamp?", "--home", str(stored), "--reranker", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(
        f'error: reranker "{tmp_path}" is neither a cross-encoder nor a ColBERT model, its config.json'
    )
    assert len(said.err.splitlines()) == 1


def test_asking_without_a_reranker_imports_nothing_for_it(stored: Path) -> None:
    program = (
        "import sys; from ui.cli import main; "
        f"main(['ask', 'How red is the lamp?', '--home', {str(stored)!r}]); "
        "print([n for n in ('torch', 'sentence_transformers', 'transformers') if n in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[-1] == "[]"


def test_evaluation_compares_with_and_without_a_reranker_and_times_it(
    tmp_path: Path, home: Path, exported: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("ir_measures", reason="the extra eval is not installed")
    (tmp_path / "set").mkdir()
    names = ("lamp", "fox", "barn", "moon", "salt")
    documents = [{"id": name, "title": "", "text": f"The {name} is red."} for name in names]
    questions = [{"id": name, "text": f"How red is the {name}?", "relevant": {name: 1}} for name in names]
    for file, rows in (("docs.jsonl", documents), ("queries.jsonl", questions)):
        (tmp_path / "set" / file).write_text("".join(json.dumps(row) + "\n" for row in rows))
    command = ["eval", str(tmp_path / "set"), "--home", str(home), "--no-answers", "--rankings", "scores", "--json"]
    capsys.readouterr()
    assert run_command([*command, "--config", f"reranked:reranker={exported},rerank_ms=60000"]) == 0
    configurations = json.loads(capsys.readouterr().out)["configurations"]
    reranked, plain = configurations["reranked"], configurations["scores"]
    assert set(reranked["speed"]["elapsed_ms"]) == {"retrieve", "embed", "search", "score", "rerank"}
    assert set(plain["speed"]["elapsed_ms"]) == {"retrieve", "embed", "search", "score"}
    assert reranked["speed"]["elapsed_ms"]["rerank"]["p50"] > 0
    assert (reranked["settings"]["reranker"], plain["settings"]["reranker"]) == (str(exported), "")
    # A model of random weights does not know lamps: what it did shows.
    assert reranked["ranked"] != plain["ranked"]
    # Asked for in all configurations, it is left out in one.
    assert run_command([*command, "--reranker", str(exported), "--config", "plain:reranker="]) == 0
    configurations = json.loads(capsys.readouterr().out)["configurations"]
    assert "rerank" not in configurations["plain"]["speed"]["elapsed_ms"]
    assert "rerank" in configurations["scores"]["speed"]["elapsed_ms"]
