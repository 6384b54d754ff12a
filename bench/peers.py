"""The same folder through Footnote, LangChain and LlamaIndex: what the first ingest costs, and each change after it.

    python bench/peers.py PATH... --python PEERS_PYTHON [--only NAME...] [--chunk-tokens 200]

PATH... are files and folders, of which PDF, HTML, Markdown and plain text are taken; PEERS_PYTHON is the interpreter of
an environment that holds the peers (README.md beside this file says how to make it). Every run is a command of its own,
one after the other: model, engine (milvus-lite) and chunk size are the same.
"""

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import psutil

HERE = Path(__file__).resolve().parent
KINDS = (".pdf", ".html", ".md", ".txt")
_MB = 2**20
_SAMPLE_S = 0.1
_STRANGERS_EVERY = 10  # samples
_PARAGRAPHS = 50
_WORDS = 80
_OLD, _NEW = "Quibbleford", "Zanthorpe"  # in the paragraph before and after it is changed, and nowhere else


@dataclass(frozen=True, slots=True)
class System:
    """A way to ingest. One that rebuilds everything does the same whatever changed."""

    script: str
    mode: str
    peer: bool = True
    rebuilds: bool = False


SYSTEMS = {
    "footnote": System("peers_footnote.py", "sync", peer=False),
    "langchain, rebuild": System("peers_langchain.py", "rebuild", rebuilds=True),
    "langchain, index()": System("peers_langchain.py", "full"),
    "llamaindex, rebuild": System("peers_llamaindex.py", "rebuild", rebuilds=True),
    "llamaindex, upserts": System("peers_llamaindex.py", "upserts"),
    "llamaindex, upserts_and_delete": System("peers_llamaindex.py", "upserts_and_delete"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A stored chunk."""

    source: str
    text: str


@dataclass
class Family:
    """What a command and its engine took: seconds of all cores, and the most memory at one time."""

    cpu_s: dict[int, float] = field(default_factory=dict)
    peak: int = 0


def main() -> None:
    """Run every system and print a line for each of its runs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    parser.add_argument("--python", type=Path, required=True, metavar="FILE", help="interpreter that has the peers")
    parser.add_argument("--only", nargs="+", choices=SYSTEMS, default=list(SYSTEMS), metavar="NAME")
    parser.add_argument("--chunk-tokens", type=int, default=200, metavar="N", help="most tokens in a chunk")
    options = parser.parse_args()
    for python in (sys.executable, options.python):  # so that the first of them does not pay for a cold disk
        subprocess.run([python, "-c", "import sentence_transformers, pymilvus"], check=True, stderr=subprocess.DEVNULL)
    print("| system | run | command s | ingest s | CPU s | peak MB | embedded | stored | left behind |")
    print("|---|---|---|---|---|---|---|---|---|", flush=True)
    for name in options.only:
        system = SYSTEMS[name]
        with tempfile.TemporaryDirectory() as folder:
            corpus, state = Path(folder, "corpus"), Path(folder, "state")
            state.mkdir()
            python = options.python if system.peer else Path(sys.executable)
            command = [str(python), str(HERE / system.script), system.mode, str(corpus), str(state)]
            command.append(str(options.chunk_tokens))
            before: list[Row] = []
            for step, stale in _steps(options.paths, corpus):
                rows = _measure(name, step, command, state, stale)
                if stale and not _matching(before, stale):
                    sys.exit(f"{name}, {step}: what should have gone was never stored; the count says nothing")
                before = rows
                if system.rebuilds and step == "nothing changed":
                    break


def _steps(paths: Sequence[Path], corpus: Path) -> Iterator[tuple[str, Row | None]]:
    """Make the corpus, then change it; yield what each step is called, and what must be gone after it."""
    _copy(paths, corpus)
    vocabulary = sorted({word for path in corpus.rglob("*.md") for word in re.findall("[a-z]{2,}", path.read_text())})
    dice = random.Random(7)
    paragraphs = [_paragraph(dice, vocabulary) for _ in range(_PARAGRAPHS)]
    middle = _PARAGRAPHS // 2
    paragraphs[middle] = f"{_OLD} {paragraphs[middle]}"
    changed = [*paragraphs]
    changed[middle] = f"{_NEW} {_paragraph(dice, vocabulary)}"
    text, pdf = corpus / "long.txt", corpus / "long.pdf"
    text.write_text("\n\n".join(paragraphs))
    _write_pdf(pdf, paragraphs)
    yield "first", None
    yield "nothing changed", None
    text.write_text("\n\n".join(changed))
    yield "a paragraph of a text file", Row(_name(text, corpus), _OLD)
    _write_pdf(pdf, changed)
    yield "a paragraph of a PDF", Row(_name(pdf, corpus), _OLD)
    gone = min((path for path in corpus.rglob("*.pdf") if path != pdf), default=text)
    gone.unlink()
    yield "a file deleted", Row(_name(gone, corpus), "")


def _name(path: Path, corpus: Path) -> str:
    """Return the end of a file's name that every system stores, some of them without the folders above."""
    return str(path.relative_to(corpus.parent))


def _matching(rows: Sequence[Row], wanted: Row) -> list[Row]:
    return [row for row in rows if row.source.endswith(wanted.source) and wanted.text in row.text]


def _copy(paths: Sequence[Path], corpus: Path) -> None:
    for number, path in enumerate(paths):
        target = corpus / str(number)
        for file in [path] if path.is_file() else sorted(path.rglob("*")):
            if file.suffix in KINDS:
                copy = target / (file.name if path.is_file() else file.relative_to(path))
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, copy)


def _paragraph(dice: random.Random, vocabulary: Sequence[str]) -> str:
    sentences = (" ".join(dice.choices(vocabulary, k=10)).capitalize() for _ in range(_WORDS // 10))
    return ". ".join(sentences) + "."


def _write_pdf(path: Path, paragraphs: Sequence[str]) -> None:
    from fpdf import FPDF

    pdf = FPDF()
    pdf.set_font("Helvetica", size=11)
    for number, paragraph in enumerate(paragraphs):
        if number % 5 == 0:
            pdf.add_page()
        pdf.multi_cell(0, 6, paragraph)
        pdf.ln(3)
    pdf.output(str(path))


def _measure(name: str, step: str, command: Sequence[str], state: Path, stale: Row | None) -> list[Row]:
    started = time.perf_counter()
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(command, stdout=output, stderr=errors, env=_environment())
        family = _watch(process, str(state))
        command_s = time.perf_counter() - started
        output.seek(0)
        errors.seek(0)
        if process.returncode:
            sys.exit(f"{name}, {step}: exit status {process.returncode}\n{errors.read()[-4000:]}")
        said = json.loads(output.read().strip().splitlines()[-1])
    _wait_for_engine(str(state))
    rows = _stored(next(state.glob("*.db")))
    if not any(_NEW in row.text or _OLD in row.text for row in rows):
        sys.exit(f"{name}, {step}: the paragraph is not stored at all")
    columns = [
        name,
        step,
        f"{command_s:.1f}",
        f"{said['work_s']:.1f}",
        f"{sum(family.cpu_s.values()):.1f}",
        f"{family.peak / _MB:.0f}",
        f"{said['embedded']}",
        f"{len(rows)}",
        f"{len(_matching(rows, stale)) if stale else 0}",
    ]
    print(f"| {' | '.join(columns)} |", flush=True)
    return rows


def _environment() -> dict[str, str]:
    return {**os.environ, "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "true"}


def _watch(process: "subprocess.Popen[bytes]", state: str) -> Family:
    """Sample a command until it ends, with all that it started."""
    family = Family()
    root = psutil.Process(process.pid)
    strangers: list[psutil.Process] = []
    samples = 0
    while process.poll() is None:
        if samples % _STRANGERS_EVERY == 0:
            strangers = _engines(state)
        samples += 1
        memory = 0
        for member in {root, *strangers, *_children(root)}:
            try:
                memory += member.memory_info().rss
                times = member.cpu_times()
            except psutil.Error:
                continue
            family.cpu_s[member.pid] = times.user + times.system
        family.peak = max(family.peak, memory)
        time.sleep(_SAMPLE_S)
    return family


def _children(root: psutil.Process) -> list[psutil.Process]:
    try:
        return root.children(recursive=True)
    except psutil.Error:
        return []


def _engines(state: str) -> list[psutil.Process]:
    """Return the processes whose command line names the state: Footnote's engine is no child of the command."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        if any(state in argument for argument in process.info["cmdline"] or ()):
            found.append(process)
    return found


def _wait_for_engine(state: str) -> None:
    while _engines(state):
        time.sleep(_SAMPLE_S)


def _stored(database: Path) -> list[Row]:
    # In a process of its own: the engine that reads it must not outlive it.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as reader:
        return reader.submit(_read, database).result()


def _read(database: Path) -> list[Row]:
    from milvus_lite.server_manager import server_manager_instance
    from pymilvus import MilvusClient

    client = MilvusClient(uri=str(database))
    rows: list[Row] = []
    for collection in client.list_collections():
        fields = {entry["name"] for entry in client.describe_collection(collection)["fields"]}
        if not {"text"} <= fields:
            continue  # a register
        client.load_collection(collection)
        found: list[dict[str, Any]] = client.query(collection, filter="", limit=16_384, output_fields=["*"])
        rows += [Row(str(row.get("file_path") or row["source"]), row["text"]) for row in found]
    client.close()
    server_manager_instance.release_all()
    return rows


if __name__ == "__main__":
    main()
