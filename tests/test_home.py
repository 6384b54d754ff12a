"""Which folder the home is: the checkout's, or where the system keeps a user's data; an index of before is found."""

import argparse
import os
from pathlib import Path

import pytest
from conftest import ROOT

from qa import home
from qa.command.entry import guarded
from qa.command.options import home_of
from qa.config import Settings
from qa.errors import StoreError
from qa.home import checkout_home, default_home


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout and a system folder of the test's own, both empty; the checkout is run."""
    root = tmp_path / "checkout"
    (root / "qa").mkdir(parents=True)
    (root / "pyproject.toml").write_text('[project]\nname = "footnote"\n')
    (root / "Makefile").write_text("run:\n")
    monkeypatch.setattr(home, "__file__", str(root / "qa" / "home.py"))
    monkeypatch.setattr(home, "system_home", lambda: tmp_path / "system")
    monkeypatch.chdir(tmp_path)
    return root


def made_before(tmp_path: Path) -> Path:
    database = tmp_path / "system" / "footnote.db"
    database.parent.mkdir()
    database.write_text("")
    return database


def test_footnote_of_this_checkout_keeps_its_home_there() -> None:
    assert checkout_home() == ROOT / ".footnote"


def test_home_is_that_of_the_checkout_wherever_it_is_run(checkout: Path) -> None:
    assert default_home().folder == Settings.from_env({}).home == checkout / ".footnote"
    assert str(default_home()) == f"{checkout}/.footnote (of the checkout that this Footnote runs from)"


def test_installed_one_keeps_it_where_the_system_says(checkout: Path, tmp_path: Path) -> None:
    (checkout / "Makefile").unlink()
    assert default_home().folder == tmp_path / "system"


@pytest.mark.usefixtures("checkout")
def test_checkout_of_somebody_else_is_not_filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.getuid", lambda: 4242)
    assert default_home().folder == tmp_path / "system"


def test_home_that_can_only_be_read_stays_the_home(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing can be made there is no home yet; but one that is there holds the index."""
    monkeypatch.setattr("os.access", lambda _path, mode: not mode & os.W_OK)
    assert default_home().folder == tmp_path / "system"
    (checkout / ".footnote").mkdir()
    assert default_home().folder == checkout / ".footnote"


def test_index_made_before_opens_until_the_checkout_has_its_own(checkout: Path, tmp_path: Path) -> None:
    before = made_before(tmp_path)
    assert (default_home().folder, default_home().other) == (before.parent, None)
    (checkout / ".footnote").mkdir()
    assert (default_home().folder, default_home().other) == (checkout / ".footnote", before)


def test_other_index_is_told_of_once_and_where_nothing_is_found(
    checkout: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = made_before(tmp_path)
    own = checkout / ".footnote"
    own.mkdir()
    note = (
        f"note: an index of an earlier release is at {before}, and this one in {own}; copy it here with: "
        f"footnote migrate {before} {own}/footnote.db, or set FOOTNOTE_HOME={before.parent}\n"
    )
    for expected in (note, ""):
        assert guarded(lambda _: 0, argparse.Namespace(uses_settings=True)) == 0
        assert capsys.readouterr().err == expected

    def nothing_found(_: object) -> int:
        raise StoreError("there is none")

    assert guarded(nothing_found, argparse.Namespace()) == 1
    assert capsys.readouterr().err == f"error: there is none\n{note}"
    assert guarded(lambda _: 0, argparse.Namespace(home=tmp_path / "named")) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("checkout")
def test_reason_is_whoever_set_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("FOOTNOTE_HOME=from_file\n")
    assert str(home_of(argparse.Namespace())) == f"{tmp_path}/from_file (as {tmp_path}/.env says)"
    monkeypatch.setenv("FOOTNOTE_HOME", "from_environment")
    assert str(home_of(argparse.Namespace())) == f"{tmp_path}/from_environment (as FOOTNOTE_HOME says)"
    assert str(home_of(argparse.Namespace(home=Path("given")))) == f"{tmp_path}/given (as --home says)"
