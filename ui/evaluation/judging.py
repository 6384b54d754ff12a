"""The judged comparison: opens the judge, reads back its earlier verdicts, and keeps new ones as they come."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict
from pathlib import Path

from qa.config import Settings
from qa.errors import ConfigError
from qa.evaluation.dataset import Question
from qa.evaluation.judge import RULES, Verdict, judge
from qa.evaluation.report import Configuration
from qa.models.chat import ChatModel, open_chat_model
from qa.private import make_folder, open_file


async def check_judge(model: str, settings: Settings, *, answering: int) -> None:
    """Refuse at the start, before anything that takes long, what would fail at the end.

    Raises:
        ConfigError: Fewer than two configurations answer, or the endpoint has no key or address.
    """
    if answering < 2:
        raise ConfigError("a judge compares the answers of at least two configurations; let more of them answer")
    async with _open(model, settings):
        pass


async def judged(
    model: str,
    questions: Sequence[Question],
    configurations: Mapping[str, Configuration],
    settings: Settings,
    *,
    on_progress: Callable[[str, int, int], None],
) -> list[Verdict]:
    """Have every configuration's answers compared with those of the last one that answered.

    Raises:
        ConfigError: As for `check_judge`.
        LLMError: The judge failed; verdicts that came before are kept.
    """
    answers = {
        name: {question: outcome.answer for question, outcome in found.outcomes.items() if outcome.answer}
        for name, found in configurations.items()
    }
    names = [name for name, found in answers.items() if all(question.id in found for question in questions)]
    await check_judge(model, settings, answering=len(names))
    file = _file(model, configurations[names[-1]].collection, settings)
    make_folder(file.parent)
    done = {(verdict.question, verdict.first, verdict.second): verdict for verdict in _read(file)}
    async with _open(model, settings) as chat:
        with open_file(file, "a") as lines:

            def keep(verdict: Verdict) -> None:
                lines.write(json.dumps(asdict(verdict), ensure_ascii=False) + "\n")
                lines.flush()

            return await judge(
                chat,
                questions,
                answers,
                [(name, names[-1]) for name in names[:-1]],
                done=done,
                on_verdict=keep,
                on_progress=lambda done, total: on_progress("judge", done, total),
            )


def _open(model: str, settings: Settings) -> AbstractAsyncContextManager[ChatModel]:
    return open_chat_model(
        model,
        api_key=settings.openai_api_key,
        base_url=settings.openai_base_url,
        timeout_s=settings.timeout_s,
    )


def _file(model: str, collection: str, settings: Settings) -> Path:
    key = hashlib.sha256(f"{model}\0{settings.openai_base_url}\0{RULES}".encode("utf-8", "surrogatepass")).hexdigest()
    return settings.home / "evaluations" / collection / f"judge-{key[:16]}.jsonl"


def _read(file: Path) -> list[Verdict]:
    if not file.exists():
        return []
    verdicts = []
    for line in file.read_text(encoding="utf-8", errors="surrogatepass").splitlines():
        try:
            values = json.loads(line)
            verdicts.append(Verdict(**{**values, "replies": tuple(values["replies"])}))
        except (ValueError, KeyError, TypeError):
            continue  # cut off in the middle of a line
    return verdicts
