"""How long quoted answers are, what they hold, and how exact the few words in front are. See bench/README.md."""

import argparse
import asyncio
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from ranking import default_sets, interval, mean, percent

from ingest.load import load
from qa import wiring
from qa.answering.quoting import quote_each as flow
from qa.config import Settings
from qa.errors import LoadError
from qa.evaluation import Dataset, Question, read_dataset
from qa.evaluation.answers import answer_metrics, exact_match, normalised
from qa.evaluation.spans import Locator
from qa.models.answer_selection import AnswerSelector
from qa.types import Answer
from qa.wiring import open_answerer
from ui.evaluation.run import dataset_settings, ingest_set

COLUMNS = ("Contained", "CitationPrecision", "CitationRecall")
SEED = 0


def main() -> None:
    """Print a row for each set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", type=Path, help="folders of question sets")
    parser.add_argument("--home", type=Path, default=Path(".footnote-bench"), help="folder of the index; kept")
    parser.add_argument("--questions", type=int, default=400, help="at most so many questions of a set")
    parser.add_argument("--unread", action="store_true", help="without the model that reads sentences")
    parser.add_argument("--wrong", action="store_true", help="print the few words that are not a gold answer")
    arguments = parser.parse_args()
    if arguments.unread:
        wiring.selector_of = Nothing  # type: ignore[assignment]
    print("set | questions | " + " | ".join(COLUMNS) + " | characters | quotes | in front: given, exact, gold | ms")
    for path in arguments.sets or default_sets():
        dataset = read_dataset(path).sample(arguments.questions, seed=SEED)
        print(asyncio.run(row(dataset, Settings(home=arguments.home), wrong=arguments.wrong)), flush=True)


class Nothing(AnswerSelector):
    """Reads no sentence."""

    async def try_to_judge(self, *_: object) -> None:
        """Return that there is no model."""


async def row(dataset: Dataset, settings: Settings, *, wrong: bool) -> str:
    """Ask a set's answerable questions, and return a row of the table."""
    settings = dataset_settings(dataset, settings)
    await ingest_set(dataset, settings, lambda _done, _total: None)
    questions = [question for question in dataset.questions if not question.unanswerable and question.expected is None]
    async with open_answerer(settings) as answerer:
        taken: list[float] = []
        watched(taken)
        answers = {question.id: await answerer.ask(question.text, question.turns) for question in questions}
    locator = Locator(texts(dataset))
    facts = {question.id: locator.facts(question) for question in questions}
    values = answer_metrics(questions, answers, facts, dataset.document_id)
    found = [answer for answer in answers.values() if answer.found]
    cells = [
        f"{mean(percent(values[name])):.1f} [{interval(list(percent(values[name]).values()))}]" if values[name] else ""
        for name in COLUMNS
    ]
    characters = f"{np.mean([len(answer.text) for answer in found]):.0f}"
    quotes = f"{np.mean([len(answer.statements) for answer in found]):.2f}"
    given, exact, gold = in_front(questions, answers, wrong=wrong)
    front = f"{given}, {exact}, {gold}"
    name = f"{dataset.name} | {len(questions)}"
    return " | ".join([name, *cells, characters, quotes, front, f"{np.median(taken):.0f}"])


def in_front(questions: Sequence[Question], answers: Mapping[str, Answer], *, wrong: bool) -> tuple[int, int, int]:
    """Count the few words that are given, those that are a gold answer, and those that hold one or are held by one."""
    given = exact = gold = 0
    for question in questions:
        direct = answers[question.id].direct
        if not direct or not question.answers:
            continue
        given += 1
        exact += exact_match(question.answers, direct.text) > 0
        words = normalised(direct.text)
        holds = any(words in normalised(text) or normalised(text) in words for text in question.answers)
        gold += holds
        if wrong and not holds:
            print(f"  {question.text} | {question.answers[0]} | {direct.text}")
    return given, exact, gold


def watched(taken: list[float]) -> None:
    """Have each choice of sentences add to `taken` how many milliseconds it takes, embedding included."""
    choose = flow.best_quotes

    async def timed(*given: object, **named: object) -> object:
        started = time.perf_counter()
        quotes = await choose(*given, **named)  # type: ignore[arg-type]
        taken.append((time.perf_counter() - started) * 1000)
        return quotes

    flow.best_quotes = timed  # type: ignore[assignment]


def texts(dataset: Dataset) -> dict[str, str]:
    """Return the texts of the documents that evidence is in."""
    if dataset.documents is not None:
        return {document.source: document.text for document in dataset.documents}
    found = {}
    for name in {name for question in dataset.questions for name in question.relevant}:
        try:
            found[name] = load(dataset.folder / name).documents[0].text
        except LoadError:
            continue
    return found


if __name__ == "__main__":
    main()
