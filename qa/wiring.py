"""Puts the parts together from `Settings`, for the entry points and the notebook. Nothing else builds them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, closing, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qa.answering.answer import Answerer
from qa.calibration.calibrate import LIMIT_S, PATIENT_S, calibrate, is_due, is_outdated, sample
from qa.calibration.cosines import scale_of
from qa.calibration.model import PACKAGED, Calibration, read
from qa.config import Settings
from qa.errors import CollectionMismatchError
from qa.models.answer_selection import make_selector_copy, selector_of
from qa.models.chat import open_chat_model
from qa.models.dense import DenseChunkEmbedder, DenseQueryEmbedder, SparseChunkEmbedder
from qa.models.learned_sparse import LearnedSparseEmbedder, chunk_terms, learned_model
from qa.models.onnx_copy import ModelCopy, find_copy
from qa.models.rerankers import RerankingModel
from qa.models.unread import read_by
from qa.models.verifiers import VerifyingModel
from qa.retrieval.rerank import Reranker
from qa.retrieval.retrieve import Retriever
from qa.retrieval.scale import PLAIN
from qa.store import Holder, Index, IndexSettings, Server, open_index, this_command, writer_turn
from qa.text.dictionaries import Dictionaries
from qa.text.terms import BM25, TERMS_VERSION
from qa.text.words import SparseEmbedder

if TYPE_CHECKING:
    # What opens no database need not wait until SQLAlchemy is imported.
    from qa.database.engine import Database
    from qa.database.feedback import Feedback

# Terms in an average chunk, per token that a chunk may hold: 0.33 on the sample, 0.32 on SQuAD, 0.38 on scifact. This
# is less than the share of words that are not stop words (0.45), since sections end before a chunk is full.
_TERMS_PER_TOKEN = 0.35


@dataclass(frozen=True, slots=True)
class Writer:
    """What an ingest needs. `settings` are those asked for, filled with what the collection was made with."""

    index: Index
    dense: DenseChunkEmbedder
    sparse: SparseChunkEmbedder
    copy: ModelCopy
    settings: Settings


@asynccontextmanager
async def open_writer(
    settings: Settings,
    *,
    model: DenseChunkEmbedder | None = None,
    on_wait: Callable[[Holder | None], None] = lambda _holder: None,
) -> AsyncIterator[Writer]:
    """Open the index for writing; make it and the model's ONNX copy if they are missing.

    On the embedded engine one process at a time writes to a collection; others wait, and `on_wait` tells for whom.
    `model` is that of an earlier writer, which need not be loaded again.

    Raises:
        ConfigError: A model or language is not supported.
        ModelError: The dense model cannot be loaded or copied.
        StoreError: The index cannot be opened, or was made with other settings.
    """
    async with writing(settings, on_wait=on_wait), open_settings_index(settings) as index:
        made = await _made(index)
        settings, version = settings.filled(made), made.terms_version if made else TERMS_VERSION
        dense, sparse = chunk_embedders(settings, version)
        if model and model.name == dense.name:
            dense = model
        copy = await dense.copy(settings.home)
        await make_selector_copy(settings.home)
        asked = index_settings(settings, copy, version)
        await index.open_or_create(asked, calibration=known_at_first(settings))
        yield Writer(index, dense, sparse, copy, settings)


def known_at_first(settings: Settings) -> dict[str, Any]:
    """Return the calibration that any new collection starts with; empty if a learned model makes its sparse vectors."""
    return {} if learned_model(settings.sparse_model) else PACKAGED.values()


async def keep_words(index: Index, sparse: SparseChunkEmbedder) -> None:
    """Keep the words of an open collection for questions that misspell them, where its terms are words."""
    if isinstance(sparse, SparseEmbedder):
        await index.keep_words(sparse.frequency)


async def calibrated(settings: Settings, index: Index, copy: ModelCopy, *, always: bool = False) -> Calibration | None:
    """Learn from an open collection when its documents do not answer, and keep that; None if there is nothing new.

    This takes some seconds at most, and is done only if the collection has grown by half since the last
    time, or an earlier release learned from it.

    Args:
        settings: Filled.
        index: Open for writing.
        copy: Of its dense model.
        always: Whether to learn even if it did not grow.

    Raises:
        StoreError: The index failed.
        ModelError: The dense model's copy is damaged.
    """
    if learned_model(settings.sparse_model):
        return None
    known, chunks = read(await index.calibration()), (await index.status()).chunks
    if not is_due(known, chunks) and not (always and chunks):
        if known is None or is_outdated(known):
            # An earlier release rebuilt it without what any collection begins with; or too little is left to learn
            # from, and what it taught an earlier release may be wrong by far.
            await index.calibrate(PACKAGED.values())
        return None
    made = index.generation.settings if index.generation else None
    dense, sparse = DenseQueryEmbedder(copy, mend=True), _sparse(settings, made)
    await _loaded(dense, sparse, None)
    scale = await scale_of(copy, dense)
    retriever = Retriever(
        index, dense, sparse, language=settings.language, reads=read_by(settings.dense_model), scale=scale
    )
    found = await calibrate(retriever, await sample(retriever), chunks, limit_s=PATIENT_S if always else LIMIT_S)
    await index.calibrate(found.values())
    return found


async def _made(index: Index) -> IndexSettings | None:
    """Return what an index was made with, None if there is none; what an interrupted rebuild left is removed."""
    if not await index.exists():
        return None
    made = await index.open()
    if index.generation and index.generation.number > 1:
        await index.drop_others()
    return made


def open_records(settings: Settings) -> "Database":
    """Open the database of conversations and feedback; feedback of earlier releases moves in.

    Raises:
        ConfigError: The address cannot be used, or the home cannot be written.
        StoreError: The database cannot be reached, is damaged, or was made by a newer Footnote.
    """
    from qa.database.engine import open_database
    from qa.database.feedback import move_old

    database = open_database(settings.home, settings.database)
    try:
        move_old(database, settings.home)
    except BaseException:
        database.close()
        raise
    return database


def stored_feedback(settings: Settings) -> "list[Feedback]":
    """Return what users said of answers in the chat; see `open_records` for what it raises."""
    from qa.database.feedback import read_feedback

    with closing(open_records(settings)) as database:
        return read_feedback(database)


def writing(
    settings: Settings, *, on_wait: Callable[[Holder | None], None] = lambda _holder: None
) -> AbstractAsyncContextManager[None]:
    """Hold the right to change the documents of the settings' collection; on a server everybody has it."""
    if not settings.is_embedded:
        return nullcontext()
    return writer_turn(
        settings.index_file,
        settings.collection,
        command=this_command(),
        on_wait=on_wait,
        timeout_s=settings.timeout_s,
    )


def chunk_embedders(
    settings: Settings, terms_version: int = TERMS_VERSION
) -> tuple[DenseChunkEmbedder, SparseChunkEmbedder]:
    """Return the models that embed chunks; the settings are filled. Neither is loaded yet."""
    sparse = chunk_terms(
        settings.sparse_model,
        language=settings.language,
        average_terms=settings.chunk_tokens * _TERMS_PER_TOKEN,
        terms_version=terms_version,
    )
    return DenseChunkEmbedder(settings.dense_model), sparse


def splitter_options(settings: Settings, copy: ModelCopy) -> dict[str, Any]:
    """Return the arguments of `ingest.Splitter` under filled settings and a copy of their dense model."""
    return {
        "tokenizer_file": copy.folder / "tokenizer.json",
        "chunk_tokens": settings.chunk_tokens,
        "max_tokens": copy.max_tokens,
    }


def index_settings(settings: Settings, copy: ModelCopy, terms_version: int = TERMS_VERSION) -> IndexSettings:
    """Return what an index is made with under filled settings and a copy of their dense model."""
    return IndexSettings(
        dense_model=settings.dense_model,
        dim=copy.dim,
        sparse_model=settings.sparse_model,
        language=settings.language,
        chunk_tokens=settings.chunk_tokens,
        average_terms=settings.chunk_tokens * _TERMS_PER_TOKEN,
        terms_version=terms_version,
    )


@asynccontextmanager
async def open_retriever(settings: Settings) -> AsyncIterator[Retriever]:
    """Open an index that exists for questions. The engine starts while the models load.

    Raises:
        StoreError: There is no index, or it cannot be opened.
        CollectionMismatchError: It was made with another model than the settings name.
        ModelError: A model cannot be loaded.
    """
    # Until the index is open, what it was made with can only be guessed; mostly it is the default.
    guess = settings.filled()
    copy = find_copy(guess.dense_model, settings.home)
    dense, sparse, learned = (DenseQueryEmbedder(copy, mend=True) if copy else None), _sparse(guess), _learned(guess)
    async with AsyncExitStack() as stack:
        reranker = _reranker(settings)
        if reranker:
            stack.callback(reranker.close)
        loading = asyncio.create_task(_loaded(dense, sparse, reranker))
        try:
            index = await stack.enter_async_context(open_settings_index(settings))
            stored = await index.open(answering=True)
            await index.warm()
        finally:
            await loading
        check_models(settings, stored)
        known = settings.filled(stored)
        if dense is None or known.dense_model != guess.dense_model:
            copy = await DenseChunkEmbedder(known.dense_model).copy(settings.home)
            dense = DenseQueryEmbedder(copy, mend=True)
        if known.language != guess.language or stored.is_stale:
            sparse = _sparse(known, stored)
        if known.sparse_model != guess.sparse_model:
            learned = _learned(known)
        if learned:
            # Only after the index confirmed that this is its model.
            await asyncio.to_thread(learned.load)
        reads = read_by(known.dense_model)
        scale = await scale_of(copy, dense) if copy else PLAIN
        yield Retriever(
            index,
            dense,
            sparse,
            language=known.language,
            reads=reads,
            learned=learned,
            reranker=reranker,
            scale=scale,
        )


@asynccontextmanager
async def open_answerer(
    settings: Settings, *, retriever: Retriever | None = None, faults_are_errors: bool = False
) -> AsyncIterator[Answerer]:
    """Open everything that a question needs; a given `retriever` is open already and stays open.

    With `faults_are_errors`, a failing model is an error and nothing is quoted in its place.

    Raises:
        StoreError: As for `open_retriever`.
        ConfigError: A language model is named, but its endpoint has no key or address.
    """
    async with AsyncExitStack() as stack:
        llm = None
        if settings.llm_model:
            llm = await stack.enter_async_context(
                open_chat_model(
                    settings.llm_model,
                    api_key=settings.openai_api_key,
                    base_url=settings.openai_base_url,
                    timeout_s=settings.timeout_s,
                    max_tokens=settings.llm_max_tokens,
                )
            )
        selector = selector_of(settings.home)
        # Beside what opens the index; a question that comes first waits for it.
        ready = asyncio.create_task(selector.get_ready())
        stack.push_async_callback(asyncio.wait, [ready])
        verifier = VerifyingModel(settings.verifier) if settings.verifier and llm else None
        if verifier:
            await asyncio.to_thread(verifier.load)
        if retriever is None:
            retriever = await stack.enter_async_context(open_retriever(settings))
        yield Answerer(
            retriever,
            llm=llm,
            ranking=settings.ranking,
            top_k=settings.top_k,
            threshold=settings.threshold,
            context_tokens=settings.context_tokens,
            searches=settings.searches,
            language=retriever.language,
            faults_are_errors=faults_are_errors,
            verifier=verifier,
            select=selector.try_to_judge,
        )


def open_settings_index(settings: Settings) -> AbstractAsyncContextManager[Index]:
    """Connect to the collection that the settings name, whether it exists or not."""
    return open_index(
        settings.index_file if settings.is_embedded else settings.uri,
        settings.collection,
        server(settings),
        timeout_s=settings.timeout_s,
        idle_s=settings.engine_idle_s,
    )


def server(settings: Settings) -> Server:
    """Return how the settings reach and use a Milvus server."""
    return Server(
        token=settings.token or (f"{settings.user}:{settings.password}" if settings.user else ""),
        database=settings.server_database,
        ca=settings.tls_ca,
        certificate=settings.tls_certificate,
        key=settings.tls_key,
        server_name=settings.tls_server_name,
        consistency=settings.consistency,
        shards=settings.shards,
        replicas=settings.replicas,
        tenancy=settings.tenancy,
        dense_index=settings.dense_index,
        sparse_index=settings.sparse_index,
        partition_folders=settings.partition_folders,
        loaded_folders=tuple(filter(None, (part.strip(" /") for part in settings.loaded_folders.split(",")))),
    )


def _sparse(settings: Settings, made: IndexSettings | None = None) -> SparseEmbedder:
    return SparseEmbedder(
        BM25,
        language=settings.language,
        average_terms=settings.chunk_tokens * _TERMS_PER_TOKEN,
        dictionaries=Dictionaries(settings.dictionaries),
        version=made.terms_version if made else TERMS_VERSION,
    )


def _learned(settings: Settings) -> LearnedSparseEmbedder | None:
    return learned_model(settings.sparse_model)


def _reranker(settings: Settings) -> Reranker | None:
    if not settings.reranker:
        return None
    return Reranker(RerankingModel(settings.reranker), limit_ms=settings.rerank_ms)


async def _loaded(dense: DenseQueryEmbedder | None, sparse: SparseEmbedder, reranker: Reranker | None) -> None:
    """Load the models, a reranker at the same time as the others."""
    others = [reranker.load()] if reranker else []
    await asyncio.gather(asyncio.to_thread(_load, dense, sparse), *others)


def _load(dense: DenseQueryEmbedder | None, sparse: SparseEmbedder) -> None:
    if dense:
        dense.load()
    sparse.load()


def check_models(settings: Settings, stored: IndexSettings) -> None:
    """Compare the models that are asked for with those that made a collection.

    Raises:
        CollectionMismatchError: They differ; the message names both ways out.
    """
    asked = {
        "dense_model": settings.dense_model,
        "sparse_model": settings.sparse_model,
        "language": settings.language,
    }
    for name, value in asked.items():
        was = getattr(stored, name)
        if value and was != value:
            raise CollectionMismatchError(
                f'collection "{settings.collection}" was made with {name} "{was}", not "{value}"; '
                f"set FOOTNOTE_{name.upper()} back, or ask another collection with --collection"
            )
