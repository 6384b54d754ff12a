"""What people do with answers, in real Chromium: a scripted model over a real socket, the real engine, the sample."""

import json
import re
from typing import Any

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")
from barriers import barrier_free
from browsing import PHONE, Visit, ask, begin, box, drawn, harmless, sidebar, stopped
from chat_server import Chat
from llm_server import FakeLLM, Reply, delta
from payloads import PAYLOADS
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.models]

WAVES = "How high may the waves be for a transfer from Plover Dash?"
LIMIT = "Plover Dash transfers in waves of up to 1.60 m"
MARKDOWN = """# In short

The limit for transfers by day is 1.60 m significant wave height [1]. **It was raised from 1.50 m** [1].

## In full

1. It holds from Monday 10 June 2024 [1].
   - *It changes section 3 of procedure SB-PRO-014* [1].
2. Nothing calls it `wave_limit()`.

```py
limit = waves[1]
```

> It stays valid until the next revision takes it over [1].

---

See [elsewhere](http://evil.example:9/x) and ![a picture](http://evil.example:9/p.png)."""
TABLE = """By day and by night:

| Vessel | Limit by day | Valid from |
|--------|-------------:|------------|
| Plover Dash | 1.60 m [1] | 10 June 2024 [1] |
| Plover Dash | 2.40 m [1] | 10 June 2024 [1] |"""


def answer(page: Page, number: int = -1) -> Any:
    """An answer as a whole."""
    return page.locator(".fn-turn").nth(number)


def test_markdown_of_each_kind_is_drawn_with_its_footnotes(visit: Visit, written_chat: Chat, scripted: FakeLLM) -> None:
    scripted.say(MARKDOWN)
    page = visit(written_chat)
    ask(page, WAVES, turn=1)
    text = answer(page).locator(".fn-written")
    expect(text.get_by_role("heading", level=3)).to_have_text("In short")
    expect(text.get_by_role("heading", level=4)).to_have_text("In full")
    expect(text.locator("p strong").first).to_have_text("It was raised from 1.50 m")
    expect(text.locator("ol > li")).to_have_count(2)
    expect(text.locator("ol > li > ul > li em")).to_contain_text("section 3")
    expect(text.locator("pre")).to_have_text("limit = waves[1]")
    expect(text.locator("blockquote")).to_contain_text("next revision")
    expect(text.locator("hr")).to_have_count(1)
    for place in ("p > a.fn-ref", "strong + a.fn-ref", "ol > li > a.fn-ref", "em + a.fn-ref", "blockquote a.fn-ref"):
        expect(text.locator(place).first).to_be_visible()
    expect(text.locator("pre a.fn-ref")).to_have_count(0)
    expect(text).not_to_contain_text("**")
    expect(text).to_contain_text("elsewhere (http://evil.example:9/x)")
    expect(text.locator("img, a:not(.fn-ref):not(.fn-sign)")).to_have_count(0)


def test_verdicts_stand_at_their_sentences_and_open_from_one_line(
    visit: Visit, written_chat: Chat, scripted: FakeLLM
) -> None:
    scripted.say(f"- {LIMIT} [1].\n- It was **built on the moon** in 1987 [1].\n- {LIMIT} [1].")
    page = visit(written_chat)
    ask(page, WAVES, turn=1)
    doubted = answer(page).locator("li .fn-doubt")
    expect(doubted.filter(has_text="moon")).to_be_visible()
    expect(answer(page).locator("li", has_text="1.60 m").first.locator(".fn-doubt")).to_have_count(0)
    line = answer(page).locator(".fn-summary > summary")
    expect(line).to_contain_text("2 of 3 sentences supported")
    barrier_free(page)
    told = answer(page).locator(".fn-doubts li")
    expect(told.first).to_be_hidden()
    sign = answer(page).locator("li > a.fn-sign, li .fn-written a.fn-sign, .fn-written a.fn-sign").first
    expect(sign).to_have_attribute("aria-label", re.compile("^(not supported|only partly supported)"))
    sign.focus()
    page.keyboard.press("Enter")
    expect(told.first).to_be_in_viewport()
    expect(told.first).to_contain_text("1987")


def test_cells_of_a_table_have_their_footnotes_and_verdicts(
    visit: Visit, written_chat: Chat, scripted: FakeLLM
) -> None:
    scripted.say(TABLE)
    page = visit(written_chat)
    ask(page, WAVES, turn=1)
    rows = answer(page).locator(".fn-written tbody tr")
    expect(rows).to_have_count(2)
    expect(answer(page).locator(".fn-written th")).to_have_text(["Vessel", "Limit by day", "Valid from"])
    expect(rows.locator("a.fn-ref")).to_have_count(4)
    expect(rows.nth(0).locator(".fn-doubt")).to_have_count(0)
    expect(rows.nth(1).locator("td").nth(1).locator(".fn-doubt")).to_contain_text("2.40 m")
    expect(rows.nth(1).locator("td").nth(1).locator("a.fn-sign")).to_be_visible()
    expect(rows.nth(1).locator("td").nth(2).locator(".fn-doubt")).to_have_count(0)
    expect(answer(page).locator(".fn-summary > summary")).to_contain_text("3 of 4 sentences supported")
    barrier_free(page)


def test_answer_grows_without_signs_of_markdown(visit: Visit, written_chat: Chat, scripted: FakeLLM) -> None:
    """What stands on the page while it is written is recorded at every change."""
    words = re.findall(r"\S+\s*", f"**{LIMIT}** [1].\n\n- *first* of all [1]\n- `second` of all [1]")
    scripted.say(Reply(raw=[*(step for word in words for step in (delta(word), 0.1)), delta(finish="stop")]))
    page = visit(written_chat)
    page.evaluate(
        """() => { window.shown = []; new MutationObserver(() => {
            const text = document.querySelector('.fn-written')?.innerText; if (text) window.shown.push(text); })
            .observe(document.body, {subtree: true, childList: true, characterData: true});
          window.places = [];
          const look = () => {
            const place = document.querySelector('.fn-question')?.getBoundingClientRect().top;
            if (document.querySelector('.fn-turn')) window.places.push(Math.round(place));
            requestAnimationFrame(look);
          };
          look(); }"""
    )
    page.set_viewport_size({"width": 1200, "height": 600})
    ask(page, WAVES, turn=1)
    shown = page.evaluate("window.shown")
    assert len(set(shown)) > 3
    assert [text for text in shown if re.search(r"[*`\[]|^-", text, re.MULTILINE)] == []
    # What may be asked next was not drawn before: there was no answer yet.
    expect(page.get_by_text("What you could ask next:")).to_be_attached()
    # Nor does it move the line that is read.
    drawn(page)
    assert len(set(page.evaluate("window.places"))) == 1


def test_hostile_answers_stay_text(visit: Visit, written_chat: Chat, scripted: FakeLLM) -> None:
    """In sentences, items, cells, code, headings and links of a model's answer, and after a reload."""
    page = visit(written_chat)
    for turn in range(1, 4):
        scripted.say("\n\n".join([f"{LIMIT} [1].", *map(_hidden, PAYLOADS[turn - 1 :: 3], range(len(PAYLOADS)))]))
        ask(page, f"{WAVES} {turn}", turn=turn)
    inside = "script, img, iframe, object, embed, form, input, video, svg, math, style, link, base, meta, template"
    expect(page.locator(f".fn-turn :is({inside})")).to_have_count(0)
    harmless(page)
    page.reload()
    expect(page.locator(".fn-turn")).to_have_count(3, timeout=30_000)
    expect(page.locator(f".fn-turn :is({inside})")).to_have_count(0)
    harmless(page)


def _hidden(payload: str, number: int) -> str:
    line = payload.replace("\n", " ")
    cell = line.replace("|", "/")
    return [
        payload,
        f"# {line}",
        f"- {line} [1]",
        f"| {cell} | b |\n|---|---|\n| {cell} | [1] |",
        f"```\n{payload}\n```",
        f"[{cell}]({cell}) ![{cell}](http://evil.example:9/q.png)",
    ][number % 6]


def test_endpoint_that_fails_is_told_and_tried_again(visit: Visit, written_chat: Chat, scripted: FakeLLM) -> None:
    scripted.say(Reply("the model is gone", status=404, code="model_not_found"))
    page = visit(written_chat)
    ask(page, WAVES, turn=1)
    expect(answer(page)).to_contain_text("1.60 m")
    expect(answer(page).locator(".fn-note")).to_contain_text("the passages are quoted instead")
    scripted.say(f"{LIMIT} [1].")
    barrier_free(page)
    page.get_by_role("button", name="Try again").click()
    expect(answer(page).locator(".fn-summary")).to_contain_text("supported")
    expect(page.get_by_text("2 of 2")).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)
    # Nothing is lost: what was quoted stands beside it.
    page.get_by_role("button", name="Earlier version").click()
    expect(answer(page).locator(".fn-note")).to_contain_text("the passages are quoted instead")


@pytest.mark.long
def test_question_after_a_failure_knows_what_was_asked(visit: Visit, written_chat: Chat, scripted: FakeLLM) -> None:
    scripted.say(Reply("the model is gone", status=404, code="model_not_found"))
    page = visit(written_chat)
    ask(page, WAVES, turn=1)
    scripted.requests.clear()
    scripted.say("How high may the waves be for a transfer from Teal Runner?", f"{LIMIT} [1].")
    ask(page, "And from Teal Runner?", turn=2)
    assert WAVES in json.dumps(scripted.requests[0]["messages"])


def test_limits_are_chips_that_go_with_a_key(visit: Visit, sample_chat: Chat) -> None:
    page = visit(sample_chat)
    sidebar(page).get_by_text("Limit to").click()
    sidebar(page).get_by_label("Folder, file or pattern").fill("mail")
    page.keyboard.press("Enter")
    expect(sidebar(page).get_by_text("did you mean “data/mail”?")).to_be_visible()
    sidebar(page).get_by_label("Folder, file or pattern").fill("*vessel*")
    page.keyboard.press("Enter")
    expect(sidebar(page).get_by_text("did you mean")).to_have_count(0)
    chip = page.get_by_role("button", name="in *vessel*")
    expect(chip).to_be_visible()
    asked, at = chip.bounding_box(), box(page).bounding_box()
    assert asked
    assert at
    assert asked["y"] < at["y"]
    ask(page, WAVES, turn=1)
    expect(page.locator(".fn-limits")).to_have_text("limited to in *vessel*")
    page.reload()
    expect(chip).to_be_visible()
    chip.focus()
    page.keyboard.press("Enter")
    expect(chip).to_have_count(0)
    ask(page, "And in the dark?", turn=2)
    expect(page.locator(".fn-limits")).to_have_count(1)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".fn-turn")).to_have_count(0)
    expect(page.locator(".st-key-limits")).to_have_count(0)


def test_date_that_is_none_is_refused_in_words(visit: Visit, sample_chat: Chat) -> None:
    page = visit(sample_chat)
    # Until then the page draws itself again.
    expect(sidebar(page)).to_contain_text("27 documents")
    sidebar(page).get_by_text("Limit to").click()
    for asked, typed in enumerate(("2025-", "31.02.2025")):
        drawn(page)
        sidebar(page).get_by_label("From").fill(typed)
        box(page).fill(WAVES)
        page.keyboard.press("Enter")
        told = f"“{typed}” is not a date; write 2024-03-31, 2024-03 or 2024"
        expect(page.get_by_role("main").get_by_text(told)).to_be_visible()
        expect(sidebar(page).get_by_text(told)).to_be_visible()
        expect(page.locator(".fn-question")).to_have_count(asked)
        expect(box(page)).to_have_value(WAVES)
        page.get_by_role("button", name=f"From: “{typed}” is not a date").click()
        expect(page.get_by_text(told)).to_have_count(0)
        drawn(page)
        box(page).press("Enter")
        expect(page.locator(".fn-turn")).to_have_count(asked + 1)


def test_why_these_passages_is_a_table_and_a_picture(visit: Visit, written_chat: Chat, scripted: FakeLLM) -> None:
    scripted.say(f"{LIMIT} [1].")
    page = visit(written_chat)
    ask(page, WAVES, turn=1)
    why = answer(page).locator(".fn-behind")
    why.locator("> summary").click()
    table = why.get_by_role("region", name="Passages with their scores and ranks")
    rows = table.get_by_role("row")
    expect(rows.nth(2)).to_be_visible()
    expect(table.get_by_role("columnheader", name="Found as")).to_be_visible()
    expect(table.get_by_role("row").nth(1)).to_contain_text("given to the model")
    picture = why.get_by_role("img")
    label = rf"^Scores of {rows.count() - 1} passages, from 0\.\d\d down to 0\.\d\d\."
    expect(picture).to_have_attribute("aria-label", re.compile(label))
    fill = picture.locator(".fn-fill").first.bounding_box()
    assert fill
    assert fill["width"] > 100
    expect(why).to_contain_text("100 tokens read")
    expect(why.get_by_role("region", name="Time of each stage").get_by_role("row").last).to_contain_text("together")
    barrier_free(page)


def test_passage_flows_and_keeps_its_mark(visit: Visit, sample_chat: Chat) -> None:
    page = visit(sample_chat)
    ask(page, "Why did the lightning protection of the B06 blade not work?", turn=1)
    page.locator("details.fn > summary").first.click()
    passage = page.locator(".fn-passage").first
    expect(passage.locator("mark").first).to_be_visible()


def test_answer_fits_a_phone(visit: Visit, written_chat: Chat, scripted: FakeLLM) -> None:
    """A wide table scrolls by itself, and the page does not."""
    row = "| " + " | ".join(["a value of some length"] * 8) + " |"
    scripted.say(f"{LIMIT} [1].\n\n{row}\n|{'---|' * 8}\n{row}\n\n```\n{'x' * 200}\n```")
    page = visit(written_chat, width=PHONE)
    ask(page, WAVES, turn=1)
    answer(page).locator(".fn-behind > summary").click()
    assert page.evaluate("document.scrollingElement.scrollWidth") <= PHONE
    main = page.get_by_role("main")
    assert main.evaluate("one => one.scrollWidth") <= PHONE


def test_stopped_draft_is_drawn_as_markdown(visit: Visit, written_chat: Chat, scripted: FakeLLM) -> None:
    scripted.say(Reply(raw=[delta(f"**{LIMIT}** [1]. And **more"), None]))
    page = visit(written_chat)
    begin(page, WAVES)
    expect(page.locator(".fn-written strong").nth(1)).to_have_text("more")
    page.get_by_role("button", name="Stop").first.click()
    expect(stopped(page)).to_be_visible()
    expect(page.locator(".fn-written strong").first).to_contain_text(LIMIT)


def test_stopped_answer_is_checked_and_gone_on_with(visit: Visit, written_chat: Chat, scripted: FakeLLM) -> None:
    """The model is let go at once, and what it said by then stands with its footnote."""
    scripted.say(Reply(raw=[delta(f"{LIMIT} [1]. And m"), None]), "It is measured at Plover Dash [1].")
    page = visit(written_chat)
    begin(page, WAVES)
    expect(page.locator(".fn-written").filter(has_text="And m")).to_be_visible()
    page.get_by_role("button", name="Stop").first.click()
    expect(answer(page)).to_contain_text("Stopped before the answer was complete.")
    expect(answer(page).locator("a.fn-ref").first).to_be_visible()
    page.reload()
    page.get_by_role("button", name="Go on").click()
    expect(answer(page)).to_contain_text("It is measured at Plover Dash")
    expect(page.get_by_role("button", name="Go on")).to_have_count(0)
