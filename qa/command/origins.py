"""Where the settings of a command come from, in words. `footnote status` and `footnote doctor` say it."""

from collections.abc import Iterable
from dataclasses import fields
from difflib import get_close_matches
from pathlib import Path

from qa import chosen
from qa.config import Configured, Origin, Settings, variable_of

# What else is read of the environment, none of it a setting of a command.
_OTHERS = frozenset({"FOOTNOTE_EXAMPLES", "FOOTNOTE_MCP_NAME", "FOOTNOTE_OCR_WORK", "FOOTNOTE_SHARED"})
_LIKENESS = 0.85


def told(configured: Configured, folder: Path) -> list[str]:
    """Return each place that settings come from, with their names; what is not named is a default.

    Args:
        configured: The settings, with where each comes from. No value is shown: one may be a key.
        folder: Where `.env` is looked for.
    """
    places: dict[Origin, str] = {
        "option": "options",
        "environment": "the environment",
        ".env": str(folder / ".env"),
        "page": f"the settings page ({chosen.file_of(configured.settings.home)})",
    }
    return [
        f"from {place}: {', '.join(names)}"
        for origin, place in places.items()
        if (names := [name for name, own in configured.origins.items() if own == origin])
    ]


def mistyped(variables: Iterable[str]) -> list[str]:
    """Return a line for each variable that is no setting and is written almost as one: it would count for nothing.

    Args:
        variables: Names of the environment and of `.env`; only those that begin as settings do are looked at.
    """
    known = [variable_of(setting.name) for setting in fields(Settings)]
    strange = sorted(name for name in variables if name.startswith("FOOTNOTE") and name not in {*known, *_OTHERS})
    meant = ((name, get_close_matches(name, known, n=1, cutoff=_LIKENESS)) for name in strange)
    return [f"{name} is no setting; did you mean {near[0]}?" for name, near in meant if near]
