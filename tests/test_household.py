"""A household's and a small firm's papers, asked as people type: how many are right, and how few surely wrong.

`tests/data/household` holds 42 invented documents, and questions with what an answer must hold. The rules were mended
on the questions whose part is "mended". Those of "kept" are a figure: some of their kinds were known before, and their
failures were looked at once.
"""

from pathlib import Path

import pytest
from conftest import ROOT
from typed_questions import outcomes

pytestmark = [pytest.mark.models, pytest.mark.timeout(900)]

# Least that are right, and most that are surely wrong, of each part.
FLOORS = {"mended": (46, 1), "kept": (35, 9)}


def test_questions_as_people_type_them(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_DICTIONARIES", "none")
    counted, others = outcomes(ROOT / "tests" / "data" / "household", home, lambda question: str(question["part"]))
    for part, (right, wrong) in FLOORS.items():
        assert counted[part]["right"] >= right, others
        assert counted[part]["wrong"] <= wrong, others
