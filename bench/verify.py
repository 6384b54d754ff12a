"""What the check of sentences catches and wrongly marks, by kind of sentence. See bench/README.md."""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from qa.answering.checking.nearness import Nearness, decided
from qa.answering.checking.verify import problem
from qa.config import PACKAGED_MODEL
from qa.models.dense import DenseChunkEmbedder, DenseQueryEmbedder
from qa.text.terms import BM25
from qa.text.words import SparseEmbedder
from qa.types import Chunk, Hit

_OUTSIDE = Path(__file__).parents[2] / "shared"
_SHARED = _OUTSIDE / "cases" / "verification"
_DATA = Path(__file__).parents[1] / "tests" / "data"
_OWN = tuple(
    _DATA / name
    for name in (
        "verification",
        "loosely_worded",
        "close_wording",
        "close_twins",
        "own_words",
        "invented",
        "paper_twins",
    )
)


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence with the passage that it is checked against; `true` where the passage says so."""

    id: str
    kind: str
    true: bool
    sentence: str
    passage: str
    language: str


def main() -> None:
    """Print a row for each kind, then the milliseconds of the processor that a sentence takes with its passage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="*", type=Path, help="folders with sentences.jsonl and passages.jsonl")
    parser.add_argument("--half", choices=("all", "tune", "held"), default="all", help="odd ids, or even ones")
    parser.add_argument("--show", metavar="KIND", help="print the sentences of a kind on which the check is wrong")
    parser.add_argument("--words", action="store_true", help="without the packaged model, as with any other one")
    arguments = parser.parse_args()
    folders = arguments.folder or [folder for folder in (_SHARED, *_OWN) if folder.is_dir()]
    if not folders:
        sys.exit("no cases found; name a folder that holds sentences.jsonl and passages.jsonl")
    reader = SparseEmbedder(BM25, language="auto", average_terms=100)
    with tempfile.TemporaryDirectory() as home:
        embedder = None if arguments.words else asyncio.run(packaged(Path(home)))
        for folder in folders:
            cases = [case for case in read(folder) if _in_half(case, arguments.half)]
            print(f"{folder.name}: {len(cases)} sentences")
            asyncio.run(report(cases, reader, embedder, arguments.show))


async def packaged(home: Path) -> DenseQueryEmbedder:
    """Return the packaged dense model, loaded; its copy is made under `home`."""
    embedder = DenseQueryEmbedder(await DenseChunkEmbedder(PACKAGED_MODEL).copy(home))
    await asyncio.to_thread(embedder.load)
    return embedder


def read(folder: Path) -> Iterable[Case]:
    """Yield the cases of a folder, but for those whose passages lie in published sets that are not there."""
    passages = {row["id"]: row for row in _rows(folder / "passages.jsonl")}
    texts = _texts(list(passages.values()))
    for number, row in enumerate(_rows(folder / "sentences.jsonl")):
        if (text := texts[row["passage"]]) is not None:
            language = passages[row["passage"]].get("language", "en")
            yield Case(str(row.get("id", number)), row["kind"], row["true"], row["sentence"], text, language)


async def report(
    cases: Sequence[Case], reader: SparseEmbedder, embedder: DenseQueryEmbedder | None, show: str | None
) -> None:
    """Check the cases, each as an answer of its own, and print what was said of each kind."""
    marked: dict[str, list[bool]] = defaultdict(list)
    took = []
    for case in cases:
        nearness = Nearness(embedder.embed_tokens) if embedder else None
        check = partial(
            problem,
            case.sentence,
            [hit(case)],
            reader=reader,
            answered=case.language,
            language="auto",
            nearness=nearness,
        )
        started = time.process_time()
        said = await decided(check, nearness)
        took.append(time.process_time() - started)
        marked[case.kind].append(bool(said))
        if case.kind == show and bool(said) == case.true:
            print(f"\n{case.id}: {case.sentence}\n  said: {said}\n  passage: {case.passage}")
    for kind in sorted(marked, key=lambda kind: (kind.startswith("TRUE"), kind)):
        share = 100 * sum(marked[kind]) / len(marked[kind])
        print(
            f"{'wrongly marked' if kind.startswith('TRUE') else 'caught'} | {kind} | {len(marked[kind])} | {share:.1f}"
        )
    for true in (False, True):
        said_of = [said for kind, all_said in marked.items() if kind.startswith("TRUE") == true for said in all_said]
        if said_of:
            share = 100 * sum(said_of) / len(said_of)
            print(
                f"{'wrongly marked | all true' if true else 'caught | all false'} ones | {len(said_of)} | {share:.1f}"
            )
    took.sort()
    mean, slow = 1000 * sum(took) / len(took), 1000 * took[int(0.99 * len(took))]
    print(f"{mean:.2f} ms of the processor a sentence, {slow:.2f} at the 99th centile")


def hit(case: Case) -> Hit:
    """Return a passage as what was found."""
    end = len(case.passage)
    chunk = Chunk("", "", "", 0, "", "", "", 0, 0, end, case.passage, metadata={"language": case.language})
    return Hit(chunk, 1.0, 1, "scores")


def _texts(passages: Sequence[dict[str, Any]]) -> dict[str, str | None]:
    """Return each passage's text: its own, a published document's, or a part of a file; None where that is missing."""
    documents: dict[str, dict[str, str]] = {}
    for name in {row["set"] for row in passages if "set" in row}:
        file = Path(os.environ.get("FOOTNOTE_DATASETS", _OUTSIDE / "datasets")) / name / "docs.jsonl"
        documents[name] = {row["id"]: row["text"] for row in _rows(file)} if file.exists() else {}
    return {row["id"]: _text(row, documents) for row in passages}


def _text(row: dict[str, Any], documents: Mapping[str, Mapping[str, str]]) -> str | None:
    if "set" in row:
        return documents[row["set"]].get(row["document"])
    if "file" not in row:
        return str(row["text"])
    file = _OUTSIDE / row["file"]
    if not file.exists():
        return None
    text = file.read_text(encoding="utf-8", errors="replace")
    return text[text.index(row["first"]) : text.index(row["last"]) + len(row["last"])]


def _in_half(case: Case, half: str) -> bool:
    even = int("".join(filter(str.isdigit, case.id)) or 0) % 2 == 0
    return half == "all" or even == (half == "held")


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


if __name__ == "__main__":
    main()
