"""The questions and answers of a conversation on the page, those in the making among them.

Each exchange is a fragment of its own: what is done with an answer draws that answer alone. A question that is asked
draws the next of the places that stand ready below the others, and nothing else. So a long conversation is as quick as
a short one.
"""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NoReturn

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from qa.config import Settings
from qa.database.exchanges import Exchange
from ui.chat import actions, drawn, render
from ui.web.language import t, t_many
from ui.web.notices import in_place, redraw
from ui.web.records import Records

# Older ones are drawn when somebody asks for them.
_DRAWN = 20
# So many questions are asked before the whole page is drawn again.
_PLACES = 16
# Most answers are whole before a button to stop them could be read.
_PATIENCE_S = 1.0
# Another click waits no longer than this: it is let in between two looks at an answer in the making.
_SLICE_S = 0.4
# Likewise where the whole page is drawn, which a click ends at once; most answers are whole by then.
_WHOLE_SLICE_S = 1.0
# A press that draws the whole page ends a run only where that looks for one.
_LET_IN_S = 0.1
# A reader sees no difference, and a model may say fifty words a second.
_FRAME_S = 0.06
# An answer that another process makes, or that was in the making when the page was opened, is looked for this often.
_LOOK_S = 0.5
BELOW = "below"
"""Key of the fragment that stands below the conversation."""

Shown = dict[str, datetime | None]
"""When each exchange on the page ended, by their ids in order, as it is drawn; None for one in the making."""


def draw(kept: Records, settings: Settings, branch: Sequence[Exchange]) -> None:
    """Draw a conversation, and the places for what is asked next.

    Args:
        kept: The conversations.
        settings: With the collection of this one.
        branch: Its exchanges.
    """
    st.session_state.shown = {exchange.id: exchange.finished for exchange in branch}
    st.session_state.newest = branch[-1] if branch else None
    drawn: int = st.session_state.setdefault("drawn", _DRAWN)
    hidden = max(0, len(branch) - drawn)
    if hidden:
        more = min(hidden, _DRAWN)
        label = t_many("Show {n} earlier question", "Show {n} earlier questions", more)
        st.button(label, key="earlier", on_click=_draw_more, type="tertiary")
    beside = kept.conversations.beside(branch[0].conversation) if branch else {}
    for number, exchange in enumerate(branch[hidden:], hidden + 1):
        _draw_exchange(kept, settings, exchange, number, beside.get(exchange.id, ()))
    for place in range(_PLACES):
        st.fragment(_draw_place, key=_place(place))(kept, settings, place, len(branch) + 1 + place)


def begin() -> None:
    """Close the places while the whole page is drawn.

    A question may end that drawing before it came to the places. Those that stand are of the drawing before, and lie
    where the browser has an earlier exchange by now: the question would be drawn over that.
    """
    st.session_state.pop("asked", None)
    st.session_state.watched = False


def end() -> None:
    """Open the places: the whole page is drawn."""
    st.session_state.asked = []


def add(exchange: Exchange, branch: Sequence[Exchange]) -> str | None:
    """Put a question that was just asked into the next place; return the key of its fragment.

    Args:
        exchange: It.
        branch: The exchanges before it.

    Returns:
        None where the whole page has to be drawn: no place is left, the last drawing of the page was ended on the way,
        an earlier answer is in the making, or was when the page was drawn, which nobody would follow any more, or
        something was asked elsewhere since.
    """
    asked: list[Exchange] | None = st.session_state.get("asked")
    # A browser looks no more for an answer that it watches once a run began in which the answer is not drawn.
    is_watching = st.session_state.get("watched", False)
    if asked is None or is_watching or len(asked) == _PLACES or not all(earlier.is_finished for earlier in branch):
        return None
    shown = [*st.session_state.shown, *(earlier.id for earlier in asked)]
    if shown != [earlier.id for earlier in branch] or exchange.parent != (shown or [""])[-1]:
        return None
    asked.append(exchange)
    st.session_state.newest = exchange
    return _place(len(asked) - 1)


def add_all(branch: Sequence[Exchange]) -> list[str] | None:
    """Put what was asked elsewhere into the next places; return the keys of their fragments.

    Args:
        branch: All exchanges of the conversation.

    Returns:
        None where the whole page has to be drawn: as for `add`, or something that the page shows is another by now.
    """
    known = shown()
    if known is None or list(known.items()) != [(each.id, each.finished) for each in branch[: len(known)]]:
        return None
    places: list[str] = []
    for number, exchange in enumerate(branch[len(known) :], len(known)):
        place = add(exchange, branch[:number])
        if place is None:
            return None
        places.append(place)
    return places


def shown() -> Shown | None:
    """Return what the page shows; None while it is drawn, or an answer on it is in the making."""
    asked: list[Exchange] | None = st.session_state.get("asked")
    if asked is None or st.session_state.get("watched", False):
        return None
    known: Shown = {**st.session_state.shown, **{exchange.id: exchange.finished for exchange in asked}}
    return known if all(known.values()) else None


def draw_parts(*keys: str) -> NoReturn:
    """Draw some fragments and no others; for callbacks.

    A press may come while an answer is followed, and its callback takes the place of what that run was to draw. So
    every place that shows its answer in the making, or not yet, is drawn along, and what stands below the last one.

    Args:
        keys: Of the fragments, in the order in which they are drawn; places of questions may be among them.
    """
    asked: list[Exchange] = st.session_state.get("asked") or []
    behind = [_place(number) for number, exchange in enumerate(asked) if not exchange.is_finished]
    above = [key for key in keys if key not in behind and key != BELOW]
    st.rerun([*above, *behind, *([BELOW] if behind or BELOW in keys else [])])


def added() -> list[Exchange]:
    """Return what was asked since the whole page was drawn."""
    return list(st.session_state.get("asked") or ())


def newest() -> Exchange | None:
    """Return the last exchange of the page, as it was drawn last; None where nothing was asked."""
    return st.session_state.get("newest")


def _note_newest(exchange: Exchange) -> None:
    if (last := newest()) and last.id == exchange.id:
        st.session_state.newest = exchange


def _place(number: int) -> str:
    return f"place-{number}"


def _draw_place(kept: Records, settings: Settings, place: int, number: int) -> None:
    """Draw what was asked since the whole page was drawn."""
    asked: list[Exchange] = st.session_state.get("asked", [])
    if place < len(asked):
        with in_place():
            asked[place] = _draw(kept, settings, asked[place], number, ())
            _note_newest(asked[place])


@st.fragment
def _draw_exchange(kept: Records, settings: Settings, exchange: Exchange, number: int, family: Sequence[str]) -> None:
    with in_place():
        now = _draw(kept, settings, exchange, number, family)
        st.session_state.shown[now.id] = now.finished
        _note_newest(now)


def _draw(kept: Records, settings: Settings, exchange: Exchange, number: int, family: Sequence[str]) -> Exchange:
    """Draw an exchange, and return it as it is by then."""
    with st.chat_message("user", avatar=":material/person:"):
        st.html(render.question(exchange.question, exchange.limits, number))
        actions.draw_branches(kept, exchange, family)
    with st.chat_message("assistant", avatar=":material/menu_book:"):
        # The same elements in the same places in every run: else the browser rebuilds them, and open footnotes close.
        slot = st.html(_outcome(exchange, number, settings.collection))
        # It keeps its room while nothing is in it, between the button to stop and what can be done with the answer.
        below = st.container(key=f"below-{exchange.id}")
        if not exchange.is_finished:
            exchange = _follow(kept, exchange, slot, below)
            if exchange.is_finished:
                slot.html(_outcome(exchange, number, settings.collection))
            elif st.session_state.get("whole"):
                st.session_state.watched = True
                # In place of the slot: what it shows in the end takes its place at once.
                with slot.container():
                    _watch(kept, exchange)
                return exchange
            else:
                # Again and again until it is whole: other clicks come through in between. What this run was to draw
                # after it still is.
                st.rerun(scope="fragment")
        with below:
            actions.draw_below(kept, settings, exchange)
    return exchange


def _follow(kept: Records, exchange: Exchange, slot: DeltaGenerator, below: DeltaGenerator) -> Exchange:
    """Draw for a while what comes of an answer, and return the exchange as it is then."""
    until = time.monotonic() + _patience()
    seen, shown = 0, None
    while True:
        # Here a press ends this run.
        is_whole = bool(st.session_state.get("whole"))
        live = kept.jobs.live(exchange.id)
        if live is None:
            now = kept.conversations.exchange(exchange.id) or replace(exchange, state="stopped")
            if not now.is_finished:
                slot.html(_live(now.text))
                time.sleep(_SLICE_S)
            return now
        if live is not shown:
            shown = live
            slot.html(_live(live.text, doing=render.doing(live.doing) if live.doing else ""))
        if time.monotonic() > until:
            # Where the whole page is drawn, the fragment that looks again has the button.
            if not is_whole:
                _offer_stop(kept, exchange, below)
            return exchange
        time.sleep(_FRAME_S if live.text else 0)
        seen = kept.jobs.wait(seen, min(_LET_IN_S, max(0.0, until - time.monotonic())))


def _patience() -> float:
    """Return how many seconds an answer in the making is followed before the rest of the page has its turn."""
    if not st.session_state.get("whole"):
        return _SLICE_S
    # One that is not whole holds up those below it long enough.
    return 0.0 if st.session_state.get("watched") else _WHOLE_SLICE_S


def _offer_stop(kept: Records, exchange: Exchange, below: DeltaGenerator) -> None:
    """Offer to stop an answer that takes its time, or one whose turn has not come."""
    live = kept.jobs.live(exchange.id)
    if live and (live.waits or (live.started and time.monotonic() - live.started > _PATIENCE_S)):
        stop, icon = kept.jobs.stop, ":material/stop_circle:"
        below.button(t("Stop"), key=f"stop-{exchange.id}", icon=icon, on_click=stop, args=(exchange.id,))


@st.fragment(run_every=_LOOK_S)
def _watch(kept: Records, exchange: Exchange) -> None:
    """Follow an answer that was in the making when the whole page was drawn, each time that the browser asks for it."""
    slot, below = st.html(_live(exchange.text)), st.container()
    if st.session_state.get("whole"):
        # Another question draws the whole page, and the button goes on standing.
        _offer_stop(kept, exchange, below)
        return
    with in_place():
        if _follow(kept, exchange, slot, below).is_finished:
            redraw()


def _outcome(exchange: Exchange, number: int, collection: str) -> str:
    """Return what came of an exchange so far, as HTML."""
    if exchange.answer:
        return drawn.answer(exchange, number)
    if exchange.state in ("waiting", "running"):
        return _live(exchange.text)
    if exchange.state == "broken":
        return render.broken(exchange.text)
    if exchange.error:
        return render.failed(exchange.text, exchange.error, collection)
    return render.stopped(exchange.text)


def _live(text: str, *, doing: str = "") -> str:
    """Return an answer in the making; the script of the page says aloud that there is one."""
    return f'<div class="fn-live">{render.draft(text, doing=doing)}</div>'


def _draw_more() -> None:
    st.session_state.drawn += _DRAWN
