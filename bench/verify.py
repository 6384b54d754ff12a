"""What the check of sentences catches and wrongly marks, by kind of sentence. See bench/README.md."""

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.answering.verify import problem
from qa.models.learned_sparse import BM25
from qa.text.words import SparseEmbedder
from qa.types import Chunk, Hit

_SHARED = Path(__file__).parents[2] / "shared" / "cases" / "verification"
_OWN = Path(__file__).parents[1] / "tests" / "data" / "verification"


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
    arguments = parser.parse_args()
    folders = arguments.folder or [folder for folder in (_SHARED, _OWN) if folder.is_dir()]
    if not folders:
        sys.exit("no cases found; name a folder that holds sentences.jsonl and passages.jsonl")
    reader = SparseEmbedder(BM25, language="auto", average_terms=100)
    for folder in folders:
        cases = [case for case in read(folder) if _in_half(case, arguments.half)]
        print(f"{folder.name}: {len(cases)} sentences")
        report(cases, reader, arguments.show)


def read(folder: Path) -> Iterable[Case]:
    """Yield the cases of a folder."""
    passages = {row["id"]: row for row in _rows(folder / "passages.jsonl")}
    for number, row in enumerate(_rows(folder / "sentences.jsonl")):
        passage = passages[row["passage"]]
        language = passage.get("language", "en")
        yield Case(str(row.get("id", number)), row["kind"], row["true"], row["sentence"], passage["text"], language)


def report(cases: Sequence[Case], reader: SparseEmbedder, show: str | None) -> None:
    """Check the cases and print what was said of each kind."""
    marked: dict[str, list[bool]] = defaultdict(list)
    took = []
    for case in cases:
        passage = hit(case)
        started = time.process_time()
        said = problem(case.sentence, [passage], reader=reader, answered=case.language, language="auto")
        took.append(time.process_time() - started)
        marked[case.kind].append(bool(said))
        if case.kind == show and bool(said) == case.true:
            print(f"\n{case.id}: {case.sentence}\n  said: {said}\n  passage: {case.passage}")
    for kind in sorted(marked, key=lambda kind: (kind.startswith("TRUE"), kind)):
        share = 100 * sum(marked[kind]) / len(marked[kind])
        print(
            f"{'wrongly marked' if kind.startswith('TRUE') else 'caught'} | {kind} | {len(marked[kind])} | {share:.1f}"
        )
    took.sort()
    mean, slow = 1000 * sum(took) / len(took), 1000 * took[int(0.99 * len(took))]
    print(f"{mean:.2f} ms of the processor a sentence, {slow:.2f} at the 99th centile")


def hit(case: Case) -> Hit:
    """Return a passage as what was found."""
    end = len(case.passage)
    chunk = Chunk("", "", "", 0, "", "", "", 0, 0, end, case.passage, metadata={"language": case.language})
    return Hit(chunk, 1.0, 1, "scores")


def _in_half(case: Case, half: str) -> bool:
    even = int("".join(filter(str.isdigit, case.id)) or 0) % 2 == 0
    return half == "all" or even == (half == "held")


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


if __name__ == "__main__":
    main()
