"""What our style sheets and scripts take Streamlit's page to be: their names and words are those that it gives."""

import re
from pathlib import Path

import pytest
import streamlit
from conftest import ROOT

from ui.web.frame import streamlits
from ui.web.style import SHEET

_NAMES = re.compile(r"\.(st[A-Z]\w+)|data-testid\^?=\\?[\"']?([\w-]+)")
# Put together from the kind of a button.
_BUILT = {"stBaseButton-primary", "stBaseButton-primaryFormSubmit"}


@pytest.fixture(scope="module")
def scripts() -> str:
    folder = Path(streamlit.__file__).parent / "static" / "static" / "js"
    return "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.js"))


def test_names_of_parts_are_streamlits(scripts: str) -> None:
    """A class that it gives up, such as stBottomBlockContainer, left rules without effect, and nobody was told."""
    files = [*ROOT.glob("ui/*/files/*.js"), *ROOT.glob("ui/*/files/*.css")]
    ours = [SHEET, *(path.read_text(encoding="utf-8") for path in files)]
    classes, ids = (
        {pair[at] for text in ours for pair in _NAMES.findall(text) if pair[at]} - _BUILT for at in range(2)
    )
    assert len(classes) > 5
    assert len(ids) > 15
    assert sorted(name for name in ids if name not in scripts) == []
    # Many a part has an id alone.
    given = set(re.findall(r"(?<!data-testid\":)[`\" ](st[A-Z]\w+)(?=[`\" ])", scripts))
    assert sorted(classes - given) == []


def test_words_that_are_replaced_are_streamlits(scripts: str) -> None:
    # Who wrote a message it adds itself.
    begins = [text.removesuffix(" user").removesuffix(" assistant") for text in streamlits()]
    assert [text for text in begins if not any(mark + text in scripts for mark in '`"')] == []
