"""A question set made from an index: its documents as they are stored, and questions about them."""

import asyncio
import errno
import json
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from ingest.reindex import document_from
from qa import disk
from qa.command.printing import counted
from qa.config import Settings
from qa.errors import ConfigError, StoreError
from qa.evaluation.dataset import DOCUMENTS_FILE, QUERIES_FILE, Dataset, Question
from qa.evaluation.liked import with_feedback
from qa.evaluation.synthetic import question_values, questions_by_model, questions_by_rule
from qa.models.chat import open_chat_model
from qa.paths import expanded
from qa.private import make_folder, write_file
from qa.store import Index, RegisterRow
from qa.store.rows import lacking
from qa.types import Chunk, Document
from qa.wiring import open_settings_index, stored_feedback


async def make_set(
    folder: Path,
    settings: Settings,
    *,
    count: int,
    seed: int,
    feedback: bool = False,
    on_progress: Callable[[str, int, int], None] = lambda _stage, _done, _total: None,
) -> Dataset:
    """Write `docs.jsonl` and `queries.jsonl` into a folder: what the collection holds, and questions about it.

    With a language model in the settings it writes the questions, else they are made by rule.

    Args:
        folder: Made if missing; a set in it is not overwritten.
        settings: Name the collection.
        count: Most questions to make.
        seed: Seed of the choice of questions.
        feedback: Whether the answers that users liked join them.
        on_progress: Called with "documents" or "questions", how many are done and how many there are.

    Raises:
        ConfigError: The folder holds a set, or cannot be written; or nothing can be asked.
        QAError: As for opening the index and asking the model.
    """
    folder = _free(folder)
    documents: list[Document] = []
    chunks: list[Chunk] = []
    async with AsyncExitStack() as stack:
        index = await stack.enter_async_context(open_settings_index(settings))
        language = (await index.open()).language
        rows = [row async for row in index.documents()]
        for row in rows:
            found = await _chunks(index, row)
            documents.append(document_from(row, found))
            chunks += found
            on_progress("documents", len(documents), len(rows))
    questions = await _questions(settings, chunks, count=count, seed=seed, language=language, on_progress=on_progress)
    dataset = Dataset(folder.name, folder, tuple(questions), tuple(documents))
    if feedback:
        dataset, _ = with_feedback(dataset, await asyncio.to_thread(stored_feedback, settings))
    if not dataset.questions:
        other = (
            "check the model" if settings.llm_model else "set FOOTNOTE_LLM_MODEL to have a model write the questions"
        )
        raise ConfigError(
            f'nothing can be asked about the {counted(len(documents), "document")} of "{settings.collection}"; {other}'
        )
    _write(folder, documents, dataset.questions, ours=folder.is_relative_to(settings.home.resolve()))
    return dataset


def _free(folder: Path) -> Path:
    folder = expanded(folder).resolve()
    if (folder / QUERIES_FILE).exists():
        raise ConfigError(f"{folder} already holds a question set; name another folder with --output")
    return folder


async def _questions(
    settings: Settings,
    chunks: Sequence[Chunk],
    *,
    count: int,
    seed: int,
    language: str,
    on_progress: Callable[[str, int, int], None],
) -> list[Question]:
    if not settings.llm_model:
        return questions_by_rule(chunks, count, seed=seed, language=language)
    async with open_chat_model(
        settings.llm_model,
        api_key=settings.openai_api_key,
        base_url=settings.openai_base_url,
        timeout_s=settings.timeout_s,
    ) as model:
        return await questions_by_model(
            model, chunks, count, seed=seed, on_progress=lambda done, total: on_progress("questions", done, total)
        )


async def _chunks(index: Index, row: RegisterRow) -> list[Chunk]:
    chunks = await index.chunks_of(row)
    if lack := lacking(row, chunks):
        raise StoreError(f"{row.source} {lack}")
    return chunks


def _write(folder: Path, documents: Sequence[Document], questions: Sequence[Question], *, ours: bool) -> None:
    lines = {
        DOCUMENTS_FILE: [{"id": item.source, "title": item.title, "text": item.text} for item in documents],
        QUERIES_FILE: [question_values(question) for question in questions],
    }
    try:
        # Below the home it is private; a folder that the user named is made like their others.
        make_folder(folder) if ours else folder.mkdir(parents=True, exist_ok=True)
        for name, items in lines.items():
            text = "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items)
            if ours:
                write_file(folder / name, text.encode("utf-8", "replace").decode("utf-8"))
            else:
                (folder / name).write_text(text, encoding="utf-8", errors="replace")
    except OSError as error:
        why = disk.full(folder) if error.errno == errno.ENOSPC else f"{folder} cannot be written ({error.strerror})"
        raise ConfigError(f"{why}; name another folder with --output") from error
