"""The pages without barriers (WCAG 2.2 AA), as far as a program can tell: axe-core, keys, and what moves by itself."""

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")
pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed")
from barriers import barrier_free
from browsing import DESK, PHONE, Visit, Watch, ask, begin, box, drawn, stopped
from chat_server import Chat
from page_states import COST, WALKS, WAVES, Walk
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.models]


@pytest.fixture(scope="module", autouse=True)
def _before_the_browser(chat: Chat, sample_chat: Chat) -> None:
    """Once the browser runs, no home can be made."""


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.name.replace(" ", "-"))
def test_states_have_no_barrier(walk: Walk, visit: Visit, watch: Watch, request: pytest.FixtureRequest) -> None:
    """Other scenarios look at the states that they reach: see barriers.py."""
    watch.forgiven.append(r"404 .*/documents/_stcore/")
    page = walk.page(visit, request.getfixturevalue(walk.chat))
    found = {}
    for state in walk.states(page):
        try:
            barrier_free(page, state.part)
        except AssertionError as error:
            found[state.name] = str(error)
    assert found == {}


SHIFTS = """window.shifted = 0;
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({type: "layout-shift", buffered: true});"""


def shifted(page: Page) -> float:
    """Return how much moved by itself since it was asked last, as browsers count it (cumulative layout shift)."""
    moved: float = page.evaluate("[window.shifted, window.shifted = 0][0]")
    return moved


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_nothing_moves_by_itself(visit: Visit, chat: Chat, width: int) -> None:
    """Neither when a page is loaded, nor while an answer comes, nor when it is whole."""
    page = visit(chat, width=width, wait=False)
    page.add_init_script(SHIFTS)
    page.reload()
    drawn(page)
    assert shifted(page) < 0.05
    ask(page, "How often are the bearings greased?", turn=1)
    assert shifted(page) < 0.05
    begin(page, "Talk forever")
    expect(page.get_by_text("word20 ")).to_be_visible()
    assert shifted(page) < 0.02
    page.get_by_role("button", name="Stop").click()
    expect(stopped(page)).to_be_visible()
    page.reload()
    drawn(page)
    expect(page.locator(".fn-question")).to_have_count(2)
    assert shifted(page) < 0.05


def test_keys_lead_to_the_parts_of_the_page_and_never_act_in_a_field(visit: Visit, chat: Chat) -> None:
    page = visit(chat)
    # Nothing is asked yet: one begins to type.
    expect(box(page)).to_be_focused()
    page.keyboard.type("/?njk How often are the bearings greased?")
    expect(box(page)).to_have_value("/?njk How often are the bearings greased?")
    expect(page.locator("#fn-keys")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.locator(".fn-turn")).to_have_count(1)
    ask(page, "Any doubt about this?", turn=2)
    page.locator("h1").click()
    page.keyboard.press("j")
    expect(page.locator(".fn-question").first).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator(".fn-question").nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator(".fn-question").first).to_be_focused()
    page.keyboard.press("f")
    expect(page.get_by_label("Search conversations")).to_be_focused()
    page.keyboard.press("Control+k")
    expect(box(page)).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(page.locator(".fn-turn")).to_have_count(0)
    expect(box(page)).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(box(page)).to_be_focused()


def test_list_of_keys_is_shown_and_single_keys_can_be_turned_off(visit: Visit, chat: Chat) -> None:
    page = visit(chat)
    page.locator("h1").click()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(keys).to_contain_text("New conversation")
    keys.get_by_role("checkbox").uncheck()
    page.keyboard.press("Escape")
    expect(keys).to_have_count(0)
    page.keyboard.press("?")
    page.keyboard.press("/")
    expect(box(page)).not_to_be_focused()
    expect(keys).to_have_count(0)
    page.keyboard.press("Control+k")
    expect(box(page)).to_be_focused()


def test_one_place_says_that_an_answer_begins_and_is_there(visit: Visit, chat: Chat) -> None:
    page = visit(chat)
    voice = page.get_by_role("status")
    expect(voice).to_have_count(1)
    expect(voice).to_be_empty()
    ask(page, "How often are the bearings greased?", turn=1)
    expect(voice).to_contain_text("Answer: Its bearings are greased every 4,000 hours")
    begin(page, "Talk forever")
    expect(voice).to_have_text("Answering")
    expect(page.get_by_text("word10 ")).to_be_visible()
    expect(voice).to_have_text("Answering")
    page.get_by_role("button", name="Stop").click()
    expect(voice).to_have_text("The answer has ended. Stopped before the answer was complete.")


def test_landmarks_stand_once_and_every_focus_is_seen(visit: Visit, chat: Chat) -> None:
    page = visit(chat)
    ask(page, "How often are the bearings greased?", turn=1)
    for role in ("main", "banner", "navigation"):
        assert page.get_by_role(role).count() <= 1, role
    assert page.get_by_role("main").count() == 1
    unseen = []
    page.locator("h1").click()
    for _ in range(40):
        page.keyboard.press("Tab")
        name = page.evaluate(UNSEEN)
        if name:
            unseen.append(name)
    assert unseen == []


# The element that has the focus, where nothing around it shows that.
UNSEEN = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return "";
  for (let e = at; e && e !== document.body; e = e.parentElement) {
    const look = getComputedStyle(e);
    if (look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 1) return "";
    if (look.boxShadow !== "none" && e.matches(":focus-within")) return "";
    if (e.matches(":focus-within") && e.matches("[data-baseweb], [data-testid=stChatInput] *")) return "";
  }
  return at.outerHTML.slice(0, 200);
}"""


SCROLLS_AWAY = """() => {
  const scroller = document.querySelector(".stMain");
  scroller.scrollTop = scroller.scrollHeight;
  return performance.now() - (window.scrolling ??= performance.now()) > 3300;
}"""


def test_tapped_footnote_never_loses_its_mark_on_a_phone(visit: Visit, sample_chat: Chat) -> None:
    page = visit(sample_chat, width=PHONE)
    ask(page, WAVES, turn=1)
    ask(page, COST, turn=2)
    markers = page.locator("a.fn-ref")
    assert markers.count() >= 4
    for number in range(markers.count()):
        markers.nth(number).tap()
        pane = page.locator("dialog.fnr-pane")
        expect(pane.locator("#fnr-here").first).to_be_in_viewport()
        if number == 0:
            # A page that is drawn again scrolls to its end; while the pane covers it, nobody sees that.
            page.wait_for_function(SCROLLS_AWAY)
        pane.get_by_role("button", name="Close").click()
        expect(pane).to_be_hidden()
        expect(markers.nth(number)).to_be_in_viewport()


def test_text_has_the_width_of_a_phone(visit: Visit, chat: Chat) -> None:
    page = visit(chat, width=PHONE)
    ask(page, "How often are the bearings greased?", turn=1)
    width = page.locator(".fn-turn").evaluate("turn => turn.getBoundingClientRect().width")
    assert width >= PHONE - 2 * 24
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
