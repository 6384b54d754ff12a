"""The picture inside a document that a block of its text was read from, found again to be shown with its words' boxes.

Nothing stored says which picture that was. So the document is read again with a sign in the place of each picture, and
the text around a sign tells which ones may be meant. Those are read again, until one says what the block says.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import takewhile

from ingest.load import with_pictures
from ingest.load.file import File
from ingest.load.picture import file as picture
from ingest.load.picture import inside as pictures_inside
from ingest.load.picture import ocr
from ingest.load.picture.inside import MARK, Key, Pictures
from ingest.load.whole import whole
from qa.lazy_regex import lazy_regex
from qa.text.drawn import DrawnWord

# Letters on either side of a picture by which its place is known, and the pictures that are read for one block.
_AROUND = 60
_MOST_READ = 6
# So much alike in their words are two readings of one picture, since settings of the reader may differ; so many words
# follow one another in both.
_ALIKE = 0.75
_RUN = 4
_MOST_COMPARED = 2_000
_LONGEST_SIDE = 1_600
_MOST_BYTES = 700_000
_SIGN = "qzxpicture{}xzq"
_SIGNED = lazy_regex(r"(?:Picture: )?qzxpicture(\d{1,4})xzq")
_BLOCK = lazy_regex(rf"^{MARK}.*(?:\n.+)*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Found:
    """A picture as it is shown.

    Attributes:
        content: Its file, of the type `media_type`.
        media_type: Of it.
        width: In pixels.
        height: Likewise.
        words: Where the words of the block stand in the block and on the picture.
    """

    content: bytes
    media_type: str
    width: int
    height: int
    words: tuple[DrawnWord, ...]


def found(file: File, block: str, before: str, after: str) -> Found | None:
    """Return the picture that a block was read from; None where no picture of the document says that.

    Args:
        file: The document.
        block: The block, or as much of it as is known, from its mark on.
        before: Text of the document in front of it.
        after: Text behind it.

    Raises:
        LoadError: The document cannot be read.
    """
    pictures = Pictures()
    with_pictures(file, pictures)
    keys = pictures.legible()
    pictures.words = {key: _SIGN.format(number) for number, key in enumerate(keys)}
    signed = with_pictures(file, pictures).text
    # A document may hold such a sign itself.
    nearest = [number for number in _nearest(signed, before, after) if number < len(keys)]
    for key in (keys[number] for number in nearest[:_MOST_READ]):
        data = pictures.content[key]
        drawn = pictures_inside.as_read(data, key[1])
        if drawn is None:
            continue
        reading = ocr.reading(drawn)
        if _says(MARK + pictures_inside.words_of(reading.text), block):
            words = tuple(ocr.placed(reading, block, len(MARK), len(block)))
            return _shown(data, key, words)
    return None


def _nearest(signed: str, before: str, after: str) -> list[int]:
    """Return the numbers of pictures, first those around whose sign the text is most like that around a block."""
    ahead, behind = _dense(_BLOCK.sub("", before))[-_AROUND:], _dense(_BLOCK.sub("", after))[:_AROUND]
    places = list(_places(signed))
    plain = _dense(_SIGNED.sub("", signed))
    alike = {
        number: _common(plain[:at][::-1][:_AROUND], ahead[::-1]) + _common(plain[at : at + _AROUND], behind)
        for number, at in reversed(places)
    }
    return sorted(alike, key=lambda number: (-alike[number], number))


def _places(signed: str) -> Iterator[tuple[int, int]]:
    """Yield the number of each sign, and how many letters stand before it."""
    at = end = 0
    for sign in _SIGNED.finditer(signed):
        at += len(_dense(signed[end : sign.start()]))
        end = sign.end()
        yield whole(sign[1]), at


def _common(one: str, other: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _dense(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _says(said: str, block: str) -> bool:
    """Tell whether a picture says what a block says; of a long one the block may be a part."""
    if _dense(said) == _dense(block):
        return True
    one, other = (text.casefold().split()[:_MOST_COMPARED] for text in (said, block))
    matches = [match.size for match in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()]
    # Single words of a short text are found in any long one.
    return sum(matches) >= _ALIKE * len(other) and max(matches) >= min(_RUN, len(other) / 3)


def _shown(data: bytes, key: Key, words: tuple[DrawnWord, ...]) -> Found:
    from PIL import Image

    upright = pictures_inside.cropped(picture.seen(File("", "", data), pictures_inside.FORMATS), key[1])
    upright.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    upright.save(out, "PNG")
    kind = "image/png"
    if out.tell() > _MOST_BYTES:
        out = io.BytesIO()
        upright.convert("RGB").save(out, "JPEG", quality=80)
        kind = "image/jpeg"
    return Found(out.getvalue(), kind, upright.width, upright.height, words)
