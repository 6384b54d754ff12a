"""What comes from a model while it answers, and the whole reply."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

# {"role": …, "content": …}; tools add what the protocol says.
Message = Mapping[str, Any]

# How a reply ended: by itself, at the limit of tokens, by the provider's filter, broken off, longer than an answer can
# be, where it began to repeat itself, or stopped by the reader.
Finish = Literal["stop", "length", "filter", "broken", "capped", "repeats", "stopped"]


@dataclass(frozen=True, slots=True)
class Said:
    """The next words of the reply."""

    text: str


@dataclass(frozen=True, slots=True)
class Thinking:
    """The next words of what the model thinks beside its reply."""

    text: str


@dataclass(frozen=True, slots=True)
class Retracted:
    """What was said so far turned out to be a thought."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Why nothing comes, in words for the reader."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool that the model asks for; `arguments` is what it wrote, mostly JSON."""

    name: str
    arguments: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole reply; it comes last.

    Attributes:
        text: What was said, without thoughts and terminal escape sequences.
        thoughts: What was thought.
        finish: How it ended.
        reason: Why the end is not "stop", in words for the reader; "" if it is.
        refusal: The model's own words where it refused.
        calls: Tools that it asks for.
        prompt_tokens: As the endpoint reports them, else an estimate.
        completion_tokens: Likewise.
        estimated: Whether the counts of tokens are estimates.
    """

    text: str
    thoughts: str = ""
    finish: Finish = "stop"
    reason: str = ""
    refusal: str = ""
    calls: tuple[ToolCall, ...] = ()
    prompt_tokens: int = 0
    completion_tokens: int = 0
    estimated: bool = True


Piece = Said | Thinking | Retracted | Waiting | Reply
