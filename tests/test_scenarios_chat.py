"""What people do in conversations, in real Chromium: `footnote ui` over the sample, with the real engine."""

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")
from browsing import Visit, ask, box, harmless
from chat_server import Chat
from llm_server import FakeLLM
from payloads import PAYLOADS
from playwright.sync_api import expect

from ui.web.escape import escape

pytestmark = [pytest.mark.browser, pytest.mark.models]

WAVES = "How high may the waves be for a transfer from Plover Dash?"


def test_question_is_answered_from_the_sample(visit: Visit, sample_chat: Chat) -> None:
    page = visit(sample_chat)
    ask(page, WAVES, turn=1)
    expect(page.locator(".fn-turn")).to_contain_text("1.60 m")
    marker = page.locator("a.fn-ref").first
    mark = page.locator(marker.get_attribute("href") or "no link")
    expect(mark).to_be_hidden()
    marker.click()
    expect(mark).to_be_in_viewport()


def test_model_writes_and_its_answer_is_checked(visit: Visit, written_chat: Chat, scripted: FakeLLM) -> None:
    scripted.say("Plover Dash transfers in waves of up to 1.60 m [1]. It was built on the moon [1].")
    page = visit(written_chat)
    ask(page, WAVES, turn=1)
    expect(page.locator(".fn-doubt").first).to_contain_text("moon")


@pytest.mark.parametrize("part", range(3))
def test_hostile_questions_stay_text(visit: Visit, sample_chat: Chat, part: int) -> None:
    """In the conversation, as its title in the list, in the box, and after a reload."""
    page = visit(sample_chat)
    asked = PAYLOADS[part::3]
    for number, payload in enumerate(asked, 1):
        box(page).fill(payload.replace("\n", " "))
        page.keyboard.press("Enter")
        expect(page.locator(".fn-question")).to_have_count(number)
    harmless(page)
    page.reload()
    expect(page.locator(".fn-question")).to_have_count(len(asked))
    assert page.locator(".fn-question").first.inner_html() == escape(asked[0].replace("\n", " ")).replace("&#x27;", "'")
    harmless(page)
