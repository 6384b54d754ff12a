"""What each rule before and behind the scoring of sentences does to quoted answers. See bench/README.md."""

import argparse
import asyncio
import random
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from quoting import texts
from ranking import default_sets, interval, percent

from qa.answering import answer as flow
from qa.answering import write_or_quote
from qa.answering.by_rule import told_by_rule
from qa.answering.quoting import quote_each
from qa.answering.refusing import refuse
from qa.config import Settings
from qa.evaluation import Dataset, Question, read_dataset
from qa.evaluation.answers import answer_metrics, auroc
from qa.evaluation.spans import Locator
from qa.types import Answer
from qa.wiring import open_answerer
from ui.evaluation.run import dataset_settings, ingest_set

SEED = 0
METRICS = ("Contained", "CitationPrecision", "CitationRecall")
ROUTES = "routes"
WRONG = 0.02

Rule = Callable[..., Any]


def nothing(*_: object) -> None:
    """Stand for a rule that may know an answer."""


def never(*_: object) -> bool:
    """Stand for a rule that may tell that there is no answer."""
    return False


def always(*_: object) -> bool:
    """Stand for a rule that may leave a sentence out."""
    return True


def as_given(_: object, quotes: Sequence[Any], *__: object, **___: object) -> list[Any]:
    """Stand for a rule that may change what is quoted."""
    return list(quotes)


def without_note(_: object, quotes: Sequence[Any], *__: object) -> tuple[list[Any], None]:
    """Stand for the rule that leaves out what siblings say and notes what is left of them."""
    return list(quotes), None


# The rules where they are called, each with what stands for it where it is switched off.
PLACES: tuple[tuple[ModuleType, str, Rule], ...] = (
    (quote_each, "may_be_quoted", always),
    (quote_each, "is_of_another_thing", never),
    (quote_each, "without_other_times", as_given),
    (quote_each, "without_wordless", as_given),
    (quote_each, "without_siblings", as_given),
    (quote_each, "without_rows", as_given),
    (quote_each, "is_of_another_time", never),
    (quote_each, "superseding", nothing),
    (refuse, "is_told_whole", never),
    (write_or_quote, "is_untold", never),
    (write_or_quote, "are_other_rows", never),
    (write_or_quote, "are_other_editions", never),
    (write_or_quote, "are_of_others", never),
    (write_or_quote, "are_of_another_thing", never),
    (write_or_quote, "without_surely_others", without_note),
    (write_or_quote, "with_issuer", as_given),
    (write_or_quote, "with_rule", as_given),
    (write_or_quote, "with_who", as_given),
    (write_or_quote, "with_terms", as_given),
)
NAMES = (*(rule.__name__ for rule in told_by_rule._RULES), *(name for _, name, _ in PLACES), ROUTES)


@dataclass(slots=True)
class Asked:
    """One question, with its answers: `on`, `off` without all rules, and `without` one of those that fired."""

    question: Question
    on: Answer
    off: Answer
    without: dict[str, Answer] = field(default_factory=dict)


def main() -> None:
    """Print a row for each set and each rule, and with `--each` the answers that differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", type=Path, help="folders of question sets")
    parser.add_argument("--home", type=Path, default=Path(".footnote-bench"), help="folder of the index; kept")
    parser.add_argument("--questions", type=int, default=300, help="at most so many questions of a set")
    parser.add_argument("--documents", type=int, default=0, help="at most about so many documents of a set; 0 for all")
    parser.add_argument("--each", action="store_true", help="print the answers that differ")
    arguments = parser.parse_args()
    for path in arguments.sets or default_sets():
        dataset = part(read_dataset(path), arguments.questions, arguments.documents)
        asked = asyncio.run(answers(dataset, Settings(home=arguments.home)))
        report(dataset, asked, each=arguments.each)


def part(dataset: Dataset, questions: int, documents: int) -> Dataset:
    """Return a set with some of its questions, and with the documents that answer these and some others."""
    dataset = dataset.sample(questions, seed=SEED)
    if not documents or dataset.documents is None or len(dataset.documents) <= documents:
        return dataset
    relevant = {name for question in dataset.questions for name in question.relevant}
    others = [document for document in dataset.documents if document.source not in relevant]
    random.Random(SEED).shuffle(others)
    kept = relevant | {document.source for document in others[: max(0, documents - len(relevant))]}
    return replace(dataset, documents=tuple(one for one in dataset.documents if one.source in kept))


async def answers(dataset: Dataset, settings: Settings) -> list[Asked]:
    """Ask a set's questions with the rules, and those where one fired without it and without all."""
    settings = dataset_settings(dataset, settings)
    await ingest_set(dataset, settings, lambda _done, _total: None)
    asked = []
    async with open_answerer(settings) as answerer:
        for question in dataset.questions:
            if question.expected is not None or question.turns:
                continue
            fired: set[str] = set()
            with watched(fired):
                on = await answerer.ask(question.text)
            if on.route != "passages":
                fired.add(ROUTES)
            one = Asked(question, on, on)
            if fired:
                with switched_off(NAMES):
                    one.off = await answerer.ask(question.text)
            for name in sorted(fired):
                with switched_off([name]):
                    one.without[name] = await answerer.ask(question.text)
            asked.append(one)
    return asked


@contextmanager
def watched(fired: set[str]) -> Iterator[None]:
    """Note the rules that say something else than what stands for them."""

    def noting(name: str, rule: Rule, off: Rule) -> Rule:
        def asked(*given: Any, **named: Any) -> Any:
            said = rule(*given, **named)
            if said != off(*given):
                fired.add(name)
            return said

        return asked

    with _replaced(noting):
        yield


@contextmanager
def switched_off(names: Sequence[str]) -> Iterator[None]:
    """Put what stands for them in the place of some rules."""
    routes = flow.ROUTES
    with _replaced(lambda name, rule, off: off if name in names else rule):
        flow.ROUTES = () if ROUTES in names else routes
        try:
            yield
        finally:
            flow.ROUTES = routes


@contextmanager
def _replaced(by: Callable[[str, Rule, Rule], Rule]) -> Iterator[None]:
    before = [(module, name, getattr(module, name)) for module, name, _ in PLACES]
    first = told_by_rule._RULES
    for module, name, off in PLACES:
        setattr(module, name, by(name, getattr(module, name), off))
    told_by_rule._RULES = tuple(by(rule.__name__, rule, nothing) for rule in first)  # type: ignore[assignment]
    try:
        yield
    finally:
        told_by_rule._RULES = first
        for module, name, rule in before:
            setattr(module, name, rule)


def report(dataset: Dataset, asked: Sequence[Asked], *, each: bool) -> None:
    """Print what the rules change together and one by one."""
    answerable = [one for one in asked if not one.question.unanswerable]
    values = measured(dataset, answerable)
    print(f"\n{dataset.name}: {len(answerable)} answerable, {len(asked) - len(answerable)} unanswerable questions")
    print("metric | off | on | difference")
    for name in METRICS:
        both = sorted(values["off"][name].keys() & values["on"][name].keys())
        if both:
            cells = [_cell(values[which][name]) for which in ("off", "on")]
            apart = {key: values["on"][name][key] - values["off"][name][key] for key in both}
            print(" | ".join((name, *cells, f"{100 * np.mean(list(apart.values())):+.1f} [{_interval(apart)}]")))
    print(f"characters | {_length([one.off for one in answerable])} | {_length([one.on for one in answerable])}")
    others = [one for one in asked if one.question.unanswerable]
    for title, some in (("refused", answerable), ("unanswerable refused", others)):
        if some:
            print(f"{title} | {sum(not one.off.found for one in some)} | {sum(not one.on.found for one in some)}")
    if len(answerable) < len(asked):
        off, on = (told_apart(asked, which) for which in ("off", "on"))
        print(f"area under the curve; recall at {WRONG:.0%} refused wrongly | {off} | {on}")
    print("rule | fired | answers changed | contained +/- | precision +/- | recall +/- | refused +/-, unanswerable +/-")
    for name in NAMES:
        if fired := [one for one in asked if name in one.without]:
            _print_rule(dataset, name, fired)
    if each:
        _print_each(dataset, asked)


def told_apart(asked: Sequence[Asked], which: str) -> str:
    """Return how well what is answered is told from what is not, by the probability; lowest is what a rule refuses."""
    kinds: tuple[list[float], list[float]] = ([], [])
    for one in asked:
        answer: Answer = getattr(one, which)
        likely = 1.0 if answer.probability is None else answer.probability
        by_rule = not answer.found and likely >= (answer.trace.threshold or 0.0)
        kinds[one.question.unanswerable].append(likely - by_rule)
    least = np.sort(kinds[0])[int(WRONG * len(kinds[0]))]
    return f"{auroc(*kinds):.3f}; {np.mean(np.array(kinds[1]) < least):.3f}"


def measured(dataset: Dataset, asked: Sequence[Asked]) -> dict[str, dict[str, dict[str, float]]]:
    """Return the metrics with and without the rules, by metric and question."""
    locator = Locator(texts(dataset))
    questions = [one.question for one in asked]
    facts = {question.id: locator.facts(question) for question in questions}

    def of(given: Mapping[str, Answer]) -> dict[str, dict[str, float]]:
        return answer_metrics(questions, given, facts, dataset.document_id)

    return {
        "off": of({one.question.id: one.off for one in asked}),
        "on": of({one.question.id: one.on for one in asked}),
    }


def _print_rule(dataset: Dataset, name: str, asked: Sequence[Asked]) -> None:
    changed = [replaced for one in asked if differs(one.without[name], one.on) for replaced in [_against(one, name)]]
    answerable = [one for one in changed if not one.question.unanswerable]
    values = measured(dataset, answerable)
    cells = []
    for metric in METRICS:
        off, on = values["off"][metric], values["on"][metric]
        both = off.keys() & on.keys()
        cells.append(f"+{sum(on[key] > off[key] for key in both)} -{sum(on[key] < off[key] for key in both)}")
    for some in (answerable, [one for one in changed if one.question.unanswerable]):
        more = sum(one.off.found and not one.on.found for one in some)
        cells.append(f"+{more} -{sum(one.on.found and not one.off.found for one in some)}")
    print(" | ".join((name, str(len(asked)), str(len(changed)), *cells[:3], ", ".join(cells[3:]))))


def _against(one: Asked, name: str) -> Asked:
    return Asked(one.question, one.on, one.without[name])


def differs(one: Answer, other: Answer) -> bool:
    """Tell whether two answers say something else, the few words in front and the note included."""
    return (one.found, one.text, one.direct, one.note) != (other.found, other.text, other.direct, other.note)


def _print_each(dataset: Dataset, asked: Sequence[Asked]) -> None:
    values = measured(dataset, [one for one in asked if not one.question.unanswerable])
    for one in asked:
        if not differs(one.off, one.on):
            continue
        names = [name for name, answer in one.without.items() if differs(answer, one.on)]
        scores = " ".join(
            f"{metric} {values['off'][metric].get(one.question.id)}>{values['on'][metric].get(one.question.id)}"
            for metric in METRICS
        )
        kind = "unanswerable" if one.question.unanswerable else scores
        print(f"\n? {one.question.text} [{', '.join(names)}] {kind}\n  gold {list(one.question.answers)[:2]}")
        for which, answer in (("off", one.off), ("on ", one.on)):
            print(f"  {which} {_shown(answer)}")


def _shown(answer: Answer) -> str:
    said = answer.text.replace("\n", " / ")[:600] if answer.found else "(not found)"
    return f"{said} [{answer.route}] front={answer.direct.text if answer.direct else ''!r} note={answer.note[:160]!r}"


def _cell(values: Mapping[str, float]) -> str:
    return f"{100 * np.mean(list(values.values())):.1f} [{_interval(values)}]"


def _interval(values: Mapping[str, float]) -> str:
    return interval(list(percent(dict(values)).values()))


def _length(given: Sequence[Answer]) -> str:
    return f"{np.mean([len(answer.text) for answer in given if answer.found]):.0f}"


if __name__ == "__main__":
    main()
