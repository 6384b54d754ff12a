"""Where the settings of a command come from, in words. `footnote status` and `footnote doctor` say it."""

from pathlib import Path

from qa import chosen
from qa.config import Configured, Origin


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
