"""What the pages say, in other languages: the German catalogue is whole, and a language is added by a folder alone."""

import re
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from conftest import ROOT

from qa.types import Chunk
from ui.places import places
from ui.web import language
from ui.web.language import day, languages, number, speaking, t, t_many

pytest.importorskip("babel", reason="babel is not installed")


@pytest.fixture(scope="module", params=["de"])
def catalogue(request: pytest.FixtureRequest, catalogues: ModuleType) -> tuple[Path, Any]:
    file = catalogues.LOCALE / request.param / "LC_MESSAGES" / "footnote.po"
    return file, catalogues.read(file)


def test_places_are_said_in_the_language_of_the_reader() -> None:
    held = {"page_label": "iv", "rows": "2–9", "sheet": "Faults"}
    chunk = Chunk("c", "d", "v", 0, "/a.pdf", "A", "", page=4, start=0, end=1, text="x", metadata=held)
    with speaking("de"):
        assert places(chunk, t) == ["S. iv (Seite 4 der Datei)", "Blatt Faults, Zeilen 2–9"]
    assert places(chunk) == ["p. iv (page 4 of the file)", "sheet Faults, rows 2–9"]


def test_every_message_of_the_code_is_translated(catalogue: tuple[Path, Any], catalogues: ModuleType) -> None:
    assert catalogues.missing(catalogue[1]) == [], "run python scripts/catalogues.py, and translate what it lists"


def test_what_is_read_was_compiled_from_what_is_written(catalogue: tuple[Path, Any], catalogues: ModuleType) -> None:
    file, written = catalogue
    assert file.with_suffix(".mo").read_bytes() == catalogues.compiled(written), "run python scripts/catalogues.py"


def test_translations_have_the_places_of_their_messages(catalogue: tuple[Path, Any]) -> None:
    wrong = []
    for message in catalogue[1]:
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        wrong += [text for one, text in zip(ids, texts, strict=True) if _places(text) - _places(ids[-1])]
        wrong += [text for one, text in zip(ids, texts, strict=True) if _places(one) - _places(text) - {"n"}]
    assert wrong == []


def _places(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def test_a_message_that_is_put_together_is_refused(catalogues: ModuleType) -> None:
    with pytest.raises(ValueError, match="a message is one text"):
        list(catalogues.said_in("t(f'{n} found')"))


def test_messages_inside_f_strings_are_found(catalogues: ModuleType) -> None:
    code = """f'<p>{escape(t("Table"))}</p>'; t_many("1 row", "{n} rows", 3); t("a" if x else "b")"""
    assert set(catalogues.said_in(code)) == {("1 row", "{n} rows"), "a", "b", "Table"}


def test_german_numbers_days_and_counts() -> None:
    with speaking("de-AT"):
        assert number(1234567.5) == "1.234.567,5"
        assert number(0.5, 2) == "0,50"
        assert day(date(2024, 3, 9)) == "09.03.2024"
        assert t_many("{n} passage", "{n} passages", 1200) == "1.200 Passagen"
        assert t_many("{n} passage", "{n} passages", 1) == "1 Passage"
        assert t("{n} of {all}", n=3, all=4000) == "3 von 4.000"
    with speaking("en"):
        assert number(1234.5) == "1,234.5"
        assert day(date(2024, 3, 9)) == "2024-03-09"


def test_a_language_is_added_by_a_folder(
    catalogues: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from babel.messages.catalog import Catalog

    made = Catalog(locale="nl", charset="utf-8")
    for message, text in {"Settings": "Instellingen", "English": "Nederlands", "1,234.5": "1.234,5"}.items():
        made.add(message, text)
    made.add(("{n} passage", "{n} passages"), ("{n} passage", "{n} passages (nl)"))
    folder = tmp_path / "nl" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "footnote.mo").write_bytes(catalogues.compiled(made))
    monkeypatch.setattr(language, "LOCALE", tmp_path)
    language._catalogue.cache_clear()
    try:
        assert languages() == {"en": "English", "nl": "Nederlands"}
        with speaking("nl"):
            assert t("Settings") == "Instellingen"
            assert t("Documents") == "Documents", "what is not translated reads English"
            assert t_many("{n} passage", "{n} passages", 1000) == "1.000 passages (nl)"
    finally:
        language._catalogue.cache_clear()


def test_the_wheel_holds_the_catalogues() -> None:
    project = (ROOT / "pyproject.toml").read_text()
    assert '"ui" = ["locale/*/LC_MESSAGES/*", "locale/*.json"]' in project


def test_reasons_name_no_library_and_no_part_of_a_format() -> None:
    reasons = (ROOT / "ui" / "locale" / "reasons.json").read_text(encoding="utf-8")
    assert not re.findall(r"PDFium|olefile|lxml|openpyxl|\bcontainer|is damaged: its part", reasons)
