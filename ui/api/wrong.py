"""What is wrong with the values that a program sent, in one line: which field, and what it has to be.

Pydantic says it in words for programmers, of several lines, and names its own types within the path of a field.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ui.api.parameters import MARK, NAME, NAMED, SOMETHING

Error = Mapping[str, Any]
Words = Callable[[Error], str]

_NAME = "must be a name, of letters, digits and underscores"
PATTERNS = {SOMETHING: "must not be empty", NAME: _NAME, NAMED: _NAME, MARK: "must be two offsets, such as 120-180"}
"""What a text has to be that must match a pattern; every pattern of a form is here."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """The first field that cannot be taken, "" for all that was sent; and what is wrong with it, for a person."""

    field: str
    words: str


def what_is_wrong(errors: Sequence[Error], sent: Any, *, whole: str = "the body") -> Wrong:
    """Return what to tell who sent something.

    Args:
        errors: What pydantic found, at least one.
        sent: What was sent, into which the places of the errors lead.
        whole: What all of it is called.
    """
    placed = [(_place(error["loc"], sent), error) for error in errors]
    first = [(place, error) for place, error in placed if place[:1] == placed[0][0][:1]]
    # Of a field that may be of several kinds, the kind that was meant is that which fits furthest.
    deepest = max(len(place) for place, _ in first)
    place = next(place for place, _ in first if len(place) == deepest)
    told = list(dict.fromkeys(_words(error) for at, error in first if at == place))
    words = " or ".join([told[0], *(other.removeprefix("must be ") for other in told[1:])])
    words += _instead(next(error for at, error in first if at == place))
    field = ".".join(str(part) for part in place)
    # A form that was looked at as a whole says all itself.
    return Wrong(field, words if not field and first[0][1]["type"] == "value_error" else f"{field or whole} {words}")


def _place(loc: Sequence[str | int], sent: Any) -> tuple[str | int, ...]:
    """Return where an error is, without what pydantic calls the kinds that a field may have."""
    place: list[str | int] = []
    for number, part in enumerate(loc):
        if isinstance(sent, Mapping) and (part in sent or number == len(loc) - 1):
            sent = sent.get(part)
        elif isinstance(sent, list) and isinstance(part, int) and part < len(sent):
            sent = sent[part]
        elif sent is not None and number:
            continue
        place.append(part)
    return tuple(place)


def _words(error: Error) -> str:
    words = _WORDS.get(error["type"], "is not what this takes; /docs says what is")
    return words if isinstance(words, str) else words(error)


def _instead(error: Error) -> str:
    """Return what was sent in place of what is wanted, "" where that says nothing."""
    sent = error.get("input")
    kind = _KINDS.get(type(sent), "")
    says_more = error["type"] in _OF_A_KIND and not (error["type"] == "int_type" and kind == "a number")
    return f", not {kind}" if kind and says_more else ""


def _at_least(error: Error) -> str:
    least = error["ctx"].get("min_length", 1)
    return "must not be empty" if least == 1 else f"has too little; it needs at least {least:,}"


def _one_of(error: Error) -> str:
    return f"must be {error['ctx']['expected']}".replace("'", '"')


_KINDS = {
    str: "a text",
    bool: "true or false",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "an object",
    type(None): "null",
}
_OF_A_KIND = ("string_type", "bool_type", "list_type", "dict_type", "model_type", "model_attributes_type", "int_type")
_WHOLE = "must be a whole number"
_WORDS: dict[str, str | Words] = {
    "missing": "is missing",
    "string_type": "must be a text",
    "string_too_short": _at_least,
    "string_too_long": lambda error: f"has more than {error['ctx']['max_length']:,} characters; send less",
    "string_unicode": "must be a text that is right UTF-8",
    "string_pattern_mismatch": lambda error: PATTERNS.get(error["ctx"]["pattern"], "is not written as this has to be"),
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": f"{_WHOLE}, with fewer digits",
    "int_from_float": _WHOLE,
    "finite_number": _WHOLE,
    "whole_number": f"{_WHOLE}, written in digits",
    "greater_than_equal": lambda error: f"must be at least {error['ctx']['ge']:,}",
    "less_than_equal": lambda error: f"must be at most {error['ctx']['le']:,}",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "list_type": "must be a list",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "too_short": _at_least,
    "too_long": lambda error: f"has more than {error['ctx']['max_length']:,} entries; send fewer",
    "literal_error": _one_of,
    "enum": _one_of,
    "json_invalid": "is no JSON",
    "value_error": lambda error: str(error["ctx"]["error"]),
}
