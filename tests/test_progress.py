"""What the terminal is told while an ingest runs."""

import pytest

from ingest import progress
from ingest.progress import Pace, duration
from ingest.report import IngestReport


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
