"""The page in real Chromium, against a real `streamlit run`.

`converse` holds for any index: give it a running page and two questions that its documents answer.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")
from conftest import ROOT, free_port
from playwright.sync_api import Browser, Page, expect, sync_playwright

pytestmark = pytest.mark.browser

ARGUMENTS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic"),
    *("--no-first-run", "--disable-component-update", "--disable-sync"),
]
FAKE_APP = """
import test_page
import ui.chat.page

ui.chat.page.open_answerer = test_page.open_fake
ui.chat.page.main()
"""


@contextmanager
def serve(script: Path, **environ: str) -> Iterator[str]:
    """Run the script as a page on a free port and give its address; its folder is the working directory."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}"]
    command += ["--server.address=127.0.0.1", "--server.headless=true", "--browser.gatherUsageStats=false"]
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    process = subprocess.Popen(
        [*command, "--client.toolbarMode=minimal"],
        cwd=script.parent,
        env={**os.environ, "PYTHONPATH": path, **environ},
        stdout=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_healthy(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(30)


def _wait_until_healthy(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(f"{url}/_stcore/health", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"streamlit did not start: exit code {process.poll()}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome")
    executable = os.environ.get("FOOTNOTE_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if not executable:
        if os.environ.get("FOOTNOTE_REQUIRE_BROWSER"):
            pytest.fail("no Chromium, and FOOTNOTE_REQUIRE_BROWSER is set")
        pytest.skip("no Chromium: install one or set FOOTNOTE_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.set_default_timeout(30_000)
    yield page
    page.close()


@pytest.fixture(scope="module")
def fake_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    script = tmp_path_factory.mktemp("page") / "fake_app.py"
    script.write_text(FAKE_APP)
    with serve(script, FOOTNOTE_EXAMPLES="How often is it greased?|Who built *it*?") as url:
        yield url


def ask(page: Page, question: str, *, turn: int) -> None:
    """Type the question and wait until its answer is whole."""
    page.get_by_placeholder("Ask your documents").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator(".fn-turn")).to_have_count(turn, timeout=60_000)


def converse(page: Page, url: str, first: str, second: str) -> None:
    """Ask two questions, and check that a footnote opens on its passage and that the first answer stays."""
    page.goto(url)
    ask(page, first, turn=1)
    marker = page.locator("a.fn-ref").first
    passage = page.locator(marker.get_attribute("href") or "no link")
    expect(page.get_by_text(first, exact=True)).to_be_visible()
    expect(marker).to_have_attribute("aria-label", "footnote 1")
    expect(page.locator("details.fn").first).to_be_visible()
    expect(passage).to_be_hidden()
    marker.click()
    expect(passage).to_be_visible()
    expect(passage).to_be_in_viewport()
    assert passage.evaluate("mark => mark.tagName") == "MARK"
    ask(page, second, turn=2)
    expect(page.get_by_text(first, exact=True)).to_be_visible()
    expect(passage).to_be_visible()
    marker = page.locator(".fn-turn").nth(1).locator("a.fn-ref").first
    passage = page.locator(marker.get_attribute("href") or "no link")
    expect(passage).to_be_hidden()
    marker.click()
    expect(passage).to_be_in_viewport()


@pytest.mark.models
def test_chat_that_the_command_starts_answers_from_the_sample(page: Page, sample_home: Path) -> None:
    """Nothing is fake here: `footnote ui`, the index, the model and the browser."""
    port = free_port()
    command = [sys.executable, "-m", "ui.cli", "ui", "--no-browser", f"--port={port}", f"--home={sample_home}"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_healthy(url, process)
        converse(page, url, "Which company repaired the damaged export cable?", "How high is Skerrow Bank's tower?")
        expect(page.get_by_text("27 documents")).to_be_visible()
        expect(page.locator("mark").first).to_be_attached()
    finally:
        process.terminate()
        process.wait(30)


def test_marker_opens_its_passage_and_the_first_answer_stays(page: Page, fake_url: str) -> None:
    converse(page, fake_url, "How often are the bearings greased?", "Does it need oil?")


def test_marker_opens_again_after_closing(page: Page, fake_url: str) -> None:
    """The address already ends in #fn-1-1 then, and nothing changes but the click."""
    page.goto(fake_url)
    ask(page, "How often are the bearings greased?", turn=1)
    page.locator("a.fn-ref").first.click()
    page.locator(".fn > summary").first.click()
    expect(page.locator("#fn-1-1")).to_be_hidden()
    page.locator("a.fn-ref").first.click()
    expect(page.locator("#fn-1-1")).to_be_visible()


def test_keyboard_opens_footnotes(page: Page, fake_url: str) -> None:
    page.goto(fake_url)
    ask(page, "How often are the bearings greased?", turn=1)
    page.locator("a.fn-ref").nth(1).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#fn-1-1")).to_be_visible()
    page.locator("a.fn-ref").nth(1).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#fn-1-2")).to_be_visible()


def test_answer_appears_while_it_is_written_and_can_be_left(page: Page, fake_url: str) -> None:
    page.goto(fake_url)
    page.get_by_placeholder("Ask your documents").fill("Talk forever")
    page.keyboard.press("Enter")
    expect(page.get_by_text("word3")).to_be_visible()
    ask(page, "How often are the bearings greased?", turn=1)
    expect(page.get_by_text("Stopped before the answer was complete.")).to_be_visible()
    expect(page.get_by_text("word3")).to_be_visible()


def test_long_answer_can_be_stopped(page: Page, fake_url: str) -> None:
    page.goto(fake_url)
    page.get_by_placeholder("Ask your documents").fill("Talk forever")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Stopped before the answer was complete.")).to_be_visible()
    expect(page.get_by_text("word3")).to_be_visible()
    expect(page.get_by_role("button", name="Stop")).to_have_count(0)
    ask(page, "How often are the bearings greased?", turn=1)


def test_example_is_asked_and_gone_while_the_answer_is_written(page: Page, fake_url: str) -> None:
    page.goto(fake_url)
    expect(page.get_by_role("button", name="Who built *it*?")).to_be_visible()
    page.get_by_role("button", name="How often is it greased?").click()
    expect(page.locator(".fn-turn")).to_have_count(1)
    expect(page.get_by_role("button", name="Who built *it*?")).to_have_count(0)


def test_rewritten_search_returns_to_the_box(page: Page, fake_url: str) -> None:
    page.goto(fake_url)
    ask(page, "How often is it greased?", turn=1)
    page.get_by_role("button", name="Edit the search").click()
    expect(page.get_by_placeholder("Ask your documents")).to_have_value("How often is the pump greased?")


def test_new_conversation_leaves_nothing(page: Page, fake_url: str) -> None:
    page.goto(fake_url)
    ask(page, "How often are the bearings greased?", turn=1)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".fn-turn")).to_have_count(0)
    ask(page, "Any doubt about this?", turn=1)
    expect(page.locator(".fn-doubt").first).to_be_visible()


def test_hostile_question_and_passage_stay_text(page: Page, fake_url: str) -> None:
    dialogs = []
    page.on("dialog", lambda dialog: dialogs.append(dialog) or dialog.dismiss())
    page.goto(fake_url)
    question = "hostile <img src=x onerror=alert(1)> [x](javascript:alert(1)) $x^2$ :smile:"
    ask(page, question, turn=1)
    page.locator("a.fn-ref").first.click()
    expect(page.locator(".fn-question")).to_have_text(question)
    expect(page.locator(".fn-passage").first).to_contain_text("<script>alert(2)</script>")
    assert page.locator(".fn-turn img, .fn-turn script, .fn-question img").count() == 0
    assert not dialogs


def test_page_asks_no_other_server(page: Page, fake_url: str) -> None:
    """Documents are private: fonts, icons and statistics must not come from or go to anywhere else."""
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(fake_url)
    ask(page, "How often are the bearings greased?", turn=1)
    assert [url for url in asked if not url.startswith((fake_url, "data:", "blob:"))] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1200])
def test_page_fits_its_width_and_is_legible(browser: Browser, fake_url: str, scheme: str, width: int) -> None:
    """Text contrasts with the page by at least 4.5 to 1 (WCAG AA), and nothing has to be scrolled sideways."""
    page = browser.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(fake_url)
    ask(page, "hostile long " + "x" * 300, turn=1)
    page.locator("a.fn-ref").first.click()
    wide = page.evaluate(
        "[...document.querySelectorAll('.stMain, .fn-turn, .fn-passage')].map(e => e.scrollWidth - e.clientWidth)"
    )
    assert max(wide) <= 1
    for selector in ("a.fn-ref", ".fn-answer", ".fn-where", ".fn-meta", ".fn-passage mark", ".fn-question"):
        assert page.evaluate(CONTRAST, selector) >= 4.5, selector
    page.close()


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


def test_answerer_is_closed_when_the_server_stops(browser: Browser, tmp_path: Path) -> None:
    script = tmp_path / "fake_app.py"
    script.write_text(
        "import asyncio, contextlib, pathlib, test_page, ui.chat.page\n"
        "@contextlib.asynccontextmanager\n"
        "async def open_answerer():\n"
        "    yield test_page.FakeAnswerer()\n"
        "    await asyncio.to_thread(pathlib.Path('closed').touch)\n"
        "ui.chat.page.open_answerer = open_answerer\n"
        "ui.chat.page.main()\n"
    )
    with serve(script) as url:
        page = browser.new_page()
        page.goto(url)
        expect(page.get_by_text("3 documents")).to_be_visible(timeout=30_000)
        page.close()
    assert (tmp_path / "closed").exists()
