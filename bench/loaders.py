"""What the loaders make of a folder of real files: a table by format, and the reason for every file without text.

    python bench/loaders.py [PATH] [--ocr]

A file counts under the format that its name promises. Its characters are those of its own text and of its parts'.
"""

import argparse
import sys
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from ingest.load import load  # noqa: E402
from ingest.load.picture import ocr  # noqa: E402
from qa.errors import LoadError  # noqa: E402

DEFAULT = ROOT.parent / "shared" / "realfiles" / "pile"


@dataclass(slots=True)
class Row:
    """The sums of one format."""

    files: int = 0
    read: int = 0
    parts: int = 0
    characters: int = 0
    seconds: float = 0.0
    slowest_s: float = 0.0
    slowest: str = ""


def main() -> int:
    """Load everything below a folder and print the table."""
    parser = argparse.ArgumentParser(description="Load real files and count what comes out.")
    parser.add_argument("path", nargs="?", type=Path, default=DEFAULT, metavar="PATH", help=f"default: {DEFAULT}")
    parser.add_argument("--ocr", action="store_true", help="read pictures where Tesseract is installed; slow")
    options = parser.parse_args()
    if not options.ocr:
        ocr.installed = lambda: False  # type: ignore[assignment]
    rows: dict[str, Row] = defaultdict(Row)
    reasons: list[tuple[str, str]] = []
    for path in sorted(one for one in options.path.rglob("*") if one.is_file()):
        _measure(path, rows[path.suffix.lower() or path.name], reasons, options.path)
    _print(rows)
    print(f"\n{len(reasons)} files and parts without text:")
    for name, reason in reasons:
        print(f"  {name}: {reason}")
    return 0


def _measure(path: Path, row: Row, reasons: list[tuple[str, str]], folder: Path) -> None:
    name = path.relative_to(folder).as_posix()
    started = time.perf_counter()
    row.files += 1
    try:
        loaded = load(path, name)
    except LoadError as error:
        reasons.append((name, error.reason))
    else:
        row.read += 1
        row.parts += len(loaded.documents) - 1
        row.characters += sum(len(document.text) for document in loaded.documents)
        reasons += loaded.failed
    elapsed = time.perf_counter() - started
    row.seconds += elapsed
    if elapsed > row.slowest_s:
        row.slowest_s, row.slowest = elapsed, path.name


def _print(rows: dict[str, Row]) -> None:
    print(f"{'format':<8}{'files':>6}{'text':>6}{'none':>6}{'parts':>7}{'characters':>12}{'s':>8}  slowest")
    total = Row()
    for name, row in sorted(rows.items()):
        _line(name, row)
        total.files += row.files
        total.read += row.read
        total.parts += row.parts
        total.characters += row.characters
        total.seconds += row.seconds
    _line("all", total)


def _line(name: str, row: Row) -> None:
    slowest = f"{row.slowest_s:.2f} s {row.slowest}" if row.slowest else ""
    counts = f"{row.files:>6}{row.read:>6}{row.files - row.read:>6}{row.parts:>7}{row.characters:>12,}"
    print(f"{name:<8}{counts}{row.seconds:>8.1f}  {slowest}")


if __name__ == "__main__":
    raise SystemExit(main())
