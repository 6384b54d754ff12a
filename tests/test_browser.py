"""The page in real Chromium, served as `footnote ui` serves it.

`converse` holds for any index: give it a running page and two questions that its documents answer.
"""

import ipaddress
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
import pytest

pytest.importorskip("playwright", reason="playwright is not installed")
from browsing import Rooms, ask, stopped
from chat_server import Chat, running
from conftest import ROOT, free_port
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture
def page(rooms: Rooms) -> Iterator[Page]:
    with rooms.lend(viewport={"width": 1200, "height": 900}) as context:
        yield context.new_page()


def converse(page: Page, url: str, first: str, second: str) -> None:
    """Ask two questions, and check that a footnote opens on its passage and that the first answer stays."""
    page.goto(url)
    ask(page, first, turn=1)
    marker, pane, passage = page.locator("a.fn-ref").first, page.locator(".fnr-pane"), page.locator("#fnr-here")
    expect(page.locator(".fn-question", has_text=first)).to_be_visible()
    expect(marker).to_have_attribute("aria-label", "footnote 1")
    expect(page.locator("details.fn").first).to_be_visible()
    expect(pane).to_be_hidden()
    marker.click()
    expect(passage).to_be_in_viewport()
    ask(page, second, turn=2)
    expect(page.locator(".fn-question", has_text=first)).to_be_visible()
    expect(passage).to_be_visible()
    page.locator(".fnr-close").click()
    expect(pane).to_be_hidden()
    page.locator(".fn-turn").nth(1).locator("a.fn-ref").first.click()
    expect(passage).to_be_in_viewport()


@pytest.mark.models
def test_chat_that_the_command_starts_answers_and_asks_nobody_else(
    page: Page, own_sample: Callable[[str], Path], tmp_path: Path, elsewhere: int
) -> None:
    """Nothing is fake here: `footnote ui`, the index, the model and the browser.

    From its start to its end, neither the chat nor the engine speaks to anything but this machine, or looks up a name;
    nor does it after a page elsewhere has knocked, where Streamlit would ask a server on the web for its own address.
    """
    # Of its own: the engine is to start here, and that of what all tests read is still another's.
    home = own_sample("watched")
    port, contacts = free_port(), tmp_path / "contacts"
    command = ["-m", "ui.cli", "ui", "--no-browser", f"--port={port}", f"--home={home}"]
    watched = {"PYTHONPATH": str(ROOT / "tests" / "watched"), "FOOTNOTE_TEST_CONTACTS": str(contacts)}
    with running(command, tmp_path, port, **watched) as chat, listed_connections(chat) as connections:
        page.goto(f"http://evil.example:{elsewhere}/")
        assert page.evaluate(KNOCK, f"ws://localhost:{port}/_stcore/stream") == "refused"
        converse(
            page,
            chat.url,
            "Which company repaired the damaged export cable?",
            "Why did the B06 blade's protection not work?",
        )
        expect(page.get_by_text("27 documents")).to_be_visible()
        expect(page.locator("mark").first).to_be_attached()
        printed = f"Footnote is at {chat.url}; stop it with Ctrl-C\nFootnote has stopped\n"
        assert chat.stop() == (0, printed, "")
    noted = [json.loads(line) for line in contacts.read_text().splitlines()]
    assert len({process for process, _, _ in noted}) > 1, "the engine's process is not watched"
    assert [line for line in noted if not is_here(line[2])] == []
    # Connections that no Python code opens, as far as a look every tenth of a second shows them.
    assert connections
    assert {address for address in connections if not is_here([address])} == set()


@contextmanager
def listed_connections(chat: Chat) -> Iterator[set[str]]:
    """Collect the far ends of all connections of the chat's processes, while it is entered."""
    found: set[str] = set()
    over = threading.Event()
    process = psutil.Process(chat.process.pid)

    def look() -> None:
        while not over.wait(0.1):
            for one in (process, *process.children(recursive=True)):
                with suppress(psutil.Error):
                    found.update(connection.raddr.ip for connection in one.net_connections() if connection.raddr)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield found
    finally:
        over.set()
        looking.join()


def is_here(address: object) -> bool:
    """Return whether an address of Python's sockets, or a name that is looked up, is this machine itself."""
    host = address[0] if isinstance(address, list) else address
    if host is None or str(host) in ("", "localhost") or str(host).startswith(("/", "\0")):
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


class Elsewhere(BaseHTTPRequestHandler):
    """Pages that do not belong to the chat."""

    def do_GET(self) -> None:
        body = b"<!doctype html><p>elsewhere</p>"
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[int]:
    """The port of another site on this machine; `evil.example` leads to it as `localhost` does."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


KNOCK = """address => new Promise(done => {
  const socket = new WebSocket(address, ["streamlit"]);
  socket.onopen = () => done("opened");
  socket.onerror = () => done("refused");
})"""


def test_keyboard_opens_footnotes(page: Page, chat: Chat) -> None:
    page.goto(chat.url)
    ask(page, "How often are the bearings greased?", turn=1)
    page.locator("a.fn-ref").nth(1).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#fn-1-1")).to_be_visible()
    page.locator("a.fn-ref").nth(1).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".fnr-body")).to_be_focused()
    expect(page.locator("#fnr-here")).to_contain_text("turned by hand")
    page.keyboard.press("Escape")
    expect(page.locator("a.fn-ref").nth(1)).to_be_focused()


def test_next_question_does_not_end_an_answer_and_waits_for_it(page: Page, chat: Chat) -> None:
    page.goto(chat.url)
    page.get_by_placeholder("Ask your documents").fill("Talk forever")
    page.keyboard.press("Enter")
    expect(page.get_by_text("word3")).to_be_visible()
    page.get_by_placeholder("Ask your documents").fill("How often are the bearings greased?")
    page.keyboard.press("Enter")
    expect(page.locator(".fn-question", has_text="How often are the bearings greased?")).to_be_visible()
    expect(page.get_by_text("word30")).to_be_visible()
    expect(page.locator(".fn-turn")).to_have_count(0)
    # The question that waits has one of its own, below.
    expect(page.get_by_role("button", name="Stop")).to_have_count(2)
    page.get_by_role("button", name="Stop").first.click()
    # The stopped one is a turn as well.
    expect(page.locator(".fn-turn")).to_have_count(2)
    expect(page.get_by_role("button", name="Stop")).to_have_count(0)
    expect(stopped(page)).to_be_visible()
    expect(page.get_by_text("word3")).to_be_visible()


def test_example_is_asked_and_gone_while_the_answer_is_written(page: Page, chat: Chat) -> None:
    page.goto(chat.url)
    expect(page.get_by_role("button", name="Who built *it*?")).to_be_visible()
    page.get_by_role("button", name="How often is it greased?").click()
    expect(page.locator(".fn-turn")).to_have_count(1)
    expect(page.get_by_role("button", name="Who built *it*?")).to_have_count(0)


def test_hostile_question_and_passage_stay_text(page: Page, chat: Chat) -> None:
    dialogs = []
    page.on("dialog", lambda dialog: dialogs.append(dialog) or dialog.dismiss())
    page.goto(chat.url)
    question = "hostile <img src=x onerror=alert(1)> [x](javascript:alert(1)) $x^2$ :smile:"
    ask(page, question, turn=1)
    page.locator("a.fn-ref").first.click()
    expect(page.locator(".fn-question")).to_have_text(question)
    expect(page.locator(".fnr-text")).to_contain_text("<script>alert(2)</script>")
    assert page.locator(".fn-turn img, .fn-turn script, .fn-question img, .fnr img, .fnr script").count() == 0
    assert not dialogs


def test_page_asks_no_other_server(page: Page, chat: Chat) -> None:
    """Documents are private: fonts, icons and statistics must not come from or go to anywhere else."""
    asked, complaints = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(chat.url)
    ask(page, "How often are the bearings greased?", turn=1)
    assert [url for url in asked if not url.startswith((chat.url, "data:", "blob:"))] == []
    # The page's own policy blocks no part of the page.
    assert complaints == []


def test_page_cannot_be_made_to_ask_another_server(page: Page, chat: Chat) -> None:
    """Whatever a document smuggles in: an image, a script, a request, a form, a frame."""
    page.goto(chat.url)
    page.get_by_placeholder("Ask your documents").wait_for()
    page.evaluate(
        """() => {
          window.keptOut = [];
          document.addEventListener("securitypolicyviolation", event => keptOut.push(event.effectiveDirective));
          for (const [name, address] of [["img", "src"], ["script", "src"], ["iframe", "src"], ["form", "action"]]) {
            const element = document.createElement(name);
            element[address] = "http://evil.example:9/";
            document.body.append(element);
            if (name === "form") element.submit();
          }
          fetch("http://evil.example:9/").catch(() => {});
          const inline = document.createElement("script");
          inline.textContent = "window.smuggled = true";
          document.body.append(inline);
        }"""
    )
    page.wait_for_function("() => window.keptOut.length >= 6")
    kept_out = ["connect-src", "form-action", "frame-src", "img-src", "script-src-elem", "script-src-elem"]
    assert page.evaluate("window.keptOut.sort()") == kept_out
    assert page.evaluate("window.smuggled") is None


def test_page_whose_name_is_made_to_lead_here_reads_nothing(page: Page, chat: Chat) -> None:
    """DNS rebinding, as the browser sees it: a name of the attacker's, at the chat's address and port."""
    response = page.goto(f"http://evil.example:{chat.port}/")
    assert response is not None
    assert response.status == 403
    expect(page.locator("body")).to_contain_text(f"Footnote answers only its own page, at {chat.url}")
    assert "documents" not in page.content()


@pytest.mark.parametrize("name", ["evil.example", "localhost"])
def test_page_elsewhere_gets_nothing_of_the_chat(page: Page, chat: Chat, elsewhere: int, name: str) -> None:
    """A websocket, an image, a script, a frame, a request: each is refused, and a link is followed."""
    statuses: dict[str, int] = {}
    page.on("response", lambda response: statuses.setdefault(response.url.removeprefix(chat.url), response.status))
    page.goto(f"http://{name}:{elsewhere}/")
    assert page.evaluate(KNOCK, f"ws://localhost:{chat.port}/_stcore/stream") == "refused"
    page.evaluate(
        """async chat => {
          for (const [name, path] of [["img", "/favicon.png"], ["script", "/static/a.js"], ["iframe", "/?framed"]]) {
            const element = document.createElement(name);
            const over = new Promise(done => element.onload = element.onerror = done);
            element.src = chat + path;
            document.body.append(element);
            await over;
          }
          await fetch(chat + "/_stcore/health", {mode: "no-cors"}).catch(() => {});
        }""",
        chat.url,
    )
    del statuses[f"http://{name}:{elsewhere}/"]
    paths = ("/favicon.png", "/static/a.js", "/?framed", "/_stcore/health")
    assert statuses == dict.fromkeys(paths, 403)
    page.evaluate("chat => { location = chat }", chat.url)
    expect(page.get_by_placeholder("Ask your documents")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1200, "dark")])
def test_page_fits_its_width_and_is_legible(page: Page, chat: Chat, scheme: str, width: int) -> None:
    """Text contrasts with the page by at least 4.5 to 1 (WCAG AA), and nothing has to be scrolled sideways."""
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(chat.url)
    ask(page, "hostile long " + "x" * 300, turn=1)
    page.locator(".fn > summary").first.click()
    wide = page.evaluate(
        "[...document.querySelectorAll('.stMain, .fn-turn, .fn-passage')].map(e => e.scrollWidth - e.clientWidth)"
    )
    assert max(wide) <= 1
    for selector in ("a.fn-ref", ".fn-answer", ".fn-where", ".fn-meta", ".fn-passage mark", ".fn-question"):
        assert page.evaluate(CONTRAST, selector) >= 4.5, selector


CONTRAST = """selector => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const layers = [];
  let opacity = 1;
  const element = document.querySelector(selector);
  for (let e = element; e; e = e.parentElement) {
    layers.unshift([getComputedStyle(e).backgroundColor, 1]);
    opacity *= parseFloat(getComputedStyle(e).opacity);
  }
  const paint = colors => {
    canvas.globalAlpha = 1; canvas.fillStyle = '#fff'; canvas.fillRect(0, 0, 1, 1);
    for (const [color, alpha] of colors) {
      canvas.globalAlpha = alpha; canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
    }
    const light = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map(v => v / 255)
      .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2];
  };
  const back = paint(layers), fore = paint([...layers, [getComputedStyle(element).color, opacity]]);
  return (Math.max(back, fore) + 0.05) / (Math.min(back, fore) + 0.05);
}"""
