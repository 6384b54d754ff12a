"""Make the pictures of the pages in docs/images/: the real chat on the sample, light, dark and on a phone.

Run from a checkout after `make run` has ingested the sample, or with FOOTNOTE_HOME set to where that was done:
python scripts/make_pictures.py. Chromium must be installed. The conversations that it begins stay in the home.
"""

import io
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "images"
QUESTION = "How high may the waves be for a transfer from Plover Dash?"
OF_A_PDF = "Which company repaired the damaged export cable?"
MARGIN = 16
DESK, PHONE = {"width": 1200, "height": 900}, {"width": 390, "height": 844}
PATIENCE_MS = 120_000


def main() -> int:
    """Start the chat, ask, open the first footnote, and keep what is seen between question and last footnote."""
    browser_path = shutil.which("chromium") or shutil.which("google-chrome")
    if browser_path is None:
        print("error: Chromium is not installed; install it and try again", file=sys.stderr)
        return 1
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # Without dictionaries, so that the answer is the same on every machine.
    environment = {"FOOTNOTE_HOME": str(ROOT / ".footnote"), **os.environ, "FOOTNOTE_DICTIONARIES": "none"}
    command = [str(Path(sys.executable).with_name("footnote")), "ui", "--no-browser", "--port", str(port)]
    chat = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        _wait_for(port)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])

            def visit(path: str = "/", **how: Any) -> Page:
                page = browser.new_context(**how).new_page()
                page.set_default_timeout(PATIENCE_MS)
                page.goto(f"http://localhost:{port}{path}")
                return page

            for scheme, name in (("light", "answer.png"), ("dark", "answer-dark.png")):
                viewport = {"width": 1060, "height": 1400}
                page = visit(color_scheme=scheme, device_scale_factor=1.5, viewport=viewport)
                _save(_answer(page), FOLDER / name)
            _save(_source(visit(viewport=DESK, color_scheme="dark"), QUESTION), FOLDER / "chat-dark.webp")
            _save(_source(visit(viewport=DESK), OF_A_PDF), FOLDER / "pane.png")
            _save(_asked(visit(viewport=PHONE, is_mobile=True, has_touch=True)), FOLDER / "chat-phone.webp")
            _save(_documents(visit("/documents", viewport=DESK)), FOLDER / "documents.webp")
            browser.close()
    finally:
        chat.terminate()
        chat.wait(30)
    return 0


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=1).close()
            return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.2)
    raise TimeoutError("the chat does not answer")


def _ask(page: Page, question: str) -> None:
    """Ask, and wait for the answer and for what could be asked next."""
    page.get_by_placeholder("Ask your documents").fill(question)
    page.keyboard.press("Enter")
    page.locator(".fn-list").wait_for()
    page.locator(".st-key-next button").first.wait_for()


def _asked(page: Page) -> bytes:
    _ask(page, QUESTION)
    return _settled(page)


def _source(page: Page, question: str) -> bytes:
    """Take the page with the source of the first footnote beside the answer."""
    _ask(page, question)
    page.locator("a.fn-ref").first.click()
    page.locator("dialog.fnr-pane:not([aria-busy]) .fnr-body").wait_for()
    return _settled(page)


def _documents(page: Page) -> bytes:
    page.get_by_text("ready").first.wait_for()
    return _settled(page)


def _settled(page: Page) -> bytes:
    page.mouse.move(1, 1)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1_500)  # until all has faded in or out
    return page.screenshot()


def _answer(page: Page) -> bytes:
    _ask(page, QUESTION)
    page.locator(".fn > summary").first.click()
    page.mouse.move(1, 1)
    page.wait_for_timeout(1_000)  # until all has faded in or out
    asked, notes = page.get_by_test_id("stChatMessage").first.bounding_box(), page.locator(".fn-list").bounding_box()
    if asked is None or notes is None:
        raise RuntimeError("the chat shows no answer")
    left, top = asked["x"] - MARGIN, asked["y"] - MARGIN
    clip = {
        "x": left,
        "y": top,
        "width": asked["width"] + 2 * MARGIN,
        # Without a margin: what follows begins close below.
        "height": notes["y"] + notes["height"] - top,
    }
    return page.screenshot(clip=clip)


def _save(picture: bytes, path: Path) -> None:
    """Write a PNG of 256 colours, about a third of the size, or a WebP, as the name says."""
    FOLDER.mkdir(exist_ok=True)
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    if path.suffix == ".webp":
        image.save(path, quality=80, method=6)
    else:
        image.quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}: {image.width} x {image.height}, {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    sys.exit(main())
