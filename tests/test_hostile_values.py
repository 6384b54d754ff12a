"""All that is drawn of an answer, a source, a document and a job, where every text of it is a payload.

The values are filled by their types: a field that comes later is hostile here from its first day.
"""

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import get_args

import pytest
from payloads import PAYLOADS, filled, risks

from qa.accounts.keys import Key
from qa.accounts.users import User
from qa.answering import events
from qa.database.exchanges import Exchange
from qa.database.ingests import Ingest, Progress
from qa.database.watches import Watch
from qa.types import Answer
from ui.chat import render
from ui.documents import render as documents
from ui.documents import telling
from ui.documents.listing import Entry, State
from ui.export import FORMATS, exported
from ui.reading import view
from ui.reading.view import Reading
from ui.web import account_html
from ui.web.escape import escape_markdown


def _exchange(payload: str) -> Exchange:
    return replace(filled(Exchange, payload), state="done")


def _answers(payload: str) -> Sequence[str]:
    whole: Answer = filled(Answer, payload)
    kinds = (whole, replace(whole, found=False), replace(whole, model="extractive"), replace(whole, table=None))
    return [render.answer(one, 1, "e", is_stopped=stopped) for one in kinds for stopped in (False, True)]


def _drafts(payload: str) -> Sequence[str]:
    exchange = _exchange(payload)
    return [
        render.question(exchange.question, exchange.limits, 1),
        render.draft(payload, doing=payload),
        render.unanswered(payload, payload),
        render.broken(payload),
        render.facts(payload, counts=(1, 1), problem=payload),
    ]


def _sources(payload: str) -> Sequence[str]:
    reading: Reading = filled(Reading, payload)
    reading = replace(reading, zoom=100, original=replace(reading.original, media_type="text/plain"))
    kinds = ("text/plain", "text/csv", "message/rfc822", "text/html", payload)
    texts = [replace(reading, page=None, original=replace(reading.original, media_type=kind)) for kind in kinds]
    return [view.part(one) for one in (reading, *texts)] + [view.message(payload, payload)]


def _shelves(payload: str) -> Sequence[str]:
    entry: Entry = filled(Entry, payload)
    # It is that of the place, without a zone.
    entry = replace(entry, ingested=entry.ingested.replace(tzinfo=None))
    kinds = [replace(entry, state=state) for state in get_args(State)]
    return [
        text
        for one in kinds
        for text in (documents.line(one, 3, "/read/document/x"), documents.details(one, 3, payload))
    ]


def _accounts(payload: str) -> Sequence[str]:
    user, key = filled(User, payload), filled(Key, payload)
    return [
        account_html.sign_in_page(payload, said=payload, name=payload, by_password=True, by_provider=True),
        account_html.message_page(payload),
        account_html.account_page(user, [key], said=payload, key=payload),
    ]


# What the pages themselves draw with such elements.
DRAWN: dict[str, tuple[Callable[[str], Sequence[str]], tuple[str, ...]]] = {
    "answers": (_answers, ()),
    "drafts and facts": (_drafts, ()),
    "sources": (_sources, ("img",)),
    "documents": (_shelves, ()),
    "accounts": (_accounts, ("form", "input", "body")),
    "an exported page": (lambda payload: [exported("html", payload, [_exchange(payload)]).decode()], ("body",)),
}


@pytest.mark.parametrize("name", DRAWN)
def test_nothing_in_any_text_becomes_markup(name: str) -> None:
    draw, own = DRAWN[name]
    for payload in PAYLOADS:
        for html in draw(payload):
            assert risks(html, own=own) == [], payload


def test_payloads_are_found_where_nothing_escapes_them() -> None:
    """Those of Markdown, of entities and of templates are no HTML; all others are seen."""
    plain = [
        payload for payload in PAYLOADS if "<" in payload and not payload.startswith(("<javascript", "{{", "<!--"))
    ]
    unseen = [payload for payload in plain if not risks(f"<p>{payload}</p>")]
    assert len(unseen) <= 6, unseen


@pytest.mark.parametrize("ending", FORMATS)
def test_hostile_conversation_is_exported(ending: str) -> None:
    for payload in PAYLOADS:
        data = exported(ending, payload, [_exchange(payload), replace(_exchange(payload), answer=None)])
        if ending == "docx":
            with zipfile.ZipFile(io.BytesIO(data)) as document:
                links = [document.read(one).decode() for one in document.namelist() if one.endswith(".rels")]
            assert not any('TargetMode="External"' in one for one in links), payload


def test_names_of_jobs_are_no_markdown() -> None:
    """They stand in Streamlit's Markdown, where each sign of theirs is escaped."""
    for payload in PAYLOADS:
        ingest: Ingest = filled(Ingest, payload)
        for kind in ("upload", "address", "watch", "again", "folder"):
            said = escape_markdown(telling.title(replace(ingest, kind=kind)))  # type: ignore[arg-type]
            # What Streamlit would make typography of stands in code, where nothing is markup.
            assert not re.search(r"(?<!\\)[<\[*_$:]", re.sub(r"(`+).*?\1", "", said)), said
        watched: Watch = filled(Watch, payload)
        progress: Progress = filled(Progress, payload)
        for text in (telling.watch(watched), telling.outcome(ingest), telling.doing(ingest), telling.counts(progress)):
            said = re.sub(r"(`+).*?\1", "", escape_markdown(text))
            assert not re.search(r"(?<!\\)[<\[*_$:]", said), said


def test_every_event_says_what_is_done_in_text() -> None:
    for payload in PAYLOADS:
        for event in get_args(events.Event):
            assert risks(render.draft("", doing=render.doing(filled(event, payload)))) == []
