"""How well the default ranking finds in languages other than English, against cosine and words. See bench/README.md.

Reads the files of xquad (`xquad.zh.json`) and others in the form of SQuAD, passages with their questions in one
language. With `--sentences` each sentence of a passage is a document of its own, as in notes, lists and messages.
"""

import argparse
import asyncio
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.ranking import difference, mean, measured  # noqa: E402
from qa.config import Settings  # noqa: E402
from qa.evaluation import read_dataset  # noqa: E402
from qa.text.dictionaries import NONE  # noqa: E402
from qa.text.sentences import sentence_spans  # noqa: E402


def main() -> None:
    """Print a table over all files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, help="questions in the form of SQuAD")
    parser.add_argument("--home", type=Path, default=Path(".footnote-bench"), help="folder of the index; kept")
    parser.add_argument("--dense-model", default="multilingual-e5-small")
    parser.add_argument("--passages", type=int, default=240, help="at most so many, drawn with a fixed seed")
    parser.add_argument("--questions", type=int, default=240, help="at most so many, drawn with a fixed seed")
    parser.add_argument("--sentences", action="store_true", help="one document for each sentence")
    arguments = parser.parse_args()
    print("| Set | Questions | Cosine | Words | Default | Default - better leg |\n|---|---|---|---|---|---|")
    gains = []
    for file in arguments.files:
        kind = "sentences" if arguments.sentences else "passages"
        folder = arguments.home / "sets" / f"{file.stem}-{kind}-{arguments.passages}"
        write_set(file, folder, arguments.passages, sentences=arguments.sentences)
        settings = Settings(home=arguments.home, dense_model=arguments.dense_model, dictionaries=NONE)
        ndcg, _ = asyncio.run(measured(read_dataset(folder), settings, arguments.questions))
        better = max(ndcg["dense"], ndcg["sparse"], key=mean)
        means = [mean(ndcg[ranking]) for ranking in ("dense", "sparse", "scores")]
        cells = [f"{file.stem}, {kind}", str(len(better)), *(f"{value:.1f}" for value in means)]
        print(f"| {' | '.join(cells)} | {difference(ndcg['scores'], better)} |", flush=True)
        gains.append(means)
    print("| mean | | " + " | ".join(f"{value:.1f}" for value in np.mean(gains, axis=0)) + " | |")


def write_set(file: Path, folder: Path, limit: int, *, sentences: bool) -> None:
    """Write a question set of the file's first passages, drawn with a fixed seed."""
    folder.mkdir(parents=True, exist_ok=True)
    articles = json.loads(file.read_text(encoding="utf-8"))["data"]
    passages = {passage["context"]: passage["qas"] for article in articles for passage in article["paragraphs"]}
    drawn = random.Random(0).sample(sorted(passages), min(limit, len(passages)))
    documents, questions, known = [], [], set()
    for number, context in enumerate(drawn):
        parts = sentence_spans(context) if sentences else [(0, len(context))]
        documents += [{"id": f"{number}-{start}", "title": "", "text": context[start:end]} for start, end in parts]
        for asked in passages[context]:
            found = next(_places(asked, parts), None)
            if found is not None and asked["id"] not in known:
                known.add(asked["id"])
                questions.append(
                    {"id": str(asked["id"]), "text": asked["question"], "relevant": {f"{number}-{found}": 1}}
                )
    for name, rows in (("docs.jsonl", documents), ("queries.jsonl", questions)):
        lines = (json.dumps(row, ensure_ascii=False) for row in rows)
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _places(asked: dict, parts: list[tuple[int, int]]) -> Iterator[int]:
    for answer in asked.get("answers", ()):
        for start, end in parts:
            if start <= answer["answer_start"] < end:
                yield start


if __name__ == "__main__":
    main()
