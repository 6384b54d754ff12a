"""How often programs may ask, what is remembered of them, and presets; no server and no index is needed."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import PlainTextResponse

from qa.config import Settings
from qa.errors import ConfigError, FilterError
from qa.store.where import parse_filter
from qa.types import Answer, Chunk, Citation, Statement, Turn
from ui.api.citations import doubt_line, written_out
from ui.api.failures import failure
from ui.api.openai_forms import Message, Model, asked, read_model
from ui.api.problems import ProblemError
from ui.api.rates import Limited, Rates, caller_of
from ui.api.remembered import Conversations, Written, said_by_assistant
from ui.presets import both, read_presets

CHUNK = Chunk("c", "d", "v", 0, "notes\n/a.txt", "Notes", "", 0, 0, 4, "Text")


def answer(text: str, *, note: str = "", problem: str = "", cited: bool = True) -> Answer:
    statements = (Statement(text, (1,), problem=problem),)
    citations = (Citation(1, CHUNK), Citation(2, CHUNK)) if cited else ()
    return Answer("q", "q", text, statements, citations, (), found=True, model="extractive", note=note)


# Rates


def _scope(path: str = "/api/ask", host: str = "10.0.0.1") -> dict[str, Any]:
    return {"type": "http", "path": path, "method": "POST", "headers": [], "client": (host, 1)}


async def _status(app: Any, scope: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, None, send)
    headers = {key.decode(): value.decode() for key, value in sent[0]["headers"]}
    return sent[0]["status"], headers, sent[1]["body"]


async def _answered(scope: Any, receive: Any, send: Any) -> None:
    await PlainTextResponse("ok")(scope, receive, send)


def test_more_in_a_minute_than_is_allowed_is_refused_in_each_form() -> None:
    app = Limited(_answered, failure, Rates(a_minute=2), free=["/healthz"])

    async def ask() -> None:
        first, second = await _status(app, _scope()), await _status(app, _scope("/v1/models"))
        assert (first[0], first[1]["x-ratelimit-remaining-requests"]) == (200, "1")
        assert (second[0], second[1]["x-ratelimit-remaining-requests"]) == (200, "0")
        status, headers, body = await _status(app, _scope())
        assert (status, headers["content-type"]) == (429, "application/problem+json")
        assert 0 < int(headers["retry-after"]) <= 61
        assert json.loads(body)["detail"].startswith("you asked 2 times within a minute; ask again in ")
        status, headers, body = await _status(app, _scope("/v1/models"))
        assert status == 429
        assert json.loads(body)["error"]["code"] == "rate_limit_exceeded"
        assert "retry-after" in headers
        assert (await _status(app, _scope("/healthz")))[0] == 200
        assert (await _status(app, _scope(host="10.0.0.2")))[0] == 200

    asyncio.run(ask())


def test_more_at_once_than_is_allowed_is_refused_until_one_ends() -> None:
    ends = asyncio.Event()

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        await ends.wait()
        await _answered(scope, receive, send)

    app = Limited(slow, failure, Rates(at_once=1))

    async def ask() -> None:
        first = asyncio.create_task(_status(app, _scope()))
        await asyncio.sleep(0)
        status, headers, _ = await _status(app, _scope())
        assert (status, headers["retry-after"]) == (429, "1")
        ends.set()
        assert (await first)[0] == 200
        assert (await _status(app, _scope()))[0] == 200

    asyncio.run(ask())


def test_whole_network_of_version_6_is_one_caller_and_a_made_up_key_none() -> None:
    near, far = _scope(host="2001:db8::1"), _scope(host="2001:db8:0:1::1")
    assert caller_of(near) == caller_of(_scope(host="2001:db8::ffff")) != caller_of(far)
    keyed = {**_scope(), "headers": [(b"authorization", b"Bearer made-up")]}
    assert caller_of(keyed) == caller_of(_scope())


# What is remembered


def test_conversations_take_no_more_than_their_bytes() -> None:
    kept = Conversations(most_bytes=100_000)
    for number in range(50):
        kept.keep("ann", f"resp_{number}", [Turn("user", "q"), Turn("assistant", "x" * 10_000)])
        assert kept.bytes <= 100_000
    assert kept.before("ann", "resp_49")[1].text == "x" * 10_000
    with pytest.raises(ProblemError, match="no response"):
        kept.before("ann", "resp_0")


def test_conversation_larger_than_all_room_keeps_its_end() -> None:
    kept = Conversations(most_bytes=50_000)
    kept.keep("ann", "resp", [Turn("assistant", "x" * 10_000), Turn("user", "last")])
    assert [turn.text for turn in kept.before("ann", "resp")] == ["x" * 10_000, "last"]
    kept.keep("ann", "resp", [Turn("assistant", "x" * 20_000), Turn("user", "last")])
    assert [turn.text for turn in kept.before("ann", "resp")] == ["last"]


def test_response_of_somebody_else_is_not_there() -> None:
    kept = Conversations()
    kept.keep("ann", "resp", [Turn("user", "secret")])
    with pytest.raises(ProblemError):
        kept.before("ben", "resp")


ANSWERS = [
    answer("It is lit."),
    answer("It is lit.\n\n(In winter at six.)\n\n(In summer at nine.)", note="Two documents differ."),
    answer("(All of it stands in brackets.)", problem="Not found"),
    answer("[1] is the first of the list.\n\n[2] is the second.", note="Note", problem="Not\nfound"),
    answer("⚠ Mind the gap.", cited=False, note="Nothing\n\nelse."),
    answer("(Nothing is known.)", cited=False),
]


@pytest.mark.parametrize("given", ANSWERS)
def test_earlier_answer_loses_what_was_written_below_it_and_nothing_else(given: Answer) -> None:
    text = written_out(given)
    assert said_by_assistant(text) == Turn("assistant", given.text)
    written = Written()
    written.keep(given)
    cited = ("d",) if given.citations else ()
    for sent in (text, f"{text}\n", text.replace("  \n", "\n")):
        assert written.turn(sent) == Turn("assistant", given.text, cited)


def test_thinking_that_a_program_shows_is_no_part_of_an_earlier_answer() -> None:
    written = Written()
    written.keep(ANSWERS[0])
    shown = '<details type="reasoning" done="true">\n<summary>Thought</summary>\n> Searching\n</details>\n'
    for before in (shown, "<think>Searching</think>"):
        assert written.turn(before + written_out(ANSWERS[0])) == Turn("assistant", "It is lit.", ("d",))
    assert written.turn("Use <think>this</think> there.").text == "Use <think>this</think> there."


def test_answer_of_another_program_is_left_as_it_is() -> None:
    text = "Well.\n\n(An aside.)\n\n[3] apples\n\n⚠ hot"
    assert said_by_assistant(text).text == text


def test_earlier_answer_comes_back_with_the_documents_that_it_cited() -> None:
    written = Written()
    written.keep(ANSWERS[0])
    said = [("user", "Is it lit?"), ("assistant", written_out(ANSWERS[0])), ("user", "When?")]
    question, turns = asked([Message(role=role, content=text) for role, text in said], written.turn)
    assert (question, turns) == ("When?", [Turn("user", "Is it lit?"), Turn("assistant", "It is lit.", ("d",))])


# Presets


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("footnote", Model()),
        ("footnote/mail", Model("mail")),
        ("footnote@brief", Model("", "brief")),
        ("footnote/mail@brief", Model("mail", "brief")),
        ("mail", Model("mail")),
    ],
)
def test_model_names_a_collection_and_a_preset(name: str, model: Model) -> None:
    assert read_model(name) == model


def test_preset_changes_settings_and_limits_the_documents(tmp_path: Path) -> None:
    (tmp_path / "presets.toml").write_text('[mails]\ncollection = "office"\nwhere = ["type=eml"]\ntop_k = 3\n')
    preset = read_presets(tmp_path)["mails"]
    assert (preset.collection, preset.where) == ("office", parse_filter(["type=eml"]))
    assert preset.applied(Settings(home=tmp_path)).top_k == 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[a]\ntop_k = 0", r"\[a\]: top_k is 0"),
        ('[a]\ntop_k = "many"', "not a number"),
        ('[a]\nuri = "x"', '"uri" cannot be set here; there are: collection, where, '),
        ("[a]\nwhere = 3", "list of conditions"),
        ('[a]\nwhere = ["nonsense"]', "not a condition"),
        ('[a]\ncollection = "../x"', "collection is"),
        ('["a b"]\ntop_k = 3', "letters, digits"),
        ("a = 3", "is a table"),
        ("[a", "cannot be read"),
    ],
)
def test_preset_that_cannot_be_used_is_told(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "presets.toml").write_text(text)
    with pytest.raises((ConfigError, FilterError), match=words):
        read_presets(tmp_path)


@pytest.mark.parametrize(
    ("preset", "given"),
    [
        (["type=eml"], ["source=mail/*"]),
        (["date>=2024-03"], ["date>=2024-01", "date<=2024-06"]),
        (["from=ann"], ["to=ben", "type!=pdf"]),
        ([], ["type=eml"]),
    ],
)
def test_question_passes_the_preset_and_its_own_conditions(preset: Sequence[str], given: Sequence[str]) -> None:
    together = both(parse_filter(preset), parse_filter(given))
    assert together == parse_filter([*preset, *given])


def test_question_cannot_widen_what_the_preset_limits() -> None:
    with pytest.raises(FilterError, match="limits types already"):
        both(parse_filter(["type=eml"]), parse_filter(["type=pdf"]))
    with pytest.raises(FilterError, match="limits from already"):
        both(parse_filter(["from=ann"]), parse_filter(["from=ben"]))


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "text",
    [
        "<think></think>" * 200_000,
        '<details type="reasoning"></details>\n' * 100_000,
        "<think>" * 400_000,
        "Said.\n\n⚠ “" + "”: " * 400_000,
        "Said.\n\n⚠ “" + "”: a." * 200_000 + ",",
        "Said.\n\n[1] a" + " — " * 400_000,
        "Said.\n\n" + "[1] a — b\n" * 100_000 + "c",
        "Said." + "\n " * 400_000 + "\n",
    ],
    ids=lambda text: text[:12],
)
def test_no_earlier_answer_takes_long_to_read(text: str) -> None:
    """All others wait meanwhile. 300 kB of quotation marks took a minute, and four times that with twice as many."""
    assert Written().turn(text).role == "assistant"


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("⚠ “a”: b.", True),
        ("⚠ “a”: b.  ", True),
        ("⚠ “a”: b”: c.", True),
        ("⚠ “”: ”: b.", True),
        ("⚠ “a”: ..", True),
        ("⚠ “”: b.", False),
        ("⚠ “a”: .", False),
        ("⚠ “a”: b", False),
        ("⚠ “a”:b.", False),
        ("⚠ “.", False),
        (" ⚠ “a”: b.", False),
        ("", False),
    ],
)
def test_doubts_are_known_by_their_form(line: str, is_one: bool) -> None:
    assert doubt_line(line) is is_one
