"""A drawer of ordinary papers: a lease and its letters, bills, mails, minutes, handbooks, a list of money spent.

`tests/data/drawer` holds 25 invented papers, a fifth of them German, and 72 questions that were written before any
result was seen. The rules were mended on those whose part is "mended"; of "kept" the counts alone were read.
"""

from pathlib import Path

import pytest
from conftest import ROOT
from typed_questions import outcomes

pytestmark = [pytest.mark.models, pytest.mark.timeout(900)]

# Least that are right, and most that are surely wrong, of each part.
FLOORS = {"mended": (30, 1), "kept": (31, 4)}


def test_ordinary_papers_answer_ordinary_questions(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_DICTIONARIES", "none")
    counted, others = outcomes(ROOT / "tests" / "data" / "drawer", home, lambda question: str(question["part"]))
    for part, (right, wrong) in FLOORS.items():
        assert counted[part]["right"] >= right, others
        assert counted[part]["wrong"] <= wrong, others
