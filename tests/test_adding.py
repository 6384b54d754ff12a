"""What is dropped on the documents' page is brought in once."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from qa.config import Settings
from ui.documents import add, changes
from ui.documents.uploads import Place, Sorted
from ui.web import presses


class _EndedError(Exception):
    """Another click came: Streamlit ends a run where it looks at the session's state."""


class _State(dict[str, Any]):
    """The state of a session whose run is ended as it notes that files were taken."""

    is_ended = True

    def __setitem__(self, key: str, value: Any) -> None:
        if key == add._NUMBER and self.is_ended:
            self.is_ended = False
            raise _EndedError
        super().__setitem__(key, value)


Draw = Callable[..., None]


@pytest.fixture
def state() -> _State:
    made = _State()
    dict.__setitem__(made, add._NUMBER, 0)
    return made


@pytest.fixture
def brought(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was brought in."""
    found: list[Any] = []
    monkeypatch.setattr(add.changes, "bring", lambda *arguments: found.append(arguments[3]))
    return found


@pytest.fixture
def draw(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, state: _State) -> Draw:
    """Draws the drop zone with files of these ids in it."""

    def rerun() -> None:
        raise _EndedError

    for module in (add, presses):
        monkeypatch.setattr(module, "st", SimpleNamespace(session_state=state, rerun=rerun))
    monkeypatch.setattr(add.Uploads, "sort", lambda _self, _name, files: Sorted(places(files), ()))
    jobs: Any = SimpleNamespace(hurried=None)

    def places(files: Any) -> tuple[Place, ...]:
        return tuple(Place(file, Path(file.name), "new") for file in files)  # type: ignore[arg-type]

    def drawn(*ids: str) -> None:
        files: Any = [SimpleNamespace(name="a.txt", file_id=one) for one in ids]
        with pytest.raises(_EndedError):
            add._took(jobs, Settings(home=tmp_path), "documents", files)

    return drawn


def test_upload_whose_run_another_click_ended_is_brought_in_once(state: _State, brought: list[Any], draw: Draw) -> None:
    """The next run is given the same files: they were ingested twice."""
    draw("1")
    assert state[add._NUMBER] == 0
    draw("1")
    assert (len(brought), state[add._NUMBER]) == (1, 1)
    # The same file once more, by another drop, is another one.
    draw("2")
    assert len(brought) == 2


def test_upload_that_is_kept_for_later_is_not_brought_in_again(
    monkeypatch: pytest.MonkeyPatch, state: _State, draw: Draw
) -> None:
    """Each click while the database was busy asked for one more ingest of the same files."""
    tried = []

    def bring(*_: Any) -> None:
        tried.append(1)
        raise changes.KeptError("the files are kept")

    monkeypatch.setattr(add.changes, "bring", bring)
    state.is_ended = False
    draw("1")
    draw("1")
    assert len(tried) == 1
    assert state[add._PROBLEM] == "the files are kept"
