"""What people do where they have to sign in, in real Chromium, below a path as a proxy would have it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")
from barriers import barrier_free
from browsing import AWAY, PHONE, Visit, Watch, ask, drawn, sidebar
from chat_server import Chat
from conftest import free_port
from playwright.sync_api import Page, expect
from signed_in import PASSWORDS, serving, with_users

pytestmark = [pytest.mark.browser, pytest.mark.models]

WAVES = "How high may the waves be for a transfer from Plover Dash?"


@pytest.fixture(scope="module")
def chat(own_sample: Callable[[str], Path]) -> Iterator[Chat]:
    home = own_sample("accounts")
    with_users(home)
    port = free_port()
    with serving(home, "--sign-in=on", f"--public-url=http://localhost:{port}/notes", port=port) as chat:
        yield chat


def sign_in(page: Page, name: str, password: str = "") -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password or PASSWORDS[name])
    page.get_by_role("button", name="Sign in").click()


def test_owner_signs_in_asks_and_signs_out(visit: Visit, watch: Watch, chat: Chat) -> None:
    """On all pages, and nothing that the policy of the page forbids is tried: the watch would see it."""
    watch.forgiven += [r"status of 40[13]"]
    page = visit(chat, "/notes/documents", wait=False)
    expect(page).to_have_url(re.compile(r"/notes/sign-in\?next=%2Fdocuments"))
    sign_in(page, "ann", "not the password")
    expect(page.get_by_role("alert")).to_have_text("The name or the password is wrong.")
    barrier_free(page)
    expect(page.get_by_label("Name")).to_have_value("ann")
    sign_in(page, "ann")
    drawn(page)
    expect(page).to_have_url(re.compile(r"/notes/documents$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Documents")

    sidebar(page).get_by_role("link", name="Chat").click()
    ask(page, WAVES, turn=1)
    page.locator(".fn-ref").first.click()
    pane = page.get_by_role("dialog")
    expect(pane.locator("#fnr-here").first).to_be_visible()
    page.keyboard.press("Escape")
    sidebar(page).get_by_role("button", name="This conversation").click()
    page.get_by_role("button", name="Share by a link").click()
    link = page.get_by_test_id("stPopoverBody").locator("code", has_text="/shared/")
    expect(link).to_be_visible()
    barrier_free(page)
    shared = page.context.new_page()
    shared.goto(link.inner_text())
    expect(shared.locator(".fn-passage").first).to_be_attached()
    barrier_free(shared)
    shared.close()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)

    sidebar(page).get_by_role("link", name="Settings").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Settings")
    drawn(page)

    sidebar(page).get_by_role("link", name="ann", exact=True).click()
    expect(page.get_by_role("heading", name="ann")).to_be_visible()
    page.get_by_label("What the key is for").fill("reports")
    page.get_by_role("button", name="Make a key").click()
    expect(page.get_by_role("status").locator("code")).to_have_text(re.compile(r"fn-[\w-]{43}"))
    expect(page.get_by_role("listitem").filter(has_text="reports")).to_be_visible()
    barrier_free(page)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in to Footnote")).to_be_visible()
    page.goto(f"{chat.url}/notes/settings")
    expect(page.get_by_role("heading", name="Sign in to Footnote")).to_be_visible()


def test_who_owns_nothing_sees_no_settings(visit: Visit, chat: Chat) -> None:
    page = visit(chat, "/notes/", wait=False)
    sign_in(page, "bob")
    drawn(page)
    links = sidebar(page).get_by_test_id("stSidebarNavLink")
    expect(links).to_have_count(2)
    page.goto(f"{chat.url}/notes/settings")
    expect(page.get_by_role("heading", level=1)).to_have_text("Settings")
    expect(page.get_by_text("These are for who looks after this server.")).to_be_visible()
    barrier_free(page)
    expect(links).to_have_count(2)


def test_open_page_of_a_user_learns_that_nothing_is_new(visit: Visit, chat: Chat) -> None:
    """It asks outside of a run of the page: under other rights it saw something else, and was drawn again for ever."""
    page = visit(chat, "/notes/", wait=False)
    sign_in(page, "bob")
    drawn(page)
    is_told = """async () => {
        const { at, seen } = document.querySelector(".fn-look")?.dataset ?? {};
        return !!seen && await (await fetch(at)).text() === seen;
    }"""
    for link in ("Documents", "Chat"):
        sidebar(page).get_by_role("link", name=link).click()
        drawn(page)
        page.wait_for_function(is_told, polling=500)
    at = page.locator(".fn-look").get_attribute("data-at")
    page.context.clear_cookies()
    assert page.context.request.get(f"{chat.url}{at}").status == 401


def test_open_page_leads_back_when_its_session_has_ended(visit: Visit, watch: Watch, chat: Chat) -> None:
    watch.forgiven += [r"status of 40[13]", AWAY]
    page = visit(chat, "/notes/", wait=False)
    sign_in(page, "bob")
    drawn(page)
    other = page.context.new_page()
    other.goto(f"{chat.url}/notes/account")
    other.get_by_role("button", name="Sign out").click()
    expect(other.get_by_role("heading", name="Sign in to Footnote")).to_be_visible()
    expect(page.get_by_role("heading", name="Sign in to Footnote")).to_be_visible(timeout=30_000)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_for_signing_in_fits_a_phone(visit: Visit, chat: Chat, scheme: str) -> None:
    page = visit(chat, "/notes/", width=PHONE, scheme=scheme, wait=False, locale="de-DE")
    expect(page.get_by_role("heading", name="Bei Footnote anmelden")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.get_by_label("Name")).to_be_focused()
