"""What dictionaries gain where a question and its passage are in different languages. See bench/README.md.

squad2 and xquad-de hold passages of the same articles, in English and in German. For 113 German passages, names and
numbers tell which English passage they translate. A question is asked in the language of one, and only the other is
there.
"""

import argparse
import asyncio
import random
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from ranking import ROOT, default_sets, difference, interval, mean, percent

from qa.config import Settings
from qa.evaluation import (
    Dataset,
    Question,
    document_run,
    passage_metrics,
    qrels_of,
    read_dataset,
    retrieval_metrics,
    run_questions,
)
from qa.text.dictionaries import NONE, SYSTEM_FOLDER
from qa.types import Document
from qa.wiring import open_retriever
from ui.evaluation.run import dataset_settings, ingest_set

MONOLINGUAL = 300
_NAME = re.compile(r"\b\d[\d.,]*\b|\b[A-Z]\w{3,}\b")
_LEAST_SHARED, _LEAST_LEAD, _LENGTHS = 0.3, 1.5, (0.8, 1.6)


@dataclass(frozen=True)
class Case:
    """Questions, and the passages among which they are asked."""

    name: str
    dataset: Dataset
    questions: Sequence[Question]


def main() -> None:
    """Print a row for each case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dictionaries", default=SYSTEM_FOLDER, help="folder of dictionaries, English and German")
    parser.add_argument("--home", type=Path, default=Path(".footnote-bench"), help="folder of the index; kept")
    arguments = parser.parse_args()
    print("case | questions | nDCG@10 without | with | difference | recall@5 | Evidence@5")
    for case in cases():
        settings = Settings(home=arguments.home, language="auto")
        print(asyncio.run(row(case, settings, arguments.dictionaries)), flush=True)


def cases() -> Iterator[Case]:
    """Yield the sample, whose questions of the kind "cross-lingual" are among the others, and those made here."""
    sets = {path.name: path for path in default_sets()}
    sample = read_dataset(sets["data"])
    yield Case("sample", sample, [question for question in sample.questions if not question.unanswerable])

    english, german = read_dataset(sets["squad2"]), read_dataset(sets["xquad-de"])
    twins = dict(translated(german.documents or (), english.documents or ()))
    asked_en, asked_de = asked(english, {en: f"de/{de}" for de, en in twins.items()}), asked(german, {})
    about_en = asked(german, {de: f"en/{en}" for de, en in twins.items()})
    en, de = passages("en", english), passages("de", german)
    lacking_en = [document for document in en if document.source.removeprefix("en/") not in twins.values()]
    lacking_de = [document for document in de if document.source.removeprefix("de/") not in twins]
    there = {document.source for document in lacking_en}
    mixed, reverse, german_alone, english_alone = (
        Dataset(f"translation-{name}", ROOT / "bench" / name, (), tuple(documents))
        for name, documents in (
            ("de", [*lacking_en, *de]),
            ("en", [*en, *lacking_de]),
            ("alone", de),
            ("alone-en", en),
        )
    )
    yield Case("English about German, among both", mixed, asked_en)
    yield Case("English about German, all German", german_alone, asked_en)
    yield Case("German about English, among both", reverse, about_en)
    yield Case("German about English, all English", english_alone, about_en)
    same = [question for question in asked(english, {}, "en") if set(question.relevant) <= there]
    yield Case("English about English, among both", mixed, random.Random(0).sample(same, MONOLINGUAL))
    yield Case("German about German, among both", mixed, random.Random(0).sample(asked_de, MONOLINGUAL))


def translated(documents: Iterable[Document], originals: Sequence[Document]) -> Iterator[tuple[str, str]]:
    """Yield the sources of each document and its original, where names and numbers leave no doubt."""
    for document in documents:
        names = set(_NAME.findall(document.text))
        article = [other for other in originals if _article(other) == _article(document)]
        shares = []
        for other in article:
            others = set(_NAME.findall(other.text))
            shares.append((len(names & others) / max(1, min(len(names), len(others))), other))
        shares.sort(key=lambda share: -share[0])
        if not shares or shares[0][0] < _LEAST_SHARED:
            continue
        ratio = len(document.text) / len(shares[0][1].text)
        second = shares[1][0] if len(shares) > 1 else 0.0
        if shares[0][0] > _LEAST_LEAD * second and _LENGTHS[0] < ratio < _LENGTHS[1]:
            yield document.source, shares[0][1].source


def _article(document: Document) -> str:
    return document.source.rpartition("#")[0]


def passages(language: str, dataset: Dataset) -> list[Document]:
    """Return a set's documents with the language in front of their ids, which the two sets share."""
    return [replace(document, source=f"{language}/{document.source}") for document in dataset.documents or ()]


def asked(dataset: Dataset, elsewhere: dict[str, str], language: str = "de") -> list[Question]:
    """Return the questions about a document that stands `elsewhere`, or all of them about those of their own set."""
    found = []
    for question in dataset.questions:
        [*about] = [source for source, grade in question.relevant.items() if grade]
        if question.unanswerable or len(about) != 1 or (elsewhere and about[0] not in elsewhere):
            continue
        place = elsewhere.get(about[0], f"{language}/{about[0]}")
        # Quotes in the question's language stand in none of the passages.
        found.append(replace(question, relevant={place: 1}, evidence=(), spans=()))
    return found


async def row(case: Case, settings: Settings, dictionaries: str) -> str:
    """Ask with and without dictionaries, and return a row of the table."""
    settings = dataset_settings(case.dataset, settings)
    await ingest_set(case.dataset, settings, lambda _done, _total: None)
    ndcg, recall, evidence = [], [], []
    for folder in (NONE, dictionaries):
        async with open_retriever(replace(settings, dictionaries=folder)) as retriever:
            outcomes = await run_questions(retriever, case.questions, ranking="scores")
        hits = {question: outcome.hits for question, outcome in outcomes.items()}
        run = document_run(hits, case.dataset.document_id)
        values = retrieval_metrics(qrels_of(case.questions), run, ("nDCG@10", "R@5"))
        ndcg.append(percent(values["nDCG@10"]))
        recall.append(percent(values["R@5"]))
        evidence.append(percent(passage_metrics(case.questions, hits, case.dataset.document_id)["Evidence@5"]))
    cells = [case.name, str(len(case.questions))]
    cells += [f"{mean(one):.1f} [{interval(list(one.values()))}]" for one in ndcg]
    cells += [difference(ndcg[1], ndcg[0]), ", ".join(f"{mean(one):.1f}" for one in recall)]
    cells.append(", ".join(f"{mean(one):.1f}" for one in evidence if one))
    return " | ".join(cells)


if __name__ == "__main__":
    main()
