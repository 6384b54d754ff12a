"""What Footnote says around what it quotes, in the language of the question."""

import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from qa.answering.saying.phrases import ENGLISH, Phrases, phrases
from qa.answering.saying.phrases_de import GERMAN

ROOT = Path(__file__).resolve().parents[1]
_PLACE = re.compile(r"\{\w+\}")


def _said() -> Iterator[tuple[Path, list[str]]]:
    """Yield the messages of each call of `say(…)` and `say.many(…)` in the answering code."""
    for path in (ROOT / "qa/answering").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            call = node.func.value if isinstance(node.func, ast.Attribute) and node.func.attr == "many" else node.func
            name = call.attr if isinstance(call, ast.Attribute) else call.id if isinstance(call, ast.Name) else ""
            if name == "say":
                yield path, [arg.value for arg in node.args if isinstance(arg, ast.Constant)]


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Wie viele E-Mails sind von 2025?", "de"),
        ("Gibt es Dubletten?", "de"),
        ("Fasse den Mietvertrag Hafenweg zusammen", "de"),
        ("Liste alle Mails", "de"),
        ("Was there a report?", "en"),
        ("Was fressen Enten?", "de"),
        ("Was trägt die Besatzung?", "de"),
        ("Was bringt Rotor Lock?", "de"),
        ("Was fordert Plover Dash?", "de"),
        ("Was Plover Dash repaired?", "en"),
        ("Was Karen Beecham divorced?", "en"),
        ("Was insurance paid?", "en"),
        ("Compare the Kaltmiete of Lindenstraße 12 and Hafenweg 3", "en"),
        ("List all emails", "en"),
        ("tl;dr hse.md", "en"),
        ("Öffnungszeiten Büro", "de"),
        ("Kündigungsfrist Büro Hafenweg", "de"),
        ("Broncos'un Genel Müdürü kimdir?", "en"),
        ("Hangi ünlü Hintli sivil itaatsizliği uygulamıştır?", "en"),
        ("Mennyi a fürdőszoba területe?", "en"),
    ],
)
def test_the_language_is_that_of_the_question(question: str, language: str) -> None:
    assert phrases(question).language == language


def test_a_count_chooses_the_form_and_numbers_are_written_as_the_language_does() -> None:
    german = Phrases("de", {"{n} document": ("{n} Dokument", "{n} Dokumente")})
    counted = [german.many("{n} document", "{n} documents", count) for count in (1, 1234)]
    assert counted == ["1 Dokument", "1.234 Dokumente"]
    assert ENGLISH.many("{n} document", "{n} documents", 1234) == "1,234 documents"
    assert (german.day(date(2024, 3, 5)), ENGLISH.day(date(2024, 3, 5))) == ("5. März 2024", "5 March 2024")


def test_what_fills_a_place_is_not_read_as_a_message() -> None:
    assert ENGLISH("of {name}", name="{n} {0}") == "of {n} {0}"


def test_every_message_has_its_german() -> None:
    missing = [(path.name, messages[0]) for path, messages in _said() if messages and messages[0] not in GERMAN]
    assert not missing


def test_no_german_is_left_over() -> None:
    said = {messages[0] for _, messages in _said() if messages}
    assert not [message for message in GERMAN if message not in said]


@pytest.mark.parametrize("message", GERMAN)
def test_german_has_the_places_of_the_english(message: str) -> None:
    forms = GERMAN[message]
    for form in [forms] if isinstance(forms, str) else forms:
        assert set(_PLACE.findall(form)) <= set(_PLACE.findall(message)) | {"{n}"}
