"""Person by collection by every way to reach a text: what somebody may not read comes to them by none of them.

All that is hidden bears a secret word: texts, titles, names of files and folders, and a collection. Each row asks in
one way, as everybody, and looks for the word in status, headers and body. The rows are compared with the routes, tools,
resources and pages that there are, so that one that is added and has no row here fails.
"""

import asyncio
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from access_server import SECRET
from calling import upload
from chat_server import Chat, running, wait_for_end_of_engine
from conftest import ROOT, free_port, once, run_command
from files import write_pdf

from qa.accounts.shares import Shares
from qa.answering.serialise import read_answer
from qa.database.conversations import Conversations
from qa.database.engine import open_database
from ui.web import pages

pytestmark = [pytest.mark.models, pytest.mark.timeout(600)]

VAULT = f"{SECRET}_vault"
ABSENT = "absent_vault"
ASKED = "What does the boathouse cost?"
# Of one letter more or less: a suggestion of spelling would name what only the hidden documents hold.
MISSPELLED = "Where is the quetzl kept?"
# Who may read something, who may read nothing, whose key may not read, and who did not sign in.
STRANGERS = ("ann", "gus", "eva", "bob", "key", "")


@dataclass(frozen=True)
class Row:
    """One way to ask.

    Attributes:
        way: The route, tool, resource or page that it goes through.
        what: What is asked for, in a word.
        path: Address, with names in braces for what `_known` finds.
        body: Sent as JSON, "files" as a form.
        shows: Whether the owner of all finds the secret by it: then it is there to be found.
        picture: Whether it is an image, in which no word can be found: strangers must get none.
        refused: Whether it changes something that a reader may not change.
    """

    way: str
    what: str
    path: str = ""
    body: Any = None
    shows: bool = True
    picture: bool = False
    refused: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return re.sub(r"[^\w.-]+", "_", f"{self.way}-{self.what}")


def _twice(way: str, what: str, path: str, body: Any = None, **how: Any) -> list[Row]:
    """Return rows for a folder that is hidden in a collection, and for a collection that is hidden."""
    inside = json.loads(json.dumps(body).replace("COLLECTION", "papers")) if body else None
    vault = json.loads(json.dumps(body).replace("COLLECTION", VAULT)) if body else None
    return [
        Row(way, f"{what} of a hidden folder", path.replace("COLLECTION", "papers"), inside, **how),
        Row(
            way,
            f"{what} of a hidden collection",
            path.replace("COLLECTION", VAULT).replace("{hidden_", "{vault_"),
            json.loads(json.dumps(vault).replace("{hidden_", "{vault_")) if vault else None,
            **how,
        ),
    ]


def _tool(name: str, what: str, **arguments: Any) -> list[Row]:
    return _twice(f"tool {name}", what, name, {"collection": "COLLECTION", **arguments})


ROWS: list[Row] = [
    *_twice("POST /api/ask", "an answer", "/api/ask", {"question": ASKED, "collection": "COLLECTION"}),
    *_twice("POST /api/ask", "a stream", "/api/ask", {"question": ASKED, "collection": "COLLECTION", "stream": True}),
    *_twice(
        "POST /api/ask",
        "the collection",
        "/api/ask",
        {"question": "Which documents are there?", "collection": "COLLECTION"},
    ),
    *_twice(
        "POST /api/ask",
        "a count",
        "/api/ask",
        {"question": f"How many documents mention {SECRET[:-1]}l?", "collection": "COLLECTION"},
        shows=False,
    ),
    *_twice(
        "POST /api/ask",
        "a table",
        "/api/ask",
        {"question": "Which boat has the highest rent?", "collection": "COLLECTION"},
    ),
    *_twice(
        "POST /api/ask",
        "a summary",
        "/api/ask",
        {"question": "Summarise the personnel file.", "collection": "COLLECTION"},
    ),
    *_twice(
        "POST /api/ask",
        "failures",
        "/api/ask",
        {"question": "Which files could not be read?", "collection": "COLLECTION"},
        shows=False,
    ),
    *_twice("POST /api/ask", "a spelling", "/api/ask", {"question": MISSPELLED, "collection": "COLLECTION"}),
    *_twice("POST /api/search", "hits", "/api/search", {"query": ASKED, "collection": "COLLECTION", "top_k": 20}),
    *_twice(
        "POST /api/search",
        "by meaning",
        "/api/search",
        {"query": ASKED, "collection": "COLLECTION", "ranking": "dense"},
    ),
    *_twice(
        "POST /api/search",
        "by words",
        "/api/search",
        {"query": f"{ASKED} boathouse", "collection": "COLLECTION", "ranking": "sparse"},
    ),
    *_twice(
        "POST /api/search", "by rank", "/api/search", {"query": ASKED, "collection": "COLLECTION", "ranking": "rrf"}
    ),
    *_twice(
        "POST /api/search",
        "a filter",
        "/api/search",
        {"query": ASKED, "collection": "COLLECTION", "where": ["type=absent"]},
        shows=False,
    ),
    *_twice("GET /api/documents", "a list", "/api/documents?collection=COLLECTION"),
    *_twice("GET /api/documents", "a filter", "/api/documents?collection=COLLECTION&where=type=txt"),
    *_twice("GET /api/documents/{document}", "a document", "/api/documents/{hidden_document}?collection=COLLECTION"),
    *_twice("GET /api/passages/{passage}", "a passage", "/api/passages/{hidden_passage}?collection=COLLECTION"),
    *_twice(
        "GET /api/passages/{passage}/page.png",
        "a page",
        "/api/passages/{hidden_pdf}/page.png?collection=COLLECTION",
        picture=True,
    ),
    Row("GET /api/collections", "a list", "/api/collections"),
    Row("GET /api/collections/{name}", "one", f"/api/collections/{VAULT}", shows=False),
    Row("GET /api/collections/{name}", "counts", "/api/collections/papers", shows=False),
    Row("GET /api/jobs", "a list", "/api/jobs"),
    Row("GET /api/jobs", "of one", f"/api/jobs?collection={VAULT}"),
    Row("GET /api/jobs/{job}", "one", "/api/jobs/{job}"),
    Row("GET /api/jobs/{job}/events", "events", "/api/jobs/{job}/events"),
    Row("GET /v1/models", "a list", "/v1/models"),
    Row("POST /api/ask", "a preset of a hidden folder", "/api/ask", {"question": ASKED, "preset": "part"}),
    Row("POST /api/ask", "it, streamed", "/api/ask", {"question": ASKED, "preset": "part", "stream": True}),
    Row("POST /api/ask", "a preset that is not there", "/api/ask", {"question": ASKED, "preset": "no"}, shows=False),
    Row(
        "POST /v1/chat/completions",
        "a preset that is not there",
        "/v1/chat/completions",
        {"model": "footnote@no", "messages": [{"role": "user", "content": ASKED}]},
        shows=False,
    ),
    Row("GET /v1/models/{model:path}", "one", f"/v1/models/footnote/{VAULT}", shows=False),
    *_twice(
        "POST /v1/chat/completions",
        "an answer",
        "/v1/chat/completions",
        {"model": "footnote/COLLECTION", "messages": [{"role": "user", "content": ASKED}]},
    ),
    *_twice(
        "POST /v1/chat/completions",
        "a stream",
        "/v1/chat/completions",
        {"model": "footnote/COLLECTION", "stream": True, "messages": [{"role": "user", "content": ASKED}]},
    ),
    *_twice("POST /v1/responses", "an answer", "/v1/responses", {"model": "footnote/COLLECTION", "input": ASKED}),
    *_twice(
        "POST /v1/responses",
        "a stream",
        "/v1/responses",
        {"model": "footnote/COLLECTION", "input": ASKED, "stream": True},
    ),
    Row(
        "POST /v1/responses",
        "of somebody else",
        "/v1/responses",
        {"model": "footnote/papers", "input": "And then?", "previous_response_id": "{response}"},
        shows=False,
    ),
    *_twice("GET /read/document/{document}", "a document", "/read/document/{hidden_document}?collection=COLLECTION"),
    *_twice(
        "GET /read/document/{document}/page-{page:int}.png",
        "a page",
        "/read/document/{hidden_pdf_document}/page-1.png?w=1200&collection=COLLECTION",
        picture=True,
    ),
    *_twice(
        "GET /read/document/{document}/original",
        "a file",
        "/read/document/{hidden_document}/original?collection=COLLECTION",
    ),
    *_twice("GET /read/passage/{passage}", "a passage", "/read/passage/{hidden_passage}?collection=COLLECTION"),
    *_twice(
        "GET /read/passage/{passage}/page-{page:int}.png",
        "a page",
        "/read/passage/{hidden_pdf}/page-1.png?w=1200&collection=COLLECTION",
        picture=True,
    ),
    *_twice(
        "GET /read/passage/{passage}/original",
        "a file",
        "/read/passage/{hidden_passage}/original?collection=COLLECTION",
    ),
    Row("GET /read/{exchange}/{number:int}", "a footnote of somebody else", "/read/{exchange}/1"),
    Row(
        "GET /read/{exchange}/{number:int}/page-{page:int}.png",
        "its page",
        "/read/{exchange}/1/page-1.png?w=1200",
        picture=True,
        shows=False,
    ),
    Row("GET /read/{exchange}/{number:int}/original", "its file", "/read/{exchange}/1/original"),
    Row("GET /read/{exchange}/near/{rank:int}", "what was near", "/read/{exchange}/near/1", shows=False),
    Row(
        "GET /read/{exchange}/near/{rank:int}/page-{page:int}.png",
        "its page",
        "/read/{exchange}/near/1/page-1.png?w=1200",
        picture=True,
        shows=False,
    ),
    Row("GET /read/{exchange}/near/{rank:int}/original", "its file", "/read/{exchange}/near/1/original", shows=False),
    Row("GET /shared/{token}", "a link that was taken back", "/shared/{taken_back}", shows=False),
    Row("GET /shared/{token}", "a guess", "/shared/{exchange}", shows=False),
    Row("GET /metrics", "measures", "/metrics", shows=False),
    Row("GET /readyz", "whether it is ready", "/readyz", shows=False),
    Row("GET /healthz", "whether it lives", "/healthz", shows=False),
    # What changes something
    *_twice(
        "POST /api/documents",
        "a name that is taken",
        "/api/documents",
        {"files": f"{SECRET}-notes.txt", "collection": "COLLECTION"},
        shows=False,
        refused=True,
    ),
    *_twice(
        "DELETE /api/documents",
        "by a filter",
        "/api/documents?collection=COLLECTION&where=type=txt",
        shows=False,
        refused=True,
    ),
    *_twice(
        "DELETE /api/documents/{document}",
        "one",
        "/api/documents/{hidden_document}?collection=COLLECTION",
        shows=False,
        refused=True,
    ),
    Row(
        "POST /api/removals/{removal}/undo",
        "what another removed",
        f"/api/removals/{'0' * 32}/undo?collection={VAULT}",
        {},
        shows=False,
        refused=True,
    ),
    *_twice(
        "POST /api/jobs",
        "again",
        "/api/jobs",
        {"documents": ["{hidden_document}"], "collection": "COLLECTION"},
        shows=False,
        refused=True,
    ),
    Row(
        "POST /api/jobs",
        "a folder of the server",
        "/api/jobs",
        {"folder": "{folder}", "collection": "papers"},
        shows=False,
        refused=True,
    ),
    Row("POST /api/jobs", "a job of another", "/api/jobs", {"job": "{job}"}, shows=False, refused=True),
    Row("POST /api/jobs/{job}/cancel", "of another", "/api/jobs/{job}/cancel", {}, shows=False, refused=True),
    Row(
        "POST /api/collections",
        "of a name that is taken",
        "/api/collections",
        {"name": VAULT},
        shows=False,
        refused=True,
    ),
    Row(
        "PATCH /api/collections/{name}",
        "a rename",
        f"/api/collections/{VAULT}",
        {"name": "mine"},
        shows=False,
        refused=True,
    ),
    Row(
        "PATCH /api/collections/{name}",
        "to a name that is taken",
        "/api/collections/papers",
        {"name": VAULT},
        shows=False,
        refused=True,
    ),
    Row("DELETE /api/collections/{name}", "a drop", f"/api/collections/{VAULT}", shows=False, refused=True),
    # Agents
    *_tool("search", "passages", query=ASKED),
    *_tool("fetch", "a passage", id="{hidden_passage}"),
    *_tool("open_passage", "a passage", id="{hidden_passage}"),
    *_tool("ask", "an answer", question=ASKED),
    *_tool("list_documents", "a list"),
    Row("resource footnote://documents/{document}", "a document", "footnote://documents/{hidden_document}"),
    Row("resource footnote://passages/{passage}", "a passage", "footnote://passages/{hidden_passage}"),
    Row(
        "resource footnote://collections/{collection}/passages/{passage}",
        "a passage",
        f"footnote://collections/{VAULT}/passages/{{vault_passage}}",
    ),
]

# Of these nothing of a document comes, for anybody.
BARE = {
    *("GET /openapi.json", "GET /docs", "GET /docs/{name}"),
    *("GET /read/files/{name}", "GET /own/page.js", "GET /add/folders.js"),
    *("GET /frame/frame.css", "GET /frame/frame.js", "GET /frame/hanging.js", "GET /own/news/{token}"),
}
# Ways that another test of this file goes.
ELSEWHERE = {"page chat", "page documents", "page settings"}


def _ways() -> set[str]:
    """Return every route, tool, resource and page that there is."""
    from mcp import Client

    from ui.api.app import make_api
    from ui.api.keeper import Keeper
    from ui.api.service import Service
    from ui.chat import sharing
    from ui.documents import routes as adding
    from ui.mcp.server import make_server
    from ui.reading.gathering import Parts
    from ui.reading.originals import Originals
    from ui.reading.routes import routes
    from ui.web import frame, news, own
    from ui.web.measures import Measures

    api: list[Any] = []
    for route in make_api(Service(None, None), Keeper(), Measures()).routes:  # type: ignore[arg-type]
        api += route.original_router.routes if hasattr(route, "original_router") else [route]  # type: ignore[attr-defined]
    reading = Parts(None, None, None, Originals())  # type: ignore[arg-type]
    pages_own = (*frame.routes(), *own.routes(), *news.routes(), *adding.routes(), *routes(reading))
    pages_own = (*pages_own, *sharing.routes(None))  # type: ignore[arg-type]
    for route in (*api, *pages_own):
        assert hasattr(route, "methods"), f"a test of what {route} shows is missing: it is no plain route"
    found = {f"{method} {route.path}" for route in (*api, *pages_own) for method in route.methods if method != "HEAD"}

    async def of_agents() -> set[str]:
        async with Client(make_server(None)) as client:  # type: ignore[arg-type]
            tools = {f"tool {tool.name}" for tool in (await client.list_tools()).tools}
            templates = (await client.list_resource_templates()).resource_templates
            resources = (await client.list_resources()).resources
            prompts = (await client.list_prompts()).prompts
            return (
                tools
                | {f"resource {item.uri_template}" for item in templates}
                | {f"resource {item.uri}" for item in resources}
                | {f"prompt {item.name}" for item in prompts}
            )

    return found | asyncio.run(of_agents()) | {f"page {name}" for name in get_args(pages.Name)}


def test_every_way_to_reach_a_text_has_a_row() -> None:
    assert {row.way for row in ROWS} | BARE | ELSEWHERE == _ways()
    assert len(ROWS) >= 40


# The server


@pytest.fixture(scope="module")
def home(model_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two collections: one with an open and a hidden folder, and a hidden one."""

    def make(base: Path) -> None:
        (base / "models").symlink_to(model_home / "models")
        files, vault = base / "in" / "files", base / "in" / SECRET
        hidden = files / f"{SECRET}-personnel"
        for folder in (files / "open", hidden, vault):
            folder.mkdir(parents=True)
        (files / "open" / "boats.md").write_text(
            "# Boats\n\nThe boathouse costs 40 euros a day. Boats are kept in the shed.\n"
        )
        (files / "open" / "kanu.md").write_text(
            "# Kanuverleih\n\nDas Kanu kostet 12 Euro am Tag. Das Bootshaus kostet 40 Euro.\n"
        )
        (files / "open" / "rents.csv").write_text("boat,rent\nkayak,10\ncanoe,12\n")
        (base / "presets.toml").write_text(
            f'[boats]\ncollection = "papers"\nwhere = ["type=md"]\n[of_{SECRET}]\ncollection = "{VAULT}"\n'
            f'[part]\ncollection = "papers"\nwhere = ["source=files/{SECRET}-personnel/*"]\n'
        )
        said = f"Personnel file {SECRET}. The boathouse of the {SECRET} costs 90 euros a day. It is kept there.\n"
        for folder in (hidden, vault):
            (folder / f"{SECRET}-notes.txt").write_text(f"Personnel file {SECRET}\n\n{said}")
            (folder / f"{SECRET}-rents.csv").write_text(f"boat,rent\n{SECRET},90\nyacht,80\n")
            write_pdf(folder / f"{SECRET}-page.pdf", [f"{said} page of the {SECRET}"], title=f"The {SECRET}")
            (folder / f"{SECRET}-broken.pdf").write_bytes(b"%PDF-1.4 broken")
        for collection, folder in (("papers", files), (VAULT, vault)):
            command = ["ingest", str(folder), "--home", str(base), "--collection", collection, "--quiet"]
            assert run_command([*command, "--engine-idle", "1"]) in (0, 1)  # 1: one file cannot be read
        wait_for_end_of_engine(base)

    return once(tmp_path_factory, "access", make)


@pytest.fixture(scope="module")
def served(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    port = free_port()
    settings = {"FOOTNOTE_HOME": str(home), "FOOTNOTE_COLLECTION": "papers", "FOOTNOTE_REQUESTS_PER_MINUTE": "100000"}
    command = [str(ROOT / "tests" / "access_server.py"), str(port)]
    with running(command, tmp_path_factory.mktemp("access"), port, **settings) as chat:
        yield chat


Told = tuple[int, str, str]


def ask(served: Chat, person: str, path: str, body: Any = None, *, method: str = "") -> Told:
    """Send a request as somebody; return the status, the headers and the body."""
    headers = {"x-person": person, "content-type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = Request(f"{served.url}{path}", data=data, headers=headers, method=method or None)
    try:
        with urlopen(request, timeout=120) as response:
            return response.status, str(response.headers), response.read().decode("latin-1")
    except HTTPError as error:
        return error.code, str(error.headers), error.read().decode("latin-1")


def value(told: Told) -> Any:
    assert told[0] < 300, told
    return json.loads(told[2].encode("latin-1").decode())


@pytest.fixture(scope="module")
def known(served: Chat, home: Path) -> dict[str, str]:
    """What the owner of all knows: ids of what is hidden, and a conversation and a job of theirs."""
    found = {"folder": str(home / "in" / "files")}
    for prefix, collection in (("hidden", "papers"), ("vault", VAULT)):
        documents = value(ask(served, "boss", f"/api/documents?collection={collection}"))["documents"]
        for document in documents:
            if SECRET not in document["source"]:
                continue
            passages = value(ask(served, "boss", f"/api/documents/{document['id']}?collection={collection}"))[
                "passages"
            ]
            if document["source"].endswith(".txt"):
                found |= {f"{prefix}_document": document["id"], f"{prefix}_passage": passages[0]["id"]}
            if document["source"].endswith(".pdf"):
                found |= {f"{prefix}_pdf_document": document["id"], f"{prefix}_pdf": passages[0]["id"]}
    answer = value(ask(served, "boss", "/api/ask", {"question": ASKED, "collection": VAULT}))
    with closing(open_database(home)) as database:
        mine = Conversations(database, lambda: "boss")
        exchange = mine.ask(mine.begin(VAULT).id, f"What about the {SECRET}?")
        mine.answers.take(exchange.id, "nobody")
        mine.answers.finish(exchange.id, read_answer(answer))
        theirs = exchange.conversation
        back = Shares(database).add(theirs, owner="boss")
        Shares(database).revoke(theirs, owner="boss")
        assert Shares(database).add(theirs, owner="ann") is None
        shared = Shares(database).add(theirs, owner="boss")
        assert back
        assert shared
        found |= {"taken_back": back.token, "shared": shared.token}
    found["exchange"] = exchange.id
    asked = {"model": f"footnote/{VAULT}", "input": ASKED}
    found["response"] = value(ask(served, "boss", "/v1/responses", asked))["id"]
    again = {"documents": [found["vault_document"]], "collection": VAULT}
    found["job"] = value(ask(served, "boss", "/api/jobs", again))["job"]["id"]
    deadline = time.monotonic() + 120
    while value(ask(served, "boss", f"/api/jobs/{found['job']}"))["state"] in ("waiting", "running"):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    return found


def filled(text: str, known: Mapping[str, str]) -> str:
    for name, said in known.items():
        text = text.replace(f"{{{name}}}", said)
    return text


async def _of_agents(url: str, rows: Sequence[Row], known: Mapping[str, str], person: str) -> list[Told]:
    import httpx2
    from mcp import Client
    from mcp.client.streamable_http import streamable_http_client

    told = []
    async with (
        httpx2.AsyncClient(headers={"x-person": person}, timeout=120) as http,
        Client(streamable_http_client(f"{url}/mcp", http_client=http)) as client,
    ):
        for row in rows:
            try:
                if row.way.startswith("tool "):
                    arguments = json.loads(filled(json.dumps(row.body), known))
                    said = str((await client.call_tool(row.path, arguments)).model_dump())
                else:
                    said = str((await client.read_resource(filled(row.path, known))).model_dump())
            except Exception as error:  # noqa: BLE001 - what an agent is told of a failure is told, too
                said = repr(error)
            told.append((0, "", said))
    return told


def send(served: Chat, row: Row, known: Mapping[str, str], person: str) -> Told:
    if row.way.startswith(("tool ", "resource ")):
        return asyncio.run(_of_agents(served.url, [row], known, person))[0]
    method = row.way.split()[0]
    body = json.loads(filled(json.dumps(row.body), known)) if row.body is not None else None
    if body and "files" in body:
        status, headers, said = upload(
            f"{served.url}/api/documents",
            [(body["files"], b"new")],
            headers={"x-person": person},
            collection=body["collection"],
        )
        return status, str(headers), json.dumps(said)
    return ask(served, person, filled(row.path, known), body, method=method)


def _heard(told: Told, row: Row) -> str:
    """Return what somebody is told, without what they said themselves."""
    said = f"{told[0]}\n{told[1]}\n{told[2]}".lower()
    asked = f"{row.path} {json.dumps(row.body)}".lower()
    for word in sorted(set(re.findall(rf"\w*{SECRET}[\w-]*(?:\.\w+)?", asked)), key=len, reverse=True):
        said = said.replace(word, "WHAT WAS ASKED")
    return said


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_nobody_learns_what_they_may_not_read(served: Chat, known: dict[str, str], row: Row, home: Path) -> None:
    for person in STRANGERS:
        told = send(served, row, known, person)
        assert told[0] < 500, (person, told)
        # Nor where on the server the files lie.
        assert str(home.parent) not in told[2], (person, told)
        if row.way.startswith(("tool ", "resource ")) or not row.picture:
            assert SECRET not in _heard(told, row), (person, told)
        if row.picture:
            assert told[0] == 404, (person, told[:2])
        # What a key may change that may not read is for the test of roles.
        if row.refused and person != "key":
            assert told[0] in (403, 404), (person, told)
    if row.shows:
        told = send(served, row, known, "boss")
        assert told[0] < 300, told
        assert told[2].startswith("\x89PNG") if row.picture else SECRET in _heard(told, row), told


@pytest.mark.parametrize("row", [row for row in ROWS if VAULT in f"{row.path}{json.dumps(row.body)}"], ids=str)
def test_hidden_is_told_like_missing(served: Chat, known: dict[str, str], row: Row) -> None:
    """The same words for a collection that somebody may not read and for one that is not there."""
    absent = dict.fromkeys(known, "0123456789abcdef" * 2)
    twin = Row(
        row.way, row.what, row.path.replace(VAULT, ABSENT), json.loads(json.dumps(row.body).replace(VAULT, ABSENT))
    )
    for person in ("ann", "bob"):
        hidden, missing = send(served, row, known, person), send(served, twin, absent, person)
        assert _alike(hidden, known) == _alike(missing, absent), person


def _alike(told: Told, known: Mapping[str, str]) -> tuple[int, str, str]:
    """Return what was told without what every answer has of its own: ids, times, and the names that were asked for."""
    status, headers, body = told
    for name in known.values():
        body = body.replace(name, "ID")
    body = re.sub(rf"{VAULT}|{ABSENT}", "NAME", body)
    body = re.sub(
        r"(chatcmpl-|resp_)\w+|\"created(_at)?\":\s*\d+|\"(seconds|elapsed_\w+|at)\":\s*[\d.e-]+", "ONCE", body
    )
    kept = [line for line in headers.splitlines() if line.lower().startswith(("content-type", "etag", "cache-control"))]
    return status, "\n".join(kept), body


def test_shared_conversation_shows_what_its_answers_mark_and_nothing_else(served: Chat, known: dict[str, str]) -> None:
    """Who has the link reads the answer and the quoted words, whatever they may read; who did not sign in, nothing."""
    link = f"/shared/{known['shared']}"
    passage = value(ask(served, "boss", f"/api/passages/{known['vault_passage']}?collection={VAULT}"))["text"]
    assert "It is kept there." in passage
    for person in ("bob", "ann", "boss"):
        status, headers, page = ask(served, person, link)
        assert status == 200
        assert "costs 90 euros a day" in page
        assert "It is kept there." not in page
        assert "Why these passages" not in page
        assert "no-store" in headers
    assert ask(served, "", link)[0] == 404


def test_reader_of_a_part_reads_that_part(served: Chat) -> None:
    """What is hidden is all that is missing."""
    for person, sources in (
        ("ann", {"files/open/boats.md", "files/open/kanu.md", "files/open/rents.csv"}),
        ("gus", {"files/open/kanu.md"}),
    ):
        found = value(ask(served, person, "/api/documents?collection=papers"))
        assert {document["source"] for document in found["documents"]} == sources
        [papers] = value(ask(served, person, "/api/collections"))["collections"]
        assert (papers["name"], papers["documents"]) == ("papers", len(sources))
    answer = value(ask(served, "ann", "/api/ask", {"question": ASKED, "collection": "papers"}))
    assert "40 euros" in answer["text"]
    # A program that asks another one than it may learns which it may.
    status, _, said = ask(served, "ann", "/api/ask", {"question": ASKED, "collection": "wills"})
    assert (status, "that you may read; you may read: papers" in said) == (404, True), said
    assert len(value(ask(served, "owen", "/api/documents?collection=papers"))["documents"]) == 6


def test_preset_answers_who_may_read_its_collection(served: Chat) -> None:
    """Roles are given for the collection: with the preset's name behind it, nobody but an owner of all had one."""
    for person in ("ann", "owen", "boss"):
        answer = value(ask(served, person, "/api/ask", {"question": ASKED, "preset": "boats"}))
        assert "40 euros" in answer["text"], person
    assert ask(served, "bob", "/api/ask", {"question": ASKED, "preset": "boats"})[0] in (404, 422)


def test_roles_let_do_what_they_say(served: Chat, known: dict[str, str]) -> None:
    """Editors change their documents, owners their collection; each is refused in words where it ends."""
    documents = value(ask(served, "eva", "/api/documents?collection=papers"))["documents"]
    boats = next(document["id"] for document in documents if document["source"].endswith("boats.md"))
    assert ask(served, "ann", f"/api/documents/{boats}?collection=papers", method="DELETE")[0] == 403
    removed = value(ask(served, "eva", f"/api/documents/{boats}?collection=papers", method="DELETE"))
    assert [item["source"] for item in removed["removed"]] == ["files/open/boats.md"]
    undo = f"/api/removals/{removed['removal']}/undo?collection=papers"
    assert ask(served, "ann", undo, {})[0] in (403, 404)
    assert value(ask(served, "eva", undo, {}))["documents"] == 1
    status, _, said = ask(served, "eva", "/api/collections/papers", method="DELETE")
    assert (status, "owner of the collection" in said) == (403, True)
    status, _, said = upload(
        f"{served.url}/api/documents", [("new.txt", b"A new text.")], headers={"x-person": "eva"}, collection="papers"
    )
    assert (status, "editor for the whole collection" in str(said)) == (403, True)
    assert ask(served, "owen", "/api/jobs", {"folder": known["folder"], "collection": "papers"})[0] == 403
    status, _, said = upload(
        f"{served.url}/api/documents", [("new.txt", b"A new text.")], headers={"x-person": "owen"}, collection="papers"
    )
    assert status == 202, said


Drawn = dict[str, dict[str, dict[str, str]]]


@pytest.fixture(scope="module")
def drawn(home: Path, known: dict[str, str]) -> Drawn:  # noqa: ARG001
    """What the pages show, by collection, person and page."""
    command = [sys.executable, str(ROOT / "tests" / "access_pages.py"), "papers", VAULT]
    environ = {**os.environ, "FOOTNOTE_HOME": str(home)}
    ended = subprocess.run(command, env=environ, capture_output=True, timeout=300, check=False)
    assert ended.returncode == 0, ended.stderr.decode()[-2000:]
    found: Drawn = json.loads(ended.stdout)
    for collection in ("papers", VAULT):
        assert set(found[collection]["boss"]) == set(get_args(pages.Name))
    return found


def test_pages_show_nothing_hidden_and_offer_only_what_one_may_do(drawn: Drawn, home: Path) -> None:
    # One test: in two, two processes might both draw all pages.
    for collection in ("papers", VAULT):
        _show_only_what_one_may(drawn[collection], collection, home)


def _show_only_what_one_may(found: dict[str, dict[str, str]], collection: str, home: Path) -> None:
    for person in STRANGERS:
        for page, said in found[person].items():
            assert str(home.parent) not in said, (person, page)
            # The name that the address gives stands on the page, escaped.
            assert SECRET not in said.lower().replace("\\", "").replace(collection, ""), (person, page)
            assert "Exception(" not in said, (person, page)
    assert SECRET in found["boss"]["documents"].replace(collection, "")
    assert "Text for the model" in found["boss"]["settings"]
    for person in ("ann", "owen", "bob"):
        assert "who looks after this server" in found[person]["settings"]
        assert "Text for the model" not in found[person]["settings"]
    documents = {person: pages["documents"] for person, pages in found.items()}
    assert "Add documents" in documents["boss"]
    assert "Drop it" in documents["boss"]
    for person in ("ann", "gus", "bob", ""):
        assert "Add documents" not in documents[person], person
        assert "Drop it" not in documents[person], person
    owns = collection == "papers"
    assert ("Drop it" in documents["owen"]) is owns
    # The other name would have to be theirs as well.
    for offered in ("Another name for", "Copy “"):
        assert offered in documents["boss"]
        assert offered not in documents["owen"]
    assert ("Add documents" in documents["owen"]) is owns
    assert "From the machine that runs Footnote" not in documents["owen"]
