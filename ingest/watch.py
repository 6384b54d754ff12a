"""Folders kept in step for as long as the command runs: `footnote ingest --watch`."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from ingest.progress import Say
from qa.errors import LoadError

# A file that is being written or copied changes again within this time.
SETTLE_S = 2.0
# Network mounts tell nobody what changed, and a queue of events may overflow: everything is looked at now and then.
RESCAN_S = 600.0
_TICK_MS = 500
_ABSENT_S = 2.0
_UNWATCHED_S = 60.0

Identity = tuple[tuple[int, int] | None, ...]


async def watch(
    paths: Sequence[Path],
    sync: Callable[[], Awaitable[None]],
    *,
    stop: asyncio.Event,
    say: Say,
    ours: Callable[[Path], bool] = lambda _path: False,
    settle_s: float = SETTLE_S,
    rescan_s: float = RESCAN_S,
) -> None:
    """Call `sync` now, and after every change beneath `paths` once they have been quiet for `settle_s`.

    While a path is missing or is an empty folder, as a mount point is without its disk, nothing is done: what is
    stored of it stays.

    Args:
        paths: Files and folders.
        sync: Brings the index in step. A `LoadError` from it means that a path vanished meanwhile.
        stop: Ends the watch; an ingest under way finishes what it has in hand.
        say: Called with lines for the user.
        ours: Tells whether a sync itself writes this file, as it does the index; writing to it is no change.
        settle_s: Seconds that must pass without a change before the next sync.
        rescan_s: Seconds after which there is a sync even without a sign of change.
    """
    while not stop.is_set():
        identity = await _present(paths, stop, say)
        if stop.is_set():
            return
        # The watch stands before the sync begins, so that no change made meanwhile is missed.
        standing = asyncio.Event()
        changed = asyncio.create_task(
            _until_changed(paths, identity, stop, settle_s, time.monotonic() + rescan_s, standing, say, ours)
        )
        await standing.wait()
        try:
            await sync()
        except LoadError as error:
            say(f"{error.source}: {error.reason}; waiting for it")
            await _sleep(_ABSENT_S, stop)
            changed.cancel()
        except BaseException:
            changed.cancel()
            raise
        await asyncio.wait([changed])


async def _until_changed(
    paths: Sequence[Path],
    identity: Identity,
    stop: asyncio.Event,
    settle_s: float,
    deadline: float,
    standing: asyncio.Event,
    say: Say,
    ours: Callable[[Path], bool],
) -> None:
    """Return when something changed and has settled, when a path became another file, or at the deadline."""
    from watchfiles import awatch

    changed_at = 0.0
    try:
        async for changes in awatch(
            *paths, watch_filter=None, stop_event=stop, rust_timeout=_TICK_MS, yield_on_timeout=True, step=100
        ):
            standing.set()
            now = time.monotonic()
            if any(not ours(Path(path)) for _, path in changes):
                changed_at = now
            settled = changed_at and now - changed_at >= settle_s
            if settled or now >= deadline or _identity(paths) != identity:
                return
    except OSError as error:
        # A path vanished while the watch was being set up, or the system grants no more watches.
        if _identity(paths) == identity:
            say(f"changes cannot be watched ({error}); looking every {_UNWATCHED_S:.0f} s instead")
            standing.set()
            await _sleep(_UNWATCHED_S, stop)
    finally:
        standing.set()


async def _present(paths: Sequence[Path], stop: asyncio.Event, say: Say) -> Identity:
    said = False
    while not stop.is_set():
        identity = _identity(paths)
        if None not in identity:
            return identity
        if not said:
            absent = paths[identity.index(None)]
            say(f"{absent} is not there, or empty; waiting for it (what is stored of it stays)")
            said = True
        await _sleep(_ABSENT_S, stop)
    return ()


def _identity(paths: Sequence[Path]) -> Identity:
    """Return which file or folder each path is (device, inode); None for one that is missing or an empty folder."""

    def of(path: Path) -> tuple[int, int] | None:
        try:
            status = path.stat()
            if path.is_dir() and not any(path.iterdir()):
                return None
        except OSError:
            return None
        return status.st_dev, status.st_ino

    return tuple(map(of, paths))


async def _sleep(seconds: float, stop: asyncio.Event) -> None:
    waiting = asyncio.ensure_future(stop.wait())
    await asyncio.wait([waiting], timeout=seconds)
    waiting.cancel()
