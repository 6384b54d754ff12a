"""The clock is set back or forward, and files say that they were changed in years that no calendar has."""

import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from conftest import OpenIndex, run
from test_folder import sync, write
from test_pipeline import ALPHA, BETA, GAMMA, counts, held, rows_of

from qa.errors import StoreError
from qa.store import Index, RegisterRow
from qa.store.where import EVERYTHING, day_of, facets

_YEAR_NS = 365 * 86_400 * 1_000_000_000
_NOW_NS = time.time_ns()


def set_clock(monkeypatch: pytest.MonkeyPatch, years: float) -> None:
    monkeypatch.setattr(time, "time_ns", lambda: _NOW_NS + int(years * _YEAR_NS))


@pytest.mark.parametrize("years", [-1.0, 0.0, 1.0])
def test_version_stored_last_counts_whatever_the_clock_says(
    new_index: OpenIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, years: float
) -> None:
    """Even where the ingest is cut off before the older version is deleted, which was stored a year from now."""
    write(tmp_path / "docs" / "a.txt", ALPHA)
    write(tmp_path / "docs" / "b.txt", BETA)

    async def main() -> None:
        async with new_index() as index:
            set_clock(monkeypatch, 0.0)
            await sync(index, tmp_path / "docs")
        set_clock(monkeypatch, years)
        write(tmp_path / "docs" / "a.txt", GAMMA, at=1_700_001_000)
        async with new_index() as index:
            with monkeypatch.context() as cut:

                async def killed(_self: Index, _rows: object) -> None:
                    raise StoreError("the engine was killed")

                cut.setattr(Index, "_forget_older", killed)
                with pytest.raises(StoreError, match="killed"):
                    await sync(index, tmp_path / "docs")
        async with new_index() as index:
            assert (await rows_of(index))["a.txt"].size == len(GAMMA)
            assert counts(await sync(index, tmp_path / "docs")) == {"unchanged": 2}
            assert await held(index) == {"a.txt": [GAMMA], "b.txt": [BETA]}

    run(main)


def test_what_an_index_is_called_last_counts(new_index: OpenIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    """A collection that is renamed, or rebuilt, after the clock was set back."""

    async def main() -> None:
        async with new_index() as index:
            assert index.generation
            set_clock(monkeypatch, -1.0)
            other = f"{index.name}_other"
            await index.declare(replace(index.generation, name=other))
            assert await Index(index.connection, other).exists()
            assert not await Index(index.connection, index.name).exists()
            await index.declare(replace(index.generation, name=index.name))

    run(main)


def test_open_index_sees_a_change_after_the_clock_was_set_back(
    new_index: OpenIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "docs" / "a.txt", ALPHA)

    async def main() -> None:
        async with new_index() as index, new_index(create=False) as asking:
            await sync(index, tmp_path / "docs")
            await asking.open()
            before = await asking.term_statistics()
            set_clock(monkeypatch, -1.0)
            write(tmp_path / "docs" / "a.txt", GAMMA, at=1_700_001_000)
            async with new_index() as later:
                await sync(later, tmp_path / "docs")
            assert await asking.term_statistics() != before

    run(main)


@pytest.mark.parametrize("at", [-2_000_000_000, -1, 0, 4_000_000_000, 2**50])
def test_file_of_any_time_is_stored_and_followed(new_index: OpenIndex, tmp_path: Path, at: int) -> None:
    write(tmp_path / "docs" / "a.txt", ALPHA, at=at)

    async def main() -> None:
        async with new_index() as index:
            assert counts(await sync(index, tmp_path / "docs")) == {"added": 1}
            assert counts(await sync(index, tmp_path / "docs")) == {"unchanged": 1}
            write(tmp_path / "docs" / "a.txt", GAMMA, at=at)
            assert len(ALPHA) != len(GAMMA)
            assert counts(await sync(index, tmp_path / "docs")) == {"updated": 1}
            assert await held(index) == {"a.txt": [GAMMA]}
            assert (await index.facets(EVERYTHING)).first == day_of((await rows_of(index))["a.txt"])

    run(main)


@pytest.mark.parametrize(("modified", "day"), [(2**62, date.max), (-(2**62), date.min)])
def test_time_beyond_the_calendar_is_its_end(modified: int, day: date) -> None:
    """Some file systems hold years of six digits, and a damaged one shows them."""
    row = RegisterRow("id", "document", "v", "a.txt", "", "text/plain", 1, modified, "", 1, 0)
    assert day_of(row) == day
    assert (facets([row]).first, facets([row]).last) == (day, day)
