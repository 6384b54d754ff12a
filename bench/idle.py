"""What a page that is open and that nobody touches costs a browser. See bench/README.md."""

import argparse
import re
import shutil
import sys

import psutil
from playwright.sync_api import Page, sync_playwright

_SETTLING_S = 15.0
_ARGUMENTS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
_ARGUMENTS += ["--disable-component-update", "--disable-sync"]


def main() -> int:
    """Open a page, leave it alone, and print what that took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", help="of a chat that runs, with a path")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long the page is left alone")
    parser.add_argument("--question", action="append", default=[], help="asked before that; may be given several times")
    parser.add_argument("--server", type=int, help="process id of the chat, to measure that too")
    arguments = parser.parse_args()
    executable = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=_ARGUMENTS)
        page = browser.new_page()
        page.goto(arguments.address)
        page.locator("h1").first.wait_for()
        for number, question in enumerate(arguments.question):
            _ask(page, question, number)
        page.wait_for_timeout(1000 * _SETTLING_S)
        before = _spent(arguments.server)
        page.wait_for_timeout(1000 * arguments.seconds)
        spent = {kind: now - before.get(kind, 0.0) for kind, now in _spent(arguments.server).items()}
        browser.close()
    minute = 60 / arguments.seconds
    for kind, seconds in sorted(spent.items(), key=lambda item: -item[1]):
        print(f"{kind:>16} {seconds * minute:6.2f} s a minute")
    browser_s = sum(seconds for kind, seconds in spent.items() if kind != "server") * minute
    print(f"{'browser in all':>16} {browser_s:6.2f} s a minute, {browser_s / 60:.1%} of a core")
    return 0


def _ask(page: Page, question: str, number: int) -> None:
    page.get_by_test_id("stChatInputTextArea").fill(question)
    page.keyboard.press("Enter")
    page.locator(".fn-turn").nth(number).wait_for(timeout=120_000)


def _spent(server: int | None) -> dict[str, float]:
    """Return the processor's seconds of the browser's processes so far, by their kind, and of the server."""
    found: dict[str, float] = {}
    for process in psutil.Process().children(recursive=True):
        try:
            if "chrom" in process.name():
                kind = re.search(r"--type=(\S+)", " ".join(process.cmdline()))
                times = process.cpu_times()
                name = kind[1] if kind else "browser"
                found[name] = found.get(name, 0.0) + times.user + times.system
        except psutil.Error:
            continue  # it has just ended
    if server is not None:
        times = psutil.Process(server).cpu_times()
        found["server"] = times.user + times.system
    return found


if __name__ == "__main__":
    sys.exit(main())
