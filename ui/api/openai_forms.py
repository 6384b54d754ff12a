"""What OpenAI's clients send and read: messages as a question with turns, answers as completions. Pure functions."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from qa.lazy_regex import lazy_regex
from qa.types import Answer, Turn
from ui.api.citations import Address, file_citations, footnotes, sentences, short_answer, url_citations, written_out
from ui.api.problems import ProblemError
from ui.api.remembered import Said, said_by_assistant
from ui.api.strict import Form, Whole
from ui.presets import SIGN

DEFAULT_MODEL = "footnote"
_PREFIX = f"{DEFAULT_MODEL}/"
_PIECE = lazy_regex(r".+?(?:[.!?]\s+|\n+|$)", re.DOTALL)
# Programs send a conversation from its beginning, however long it is. No question leans on what is further back.
_MOST_MESSAGES, _MESSAGES_READ = 10_000, 200


class Message(Form):
    """One message; its content is a text, or parts of which the texts count."""

    role: str
    content: str | list[dict[str, Any]] | None = None


class StreamOptions(Form):
    """Whether the last piece of a stream tells the tokens."""

    include_usage: bool = False


class ChatRequest(Form):
    """A request for a chat completion. The last message is the question; system messages are passed over."""

    model: str = DEFAULT_MODEL
    messages: list[Message] = Field(max_length=_MOST_MESSAGES)
    stream: bool = False
    stream_options: StreamOptions | None = None
    n: Whole = 1
    response_format: dict[str, Any] | None = Field(None, description="Counts for titles of conversations alone")
    tool_choice: str | dict[str, Any] | None = Field(None, description="No tool is called; one that must be is refused")
    where: list[str] = Field(default_factory=list, description='Conditions such as "type=pdf", as `--where` takes them')


class ResponseRequest(Form):
    """A request for a response. `instructions` change no answer: what Footnote answers with is the documents."""

    model: str = DEFAULT_MODEL
    input: str | Annotated[list[dict[str, Any]], Field(max_length=_MOST_MESSAGES)]
    instructions: str = ""
    previous_response_id: str | None = None
    conversation: str | dict[str, Any] | None = Field(None, description="Refused: conversations are not kept by name")
    background: bool = Field(default=False, description="Refused if true: a response is waited for")
    metadata: dict[str, Any] = Field(default_factory=dict, description="Comes back with the response")
    text: dict[str, Any] | None = Field(None, description="Its format counts for titles of conversations alone")
    tool_choice: str | dict[str, Any] | None = Field(None, description="No tool is called; one that must be is refused")
    stream: bool = False
    where: list[str] = Field(default_factory=list, description='Conditions such as "type=pdf", as `--where` takes them')


@dataclass(frozen=True, slots=True)
class Model:
    """What a model's name stands for: a collection, "" for that of the preset or the settings; a preset, "" for none.

    It is "footnote", "footnote/COLLECTION", "footnote@PRESET" or "footnote/COLLECTION@PRESET".
    """

    collection: str = ""
    preset: str = ""


def read_model(name: str) -> Model:
    """Return what a name stands for, whether there is such a thing or not; a collection's name alone will do."""
    start, _, preset = name.partition(SIGN)
    return Model("" if start == DEFAULT_MODEL else start.removeprefix(_PREFIX), preset)


def model_ids(collections: Sequence[str], presets: Sequence[str] = ()) -> list[str]:
    """Return the names of the models: the settings' own collection, each there is, and each preset."""
    return [
        DEFAULT_MODEL,
        *(f"{_PREFIX}{name}" for name in collections),
        *(f"{DEFAULT_MODEL}{SIGN}{name}" for name in presets),
    ]


def asked(
    messages: Sequence[Message], turn: Said = said_by_assistant, *, param: str = "messages"
) -> tuple[str, list[Turn]]:
    """Return the question, and the turns before it, the last ones of a long conversation.

    Args:
        messages: The conversation.
        turn: Returns an earlier answer without what Footnote wrote below it.
        param: The field that holds the conversation.

    Raises:
        ProblemError: The last message is no question.
    """
    said = [(message.role, _text(message.content)) for message in messages if message.role in ("user", "assistant")]
    said = [(role, text) for role, text in said if text.strip()][-_MESSAGES_READ:]
    if not said or said[-1][0] != "user":
        raise ProblemError(
            400, "the last message must be the user's question, as text; pictures in it are not read", param=param
        )
    return said[-1][1], [Turn("user", text) if role == "user" else turn(text) for role, text in said[:-1]]


def instructions(messages: Sequence[Message]) -> str:
    """Return what a program told the model, which changes no answer: it only shows what kind of request this is."""
    return "\n".join(_text(message.content) for message in messages if message.role in ("system", "developer"))


def asked_for_response(input_: str | list[dict[str, Any]], turn: Said = said_by_assistant) -> tuple[str, list[Turn]]:
    """Return the question of a response's input, and the turns that it brings along; see `asked`.

    Raises:
        ProblemError: It holds no question.
    """
    return (input_, []) if isinstance(input_, str) else asked(_messages(input_), turn, param="input")


def instructions_of_response(instructions_: str, input_: str | list[dict[str, Any]]) -> str:
    """Return what a program told the model, beside the input and in it; see `instructions`.

    Raises:
        ProblemError: A message of the input is none.
    """
    within = "" if isinstance(input_, str) else instructions(_messages(input_))
    return "\n".join(text for text in (instructions_, within) if text)


def _messages(input_: list[dict[str, Any]]) -> list[Message]:
    items = [item for item in input_ if item.get("type", "message") == "message"]
    try:
        return [Message(role=str(item.get("role", "")), content=item.get("content")) for item in items]
    except ValidationError as error:
        raise ProblemError(422, "the content of a message must be a text or a list of parts", param="input") from error


def _text(content: str | list[dict[str, Any]] | None) -> str:
    if isinstance(content, str):
        return content
    texts = (
        part.get("text", "") for part in content or () if part.get("type") in ("text", "input_text", "output_text")
    )
    return "\n".join(text for text in texts if isinstance(text, str))


def completion(answer: Answer, address: Address, *, id: str, created: int, model: str) -> dict[str, Any]:  # noqa: A002
    """Return a whole chat completion, with what `_more` holds beyond OpenAI's form."""
    text = written_out(answer)
    message = {
        "role": "assistant",
        "content": text,
        "refusal": None,
        "annotations": [
            {"type": "url_citation", "url_citation": _without_type(item)}
            for item in url_citations(text, answer, address)
        ],
    }
    return {
        "id": id,
        "object": "chat.completion",
        "created": created,
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": _finish(answer), "logprobs": None}],
        "usage": usage(answer),
        **_more(answer, address),
    }


def completion_chunks(
    answer: Answer,
    address: Address,
    *,
    id: str,  # noqa: A002
    created: int,
    model: str,
    with_usage: bool,
) -> Iterator[dict[str, Any]]:
    """Yield the pieces of a stream for an answer: its text sentence by sentence, then what stands behind it."""
    text = written_out(answer)
    frame = {"id": id, "object": "chat.completion.chunk", "created": created, "model": model}
    for piece in pieces(text):
        yield {**frame, "choices": [_choice({"content": piece})]}
    annotations = [
        {"type": "url_citation", "url_citation": _without_type(item)} for item in url_citations(text, answer, address)
    ]
    if annotations:
        yield {**frame, "choices": [_choice({"annotations": annotations})]}
    yield {**frame, "choices": [_choice({}, _finish(answer))], **_more(answer, address)}
    if with_usage:
        yield {**frame, "choices": [], "usage": usage(answer)}


def thinking_chunk(text: str, *, id: str, created: int, model: str, first: bool = False) -> dict[str, Any]:  # noqa: A002
    """Return a piece that says what goes on, where clients show what a model thinks."""
    delta = {"role": "assistant", "content": "", "reasoning_content": text} if first else {"reasoning_content": text}
    return {
        "id": id,
        "object": "chat.completion.chunk",
        "created": created,
        "model": model,
        "choices": [_choice(delta)],
    }


def pieces(text: str) -> list[str]:
    """Cut a text at the ends of its sentences and lines; together they are the text."""
    return _PIECE.findall(text)


def response(
    answer: Answer,
    address: Address,
    *,
    id: str,  # noqa: A002
    created: int,
    form: ResponseRequest,
) -> dict[str, Any]:
    """Return a whole response, with what `_more` holds beyond OpenAI's form."""
    return {
        **response_frame(id=id, created=created, form=form, status="completed"),
        "output": [output_item(answer, address, id=id)],
        "usage": _response_usage(answer),
        **_more(answer, address),
    }


def response_frame(
    *,
    id: str,  # noqa: A002
    created: int,
    form: ResponseRequest,
    status: Literal["in_progress", "completed", "failed"],
) -> dict[str, Any]:
    """Return a response without its output; what was asked with it comes back."""
    return {
        "id": id,
        "object": "response",
        "created_at": created,
        "status": status,
        "model": form.model,
        "output": [],
        "error": None,
        "incomplete_details": None,
        "instructions": form.instructions or None,
        "metadata": form.metadata,
        "previous_response_id": form.previous_response_id,
        "parallel_tool_calls": False,
        "temperature": None,
        "tool_choice": "none",
        "tools": [],
        "top_p": None,
        "usage": None,
    }


def output_item(answer: Answer, address: Address, *, id: str) -> dict[str, Any]:  # noqa: A002
    """Return the message of a response."""
    return {
        "id": f"msg_{id.removeprefix('resp_')}",
        "type": "message",
        "role": "assistant",
        "status": "completed",
        "content": [output_text(answer, address)],
    }


def output_text(answer: Answer, address: Address) -> dict[str, Any]:
    """Return the text of a response with its annotations."""
    text = written_out(answer)
    annotations = [*url_citations(text, answer, address), *file_citations(text, answer)]
    return {"type": "output_text", "text": text, "annotations": annotations, "logprobs": []}


def usage(answer: Answer) -> dict[str, int]:
    """Return the tokens that a language model read and wrote; 0 where the answer is quoted."""
    read, written = answer.trace.prompt_tokens, answer.trace.completion_tokens
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}


def _response_usage(answer: Answer) -> dict[str, Any]:
    read, written = answer.trace.prompt_tokens, answer.trace.completion_tokens
    return {
        "input_tokens": read,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": written,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": read + written,
    }


def _more(answer: Answer, address: Address) -> dict[str, Any]:
    return {
        "footnotes": footnotes(answer, address),
        "sentences": sentences(answer),
        "short_answer": short_answer(answer),
        "found": answer.found,
    }


def _choice(delta: Mapping[str, Any], finish: str | None = None) -> dict[str, Any]:
    return {"index": 0, "delta": dict(delta), "finish_reason": finish, "logprobs": None}


def _finish(answer: Answer) -> str:
    return "stop" if answer.complete else "length"


def _without_type(item: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in item.items() if key != "type"}


def sent_event(data: Mapping[str, Any] | str, *, name: str = "") -> bytes:
    """Return one server-sent event."""
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    return (f"event: {name}\n" if name else "").encode() + f"data: {text}\n\n".encode("utf-8", "replace")
