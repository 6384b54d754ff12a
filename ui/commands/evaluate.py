"""The command `footnote eval`: its options, and what it prints and writes."""

import argparse
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.command import signals
from qa.command.options import WRITING, add_settings, settings_from
from qa.command.parser import Commands
from qa.command.printing import say, say_json, warn

if TYPE_CHECKING:
    from qa.config import Settings
    from qa.evaluation import EvaluationReport
    from qa.types import Answer

_RANKINGS = "dense,sparse,rrf,scores"


def add_parser(commands: Commands) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser("eval", help="measure retrieval and answers on a question set")
    parser.set_defaults(run=run, usage=parser.error)
    parser.add_argument(
        "dataset", type=Path, nargs="?", metavar="DATASET", help="folder of a question set; see docs/evaluation.md"
    )
    parser.add_argument(
        "--questions-from-index",
        type=int,
        metavar="N",
        help="instead of measuring, write a set of N questions about the collection's own documents to --output",
    )
    parser.add_argument("--feedback", action="store_true", help="let answers that users liked in the chat join the set")
    parser.add_argument("--rankings", default=_RANKINGS, metavar="LIST", help=f"rankings to compare ({_RANKINGS})")
    parser.add_argument(
        "--config",
        action="append",
        default=[],
        metavar="NAME:KEY=VALUE,…",
        help="another configuration, by its settings, such as wide:top_k=12,chunk_tokens=300; may be repeated",
    )
    parser.add_argument("--answers", metavar="LIST", help="configurations that also answer (default all)")
    parser.add_argument("--no-answers", action="store_true", help="measure retrieval only")
    parser.add_argument("--judge-model", default="", metavar="MODEL", help="language model that compares the answers")
    parser.add_argument(
        "--questions", type=int, default=0, metavar="N", help="ask only N of the questions, drawn at random"
    )
    parser.add_argument(
        "--seed", type=int, metavar="N", help="seed of the random draws; the same seed gives the same figures"
    )
    parser.add_argument("--fresh", action="store_true", help="ask again what an earlier run has asked")
    parser.add_argument("--output", type=Path, metavar="FOLDER", help="write run.json, TREC runs and report.html there")
    parser.add_argument(
        "--baseline", type=Path, metavar="RUN.JSON", help="exit with 1 if a metric is significantly worse than there"
    )
    parser.add_argument("--json", action="store_true", help="print the content of run.json")
    add_settings(
        parser,
        (
            *WRITING,
            "database",
            "dictionaries",
            "reranker",
            "rerank_ms",
            "top_k",
            "threshold",
            "llm_model",
            "openai_base_url",
        ),
    )


def run(arguments: argparse.Namespace) -> int:
    """Evaluate, print, write, compare; or write a question set."""
    if (arguments.dataset is None) == (arguments.questions_from_index is None):
        arguments.usage("name either a DATASET or --questions-from-index N")
    if arguments.questions_from_index is not None:
        return _make_set(arguments)
    from qa.command.telemetry import send_spans
    from qa.evaluation import as_json
    from qa.evaluation.files import read_run, require_matplotlib, write_report
    from qa.evaluation.report import table_lines

    send_spans()
    if arguments.output:
        require_matplotlib()
    baseline = read_run(arguments.baseline) if arguments.baseline else None
    report = _evaluated(arguments)
    if arguments.output:
        write_report(arguments.output, report)
    values = as_json(report) if arguments.json or baseline else {}
    if arguments.json:
        say_json(values)
    else:
        say(*table_lines(report))
    resumed = sum(found.resumed for found in report.configurations.values())
    if resumed and not arguments.json:
        warn(f"{resumed:,} outcomes are those of an earlier run; --fresh asks again")
    for name, found in report.configurations.items():
        if quoted := sum(_quoted_in_place(outcome.answer) for outcome in found.outcomes.values()):
            warn(f"{name}: {quoted:,} answers are quoted, since the passages do not hold what the model wrote")
    if baseline is None:
        return 0
    return _gate(baseline, values, report.seed)


def _quoted_in_place(answer: "Answer | None") -> bool:
    """Tell whether a model was asked, but its words were replaced by quotes."""
    from qa.answering.quoting.quote import EXTRACTIVE

    return answer is not None and answer.found and answer.trace.calls > 0 and answer.model == EXTRACTIVE


def _make_set(arguments: argparse.Namespace) -> int:
    from qa.errors import ConfigError
    from qa.evaluation.statistics import SEED
    from ui.evaluation.question_set import make_set
    from ui.terminal import stages

    if arguments.questions_from_index < 0:
        raise ConfigError(f"--questions-from-index is {arguments.questions_from_index}; ask for at least one question")
    settings = settings_from(arguments)
    folder = arguments.output or settings.home / "questions" / settings.collection
    with stages(quiet=False) as on_progress:
        dataset = signals.run(
            make_set(
                folder,
                settings,
                count=arguments.questions_from_index,
                seed=SEED if arguments.seed is None else arguments.seed,
                feedback=arguments.feedback,
                on_progress=on_progress,
            )
        )
    kinds = Counter(question.kind for question in dataset.questions)
    made = {"folder": str(dataset.folder), "questions": len(dataset.questions), "kinds": dict(kinds)}
    if arguments.json:
        say_json(made)
    else:
        say(f"{made['questions']} questions ({', '.join(f'{count} {kind}' for kind, count in kinds.items())})")
        say(f"read them, then: footnote eval {dataset.folder}")
    return 0


def _evaluated(arguments: argparse.Namespace) -> "EvaluationReport":
    from qa.errors import ConfigError
    from qa.evaluation.statistics import SEED
    from ui.evaluation.run import evaluate
    from ui.terminal import stages

    if arguments.questions < 0:
        raise ConfigError(f"--questions is {arguments.questions}; ask for at least one, or leave it out")
    settings = settings_from(arguments)
    configurations = _configurations(arguments, settings)
    with stages(quiet=False) as on_progress:
        return signals.run(
            evaluate(
                arguments.dataset,
                settings,
                configurations=configurations,
                answers=_answering(arguments, configurations),
                judge_model=arguments.judge_model,
                count=arguments.questions,
                seed=SEED if arguments.seed is None else arguments.seed,
                fresh=arguments.fresh,
                feedback=arguments.feedback,
                on_progress=on_progress,
            )
        )


def _configurations(arguments: argparse.Namespace, settings: "Settings") -> dict[str, "Settings"]:
    """Return the configurations asked for; rankings come last, since all are compared with the last one."""
    from qa.errors import ConfigError
    from ui.evaluation.run import parse_configuration, parse_rankings, ranking_configurations

    configurations: dict[str, Settings] = {}
    for text in arguments.config:
        name, changed = parse_configuration(text, settings)
        if name in configurations:
            raise ConfigError(f'--config "{name}" is given twice; give each its own name')
        configurations[name] = changed
    for ranking, changed in ranking_configurations(settings, parse_rankings(arguments.rankings)).items():
        configurations.setdefault(ranking, replace(changed))
    return configurations


def _answering(arguments: argparse.Namespace, configurations: dict[str, "Settings"]) -> list[str] | None:
    from qa.errors import ConfigError

    if arguments.no_answers:
        return []
    if arguments.answers is None:
        return None
    asked = [name.strip() for name in arguments.answers.split(",") if name.strip()]
    unknown = [name for name in asked if name not in configurations]
    if unknown:
        raise ConfigError(f'--answers "{unknown[0]}" is not a configuration; there are {", ".join(configurations)}')
    return asked


def _gate(baseline: dict[str, Any], values: dict[str, Any], seed: int) -> int:
    """Say on stderr where the run is worse than the baseline, and return the exit status."""
    from qa.evaluation.compare import worse_than

    found = worse_than(baseline, values, seed=seed)
    for name in baseline["configurations"]:
        if name not in values["configurations"]:
            warn(f"not compared: {name} is in the baseline alone")
    for metric, test in found:
        warn(
            f"worse: {metric} of {test.second} {test.difference:+.3f} against the baseline on {test.questions:,} "
            f"questions (p {test.corrected:.4f} after Holm)"
        )
    if not found:
        warn("no metric is significantly worse than the baseline")
    return 1 if found else 0
