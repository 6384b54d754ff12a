"""Learned sparse models, of random weights but through the real library, on the real engine."""

import asyncio
import json
import math
import shutil
from pathlib import Path

import pytest
from conftest import OpenIndex, run, run_command
from fakes import FakeDense
from small_index import commit

from qa.errors import ConfigError, ModelError
from qa.models.learned_sparse import LearnedSparseEmbedder, chunk_terms, learned_model
from qa.retrieval.retrieve import Retriever
from qa.text.terms import QueryTerms
from qa.text.words import SparseEmbedder
from qa.types import Ranking

pytestmark = pytest.mark.models

TEXTS = ["red lamp", "green fox and barn", "salt moon", "the moon is red. " * 9, "x"]
WORDS = SparseEmbedder("Qdrant/bm25", language="english", average_terms=4.0)


@pytest.fixture(scope="module")
def splade(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tiny_models import splade

    return splade(tmp_path_factory.mktemp("splade"))


@pytest.fixture(scope="module")
def bm42(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tiny_models import bm42

    return bm42(tmp_path_factory.mktemp("bm42"))


@pytest.fixture
def free(splade: Path, tmp_path: Path) -> Path:
    """A model whose questions are weighed by a table."""
    folder = tmp_path / "free"
    shutil.copytree(splade, folder)
    (folder / "idf.json").write_text(json.dumps({"lamp": 3.5, "red": 2.0}))
    return folder


def term(piece: str) -> int:
    from tiny_models import VOCABULARY

    return VOCABULARY.index(piece)


def test_chunks_get_the_models_own_vectors_in_their_order(splade: Path) -> None:
    from fastembed import SparseTextEmbedding

    library = SparseTextEmbedding("prithivida/Splade_PP_en_v1", specific_model_path=str(splade))
    made = asyncio.run(LearnedSparseEmbedder(str(splade)).embed_chunks(TEXTS))
    for text, vector in zip(TEXTS, made, strict=True):
        assert vector == pytest.approx(next(iter(library.embed([text]))).as_dict(), abs=1e-5)
        assert all(weight > 0 for weight in vector.values())
    assert asyncio.run(LearnedSparseEmbedder(str(splade)).embed_chunks([])) == []
    assert {term("red"), term("lamp")} < made[0].keys()
    assert term("red") not in made[1]


def test_question_has_the_models_weights_as_its_kind_gives_them(splade: Path, bm42: Path, free: Path) -> None:
    models = [LearnedSparseEmbedder(str(folder)) for folder in (splade, free, bm42)]
    expanded, looked_up, plain = (asyncio.run(model.embed_query("the red lamp")) for model in models)
    assert [model.needs_idf for model in models] == [False, False, True]
    assert expanded == asyncio.run(models[0].embed_chunks(["the red lamp"]))[0]
    assert looked_up == {term("red"): 2.0, term("lamp"): 3.5}
    assert list(plain.values()) == [1.0, 1.0]
    assert asyncio.run(models[2].embed_query("the is how")) == {}


def test_names_are_those_of_fastembed_and_bm25_is_none_of_them() -> None:
    assert learned_model("Qdrant/bm25") is None
    assert isinstance(chunk_terms("Qdrant/bm25", language="english", average_terms=4.0), SparseEmbedder)
    for name in ("prithivida/Splade_PP_en_v1", "Qdrant/bm42-all-minilm-l6-v2-attentions"):
        assert isinstance(chunk_terms(name, language="english", average_terms=4.0), LearnedSparseEmbedder)


def test_model_that_cannot_be_one_is_refused_in_one_line(tmp_path: Path, splade: Path) -> None:
    minicoil, embedding, empty = tmp_path / "minicoil", tmp_path / "embedding", tmp_path / "empty"
    empty.mkdir()
    shutil.copytree(splade, minicoil)
    (minicoil / "minicoil.triplet.model.npy").write_bytes(b"x")
    shutil.copytree(splade, embedding)
    (embedding / "config.json").write_text('{"architectures": ["BertModel"]}')
    for name, said in (
        ("splade", r"is not supported; set FOOTNOTE_SPARSE_MODEL to a folder that holds one, or to one of .*Splade"),
        ("Qdrant/minicoil-v1", "is not supported; .+"),
        (str(minicoil), "gives negative weights, which Milvus does not search for; use another one"),
        (str(embedding), "is not a SPLADE model, its config.json says BertModel; name a folder that holds one"),
        (str(empty), "is not a SPLADE model, its config.json does not say what it is; .+"),
    ):
        with pytest.raises(ConfigError, match=f'^sparse model "{name}" {said}') as raised:
            LearnedSparseEmbedder(name)
        assert len(str(raised.value).splitlines()) == 1
    with pytest.raises(ConfigError, match=r'^language "klingon" is not supported'):
        chunk_terms(str(splade), language="klingon", average_terms=4.0)


def test_model_that_cannot_be_loaded_is_named_in_one_line(
    tmp_path: Path, splade: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("FASTEMBED_CACHE_PATH", str(tmp_path))
    damaged = tmp_path / "damaged"
    shutil.copytree(splade, damaged)
    (damaged / "model.onnx").write_bytes(b"damaged")
    for name in ("prithivida/Splade_PP_en_v1", str(damaged)):
        with pytest.raises(
            ModelError, match=f'^sparse model "{name}" cannot be loaded: .+; set FOOTNOTE_SPARSE_MODEL'
        ) as raised:
            LearnedSparseEmbedder(name).load()
        assert len(str(raised.value).splitlines()) == 1
    assert "Could not" not in capfd.readouterr().err


# On the engine


def test_each_ranking_with_a_learned_model(new_index: OpenIndex, splade: Path) -> None:
    async def main() -> None:
        learned = LearnedSparseEmbedder(str(splade))
        async with new_index() as index:
            await commit(index, learned, TEXTS)
            retriever = Retriever(index, FakeDense(), WORDS, learned=learned)
            query = "how red is the lamp"
            asked, stored = await learned.embed_query(query), await learned.embed_chunks(TEXTS)
            products = {
                text: sum(weight * vector.get(key, 0.0) for key, weight in asked.items())
                for text, vector in zip(TEXTS, stored, strict=True)
            }
            longest = max(math.hypot(*vector.values()) for vector in stored)
            shares = {text: product / math.hypot(*asked.values()) / longest for text, product in products.items()}
            for hit in await retriever.retrieve(query, ranking="sparse"):
                text = hit.chunk.text
                assert (hit.score, hit.bm25, hit.learned) == (pytest.approx(products[text], abs=1e-4), None, None)
            for ranking in ("rrf", "scores"):
                hits = await retriever.retrieve(query, ranking=ranking)  # type: ignore[arg-type]
                assert {hit.chunk.text for hit in hits} == set(TEXTS)
                for hit in hits:
                    assert hit.learned == pytest.approx(shares[hit.chunk.text], abs=1e-4)
                    assert 0.0 <= (hit.learned or 0.0) <= 1.0
                    assert hit.bm25 is None
            assert hits[0].chunk.text == "red lamp"
            # Half the cosine, half the share; both words of the question are held, and as a pair.
            assert hits[0].score == pytest.approx(
                0.9 * (0.5 * (hits[0].cosine or 0.0) + 0.5 * (hits[0].learned or 0.0)) + 0.13 + 0.08, abs=1e-5
            )
            assert (await retriever.retrieve(query, ranking="dense"))[0].cosine is not None

    run(main)


def test_words_are_not_counted_and_all_weigh_the_same(new_index: OpenIndex, splade: Path) -> None:
    async def main() -> None:
        learned = LearnedSparseEmbedder(str(splade))
        async with new_index() as index:
            await commit(index, learned, TEXTS)
            retriever = Retriever(index, FakeDense(), WORDS, learned=learned)
            query = await retriever.read("the red lamp of Zebulon")
            assert [name.is_unknown for name in query.names] == [False], "terms of a learned model are no words"
            words = (await retriever.read("the red lamp")).words
            assert words == QueryTerms(dict.fromkeys(WORDS.query_terms("red lamp"), 1.0))

    run(main)


def test_idf_is_added_where_a_model_asks_for_it(new_index: OpenIndex, bm42: Path) -> None:
    async def main() -> None:
        learned = LearnedSparseEmbedder(str(bm42))
        async with new_index() as index:
            # Of the last chunk no word is left.
            await commit(index, learned, ["red lamp", "red fox", "red barn", "the is"])
            retriever = Retriever(index, FakeDense(), WORDS, learned=learned)
            weights = (await retriever.read("the red lamp")).sparse
            # 4 chunks, of which 3 hold "red" and 1 "lamp".
            assert sorted(weights.values()) == pytest.approx([math.log1p(1.5 / 3.5), math.log1p(3.5 / 1.5)])
            [best, *_] = await retriever.retrieve("the red lamp", ranking="sparse")
            assert best.chunk.text == "red lamp"
            assert len(await retriever.retrieve("the red lamp", ranking="sparse")) == 3
            assert len(await retriever.retrieve("the red lamp")) == 4
            rankings: list[Ranking] = ["scores", "rrf", "dense"]
            assert [len(await retriever.retrieve("the is", ranking=ranking)) for ranking in rankings] == [4, 4, 4]
            assert await retriever.retrieve("the is", ranking="sparse") == []

    run(main)


def test_stored_vectors_are_sound_in_the_eyes_of_the_doctor(new_index: OpenIndex, splade: Path) -> None:
    from qa.store.checkup import examine, mend

    async def main() -> None:
        learned = LearnedSparseEmbedder(str(splade))
        async with new_index() as index:
            await commit(index, learned, TEXTS)
            assert (await examine(index)).healthy
            await index.register.delete('source == "0.txt"')
            found = await examine(index)
            assert await mend(index, found, dense=FakeDense(), sparse=learned)
            assert (await examine(index)).healthy

    run(main)


def test_collection_of_a_learned_model_from_end_to_end(
    home: Path, splade: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    docs = tmp_path / "docs"
    docs.mkdir()
    for name, text in {
        "lamp": "The red lamp of the barn is lit at night.",
        "moon": "The green fox sleeps while Ferguson looks at the moon.",
        "salt": "There is salt in the sea.",
    }.items():
        (docs / f"{name}.txt").write_text(text)
    there = ["--home", str(home)]
    assert run_command(["ingest", str(docs), *there, "--quiet", "--sparse-model", str(splade)]) == 0
    # Without naming the model: the collection knows it.
    assert run_command(["ask", "When is the red lamp lit?", *there, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert answer["found"]
    assert answer["hits"][0]["chunk"]["title"] == "lamp"
    assert 0 < answer["hits"][0]["learned"] <= 1
    assert (answer["hits"][0]["bm25"], answer["hits"][0]["rerank"]) == (None, None)
    # A name that only another passage holds is no reason to refuse; nobody counted words.
    assert run_command(["ask", "Is the lamp of Ferguson red?", *there, "--top-k", "1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["found"]
    for other in ("Qdrant/bm25", "Qdrant/bm42-all-minilm-l6-v2-attentions"):
        assert run_command(["ask", "When is the lamp lit?", *there, "--sparse-model", other]) == 1
        said = capsys.readouterr().err
        assert said.startswith(f'error: collection "documents" was made with sparse_model "{splade}", not "{other}"; ')
        assert len(said.splitlines()) == 1
        assert run_command(["ingest", str(docs), *there, "--quiet", "--sparse-model", other]) == 1
        assert "was made with sparse_model" in capsys.readouterr().err
    assert run_command(["doctor", *there, "--json"]) == 0
    assert run_command(["reindex", *there, "--sparse-model", "Qdrant/bm25", "--quiet"]) == 0
    capsys.readouterr()
    assert run_command(["ask", "When is the red lamp lit?", *there, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["hits"][0]["bm25"] > 0
    assert answer["hits"][0]["learned"] is None
