"""The settings page without a browser: what a choice shows once the language of the pages is another."""

import os
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ui.settings.fields import default_of


def _page() -> None:
    import streamlit as st

    from ui.settings import page
    from ui.web import opening
    from ui.web.language import CHOSEN

    st.session_state[CHOSEN] = opening.configured(lenient=True).chosen.language
    page.main()


def test_choices_are_other_widgets_in_another_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser goes on showing the label of what was chosen: "the system's" stood on the German page."""
    monkeypatch.chdir(tmp_path)
    for variable in [name for name in os.environ if name.startswith("FOOTNOTE_")]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("FOOTNOTE_HOME", str(tmp_path / "home"))
    page = AppTest.from_function(_page, default_timeout=60).run()
    # An empty field is the default, and shows it: "none" stood in that of dictionaries, which has a folder.
    empty = {field.label: field.placeholder for field in page.text_input}
    assert empty["Dictionaries"] == str(default_of("dictionaries"))
    assert empty["Second stage"] == "none"
    # A browser tells by its red alone that a number is out of range.
    said = [caption.value.replace("\\", "") for caption in page.caption]
    assert any("From 1 to 10. Default: 3." in text for text in said), said
    assert sum("From 0 to 1. " in text for text in said) == 1
    english = {box.label: box for box in page.selectbox}
    english["Appearance"].select("dark").run()
    {box.label: box for box in page.selectbox}["Language"].select("de").run()
    assert not page.exception
    german = {box.label: box for box in page.selectbox}
    assert (german["Sprache"].value, german["Darstellung"].value) == ("de", "dark")
    for before, now in (("Appearance", "Darstellung"), ("Order of the passages", "Reihenfolge der Passagen")):
        assert english[before].id != german[now].id
    german["Darstellung"].select("light").run()
    assert {box.label: box for box in page.selectbox}["Darstellung"].value == "light"
    german["Reihenfolge der Passagen"].select("rrf").run()
    assert not page.exception
    assert any(button.label == "Zurücksetzen" for button in page.button)
