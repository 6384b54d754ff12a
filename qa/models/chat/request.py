"""What is sent to an endpoint, and what is left out if it can't take that. Pure functions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from qa.models.chat.faults import Lack
from qa.models.chat.pieces import Message
from qa.models.chat.templates import without_signs

# Most tokens of a reply where prompt and reply share a small context.
_SMALL_CAP = 512


@dataclass(frozen=True, slots=True)
class Form:
    """What an endpoint takes, as far as it is known.

    Attributes:
        stream: Whether the reply comes in pieces; else as one JSON document.
        usage: A count of the tokens at the end of a stream.
        temperature: The parameter of that name.
        system: Messages of that role.
        cap: Name of the parameter for the most tokens of a reply; "" for none.
        tools: Descriptions of tools.
        small: Whether a reply must leave room for its prompt.
    """

    stream: bool = True
    usage: bool = True
    temperature: bool = True
    system: bool = True
    cap: str = "max_tokens"
    tools: bool = True
    small: bool = False


PLAINEST = Form(usage=False, temperature=False, system=False, cap="", tools=False)


def body(
    form: Form, model: str, messages: Sequence[Message], *, max_tokens: int, tools: Sequence[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """Return the request; `max_tokens` 0 sends no limit."""
    sent: dict[str, Any] = {"model": model, "messages": [_harmless(message) for message in messages]}
    if not form.system:
        sent["messages"] = _merged(sent["messages"])
    if form.temperature:
        sent["temperature"] = 0
    if form.cap and max_tokens:
        sent[form.cap] = min(max_tokens, _SMALL_CAP) if form.small else max_tokens
    if form.stream:
        sent["stream"] = True
        if form.usage:
            sent["stream_options"] = {"include_usage": True}
    if tools and form.tools:
        sent["tools"] = [dict(tool) for tool in tools]
    return sent


def milder(form: Form, lack: Lack) -> tuple[Form, str] | None:
    """Return a form without what is lacking, and the change in words; None if there is nothing to leave out."""
    match lack:
        case "stream" if form.stream:
            return replace(form, stream=False), "asked for a whole reply in place of a stream"
        case "usage" if form.usage:
            return replace(form, usage=False), "asked without a count of tokens"
        case "temperature" if form.temperature:
            return replace(form, temperature=False), "asked without a temperature"
        case "system" if form.system:
            return replace(form, system=False), "put the instructions into the question"
        case "tools" if form.tools:
            return replace(form, tools=False), "asked without tools"
        case "cap" if form.cap == "max_tokens":
            return replace(form, cap="max_completion_tokens"), "gave the limit of tokens another name"
        case "cap" if form.cap:
            return replace(form, cap=""), "asked without a limit of tokens"
        case "room" if form.cap and not form.small:
            return replace(form, small=True), "asked for a short reply"
    return None


def _harmless(message: Message) -> dict[str, Any]:
    """Return a message whose text, which may come from documents, cannot begin another message."""
    sent = dict(message)
    if isinstance(sent.get("content"), str):
        sent["content"] = without_signs(sent["content"])
    return sent


def _merged(messages: Sequence[Message]) -> list[dict[str, Any]]:
    """Put what the system says in front of the first message of the user."""
    told = "\n\n".join(str(message["content"]) for message in messages if message["role"] == "system")
    rest = [dict(message) for message in messages if message["role"] != "system"]
    first = next((message for message in rest if message["role"] == "user"), None)
    if first is None:
        return [{"role": "user", "content": told}, *rest]
    first["content"] = f"{told}\n\n{first['content']}" if told else first["content"]
    return rest
