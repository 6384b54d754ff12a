"""`footnote doctor`: checks everything that Footnote depends on, and mends what can be mended."""

import argparse
import asyncio
import os
import platform
import sys
from collections import Counter
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import aclosing, nullcontext
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import TYPE_CHECKING

from qa import disk
from qa.command import origins, signals
from qa.command.options import CONNECTION, add_settings, configured_from, home_of
from qa.command.parser import Commands
from qa.command.printing import counted, say, say_json
from qa.config import Configured, Settings, read_environment
from qa.errors import QAError
from qa.home import Home, kept
from qa.models.unread import unread_documents, what_to_run
from qa.private import close, is_open, walk
from qa.text.language import name_of
from ui.collections import STALE_TERMS
from ui.terminal import stages

if TYPE_CHECKING:
    from qa.store.checkup import Checkup, OnProgress

# Below this an ingest may fail half-way: an engine writes each row about three times before it compacts.
_FREE_BYTES = 500_000_000
_NAMED, _PATHS = 5, 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked: `text` says what was found, `remedy` what to do if it is not `healthy`."""

    check: str
    healthy: bool
    text: str
    remedy: str = ""

    def __str__(self) -> str:
        mark = "ok " if self.healthy else "BAD"
        return f"{mark}  {self.check:10}  {self.text}" + (f"; {self.remedy}" if self.remedy else "")


def add_parser(commands: Commands) -> None:
    """Add the command to `footnote`."""
    parser = commands.add_parser("doctor", help="check models, engine and index, and mend what can be mended")
    parser.set_defaults(run=run)
    parser.add_argument("--repair", action="store_true", help="mend what can be mended from the index itself")
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    add_settings(parser, (*CONNECTION, "dense_model"))


async def diagnose(
    settings: Settings,
    *,
    home: Home | None = None,
    configured: Configured | None = None,
    repair: bool = False,
    on_progress: "OnProgress" = lambda _stage, _done, _total: None,
) -> AsyncGenerator[Finding, None]:
    """Yield what is found, in the order in which things depend on each other; the index comes last.

    Args:
        settings: Name the index and the models.
        home: The home with the reason why it is this one, if known.
        configured: The settings with where each comes from, if known.
        repair: Whether to mend what the index itself tells how to mend.
        on_progress: Called with a stage, how much of it is done and of how much.
    """
    for finding in (
        *_versions(),
        *([_home(home)] if home else []),
        *([_origins(configured)] if configured else []),
        _disk(settings),
    ):
        yield finding
    yield await asyncio.to_thread(_privacy, settings, repair=repair)
    yield await asyncio.to_thread(_model, settings.filled())
    yield await asyncio.to_thread(_translation, settings)
    if settings.is_embedded:
        from qa.store import current_writer

        if holder := current_writer(settings.index_file, settings.collection):
            yield Finding("locks", True, f"{holder} is writing; the index is checked when that has ended")
            return
        yield Finding("locks", True, "nobody is writing")
    try:
        # Closed here: their reader may leave before the last one, while the index is still open.
        async with aclosing(_index(settings, repair=repair, on_progress=on_progress)) as findings:
            async for finding in findings:
                yield finding
    except QAError as error:
        yield Finding("engine", False, str(error))


def _versions() -> Iterator[Finding]:
    """Compare what is installed with what Footnote requires."""
    from packaging.requirements import Requirement

    wrong = []
    try:
        asked = [Requirement(text) for text in requires("footnote") or []]
    except PackageNotFoundError:
        yield Finding("versions", False, "Footnote runs from a folder and is not installed", "install it: make setup")
        return
    for requirement in asked:
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            if not requirement.specifier.contains(version(requirement.name), prereleases=True):
                wrong.append(f"{requirement.name} {version(requirement.name)} (needs {requirement.specifier})")
        except PackageNotFoundError:
            wrong.append(f"{requirement.name} is missing")
    text = f"Footnote {version('footnote')}, Python {platform.python_version()}, milvus-lite {_milvus_lite()}"
    yield Finding("versions", not wrong, "; ".join([text, *wrong]), "install again: make setup" if wrong else "")


def _milvus_lite() -> str:
    try:
        return version("milvus-lite")
    except PackageNotFoundError:
        return "none"


def _disk(settings: Settings) -> Finding:
    folder, free = disk.existing(settings.home), disk.free_bytes(settings.home)
    used = settings.index_file.stat().st_size if settings.is_embedded and settings.index_file.is_file() else 0
    if not os.access(folder, os.W_OK):
        return Finding("disk", False, f"{folder} cannot be written", "set FOOTNOTE_HOME to a folder that can")
    enough = free > max(_FREE_BYTES, used)
    text = f"{free / 1e9:.1f} GB free at {folder}" + (f", the index takes {used / 1e6:.0f} MB" if used else "")
    return Finding("disk", enough, text, "" if enough else "free some, or set FOOTNOTE_HOME to another disk")


def _home(home: Home) -> Finding:
    other = home.about_other()
    return Finding("home", True, f"{home}; {other}" if other else str(home))


def _origins(configured: Configured) -> Finding:
    """Say where the settings come from that are no defaults."""
    text = "; ".join(origins.told(configured, Path.cwd())) or "all are defaults"
    wrong = origins.mistyped(read_environment(os.environ, Path.cwd()))
    return Finding("settings", not wrong, text, "; ".join(wrong))


def _privacy(settings: Settings, *, repair: bool) -> Finding:
    """Look for what other users of the machine can read; with `repair`, close it to them."""
    database = settings.index_file if settings.is_embedded else None
    ours = kept(settings.home, database)
    # A folder that also holds other things was there before; who may look into it is its owner's choice.
    folders = {settings.home, database.parent} if database else {settings.home}
    whole = [folder for folder in sorted(folders) if folder.is_dir() and set(folder.iterdir()) <= set(ours)]
    found = [path for path in (*whole, *walk(ours)) if is_open(path)]
    if not found:
        return Finding("privacy", True, "no other user of this machine can read what is kept")
    named = ", ".join(map(str, found[:_PATHS])) + (", …" if len(found) > _PATHS else "")
    if not repair:
        text = f"other users of this machine can open {_files(found)} ({named})"
        return Finding("privacy", False, text, "--repair closes them")
    try:
        for path in found:
            close(path)
    except OSError as error:
        text = f"{error.filename} cannot be closed to other users ({error.strerror})"
        return Finding("privacy", False, text, "its owner can: chmod go= it, or keep the index in a folder of your own")
    return Finding("privacy", True, f"closed to other users: {_files(found)} ({named})")


def _files(found: Sequence[Path]) -> str:
    return "1 file or folder" if len(found) == 1 else f"{len(found):,} files and folders"


def _model(settings: Settings) -> Finding:
    import numpy as np

    from qa.models.dense import DenseQueryEmbedder
    from qa.models.onnx_copy import find_copy

    copy = find_copy(settings.dense_model, settings.home)
    if copy is None:
        return Finding("model", True, f"{settings.dense_model} has no copy yet; the next ingest makes it")
    try:
        [vector] = asyncio.run(DenseQueryEmbedder(copy).embed_sentences(["Is this model whole?"]))
    except QAError as error:
        return Finding("model", False, str(error))
    length = float(np.linalg.norm(vector))
    if len(vector) != copy.dim or abs(length - 1.0) > 1e-3:
        text = f"{settings.dense_model} makes vectors of {len(vector)} dimensions and length {length:.3f}"
        return Finding("model", False, text, f"delete {copy.folder} and ingest again")
    return Finding("model", True, f"{settings.dense_model} loads, {copy.dim} dimensions, unit length")


def _translation(settings: Settings) -> Finding:
    from qa.text.dictionaries import Dictionaries

    try:
        dictionaries = Dictionaries(settings.dictionaries)
        dictionaries.check()
    except QAError as error:
        return Finding("languages", False, str(error))
    pairs = ", ".join(f"{source} to {target}" for source, target in sorted(dictionaries.pairs))
    return Finding(
        "languages", True, f"dictionaries from {pairs}" if pairs else "no dictionaries to translate questions"
    )


async def _index(settings: Settings, *, repair: bool, on_progress: "OnProgress") -> AsyncGenerator[Finding, None]:
    from qa.models.dense import DenseChunkEmbedder
    from qa.models.learned_sparse import chunk_terms
    from qa.store import can_write
    from qa.store.checkup import examine, mend
    from qa.wiring import open_settings_index, writing

    if settings.is_embedded and not settings.index_file.exists():
        yield Finding("index", True, f"there is none at {settings.index_file} yet")
        return
    # If it can only be read, nobody can be kept from writing meanwhile, and nothing can be mended.
    mine = not settings.is_embedded or can_write(settings.index_file)
    async with writing(settings) if mine else nullcontext(), open_settings_index(settings) as index:
        yield Finding("engine", True, f"answers at {settings.index_file if settings.is_embedded else settings.uri}")
        if not await index.exists():
            yield Finding("index", True, f'there is no collection "{settings.collection}" yet')
            return
        made = await index.open()
        if made.dense_model != settings.filled().dense_model:
            yield await asyncio.to_thread(_model, settings.filled(made))
        found = await examine(index, on_progress=on_progress)
        if repair and mine and not found.healthy:
            dense = DenseChunkEmbedder(made.dense_model)
            await dense.copy(settings.home)
            sparse = chunk_terms(
                made.sparse_model,
                language=made.language,
                average_terms=made.average_terms,
                terms_version=made.terms_version,
            )
            for line in await mend(index, found, dense=dense, sparse=sparse):
                yield Finding("mended", True, line)
            for source in found.sources.values():
                yield Finding("mended", True, f"to be ingested again: {source}")
            found = await examine(index, on_progress=on_progress)
        languages = Counter([row.metadata.get("language", "") async for row in index.documents()])
    for finding in _about(found):
        yield finding
    if unread := _unread(languages, made.dense_model, settings):
        yield unread
    if made.is_stale:
        yield Finding("terms", True, STALE_TERMS)


def _unread(languages: Mapping[str, int], dense_model: str, settings: Settings) -> Finding | None:
    """Suggest another model where a good part of the documents is in languages that this one does not read."""
    others = unread_documents(languages, dense_model)
    if not others:
        return None
    named = ", ".join(f"{languages[code]} {name_of(code)}" for code in others[:_NAMED])
    return Finding(
        "languages",
        True,
        f"{dense_model} reads English, and documents are in other languages ({named}): words find them, meaning does "
        f"not; {what_to_run(settings.collection, settings.home)} changes that, see docs/languages.md",
    )


def _about(found: "Checkup") -> Iterator[Finding]:
    """Put a checkup into words."""
    from qa.store.checkup import PROBLEMS, in_words

    yield Finding(
        "index",
        found.healthy,
        f"{counted(found.documents, 'document')}, {counted(found.chunks, 'chunk')} by the register",
    )
    for problem, (*_, remedy) in PROBLEMS.items():
        keys = list(getattr(found, problem))
        if keys:
            named = [found.sources.get(key, key) for key in keys[:_NAMED]]
            more = ", …" if len(keys) > _NAMED else ""
            text = f"{in_words(problem, len(keys))} ({', '.join(named)}{more})"
            yield Finding(
                "index", False, text, f"--repair {remedy}" if remedy else "tell us, with the engine's version"
            )


def run(arguments: argparse.Namespace) -> int:
    """Print what is found, and return the exit status: 1 if something is wrong."""
    configured = configured_from(arguments)
    settings, repair, as_json = configured.settings, arguments.repair, arguments.json
    # A line about progress among the findings would look like one of them.
    with stages(quiet=as_json or not sys.stderr.isatty()) as on_progress:
        findings = diagnose(
            settings, home=home_of(arguments), configured=configured, repair=repair, on_progress=on_progress
        )
        everything = signals.run(_collected(findings, as_json=as_json))
    if as_json:
        say_json([asdict(finding) for finding in everything])
    else:
        say(_in_short(everything))
    return 0 if all(finding.healthy for finding in everything) else 1


def _in_short(everything: list[Finding]) -> str:
    wrong = [finding.check for finding in everything if not finding.healthy]
    if not wrong:
        return "all is well"
    return f"to mend: {', '.join(dict.fromkeys(wrong))}; the lines that begin with BAD say how"


async def _collected(findings: AsyncGenerator[Finding, None], *, as_json: bool) -> list[Finding]:
    everything = []
    async with aclosing(findings):
        async for finding in findings:
            everything.append(finding)
            if not as_json:
                say(finding)
    return everything
