"""What ends a command: Ctrl-C, SIGTERM and SIGHUP alike, and the second of them at once."""

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from qa.command.entry import guarded
from qa.command.signals import STOPPED

ENDING = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]

# A command that does nothing but what is asked: waiting in the loop, in a thread, or in plain code.
_COMMAND = """
import argparse, asyncio, sys, time
from qa.command import signals
from qa.command.entry import guarded

async def in_loop():
    print("ready", flush=True)
    try:
        await asyncio.sleep(600)
    finally:
        await asyncio.sleep(0)
        print("cleaned", flush=True)

async def in_thread():
    print("ready", flush=True)
    await asyncio.to_thread(time.sleep, 600)

async def finishing():
    stop = asyncio.Event()
    with signals.on_first(lambda: asyncio.get_running_loop().call_soon_threadsafe(stop.set)):
        print("ready", flush=True)
        await stop.wait()
        print("cleaned", flush=True)
    return signals.INTERRUPTED

def plain():
    print("ready", flush=True)
    time.sleep(600)

what = globals()[sys.argv[1]]
act = lambda _: (what() if what is plain else signals.run(what())) or 0
sys.exit(guarded(act, argparse.Namespace()))
"""


@contextmanager
def command(what: str, *, ignored: int = 0) -> Iterator["subprocess.Popen[str]"]:
    """Run one of these until it is ready, with the signals as a terminal's shell leaves them."""

    def prepare() -> None:
        for number in ENDING:
            signal.signal(number, signal.SIG_IGN if number == ignored else signal.SIG_DFL)
        if ignored != signal.SIGINT:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    process = subprocess.Popen(
        [sys.executable, "-c", _COMMAND, what],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=prepare,
    )
    try:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", ENDING)
@pytest.mark.parametrize(
    ("what", "out", "err"),
    [("in_loop", "cleaned\n", f"{STOPPED}\n"), ("plain", "", f"{STOPPED}\n"), ("finishing", "cleaned\n", "")],
)
def test_each_ends_a_command_with_its_own_status(number: int, what: str, out: str, err: str) -> None:
    with command(what) as process:
        process.send_signal(number)
        assert process.communicate(timeout=120) == (out, err)
        assert process.returncode == 128 + number


@pytest.mark.parametrize(("first", "second"), [(signal.SIGINT, signal.SIGINT), (signal.SIGTERM, signal.SIGINT)])
def test_second_one_does_not_wait_for_a_thread(first: int, second: int) -> None:
    """A batch that is being embedded, or a model that is being loaded, cannot be cancelled."""
    with command("in_thread") as process:
        process.send_signal(first)
        with pytest.raises(subprocess.TimeoutExpired):
            process.communicate(timeout=0.5)
        process.send_signal(second)
        assert process.communicate(timeout=120) == ("", f"{STOPPED}\n")
        assert process.returncode == 128 + first


@pytest.mark.parametrize(("ignored", "ends"), [(signal.SIGHUP, signal.SIGTERM), (signal.SIGINT, signal.SIGTERM)])
def test_what_was_ignored_stays_so(ignored: int, ends: int) -> None:
    """Under nohup and in the background of a script: the others end it all the same."""
    with command("in_loop", ignored=ignored) as process:
        process.send_signal(ignored)
        with pytest.raises(subprocess.TimeoutExpired):
            process.communicate(timeout=0.5)
        process.send_signal(ends)
        assert process.communicate(timeout=120)[0] == "cleaned\n"
        assert process.returncode == 128 + ends


def test_terminal_that_is_gone_is_written_to_no_more() -> None:
    """Each line to it fails, which would end the command in the middle of what it finishes."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", _COMMAND, "in_loop"],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
        preexec_fn=lambda: __import__("fcntl").ioctl(0, __import__("termios").TIOCSCTTY, 0),
    )
    os.close(slave)
    try:
        said = b""
        while b"ready" not in said:
            said += os.read(master, 1000)
        os.close(master)  # the terminal's window is closed
        assert process.wait(timeout=120) == 128 + signal.SIGHUP
    finally:
        process.kill()
        process.wait()


def test_handlers_are_put_back_after_a_command() -> None:
    before = [signal.getsignal(number) for number in ENDING]
    seen: list[object] = []

    def act(_: object) -> int:
        seen.extend(signal.getsignal(number) for number in ENDING)
        return 0

    import argparse

    assert guarded(act, argparse.Namespace()) == 0
    assert not set(map(str, seen)) & set(map(str, before))
    assert [signal.getsignal(number) for number in ENDING] == before
