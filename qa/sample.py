"""The sample: papers of a wind farm that never was, to try Footnote on. They lie in `data/` and in the package."""

from importlib.util import find_spec
from pathlib import Path

from qa.errors import ConfigError

COLLECTION = "sample"
"""The collection that holds it, apart from somebody's own papers."""

EXAMPLES = (
    "How high may the waves be for a transfer from Plover Dash?",
    "What did Nordgriff pay for missing the availability guarantee of 2024?",
    "What went wrong with the export cable, and what did the repair cost?",
)
"""Questions that it answers."""


def folder() -> Path:
    """Return the folder of its papers: that of the checkout, else the one that was installed beside the packages.

    Raises:
        ConfigError: It is not installed.
    """
    checkout = Path(__file__).parents[1] / "data"
    if (checkout / "contracts").is_dir():
        return checkout
    # A package without code may have several places, and not all of them need be folders.
    spec = find_spec("footnote_sample")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        if (Path(place) / "contracts").is_dir():
            return Path(place)
    raise ConfigError("the papers of the sample are not installed; install Footnote again")
