"""Questions about the latest: told by their words, answered from the newest document that answers as well."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from conftest import OpenIndex, run
from fakes import chunk, hit
from test_store import document

from qa.retrieval.recency import asks_for_latest, newest_first, note
from qa.text.dates import stated_day
from qa.types import Hit


@pytest.mark.parametrize(
    "question",
    [
        "What was the gross margin in the latest 10-Q report?",
        "How did rates affect the most recent quarter?",
        "which is the newest wave limit",
        "What was decided in the last meeting?",
        "What did the last board meeting decide?",
        "Is the LATEST version signed?",
        "Was steht im neuesten Bericht?",
        "Was wurde in der letzten Sitzung beschlossen?",
        "Wie hoch ist die letzte offene Rechnung?",
    ],
)
def test_words_that_ask_for_the_latest(question: str) -> None:
    assert asks_for_latest(question)


@pytest.mark.parametrize(
    "question",
    [
        "By when must it be paid at the latest?",
        "latest date for changing the gear oil",
        "What is the latest possible start?",
        "How long does the battery last?",
        "What is his last name?",
        "What happened last year?",
        "Wie lange nach dem letzten Blitz muss man warten?",
        "What are the recent developments?",
        "translatest",
    ],
)
def test_words_that_do_not(question: str) -> None:
    assert not asks_for_latest(question)


@pytest.mark.parametrize(
    ("source", "stated", "day"),
    [
        ("a/minutes-2024-11-14.txt", "", date(2024, 11, 14)),
        ("a/2024_11_14 minutes.txt", "", date(2024, 11, 14)),
        ("scan20241114.pdf", "", date(2024, 11, 14)),
        ("a.zip!/2024.11.14.txt", "", date(2024, 11, 14)),
        ("minutes-2024-11-14.txt", "2025-01-02T10:00:00+01:00", date(2025, 1, 2)),
        ("minutes-2024-11-14.txt", "last spring", date(2024, 11, 14)),
        ("2024-11-14/minutes.txt", "", None),
        ("minutes-2024-02-30.txt", "", None),
        ("2024-02-30 or 2024-03-01.txt", "", date(2024, 3, 1)),
        ("minutes-2024-11.txt", "", None),
        ("2024-11_14.txt", "", None),
        ("article-120241114.txt", "", None),
        ("minutes.txt", "", None),
    ],
)
def test_day_is_what_the_document_states_or_else_the_name_of_its_file(
    source: str, stated: str, day: date | None
) -> None:
    assert stated_day(source, {"date": stated} if stated else {}) == day


# The order


def report(month: int, score: float) -> Hit:
    return hit(f"The margin of month {month} is {month} %.", title=f"report-{month:02}", score=score)


def days(hits: list[Hit]) -> dict[str, date]:
    return {item.chunk.document_id: date(2023, 1, 1) + timedelta(31 * number) for number, item in enumerate(hits)}


def titles(hits: list[Hit]) -> list[str]:
    return [item.chunk.title for item in hits]


def test_newest_of_many_alike_comes_first() -> None:
    series = [report(month, 0.6 - 0.002 * month) for month in range(1, 25)]
    dated = days(series)
    ordered = newest_first(series, dated)
    assert titles(ordered[:3]) == ["report-24", "report-23", "report-22"]
    assert ordered[0].score == pytest.approx(max(item.score for item in series))


def test_newer_document_about_something_else_gains_nothing() -> None:
    old, new, memo = report(1, 0.6), report(2, 0.58), report(3, 0.3)
    ordered = newest_first([old, new, memo], days([old, new, memo]))
    assert titles(ordered) == ["report-02", "report-01", "report-03"]
    # The less it answers, the less it moves what is older.
    near = newest_first([old, report(3, 0.45)], days([old, report(3, 0.45)]))
    assert titles(near) == ["report-01", "report-03"]


def test_passage_without_a_date_keeps_its_place_among_those_of_the_newest() -> None:
    old, new, plain = report(1, 0.6), report(2, 0.58), report(3, 0.59)
    dated = days([old, new])
    assert titles(newest_first([old, plain, new], dated)) == ["report-03", "report-02", "report-01"]
    assert newest_first([old, plain, new], {}) == [old, plain, new]
    assert newest_first([], {}) == []


def test_all_passages_of_a_document_give_way_alike() -> None:
    old = replace(report(1, 0.6).chunk, id="other", text="More of it.")
    hits = [report(1, 0.6), Hit(old, 0.5, 2, "scores"), report(2, 0.55)]
    first, *rest = newest_first(hits, days([hits[0], hits[2]]))
    assert first.chunk.title == "report-02"
    assert rest[0].score - rest[1].score == pytest.approx(0.1)


# What the reader is told


def test_note_names_the_document_that_was_taken_for_the_latest() -> None:
    old, new = chunk("Old.", title="a-2023"), chunk("New.", title="b-2024")
    dated = {old.document_id: date(2023, 5, 1), new.document_id: date(2024, 8, 4)}
    assert note([new], [old, new], dated) == "The newest document cited is b-2024.txt of 4 August 2024."
    assert note([old], [old, new], dated) == (
        "The newest document cited is a-2023.txt of 1 May 2023; "
        "b-2024.txt of 4 August 2024 was found for this question too."
    )
    assert note([old], [old, new], {new.document_id: date(2024, 8, 4)}) == (
        "The document cited states no date; b-2024.txt of 4 August 2024 was found for this question too."
    )
    assert note([old], [old, new], {}).startswith("None of the documents found for this question states a date")
    assert note([new], [new], dated) == ""


# Through the store


def test_index_knows_the_days_of_documents(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with new_index() as index:
            stored = [document(name, [name]) for name in ("notes-2024-11-14.txt", "plain.txt")]
            mail = document("mail.eml", ["mail"])
            mail = replace(mail, row=replace(mail.row, metadata={"date": "2023-01-02T03:04:05+00:00"}))
            await index.commit([*stored, mail])
            named = {item.row.document_id: item.row.source for item in (*stored, mail)}
            found = await index.days([*named, *named, "unknown"])
            assert await index.days([]) == {}
            days = {named[key]: day for key, day in found.items()}
            assert days == {"notes-2024-11-14.txt": date(2024, 11, 14), "mail.eml": date(2023, 1, 2)}

    run(main)
