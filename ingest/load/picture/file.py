"""Pictures of text, such as photographs of a page: PNG, JPEG, TIFF of several pages, WebP, HEIC. Read by `ocr`."""

import warnings
from collections.abc import Iterator, Sequence
from typing import Any

from ingest.load.build import join_pages, ranges, tidy
from ingest.load.file import File
from ingest.load.picture import ocr, ocr_work
from qa.errors import LoadError
from qa.lazy_regex import lazy_regex
from qa.types import Document

# A page of A3 at 600 dots an inch has 70 million; in memory a colour picture takes four bytes each.
_MAX_AREA = 80_000_000
_MAX_SIDE = 5_000
# Two letters or figures, or one character of a word: a ball of 20 pixels is read as "(>".
_WORD = lazy_regex("[^\\W_]{2}|[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
# No letters fit into less.
_MIN_SIDE = 12


class WordlessError(LoadError):
    """A picture is sound, and holds no words."""


def load(file: File, media_type: str) -> Document:
    """Read the words of a picture; of a TIFF with several pages, page by page."""
    if not ocr.installed():
        raise LoadError(file.source, f"is a picture; {ocr.INSTALL} its words")
    count = _pages(file)
    wanted = min(count, ocr.MAX_PAGES)
    readings = list(_readings(file, wanted))
    texts = [tidy(found.text) for found in readings]
    if not any(map(_WORD.search, texts)):
        raise WordlessError(file.source, "is a picture, and no words were recognised on it")
    text, pages = join_pages(texts, [""] * wanted)
    gaps = [f"without {count - wanted} pages after the first {wanted}; split the file"] if wanted < count else []
    if blank := [number for number, page in enumerate(texts, 1) if not page]:
        gaps.append(f"without {'page' if len(blank) == 1 else 'pages'} {ranges(blank)}: no words were recognised")
    return Document(
        source=file.source,
        title=file.stem,
        text=text,
        media_type=media_type,
        pages=pages if count > 1 else (),
        drawn=tuple(
            word
            for reading, page in zip(readings, pages, strict=True)
            for word in ocr.placed(reading, text, page.start, page.end)
        ),
        metadata={"recognised_pages": ranges([number for number, page in enumerate(texts, 1) if page])},
        gaps=tuple(gaps),
    )


def _readings(file: File, count: int) -> Iterator[ocr.Reading]:
    kept = ocr_work.key(file) if count > 1 else ""
    return ocr.readings(lambda number: drawn(file, number), range(count), kept)


def _pages(file: File) -> int:
    with file.open() as stream, opened(file, stream) as picture:
        return int(getattr(picture, "n_frames", 1)) if picture.format == "TIFF" else 1


def drawn(file: File, number: int = 0, formats: Sequence[str] = ()) -> Any:
    """Return a page upright and in grey, on white where it is transparent; `formats` as in `opened`."""
    return _upright(file, number, formats, "L")


def seen(file: File, formats: Sequence[str] = ()) -> Any:
    """Return a picture as `drawn` does, in its colours."""
    return _upright(file, 0, formats, "RGB")


def _upright(file: File, number: int, formats: Sequence[str], mode: str) -> Any:
    from PIL import Image, ImageOps

    with file.open() as stream, opened(file, stream, formats) as picture:
        if number:
            picture.seek(number)
        _check_size(file, picture)
        if picture.format == "JPEG":
            picture.draft(None, (_MAX_SIDE, _MAX_SIDE))
        picture.load()
        if picture.mode.startswith("I;16"):
            picture = picture.point(lambda value: value / 256)  # 16 bits, of which 8 tell letters
        if "transparency" in picture.info or picture.mode in ("LA", "PA", "RGBA"):
            shown = picture.convert("RGBA")
            flat = Image.new("RGBA", shown.size, "white")
            flat.alpha_composite(shown)
        else:
            flat = picture
        upright = ImageOps.exif_transpose(flat.convert(mode))
    upright.thumbnail((_MAX_SIDE, _MAX_SIDE))
    return upright


def opened(file: File, stream: Any, formats: Sequence[str] = ()) -> Any:
    """Open a picture without decoding it, and refuse one that would fill the memory.

    `formats` are those that may stand in documents beside those that are documents themselves, as Pillow names them.
    """
    from PIL import Image, UnidentifiedImageError

    heic = ["HEIF"] if _knows_heic() else []
    with warnings.catch_warnings():
        # Pillow warns about large pictures, and raises on larger ones; the limit here is lower than both.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            picture = Image.open(stream, formats=["PNG", "JPEG", "TIFF", "WEBP", *heic, *formats])
        except Image.DecompressionBombError as error:
            raise LoadError(file.source, "is a picture of too many pixels to read; scale it down") from error
        except UnidentifiedImageError as error:
            raise LoadError(file.source, "is a picture that is damaged or cut off; get a new copy") from error
    _check_size(file, picture)
    return picture


def _check_size(file: File, picture: Any) -> None:
    width, height = picture.size
    if width * height > _MAX_AREA:
        raise LoadError(file.source, f"is a picture of {width:,} by {height:,} pixels, too many to read; scale it down")
    if min(width, height) < _MIN_SIDE:
        raise WordlessError(file.source, f"is a picture of {width:,} by {height:,} pixels, too few to hold words")


def _knows_heic() -> bool:
    try:
        import pi_heif
    except ImportError:
        return False
    pi_heif.register_heif_opener()
    return True
