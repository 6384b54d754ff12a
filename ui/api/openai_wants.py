"""What OpenAI's clients may want beside an answer: a tool called, JSON written. Pure functions."""

from collections.abc import Mapping
from typing import Any

from ui.api.problems import ProblemError

TITLE = "title"


def json_name(wanted: Any) -> str:
    """Return under which name a request wants a text as JSON, "" where it wants plain text.

    Args:
        wanted: `response_format` of a chat completion or `text.format` of a response, as it came. With a schema of one
            field it is that field's name.
    """
    kind = wanted.get("type") if isinstance(wanted, Mapping) else None
    if not isinstance(kind, str) or not kind.startswith("json"):
        return ""
    # A chat completion has the schema one level further down than a response.
    within = wanted.get("json_schema", wanted)
    schema = within.get("schema") if isinstance(within, Mapping) else None
    fields = schema.get("properties") if isinstance(schema, Mapping) else None
    return str(next(iter(fields))) if isinstance(fields, Mapping) and len(fields) == 1 else TITLE


def refuse_what_is_not_done(tool_choice: Any, wanted: Any, named: str) -> None:
    """Refuse a request whose answer a program would read as what it is not; what it only offers is passed over.

    Args:
        tool_choice: As it came.
        wanted: The form of the text, as `json_name` takes it.
        named: The field that holds it.

    Raises:
        ProblemError: A tool has to be called, or JSON to be written.
    """
    if not _is_offered_only(tool_choice):
        raise ProblemError(
            400, "tool_choice wants a tool called; answers come from documents alone, leave it out", param="tool_choice"
        )
    if json_name(wanted):
        raise ProblemError(
            400, f"{named} wants JSON; an answer is text with footnotes, leave it out or ask /api/ask", param=named
        )


def _is_offered_only(tool_choice: Any) -> bool:
    """Tell whether an answer without a call is one that the program expects."""
    if isinstance(tool_choice, Mapping) and tool_choice.get("type") == "allowed_tools":
        # A chat completion has the mode one level further down than a response.
        within = tool_choice.get("allowed_tools", tool_choice)
        return isinstance(within, Mapping) and within.get("mode", "auto") in ("auto", "none")
    return tool_choice in (None, "", "auto", "none")
