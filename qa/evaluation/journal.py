"""Outcomes on disk, written as they come: an interrupted run goes on where it stopped.

A journal is a file of JSON lines, one for each chunk when it is first seen and one for each outcome. It belongs to one
configuration of one index; its name says which, see `journal_name`.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from contextlib import nullcontext, suppress
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from qa import disk
from qa.answering.serialise import answer_values, chunk_from, chunk_values, hit_from, hit_values, read_answer
from qa.errors import ConfigError
from qa.evaluation.dataset import Question
from qa.evaluation.run import Outcome
from qa.private import make_folder, open_file
from qa.types import Chunk


def journal_name(settings: Mapping[str, Any], versions: Iterable[tuple[str, str]]) -> str:
    """Return the name of the file for a configuration of an index.

    It is computed from all that an outcome depends on: the settings, the documents' (id, version), and Footnote's own
    code, since a changed ranking must be measured again.
    """
    parts = (sorted((name, str(value)) for name, value in settings.items()), sorted(versions), code_digest())
    return f"{hashlib.sha256(repr(parts).encode('utf-8', 'surrogatepass')).hexdigest()[:16]}.jsonl"


@cache
def code_digest() -> str:
    """Return a hash of the modules of `qa` that a question passes through; those that only evaluate do not count."""
    folder = Path(__file__).parents[1]
    files = sorted(file for file in folder.rglob("*.py") if not file.is_relative_to(folder / "evaluation"))
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()[:16]


class Journal:
    """One journal, opened for reading what is there and for adding to it."""

    def __init__(self, file: Path) -> None:
        """Open the file, making it and its folder where they are missing.

        Raises:
            ConfigError: It cannot be read or written.
        """
        self._file = file
        self._chunks: dict[str, Chunk] = {}
        self._outcomes: dict[str, tuple[str, Outcome]] = {}
        try:
            make_folder(file.parent)
            self._lines: IO[str] = open_file(file, "a+")
            self._read()
        except OSError as error:
            why = disk.reason(error, file) or f"{file} cannot be read or written ({error.strerror}); check the folder"
            raise ConfigError(why) from error

    def __enter__(self) -> "Journal":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        # What could not be written is tried again here, and must not hide the first error.
        with suppress(OSError) if error else nullcontext():
            self._lines.close()

    def outcomes(self, questions: Iterable[Question], *, answered: bool) -> dict[str, Outcome]:
        """Return the outcomes kept here of questions that have not changed since they were asked.

        Args:
            questions: In any order.
            answered: Whether answers are wanted: if so, outcomes without one are left out; if not, their answers are.
        """
        found = {}
        for question in questions:
            digest, outcome = self._outcomes.get(question.id, ("", None))
            if outcome and digest == _digest(question) and (outcome.answer or not answered):
                found[question.id] = outcome if answered else _unanswered(outcome)
        return found

    def add(self, question: Question, outcome: Outcome) -> None:
        """Write an outcome; it is on disk when this returns.

        Raises:
            ConfigError: It cannot be written; what was written before is kept.
        """
        try:
            self._add(question, outcome)
        except OSError as error:
            raise ConfigError(disk.reason(error, self._file) or f"{self._file} cannot be written: {error}") from error

    def _add(self, question: Question, outcome: Outcome) -> None:
        answer = outcome.answer
        chunks = [hit.chunk for hit in (*outcome.hits, *(answer.hits if answer else ()))]
        for chunk in chunks:
            if chunk.id not in self._chunks:
                self._chunks[chunk.id] = chunk
                self._write({"chunk": chunk_values(chunk)})
        self._write(
            {
                "question": question.id,
                "digest": _digest(question),
                "hits": [hit_values(hit, chunk_value=_by_id) for hit in outcome.hits],
                "answer": answer_values(answer, chunk_value=_by_id) if answer else None,
                "elapsed_ms": dict(outcome.elapsed_ms),
            }
        )
        self._lines.flush()

    def _write(self, values: Mapping[str, Any]) -> None:
        self._lines.write(json.dumps(values, ensure_ascii=False) + "\n")

    def _read(self) -> None:
        self._lines.seek(0)
        for line in self._lines:
            if not line.endswith("\n"):
                # The last run was killed in the middle of a line.
                self._lines.write("\n")
                break
            try:
                values = json.loads(line)
                if "chunk" in values:
                    chunk = chunk_from(values["chunk"])
                    self._chunks[chunk.id] = chunk
                else:
                    self._outcomes[values["question"]] = values["digest"], self._outcome(values)
            except (ValueError, KeyError, TypeError):
                continue

    def _outcome(self, values: Mapping[str, Any]) -> Outcome:
        read = self._chunks.__getitem__
        answer = read_answer(values["answer"], read_chunk=read) if values["answer"] else None
        return Outcome(tuple(hit_from(hit, read_chunk=read) for hit in values["hits"]), answer, values["elapsed_ms"])


def _unanswered(outcome: Outcome) -> Outcome:
    elapsed_ms = {stage: time for stage, time in outcome.elapsed_ms.items() if stage != "answer"}
    return Outcome(outcome.hits, None, elapsed_ms)


def _digest(question: Question) -> str:
    asked = (question.text, tuple((turn.role, turn.text) for turn in question.turns))
    return hashlib.sha256(repr(asked).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _by_id(chunk: Chunk) -> str:
    return chunk.id
