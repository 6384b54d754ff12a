"""Which programs of this machine serve models."""

import asyncio
import time
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import openai
import pytest
from conftest import free_port
from llm_server import fake_llm

from qa.models.chat.probe import Program, look


def test_programs_are_found_where_this_machine_does_much_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """What asks them reads all certificates first: no time to connect may run meanwhile."""

    class Slow(openai.DefaultAsyncHttpxClient):
        def __init__(self, **arguments: Any) -> None:
            time.sleep(0.4)
            super().__init__(**arguments)

    monkeypatch.setattr(openai, "DefaultAsyncHttpxClient", Slow)
    with ExitStack() as servers:
        running = [servers.enter_context(fake_llm()) for _ in range(4)]
        for number, llm in enumerate(running):
            llm.models = (f"model-{number}",)
        programs = [Program(f"{number}", urlsplit(llm.base_url).port or 0) for number, llm in enumerate(running)]
        found = asyncio.run(look([*programs, Program("none", free_port())], connect_s=0.3, timeout_s=20.0))
    assert [(one.program.name, one.models) for one in found] == [(f"{n}", [f"model-{n}"]) for n in range(4)]
