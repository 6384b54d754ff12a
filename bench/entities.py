"""Whether an answer is about the thing that a question names: twin documents that differ in little but their names.

Each file of bench/entities holds a folder of such documents (a template, and what each puts into it) and questions. A
question is right if the first sentence of its answer is that of the right document; one that compares, or asks two
things, if it quotes each; and one about a thing that no document names, if it is refused. See bench/README.md.
"""

import argparse
import asyncio
import re
import subprocess
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from qa.config import Settings  # noqa: E402
from qa.types import Answer, Turn  # noqa: E402
from qa.wiring import open_answerer  # noqa: E402

FOLDERS = Path(__file__).with_suffix("")

Row = Mapping[str, Any]


# How a note tells that rows of a table did not count.
LEFT_OUT = r"(?i)left out|leaves? out|not counted|ausgelassen|nicht mitgezählt|weggelassen"

# What becomes of a question, best first.
OUTCOMES = ("right", "sentence", "other", "refused", "answered")


def main() -> None:
    """Print what became of the questions of each folder, and how long they took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, help="folder for the index; it is kept, and used again")
    parser.add_argument("--only", default="", help="names of folders, separated by commas")
    parser.add_argument("--each", action="store_true", help="print each question that was not answered right")
    arguments = parser.parse_args()
    names = arguments.only.split(",") if arguments.only else [path.stem for path in sorted(FOLDERS.glob("*.toml"))]
    with TemporaryDirectory() as temporary:
        home = arguments.home or Path(temporary)
        total: Counter[str] = Counter()
        times: list[float] = []
        print(f"folder | {' | '.join(OUTCOMES)}")
        for name in names:
            folder = tomllib.loads((FOLDERS / f"{name}.toml").read_text(encoding="utf-8"))
            if not (home / f"{name}.ingested").exists():
                ingest(name, folder, home)
            settings = replace(Settings.from_env({"FOOTNOTE_HOME": str(home)}), collection=name)
            answers = asyncio.run(asked(folder["questions"], settings, times))
            counts = Counter(outcome(row, answer) for row, answer in zip(folder["questions"], answers, strict=True))
            total += counts
            print(f"{name} | {' | '.join(str(counts[key]) for key in OUTCOMES)}", flush=True)
            for row, answer in zip(folder["questions"], answers, strict=True):
                if arguments.each and (came := outcome(row, answer)) != "right":
                    print(f"  {came}: {row['ask']} => {' '.join(answer.text.split())[:200]} ({answer.note[:120]})")
        print(f"all | {' | '.join(str(total[key]) for key in OUTCOMES)}")
        print(f"{1000 * sum(times) / len(times):.0f} ms a question")


def ingest(name: str, folder: Row, home: Path) -> None:
    """Write a folder's documents and ingest them into a collection of its own."""
    written = home / "folders" / name
    for document in folder["documents"]:
        path = written / document["file"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(Template(folder["template"]).substitute(document), encoding="utf-8")
    command = [sys.executable, "-m", "ingest", str(written), "--home", str(home), "--collection", name, "--quiet"]
    subprocess.run(command, check=True)
    (home / f"{name}.ingested").touch()


async def asked(rows: Sequence[Row], settings: Settings, times: list[float]) -> list[Answer]:
    """Ask every question, within its conversation where it has one; how long each took goes into `times`, in s."""
    async with open_answerer(settings) as answerer:
        answers = []
        for row in rows:
            turns = [Turn("user", text) for text in row.get("before", ())]
            begun = time.perf_counter()
            answers.append(await answerer.ask(row["ask"], turns))
            times.append(time.perf_counter() - begun)
        return answers


def outcome(row: Row, answer: Answer) -> str:
    """Return "right", or what became of a question: another sentence, another document, wrongly refused or answered."""
    if not row["from"]:
        return "right" if not answer.found else "answered"
    if not answer.found:
        return "refused"
    if row.get("list"):
        return of_list(row, answer)
    if row.get("lacks") and row["lacks"] not in f"{answer.note} {answer.text}":
        return "other"
    several = len(row["says"]) > 1 and not row.get("any")
    quoted = answer.statements if several else answer.statements[:1]
    held = [(source, plain(item.text)) for item in quoted for source in sources(answer, item.citations)]
    wanted = list(zip(row["from"] * len(row["says"]), row["says"], strict=False)) if several else []
    if several:
        is_said = all(any(source == by and plain(says) in text for source, text in held) for by, says in wanted)
        is_right = {by for by, _ in wanted} <= {source for source, _ in held}
    else:
        is_said = any(source in row["from"] and plain(row["says"][0]) in text for source, text in held)
        is_right = any(source in row["from"] for source, _ in held)
    if row.get("winner"):
        first = held[0] if held else ("", "")
        is_said = is_said and first[0] == row["from"][0] and plain(row["says"][0]) in first[1]
    if row.get("total"):
        is_said = is_said and not re.search(LEFT_OUT, answer.note)
    return "right" if is_said else "sentence" if is_right else "other"


def of_list(row: Row, answer: Answer) -> str:
    """Return "right" for a list of just the documents that it must hold, "sentence" for one that lacks some."""
    held = {source for item in answer.statements for source in sources(answer, item.citations)}
    if held - set(row["from"]):
        return "other"
    said = plain(f"{answer.text} {answer.note}")
    is_whole = held == set(row["from"]) and all(plain(says) in said for says in row["says"])
    return "right" if is_whole and plain(row.get("lacks", "")) in said else "sentence"


def sources(answer: Answer, numbers: Sequence[int]) -> list[str]:
    """Return the files behind footnotes, as the questions name them."""
    chunks = {citation.number: citation.chunk.source for citation in answer.citations}
    return [
        "/".join(chunks[number].split("/")[-2:])
        if "/profiles/" in chunks[number]
        else chunks[number].rpartition("/")[2]
        for number in numbers
        if number in chunks
    ]


def plain(text: str) -> str:
    """Return a text in small letters, with single blanks."""
    return " ".join(text.casefold().split())


if __name__ == "__main__":
    main()
