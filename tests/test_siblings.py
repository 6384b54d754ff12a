"""Papers of a club, a school, a clinic, a workshop, of things let and a small firm: things of a kind with other values.

`tests/data/siblings` holds 31 invented papers, half English, half German, and 72 questions that were written before any
result was seen: 40 for a value that a sibling has as well (the other dog, the old rate, another week), 16 that are put
oddly, 16 whose answer is not there. The rules were mended on those whose part is "mended"; of the others the counts
alone were read.
"""

from pathlib import Path

import pytest
from conftest import ROOT
from typed_questions import outcomes

pytestmark = [pytest.mark.models, pytest.mark.timeout(900)]

# Least that are right, and most that are surely wrong, of each kind and part.
FLOORS = {
    "rival, mended": (18, 1),
    "rival, kept": (18, 2),
    "odd, mended": (7, 1),
    "odd, kept": (5, 0),
    "absent, mended": (5, 2),
    "absent, kept": (3, 5),
}


def test_the_value_is_that_of_the_thing_that_is_asked_for(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_DICTIONARIES", "none")
    counted, others = outcomes(
        ROOT / "tests" / "data" / "siblings", home, lambda question: f"{question['kind']}, {question['part']}"
    )
    for group, (right, wrong) in FLOORS.items():
        assert counted[group]["right"] >= right, others
        assert counted[group]["wrong"] <= wrong, others
