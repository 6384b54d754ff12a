"""What people do in conversations, in real Chromium: `footnote ui` over the sample, with the real engine."""

import re
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")
from browsing import AWAY, DESK, PHONE, Visit, Watch, address, ask, begin, box, drawn, harmless, sidebar, stopped
from chat_server import Chat, running
from conftest import ROOT, free_port
from llm_server import FakeLLM
from payloads import PAYLOADS
from playwright.sync_api import Page, WebSocketRoute, expect

from qa.database.conversations import Conversations
from qa.database.engine import open_database
from ui.web.place import NEWS

pytestmark = [pytest.mark.browser, pytest.mark.models]

WAVES = "How high may the waves be for a transfer from Plover Dash?"


def test_question_is_answered_from_the_sample_and_found_again(visit: Visit, sample_chat: Chat) -> None:
    """By a word of its answer."""
    page = visit(sample_chat)
    ask(page, WAVES, turn=1)
    expect(page.locator(".fn-turn")).to_contain_text("1.60 m")
    page.locator("a.fn-ref").first.click()
    expect(page.locator("dialog.fnr-pane #fnr-here").first).to_be_in_viewport()
    page.keyboard.press("Escape")
    search = page.get_by_label("Search conversations")
    search.fill("significant wave")
    search.press("Enter")
    expect(sidebar(page).get_by_role("button", name=WAVES).first).to_be_visible()
    expect(sidebar(page).locator(".fn-found").first).to_contain_text("significant wave height")
    search.fill("zebra crossing")
    search.press("Enter")
    expect(page.get_by_text("No conversation holds this.")).to_be_visible()


def test_questions_without_a_pause_are_all_shown(visit: Visit, sample_chat: Chat) -> None:
    """Each as soon as the one before stands there: it ends the drawing of the page that the one before began."""
    page = visit(sample_chat)
    asked = [f"How high may the waves be number {number}?" for number in range(1, 7)]
    for question in asked:
        begin(page, question)
    expect(page.locator(".fn-turn")).to_have_count(len(asked))
    assert page.locator(".fn-question").all_inner_texts() == asked


def test_model_writes_and_its_answer_is_checked(visit: Visit, written_chat: Chat, scripted: FakeLLM) -> None:
    scripted.say("Plover Dash transfers in waves of up to 1.60 m [1]. It was built on the moon [1].")
    page = visit(written_chat)
    ask(page, WAVES, turn=1)
    expect(page.locator(".fn-doubt").first).to_contain_text("moon")


def test_hostile_questions_stay_text(visit: Visit, chat: Chat) -> None:
    """In the conversation, as its title in the list, in the box, and after a reload; three in a question."""
    page = visit(chat)
    lines = [payload.replace("\n", " ") for payload in PAYLOADS]
    questions = [" ".join(lines[number::12]) for number in range(12)]
    for asked in (questions[:6], questions[6:]):
        for number, question in enumerate(asked, 1):
            ask(page, question, turn=number)
        harmless(page)
        page.reload()
        drawn(page)
        shown = page.locator(".fn-question")
        expect(shown).to_have_count(len(asked))
        assert shown.first.text_content() == asked[0]
        harmless(page)
        page.get_by_role("button", name="New conversation").click()
        expect(page.locator(".fn-turn")).to_have_count(0)


GREASED = "How often are the bearings greased?"


@pytest.fixture(autouse=True)
def _before_the_browser(chat: Chat, sample_chat: Chat, written_chat: Chat) -> None:
    """Once the browser runs, no home can be made."""


LOOK_AS_NOTICE_COMES = """new MutationObserver((_, observer) => {
    if (!document.querySelector('.stMain [data-testid="stAlert"]')) return;
    observer.disconnect();
    document.querySelector('.st-key-look-again button').click();
}).observe(document.body, { childList: true, subtree: true })"""


def words(page: Page) -> int:
    """Return how many words an answer that never ends has by now."""
    return len(page.locator(".fn-answer").last.inner_text().split())


def test_broken_answer_is_gone_on_with_and_followed_up(visit: Visit, chat: Chat) -> None:
    """The question that follows is asked of what went before."""
    page = visit(chat)
    ask(page, "half of it", turn=1)
    page.get_by_role("button", name="Go on").click()
    expect(page.locator(".fn-turn")).to_contain_text("every 4,000 hours of operation.")
    expect(page.get_by_role("button", name="Go on")).to_have_count(0)
    ask(page, "How often is it greased?", turn=2)
    expect(page.locator(".fn-turn").last).to_contain_text("searched for: How often is the pump greased?")
    page.get_by_role("button", name="Edit the search").click()
    expect(box(page)).to_have_value("How often is the pump greased?")


def test_neither_a_question_nor_a_thumb_draws_anything_of_the_others(visit: Visit, chat: Chat) -> None:
    """The elements of the first answer stay the same ones in the browser, and an open footnote stays open."""
    page = visit(chat)
    ask(page, GREASED, turn=1)
    ask(page, "Any doubt about this?", turn=2)
    page.locator(".fn > summary").first.click()
    page.evaluate("document.querySelector('.fn-turn').mark = 1")
    ask(page, "Does it need oil?", turn=3)
    assert page.evaluate("document.querySelector('.fn-turn').mark") == 1
    expect(page.locator(".fn").first).to_have_attribute("open", "")
    # What is asked is in sight wherever one had scrolled to, and what stops a long answer is.
    page.set_viewport_size({"width": 1200, "height": 500})
    page.evaluate("document.querySelector('.stMain').scrollTop = 0")
    begin(page, "Talk forever")
    expect(page.get_by_text(re.compile(r"word200\b"))).to_be_attached()
    expect(page.locator(".fn-question").last).to_be_in_viewport()
    expect(page.get_by_role("button", name="Stop")).to_be_in_viewport(ratio=1)
    # A thumb draws its own answer, and one that is being written goes on.
    page.get_by_role("radio", name="Thumbs down").first.click()
    expect(page.get_by_placeholder("What is right or wrong about it? (optional)")).to_be_visible()
    before = words(page)
    expect(page.get_by_text(re.compile(rf"word{before + 10}\b"))).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(stopped(page)).to_be_visible()
    # So is the reason why a question is not asked, also where the page looks for news just as it is drawn.
    page.evaluate("document.querySelector('.stMain').scrollTop = 0")
    page.evaluate(LOOK_AS_NOTICE_COMES)
    box(page).fill("why " * 501)
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("stAlert").filter(has_text="at most 2,000")).to_be_in_viewport(ratio=1)


@pytest.mark.long
def test_tab_shows_what_was_asked_in_another_one_before_its_own_question(visit: Visit, chat: Chat) -> None:
    """It drew its own question below what it had, though that followed another one and was answered with it."""
    page = visit(chat)
    ask(page, GREASED, turn=1)
    other = visit(chat, f"/?c={address(page)}")
    expect(other.locator(".fn-turn")).to_have_count(1)
    ask(page, f"{GREASED} (second)", turn=2)
    ask(other, f"{GREASED} (third)", turn=3)
    expect(other.locator(".fn-question")).to_have_text([GREASED, f"{GREASED} (second)", f"{GREASED} (third)"])
    # What is written for one of them grows in the other, and is stopped there.
    begin(page, "Talk forever")
    expect(other.get_by_text(re.compile(r"word10\b"))).to_be_visible()
    other.get_by_role("button", name="Stop").click()
    for each in (page, other):
        expect(stopped(each)).to_be_visible()


# A chat goes to its end first, frame by frame, and is held here until it has given that up.
SCROLLED = """async () => {
  const main = document.querySelector(".stMain");
  for (let frame = 0; frame < 40; frame += 1) {
    if (Math.abs(main.scrollTop - 40) > 1) frame = 0;
    main.scrollTop = 40;
    await new Promise(requestAnimationFrame);
  }
}"""


def test_open_tab_follows_what_another_one_does_and_loses_nothing(visit: Visit, chat: Chat) -> None:
    """Neither what is typed, nor what is open, nor where it was scrolled to, nor the elements of the first answer."""
    page = visit(chat)
    ask(page, GREASED, turn=1)
    other = visit(chat, f"/?c={address(page)}")
    expect(other.locator(".fn-turn")).to_have_count(1)
    other.set_viewport_size({"width": 1200, "height": 500})
    box(other).fill("half a ques")
    other.get_by_role("button", name="Edit", exact=True).click()
    words = other.get_by_role("textbox", name=re.compile("in other words"))
    words.fill("not asked yet")
    other.evaluate(SCROLLED)
    other.evaluate("document.querySelector('.fn-turn').mark = 1")
    ask(page, f"{GREASED} (second)", turn=2)
    expect(other.locator(".fn-turn")).to_have_count(2)
    drawn(other)
    page.get_by_role("button", name="This conversation").click()
    page.get_by_role("textbox", name="Title").fill("Called otherwise")
    page.keyboard.press("Enter")
    expect(other.get_by_role("button", name="Called otherwise")).to_be_visible()
    expect(page.get_by_role("textbox", name="Title")).to_be_focused()
    for each in (page, other):
        expect(each).to_have_title("Called otherwise · Footnote")
    assert other.evaluate("document.querySelector('.fn-turn').mark") == 1
    assert other.evaluate("document.querySelector('.stMain').scrollTop") == 40
    expect(box(other)).to_have_value("half a ques")
    expect(words).to_have_value("not asked yet")
    other.keyboard.press("Escape")
    page.get_by_role("button", name="Delete").click()
    expect(other.get_by_text("This conversation is not here")).to_be_visible()
    expect(box(other)).to_have_value("half a ques")


# What a page does at work: it sends to the server, and Streamlit asks whether the page has grown.
COUNTED = """() => {
  window.done = 0;
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (...all) { window.done += 1; return send.apply(this, all); };
  const height = Object.getOwnPropertyDescriptor(Element.prototype, "scrollHeight");
  const get = function () { window.done += 1; return height.get.call(this); };
  Object.defineProperty(Element.prototype, "scrollHeight", { ...height, get });
}"""


def test_page_that_nobody_touches_is_at_rest_and_still_sees_what_is_new(visit: Visit, chat: Chat) -> None:
    """It cost 4.7 % of a processor's core in the browser, in each open tab."""
    page = visit(chat)
    ask(page, GREASED, turn=1)
    page.evaluate(COUNTED)
    expect(page.locator(".fn-look:not([data-seen=''])")).to_be_attached()
    looked = re.compile("/own/news/")
    with page.expect_response(looked):
        pass
    with page.expect_response(looked):
        # The last press is drawn, and what it changed is over.
        page.wait_for_timeout(1_500)
    page.evaluate("window.done = 0")
    with page.expect_response(looked):
        pass
    assert page.evaluate("window.done") == 0
    ask(visit(chat, f"/?c={address(page)}"), f"{GREASED} (second)", turn=2)
    expect(page.locator(".fn-turn")).to_have_count(2)
    assert page.evaluate("window.done") > 0
    # An answer that comes while another tab is looked at is seen at this one.
    page.evaluate("Object.defineProperty(document, 'hidden', { configurable: true, get: () => true })")
    ask(page, f"{GREASED} (third)", turn=3)
    expect(page).to_have_title(f"● {GREASED} · Footnote")
    page.evaluate("() => { delete document.hidden; document.dispatchEvent(new Event('visibilitychange')); }")
    expect(page).to_have_title(f"{GREASED} · Footnote")


def test_answer_is_copied_and_another_stands_beside_it(visit: Visit, chat: Chat) -> None:
    page = visit(chat)
    ask(page, GREASED, turn=1)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.get_by_test_id("stCode")).to_contain_text("[^")
    expect(page.locator(".fn-copied")).to_be_visible()
    assert (
        page.evaluate("navigator.clipboard.readText()") == page.get_by_test_id("stCode").locator("code").text_content()
    )
    assert "[^1-1]" in page.evaluate("navigator.clipboard.readText()")
    page.keyboard.press("Escape")
    # Beneath the button there is room for a few lines alone, above it for all.
    edit = page.get_by_role("button", name="Edit", exact=True)
    place = edit.bounding_box()
    assert place
    page.set_viewport_size({"width": DESK, "height": int(place["y"]) + 200})
    edit.click()
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_in_viewport(ratio=1)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Ask again").click()
    expect(page.get_by_text("2 of 2")).to_be_visible()
    page.get_by_role("button", name="Earlier version").click()
    expect(page.get_by_text("1 of 2")).to_be_visible()
    page.reload()
    expect(page.get_by_text("1 of 2")).to_be_visible()


def test_deleted_conversation_ends_its_answer_and_comes_back(visit: Visit, chat: Chat) -> None:
    """Asked in where it was deleted by another tab, it was gone on with in a new one, without what was said before."""
    page = visit(chat)
    ask(page, "Any doubt about this?", turn=1)
    begin(page, "Talk forever")
    expect(page.get_by_text("word3 ")).to_be_visible()
    conversation = address(page)
    page.get_by_role("button", name="This conversation").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.locator(".fn-turn")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".fn-turn")).to_have_count(2)
    expect(stopped(page)).to_be_visible()
    assert address(page) == conversation

    other = visit(chat, f"/?c={conversation}")
    expect(other.locator(".fn-turn")).to_have_count(2)
    drawn(other)
    # It must not learn of it before somebody asks.
    expect(other.locator('.fn-look:not([data-seen=""])')).to_be_attached()
    other.route(f"**{NEWS}/*", lambda route: route.abort())
    page.get_by_role("button", name="This conversation").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.locator(".fn-turn")).to_have_count(0)
    box(other).fill("And by night?")
    other.keyboard.press("Enter")
    expect(other.get_by_text("This conversation is not here")).to_be_visible()
    expect(box(other)).to_have_value("And by night?")
    expect(other.locator(".fn-question")).to_have_count(0)


def test_long_conversation_shows_its_last_part_and_the_rest_when_asked(visit: Visit, chat: Chat) -> None:
    page = visit(chat)
    ask(page, GREASED, turn=1)
    with closing(open_database(chat.folder)) as database:
        kept = Conversations(database)
        [first] = kept.branch(address(page))
        assert first.answer
        for number in range(2, 23):
            one = kept.ask(first.conversation, f"{GREASED} ({number})", worker="scenario")
            assert kept.answers.take(one.id, "scenario")
            kept.answers.finish(one.id, first.answer)
    page.reload()
    drawn(page)
    expect(page.locator(".fn-question")).to_have_count(20)
    page.get_by_role("button", name="Show 2 earlier questions").click()
    expect(page.locator(".fn-question")).to_have_count(22)


def test_conversation_by_keyboard_alone_is_marked_in_the_list(visit: Visit, chat: Chat) -> None:
    page = visit(chat)
    expect(box(page)).to_be_focused()
    page.keyboard.type(GREASED)
    page.keyboard.press("Enter")
    expect(page.locator(".fn-turn")).to_have_count(1)
    page.locator("a.fn-ref").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".fn[open]")).to_have_count(1)
    expect(sidebar(page).get_by_text("Today", exact=True)).to_be_visible()
    shown = sidebar(page).locator("button[aria-current=page]")
    expect(shown).to_have_count(1)
    expect(shown).to_contain_text(GREASED)  # with the time, if another one begins alike
    # What a key takes away leaves the focus where one goes on.
    page.get_by_role("button", name="This conversation").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Delete", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(shown).to_have_count(1)
    expect(box(page)).to_be_focused()
    page.get_by_role("button", name="New conversation").click()
    expect(shown).to_have_count(0)


def test_conversation_on_a_phone(visit: Visit, chat: Chat) -> None:
    page = visit(chat, width=PHONE)
    ask(page, GREASED, turn=1)
    sidebar(page).get_by_role("button", name="New conversation").click()
    expect(page.locator(".fn-turn")).to_have_count(0)
    # The list of conversations no longer lies over what it led to.
    expect(page.get_by_test_id("stSidebarNav")).not_to_be_in_viewport()
    sidebar(page).get_by_role("link", name="Documents").click()
    expect(page.get_by_role("heading", name="Documents", level=1)).to_be_visible()
    expect(page.get_by_test_id("stSidebarNav")).not_to_be_in_viewport()


def test_server_that_is_away_is_told_in_our_words(visit: Visit, chat: Chat, watch: Watch) -> None:
    """Streamlit told to run "yourscript.py"; what is said goes away by itself once the server is back.

    What was sent while nobody knew that it is away stands in the box again, all of it, and no word more.
    """
    watch.forgiven.append(AWAY)
    page = visit(chat)
    sockets: list[WebSocketRoute] = []
    is_away = False

    def through(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        socket.on_message(lambda message: None if is_away else server.send(message))
        sockets.append(socket)

    page.route_web_socket(re.compile("_stcore/stream"), through)
    page.reload()
    expect(box(page)).to_be_visible()
    ask(page, "Does it need oil?", turn=1)
    is_away = True
    for question in (GREASED, "Who greases them?"):
        box(page).fill(question)
        page.keyboard.press("Enter")
        expect(box(page)).to_have_value("")
    page.route("**/_stcore/**", lambda route: route.abort("connectionrefused"))
    sockets[-1].close()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("No connection to Footnote")
    expect(dialog).to_contain_text("Footnote is not running, or cannot be reached.")
    expect(dialog).not_to_contain_text(re.compile("streamlit", re.IGNORECASE), use_inner_text=True)
    is_away = False
    page.unroute("**/_stcore/**")
    expect(dialog).to_have_count(0, timeout=60_000)
    expect(page.locator(".fn-question")).to_have_count(1)
    expect(box(page)).to_have_value(f"{GREASED}\nWho greases them?")
    ask(page, GREASED, turn=2)


@pytest.mark.long
def test_question_typed_as_the_server_comes_back_is_asked(visit: Visit, watch: Watch, tmp_path: Path) -> None:
    """The server was killed and runs again; the box takes a question before the page is drawn anew."""
    watch.forgiven += [AWAY, "net::"]
    port = free_port()
    command = [str(ROOT / "tests" / "canned_chat.py"), str(port)]
    with running(command, tmp_path, port) as chat:
        page = visit(chat)
        ask(page, GREASED, turn=1)
        # All that the page is made of is there: later nobody could give it.
        expect(page.get_by_role("radio", name="Thumbs up")).to_be_visible()
        chat.process.kill()
        chat.process.wait()
        expect(box(page)).to_be_disabled()
    with running(command, tmp_path, port):
        ask(page, "Does it need oil?", turn=2)


def test_lost_server_is_no_lost_conversation(visit: Visit, chat: Chat, watch: Watch) -> None:
    """The connection is gone for a while; what was asked before is there after it."""
    page = visit(chat)
    ask(page, GREASED, turn=1)
    watch.forgiven += [AWAY, "Failed to fetch", "net::"]
    page.context.set_offline(True)
    page.context.set_offline(False)
    ask(page, "Does it need oil?", turn=2)


def test_what_a_document_is_about_is_one_click_away(visit: Visit, sample_chat: Chat) -> None:
    """From the empty page, below an answer, and from the list of documents, where it is limited to the one."""
    page = visit(sample_chat)
    expect(page.get_by_role("button", name="Which documents are there?")).to_be_visible()
    offered = page.get_by_role("main").get_by_role("button", name=re.compile("What does “.+” say under"))
    title = (offered.first.inner_text().split("“")[1]).split("”")[0]
    offered.first.click()
    expect(page.locator(".fn-turn")).to_have_count(1, timeout=60_000)
    expect(page.locator(".fn-title").first).to_have_text(title)
    following = page.locator(".st-key-next button")
    expect(following.first).to_be_visible()
    assert following.count() <= 3
    question = following.first.inner_text()
    following.first.click()
    expect(page.locator(".fn-turn")).to_have_count(2, timeout=60_000)
    expect(page.locator(".fn-question").last).to_have_text(question)
    expect(page.locator(".fn-turn").last.locator("a.fn-ref").first).to_be_visible()
    # Below the last answer alone, and not what was asked.
    expect(page.get_by_text("What you could ask next:")).to_have_count(1)
    expect(page.get_by_role("button", name=question, exact=True)).to_have_count(0)
    page.goto(sample_chat.url + "/documents")
    drawn(page)
    page.get_by_role("button", name="More about Emergency Response Plan").click()
    page.get_by_role("button", name="What is it about?").click()
    expect(page.locator(".fn-question")).to_have_text("What is “Emergency Response Plan” about?", timeout=60_000)
    expect(page.locator(".fn-turn")).to_have_count(1, timeout=60_000)
    expect(page.get_by_role("button", name="in data/procedures/emergency-response.md")).to_be_visible()


def test_earlier_questions_come_above_what_is_read(visit: Visit, chat: Chat) -> None:
    page = visit(chat)
    ask(page, GREASED, turn=1)
    id_ = address(page)
    with closing(open_database(chat.folder)) as database:
        kept = Conversations(database)
        [done] = kept.branch(id_)
        kept.record(id_, "documents", [replace(done, question=f"Question {number}") for number in range(40)])
    page.goto(f"{chat.url}/?c={id_}")
    drawn(page)
    expect(page.locator(".fn-question")).to_have_count(20)
    first = page.locator(".fn-question", has_text="Question 20")
    page.get_by_role("button", name="earlier questions").scroll_into_view_if_needed()
    before = first.bounding_box()
    page.get_by_role("button", name="earlier questions").click()
    expect(page.locator(".fn-question")).to_have_count(40)
    expect(first).to_be_in_viewport()
    drawn(page)
    after = first.bounding_box()
    assert before
    assert after
    assert abs(after["y"] - before["y"]) < 2
