"""Whether the words boxed on the picture of a PDF page are the quoted ones.

For quotes out of all PDFs of the folders that are named (the sample's by default), the boxes of the reading pane are
turned back into places of the page, and PDFium says what text stands there. That must be the quote, but for white
space, hyphens, case and accents. Failures are printed with their reasons. Then the time of the first picture of a page
of a PDF of 500 pages is taken, the start of the process that draws it included.
"""

import argparse
import ctypes
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from ingest.load import load  # noqa: E402
from qa.errors import LoadError  # noqa: E402
from qa.tables.lines import names_in  # noqa: E402
from qa.text.sentences import sentence_spans  # noqa: E402
from qa.types import Document  # noqa: E402
from ui.reading.pdf.boxes import Box, dense  # noqa: E402
from ui.reading.pdf.drawing import Drawer, UnreadableError, stamp_of  # noqa: E402
from ui.reading.pdf.painter import Painter  # noqa: E402

_FINE = 1_000_000
# A stored passage is about so long; the rest of the page is not known to the pane.
_PASSAGE = 900
_SHORTEST, _LONGEST = 12, 400
# Letters of a neighbouring line or word may touch the edge of a box; what lies deeper in it counts as under it.
_INSET_PT = 0.3


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of a page, with a passage around it: offsets into the passage."""

    path: Path
    page: int
    passage: str
    start: int
    end: int
    absent: tuple[tuple[int, int], ...] = ()
    """What of the passage stands nowhere on the page: names of columns in each row."""

    @property
    def text(self) -> str:
        """The quoted words that stand on the page."""
        return "".join(
            mark
            for at, mark in enumerate(self.passage[self.start : self.end], self.start)
            if not any(low <= at < high for low, high in self.absent)
        )


def quotes(paths: Sequence[Path], count: int, seed: int) -> tuple[list[Quote], list[str]]:
    """Return so many quotes, as evenly from all files as they hold, and the files that cannot be read."""
    held: list[list[Quote]] = []
    unread = []
    chance = random.Random(seed)
    for path in paths:
        try:
            document = load(path, str(path)).documents[0]
        except LoadError as error:
            unread.append(f"{path.name}: {error.reason}")
            continue
        found = list(_quotes(path, document))
        chance.shuffle(found)
        held.append(found)
    taken: list[Quote] = []
    while len(taken) < count and any(held):
        for found in held:
            if found and len(taken) < count:
                taken.append(found.pop())
    return taken, unread


def _quotes(path: Path, document: Document) -> Iterator[Quote]:
    for page in document.pages:
        text = document.text[page.start : page.end]
        for start, end in sentence_spans(text):
            if _SHORTEST <= end - start <= _LONGEST and len(dense(text[start:end])[0]) >= _SHORTEST:
                low = max(0, text.rfind("\n", 0, max(0, start - _PASSAGE // 2)) + 1)
                high = text.find("\n", end + _PASSAGE // 2)
                high = len(text) if high < 0 else high
                absent = tuple(_absent(document, page.start + low, page.start + high))
                yield Quote(path, page.number, text[low:high], start - low, end - low, absent)


def _absent(document: Document, low: int, high: int) -> Iterator[tuple[int, int]]:
    for mark in document.marks:
        if low <= mark.start < high:
            line = document.text[mark.start : high].split("\n", 1)[0]
            for start, end in names_in(line, mark.columns):
                yield mark.start - low + start, mark.start - low + end


def outcome(drawer: Drawer, quote: Quote) -> str:
    """Return why the text under a quote's boxes is not the quote, "" if it is."""
    path = str(quote.path)
    try:
        stamp, span = stamp_of(quote.path.stat()), (quote.start, quote.end)
        sheet = drawer.sheet(path, stamp, quote.page, quote.passage, [span], quote.absent)
    except UnreadableError as error:
        return f"the page cannot be drawn: {error}"
    if not sheet.has_text:
        return "the page is a picture without text"
    if not sheet.boxes[0]:
        return "not found"
    wanted = dense(quote.text)[0]
    under = dense(_under(quote.path, quote.page, sheet.boxes[0]))[0]
    if under == wanted:
        return ""
    if sheet.shares[0] < 1:
        return f"found in part ({sheet.shares[0]:.0%})"
    if sorted(under) == sorted(wanted):
        return "the same letters in another order"
    return "other letters under the boxes"


def _under(path: Path, number: int, boxes: Sequence[Box]) -> str:
    """Return what PDFium says stands under boxes of the page that is shown."""
    document = pypdfium2.PdfDocument(path.absolute())
    try:
        page = document[number - 1]
        textpage = page.get_textpage()
        return "\n".join(_text_in(page, textpage, box) for box in boxes)
    finally:
        document.close()


def _text_in(page: Any, textpage: Any, box: Box) -> str:
    left, top, width, height = box
    corners = [_on_page(page, x, y) for x in (left, left + width) for y in (top, top + height)]
    x0, x1 = min(x for x, _ in corners), max(x for x, _ in corners)
    y0, y1 = min(y for _, y in corners), max(y for _, y in corners)
    dx, dy = min(_INSET_PT, 0.2 * (x1 - x0)), min(_INSET_PT, 0.2 * (y1 - y0))
    text: str = textpage.get_text_bounded(left=x0 + dx, bottom=y0 + dy, right=x1 - dx, top=y1 - dy)
    return text


def _on_page(page: Any, x: float, y: float) -> tuple[float, float]:
    across, up = ctypes.c_double(), ctypes.c_double()
    pypdfium2.raw.FPDF_DeviceToPage(
        page.raw, 0, 0, _FINE, _FINE, 0, round(x * _FINE), round(y * _FINE), ctypes.byref(across), ctypes.byref(up)
    )
    return across.value, up.value


def long_pdf(path: Path, pages: int) -> None:
    """Write a PDF of so many pages of text."""
    from fpdf import FPDF

    pdf = FPDF()
    pdf.set_font("Helvetica", size=11)
    for number in range(1, pages + 1):
        pdf.add_page()
        for line in range(45):
            pdf.cell(
                0,
                5.5,
                f"Page {number}, line {line}: the pump of unit {number * 37 % 91} was greased after "
                f"{line * 113} hours of operation.",
                new_x="LMARGIN",
                new_y="NEXT",
            )
    pdf.output(str(path))


def first_picture_s(path: Path, page: int) -> tuple[float, float, float]:
    """Return the seconds to a page's boxes and picture: with the start of the process, of a later page, and ahead."""
    stamp = stamp_of(path.stat())
    painter = Painter()
    try:
        started = time.perf_counter()
        painter.sheet(str(path), stamp, page, f"Page {page}, line 7: the pump of unit", [(0, 20)])
        painter.picture(str(path), stamp, page, 1200)
        cold = time.perf_counter() - started
        painter.ahead(str(path), stamp, [page + 1], 1200)
        started = time.perf_counter()
        painter.sheet(str(path), stamp, page - 100)
        painter.picture(str(path), stamp, page - 100, 1200)
        warm = time.perf_counter() - started
        time.sleep(0.5)
        started = time.perf_counter()
        painter.picture(str(path), stamp, page + 1, 1200)
        return cold, warm, time.perf_counter() - started
    finally:
        painter.close()


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench/boxes.py", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folders", nargs="*", type=Path, default=[ROOT / "data"])
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=18)
    parser.add_argument("--verbose", action="store_true", help="print each failure")
    options = parser.parse_args(arguments)
    paths = sorted(path for folder in options.folders for path in folder.rglob("*.pdf"))
    found, unread = quotes(paths, options.count, options.seed)
    drawer = Drawer()
    seconds, reasons, failed = [], Counter[str](), []
    for quote in found:
        started = time.perf_counter()
        reason = outcome(drawer, quote)
        seconds.append(time.perf_counter() - started)
        if reason:
            reasons[reason.split(" (")[0].split(":")[0]] += 1
            failed.append((quote, reason))
    drawer.close()
    files = len({quote.path for quote in found})
    print(f"{len(found)} quotes from {files} PDFs ({len(unread)} of {len(paths)} cannot be read)")
    print(f"{len(found) - len(failed)} boxed to the word, {len(failed)} not ({len(failed) / max(len(found), 1):.1%})")
    for reason, count in reasons.most_common():
        print(f"  {count:3} {reason}")
    if options.verbose:
        for quote, reason in failed:
            print(f"{quote.path.name} p. {quote.page}: {reason}: {' '.join(quote.text.split())!r}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "long.pdf")
        long_pdf(path, 500)
        times = [first_picture_s(path, page) for page in (250, 499, 130)]
        cold, warm, ahead = (statistics.median(values) for values in zip(*times, strict=True))
        print(
            f"first picture of a page of 500: {cold:.3f} s with the process's start, {warm:.3f} s then,"
            f" {ahead * 1000:.1f} ms if made ahead"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
