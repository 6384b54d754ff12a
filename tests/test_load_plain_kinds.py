"""Subtitles, bibliographies, AsciiDoc and exports of chats."""

import json
from pathlib import Path
from typing import Any

import pytest

from ingest.load import load
from qa.types import Document


def loaded(path: Path, content: str) -> Document:
    path.write_text(content, encoding="utf-8")
    return load(path).documents[0]


_VTT = """WEBVTT - Meeting

NOTE not said

1
00:00:01.000 --> 00:00:04.000
<v Rhea Quill>The budget for the annex is

2
00:00:04.000 --> 00:00:07.500
<v Rhea Quill>forty-two thousand euros.</v>

3
00:01:10.000 --> 00:01:14.000
<v Otto Fenn>I <i>disagree</i> &amp; stay.
"""


def test_subtitles_are_prose_with_speakers_and_times_as_headings(tmp_path: Path) -> None:
    document = loaded(tmp_path / "a.vtt", _VTT)
    assert document.title == "Meeting"
    assert [heading.title for heading in document.headings] == ["00:00:01", "00:01:10"]
    assert "Rhea Quill: The budget for the annex is forty-two thousand euros." in document.text
    assert "Otto Fenn: I disagree & stay." in document.text
    assert "not said" not in document.text


def test_subtitles_without_blank_lines_and_rolling_ones(tmp_path: Path) -> None:
    close = "1\n00:00:01,000 --> 00:00:02,000\nThe lock\n2\n00:00:02,000 --> 00:00:03,000\nopens at six.\n"
    assert loaded(tmp_path / "a.srt", close).text == "00:00:01\n\nThe lock opens at six."
    rolling = (
        "WEBVTT\n\n00:01.000 --> 00:02.000\n \nthe lock\n\n00:02.000 --> 00:03.000\nthe lock\n<c>opens</c>\n\n"
        "00:03.000 --> 00:04.000\nopens\nat six\n"
    )
    assert loaded(tmp_path / "b.vtt", rolling).text == "00:00:01\n\nthe lock opens at six"


def test_a_bibliography_is_lines_of_facts(tmp_path: Path) -> None:
    source = '@article{roe, author={Roe, Ada and M{\\"u}ller, J.}, title={Tidal {M}ud}, year=2021}\n@book{x'
    document = loaded(tmp_path / "a.bib", source)
    assert document.text == ("Key: roe; Type: article; Author: Ada Roe, J. Müller; Title: Tidal Mud; Year: 2021")
    assert document.gaps == ("without the entry at line 2, which cannot be read",)


def test_asciidoc_has_headings_and_tables(tmp_path: Path) -> None:
    source = (
        "= Guide\n:bar: 3 bar\n\n// no\n== Pump\n\nIt runs at {bar}.\n\n----\n== no heading\n----\n\n"
        '[cols="2*"]\n|===\n|Valve |Size\n|V1\n|40 mm\n|V2 |50 mm\n|===\n'
    )
    document = loaded(tmp_path / "a.adoc", source)
    assert [heading.title for heading in document.headings] == ["Guide", "Pump"]
    assert document.text == (
        "Guide\n\nPump\n\nIt runs at 3 bar.\n\n== no heading\n\nValve: V1; Size: 40 mm\nValve: V2; Size: 50 mm"
    )


_SAID = "Rhea: The lock opens at 05:45."


@pytest.mark.parametrize(
    "value",
    [
        {"name": "Dock", "messages": [{"from": "Rhea", "text": ["The lock opens at ", {"text": "05:45"}, "."]}]},
        {"chats": {"list": [{"name": "D", "messages": [{"from": "Rhea", "text": "The lock opens at 05:45."}]}]}},
        [
            {
                "user": "U1",
                "user_profile": {"real_name": "Rhea"},
                "text": "The lock opens at 05:45.",
                "ts": "1746173400.1",
            }
        ],
        {"messages": [{"author": {"name": "Rhea"}, "content": "The lock opens at 05:45.", "timestamp": "2025-05-02"}]},
        {"messages": [{"sender_name": "Rhea", "content": "The lock opens at 05:45.", "timestamp_ms": 1746173400000}]},
        [
            {
                "title": "Lock",
                "mapping": {
                    "a": {"message": None},
                    "b": {"message": {"author": {"role": "Rhea"}, "content": {"parts": ["The lock opens at 05:45."]}}},
                },
            }
        ],
    ],
)
def test_a_chat_says_who_said_what(tmp_path: Path, value: Any) -> None:
    assert _SAID in loaded(tmp_path / "a.json", json.dumps(value)).text.split("\n\n")


def test_records_that_are_no_chat_stay_a_table(tmp_path: Path) -> None:
    rows = [{"user": "Rhea", "text": "good", "rating": 5}, {"user": "Otto", "text": "bad", "rating": 1}]
    assert loaded(tmp_path / "a.json", json.dumps(rows)).text.startswith("user: Rhea; text: good; rating: 5")
