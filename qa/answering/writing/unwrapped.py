"""The answer in a model's reply that is a JSON object around it, as some endpoints and models are set to write.

Only a reply that is nothing but such an object is unwrapped, with a fence of code around it at most. Pure functions.
"""

import json

from qa.models.chat.text import Cleaner

_FENCE = "```"
_KEYS = ("answer", "response", "text", "content", "output", "result", "reply", "message", "antwort")
# What may stand beside the answer: marks of what it rests on and how sure the model is, all of which are checked here.
_BESIDE = frozenset(
    ("citations", "sources", "references", "confidence", "passages", "reasoning", "thought", "thoughts", "explanation",
     "found", "language", "question", "type", "role", "quellen")
)  # fmt: skip
# No answer is longer, and a deeper object is none.
_LONGEST = 40_000


def unwrapped(text: str) -> str:
    """Return the answer that a reply wraps in JSON, the reply itself where it is anything else.

    Strict: one object with exactly one text under a name for answers, and beside it only what accompanies an answer.
    """
    inside = _without_fence(text.strip())
    if not (inside.startswith("{") and inside.endswith("}")) or len(inside) > _LONGEST:
        return text
    try:
        values = json.loads(inside, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return text
    if not isinstance(values, dict):
        return text
    lowered = {key.casefold(): value for key, value in values.items()}
    said = [key for key in lowered if key in _KEYS]
    if len(lowered) != len(values) or len(said) != 1 or not set(lowered) <= {*said, *_BESIDE}:
        return text
    answer = lowered[said[0]]
    # An object within is data that was asked for, or a trick.
    return _cleaned(answer) or text if isinstance(answer, str) else text


def _cleaned(answer: str) -> str:
    r"""Return a text as a reply without JSON comes: what "\u001b" and "\ud800" stand for was no character before."""
    cleaner = Cleaner()
    return f"{cleaner.feed(answer)}{cleaner.end()}".strip()


def _without_fence(text: str) -> str:
    """Return what a fence of code holds, and a text without one as it is."""
    if not (text.startswith(_FENCE) and text.endswith(_FENCE)):
        return text
    kind, _, inside = text.removesuffix(_FENCE).partition("\n")
    return inside.strip() if kind[len(_FENCE) :].strip().lower() in ("", "json") else text


def may_be_wrapped(text: str) -> bool:
    """Tell whether the beginning of a reply may be that of a JSON object, which is not shown piece by piece."""
    begun = text.lstrip()
    return begun.startswith("{") or _FENCE.startswith(begun[: len(_FENCE)])


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Refuse an object that says a name twice: readers would disagree which one counts."""
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError("a name stands twice")
    return dict(pairs)
