"""What the pages say of ingests, names, scores and endpoints."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from qa.accounts.access import Access, Grant
from qa.accounts.users import person_of
from qa.database.ingests import Failed, Ingest, Kind, Progress
from qa.database.watches import Watch
from qa.errors import ConfigError, LLMUnavailableError, StoreError
from qa.store.where import Filter
from qa.types import Answer, Search, Trace
from ui.api.failures import told as of_request
from ui.api.jobs_routes import job_values
from ui.chat import limiting
from ui.chat.bars import Bar, bars
from ui.chat.behind import behind
from ui.documents import collections, telling
from ui.documents.unpathed import failures_as_seen
from ui.settings.told import of_error
from ui.web.access import acting_as
from ui.web.language import speaking
from ui.web.reasons import worded


def ingest(*wanted: str) -> Ingest:
    return Ingest("i", "papers", "address", wanted, created=datetime.now(UTC))


@pytest.mark.parametrize(
    ("path", "wanted", "said"),
    [
        ("http://127.0.0.1:8779/", "http://127.0.0.1:8779/", "http://127.0.0.1:8779/"),
        ("https://x.example/a", "https://x.example/", "a"),
        ("/papers/sub/crane.txt", "/papers", "sub/crane.txt"),
        ("/other/crane.txt", "/papers", "/other/crane.txt"),
    ],
)
def test_what_failed_is_named_also_if_it_is_the_address_itself(path: str, wanted: str, said: str) -> None:
    assert telling.short(path, ingest(wanted)) == said


EDITOR = Access(person_of("ed", is_owner_of_all=False), (Grant("ed", "editor", "papers"),))
FAILED = [Failed("/srv/my files/papers/a.pdf", "cannot be read: /srv/my files/papers/a.pdf (Permission denied)")]


def stored(kind: Kind, *wanted: str, **values: Any) -> Ingest:
    return replace(ingest(*wanted), kind=kind, **values)


def test_paths_of_the_server_are_told_to_who_looks_after_it_alone() -> None:
    folder = "/srv/my files/papers"
    failed = stored(
        "folder", folder, state="failed", error=f"{folder} cannot be read; /var/lib/footnote/index.db is full"
    )
    running = stored("watch", folder, state="running", stage="reading", progress=Progress(file=f"{folder}/x/a b.pdf"))
    upload = stored("upload", "/var/lib/footnote/uploads/3f2a", options={"touched": ["b.txt"]})
    watch = Watch("w", "papers", folder, f"{folder} is gone", datetime.now(UTC))
    with acting_as(EDITOR):
        told = [telling.title(failed), telling.outcome(failed), telling.doing(running), telling.title(running)]
        told += [telling.watch(watch), json.dumps([job_values(one) for one in (failed, running, upload)])]
        told += [str(one) for one in failures_as_seen(FAILED, failed)]
    assert not [text for text in told if "/srv" in text or "/var" in text or "my files" in text]
    assert told[:3] == ["Folder papers", "Failed: papers cannot be read; index.db is full", "At x/a b.pdf"]
    assert "papers/a.pdf" in told[-1]
    assert job_values(upload)["wanted"] == ["/var/lib/footnote/uploads/3f2a"]
    assert telling.title(failed) == f"Folder {folder}"
    assert failures_as_seen(FAILED, failed) == FAILED


def test_errors_name_no_path_of_the_server_to_others() -> None:
    error = StoreError("/srv/footnote/conversations.db failed; see /var/log/footnote.log")
    full = str(error)
    with acting_as(EDITOR):
        assert worded(error) == of_request(error)[1] == "conversations.db failed; see footnote.log"
    assert worded(error) == of_request(error)[1] == full


def test_addresses_of_the_web_are_told_to_all() -> None:
    said = "https://x.example/a/b.html says 404; see /docs"
    with acting_as(EDITOR):
        assert telling.title(ingest("https://x.example/a/b")) == "Web address https://x.example/a/b"
        assert job_values(stored("address", "https://x.example/a/b", state="failed", error=said))["error"] == said


@pytest.mark.parametrize(
    ("typed", "near"),
    [("Bäcker 2024", "“Backer_2024”"), ("2024 costs", "“costs”"), ("my-papers", "“my_papers”"), ("書類", "")]
)  # fmt: skip
def test_near_name_is_offered_for_one_that_cannot_be(typed: str, near: str) -> None:
    with pytest.raises(ConfigError, match=f"“{typed}” cannot be a name") as failed:
        collections.usable(typed)
    assert ("would do" in str(failed.value)) == bool(near)
    assert near in str(failed.value)


def test_scores_are_written_as_the_visitors_language_does() -> None:
    made = [Bar("1", 0.25)]
    with speaking("de"):
        assert ">0,25<" in bars(made, None, told="Scores")
    assert ">0.25<" in bars(made, None, told="Scores")


@pytest.mark.parametrize(
    ("kind", "words", "tells"),
    [("nobody", "[Errno 111] Connect call failed ('127.0.0.1', 9)", False), ("failed", "out of memory", True)],
)
def test_endpoint_that_is_not_there_is_told_without_the_systems_words(kind: str, words: str, tells: bool) -> None:
    error = LLMUnavailableError("it failed")
    error.kind, error.words = kind, words
    assert (words in of_error(error, "http://127.0.0.1:9", "m")) == tells


@pytest.mark.parametrize(("address", "hinted"), [("http://127.0.0.1:9", True), ("http://127.0.0.1:9/v1/", False)])
def test_the_end_that_most_addresses_have_is_told_where_it_is_missing(address: str, hinted: bool) -> None:
    error = LLMUnavailableError("it failed")
    error.kind = "no address"
    assert ("most addresses end in /v1" in of_error(error, address, "m")) == hinted


def test_no_message_shows_the_password_of_an_address() -> None:
    address = "http://ann:hu:sh@h@localhost:9/v1"
    error = LLMUnavailableError("it failed")
    error.kind = "nobody"
    shown = [str(ConfigError(f'OPENAI_BASE_URL="ftp:{address[5:]}" is none')), of_error(error, address, "m")]
    assert not [text for text in shown if "sh@h" in text or "ann" in text or "localhost:9/v1" not in text]


def test_counts_of_an_ingest_are_written_as_the_language_writes_numbers() -> None:
    with speaking("de"):
        assert "1.234" in telling.counts(Progress(passages=12_345, embedded=1_234))
        assert "12.345" in telling.counts(Progress(passages=12_345, embedded=1_234))


def test_languages_and_stages_are_named_in_the_visitors_language() -> None:
    """They were "de" and "second opinion" on every page."""
    chips = limiting.chips(Filter(languages=("de", "en", "xx")))
    assert [chip.label for chip in chips] == ["language: German", "language: English", "language: xx"]
    trace = Trace(seconds=(("second opinion", 1.0),), searches=(Search("Pumpe", "", 1),))
    answer = Answer("q", "q", "t", (), (), (), found=True, model="extractive", trace=trace)
    with speaking("de"):
        assert [chip.label for chip in limiting.chips(Filter(languages=("de", "en")))] == [
            "Sprache: Deutsch",
            "Sprache: Englisch",
        ]
        assert ">zweite Meinung<" in behind(answer)
        assert "„<bdi>Pumpe</bdi>“" in behind(answer)


def test_limits_are_worded_alike_on_the_page_and_in_exports() -> None:
    """The page said "in minutes*" where an export said "source minutes*"."""
    limits = Filter(sources=("minutes*",))
    answer = Answer("q", "q", "t", (), (), (), found=True, model="extractive", where=str(limits))
    assert limiting.in_words(answer, limits).where == limiting.said(limits) == "in minutes*"
    other = Answer("q", "q", "t", (), (), (), found=True, model="extractive", where="the minutes")
    assert limiting.in_words(other, limits) == other
