"""Several processes of `footnote serve` on one index and one database, behind the balancer that `deploy/` has."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import postgres
import pytest
from calling import call, upload
from chat_server import Chat, running, wait_for_end_of_engine
from conftest import ROOT, copied, free_port

pytestmark = [pytest.mark.models, pytest.mark.timeout(600)]

COOKIE = "footnote_process"
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
def people_port() -> int:
    """The port at which people come: that of the balancer."""
    return free_port()


@pytest.fixture(scope="module")
def servers(
    database: dict[str, str], untouched_sample: Path, people_port: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Chat]]:
    home = tmp_path_factory.mktemp("servers") / "home"
    copied(untouched_sample, home)
    with ExitStack() as stack:
        started = []
        for _ in range(2):
            port = free_port()
            command = ["-m", "ui.cli", "serve", "--port", str(port)]
            environ = {"FOOTNOTE_HOME": str(home), "FOOTNOTE_PUBLIC_URL": f"http://localhost:{people_port}"}
            started.append(stack.enter_context(running(command, home.parent, port, **environ, **database)))
        yield started
    wait_for_end_of_engine(home)


@pytest.fixture(scope="module")
def balancer(servers: list[Chat], people_port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run HAProxy with the configuration of `deploy/`, but for addresses, and give its address."""
    program = shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin")
    if not program:
        pytest.skip("HAProxy is not installed")
    text = (ROOT / "deploy" / "balancer.cfg").read_text(encoding="utf-8")
    for number, server in enumerate(servers, start=1):
        text = text.replace(f" footnote-{number}:8501", f" 127.0.0.1:{server.port}")
    # Under its public address each answers, whatever its own port is.
    text = text.replace("Host localhost:8501", f"Host localhost:{people_port}")
    text = text.replace("bind :8501", f"bind 127.0.0.1:{people_port}")
    assert "8501" not in text
    file = tmp_path_factory.mktemp("balancer") / "balancer.cfg"
    file.write_text(text)
    process = subprocess.Popen([program, "-db", "-f", str(file)])
    try:
        until(lambda: socket.socket().connect_ex(("127.0.0.1", people_port)) == 0)
        yield f"http://localhost:{people_port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def until(look: Callable[[], Any], *, seconds: float = 300) -> Any:
    """Wait until something is there, and return it."""
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.1)
    return found


def papers(name: str, count: int) -> list[tuple[str, bytes]]:
    return [
        (f"{name}-{number}.txt", f"The pump {name} {number} is greased every {number + 2} days. ".encode())
        for number in range(count)
    ]


def led_to(balancer: str, process: str) -> str:
    """Ask as a browser that was at a process; return where it is now, "1" or "2"."""
    status, headers, answer = call(f"{balancer}/api/ask", {"question": WAVES}, cookie=process and f"{COOKIE}={process}")
    assert (status, "1.60 m" in answer["text"]) == (200, True)
    given = headers.get("set-cookie", f"{COOKIE}={process};").partition(";")[0]
    return given.removeprefix(f"{COOKIE}=")


def opened_page(balancer: str, process: str) -> bytes:
    """Open the page's websocket as a browser that was at a process; return the first line of what comes back."""
    host = balancer.removeprefix("http://")
    lines = [
        "GET /_stcore/stream HTTP/1.1",
        f"Host: {host}",
        f"Origin: {balancer}",
        f"Cookie: {COOKIE}={process}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]
    with socket.create_connection(("127.0.0.1", int(host.rpartition(":")[2])), timeout=60) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        return connection.recv(1_000).split(b"\r\n")[0]


def test_browser_stays_at_one_process(balancer: str) -> None:
    assert [led_to(balancer, process) for process in ("1", "2", "2", "1")] == ["1", "2", "2", "1"]
    first = led_to(balancer, "")
    assert first in ("1", "2")
    assert led_to(balancer, first) == first
    assert opened_page(balancer, first).startswith(b"HTTP/1.1 101")


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
    _, _, listed = call(f"{other.url}/api/documents?collection=shared&limit=200")
    assert len(listed["documents"]) < 120, "it was killed too late to show anything"
    ended = until(lambda: (told := call(f"{other.url}{job}")[2])["state"] not in ("waiting", "running") and told)
    assert (ended["state"], ended.get("error")) == ("done", None)
    _, _, listed = call(f"{other.url}/api/documents?collection=shared&limit=200")
    sources = [document["source"] for document in listed["documents"]]
    assert len([source for source in sources if "plover-" in source]) == 120
    assert len(sources) == len(set(sources))
    # The other one answers all the while.
    status, _, answer = call(f"{other.url}/api/ask", {"question": WAVES})
    assert (status, "1.60 m" in answer["text"]) == (200, True)


def test_browser_at_a_killed_server_goes_on_at_the_other(servers: list[Chat], balancer: str) -> None:
    one, _ = servers
    if one.process.poll() is None:  # where this test runs alone
        one.process.kill()
        one.process.wait()
    assert led_to(balancer, "1") == "2"
    assert led_to(balancer, "2") == "2"
    assert opened_page(balancer, "1").startswith(b"HTTP/1.1 101")
