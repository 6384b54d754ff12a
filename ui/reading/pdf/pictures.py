"""Pages of picture files, such as photographs and faxes, for the process that draws. Only here Pillow opens files."""

import io
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO

from ui.reading.pdf.boxes import Span
from ui.reading.pdf.drawing import Drawn, Sheet, Stamp, UnreadableError, on_picture, opened

# As `ingest.load.picture.file`: what is larger was never read.
_MOST_PIXELS = 80_000_000
_LONGEST_SIDE = 8_000
# The longer side of the page that a picture is taken for: boxes are joined by distances on paper.
_LONG_SIDE_PT = 842.0
_FORMATS = ("PNG", "JPEG", "TIFF", "WEBP")
_EXIF_ORIENTATION = 0x0112
_ON_ITS_SIDE = (5, 6, 7, 8)


def is_picture(path: str, stamp: Stamp) -> bool:
    """Tell by its first bytes whether a file is a picture.

    Raises:
        UnreadableError: It cannot be opened, or is another one by now.
    """
    with opened(path, stamp) as file:
        head = file.read(12)
    starts = (b"\x89PNG", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
    return head.startswith(starts) or (head[:4], head[8:12]) == (b"RIFF", b"WEBP") or head[4:8] == b"ftyp"


def picture(path: str, stamp: Stamp, number: int, width: int) -> bytes:
    """Return a page of a picture file as PNG, upright; arguments and errors as `Drawer.picture` has them."""
    from PIL import Image, ImageOps

    with _page(path, stamp, number) as page:
        if page.format == "JPEG":
            page.draft("RGB", (width, width))
        page.load()
        if page.mode.startswith("I;16"):
            page = page.point(lambda value: value / 256)
        if (times := page.width // (2 * width)) > 1 and page.mode in ("L", "LA", "RGB", "RGBA"):
            # What follows makes copies, for which a large picture leaves no room.
            page = page.reduce(times)
        # Letters of a fax are lost where black and white are not mixed first.
        grey = page.mode in ("1", "L", "LA", "I", "F")
        if page.mode in ("LA", "PA", "RGBA") or "transparency" in page.info:
            clear = page.convert("RGBA")
            page = Image.new("RGBA", clear.size, "white")
            page.alpha_composite(clear)
        upright = ImageOps.exif_transpose(page.convert("L" if grey else "RGB"))
    scale = min(width / upright.width, _LONGEST_SIDE / max(upright.size))
    if scale < 1:
        size = max(1, round(upright.width * scale)), max(1, round(upright.height * scale))
        upright = upright.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    out = io.BytesIO()
    upright.save(out, "PNG", compress_level=1)
    return out.getvalue()


def sheet(path: str, stamp: Stamp, number: int, text: str, spans: Sequence[Span], drawn: Sequence[Drawn] = ()) -> Sheet:
    """Describe a page of a picture file, and find spans of a text on it; see `Drawer.sheet`."""
    with _page(path, stamp, max(1, number), lenient=True) as page:
        count = _count(page)
        number = min(max(1, number), count)
        across, down = page.size
        if page.getexif().get(_EXIF_ORIENTATION) in _ON_ITS_SIDE:
            across, down = down, across
    scale = _LONG_SIDE_PT / max(across, down)
    width, height = across * scale, down * scale
    boxes, shares = on_picture(drawn, text, spans, width, height)
    return Sheet(number, count, "", width, height, boxes, shares, bool(drawn), across)


@contextmanager
def _page(path: str, stamp: Stamp, number: int, *, lenient: bool = False) -> Iterator[Any]:
    """Open a page without decoding it; with `lenient` the last one where there is none of this number."""
    from PIL import Image

    with opened(path, stamp) as file, warnings.catch_warnings():
        # The limit below is lower than Pillow's own.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with _image(file) as image:
                count = _count(image)
                if number > count and not lenient:
                    raise UnreadableError(f"there is no page {number}")
                image.seek(min(number, count) - 1)
                if image.width * image.height > _MOST_PIXELS:
                    raise UnreadableError("it has too many pixels")
                yield image
        except (OSError, SyntaxError, EOFError, ValueError, Image.DecompressionBombError) as error:
            raise UnreadableError(f"{type(error).__name__}: {error}") from error


def _image(file: BinaryIO) -> Any:
    from PIL import Image

    heic = []
    if file.read(12)[4:8] == b"ftyp":
        try:
            import pi_heif
        except ImportError as error:
            raise UnreadableError("nothing here draws HEIC") from error
        pi_heif.register_heif_opener()
        heic = ["HEIF"]
    file.seek(0)
    return Image.open(file, formats=[*_FORMATS, *heic])


def _count(image: Any) -> int:
    # Other formats have frames that move, or pictures beside the first: the loader reads the first.
    return int(getattr(image, "n_frames", 1)) if image.format == "TIFF" else 1
