"""What an endpoint may do to a question, one row each, over a real socket: what the reader gets, and how it is said."""

import asyncio
import json
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from conftest import SMALL
from fakes import FakeDense
from llm_server import FakeLLM, Reply, completion, delta, fake_llm
from small_index import commit

from qa.answering.answer import Answerer
from qa.answering.events import Event, Finished, Progress, TextPiece, Thought, Withdrawn
from qa.answering.quoting.quote import EXTRACTIVE
from qa.answering.stopping import Stop
from qa.command.printing import say
from qa.errors import LLMError
from qa.models.chat import asking, open_chat_model, patience
from qa.retrieval.retrieve import Retriever
from qa.store import open_index
from qa.store.where import EVERYTHING
from qa.text.words import SparseEmbedder
from qa.types import Answer, Turn
from ui.chat import render
from ui.conversation.asking import asked
from ui.terminal import answer_lines

TEXTS = [
    "The deposit of the flat is 3,000 euros. It is paid to Anna Ferguson before moving in.",
    "Heating costs are billed once a year. The meter is read in March.",
    "Cats are allowed in the flat. Dogs need written permission.",
    "The flat has a cellar of 12 square metres. Bicycles stand in the cellar.",
]
TITLES = ["Lease", "Heating", "Pets", "Cellar"]
QUESTION = "How high is the deposit of the flat?"
GOOD = "The deposit of the flat is 3,000 euros [1]."
HALVES = ("The deposit of the flat ", "is 3,000 euros [1].")
STOP, DONE = delta(finish="stop"), b"data: [DONE]\n\n"
KEY = "sk-test-0123456789abcdef"
NEVER = Reply(status=599)

Rule = Callable[[dict[str, Any]], Reply | None]
Step = bytes | float | dict[str, Any] | None


@dataclass(frozen=True)
class Row:
    """A number of `shared/cases/endpoints.md`, what the endpoint does, and what should come of it.

    Attributes:
        number: Of the case.
        name: In words.
        replies: One request after the other; the last again and again.
        rule: Replies that depend on the request.
        quoted: Whether the quoted answer should stand.
        note: Pattern in the answer's note, "" for no note at all.
        text: What the answer's text should be; "" for anything with the sum in it.
        progress: Pattern in what is said meanwhile.
        withdrawn: Pattern in why words were withdrawn.
        tried: What the trace says was got around.
        complete: Whether the answer is whole.
        requests: How many requests there should be; 0 for any number.
        timeout_s: The one limit.
        thoughts: What the model thought.
        models: Names on offer.
    """

    number: int
    name: str
    replies: Sequence[Reply | str] = (NEVER,)
    rule: Rule | None = None
    quoted: bool = False
    note: str = ""
    text: str = ""
    progress: str = ""
    withdrawn: str = ""
    tried: Sequence[str] = ()
    complete: bool = True
    requests: int = 0
    timeout_s: float = 20.0
    thoughts: str = ""
    models: Sequence[str] = ()
    check: Callable[[Answer], bool] = field(default=lambda _answer: True)


def streamed(*steps: Step) -> Reply:
    return Reply(raw=steps)


def said(*pieces: Any) -> list[dict[str, Any]]:
    return [delta(piece) for piece in pieces]


def refuses(name: str, message: str, *, status: int = 400, then: str = GOOD) -> Rule:
    """Return the rule of an endpoint that refuses requests with a parameter of this name."""
    return lambda request: Reply(message, status=status) if request.get(name, False) is not False else Reply(then)


def refuses_system(request: dict[str, Any]) -> Reply:
    if any(message["role"] == "system" for message in request["messages"]):
        return Reply("System role not supported", status=400)
    return Reply(GOOD)


def reads_at_most(passages: int, *, status: int = 400, empty: bool = False) -> Rule:
    """Return the rule of a model whose context holds so many passages."""
    long = "This model's maximum context length is 512 tokens."

    def rule(request: dict[str, Any]) -> Reply:
        if len(re.findall(r"^\[\d+\] \(", request["messages"][-1]["content"], re.MULTILINE)) <= passages:
            return Reply(GOOD)
        if empty and request.get("stream"):
            return streamed()
        return Reply(long, status=status, code="context_length_exceeded")

    return rule


def whole_only(request: dict[str, Any]) -> Reply:
    return streamed() if request.get("stream") else Reply(GOOD)


def weak(first: str, second: str) -> Rule:
    """Return the rule of a weak model: what it says to the rules, and to a bare prompt."""
    return lambda request: Reply(first if "numbered passages" in json.dumps(request["messages"]) else second)


BARE = "The deposit of the flat is 3,000 euros."
FRAME = "[1] (Lease)\nThe deposit of the flat is 3,000 euros. It is paid to Anna Ferguson before moving in."
RULES = "Use only what the passages say. Do not add anything you know from elsewhere."
HTML = "<!doctype html><html><head><title>Airport WiFi — log in</title></head><body>Welcome</body></html>"
BOTH = f"{GOOD} The flat has a cellar of 12 square metres [1]. Cats are allowed in the flat [1]."

ROWS = [
    Row(
        1,
        "key",
        [Reply(f"Incorrect API key provided: {KEY}", status=401)],
        quoted=True,
        requests=1,
        note=r"refused the key \(HTTP 401: Incorrect API key provided: …\); check OPENAI_API_KEY;",
    ),
    Row(
        1,
        "account",
        [Reply("Country not supported", status=403)],
        quoted=True,
        requests=1,
        note=r"refuses this account \(HTTP 403: Country not supported\); check OPENAI_API_KEY and the account;",
    ),
    Row(
        2,
        "model",
        [Reply("The model `m` does not exist", status=404, code="model_not_found")],
        quoted=True,
        models=["llama-3", "qwen-2"],
        requests=1,
        note=r'has no model "m\d+"; it offers llama-3, qwen-2; set FOOTNOTE_LLM_MODEL',
    ),
    Row(
        2,
        "no address",
        [Reply(status=404, body="<html><title>Not here</title></html>")],
        quoted=True,
        note=r"nothing at this address of http://\S+ \(HTTP 404: Not here\); check OPENAI_BASE_URL, which mostly ends",
    ),
    Row(
        2,
        "login page",
        [Reply(status=302, body="", headers={"Location": "https://login.example/"})],
        quoted=True,
        note=r"asks for a sign-in on a web page \(HTTP 302: to https://login\.example\)",
    ),
    Row(
        3,
        "payment",
        [Reply("Insufficient Balance", status=402)],
        quoted=True,
        requests=1,
        note=r"the quota at \S+ is used up \(HTTP 402: Insufficient Balance\); check the account",
    ),
    Row(
        3,
        "quota",
        [Reply("You exceeded your current quota", status=429, code="insufficient_quota")],
        quoted=True,
        requests=1,
        note=r"used up \(HTTP 429: You exceeded your current quota\)",
    ),
    Row(
        4,
        "wait a second",
        [Reply("slow down", status=429, headers={"Retry-After": "1"}), GOOD],
        progress=r"receiving too many requests \(HTTP 429: slow down\); waiting 1\.0 s",
        tried=["waited 1.0 s (busy)"],
    ),
    Row(
        4,
        "wait 50 s",
        [Reply("slow down", status=429, headers={"Retry-After": "50"})],
        quoted=True,
        requests=1,
        note=r"too many requests \(HTTP 429: slow down\) and asks to wait 50 s",
    ),
    Row(
        4,
        "wait 600 s",
        [Reply(status=429, headers={"Retry-After": "600"})],
        quoted=True,
        requests=1,
        note=r"asks to wait 10 minutes",
    ),
    Row(5, "fails once", [Reply(status=500), GOOD], requests=2),
    Row(
        5,
        "fails always",
        [Reply("out of memory", status=500)],
        quoted=True,
        requests=3,
        note=r"failed \(HTTP 500: out of memory\); ask again",
    ),
    Row(
        5,
        "loading",
        [Reply("Loading model", status=503), Reply("Loading model", status=503), GOOD],
        requests=3,
        progress=r"is not ready \(HTTP 503: Loading model\); waiting",
    ),
    Row(
        5,
        "loads for ever",
        [Reply("Loading model", status=503)],
        quoted=True,
        timeout_s=1.0,
        note=r"is not ready \(HTTP 503: Loading model\)",
    ),
    Row(
        5,
        "loads, then is silent",
        [Reply("Loading model", status=503), streamed(None)],
        quoted=True,
        timeout_s=1.0,
        requests=2,
        note=r"is not ready \(HTTP 503: Loading model\)",
    ),
    Row(
        7,
        "silence at once",
        [streamed(None)],
        quoted=True,
        timeout_s=0.6,
        requests=1,
        note=r"did not answer in time \(nothing within 0\.6 s\); ask again, or raise FOOTNOTE_TIMEOUT_S",
    ),
    Row(
        7,
        "silence and comments",
        [streamed(*[b": wait\n\n", 0.1] * 20, None)],
        quoted=True,
        timeout_s=0.6,
        note="did not answer in time",
    ),
    Row(
        8,
        "comments keep it alive",
        [streamed(*[b": OPENROUTER PROCESSING\n\n", 0.05] * 10, *said(*HALVES), STOP)],
        progress=r"has not begun to answer after 0\.\d s",
    ),
    Row(
        9,
        "cut",
        [Reply(GOOD + " It is paid to Anna Ferguson [1].", breaks_after=10)],
        complete=False,
        note=r"The reply of m\d+ broke off",
    ),
    Row(
        9,
        "ends without a word of it",
        [Reply(GOOD, finish="", done=False)],
        complete=False,
        text=GOOD,
        note=r"The reply of m\d+ broke off",
    ),
    Row(
        9,
        "nothing but a beginning",
        [streamed(*said("The deposit"), 0.05)],
        complete=True,
        quoted=True,
        note=r"the reply of m\d+ broke off, and most of what m\d+ wrote does not stand",
    ),
    Row(
        10,
        "error in mid-stream",
        [streamed(*said(*HALVES), {"error": {"message": "CUDA out of memory"}})],
        text=GOOD,
        complete=False,
        note=r"broke off \(CUDA out of memory\)",
    ),
    Row(
        10,
        "error as an event",
        [streamed(*said(*HALVES), b'event: error\ndata: {"message": "Overloaded"}\n\n')],
        text=GOOD,
        complete=False,
        note=r"broke off \(Overloaded\)",
    ),
    Row(
        11,
        "malformed event",
        [streamed(delta(HALVES[0]), b'data: {"choices": [{\n\n', b"data: 5\n\n", delta(HALVES[1]), STOP)],
        text=GOOD,
    ),
    Row(12, "only DONE", [Reply(GOOD, finish="")], text=GOOD),
    Row(
        12,
        "nulls",
        [
            streamed(
                {"choices": None},
                {"choices": [{"index": 0, "delta": None}]},
                {"choices": []},
                *said(*HALVES),
                STOP,
                {"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 5}},
            )
        ],
        text=GOOD,
        check=lambda answer: (
            (answer.trace.prompt_tokens, answer.trace.completion_tokens, answer.trace.estimated) == (7, 5, False)
        ),
    ),
    Row(13, "empty stream", rule=whole_only, text=GOOD, tried=["asked for a whole reply in place of a stream"]),
    Row(
        13,
        "empty stream of a small context",
        rule=reads_at_most(2, empty=True),
        text=GOOD,
        progress="too long for m\\d+; asking with 2 of them",
    ),
    Row(13, "nothing at all", [streamed()], quoted=True, note=r"sent nothing; ask again"),
    Row(14, "JSON to a stream", [Reply(body=completion(GOOD))], text=GOOD, requests=1),
    Row(
        15,
        "JSON error",
        [Reply(body='{"error": {"message": "model is busy"}}')],
        quoted=True,
        requests=3,
        note=r"failed \(model is busy\)",
    ),
    Row(
        15,
        "captive portal",
        [Reply(body=HTML, headers={"Content-Type": "text/html"})],
        quoted=True,
        note=r"sent a web page in place of a reply \(Airport WiFi — log in\); check OPENAI_BASE_URL, and whether",
    ),
    Row(
        15,
        "something else",
        [Reply(body="It works!", headers={"Content-Type": "text/plain"})],
        quoted=True,
        note=r"sent something that is no reply \(It works!\)",
    ),
    Row(16, "empty", [""], quoted=True, note=r"m\d+ said nothing"),
    Row(
        16,
        "thoughts alone",
        [streamed(delta(reasoning_content="Hm, let me see."), STOP)],
        quoted=True,
        note=r"m\d+ thought and said nothing",
        thoughts="Hm, let me see.",
    ),
    Row(
        16,
        "a tool",
        [
            streamed(
                delta(tool_calls=[{"index": 0, "id": "c", "function": {"name": "search", "arguments": "{}"}}]),
                delta(finish="tool_calls"),
            )
        ],
        quoted=True,
        note=r"m\d+ asked for a tool \(search\) and said nothing",
    ),
    Row(
        16,
        "refusal",
        [streamed(delta(refusal="I can’t help "), delta(refusal="with that."), STOP)],
        quoted=True,
        note=r"m\d+ refused: I can’t help with that;",
    ),
    Row(
        17,
        "context",
        rule=reads_at_most(2),
        text=GOOD,
        requests=2,
        tried=["asked with 2 passages"],
        progress=r"the passages are too long for m\d+; asking with 2 of them",
    ),
    Row(17, "context of a quarter", rule=reads_at_most(1), text=GOOD, requests=3),
    Row(
        17,
        "no context",
        rule=reads_at_most(0),
        quoted=True,
        requests=3,
        note=r"the passages are too long for m\d+ \(HTTP 400: This model's maximum context",
    ),
    Row(17, "too large", rule=reads_at_most(2, status=413), text=GOOD, requests=2),
    Row(
        18,
        "temperature",
        rule=refuses("temperature", "Unsupported value: 'temperature' does not support 0"),
        text=GOOD,
        tried=["asked without a temperature"],
        requests=2,
    ),
    Row(18, "system", rule=refuses_system, text=GOOD, tried=["put the instructions into the question"], requests=2),
    Row(
        18,
        "max_tokens",
        rule=refuses("max_tokens", "Unsupported parameter: use 'max_completion_tokens' instead"),
        text=GOOD,
        tried=["gave the limit of tokens another name"],
        requests=2,
    ),
    Row(
        18,
        "stream_options",
        rule=refuses("stream_options", "Extra inputs are not permitted: stream_options", status=422),
        text=GOOD,
        tried=["asked without a count of tokens"],
        requests=2,
    ),
    Row(
        18,
        "stream",
        rule=refuses("stream", "streaming is not supported"),
        text=GOOD,
        requests=2,
        tried=["asked for a whole reply in place of a stream"],
    ),
    Row(
        18,
        "says not what",
        rule=refuses("temperature", "Bad Request"),
        text=GOOD,
        tried=["asked in the plainest form"],
        requests=2,
    ),
    Row(19, "thoughts in tags", [f"<think>Is it 4,500? No.</think>\n{GOOD}"], text=GOOD, thoughts="Is it 4,500? No."),
    Row(
        19,
        "thoughts that refuse",
        [f"<think>Perhaps NOT IN THE DOCUMENTS?</think>{GOOD}"],
        text=GOOD,
        thoughts="Perhaps NOT IN THE DOCUMENTS?",
    ),
    Row(
        19,
        "tag opened in the prompt",
        [f"I look at the lease of the flat first.</think>{GOOD}"],
        text=GOOD,
        withdrawn="were its thoughts",
        thoughts="I look at the lease of the flat first.",
    ),
    Row(
        19,
        "tags in pieces",
        [streamed(*said("<th", "ink>So", "</thi", "nk>", *HALVES), STOP)],
        text=GOOD,
        thoughts="So",
    ),
    Row(
        19,
        "thoughts without an end",
        ["<think>It may be that the deposit of the flat"],
        quoted=True,
        note="thought and said nothing",
    ),
    Row(
        20,
        "thoughts beside",
        [streamed(delta(reasoning_content="First "), delta(reasoning_content="the lease."), *said(*HALVES), STOP)],
        text=GOOD,
        thoughts="First the lease.",
    ),
    Row(20, "reasoning", [streamed(delta(reasoning="Lease."), *said(*HALVES), STOP)], text=GOOD, thoughts="Lease."),
    Row(
        21,
        "length",
        [Reply(GOOD, finish="length")],
        text=GOOD,
        complete=False,
        note=r"m\d+ reached its limit of tokens; raise FOOTNOTE_LLM_MAX_TOKENS for more\.",
    ),
    Row(
        21,
        "filter",
        [Reply(GOOD, finish="content_filter")],
        text=GOOD,
        complete=False,
        note=r"The provider of m\d+ cut the reply off\.",
    ),
    Row(
        21,
        "length of nothing",
        [streamed(delta(finish="length"))],
        quoted=True,
        note="reached its limit of tokens before it said anything",
    ),
    Row(
        21,
        "filter of all",
        [streamed(delta(finish="content_filter"))],
        quoted=True,
        note="cut the reply off before it said anything",
    ),
    Row(
        22,
        "parts",
        [
            streamed(
                delta([{"type": "text", "text": HALVES[0]}]),
                delta([{"type": "text", "text": HALVES[1]}, {"type": "image"}]),
                STOP,
            )
        ],
        text=GOOD,
    ),
    Row(22, "half a pair", [streamed(*said(*HALVES, " \ud83d"), delta(" x"), STOP)], text=f"{GOOD} \ufffd x"),
    Row(22, "a pair in halves", [streamed(*said(*HALVES, " \ud83d"), delta("\ude00"), STOP)], text=f"{GOOD} 😀"),
    Row(
        23,
        "one word without end",
        [streamed(delta("x" * 10_000_000), STOP)],
        quoted=True,
        note="more than an answer can be",
    ),
    Row(
        23,
        "sentences without end",
        [streamed(*(delta(f"{HALVES[0]}number {n} costs {n} euros. ") for n in range(2_000)), STOP)],
        quoted=True,
        note="wrote more than an answer can be, and most of what",
    ),
    Row(
        23,
        "the same for ever",
        [Reply(f"{GOOD} " * 500)],
        text=GOOD,
        note=r"m\d+ repeated itself, and what it repeated is left out\.",
    ),
    Row(23, "letters for ever", rule=weak("aaaa " * 500, "aaaa " * 500), quoted=True, note=r"m\d+ repeated itself;"),
    Row(
        24,
        "slow",
        [streamed(*(step for piece in GOOD.split(" ") for step in (delta(f"{piece} "), 0.15)), STOP)],
        timeout_s=0.6,
    ),
    Row(
        24,
        "stalls",
        [streamed(delta(HALVES[0] + HALVES[1]), 0.5, delta(" It is paid to Anna Ferguson [1]."), STOP)],
        progress=r"is still writing; nothing new for 0\.\d s",
    ),
    Row(
        24,
        "stalls for ever",
        [streamed(delta(GOOD), None)],
        text=GOOD,
        complete=False,
        timeout_s=0.6,
        note=r"broke off \(nothing for 0\.\d s\)",
    ),
    Row(
        25,
        "redirect",
        [Reply(status=307, body="", headers={"Location": "http://127.0.0.2:9/v1/chat"})],
        quoted=True,
        requests=1,
        note=r"redirects the question to another host, which was refused \(HTTP 307: to http://127\.0\.0\.2:9\); set",
    ),
    Row(
        26,
        "escapes",
        [
            streamed(
                *said(
                    "\x1b[31mThe deposit",
                    " of \x1b]8;;http://evil.example\x1b",
                    "\\the flat\x1b]8;;\x07 \u202e is\u200b ",
                    "3,000 euros\x07 [1].",
                ),
                STOP,
            )
        ],
        text="The deposit of the flat  is 3,000 euros [1].",
    ),
    Row(
        27,
        "Latin-1",
        [streamed(delta(GOOD), b'data: {"choices": [{"delta": {"content": " Schl\xfcssel."}}]}\n\n', STOP)],
        text=f"{GOOD} Schl\ufffdssel.",
    ),
    Row(
        28,
        "no citation",
        ["The deposit of the flat is 3,000 euros. Cats are allowed in the flat."],
        text="The deposit of the flat is 3,000 euros [1]. Cats are allowed in the flat [{Pets}].",
        note="All footnotes were found by the check",
        check=lambda answer: all(item.added for item in answer.statements),
    ),
    Row(
        28,
        "all cite the first",
        [BOTH],
        text=f"{GOOD} The flat has a cellar of 12 square metres [{{Cellar}}]. Cats are allowed in the flat [{{Pets}}].",
        note="Some footnotes were found by the check",
    ),
    Row(
        28,
        "numbers run together",
        ["The deposit of the flat is 3,000 euros [1234]."],
        text=GOOD,
        note="All footnotes",
        check=lambda answer: answer.dropped_markers == 1,
    ),
    Row(28, "range", [f"{GOOD[:-4]}[1]–[3]."], text=f"{GOOD[:-4]}[1][2][3]."),
    Row(
        29,
        "frame",
        rule=weak(FRAME, BARE),
        text=GOOD,
        withdrawn="repeated its instructions; it is asked again in fewer words",
        note="All footnotes were found by the check",
    ),
    Row(29, "rules", rule=weak(RULES, BARE), text=GOOD, tried=["asked in fewer words"], note="All footnotes"),
    Row(
        28,
        "several supported sentences without a citation",
        ["The deposit of the flat is 3,000 euros. It is paid to Anna Ferguson before moving in."],
        note=r"^All footnotes were found by the check, since m\d+ set none that fits\.$",
        text="The deposit of the flat is 3,000 euros [{Lease}]. "
        "It is paid to Anna Ferguson before moving in [{Lease}].",
    ),
    Row(
        28,
        "the same marker over and over",
        [f"{BARE[:-1]} {'[1]' * 20}. It is paid to Anna Ferguson {'[1]' * 500}."],
        text="The deposit of the flat is 3,000 euros [1]. It is paid to Anna Ferguson [1].",
    ),
    Row(
        28,
        "a table",
        [
            "Here is an overview:\n\n| Item | Value | Source |\n|:---|---:|---|\n"
            "| Deposit of the flat | 3,000 euros | [1] |\n"
            "| It is paid to | Anna Ferguson | [1] |\n\nCats are allowed in the flat."
        ],
        note=r"^Some footnotes were found by the check",
        text="Here is an overview:\n\n| Item | Value | Source |\n|:---|---:|---|\n"
        "| Deposit of the flat | 3,000 euros | [1] |\n"
        "| It is paid to | Anna Ferguson | [1] |\n\nCats are allowed in the flat [{Pets}].",
        check=lambda answer: not any(item.problem for item in answer.statements),
    ),
    Row(
        19,
        "thoughts behind the answer",
        [f"<think>Let me see.</think>{GOOD}<think>Was that right?</think>"],
        text=GOOD,
        thoughts="Let me see.Was that right?",
    ),
    Row(29, "rules again", [RULES], quoted=True, note=r"m\d+ repeated its instructions;"),
    Row(
        29,
        "frame behind the answer",
        [f"{GOOD}\n\n{FRAME}"],
        text=GOOD,
        note="went on with its instructions; that is left out",
    ),
    Row(
        29,
        "cites nothing",
        rule=weak("I am a language model and happy to help you.", BARE),
        text=GOOD,
        withdrawn="cited no passage",
        note="All footnotes",
    ),
    Row(
        30,
        "half",
        [f"{GOOD} The rest is NOT IN THE DOCUMENTS."],
        text=GOOD,
        note=r"m\d+ says that the passages do not answer the rest\.",
    ),
]


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    """One loop for the module: the index is opened in it once."""
    with asyncio.Runner() as running:
        yield running


@pytest.fixture(scope="module")
def retriever(runner: asyncio.Runner, engine_database: Path) -> Iterator[Retriever]:
    stack = AsyncExitStack()

    async def opened() -> Retriever:
        index = await stack.enter_async_context(open_index(engine_database, "endpoints", timeout_s=30.0, idle_s=10.0))
        await index.open_or_create(SMALL)
        sparse = SparseEmbedder(SMALL.sparse_model, language=SMALL.language, average_terms=SMALL.average_terms)
        await commit(index, sparse, TEXTS, titles=TITLES)
        return Retriever(index, FakeDense(), sparse)

    yield runner.run(opened())
    runner.run(stack.aclose())


@pytest.fixture(scope="module")
def server() -> Iterator[FakeLLM]:
    with fake_llm() as running:
        yield running


@pytest.fixture
def llm(server: FakeLLM, monkeypatch: pytest.MonkeyPatch) -> FakeLLM:
    monkeypatch.setattr(patience, "FIRST_WAIT_S", 0.05)
    monkeypatch.setattr(asking, "TICK_S", 0.3)
    server.forget()
    return server


_numbers = count(1)


@dataclass
class Asker:
    """Asks one question of one endpoint; a model of a new name each time, of which nothing is remembered."""

    runner: asyncio.Runner
    retriever: Retriever

    def __call__(self, address: str, *, timeout_s: float = 5.0, name: str = "", key: str = KEY) -> list[Event]:
        async def main() -> list[Event]:
            async with self.opened(address, timeout_s, name, key) as answerer:
                return [event async for event in answerer.stream(QUESTION)]

        return self.runner.run(main())

    @asynccontextmanager
    async def opened(self, address: str, timeout_s: float, name: str, key: str) -> AsyncIterator[Answerer]:
        model = name or f"m{next(_numbers)}"
        async with open_chat_model(model, api_key=key, base_url=address, timeout_s=timeout_s) as llm:
            yield Answerer(self.retriever, llm=llm)


@pytest.fixture
def ask(runner: asyncio.Runner, retriever: Retriever) -> Asker:
    return Asker(runner, retriever)


def answer_of(events: Sequence[Event]) -> Answer:
    last = events[-1]
    assert isinstance(last, Finished)
    return last.answer


def words_of(events: Sequence[Event], kind: type[Progress | Withdrawn | Thought]) -> list[str]:
    return [getattr(event, "reason", "") or getattr(event, "text", "") for event in events if isinstance(event, kind)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.number}-{row.name.replace(' ', '-')}")
def test_whatever_an_endpoint_does_the_reader_gets_an_answer(llm: FakeLLM, ask: Asker, row: Row) -> None:
    llm.say(*row.replies)
    llm.rule, llm.models = row.rule, row.models
    events = ask(llm.base_url, timeout_s=row.timeout_s)
    answer = answer_of(events)
    assert answer.found, answer.text
    assert (answer.model == EXTRACTIVE) == row.quoted, (answer.text, answer.note)
    assert re.search(row.note, answer.note, re.IGNORECASE) if row.note else not answer.note, answer.note
    assert ("quoted instead" in answer.note) == row.quoted
    assert "3,000 euros" in answer.text
    if row.text:
        numbers = {hit.chunk.title: str(number) for number, hit in enumerate(answer.hits, 1)}
        assert answer.text == re.sub(r"\{(\w+)\}", lambda match: numbers[match[1]], row.text)
    assert answer.complete is row.complete
    if row.progress:
        assert any(re.search(row.progress, words) for words in words_of(events, Progress)), words_of(events, Progress)
    if row.withdrawn:
        assert any(re.search(row.withdrawn, words) for words in words_of(events, Withdrawn))
    assert set(row.tried) <= set(answer.trace.tried), answer.trace.tried
    assert answer.trace.thoughts == row.thoughts or not row.thoughts
    assert row.requests in (0, len(llm.requests)), len(llm.requests)
    assert KEY not in repr(answer.trace) + answer.note + answer.text
    assert row.check(answer)


def test_every_case_has_a_row() -> None:
    elsewhere = {6}  # connections, next
    assert {row.number for row in ROWS} | elsewhere == set(range(1, 31))


# Connections


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """A certificate that nobody signed."""
    if not shutil.which("openssl"):
        pytest.skip("no openssl to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=model.test"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    subprocess.run([*make, *files], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


def quoted(events: Sequence[Event]) -> str:
    """Return the note of a quoted answer."""
    answer = answer_of(events)
    assert (answer.found, answer.model) == (True, EXTRACTIVE)
    assert answer.note.endswith("; the passages are quoted instead.")
    return answer.note


def test_nobody_listens(ask: Asker) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    note = quoted(ask(address))
    assert re.match(
        rf"nothing listens at {address}/; start the endpoint, or check OPENAI_BASE_URL; ", note, re.IGNORECASE
    )


def test_name_is_unknown(ask: Asker) -> None:
    note = quoted(ask("http://no-such-host.invalid/v1"))
    assert "the name in http://no-such-host.invalid/v1/ is unknown" in note.replace("The name", "the name")
    assert "check OPENAI_BASE_URL, and whether there is a network" in note


def test_certificate_is_not_trusted(ask: Asker, certificate: ssl.SSLContext) -> None:
    with fake_llm(tls=certificate) as llm:
        llm.say(GOOD)
        note = quoted(ask(llm.base_url))
        assert llm.requests == []
    assert "ertificate of https://127.0.0.1" in note
    assert "SSL_CERT_FILE" in note


def test_https_for_http(llm: FakeLLM, ask: Asker) -> None:
    llm.say(GOOD)
    note = quoted(ask(llm.base_url.replace("http:", "https:")))
    assert "does not speak TLS" in note
    assert "write http:// in place of https://" in note


def test_http_for_https(ask: Asker, certificate: ssl.SSLContext) -> None:
    with fake_llm(tls=certificate) as llm:
        llm.say(GOOD)
        note = quoted(ask(llm.base_url.replace("https:", "http:")))
    assert "http://127.0.0.1" in note
    assert "whether it begins with https://" in note


def test_redirect_on_the_same_host_is_followed(llm: FakeLLM, ask: Asker) -> None:
    llm.say(Reply(status=307, body="", headers={"Location": "/v1/chat/completions"}), GOOD)
    assert answer_of(ask(llm.base_url)).text == GOOD
    assert len(llm.requests) == 2


def test_redirect_from_https_to_http_is_refused() -> None:
    """What was asked in secret is not sent in the open."""
    from urllib.parse import urlsplit

    from qa.models.chat.client import _may_follow

    https, http = urlsplit("https://model.test/v1"), urlsplit("http://model.test/v1")
    assert not _may_follow(https, http)
    assert _may_follow(http, https)
    assert not _may_follow(https, urlsplit("https://model.test.evil.example/v1"))


# What is remembered, and what is one limit


def test_what_an_endpoint_cannot_take_is_remembered(llm: FakeLLM, ask: Asker) -> None:
    llm.say(GOOD)
    llm.rule = refuses("temperature", "temperature is not supported")
    for requests in (2, 3, 4):
        assert answer_of(ask(llm.base_url, name="remembered")).text == GOOD
        assert len(llm.requests) == requests
    assert "temperature" in llm.requests[0]
    assert all("temperature" not in request for request in llm.requests[1:])


def test_how_much_a_model_reads_is_remembered(llm: FakeLLM, ask: Asker) -> None:
    llm.rule = reads_at_most(2)
    for requests in (2, 3):
        assert answer_of(ask(llm.base_url, name="small")).text == GOOD
        assert len(llm.requests) == requests


def test_wait_while_a_question_is_put_in_full_is_told(llm: FakeLLM, ask: Asker) -> None:
    """Whoever waits says so: a rewriting yields no words of an answer, and is waited for all the same."""
    wait = Reply("slow down", status=429, headers={"Retry-After": "1"})
    llm.say(wait, "Who gets the deposit of the flat?", "It is paid to Anna Ferguson [1].")

    async def main() -> list[Event]:
        async with ask.opened(llm.base_url, 5.0, "", KEY) as answerer:
            return [event async for event in answerer.stream("Who gets it?", [Turn("user", QUESTION)])]

    events = ask.runner.run(main())
    assert any("waiting 1.0 s" in words for words in words_of(events, Progress)), words_of(events, Progress)
    assert isinstance(events[0], Progress)
    assert answer_of(events).query == "Who gets the deposit of the flat?"


def test_fault_of_rewriting_and_of_writing_is_said_once(llm: FakeLLM, ask: Asker) -> None:
    llm.say(Reply("no such key", status=401))

    async def main() -> Answer:
        async with ask.opened(llm.base_url, 5.0, "", KEY) as answerer:
            return await answerer.ask("Who gets it?", [Turn("user", QUESTION)])

    answer = ask.runner.run(main())
    assert answer.note.count("no such key") == 1
    assert answer.note.endswith("the passages are quoted instead.")


def test_silence_is_waited_for_once_in_a_conversation(llm: FakeLLM, ask: Asker) -> None:
    """The question is to be put in full first; the same limit holds for that and for the answer."""
    llm.say(streamed(None))

    async def main() -> Answer:
        async with ask.opened(llm.base_url, 1.0, "", KEY) as answerer:
            return await answerer.ask("And who gets it?", [Turn("user", QUESTION)])

    answer = ask.runner.run(main())
    assert (answer.model, len(llm.requests)) == (EXTRACTIVE, 1)
    assert "did not answer in time" in answer.note


def test_reader_who_goes_away_ends_the_request(llm: FakeLLM, ask: Asker) -> None:
    """Neither the connection nor a task is left."""
    llm.say(streamed(delta(HALVES[0]), None))

    async def main() -> None:
        async with ask.opened(llm.base_url, 5.0, "", KEY) as answerer:
            async with aclosing(answerer.stream(QUESTION)) as events:
                async for event in events:
                    if isinstance(event, TextPiece):
                        break
            others = asyncio.all_tasks() - {asyncio.current_task()}
            assert not [task for task in others if "pump" in repr(task)]

    ask.runner.run(main())


def test_that_an_answer_broke_off_is_said_once(llm: FakeLLM, ask: Asker) -> None:
    """And its unfinished last words are no sentence that is judged."""
    llm.say(streamed(*said(GOOD, " It is pa")))
    answer = answer_of(ask(llm.base_url))
    assert [statement.problem for statement in answer.statements] == [""]
    assert answer.text == f"{GOOD} It is pa"
    text = "\n".join(answer_lines(answer))
    page = render.answer(answer, 1)
    for shown in (text, page):
        assert shown.count("broke off") == 1
        assert "ask again for the rest" in shown


def test_terminal_says_what_does_not_count_and_prints_the_answer_once(
    llm: FakeLLM, ask: Asker, capsys: pytest.CaptureFixture[str]
) -> None:
    llm.say("The deposit of the flat is 4,500 euros [1]. It is paid to Bella Ferguson [1].")

    async def main() -> None:
        async with ask.opened(llm.base_url, 5.0, "weak", KEY) as answerer:
            _, lines = await asked(answerer, QUESTION, (), EVERYTHING, live=True)
            say(*lines)

    ask.runner.run(main())
    out, err = capsys.readouterr()
    why = "most of what weak wrote does not stand in the passages"
    assert err == f"{why}; the passages are quoted instead; ignore the text above\n"
    assert "quoted instead" not in out
    assert why not in out.lower()
    assert out.index("4,500 euros") < out.index("3,000 euros")


@pytest.mark.parametrize("more", ["It is paid to Anna Ferguson [1].", f"{GOOD} It is paid to Anna Ferguson [1]."])
def test_answer_that_broke_off_is_gone_on_with(llm: FakeLLM, ask: Asker, more: str) -> None:
    """From its last whole sentence; what the model repeats of it is left out."""
    llm.say(streamed(*said(GOOD, " It is pa")), more)

    async def main() -> tuple[Answer, list[Event]]:
        async with ask.opened(llm.base_url, 5.0, "", KEY) as answerer:
            broken = await answerer.ask(QUESTION)
            return broken, [event async for event in answerer.go_on(broken)]

    broken, events = ask.runner.run(main())
    assert not broken.complete
    answer = answer_of(events)
    assert (answer.complete, answer.text) == (True, f"{GOOD} It is paid to Anna Ferguson [1].")
    assert [message["role"] for message in llm.requests[1]["messages"]] == ["system", "user", "assistant", "user"]
    assert llm.requests[1]["messages"][2]["content"] == GOOD
    assert answer.hits == broken.hits
    assert answer.trace.calls == 1


@pytest.mark.parametrize(("begun", "checked_s"), [(f"{GOOD} It is pa", 60.0), ("It is pa", 60.0), (GOOD, 0.0)])
def test_stopped_answer_is_checked_and_gone_on_with(
    llm: FakeLLM, ask: Asker, monkeypatch: pytest.MonkeyPatch, begun: str, checked_s: float
) -> None:
    """Also where nothing of it stands yet, or the check takes too long; the model is not asked for anything more."""
    monkeypatch.setattr("qa.answering.writing.write._CHECKED_S", checked_s)
    llm.say(Reply(raw=[delta(begun), None]), f"{GOOD} It is paid to Anna Ferguson [1].")

    async def main() -> tuple[Answer, Answer]:
        async with ask.opened(llm.base_url, 5.0, "", KEY) as answerer:
            stop = Stop()

            async def stopped() -> Answer:
                stop.heed()
                async for event in answerer.stream(QUESTION):
                    if isinstance(event, TextPiece):
                        stop.ask()
                    if isinstance(event, Finished):
                        return event.answer
                raise AssertionError

            cut = await asyncio.create_task(stopped())
            return cut, answer_of([event async for event in answerer.go_on(cut)])

    cut, whole = ask.runner.run(main())
    kept = begun if checked_s else begun.removesuffix(" [1].") + "."
    assert (cut.complete, cut.text, cut.model, len(llm.requests)) == (False, kept, whole.model, 2)
    # Of what broke off inside its first sentence, nothing is a sentence.
    assert [not statement.problem for statement in cut.statements] == [bool(checked_s)] * begun.startswith(GOOD)
    assert "footnotes" not in cut.note
    assert whole.complete
    assert whole.text.endswith("It is paid to Anna Ferguson [1].")


@pytest.mark.parametrize("more", [Reply("down", status=401), ""])
def test_going_on_that_fails_says_why(llm: FakeLLM, ask: Asker, more: Reply | str) -> None:
    llm.say(streamed(*said(GOOD, " It is pa")), more)

    async def main() -> None:
        async with ask.opened(llm.base_url, 5.0, "", KEY) as answerer:
            broken = await answerer.ask(QUESTION)
            with pytest.raises(LLMError):
                [event async for event in answerer.go_on(broken)]

    ask.runner.run(main())
