"""What the chat page costs beyond the answers themselves, and how it holds with many visitors. See bench/README.md.

One run measures, with the same questions over the same index: `Answerer` asked directly in a process that does nothing
else, and `footnote ui` asked by visitors that speak Streamlit's protocol over real websockets, as the browser does.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from qa.answering.events import TextPiece  # noqa: E402
from qa.config import Settings  # noqa: E402
from qa.wiring import open_answerer  # noqa: E402
from ui.web.escape import escape  # noqa: E402

_QUIET_S = 20.0


@dataclass
class Asked:
    """What one question took.

    Attributes:
        first_s: From Enter to the first words on the page.
        whole_s: From Enter to the end of all that is drawn.
        first_cpu_s: Of the server's processor time, until the first words. It counts what others ask meanwhile.
        whole_cpu_s: Likewise, until the end.
        messages: How many came from the server.
        bytes: How large they were together.
    """

    first_s: float
    whole_s: float
    first_cpu_s: float = 0.0
    whole_cpu_s: float = 0.0
    messages: int = 0
    bytes: int = 0


@dataclass
class Visitor:
    """A session of the page, as a browser holds one."""

    socket: ClientConnection
    address: str = ""
    script: str = ""
    box: str = ""
    box_fragment: str = ""
    last: list[str] = field(default_factory=list)

    async def open(self, address: str = "") -> float:
        """Load the page and return how long that took."""
        self.address = address
        begun = time.perf_counter()
        await self._send(BackMsg())
        await self._drawn()
        return time.perf_counter() - begun

    async def ask(self, question: str, process: psutil.Process | None = None) -> Asked:
        """Ask as the box does, and wait until the answer is whole and the page at rest."""
        spent = cpu_of(process)
        message = BackMsg()
        state = message.rerun_script.widget_states.widgets.add(id=self.box)
        state.chat_input_value.data = question
        begun = time.perf_counter()
        await self._send(message)
        asked = Asked(0.0, 0.0)
        begins = False
        async for received in self._until_drawn(asked):
            html = html_of(received)
            # Answers of earlier questions may be drawn again before.
            begins = begins or ("fn-question" in html and escape(question) in html)
            if begins and not asked.first_s and ("fn-answer fn-written" in html or 'class="fn-turn"' in html):
                asked.first_s, asked.first_cpu_s = time.perf_counter() - begun, cpu_of(process) - spent
        asked.whole_s, asked.whole_cpu_s = time.perf_counter() - begun, cpu_of(process) - spent
        assert asked.first_s, f"no words came for: {question}"
        return asked

    async def _send(self, message: BackMsg) -> None:
        message.rerun_script.query_string = self.address
        message.rerun_script.page_script_hash = self.script
        if self.box_fragment and message.rerun_script.widget_states.widgets:
            message.rerun_script.fragment_id = self.box_fragment
        await self.socket.send(message.SerializeToString())

    async def _drawn(self) -> None:
        async for _ in self._until_drawn(Asked(0.0, 0.0)):
            pass

    async def _until_drawn(self, asked: Asked):  # type: ignore[no-untyped-def]
        """Yield messages until a run ends in which no other one follows: `st.rerun` ends one to begin the next."""
        finished, watching = False, ""
        while True:
            try:
                # After its end, a run that follows begins at once.
                data = await asyncio.wait_for(self.socket.recv(), 0.15 if finished else _QUIET_S)
            except TimeoutError:
                if not finished:
                    raise
                if not watching:
                    return
                # An answer is in the making still, and the browser is to ask for it.
                again = BackMsg()
                again.rerun_script.fragment_id, again.rerun_script.is_auto_rerun = watching, True
                finished = False
                await self._send(again)
                continue
            message = ForwardMsg.FromString(bytes(data))  # type: ignore[arg-type]
            asked.messages += 1
            asked.bytes += len(data)
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self.script, finished = message.new_session.page_script_hash, False
            elif kind == "auto_rerun" and message.auto_rerun.interval < 1:
                watching = message.auto_rerun.fragment_id
            elif kind == "page_info_changed":
                self.address = message.page_info_changed.query_string
            elif kind == "script_finished":
                finished = message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
            elif kind == "delta" and message.delta.new_element.WhichOneof("type") == "chat_input":
                self.box, self.box_fragment = message.delta.new_element.chat_input.id, message.delta.fragment_id
            if 'class="fn-turn"' in html_of(message):
                watching = ""
            yield message


def html_of(message: ForwardMsg) -> str:
    """Return what a message draws, "" where that is no HTML."""
    return message.delta.new_element.html.body if message.WhichOneof("type") == "delta" else ""


def cpu_of(process: psutil.Process | None) -> float:
    """Return the processor seconds of a process so far."""
    if process is None:
        return 0.0
    times = process.cpu_times()
    return times.user + times.system


async def visit(port: int) -> Visitor:
    """Open a session."""
    host = f"localhost:{port}"
    socket = await connect(
        f"ws://{host}/_stcore/stream", origin=f"http://{host}", subprotocols=["streamlit"], max_size=None  # type: ignore[arg-type, list-item]
    )  # fmt: skip
    return Visitor(socket)


@dataclass
class Direct:
    """Questions that were given to `Answerer` itself."""

    cpu_s: float
    first_s: list[float]
    whole_s: list[float]


async def directly(home: Path, questions: Sequence[str], *, at_once: int = 1) -> Direct:
    """Ask `Answerer` in this process, warm."""
    async with open_answerer(Settings(home=home)) as answerer:
        first: list[float] = []
        whole: list[float] = []

        async def ask(question: str) -> None:
            begun, seen = time.perf_counter(), 0.0
            async for event in answerer.stream(question):
                if not seen and isinstance(event, TextPiece):
                    seen = time.perf_counter() - begun
            first.append(seen or time.perf_counter() - begun)
            whole.append(time.perf_counter() - begun)

        async def in_turn(part: Sequence[str]) -> None:
            for question in part:
                await ask(question)

        await in_turn(questions[:3])
        first.clear()
        whole.clear()
        spent = time.process_time()
        await asyncio.gather(*(in_turn(questions[number::at_once]) for number in range(at_once)))
        return Direct(time.process_time() - spent, first, whole)


async def through_the_page(port: int, process: psutil.Process, questions: Sequence[str], *, before: int) -> list[Asked]:
    """Ask as one visitor in one conversation, which holds `before` exchanges by then."""
    visitor = await visit(port)
    await visitor.open()
    for number in range(max(3, before)):
        await visitor.ask(questions[number % len(questions)])
    asked = [await visitor.ask(question, process) for question in questions]
    await visitor.socket.close()
    return asked


async def many(port: int, questions: Sequence[str], *, visitors: int) -> list[Asked]:
    """Ask as many visitors at once, each in a conversation of its own, one question after the other."""
    opened = [await visit(port) for _ in range(visitors)]
    for visitor in opened:
        await visitor.open()

    async def in_turn(number: int) -> list[Asked]:
        return [await opened[number].ask(question) for question in questions[number::visitors]]

    asked = await asyncio.gather(*(in_turn(number) for number in range(visitors)))
    for visitor in opened:
        await visitor.socket.close()
    return [one for some in asked for one in some]


def p(values: Sequence[float], share: float) -> float:
    """Return a percentile, the nearest value above."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def serve(home: Path, port: int, command: Sequence[str]) -> "subprocess.Popen[bytes]":
    """Start `footnote ui` and wait until it is there."""
    process = subprocess.Popen(
        [sys.executable, *command, "ui", "--no-browser", f"--port={port}", f"--home={home}"], cwd=home
    )
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=60):
                return process
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the chat did not start")


def main() -> None:
    """Print the figures of one run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path, help="a home into which data/ was ingested; conversations are added to it")
    parser.add_argument("--port", type=int, default=8599)
    parser.add_argument("--questions", type=int, default=20)
    parser.add_argument("--long", type=int, default=0, help="measure also behind so many exchanges")
    parser.add_argument("--visitors", type=int, default=25, help="at once; 0 leaves them out")
    parser.add_argument("--command", default="-m ui.cli", help="what runs footnote")
    arguments = parser.parse_args()
    lines = (ROOT / "data" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    questions = texts[: arguments.questions]
    home = arguments.home.resolve()
    direct = asyncio.run(directly(home, questions))
    own = direct.cpu_s / len(questions)
    print(f"Answerer itself: {own:.3f} s of processor a question, {statistics.median(direct.whole_s):.3f} s median")
    server = serve(home, arguments.port, arguments.command.split())
    try:
        process = psutil.Process(server.pid)
        for before in [3, *([arguments.long] if arguments.long else [])]:
            asked = asyncio.run(through_the_page(arguments.port, process, questions, before=before))
            first, whole = (statistics.mean(getattr(a, name) for a in asked) for name in ("first_cpu_s", "whole_cpu_s"))
            print(
                f"the page, behind {before} exchanges: {first:.3f} s of processor to the first words, {whole:.3f} s to"
                f" the end, so {10 * (first - own):+.2f} and {10 * (whole - own):+.2f} s over ten questions; median"
                f" {statistics.median(a.first_s for a in asked):.3f} s to the first words;"
                f" {statistics.mean(a.messages for a in asked):.0f} messages,"
                f" {statistics.mean(a.bytes for a in asked) / 1000:.0f} kB"
            )
        if arguments.visitors:
            crowd = (texts * 3)[: 4 * arguments.visitors]
            one, at_once = (asyncio.run(directly(home, crowd, at_once=n)) for n in (1, arguments.visitors))
            for name, few in (("one after the other", one), (f"{arguments.visitors} at once", at_once)):
                print(f"Answerer itself, {len(crowd)} questions {name}: p50 {p(few.whole_s, 0.5):.2f} s,"
                      f" p95 {p(few.whole_s, 0.95):.2f} s")  # fmt: skip
            asked = asyncio.run(many(arguments.port, crowd, visitors=arguments.visitors))
            print(
                f"the page, {arguments.visitors} visitors at once: p50 {p([a.first_s for a in asked], 0.5):.2f} s,"
                f" p95 {p([a.first_s for a in asked], 0.95):.2f} s to the first words;"
                f" p50 {p([a.whole_s for a in asked], 0.5):.2f} s, p95 {p([a.whole_s for a in asked], 0.95):.2f} s"
                " to the end"
            )
    finally:
        server.terminate()
        server.wait(30)


if __name__ == "__main__":
    main()
