"""Text of pictures through RapidOCR: its models come with the package and run on onnxruntime; nothing is fetched."""

import functools
import re
import threading
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

# What is less certain than this is specks and drawings.
_SURE = 0.5
# Pages that stand on their head are read, but badly.
_UPRIGHT = 0.8
# A gap between columns of prose; cells of a table are shorter than such lines.
_PROSE_CHARS = 20
_COLUMN_LINES = 3
# One page after the other: each takes hundreds of megabytes.
_ONE_AT_A_TIME = threading.Lock()

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a picture, where it stands in pixels, and how certain it is, 0 to 1."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    score: float
    fall: float = 0.0
    """How much lower its right end stands than its left one, on a page that was laid aslant."""

    @property
    def middle(self) -> float:
        """Half its height down."""
        return (self.top + self.bottom) / 2

    @property
    def height(self) -> float:
        """From its top to its bottom."""
        return self.bottom - self.top


def reading(picture: Any) -> tuple[str, list[tuple[str, float, float, float, float]]]:
    """Return the lines of a picture in the order of reading, and their words with left, top, width and height."""
    angle, found = lines(picture)
    rows = ordered([line for line in found if line.score >= _SURE])
    words = [
        (word, *turned_back(box, angle, picture.width, picture.height))
        for row in rows
        for line in row
        for word, box in _words(line)
    ]
    return "\n".join(" ".join(line.text for line in row) for row in rows), words


def lines(picture: Any) -> tuple[int, list[Line]]:
    """Return by how many degrees a picture was turned to be read, against the clock, and its lines then."""
    with _ONE_AT_A_TIME:
        found = _read(picture)
        if not found:
            return 0, found
        if sum(line.height > 1.5 * (line.right - line.left) for line in found) * 2 > len(found):
            turned = [(angle, _read(picture.rotate(angle, expand=True))) for angle in (90, 270)]
            return max(turned, key=lambda one: _worth(one[1]))
        if sum(line.score for line in found) / len(found) < _UPRIGHT:
            return max(((0, found), (180, _read(picture.rotate(180)))), key=lambda one: _worth(one[1]))
        return 0, found


def turned_back(box: Box, angle: int, width: float, height: float) -> Box:
    """Return where a box of a turned picture stands in the picture itself.

    Args:
        box: Left, top, width and height.
        angle: By which the picture was turned, against the clock.
        width: Of the picture itself.
        height: Likewise.
    """
    left, top, wide, high = box
    if angle == 90:
        return width - top - high, left, high, wide
    if angle == 180:
        return width - left - wide, height - top - high, wide, high
    if angle == 270:
        return top, height - left - wide, high, wide
    return box


def _words(line: Line) -> list[tuple[str, Box]]:
    """Return the words of a line with their boxes; its letters are taken to be of one width."""
    width, count = line.right - line.left, max(len(line.text), 1)
    # The box of a line aslant is higher than its letters.
    high = max(line.height - abs(line.fall), line.height / 3)
    first = line.top if line.fall >= 0 else line.bottom - high
    found = []
    for match in re.finditer(r"\S+", line.text):
        start, end = match.start() / count, match.end() / count
        top = first + line.fall * (start + end) / 2
        found.append((match[0], (line.left + width * start, top, width * (end - start), high)))
    return found


def _worth(found: list[Line]) -> float:
    return sum(line.score * len(line.text) for line in found if line.score >= _SURE) if found else 0.0


def _read(picture: Any) -> list[Line]:
    import numpy

    result = _engine()(numpy.asarray(picture.convert("RGB")))
    if result.boxes is None or result.txts is None:
        return []
    found = []
    for box, said, score in zip(result.boxes, result.txts, result.scores, strict=True):
        (left, top), (right, bottom) = box.min(axis=0), box.max(axis=0)
        fall = float(box[1][1] - box[0][1])
        found.append(Line(said, float(left), float(top), float(right), float(bottom), float(score), fall))
    return found


@functools.cache
def _engine() -> Any:
    import rapidocr

    models = Path(rapidocr.__file__).parent / "models"
    # With a path given, a model that is missing is an error; without one, it would be fetched.
    return rapidocr.RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,
            "Global.text_score": 0.0,
            "Det.model_path": str(models / "PP-OCRv6_det_small.onnx"),
            "Rec.model_path": str(models / "PP-OCRv6_rec_small.onnx"),
            # More threads wait for each other, as several files are read at a time.
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def ordered(found: list[Line]) -> list[list[Line]]:
    """Return the rows from top to bottom, columns of prose one after the other, cells of a row in one line."""
    if cut := _between_columns(found):
        return ordered([line for line in found if line.right <= cut]) + ordered(
            [line for line in found if line.right > cut]
        )
    rows: list[list[Line]] = []
    for line in sorted(found, key=lambda line: line.middle):
        if rows and abs(line.middle - rows[-1][-1].middle) < min(line.height, rows[-1][-1].height) / 2:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.left) for row in rows]


def _between_columns(found: list[Line]) -> float:
    """Return where a gap between two columns of prose begins, in pixels; 0 without one."""
    reach = 0.0
    for at, line in enumerate(ordered := sorted(found, key=lambda line: line.left)):
        if at and line.left > reach + line.height / 2 and _is_prose(ordered[:at]) and _is_prose(ordered[at:]):
            return reach
        reach = max(reach, line.right)
    return 0.0


def _is_prose(found: list[Line]) -> bool:
    return len(found) >= _COLUMN_LINES and median(len(line.text) for line in found) >= _PROSE_CHARS
