"""What errors and reasons say on a page: in the reader's language, whoever raised them and wherever they were kept."""

import ast
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import files
import pytest
from conftest import ROOT
from fakes import asked

from ingest.load import load
from ingest.load.unread import UNREAD, advice
from qa.answering.remarks.language_notes import WHAT_TO_DO, of_the_question
from qa.config import Settings
from qa.errors import AccessError, LoadError, QAError
from qa.models.chat import faults
from qa.store.where import parse_filter
from ui.web.language import speaking
from ui.web.reasons import TEMPLATES, fitting, in_sentences, noted, worded

pytest.importorskip("babel", reason="babel is not installed")


def test_what_every_error_says_can_be_read_from_the_code(catalogues: ModuleType) -> None:
    unclear = catalogues.reasons.found().unclear
    assert unclear == [], "word the error where it is raised, or hand on another's words"


def test_the_templates_are_those_of_the_code(catalogues: ModuleType) -> None:
    assert TEMPLATES.read_text(encoding="utf-8") == catalogues.templates(catalogues.extracted()), (
        "run python scripts/catalogues.py"
    )


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("no index at here; start it", "No index at here; start it."),
        ("the model went away.", "The model went away."),
        ("“2025-” is no date", "“2025-” is no date."),
        ("it offers: a, b …", "It offers: a, b …"),
        ('did you mean "pumps"?', 'Did you mean "pumps"?'),
        # Names stay what they are.
        ("pump.py cannot be read", "pump.py cannot be read."),
        ("report: is empty", "report: is empty."),
        ("papers/a.txt cannot be read", "papers/a.txt cannot be read."),
        ("machine_folders is neither; set it to on or off", "machine_folders is neither; set it to on or off."),
        ("gpt-4o said nothing", "gpt-4o said nothing."),
        ("iPhone is unknown", "iPhone is unknown."),
        ("öffnet nicht", "Öffnet nicht."),
        ("", ""),
    ],
)
def test_pages_tell_what_went_wrong_in_whole_sentences(said: str, shown: str) -> None:
    assert in_sentences(said) == shown
    assert in_sentences(shown) == shown


def test_day_that_there_is_not_stays_as_a_title_says_it() -> None:
    with speaking("de"):
        assert "31 February 2024" in noted("None of your documents mentions “Report of 31 February 2024”.")
        assert "31 February 2024" in worded("Report of 31 February 2024")


def test_pages_draw_what_went_wrong_in_one_place() -> None:
    """But for the line of a page that Streamlit runs by itself, where none of ours stands."""
    drawing = [
        str(file.relative_to(ROOT))
        for file in sorted((ROOT / "ui").rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("error", "warning", "exception")
        if isinstance(node.value, ast.Name) and node.value.id == "st"
    ]
    assert drawing == ["ui/web/app.py", "ui/web/notices.py", "ui/web/notices.py"]


def _encrypted_mail(path: Path) -> None:
    path.write_text("From: a@b\nSubject: x\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data\n\nMII\n")


def _zip_of_nothing(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/other.xml", "<a/>")


_FILES: dict[str, Callable[[Path], object]] = {
    "empty.txt": lambda path: path.write_text(""),
    "damaged.pdf": lambda path: path.write_bytes(b"%PDF-1.7\nnothing"),
    "blank.pdf": lambda path: files.write_pdf(path, [""]),
    "picture.gif": lambda path: path.write_bytes(b"GIF89a" + bytes(600)),
    "sheet.xlsx": lambda path: path.write_bytes(b"PK\x03\x04" + bytes(50)),
    "text.docx": lambda path: path.write_text("plain text under another name"),
    "records.json": lambda path: path.write_text("[" * 100_000),
    "book.ipynb": lambda path: path.write_text("{"),
    "page.xml": lambda path: path.write_text("<a><b></a>"),
    "mail.eml": _encrypted_mail,
    "other.docx": _zip_of_nothing,
    "program.bin": lambda path: path.write_bytes(b"\x7fELF" + bytes(600)),
}


def test_kinds_that_are_not_read_are_named_in_german_with_what_to_do() -> None:
    for said in map(advice, UNREAD):
        with speaking("de"):
            german = worded(said)
        assert german.startswith("ist "), said
        assert not {"a", "an", "it", "and", "which"} & set(german.replace(",", "").split()), german


@pytest.mark.parametrize("name", _FILES)
def test_why_a_file_cannot_be_read_is_said_in_german(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    _FILES[name](path)
    with pytest.raises(LoadError) as caught:
        load(path)
    reason = caught.value.reason
    assert fitting(reason) is not None, reason
    with speaking("de"):
        assert worded(reason) != reason
        # As it stands in a log or a list: behind the file's name, which stays.
        assert worded(caught.value) == f"{path}: {worded(reason)}"
    with speaking("en"):
        assert worded(reason) == reason


def test_gaps_are_translated_one_by_one() -> None:
    hidden = "without 1,203 hidden words (hidden rows, opacity 0)"
    gaps = f"{hidden}; without pages 3–5, which cannot be read; get a new copy"
    with speaking("de"):
        assert worded(gaps) == (
            "ohne 1.203 verborgene Wörter (verborgene Zeilen, Deckkraft 0); "
            "ohne Seiten 3–5, nicht lesbar; besorgen Sie eine neue Kopie"
        )


def test_settings_limits_and_rights_are_said_in_german(tmp_path: Path) -> None:
    with speaking("de"):
        with pytest.raises(QAError) as setting:
            Settings(home=tmp_path, top_k=0)
        assert worded(setting.value).startswith("top_k ist 0; es muss zwischen 1 und ")
        with pytest.raises(QAError) as condition:
            parse_filter(["colour"])
        assert worded(condition.value).startswith("„colour“ ist keine Bedingung")
        access = AccessError("you may not read this; ask who looks after this server")
        assert worded(access) == "Sie dürfen dies nicht lesen; fragen Sie, wer diesen Server betreut"


def test_every_fault_of_an_endpoint_is_said_in_german() -> None:
    with speaking("de"):
        for kind in (*faults.REPLIES, *faults.CONNECTIONS, faults.UNFORESEEN):
            for words in ("HTTP 404: no", ""):
                fact = kind.fact.format(url="http://127.0.0.1:9", model="m", words=words).replace(" ()", "")
                said = worded(f"{fact}; {kind.remedy}")
                assert said != f"{fact}; {kind.remedy}"
                assert ("HTTP 404: no" in said) == (bool(words) and "{words}" in kind.fact)
                assert "()" not in said


@pytest.mark.parametrize(
    ("note", "german"),
    [
        (
            "The reply of gpt-x broke off; ask again for the rest. Hier spricht das Dokument.",
            "Die Antwort von gpt-x brach ab; fragen Sie für den Rest noch einmal. Hier spricht das Dokument.",
        ),
        (
            "qwen repeated itself, and what it repeated is left out. The reply of qwen broke off.",
            "qwen wiederholte sich, und das Wiederholte ist weggelassen. Die Antwort von qwen brach ab.",
        ),
        (
            f"{of_the_question(asked('Wann wird das Tor geschlossen?', languages=('en', 'fr')))} {WHAT_TO_DO}",
            "Die Frage ist auf Deutsch und die Dokumente sind auf Englisch, Französisch: Ohne ein Wörterbuch für beide "
            "werden nur Namen und Zahlen gefunden. Die Seite docs/languages.md sagt, wie man eines bekommt, oder ein "
            "Modell, das beide liest.",
        ),
        (
            "The newest document cited is a.pdf of 3 May 2024; b of c.pdf of 12 June 2024 was found for this question "
            "too.",
            "Das neueste zitierte Dokument ist a.pdf vom 03.05.2024; b of c.pdf vom 12.06.2024 wurde zu dieser Frage "
            "auch gefunden.",
        ),
    ],
)
def test_a_note_is_translated_by_its_sentences(note: str, german: str) -> None:
    with speaking("de"):
        assert noted(note) == german


@pytest.mark.parametrize(
    ("code", "place"), [("en", "the address in the settings"), ("de", "die Adresse in den Einstellungen")]
)
def test_a_note_says_where_the_pages_have_the_setting_that_it_names(code: str, place: str) -> None:
    note = "Nothing listens at http://127.0.0.1:9/v1/; start the endpoint, or check OPENAI_BASE_URL."
    with speaking(code):
        assert f"OPENAI_BASE_URL ({place})" in noted(note)


def test_words_of_other_programs_are_not_translated_by_halves() -> None:
    text = "is not valid JSON (Expecting value: line 1 column 6 (char 5)), so it is read as plain text"
    with speaking("de"):
        assert "(Expecting value: line 1 column 6 (char 5))" in worded(text)


def test_values_stay_as_they_are_and_nothing_in_them_is_filled() -> None:
    with speaking("de"):
        said = worded('there is no collection "{name} {0} %s"; did you mean "<b>x</b>"?')
        assert said == "es gibt keine Sammlung „{name} {0} %s“; meinten Sie „<b>x</b>“?"


@pytest.mark.parametrize("text", ['"' * 900, "; : , " * 160, ("a: b; " * 170)[:999], "is " * 333, "x" * 5_000])
def test_a_hostile_text_takes_no_time(text: str) -> None:
    begun = time.process_time()
    with speaking("de"):
        worded(text)
    assert time.process_time() - begun < 1.0
