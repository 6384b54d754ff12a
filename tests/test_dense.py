import asyncio
import gc
import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import product
from pathlib import Path

import mmh3
import numpy as np
import pytest
from conftest import ROOT, Build
from fakes import chunk
from numpy.typing import NDArray

from qa.errors import ConfigError, ModelError
from qa.models.dense import _FEW, DenseChunkEmbedder, DenseQueryEmbedder
from qa.models.dense_workers import TRIM_EVERY, CopyWorkers, TorchWorkers
from qa.models.exporter import write_copy
from qa.models.onnx_copy import ModelCopy, _copy_folder, find_copy, model_path
from qa.text.embedded import embedded_text, prefix
from qa.text.words import SparseEmbedder

MODEL = "all-MiniLM-L6-v2"
TEXTS = [
    "How long is the notice period?",
    "x",
    "The notice period is three months. " * 170,  # over 1,000 words, where the model reads 256 word pieces
    "Die Kündigungsfrist beträgt drei Monate – für beide Seiten.",
    "解約予告期間は三か月です。",
    "🙂 naïve café\u200b\ttabs\nand lines",
]


def cosines(left: NDArray[np.float32], right: NDArray[np.float32]) -> NDArray[np.float32]:
    return (left * right).sum(axis=1) / np.linalg.norm(left, axis=1) / np.linalg.norm(right, axis=1)


# What is embedded


@pytest.mark.parametrize(
    ("title", "heading", "expected"),
    [
        ("Lease", "Fees › Late", "Lease › Fees › Late\n"),
        ("Lease", "", "Lease\n"),
        ("", "Fees", "Fees\n"),
        ("", "", ""),
        ("Lease", "Lease", "Lease\n"),
        ("Lease", "Lease › Fees", "Lease › Fees\n"),
        ("Lease", "Leaseholds", "Lease › Leaseholds\n"),
    ],
)
def test_title_and_headings_stand_once_in_front(title: str, heading: str, expected: str) -> None:
    assert prefix(title, heading) == expected
    assert embedded_text(chunk("The fee.", title=title, heading=heading)) == f"{expected}The fee."


# Terms


def term(stem: str) -> int:
    return abs(mmh3.hash(stem))


def embed_terms(text: str, *, language: str = "english", average: float = 4.0) -> dict[int, float]:
    embedder = SparseEmbedder("Qdrant/bm25", language=language, average_terms=average)
    return dict(asyncio.run(embedder.embed_chunks([text]))[0])


def test_term_weights_by_hand() -> None:
    # 3 terms where 4 are average: 1 - 0.75 + 0.75 · 3 / 4 = 0.8125, times k1 = 1.2: 0.975.
    # lamp twice: 2 · 2.2 / (2 + 0.975) = 1.478992; red once: 2.2 / (1 + 0.975) = 1.113924.
    assert embed_terms("The lamps: a red lamp!") == pytest.approx(
        {term("lamp"): 1.478992, term("red"): 1.113924}, abs=1e-5
    )


def test_longer_than_average_weighs_less() -> None:
    # 8 terms where 4 are average: 1.2 · (0.25 + 0.75 · 2) = 2.1; once: 2.2 / 3.1 = 0.709677.
    weights = embed_terms("red green blue black white pink brown grey")
    assert list(weights.values()) == pytest.approx([0.709677] * 8, abs=1e-5)


def test_weight_stays_below_its_bound() -> None:
    assert 2.19 < embed_terms("lamp " * 5000, average=5000.0)[term("lamp")] < 2.2


def test_terms_keep_their_order_and_their_stems() -> None:
    embedder = SparseEmbedder("Qdrant/bm25", language="english", average_terms=4.0)
    assert embedder.terms("The lamps, and a red LAMP!") == [term("lamp"), term("red"), term("lamp")]
    assert embedder.stems("The lamps are red") == {term("lamp"): "lamp", term("red"): "red"}
    assert embedder.terms("the and of") == []
    assert embedder.stems("") == {}


def test_query_terms_are_those_of_chunks_each_once() -> None:
    embedder = SparseEmbedder("Qdrant/bm25", language="english", average_terms=4.0)
    assert sorted(embedder.query_terms("Lamps, LAMP and red?")) == sorted([term("lamp"), term("red")])
    assert set(embed_terms("red lamps")) == set(embedder.query_terms("a lamp in red"))


@pytest.mark.parametrize("text", ["", " ", "the and of it", "?!… —", "\n"])
def test_text_without_terms_has_none(text: str) -> None:
    embedder = SparseEmbedder("Qdrant/bm25", language="english", average_terms=4.0)
    assert embedder.query_terms(text) == []
    assert asyncio.run(embedder.embed_chunks([text])) == [{}]


def test_no_texts_give_no_vectors() -> None:
    embedder = SparseEmbedder("Qdrant/bm25", language="english", average_terms=4.0)
    assert asyncio.run(embedder.embed_chunks([])) == []


def test_order_of_texts_is_kept_over_batches() -> None:
    embedder = SparseEmbedder("Qdrant/bm25", language="english", average_terms=4.0)
    vectors = asyncio.run(embedder.embed_chunks([f"n{number}" for number in range(600)]))
    assert [next(iter(vector)) for vector in vectors] == [term(f"n{number}") for number in range(600)]


def test_german_words_are_stemmed_and_german_stop_words_left_out() -> None:
    assert set(embed_terms("Die Mieten und die Miete der Wohnung", language="german")) == {
        term("miet"),
        term("wohnung"),
    }
    assert term("die") in embed_terms("Die Mieten und die Miete der Wohnung")


@pytest.mark.parametrize(
    "language",
    [
        "danish",
        "dutch",
        "english",
        "french",
        "german",
        "italian",
        "norwegian",
        "portuguese",
        "russian",
        "spanish",
        "swedish",
        "turkish",
    ],
)
def test_each_language_has_a_stemmer_and_stop_words(language: str) -> None:
    embedder = SparseEmbedder("Qdrant/bm25", language=language, average_terms=4.0)
    assert len(embedder.query_terms("Xylo")) == 1
    embedder.load()
    assert len(embedder._stemmer("").stop_words) > 40


def test_language_that_is_not_supported_is_named_with_those_that_are() -> None:
    with pytest.raises(
        ConfigError, match=r'^language "klingon" is not supported; use one of auto, danish, dutch, english'
    ):
        SparseEmbedder("Qdrant/bm25", language="klingon", average_terms=4.0)


def test_sparse_model_that_is_not_supported_is_named() -> None:
    with pytest.raises(ConfigError, match=r'^sparse model "splade" is not supported; set FOOTNOTE_SPARSE_MODEL to'):
        SparseEmbedder("splade", language="english", average_terms=4.0)


# The packaged model


@pytest.mark.models
def test_questions_and_chunks_get_the_same_vectors(model_home: Path) -> None:
    """One model through two libraries: the scores between them mean something only while this holds."""
    found = find_copy(MODEL, model_home)
    assert found is not None
    assert (found.dim, found.max_tokens, found.pooling, found.query_prompt) == (384, 256, "mean", "")
    queries, chunks = DenseQueryEmbedder(found), DenseChunkEmbedder(MODEL)
    # Its threads sleep between two steps: spinning, they take a core from whoever else is asking.
    options = queries.opened().model.model.get_session_options()
    assert options.get_session_config_entry("session.intra_op.allow_spinning") == "0"
    copied = asyncio.run(queries.embed_sentences(TEXTS))
    original = asyncio.run(chunks.embed_chunks(TEXTS))
    for vectors in (copied, original):
        assert (vectors.shape, vectors.dtype) == ((len(TEXTS), 384), np.float32)
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)
    assert cosines(copied, original).min() > 0.99999
    question = asyncio.run(queries.embed_query(TEXTS[0]))
    assert (question.shape, question.dtype) == ((384,), np.float32)
    assert question == pytest.approx(copied[0], abs=1e-5)
    assert asyncio.run(queries.embed_sentences([])).shape == (0, 384)


@pytest.mark.models
def test_no_chunks_give_no_vectors() -> None:
    assert asyncio.run(DenseChunkEmbedder(MODEL).embed_chunks([])).shape == (0, 384)


@pytest.mark.models
def test_what_lies_beyond_the_limit_is_dropped_by_both(model_home: Path) -> None:
    copy = find_copy(MODEL, model_home)
    assert copy is not None
    longer = [TEXTS[2], TEXTS[2] + "Something else altogether."]
    for vectors in (
        asyncio.run(DenseQueryEmbedder(copy).embed_sentences(longer)),
        asyncio.run(DenseChunkEmbedder(MODEL).embed_chunks(longer)),
    ):
        assert vectors[0] == pytest.approx(vectors[1], abs=1e-6)


@pytest.mark.models
def test_copy_is_made_once(model_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def loading(_: str) -> None:
        raise AssertionError("the model was loaded")

    monkeypatch.setattr("qa.models.dense.load_model", loading)
    assert asyncio.run(DenseChunkEmbedder(MODEL).copy(model_home)) == find_copy(MODEL, model_home)


@pytest.mark.models
def test_collections_of_one_model_hold_it_once_and_give_it_back(tiny: Build, tmp_path: Path) -> None:
    from qa.models.loaded import _LOADED, loaded

    tiny().save(str(tmp_path / "model"))
    copy = asyncio.run(DenseChunkEmbedder(str(tmp_path / "model")).copy(tmp_path))
    before = len(_LOADED)
    with ThreadPoolExecutor() as threads:
        first, *others = threads.map(lambda _: loaded(copy, None), range(4))
    assert all(other is first for other in others)
    assert loaded(copy, 1) is not first
    # What has changed on the disk is another model.
    (copy.folder / "model.onnx").touch()
    assert loaded(copy, None) is not first
    del first, others
    gc.collect()
    assert len(_LOADED) == before


@pytest.mark.models
@pytest.mark.parametrize("damage", ["model", "no model", "tokenizer", "no tokenizer"])
def test_damaged_copy_names_its_folder(model_home: Path, tmp_path: Path, damage: str) -> None:
    copy = find_copy(MODEL, model_home)
    assert copy is not None
    folder = tmp_path / f"{copy.folder.name}-{damage.replace(' ', '-')}"
    folder.mkdir()
    for file in copy.folder.iterdir():
        if file.name == "model.onnx":
            (folder / file.name).symlink_to(file)
        else:
            shutil.copy(file, folder)
    broken = folder / ("model.onnx" if "model" in damage else "tokenizer.json")
    broken.unlink()
    if not damage.startswith("no"):
        broken.write_bytes(b"damaged")
    with pytest.raises(ModelError, match=r"is damaged .*; delete that folder and ingest again") as raised:
        asyncio.run(DenseQueryEmbedder(replace(copy, folder=folder)).embed_query("x"))
    assert str(folder) in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1


@pytest.mark.parametrize("text", ["", "{", "[]", '{"name": "x"}', '{"unknown": 1}'])
def test_copy_without_a_readable_description_counts_as_missing(tmp_path: Path, text: str) -> None:
    assert find_copy("some/model", tmp_path) is None
    folder = _copy_folder("some/model", tmp_path)
    folder.mkdir(parents=True)
    (folder / "footnote.json").write_text(text)
    assert find_copy("some/model", tmp_path) is None


# A tiny model made here


TINY_TEXTS = ["red lamp", "the lamp is red. " * 40, "Ünïcode 灯 lamp", "a"]


@pytest.mark.models
@pytest.mark.parametrize("pooling", ["mean", "cls"])
def test_copy_of_another_model_agrees_with_it(tiny: Build, tmp_path: Path, pooling: str) -> None:
    from sentence_transformers.models import Normalize

    model = tiny(pooling, more=[Normalize()], prompts={"query": "query: "})
    model.save(str(tmp_path / "model"))
    embedder = DenseChunkEmbedder(str(tmp_path / "model"))
    copy = asyncio.run(embedder.copy(tmp_path))
    assert (copy.dim, copy.max_tokens, copy.pooling, copy.query_prompt) == (16, 24, pooling, "query: ")
    assert find_copy(str(tmp_path / "model"), tmp_path) == copy
    copied = asyncio.run(DenseQueryEmbedder(copy).embed_sentences(TINY_TEXTS))
    original = asyncio.run(DenseChunkEmbedder(str(tmp_path / "model")).embed_chunks(TINY_TEXTS))
    assert cosines(copied, original).min() > 0.99999
    # The texts differ from each other, so that agreement means something.
    assert (np.triu(copied @ copied.T, 1) < 0.9999).all()
    asked = asyncio.run(DenseQueryEmbedder(copy).embed_query("red lamp"))
    assert asked == pytest.approx(model.encode_query("red lamp", normalize_embeddings=True), abs=1e-5)
    assert asked != pytest.approx(copied[0], abs=1e-3)


@pytest.mark.models
def test_each_of_many_texts_gets_its_own_vector(tiny: Build, tmp_path: Path) -> None:
    model = tiny()
    model.save(str(tmp_path / "model"))
    embedder = DenseChunkEmbedder(str(tmp_path / "model"))
    words = ["".join(letters) for letters in product("abcdefghijklmnopqr", repeat=2)][: 2 * TRIM_EVERY + 5]
    texts = [f"{'lamp ' * (number % 7)}{word}" for number, word in enumerate(words)]
    vectors = asyncio.run(embedder.embed_chunks(texts))
    assert (vectors.shape, vectors.dtype) == ((len(texts), 16), np.float32)
    alone = model.encode(texts, batch_size=1, normalize_embeddings=True)
    assert cosines(vectors, alone).min() > 0.99999
    # No other one would do as well.
    assert ((vectors @ alone.T).argmax(axis=1) == np.arange(len(texts))).mean() > 0.9


@pytest.mark.models
def test_texts_of_as_many_tokens_go_together(tiny: Build) -> None:
    """Not those of as many characters: of an unknown word the model reads one token, however long it is."""
    workers = TorchWorkers(tiny())
    long_word, many_words = "☃" * 40, "a lamp a lamp a lamp"
    texts = [long_word, many_words] * workers.batch
    first, second = (numbers for numbers, _ in workers.encode(texts))
    assert {texts[number] for number in first} == {many_words}
    assert {texts[number] for number in second} == {long_word}


@pytest.mark.models
def test_workers_share_their_weights_and_leave_other_threads_theirs(tiny: Build) -> None:
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(3)
    try:
        workers = TorchWorkers(tiny())
        models = [workers._models.get() for _ in range(3)]
        assert workers._models.empty()
        weights = [[tensor.data_ptr() for tensor in model.parameters()] for model in models]
        assert weights[0] == weights[1] == weights[2]
        assert len({id(model.tokenizer) for model in models}) == 3
        with ThreadPoolExecutor(1) as other:
            assert other.submit(torch.get_num_threads).result() == 3
        assert set(workers._pool.map(lambda _: torch.get_num_threads(), range(20))) == {1}
    finally:
        torch.set_num_threads(before)


@pytest.mark.models
def test_few_chunks_need_the_copy_alone_beside_a_graphics_card(
    model_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = asyncio.run(DenseChunkEmbedder(MODEL).embed_chunks(TEXTS))
    monkeypatch.setattr("qa.models.dense.load_model", _no_model)
    monkeypatch.setattr("qa.models.dense.has_card", lambda: True)
    embedder = DenseChunkEmbedder(MODEL)
    for _ in range(2):  # as often as an ingest begins
        asyncio.run(embedder.copy(model_home))
        few = asyncio.run(embedder.embed_chunks(TEXTS))
        assert (few.shape, few.dtype) == (original.shape, np.float32)
        assert cosines(few, original).min() > 0.99999
        with pytest.raises(ModelError, match=r"^the model was loaded$"):
            asyncio.run(embedder.embed_chunks(["x"] * (_FEW - len(TEXTS) + 1)))


def _no_model(_: str) -> None:
    raise ModelError("the model was loaded")


@pytest.mark.models
def test_copy_embeds_any_number_of_chunks_without_a_graphics_card(
    tiny: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tiny()
    model.save(str(tmp_path / "model"))
    monkeypatch.setattr("qa.models.dense.load_model", _no_model)
    embedder = DenseChunkEmbedder(str(tmp_path / "model"))
    asyncio.run(embedder.copy(tmp_path))
    texts = [f"{'lamp ' * (number % 9)}{number}{TINY_TEXTS[number % 4]}" for number in range(_FEW + TRIM_EVERY + 5)]
    vectors = asyncio.run(embedder.embed_chunks(texts))
    assert (vectors.shape, vectors.dtype) == ((len(texts), 16), np.float32)
    assert cosines(vectors, model.encode_document(texts, normalize_embeddings=True)).min() > 0.99999


@pytest.mark.models
def test_copy_puts_texts_of_as_many_tokens_together(tiny: Build, tmp_path: Path) -> None:
    tiny().save(str(tmp_path / "model"))
    copy = asyncio.run(DenseChunkEmbedder(str(tmp_path / "model")).copy(tmp_path))
    workers = CopyWorkers(DenseQueryEmbedder(copy).opened(threads=1), copy.dim)
    long_word, many_words = "☃" * 40, "a lamp a lamp a lamp"
    first, second = (numbers for numbers, _ in workers.encode([long_word, many_words] * workers.batch))
    assert [number % 2 for number in (*first, *second)] == [1] * workers.batch + [0] * workers.batch


@pytest.mark.models
def test_packaged_model_needs_no_pytorch(tmp_path: Path) -> None:
    """As after a plain `pip install`: the libraries cannot be imported, and vectors are made all the same."""
    code = """
import asyncio, sys
from importlib import util
from pathlib import Path
hidden, found = {"torch", "transformers", "sentence_transformers"}, util.find_spec
util.find_spec = lambda name, *rest: None if name in hidden else found(name, *rest)
sys.modules.update(dict.fromkeys(hidden))
from qa.errors import ModelError
from qa.models.dense import DenseChunkEmbedder
from qa.models.rerankers import RerankingModel
embedder = DenseChunkEmbedder(sys.argv[1])
copy = asyncio.run(embedder.copy(Path(sys.argv[2])))
print(asyncio.run(embedder.embed_chunks(["a lamp"] * 200)).shape)
for model in (DenseChunkEmbedder("no/such"), RerankingModel("sentence-transformers:no/such")):
    try:
        model.load()
    except ModelError as error:
        print(error)
"""
    command = [sys.executable, "-c", code, MODEL, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    shape, *refusals = done.stdout.splitlines()
    assert shape == "(200, 384)"
    assert len(refusals) == 2
    assert all("is read through PyTorch, which is not installed; install it with: pip install" in it for it in refusals)


@pytest.mark.models
def test_chunks_of_a_model_with_a_prompt_for_them_get_it(tiny: Build, tmp_path: Path) -> None:
    model = tiny(prompts={"document": "the lamp: "})
    model.save(str(tmp_path / "model"))
    embedder = DenseChunkEmbedder(str(tmp_path / "model"))
    copy = asyncio.run(embedder.copy(tmp_path))
    assert copy.document_prompt == "the lamp: "
    vectors = asyncio.run(embedder.embed_chunks(TINY_TEXTS))
    assert cosines(vectors, model.encode_document(TINY_TEXTS, normalize_embeddings=True)).min() > 0.99999
    by_copy = asyncio.run(DenseQueryEmbedder(copy).embed_sentences(TINY_TEXTS))
    assert cosines(vectors, by_copy).min() > 0.99999
    without = asyncio.run(DenseQueryEmbedder(replace(copy, document_prompt="")).embed_sentences(TINY_TEXTS))
    assert cosines(vectors, without).min() < 0.999


@pytest.mark.models
def test_copy_of_before_prompts_were_kept_serves_questions_and_is_renewed_by_an_ingest(
    tiny: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = str(tmp_path / "model")
    copy = write_copy(name, tiny(), tmp_path)
    description = copy.folder / "footnote.json"
    values = json.loads(description.read_text())
    assert values.pop("document_prompt") == ""
    description.write_text(json.dumps(values))
    before = find_copy(name, tmp_path)
    assert before == replace(copy, document_prompt=None)
    assert asyncio.run(DenseQueryEmbedder(before).embed_query("red lamp")).shape == (16,)

    made: list[tuple[str, Path]] = []

    async def make(name: str, home: Path) -> ModelCopy:
        made.append((name, home))
        return copy

    monkeypatch.setattr("qa.models.dense.make_copy", make)
    assert asyncio.run(DenseChunkEmbedder(name).copy(tmp_path)) == copy
    assert made == [(name, tmp_path)]


@pytest.mark.models
def test_model_that_cannot_be_copied_says_what_it_is_made_of(tiny: Build, tmp_path: Path) -> None:
    from sentence_transformers.models import Dense

    for model, said in (
        (tiny("max"), "Transformer, Pooling with pooling max"),
        (tiny(more=[Dense(16, 8)]), "Transformer, Pooling, Dense with pooling mean"),
    ):
        with pytest.raises(ModelError, match=f'^dense model "mine" is made of {said}; only ') as raised:
            write_copy("mine", model, tmp_path)
        assert len(str(raised.value).splitlines()) == 1
    assert find_copy("mine", tmp_path) is None
    assert not (tmp_path / "models").exists()


@pytest.mark.models
def test_copy_that_is_damaged_in_its_description_is_made_again(tiny: Build, tmp_path: Path) -> None:
    folder = _copy_folder("mine", tmp_path)
    folder.mkdir(parents=True)
    (folder / "footnote.json").write_text("{")
    (folder / "old.txt").write_text("x")
    copy = write_copy("mine", tiny(), tmp_path)
    assert find_copy("mine", tmp_path) == copy
    assert (copy.folder, copy.dim) == (folder, 16)
    assert not (folder / "old.txt").exists()
    assert list(folder.parent.iterdir()) == [folder]


@pytest.mark.models
@pytest.mark.parametrize("name", ["no-such/model", "no_such_model", "./no/such/folder"])
def test_missing_model_is_named_in_one_line(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match=rf'^dense model "{name}" cannot be loaded: .*{MODEL}') as raised:
        DenseChunkEmbedder(name).load()
    assert len(str(raised.value).splitlines()) == 1


@pytest.mark.models
def test_hub_is_not_tried_again_and_again_where_there_is_no_network(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "https://hub.invalid")
    monkeypatch.setattr("qa.models.hub.getproxies", dict)
    with pytest.raises(ModelError, match=r"it is not on this machine, and there is no host hub\.invalid"):
        DenseChunkEmbedder("no-such/model").load()
    assert capfd.readouterr() == ("", "")


@pytest.mark.models
def test_folder_without_a_model_is_named_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(ModelError, match="cannot be loaded") as raised:
        DenseChunkEmbedder(str(tmp_path)).load()
    assert str(tmp_path) in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1


def test_models_of_one_last_name_are_kept_apart(tmp_path: Path) -> None:
    assert _copy_folder("/a/model", tmp_path) != _copy_folder("/b/model", tmp_path)
    assert _copy_folder("../../../etc", tmp_path).parent == tmp_path / "models"


def test_model_path_is_the_package_a_folder_or_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "mine").mkdir()
    assert Path(model_path(MODEL), "config.json").is_file()
    assert model_path("~/mine") == str(tmp_path / "mine")
    assert model_path("owner/name") == "owner/name"
