"""The evaluation of a question set from end to end: read → ingest → retrieve → answer → measure.

Called by `footnote eval` and by the notebook. Each set has its own collections in the index of the settings, one for
each way of making it that is compared. They are kept, so that a second run embeds nothing.
"""

import asyncio
import hashlib
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, fields, replace
from functools import partial
from pathlib import Path
from typing import Any

from ingest import Discovered, DocumentSource, IngestReport, Splitter, discover, ingest
from ingest.load import load
from ingest.load.picture import ocr
from qa.command.options import CONNECTION
from qa.config import DEFAULTS, Settings
from qa.errors import ConfigError, LoadError
from qa.evaluation.dataset import Dataset, read_dataset
from qa.evaluation.journal import Journal, journal_name
from qa.evaluation.liked import with_feedback
from qa.evaluation.measure import TokenCounter, measure
from qa.evaluation.metrics import require_ir_measures
from qa.evaluation.report import Configuration, EvaluationReport
from qa.evaluation.run import TOP_K, run_questions
from qa.evaluation.spans import Locator
from qa.evaluation.stages import Clock, timed
from qa.evaluation.statistics import SEED
from qa.models.onnx_copy import find_copy
from qa.store import Status
from qa.text.dictionaries import Dictionaries
from qa.types import Ranking
from qa.wiring import calibrated, open_answerer, open_retriever, open_writer, splitter_options, stored_feedback
from ui.evaluation.judging import check_judge, judged

RANKINGS: tuple[Ranking, ...] = ("dense", "sparse", "rrf", "scores")

# Settings that a configuration may not set: where things are. All that shapes an index or an answer is allowed.
_ELSEWHERE = frozenset((*CONNECTION, "token", "user", "password", "openai_api_key"))

OnProgress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class _Made:
    """A collection that holds the set: what it was made with, and which version of which document it holds."""

    settings: Settings
    status: Status
    versions: tuple[tuple[str, str], ...]
    report: IngestReport


async def evaluate(
    path: Path,
    settings: Settings,
    *,
    configurations: Mapping[str, Settings] | None = None,
    answers: Collection[str] | None = None,
    judge_model: str = "",
    count: int = 0,
    seed: int = SEED,
    fresh: bool = False,
    feedback: bool = False,
    on_progress: OnProgress = lambda _stage, _done, _total: None,
) -> EvaluationReport:
    """Measure retrieval and answers on one question set, in one configuration after the other.

    Outcomes are written to a journal below the home as they come; the same configuration of the same index goes on from
    there, and asks only what is new.

    Args:
        path: What `read_dataset` reads.
        settings: For the judge, and for whatever a configuration leaves open. Their collection is not touched.
        configurations: Settings by name; None for the settings in each of the four rankings. All are compared with the
            last one.
        answers: Names of the configurations that answer the questions too; None for all of them.
        judge_model: Language model that compares the answers; "" for none.
        count: How many questions to draw; 0 for all.
        seed: Seed of the draw, the intervals and the tests.
        fresh: Whether to ask again what a journal holds.
        feedback: Whether the answers that users liked in the chat join the set.
        on_progress: Called with "ingest" (for another collection "ingest, NAME"), a configuration's name or "judge",
            how much of it is done and how much there is.

    Raises:
        ConfigError: The extra `eval` is not installed.
        LoadError: The folder is not a question set, or is broken.
        QAError: As for ingesting and asking.
    """
    require_ir_measures()
    dataset, joined = read_dataset(path), None
    if feedback:
        dataset, joined = with_feedback(dataset, await asyncio.to_thread(stored_feedback, settings))
    if count:
        dataset = dataset.sample(count, seed=seed)
    configurations = configurations or ranking_configurations(settings)
    if judge_model:
        answering = sum(answers is None or name in answers for name in configurations)
        await check_judge(judge_model, settings, answering=answering)
    locator = Locator(await asyncio.to_thread(_texts, dataset))
    facts = {question.id: locator.facts(question) for question in dataset.questions}
    made: dict[str, _Made] = {}
    found = {}
    for name, asked in configurations.items():
        own = dataset_settings(dataset, asked)
        if own.collection not in made:
            stage = f"ingest, {name}" if made else "ingest"
            made[own.collection] = await _make(dataset, own, partial(on_progress, stage))
        there = made[own.collection]
        found[name] = await _measured(
            name,
            dataset,
            own,
            there,
            facts,
            answers=answers is None or name in answers,
            fresh=fresh,
            on_progress=on_progress,
        )
    verdicts = []
    if judge_model:
        verdicts = await judged(judge_model, dataset.questions, found, settings, on_progress=on_progress)
    return EvaluationReport(
        dataset=dataset,
        configurations=found,
        facts=facts,
        unlocated=sum(
            max(0, len(question.evidence) - len(facts[question.id]))
            for question in dataset.questions
            if not question.spans
        ),
        chunks_embedded=sum(there.report.chunks_embedded for there in made.values()),
        failed=[(failure.source, failure.reason) for there in made.values() for failure in there.report.failed],
        verdicts=verdicts,
        judge=judge_model if verdicts else "",
        feedback=joined,
        seed=seed,
    )


def ranking_configurations(settings: Settings, rankings: Sequence[Ranking] = RANKINGS) -> dict[str, Settings]:
    """Return the settings in each of the rankings, by its name."""
    return {ranking: replace(settings, ranking=ranking) for ranking in rankings}


def parse_rankings(names: str) -> tuple[Ranking, ...]:
    """Read "dense,rrf" as rankings, each once, in the order given.

    Raises:
        ConfigError: One of them does not exist, or there is none.
    """
    asked = tuple(dict.fromkeys(name.strip() for name in names.split(",") if name.strip()))
    unknown = [name for name in asked if name not in RANKINGS]
    if unknown or not asked:
        raise ConfigError(f'ranking "{", ".join(unknown)}" is unknown; use one or more of {",".join(RANKINGS)}')
    return tuple(ranking for name in asked for ranking in RANKINGS if ranking == name)


def parse_configuration(text: str, settings: Settings) -> tuple[str, Settings]:
    """Read "small:chunk_tokens=100,top_k=12" as a name and the changed settings; their names are in docs/settings.md.

    Raises:
        ConfigError: It is not of that form, or a setting does not exist here or is impossible.
    """
    name, colon, values = text.partition(":")
    name = name.strip()
    if not colon or not re.fullmatch(r"[\w.-]+", name):
        raise ConfigError(f'--config "{text}" is not NAME:setting=value,setting=value; a name has no spaces')
    known = {field.name: field.type for field in fields(Settings) if field.name not in _ELSEWHERE}
    changed: dict[str, Any] = {}
    for item in filter(None, (part.strip() for part in values.split(","))):
        setting, equals, value = (part.strip() for part in item.partition("="))
        if not equals or setting not in known:
            raise ConfigError(
                f'--config {name}: "{item}" is not setting=value; settings are {", ".join(sorted(known))}'
            )
        changed[setting] = _converted(name, setting, known[setting], value)
    return name, replace(settings, **changed)


def dataset_settings(dataset: Dataset, settings: Settings) -> Settings:
    """Return the settings with the set's own collection.

    Its name is made from the set's folder and all that shapes the index: another chunk size makes another collection,
    and going back finds the first one again.
    """
    settings = settings.filled()
    shape = tuple(getattr(settings, name) for name in DEFAULTS)
    digest = hashlib.sha256(repr((str(dataset.folder), *shape)).encode("utf-8", "surrogatepass")).hexdigest()
    slug = re.sub(r"[^A-Za-z0-9]+", "_", dataset.name).strip("_")[:60]
    return replace(settings, collection=f"eval_{slug}_{digest[:6]}")


def _converted(name: str, setting: str, kind: Any, value: str) -> Any:
    try:
        if kind is bool:
            return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}[value.lower()]
        return kind(value) if kind in (int, float, Path) else float(value) if kind == (float | None) else value
    except (ValueError, KeyError):
        raise ConfigError(f'--config {name}: {setting}="{value}" is not a value for that setting') from None


async def _make(dataset: Dataset, settings: Settings, on_progress: Callable[[int, int], None]) -> _Made:
    """Bring the set's collection in step with the set, and say what it holds."""
    report = await ingest_set(dataset, settings, on_progress)
    async with open_retriever(settings) as retriever:
        status = await retriever.index.status()
        rows = [row async for row in retriever.index.documents()]
        # With the time, since a collection that was dropped and made again may be split differently.
        versions = tuple((row.document_id, f"{row.version} {row.ingested_at}") for row in rows)
    return _Made(settings, status, versions, report)


async def ingest_set(dataset: Dataset, settings: Settings, on_progress: Callable[[int, int], None]) -> IngestReport:
    """Store what is new or changed in the set, and remove what is gone. The only place here that ingests."""
    ocr.use(settings.ocr, settings.home)
    if dataset.documents is None:
        found = discover([dataset.folder])
    else:
        found = Discovered(tuple(map(DocumentSource, dataset.documents)))
    async with open_writer(settings) as writer:
        report = await ingest(
            found,
            index=writer.index,
            splitter=Splitter(**splitter_options(writer.settings, writer.copy)),
            dense=writer.dense,
            sparse=writer.sparse,
            on_progress=lambda report, _source: on_progress(report.finished, report.seen),
        )
        # Documents of docs.jsonl are in no folder, so the ingest does not see when one is gone.
        names = {document.source for document in dataset.documents or ()}
        rows = [row async for row in writer.index.documents()] if names else []
        gone = [row.document_id for row in rows if row.source not in names]
        if gone:
            await writer.index.remove(*gone)
            await writer.index.flush()
            report.removed += len(gone)
        if report.changes:
            await calibrated(writer.settings, writer.index, writer.copy)
    return report


async def _measured(
    name: str,
    dataset: Dataset,
    settings: Settings,
    made: _Made,
    facts: Mapping[str, Any],
    *,
    answers: bool,
    fresh: bool,
    on_progress: OnProgress,
) -> Configuration:
    """Ask what the journal does not hold yet, and measure everything."""
    shaping = {key: value for key, value in asdict(settings).items() if key not in _ELSEWHERE}
    # Which dictionaries there are, not where: some may be installed between two runs.
    shaping["dictionaries"] = Dictionaries(settings.dictionaries).described()
    file = settings.home / "evaluations" / settings.collection / journal_name(shaping, made.versions)
    if fresh:
        file.unlink(missing_ok=True)
    questions = {question.id: question for question in dataset.questions}
    with Journal(file) as journal:
        done = journal.outcomes(dataset.questions, answered=answers)
        async with AsyncExitStack() as stack:
            outcomes = done
            if len(done) < len(questions):
                clock = Clock()
                retriever = timed(await stack.enter_async_context(open_retriever(settings)), clock)
                answerer = None
                if answers:
                    answerer = await stack.enter_async_context(
                        open_answerer(settings, retriever=retriever, faults_are_errors=True)
                    )
                outcomes = await run_questions(
                    retriever,
                    dataset.questions,
                    ranking=settings.ranking,
                    answerer=answerer,
                    top_k=max(TOP_K, settings.top_k),
                    done=done,
                    clock=clock,
                    on_outcome=lambda question, outcome: journal.add(questions[question], outcome),
                    on_progress=lambda done, total: on_progress(name, done, total),
                )
            else:
                on_progress(name, len(done), len(questions))
    counter = TokenCounter(await asyncio.to_thread(_token_count, settings))
    return Configuration(
        name=name,
        settings=shaping,
        collection=settings.collection,
        index=asdict(made.status.settings),
        documents=made.status.documents,
        chunks=made.status.chunks,
        outcomes=outcomes,
        metrics=measure(dataset.questions, outcomes, facts, dataset.document_id, counter),
        context_tokens={
            question: sum(counter.tokens(hit.chunk) for hit in outcome.hits[: settings.top_k])
            for question, outcome in outcomes.items()
        },
        resumed=len(done),
        ingest={
            "elapsed_s": round(made.report.elapsed_s, 2),
            "embedded": made.report.chunks_embedded,
            "reused": made.report.chunks_reused,
        },
    )


def _token_count(settings: Settings) -> Callable[[str], int]:
    """Return a function that counts the tokens of a text as the dense model does."""
    from tokenizers import Tokenizer

    copy = find_copy(settings.dense_model, settings.home)
    if copy is None:
        raise ConfigError(
            f'there is no copy of "{settings.dense_model}" under {settings.home}; ingest anything to make it'
        )
    tokenizer = Tokenizer.from_file(str(copy.folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return lambda text: len(tokenizer.encode(text, add_special_tokens=False).ids)


def _texts(dataset: Dataset) -> dict[str, str]:
    """Return the texts in which evidence is looked for, by document id; a file that cannot be read has none."""
    if dataset.documents is not None:
        return {document.source: document.text for document in dataset.documents}
    texts = {}
    for name in {name for question in dataset.questions if question.evidence for name in question.relevant}:
        try:
            texts[name] = load(dataset.folder / name).documents[0].text
        except LoadError:
            continue  # the ingest reports it
    return texts
