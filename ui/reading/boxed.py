"""A page of a PDF or picture file with words boxed, for those who see no page around it: programs and agents."""

import io
from collections.abc import Callable, Sequence

from qa.store import RegisterRow
from qa.types import Chunk
from ui.reading.lookup import merged
from ui.reading.originals import PICTURES, Original, Originals, State
from ui.reading.pdf.boxes import Box
from ui.reading.pdf.drawing import UnreadableError
from ui.reading.pdf.painter import WIDTHS, Painter
from ui.reading.stored import Span, Stretch, absent, drawn, on_page, within

ZOOMS = (50, 100, 150, 200)
"""In percent; one after another the `WIDTHS` of pictures."""

_FILL, _LINE = (250, 204, 21, 70), (202, 138, 4, 255)
# Of the height of a line, so much is left around the words.
_AIR = 0.12
_WHY: dict[State, str] = {
    "removed": "its document is no longer in the collection",
    "changed": "the file has changed since it was ingested; ingest it again",
    "gone": "the file is gone",
    "elsewhere": "the folder of the file is not on this machine",
    "no file": "its document never was a file",
    "unreadable": "the file cannot be read",
}


class NoPageError(Exception):
    """A passage has no page that could be drawn; the text says why."""


class Pictures:
    """Draws the pages of passages. Any thread may ask; nothing is started before the first picture."""

    def __init__(self, painter: Callable[[], Painter] = Painter, originals: Originals | None = None) -> None:
        """Remember the parts.

        Args:
            painter: Returns what draws, once.
            originals: Finds the files.
        """
        self._make = painter
        self._painter: Painter | None = None
        self._originals = originals or Originals()

    def page(
        self, row: RegisterRow | None, chunk: Chunk, beside: Sequence[Chunk], marks: Sequence[Span], zoom: int
    ) -> bytes:
        """Return the page on which a passage begins as PNG, with words boxed.

        Args:
            row: The register's newest row of the document.
            chunk: The passage.
            beside: Stored chunks around it, itself among them.
            marks: Offsets into the document's text of the words that are boxed; the whole passage where there are none.
            zoom: One of `ZOOMS`.

        Raises:
            NoPageError: There is no page, or it cannot be drawn.
        """
        original = self._originals.part(self._originals.of(row, chunk.version), row)
        number = chunk.page or (1 if original.media_type in PICTURES else 0)
        if (why := _why_not(original)) or number < 1:
            raise NoPageError(why or "no page of the file is known for it")
        painter = self._opened()
        stretch = on_page(beside, chunk.page) or Stretch(chunk.start, chunk.text, (chunk,))
        wanted = merged(marks, chunk) or ((chunk.start, chunk.end),)
        spans = [inside for span in wanted if (inside := within(span, stretch))]
        try:
            sheet = painter.sheet(
                original.path, original.stamp, number, stretch.text, spans, absent(stretch), drawn(stretch)
            )
            page = painter.picture(original.path, original.stamp, sheet.number, WIDTHS[ZOOMS.index(zoom)])
        except UnreadableError as error:
            raise NoPageError(f"the page cannot be drawn ({error})") from error
        return boxed(page, [box for boxes in sheet.boxes for box in boxes])

    def close(self) -> None:
        """End what draws, if it was started."""
        if self._painter:
            self._painter.close()

    def _opened(self) -> Painter:
        if self._painter is None:
            self._painter = self._make()
        return self._painter


def _why_not(original: Original) -> str:
    if why := _WHY.get(original.state):
        return why
    return "" if original.is_drawn else "its document is neither a PDF nor a picture, and has no pages to draw"


def boxed(picture: bytes, boxes: Sequence[Box]) -> bytes:
    """Return a picture with boxes drawn onto it.

    Args:
        picture: PNG.
        boxes: (left, top, width, height) as shares of it.
    """
    from PIL import Image, ImageDraw

    if not boxes:
        return picture
    with Image.open(io.BytesIO(picture)) as page:
        shown = page.convert("RGBA")
    layer = Image.new("RGBA", shown.size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(layer)
    across, down = shown.size
    for left, top, width, height in boxes:
        air = max(1.0, _AIR * height * down)
        corners = (
            left * across - air,
            top * down - air,
            (left + width) * across + air,
            (top + height) * down + air,
        )
        pen.rectangle(corners, fill=_FILL, outline=_LINE, width=max(1, across // 600))
    out = io.BytesIO()
    # As quick as that of the page itself, see `Drawer.picture`.
    Image.alpha_composite(shown, layer).convert("RGB").save(out, "PNG", compress_level=1)
    return out.getvalue()
