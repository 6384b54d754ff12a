"""The chat with canned answers, whose settings page looks for programs at a port of the test's: settings_chat.py PORT.

What answers says which settings it was opened with: "top_k=8, model=-".
"""

import asyncio
import os
import sys
import time
from argparse import Namespace
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import test_page

import ui.settings.endpoint
import ui.web.opening
from qa.answering.events import Event, Finished, TextPiece
from qa.command.entry import guarded
from qa.models.chat.probe import Program
from qa.types import Answer
from ui.web.server import serve


class Telling(test_page.FakeAnswerer):
    """Answers with the settings that it was opened with; "wait" lasts until the file `go` is there."""

    def __init__(self, said: str) -> None:
        super().__init__()
        self._said = said

    async def stream(self, question: str, *_: object, **__: object) -> AsyncIterator[Event]:
        yield TextPiece("It began. ")
        if question == "wait":
            await asyncio.to_thread(_wait_for, Path("go"))
        text = f"It began. {self._said}"
        yield Finished(Answer(question, question, text, (), (), (), found=True, model="extractive"))


def _wait_for(file: Path) -> None:
    while not file.exists():
        time.sleep(0.05)


@asynccontextmanager
async def open_telling(_collection: str = "") -> AsyncIterator[Telling]:
    settings = ui.web.opening.read_settings()
    key = "with a key" if settings.openai_api_key else "without a key"
    yield Telling(f"top_k={settings.top_k}, model={settings.llm_model or '-'}, {key}")


if __name__ == "__main__":
    ui.web.opening.open_answerer = open_telling  # type: ignore[assignment]
    ui.web.opening.open_library = lambda _: test_page.FakeLibrary()  # type: ignore[assignment, return-value]
    ports = [int(port) for port in os.environ["TEST_PORTS"].split(",")]
    ui.settings.endpoint.PROGRAMS = tuple(
        replace(program, port=port)
        for program, port in zip(
            (Program("Ollama", 0), Program("LM Studio", 0, "/nothing"), Program("vLLM", 0)), ports, strict=True
        )
    )
    port = int(sys.argv[1])
    sys.exit(guarded(lambda _: serve({"home": Path.cwd()}, port=port, browser=False), Namespace()))
