"""What the terminal is told while an ingest runs."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest import progress
from ingest.progress import Pace, duration
from ingest.report import IngestReport
from qa.database.ingests import Ingest, Progress
from qa.models.dense_workers import vectors_of
from ui.documents import telling


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, in seconds, which stands still."""
    now = [1_000.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def test_speed_and_time_left_are_of_what_is_stored(clock: list[float]) -> None:
    pace, report = Pace(), IngestReport(bytes_total=1_000)
    assert pace.describe(report) == "0 chunks"
    clock[0] += 10
    report.chunks_embedded, report.chunks_reused, report.bytes_done = 150, 50, 100
    assert pace.describe(report) == "200 chunks, 20 a second, 2 min left"
    clock[0] += 10
    report.bytes_done = 500
    assert pace.describe(report) == "200 chunks, 10 a second, 20 s left"


def test_a_small_first_file_does_not_tell_the_time_left(clock: list[float]) -> None:
    pace, report = Pace(), IngestReport(bytes_total=1_000)
    pace.describe(report)
    clock[0] += 10
    report.chunks_embedded, report.bytes_done = 30, 50
    assert pace.describe(report) == "30 chunks, 3 a second"
    report.bytes_done = 51
    assert pace.describe(report).endswith(" left")


def test_what_was_waited_before_an_ingest_does_not_slow_it(clock: list[float]) -> None:
    """Opening the model before the first, and under --watch the hours between two of them."""
    pace = Pace()
    for _ in range(2):
        clock[0] += 3_600
        report = IngestReport(bytes_total=1_000)
        assert pace.describe(report) == "0 chunks"
        clock[0] += 10
        report.chunks_embedded, report.bytes_done = 200, 500
        assert pace.describe(report) == "200 chunks, 20 a second, 10 s left"


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.4, "0 s"), (89, "89 s"), (90, "2 min"), (5_340, "89 min"), (5_400, "1 h 30 min")]
)
def test_durations_are_said_as_people_say_them(seconds: float, said: str) -> None:
    assert duration(seconds) == said


def test_one_large_file_is_seen_to_get_on(clock: list[float]) -> None:
    """Nothing of it is stored for minutes: its pages move first, then the passages that the model is at."""
    pace, report = Pace(), IngestReport(seen=1)
    report.pages["canal.pdf"] = 12, 300
    assert pace.describe(report) == "page 12 of 300, 0 chunks"
    clock[0] += 10
    report.pages.clear()
    report.chunks_read, report.chunks_made = 900, 80
    assert pace.describe(report) == "80 of 900 chunks, 8 a second"
    report.chunks_embedded = 256
    assert pace.describe(report).startswith("256 of 900 chunks")


def test_bar_of_the_page_moves_with_pages_and_passages_and_never_back() -> None:
    stages = [
        Progress(found=3, unchanged=1),
        Progress(found=3, unchanged=1, pages=100, of_pages=200),
        Progress(found=3, unchanged=1, read=1, passages=400),
        Progress(found=3, unchanged=1, read=1, passages=400, embedded=200),
        Progress(found=3, unchanged=1, read=1, passages=400, embedded=400, stored=1),
        Progress(found=3, unchanged=1, read=2, passages=40_000, embedded=400, stored=1),
        Progress(found=3, unchanged=1, read=2, passages=40_000, embedded=40_000, stored=2),
    ]
    ingest = Ingest("i" * 32, "c", "upload", ("a",), state="running", stage="reading")
    shares = [telling.share(replace(ingest, progress=progress)) for progress in stages]
    assert shares == pytest.approx([1 / 3, 1.1 / 3, 1.2 / 3, 1.6 / 3, 2 / 3, 2 / 3, 1])
    said = telling.counts(stages[1])
    assert "100 of 200 pages read" in said
    assert "pages" not in telling.counts(stages[3])


def test_a_model_that_takes_long_tells_how_far_it_is() -> None:
    class Slow:
        dim = 2

        def encode(self, texts: Sequence[str]) -> Iterator[tuple[list[int], NDArray[np.float32]]]:
            for start in range(0, len(texts), 2):
                numbers = list(range(start, min(start + 2, len(texts))))
                yield numbers, np.ones((len(numbers), 2), np.float32)

    told: list[int] = []
    assert vectors_of(["a"] * 5, Slow(), told.append).shape == (5, 2)
    assert told == [2, 4, 5]
