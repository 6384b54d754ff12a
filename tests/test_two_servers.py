"""Several processes of `footnote serve` on one index and one database, as behind a load balancer."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import postgres
import pytest
from calling import call, upload
from chat_server import Chat, running, wait_for_end_of_engine
from conftest import copied, free_port

pytestmark = [pytest.mark.models, pytest.mark.timeout(300)]

WAVES = "How high may the waves be for a transfer from Plover Dash?"


@pytest.fixture(scope="module", params=[pytest.param("SQLite", marks=pytest.mark.long), "PostgreSQL"])
def database(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    if request.param == "SQLite":
        yield {}
        return
    if postgres.programs() is None:
        if os.environ.get("FOOTNOTE_REQUIRE_POSTGRES"):
            pytest.fail("no PostgreSQL, and FOOTNOTE_REQUIRE_POSTGRES is set")
        pytest.skip("PostgreSQL is not installed")
    with postgres.running() as address:
        yield {"FOOTNOTE_DATABASE": address}


@pytest.fixture(scope="module")
def servers(
    database: dict[str, str], untouched_sample: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Chat]]:
    home = tmp_path_factory.mktemp("servers") / "home"
    copied(untouched_sample, home)
    with ExitStack() as stack:
        started = []
        for _ in range(2):
            port = free_port()
            command = ["-m", "ui.cli", "serve", "--port", str(port)]
            started.append(
                stack.enter_context(running(command, home.parent, port, FOOTNOTE_HOME=str(home), **database))
            )
        yield started
    wait_for_end_of_engine(home)


def until(look: Callable[[], Any], *, seconds: float = 120) -> Any:
    """Wait until something is there, and return it."""
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.1)
    return found


def papers(name: str, count: int) -> list[tuple[str, bytes]]:
    return [
        (f"{name}-{number}.txt", f"The pump {name} {number} is greased every {number + 2} days. ".encode() * 40)
        for number in range(count)
    ]


def test_both_answer_and_what_one_takes_in_the_other_finds(servers: list[Chat]) -> None:
    one, other = servers
    for server in servers:
        status, _, answer = call(f"{server.url}/api/ask", {"question": WAVES})
        assert status == 200
        assert "1.60 m" in answer["text"]
    status, _, brought = upload(f"{one.url}/api/documents", papers("heron", 1), collection="shared")
    assert status in (200, 201, 202)
    job = f"/api/jobs/{brought['job']['id']}"
    # It is the first one's; the second tells how far it is.
    until(lambda: call(f"{other.url}{job}")[2]["state"] == "done")
    _, _, answer = call(
        f"{other.url}/api/ask", {"question": "How often is the pump heron 0 greased?", "collection": "shared"}
    )
    assert "every 2 days" in answer["text"]


def test_ingest_of_a_killed_server_goes_on_in_the_other(servers: list[Chat]) -> None:
    """Taken over once, by one: each document is there, and none twice."""
    one, other = servers
    _, _, brought = upload(f"{one.url}/api/documents", papers("plover", 120), collection="shared")
    job = f"/api/jobs/{brought['job']['id']}"
    until(lambda: call(f"{other.url}{job}")[2]["state"] == "running")
    os.kill(one.process.pid, signal.SIGKILL)
    one.process.wait()
    ended = until(lambda: (told := call(f"{other.url}{job}")[2])["state"] not in ("waiting", "running") and told)
    assert (ended["state"], ended.get("error")) == ("done", None)
    _, _, listed = call(f"{other.url}/api/documents?collection=shared&limit=200")
    sources = [document["source"] for document in listed["documents"]]
    assert len([source for source in sources if "plover-" in source]) == 120
    assert len(sources) == len(set(sources))
    # The other one answers all the while.
    status, _, answer = call(f"{other.url}/api/ask", {"question": WAVES})
    assert (status, "1.60 m" in answer["text"]) == (200, True)
