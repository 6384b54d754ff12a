"""What many tests need: no outside connections, the real model's copy made once, the sample ingested once."""

import asyncio
import gc
import importlib.util
import logging
import os
import random
import shutil
import signal
import socket
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest
from filelock import FileLock

from qa.config import Settings
from qa.store import Index, IndexSettings, open_index
from qa.store.connection import open_connection

if TYPE_CHECKING:
    from browsing import Rooms, Visit, Watch
    from chat_server import Chat
    from llm_server import FakeLLM
    from playwright.sync_api import Browser
    from sentence_transformers import SentenceTransformer

    from qa.models.onnx_copy import ModelCopy

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("FOOTNOTE_SHARED", ROOT.parent / "shared"))

OpenIndex = Callable[..., Any]
Build = Callable[..., "SentenceTransformer"]

logging.getLogger("pymilvus").setLevel(logging.CRITICAL)

# Under nohup, or in a shell's background, these are ignored, and so they are in every process that a test starts.
for _signal in (signal.SIGINT, getattr(signal, "SIGHUP", signal.SIGINT)):
    if signal.getsignal(_signal) is signal.SIG_IGN:
        signal.signal(_signal, signal.default_int_handler if _signal == signal.SIGINT else signal.SIG_DFL)
# Tests decide their own settings.
for _name in [name for name in os.environ if name.startswith(("FOOTNOTE_", "OPENAI_"))]:
    if not _name.startswith(("FOOTNOTE_TEST_", "FOOTNOTE_REQUIRE_", "FOOTNOTE_SHARED", "FOOTNOTE_CHROMIUM")):
        del os.environ[_name]
# Hundreds of processes import the same modules.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# Otherwise each of the many databases leaves an engine behind for a minute.
os.environ["FOOTNOTE_ENGINE_IDLE_S"] = "2"
# Readers of what tests ingest in their own process; those of servers: see chat_server.py.
EAGER = str(ROOT / "tests" / "eager")
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [EAGER, os.environ.get("PYTHONPATH")]))
# What this machine has installed must not move a ranking.
os.environ["FOOTNOTE_DICTIONARIES"] = "none"


# FOOTNOTE_TEST_ROUNDS makes tests of chance longer, and FOOTNOTE_TEST_SEED repeats a run. The processes of one run
# share both.
ROUNDS = int(os.environ.get("FOOTNOTE_TEST_ROUNDS", "1"))
SEED = os.environ.setdefault("FOOTNOTE_TEST_SEED", str(random.randrange(1_000_000)))


# What is collected stays to the end: to look through it for garbage takes a third of the time of collecting it.
gc.disable()


def pytest_collection_finish() -> None:
    """Look for garbage again, but not in what was collected."""
    gc.freeze()
    gc.enable()


def rounds(few: int) -> int:
    """Return how often a test repeats what chance decides: `few` times in an everyday run."""
    return few * ROUNDS


def dice(of: str) -> random.Random:
    """Return one test's random numbers, which depend only on the seed of the run."""
    return random.Random(f"{SEED} {of}")


def pytest_report_header() -> str:
    """Say how to repeat this run."""
    return f"footnote: FOOTNOTE_TEST_SEED={SEED} FOOTNOTE_TEST_ROUNDS={ROUNDS}"


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder that the first process of this run that asks for it makes, and all of them read."""
    base = factory.getbasetemp()
    # The processes of pytest-xdist have a folder each in that of the run.
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / f"once_{name}"
    mark = folder.with_suffix(".made")
    with FileLock(folder.with_suffix(".lock")):
        if not mark.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(mode=0o700)
            make(folder)
            mark.touch()
    return folder


@pytest.fixture(autouse=True)
def _no_outside_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    """Footnote works without a network; a test that needs one fails and names the address."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test connected to {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session", autouse=True)
def _kept_readers() -> Iterator[None]:
    """Readers live through many tests; the environments of other engines, without the loaders, have none."""
    if importlib.util.find_spec("tokenizers") is None:
        yield
        return
    import readers

    readers.keep()
    yield
    readers.keep_no_more()


@pytest.fixture
def fresh_readers(_kept_readers: None) -> Iterator[None]:
    """Each ingest starts readers of its own and ends them, as it does outside of tests."""
    import readers

    readers.keep_no_more()
    yield
    readers.keep()


@pytest.fixture(scope="session", autouse=True)
def _kept_models() -> Iterator[None]:
    """A copy is loaded once in a process, not by each of the hundreds of commands that tests run in it: 0.14 s each."""
    if importlib.util.find_spec("fastembed") is None:
        yield
        return
    from qa.models import dense

    kept: dict[int, Any] = {}
    load = dense.loaded

    def keeping(copy: "ModelCopy", threads: int | None) -> Any:
        model = load(copy, threads)
        kept[id(model)] = model
        return model

    dense.loaded = keeping
    yield
    dense.loaded = load


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of published question sets and real files, where it is there."""
    if not SHARED.is_dir():
        pytest.skip(f"no shared data at {SHARED}; set FOOTNOTE_SHARED")
    return SHARED


@pytest.fixture(scope="session")
def model_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that holds the ONNX copy of the packaged model and no index."""
    from qa.models.dense import DenseChunkEmbedder

    async def copy(home: Path) -> None:
        await DenseChunkEmbedder("all-MiniLM-L6-v2").copy(home)

    return once(tmp_path_factory, "model", lambda home: asyncio.run(copy(home)))


@pytest.fixture(scope="session")
def untouched_sample(model_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home into which `data/` was ingested with the real model, for copies: no engine ever serves it again."""

    def make(home: Path) -> None:
        from chat_server import wait_for_end_of_engine

        (home / "models").symlink_to(model_home / "models")
        command = ["ingest", str(ROOT / "data"), "--home", str(home), "--quiet", "--engine-idle", "1"]
        assert run_command(command) == 0
        wait_for_end_of_engine(home)

    return once(tmp_path_factory, "untouched", make)


def copied(home: Path, to: Path) -> Path:
    """Copy a home that no engine serves, without what belongs to one process or one chat."""
    without = shutil.ignore_patterns("conversations.db*", ".footnote-*")
    shutil.copytree(home, to, symlinks=True, ignore=without, dirs_exist_ok=True)
    return to


@pytest.fixture(scope="session")
def sample_home(untouched_sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the ingested sample; only for reading, by all processes of the run at once."""
    return once(tmp_path_factory, "sample", lambda home: copied(untouched_sample, home) and None)


@pytest.fixture(scope="session")
def served(untouched_sample: Path, tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Chat]":
    """`footnote serve` on a copy of the sample, for the tests of all files; they leave no collection behind."""
    from chat_server import running

    home = tmp_path_factory.mktemp("served") / "home"
    copied(untouched_sample, home)
    port = free_port()
    command = ["-m", "ui.cli", "serve", "--port", str(port), "--name", "host.docker.internal"]
    with running(command, home.parent, port, FOOTNOTE_HOME=str(home)) as chat:
        yield chat


@pytest.fixture(scope="session")
def chat(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Chat]":
    """A chat with canned answers that all tests visit."""
    from chat_server import canned

    examples = "How often is it greased?|Who built *it*?"
    with canned(tmp_path_factory.mktemp("chat"), FOOTNOTE_EXAMPLES=examples) as chat:
        yield chat


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """Chromium. It starts in half a second; while it runs, no test of its process can run a loop of its own."""
    pytest.importorskip("playwright", reason="playwright is not installed")
    from browsing import chromium

    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def rooms(browser: "Browser") -> "Rooms":
    """The browser's contexts, for pages that nobody watches."""
    from browsing import Rooms

    return Rooms(browser)


@pytest.fixture
def watch() -> "Iterator[Watch]":
    """What the visitor's pages must not do: the scenario fails at its end if they did."""
    from browsing import Watch

    watch = Watch()
    yield watch
    assert watch.remaining() == []


@pytest.fixture
def visit(rooms: "Rooms", watch: "Watch") -> "Iterator[Visit]":
    """Opens pages of a chat as a new visitor, watched: see browsing.py."""
    from browsing import visiting

    with visiting(rooms, watch) as visit:
        yield visit


@pytest.fixture(scope="session")
def own_sample(untouched_sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Copies the home with the ingested sample, for those who write into it."""

    def copy(name: str) -> Path:
        return copied(untouched_sample, tmp_path_factory.mktemp(name) / "home")

    return copy


@pytest.fixture(scope="session")
def sample_chat(own_sample: Callable[[str], Path]) -> "Iterator[Chat]":
    """`footnote ui` over the sample, with nothing fake: its answers are quotations. All scenarios visit it."""
    from chat_server import real

    with real(own_sample("quoting")) as chat:
        yield chat


@pytest.fixture(scope="session")
def _model_of_scenarios() -> "Iterator[FakeLLM]":
    from llm_server import fake_llm

    with fake_llm() as running:
        yield running


@pytest.fixture
def scripted(_model_of_scenarios: "FakeLLM") -> "FakeLLM":
    """The language model of `written_chat`, over a real socket; it says what a scenario has it say."""
    _model_of_scenarios.forget()
    return _model_of_scenarios


@pytest.fixture(scope="session")
def written_chat(own_sample: Callable[[str], Path], _model_of_scenarios: "FakeLLM") -> "Iterator[Chat]":
    """`footnote ui` over the sample, its answers written by `scripted`. All scenarios visit it."""
    from chat_server import real

    model = {"OPENAI_BASE_URL": _model_of_scenarios.base_url, "OPENAI_API_KEY": "sk-scenario"}
    with real(own_sample("writing"), FOOTNOTE_LLM_MODEL="scripted", **model) as chat:
        yield chat


@pytest.fixture
def home(model_home: Path, tmp_path: Path) -> Path:
    """An empty home of the test's own, with the model's copy."""
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    (folder / "models").symlink_to(model_home / "models")
    return folder


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Builds a BERT of two small layers with random weights and its own vocabulary."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("tiny")
    pieces = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        *"abcdefghijklmnopqrstuvwxyz?.",
        *(f"##{c}" for c in "abcdefghijklmnopqrstuvwxyz"),
    ]
    (folder / "vocab.txt").write_text("\n".join([*pieces, "lamp", "red", "the", "query", ":"]))
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(pieces) + 5,
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
        initializer_range=0.5,  # far from the usual 0.02, so that texts get vectors of their own
    )
    BertModel(config).eval().save_pretrained(folder)
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)

    def build(
        pooling: Any = "mean", *, more: Sequence[Any] = (), prompts: dict[str, str] | None = None
    ) -> SentenceTransformer:
        transformer = Transformer(str(folder), max_seq_length=24)
        return SentenceTransformer(
            modules=[transformer, Pooling(16, pooling_mode=pooling), *more], device="cpu", prompts=prompts
        )

    return build


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


SMALL = IndexSettings(
    dense_model="fake", dim=8, sparse_model="Qdrant/bm25", language="english", chunk_tokens=40, average_terms=18.0
)


@pytest.fixture(scope="module")
def server() -> "Iterator[FakeLLM]":
    """An endpoint that says what a test has it say."""
    from llm_server import fake_llm

    with fake_llm() as running:
        yield running


@pytest.fixture
def llm(server: "FakeLLM") -> "FakeLLM":
    """The endpoint, without what an earlier test asked of it."""
    server.forget()
    return server


@pytest.fixture(scope="session")
def engine_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database for the whole session, whose engine is started once."""
    return tmp_path_factory.mktemp("engine") / "tests.db"


@pytest.fixture
def new_index(engine_database: Path) -> Iterator[OpenIndex]:
    """Opens an index of the test's own for the fake models, on the engine or where FOOTNOTE_TEST_MILVUS_URI says."""
    uri = os.environ.get("FOOTNOTE_TEST_MILVUS_URI") or engine_database
    prefix = f"t{uuid.uuid4().hex[:12]}_"
    opened: set[str] = set()

    @asynccontextmanager
    async def opener(name: str = "tests", *, create: bool = True) -> AsyncIterator[Index]:
        opened.add(prefix + name)
        async with open_index(uri, prefix + name, timeout_s=30.0, idle_s=10.0) as index:
            if create:
                await index.open_or_create(SMALL)
            yield index

    yield opener

    async def drop() -> None:
        async with open_connection(uri, timeout_s=30.0) as connection:
            for name in opened:
                await Index(connection, name).drop()

    asyncio.run(drop())


def run(main: Callable[[], Awaitable[None]]) -> None:
    """Run the body of an asynchronous test."""
    asyncio.run(main())  # type: ignore[arg-type]


def run_command(arguments: list[str]) -> int:
    """Run `footnote` in this process."""
    from ui.cli import main

    return main(arguments)


def free_port() -> int:
    """Return a port of this machine that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def catalogues() -> ModuleType:
    """The script that extracts and compiles the pages' messages."""
    spec = importlib.util.spec_from_file_location("catalogues", ROOT / "scripts" / "catalogues.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
