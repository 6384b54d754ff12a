"""A report written to a folder: `run.json`, TREC runs and qrels, `report.html`; and `run.json` read back."""

import errno
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from qa import disk
from qa.errors import ConfigError, LoadError
from qa.evaluation.html import page
from qa.evaluation.metrics import document_run, qrels_of
from qa.evaluation.report import EvaluationReport, as_json
from qa.paths import expanded

RUN_FILE = "run.json"
REPORT_FILE = "report.html"


def require_matplotlib() -> None:
    """Check that the pictures of a report can be drawn, before anything that takes long.

    Raises:
        ConfigError: They cannot.
    """
    try:
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise ConfigError('the report needs matplotlib; install it with: pip install "footnote[eval]"') from error


def write_report(folder: Path, report: EvaluationReport) -> None:
    """Write everything into a folder, made if missing; files of an earlier run are replaced.

    Raises:
        ConfigError: It cannot be written, or matplotlib is not installed.
    """
    require_matplotlib()
    files = {
        RUN_FILE: json.dumps(as_json(report), ensure_ascii=False, allow_nan=False, indent=1) + "\n",
        REPORT_FILE: page(report),
        "qrels.trec": "".join(qrels_lines(report)),
    }
    for name in report.configurations:
        files[f"runs/{name}.trec"] = "".join(run_lines(report, name))
    try:
        for name, text in files.items():
            file = expanded(folder) / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", errors="replace")
    except OSError as error:
        why = disk.full(folder) if error.errno == errno.ENOSPC else f"{folder} cannot be written ({error.strerror})"
        raise ConfigError(f"{why}; name another folder with --output") from error


def read_run(file: Path) -> dict[str, Any]:
    """Read a `run.json`.

    Raises:
        LoadError: It is missing, or is not a JSON object.
    """
    try:
        values = json.loads(expanded(file).read_text(encoding="utf-8"))
    except OSError as error:
        raise LoadError(
            str(file), f"cannot be read ({error.strerror}); name the run.json that --output wrote"
        ) from error
    except ValueError as error:
        raise LoadError(str(file), "is not a run.json of footnote eval; name the file that --output wrote") from error
    if not isinstance(values, dict):
        raise LoadError(str(file), "is not a run.json of footnote eval; name the file that --output wrote")
    return values


def qrels_lines(report: EvaluationReport) -> Iterator[str]:
    """Yield the judgements in TREC's form: question, 0, document, grade; white space in ids is percent-encoded."""
    for question, grades in qrels_of(report.dataset.questions).items():
        for document, grade in grades.items():
            yield f"{_id(question)} 0 {_id(document)} {grade}\n"


def run_lines(report: EvaluationReport, name: str) -> Iterator[str]:
    """Yield a configuration's ranked documents in TREC's form: question, Q0, document, rank, score, name.

    A document's score is 1 / rank, as in the metrics: chunks of equal score would be reordered by trec_eval.
    """
    outcomes = report.configurations[name].outcomes
    hits = {question: outcome.hits for question, outcome in outcomes.items()}
    for question, documents in document_run(hits, report.dataset.document_id).items():
        for rank, (document, score) in enumerate(documents.items(), 1):
            yield f"{_id(question)} Q0 {_id(document)} {rank} {score!r} {name}\n"


def _id(text: str) -> str:
    return quote(text, safe="/:#?&=+,;@!$'()*~|", errors="replace")
