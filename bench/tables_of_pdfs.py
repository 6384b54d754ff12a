"""How well the tables of PDF pages are found: against the tables of the ICDAR 2013 competition, or others marked so.

    python bench/tables_of_pdfs.py FOLDER

The folder holds PDFs with a `NAME-str.xml` beside each, as that competition has them: the cells of each table with
their rows and columns. Its measure is taken: which cells are neighbours across and down, blank cells passed over. A
table counts as found with half of its neighbours right both ways, as right with nine in ten.
"""

import argparse
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree

import pypdfium2

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from ingest.load.pdf import objects as pdf_objects  # noqa: E402
from ingest.load.pdf import rules as pdf_rules  # noqa: E402
from ingest.load.pdf import tables as pdf_tables  # noqa: E402
from ingest.load.pdf import words as pdf_words  # noqa: E402
from ingest.load.pdf.table import Table  # noqa: E402

_FOUND, _RIGHT, _FALSE = 0.5, 0.9, 0.1

Cell = tuple[int, int, int, int, str]
"""First and last row, first and last column, and text."""
Pairs = Counter[tuple[str, str, str]]


def main() -> int:
    """Compare, and print one line."""
    parser = argparse.ArgumentParser(description="Compare the tables found in PDFs with those that are marked.")
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    options = parser.parse_args()
    marked: dict[tuple[Path, int], list[Pairs]] = {}
    for path in sorted(options.folder.rglob("*-str.xml")):
        pdf = path.with_name(path.name.replace("-str.xml", ".pdf"))
        if pdf.is_file():
            for page, cells in _marked(path):
                marked.setdefault((pdf, page), []).append(neighbours(cells))
    right = wrong = missed = found = whole = false = pages = 0
    started = time.process_time()
    made = {pdf: list(_found(pdf)) for pdf in dict.fromkeys(pdf for pdf, _ in marked)}
    spent = time.process_time() - started
    for pdf, tables in made.items():
        pages += len(tables)
        for number, page in enumerate(tables, 1):
            ours = [neighbours(cells) for cells in page]
            theirs = marked.get((pdf, number), [])
            one, other = sum(ours, Counter()), sum(theirs, Counter())
            both = (one & other).total()
            right, wrong, missed = right + both, wrong + one.total() - both, missed + other.total() - both
            for table in theirs:
                best = max(
                    (2 * (table & mine).total() / max(1, table.total() + mine.total()) for mine in ours), default=0
                )
                found, whole = found + (best >= _FOUND), whole + (best >= _RIGHT)
            false += sum((mine & other).total() < _FALSE * mine.total() for mine in ours)
    precision, recall = right / max(1, right + wrong), right / max(1, right + missed)
    both_ways = 2 * precision * recall / max(1e-9, precision + recall)
    print(f"precision {precision:.3f}, recall {recall:.3f}, F {both_ways:.3f}")
    print(f"{found} of {sum(map(len, marked.values()))} tables found, {whole} right, {false} where there is none")
    print(f"{1000 * spent / max(1, pages):.0f} ms a page of the processor")
    return 0


def neighbours(cells: Sequence[Cell]) -> Pairs:
    """Return which texts stand beside and below one another, blank cells passed over."""
    places: dict[tuple[int, int], tuple[int, str]] = {}
    for number, (top, bottom, left, right, text) in enumerate(cells):
        if plain := re.sub(r"[^\w]", "", text).casefold():
            for row in range(top, bottom + 1):
                for column in range(left, right + 1):
                    places[row, column] = number, plain
    pairs = set()
    rows, columns = max((row for row, _ in places), default=-1), max((column for _, column in places), default=-1)
    for (row, column), own in places.items():
        beside = (places.get((row, at)) for at in range(column + 1, columns + 1))
        below = (places.get((at, column)) for at in range(row + 1, rows + 1))
        for way, others in (("beside", beside), ("below", below)):
            other = next(filter(None, others), None)
            if other and other != own:
                pairs.add((own, other, way))
    return Counter((one[1], other[1], way) for one, other, way in pairs)


def _marked(path: Path) -> Iterator[tuple[int, list[Cell]]]:
    for region in ElementTree.parse(path).getroot().iter("region"):
        cells = []
        for cell in region.iter("cell"):
            top, left = int(cell.get("start-row", 0)), int(cell.get("start-col", 0))
            bottom, right = int(cell.get("end-row", top)), int(cell.get("end-col", left))
            cells.append((top, bottom, left, right, cell.findtext("content") or ""))
        yield int(region.get("page", 1)), cells


def _found(path: Path) -> Iterator[list[list[Cell]]]:
    document = pypdfium2.PdfDocument(path.absolute())
    for page in document:
        shown = page.get_rotation(), page.get_size()
        words = pdf_words.words(page.get_textpage(), *shown)
        drawn = pdf_rules.rules(pdf_objects.drawn(page), *shown)
        yield [list(_cells(table)) for table in pdf_tables.tables(words, drawn)]


def _cells(table: Table) -> Iterator[Cell]:
    for number, row in enumerate(table.rows):
        column = 0
        while column < len(row):
            wide = table.spans.get((number, column), 1)
            yield number, number, column, min(len(row), column + wide) - 1, row[column]
            column += wide


if __name__ == "__main__":
    raise SystemExit(main())
