"""Make the binary documents of the demonstration corpus, or check the corpus and its questions.

    python scripts/make_sample.py [--out data]
    python scripts/make_sample.py --check [--out data]

The sources lie in scripts/sample/src. Two runs give the same files.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from sample.check import check_corpus
from sample.document import Document, read_document
from sample.office import write_docx, write_pptx, write_xlsx
from sample.pdf import write_pdf

SOURCES = Path(__file__).parent / "sample" / "src"
WRITERS: dict[str, Callable[[Document, Path], None]] = {".pdf": write_pdf, ".docx": write_docx, ".pptx": write_pptx}
WORKBOOKS: dict[str, tuple[str, list[str]]] = {
    "registers/spare-parts.xlsx": ("spare-parts", ["stock", "movements"]),
    "registers/training-matrix.xlsx": ("training-matrix", ["technicians", "courses"]),
}


def make_documents(out: Path) -> Iterator[Path]:
    """Write all binary documents below `out` and yield their paths."""
    for source in sorted(SOURCES.glob("*.md")):
        document = read_document(source)
        path = _prepare(out / document.out)
        WRITERS[path.suffix](document, path)
        yield path
    for name, (folder, sheets) in WORKBOOKS.items():
        path = _prepare(out / name)
        write_xlsx(SOURCES / folder, sheets, path)
        yield path


def _prepare(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _print_check(out: Path) -> int:
    report = check_corpus(out)
    print("\n".join(report.lines))
    for problem in report.problems:
        print(f"problem: {problem}", file=sys.stderr)
    return 1 if report.problems else 0


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    parser = argparse.ArgumentParser(description="Make or check the demonstration corpus.")
    parser.add_argument("--out", type=Path, default=Path("data"), help="folder of the corpus (default: data)")
    parser.add_argument("--check", action="store_true", help="check documents and questions instead of writing them")
    options = parser.parse_args(arguments)
    if options.check:
        return _print_check(options.out)
    for path in make_documents(options.out):
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
