"""Uploaded files: their names, which are hostile, where they are kept, and what becomes of those that clash."""

import errno
import io
import os
import stat
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from payloads import names

from qa.database.engine import Database, open_database
from qa.errors import ConfigError
from ui.documents import uploads
from ui.documents.uploads import Uploads, safe_path


class File(io.BytesIO):
    """An upload, as Streamlit gives it."""

    def __init__(self, name: str, content: bytes = b"words") -> None:
        super().__init__(content)
        self.name, self.size = name, len(content)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(open_database(tmp_path / "home")) as database:
        yield database


@pytest.fixture
def kept(database: Database, tmp_path: Path) -> Uploads:
    return Uploads(tmp_path / "home", database)


HOSTILE = {
    "../../etc/passwd.txt": "etc/passwd.txt",
    "..\\..\\windows\\system.ini": "windows/system.ini",
    "/etc/cron.d/job.txt": "etc/cron.d/job.txt",
    "C:\\Users\\me\\a.txt": "C_/Users/me/a.txt",
    "a/./b/../c.txt": "a/b/c.txt",
    "CON": "_CON",
    "aux.txt": "_aux.txt",
    "COM¹.txt": "_COM¹.txt",
    "name.txt. . .": "name.txt",
    "  spaced .txt  ": "spaced .txt",
    "bell\x07null\x00line\n.txt": "bell_null_line_.txt",
    "exe\u202etxt.pdf": "exe_txt.pdf",
    "zero\u200bwidth.txt": "zero_width.txt",
    'a<b>c:d"e|f?g*.txt': "a_b_c_d_e_f_g_.txt",
    "Menu %22special%22%0A.txt": "Menu _special__.txt",
    "100% of 22.txt": "100% of 22.txt",
    "stream.txt:hidden.exe": "stream.txt_hidden.exe",
    "half \ud800 pair.txt": "half _ pair.txt",
    "Cafe\u0301.txt": "Café.txt",
    "....": None,
    "": None,
    "///": None,
}


@pytest.mark.parametrize(("name", "path"), HOSTILE.items())
def test_name_leads_nowhere_else_and_can_be_seen(name: str, path: str | None) -> None:
    found = safe_path(name)
    assert (str(found) if found else None) == path


def test_very_long_name_keeps_its_ending() -> None:
    found = safe_path("ä" * 300 + ".pdf")
    assert found is not None
    assert found.suffix == ".pdf"
    assert len(found.name.encode()) <= 180
    assert len(str(safe_path("/".join(["folder" * 20] * 40) + "/a.txt")).encode()) <= 700


@given(st.text(max_size=300))
def test_any_name_stays_below_the_folder(name: str) -> None:
    if path := safe_path(name):
        assert not path.is_absolute()
        assert ".." not in path.parts
        assert not any(ord(character) < 32 for character in str(path))
        assert len(str(path).encode()) <= 900
        assert safe_path(str(path)) == path


def test_payloads_of_markup_are_files_like_others(kept: Uploads, tmp_path: Path) -> None:
    found = kept.sort("documents", [File(name) for name in names(".txt")])
    assert not found.refused
    files = kept.keep("documents", found.places)
    assert len(set(files)) == 36
    assert all(file.is_relative_to(tmp_path / "home" / "uploads" / "documents") for file in files)
    assert all(file.read_bytes() == b"words" for file in files)


def test_files_are_this_users_alone_and_no_other_file_is_left(kept: Uploads, tmp_path: Path) -> None:
    kept.keep("documents", kept.sort("documents", [File("sub/a.txt"), File("b.txt")]).places)
    everything = list((tmp_path / "home" / "uploads").rglob("*"))
    assert sorted(path.name for path in everything) == ["a.txt", "b.txt", "documents", "sub"]
    assert all(not stat.S_IMODE(path.stat().st_mode) & 0o077 for path in everything)


def test_what_cannot_be_read_is_refused_with_its_reason(kept: Uploads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_MB", 1)
    large = File("large.txt", b"x" * (2**20 + 1))
    found = kept.sort(
        "documents",
        [
            File("a.exe"),
            File(".git/config"),
            File("~$rent.docx"),
            File("..."),
            File("none.txt", b""),
            large,
            File("fine.txt"),
        ],
    )
    assert {item.name: item.reason for item in found.refused} == {
        "a.exe": "kind",
        ".git/config": "hidden",
        "~$rent.docx": "trace",
        "...": "name",
        "none.txt": "empty",
        "large.txt": "size",
    }
    assert [str(place.path) for place in found.places] == ["fine.txt"]


def test_same_file_again_is_the_same_and_another_of_its_name_is_asked_about(kept: Uploads) -> None:
    kept.keep("documents", kept.sort("documents", [File("a.txt", b"one")]).places)
    assert [place.state for place in kept.sort("documents", [File("a.txt", b"one")]).places] == ["same"]
    found = kept.sort("documents", [File("a.txt", b"two"), File("b.txt")])
    assert [str(place.path) for place in found.clashing] == ["a.txt"]
    assert [file.name for file in kept.keep("documents", found.places, clash="skip")] == ["b.txt"]
    [both, _] = kept.keep("documents", found.places, clash="both")
    assert (both.name, both.read_bytes()) == ("a (2).txt", b"two")
    [replaced, _] = kept.keep("documents", found.places, clash="replace")
    assert (replaced.name, replaced.read_bytes()) == ("a.txt", b"two")


def test_file_that_came_while_somebody_was_asked_is_not_written_over(kept: Uploads) -> None:
    """What was new when it was dropped took the place of another person's file without a question."""
    found = kept.sort("documents", [File("a.txt", b"one")])
    kept.keep("documents", kept.sort("documents", [File("a.txt", b"of somebody else")]).places)
    [file] = kept.keep("documents", found.places, clash="replace")
    assert (file.name, file.read_bytes()) == ("a (2).txt", b"one")
    assert file.with_name("a.txt").read_bytes() == b"of somebody else"


@pytest.mark.parametrize("has_links", [True, False])
def test_files_of_one_name_that_come_at_once_are_all_kept(
    kept: Uploads, monkeypatch: pytest.MonkeyPatch, *, has_links: bool
) -> None:
    """As programs send them: each was told that its file is kept, and all but the last one were written over."""
    if not has_links:
        monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(OSError(errno.EPERM, "no links here")))
    found = [kept.sort("documents", [File("a.txt", f"text {number % 8}".encode())]) for number in range(16)]
    ready = threading.Barrier(16)
    write = uploads._written

    @contextmanager
    def at_once(target: Path, upload: Any) -> Iterator[Path]:
        with write(target, upload) as part:
            ready.wait(30)
            yield part

    monkeypatch.setattr(uploads, "_written", at_once)
    with ThreadPoolExecutor(16) as pool:
        files = list(pool.map(lambda one: kept.keep("documents", one.places)[0], found))
    texts = [file.read_text() for file in files]
    assert texts == [f"text {number % 8}" for number in range(16)]
    assert {file.name for file in kept.folder("documents").iterdir()} == {file.name for file in files}


@pytest.mark.timeout(60)
def test_name_of_a_link_that_leads_nowhere_is_taken(kept: Uploads) -> None:
    """It is no file, and yet nothing else can have its name: who wrote beside it tried for ever."""
    kept.keep("documents", kept.sort("documents", [File("b.txt")]).places)
    (kept.folder("documents") / "a.txt").symlink_to("gone.txt")
    [file] = kept.keep("documents", kept.sort("documents", [File("a.txt")]).places)
    assert (file.name, file.read_text()) == ("a (2).txt", "words")


def test_two_of_one_drop_that_come_to_one_name_are_both_kept(kept: Uploads) -> None:
    found = kept.sort("documents", [File("a?.txt", b"one"), File("a*.txt", b"two"), File("A_.TXT", b"three")])
    files = kept.keep("documents", found.places)
    assert len({file.name.casefold() for file in files}) == 3
    assert {file.read_bytes() for file in files} == {b"one", b"two", b"three"}


def test_file_where_a_folder_is_needed_is_asked_about(kept: Uploads) -> None:
    kept.keep("documents", kept.sort("documents", [File("a.txt/b.txt", b"inner")]).places)
    found = kept.sort("documents", [File("a.txt", b"outer")])
    assert [place.state for place in found.places] == ["other"]
    [file] = kept.keep("documents", found.places, clash="both")
    assert file.name == "a (2).txt"
    with pytest.raises(ConfigError, match="is a folder, where a file is needed"):
        kept.keep("documents", found.places, clash="replace")


def test_disk_without_room_is_told_before_anything_is_written(
    kept: Uploads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "_SPARE_BYTES", 2**60)
    with pytest.raises(ConfigError, match="MB left; make room there, or add fewer"):
        kept.keep("documents", kept.sort("documents", [File("a.txt")]).places)
    assert not list((tmp_path / "home" / "uploads").rglob("*.txt"))


def test_renamed_collection_keeps_its_folder_and_the_next_of_its_name_gets_another(kept: Uploads) -> None:
    kept.keep("papers", kept.sort("papers", [File("a.txt")]).places)
    kept.rename("papers", "articles")
    assert kept.folder("articles").name == "papers"
    kept.keep("papers", kept.sort("papers", [File("a.txt", b"others")]).places)
    assert kept.folder("papers").name == "papers-2"
    kept.drop("articles")
    assert not kept.folder("articles").exists()
    assert (kept.folder("papers") / "a.txt").read_bytes() == b"others"


def test_files_stay_while_the_copy_of_a_collection_names_them(kept: Uploads) -> None:
    """Also where the copy is copied or renamed; a new collection of the name of the dropped one has another folder."""
    (file,) = kept.keep("papers", kept.sort("papers", [File("a.txt")]).places)
    kept.copy("papers", "second")
    kept.copy("second", "third")
    kept.rename("third", "last")
    kept.drop("papers")
    kept.drop("second")
    assert file.exists()
    (other,) = kept.keep("papers", kept.sort("papers", [File("a.txt", b"others")]).places)
    assert other != file
    (own,) = kept.keep("last", kept.sort("last", [File("b.txt")]).places)
    assert own.parent != file.parent
    kept.drop("last")
    assert not file.exists()
    assert not own.exists()
    assert other.exists()
