"""The sample: papers of a wind farm that never was, to try Footnote on. They lie in `data/` and in the package."""

from importlib.resources import files
from pathlib import Path

COLLECTION = "sample"
"""The collection that holds it, apart from somebody's own papers."""

EXAMPLES = (
    "How high may the waves be for a transfer from Plover Dash?",
    "What did Nordgriff pay for missing the availability guarantee of 2024?",
    "What went wrong with the export cable, and what did the repair cost?",
)
"""Questions that it answers."""


def folder() -> Path:
    """Return the folder of its papers: that of the checkout, else the one that was installed beside the packages."""
    checkout = Path(__file__).parents[1] / "data"
    # A package without code has no path of its own, what lies in it has.
    return checkout if (checkout / "contracts").is_dir() else Path(str(files("footnote_sample") / "mail")).parent
