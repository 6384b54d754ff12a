"""Two presses of a button are one, also where the second comes while the first is at work."""

import threading
from types import SimpleNamespace
from typing import Any

import pytest

from ui.web import presses


@pytest.fixture(autouse=True)
def state(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The state of one visitor's session."""
    kept: dict[str, Any] = {}
    monkeypatch.setattr(presses, "st", SimpleNamespace(session_state=kept))
    return kept


def test_second_press_waits_for_the_first_and_gets_what_came_of_it() -> None:
    begun, may_end, done, found = threading.Event(), threading.Event(), [], []

    def work() -> int:
        begun.set()
        assert may_end.wait(60)
        done.append("done")
        return len(done)

    threads = [threading.Thread(target=lambda: found.append(presses.once(("undo", "1"), work))) for _ in range(2)]
    threads[0].start()
    assert begun.wait(60)
    threads[1].start()
    # Another button is not held up.
    assert presses.once(("undo", "2"), lambda: "other") == "other"
    may_end.set()
    for thread in threads:
        thread.join()
    assert (done, found) == (["done"], [1, 1])


def test_press_that_failed_or_is_long_past_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    def work() -> int:
        made.append("made")
        if len(made) == 1:
            raise LookupError
        return len(made)

    with pytest.raises(LookupError):
        presses.once("a", work)
    assert presses.once("a", work) == presses.once("a", work) == 2
    monkeypatch.setattr(presses, "DOUBLE_S", 0.0)
    assert presses.once("a", work) == 3


def test_few_presses_are_remembered(state: dict[str, Any]) -> None:
    for number in range(200):
        presses.once(number, lambda: None)
    assert len(state["presses"]) <= 51
    assert 199 in state["presses"]
