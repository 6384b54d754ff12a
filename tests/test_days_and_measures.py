"""The day at the head of a text, and names in the other language."""

from datetime import date

import pytest

from qa.answering.routes.holdings.collection_words import about_collection
from qa.answering.routes.holdings.genres import genre, is_of
from qa.answering.routes.one_document.naming import named
from qa.store.records import RegisterRow, new_row
from qa.text.head_day import day_in_head
from qa.types import Document


def register_row(source: str, title: str) -> RegisterRow:
    document = Document(source, title, "", "text/plain")
    return new_row("index", document, sha256="0" * 64, size=1, modified=0, chunk_count=1)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Dear Sir, we refer to your letter dated 3 March 2026.", None),
        ("Delivery date: 3 May 2025\nInvoice date: 1 June 2025", date(2025, 6, 1)),
        ("Ihr Schreiben vom 3.5.2025\nBerlin, 9.6.2025", date(2025, 6, 9)),
        ("Elektro Brandt\nRechnung Nr. 7\nDatum: 3. Februar 2025\n", date(2025, 2, 3)),
        ("# Statistics\n\nDocument SB-1, 31 January 2025. Author: Marguerite Osei, HSE Manager.", date(2025, 1, 31)),
        ("MINUTES\nThursday 14 November 2024, 10:00 to 12:20, Quay House, room Heron", date(2024, 11, 14)),
        ("Iwan Roberts\nDate of birth 26 June 1968", None),
        ("Rechnung\nZahlbar bis zum 26. Juli 2024", None),
        ("The pumps, which had been leaking since the first winter, were exchanged on 3 May 2023 by the crew.", None),
        ("Dear parents, the class trip takes place from 17 to 21 May 2026.", None),
        ("| Milestone | Planned |\n|---|---|\n| Handover | 2025-02-26 |", None),
        # The number of a thing, and a day of its own, are no days from one to another.
        ("Invoice 4711 – 3 May 2024", date(2024, 5, 3)),
        ("Rechnung 4711 - 03.05.2024", date(2024, 5, 3)),
        ("Room 12 – 3 May 2024", date(2024, 5, 3)),
        ("Minutes of meeting 7 - 12 March 2024", date(2024, 3, 12)),
        ("Class trip 17–21 May 2026", None),
        ("Class trip, 17 – 21 May 2026", None),
        ("Class trip from 17 - 21 May 2026", None),
        ("Klassenfahrt 17. - 21. Mai 2026", None),
        ("Klassenfahrt 17. bis 21. Mai 2026", None),
        # A row of a form, and not of a list.
        ("| Invoice date | 3 May 2024 |", date(2024, 5, 3)),
        ("| Rechnungsdatum | 03.05.2024 |", date(2024, 5, 3)),
        ("| Delivery date | 3 May 2024 |", None),
        ("| Geburtsdatum | 26.06.1968 |", None),
        ("| Report | closed | 2025-02-26 |", None),
        ("Chapter 1\nIn 2024 the farm fed more.", None),
    ],
)
def test_a_day_at_the_head_is_the_documents_and_no_other(text: str, day: date | None) -> None:
    assert day_in_head(text) == day


def test_a_day_after_the_document_was_read_is_none_of_its_own() -> None:
    text = "Concert\n11 July 2027\nAgreement of 3 May 2026"
    assert day_in_head(text, until=date(2026, 12, 1)) == date(2026, 5, 3)
    assert day_in_head(text) == date(2027, 7, 11)


@pytest.mark.parametrize("question", ["Which emails are from October?", "Welche Mails sind vom Oktober?"])
def test_a_month_without_a_year_is_that_of_every_year(question: str) -> None:
    about = about_collection(question, today=date(2026, 11, 28))
    assert about
    assert (about.recurring, about.since, about.until) == ((10, 0), None, None)


@pytest.mark.parametrize(
    ("called", "title", "source"),
    [
        ("den Jahresbericht", "Annual Operations Report 2024", "reports/annual-2024.pdf"),
        ("den Notfallplan", "Emergency Response Plan", "procedures/emergency-response.md"),
        ("the washing machine manual", "HANDBUCH WASCHMASCHINE LAVANDA 7", "waschmaschine-handbuch.txt"),
    ],
)
def test_a_document_is_known_by_its_name_in_the_other_language(called: str, title: str, source: str) -> None:
    rows = [register_row(source, title), register_row("other/minutes.txt", "Minutes of May")]
    found = named(called, rows)
    assert found
    assert [row.source for row in found.rows] == [source]


def test_an_abrechnung_is_no_rechnung() -> None:
    rows = [register_row("a/nebenkosten.eml", "Abrechnung der Nebenkosten"), register_row("b/7.txt", "Stromrechnung")]
    kind = genre("Rechnungen")
    assert kind
    assert [row.source for row in rows if is_of(kind, row)] == ["b/7.txt"]
