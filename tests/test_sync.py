"""What there is to do: files found under paths, described by content, and registered ones that are gone."""

import hashlib
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.load import SUFFIXES
from ingest.sync import Discovered, DocumentSource, FileSource, discover, gone
from qa.errors import LoadError
from qa.store import new_row
from qa.types import Document


def write(folder: Path, *names: str) -> list[Path]:
    paths = [folder / name for name in names]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"content of {path.name}")
    return paths


def names(found: Discovered, root: Path) -> list[str]:
    return [Path(source.name).relative_to(root).as_posix() for source in found.sources]


# discover


def test_file_is_known_by_its_absolute_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a.txt")
    monkeypatch.chdir(tmp_path)
    found = discover([Path("a.txt")])
    assert [source.name for source in found.sources] == [str(tmp_path / "a.txt")]
    assert (found.ignored, found.roots) == ((), ())


def test_folder_is_walked_in_order_and_becomes_a_root(tmp_path: Path) -> None:
    write(tmp_path, "b.txt", "a.md", "sub/deep/c.html", "sub/a.csv")
    found = discover([tmp_path])
    assert names(found, tmp_path) == ["a.md", "b.txt", "sub/a.csv", "sub/deep/c.html"]
    assert found.roots == (tmp_path,)


def test_every_readable_kind_is_found_in_any_case(tmp_path: Path) -> None:
    write(tmp_path, *(f"a{suffix}" for suffix in SUFFIXES), "b.PDF", "c.Docx")
    assert len(discover([tmp_path]).sources) == len(SUFFIXES) + 2


def test_hidden_files_and_folders_are_passed_over(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", ".b.txt", ".git/c.txt", "sub/.d.txt", "sub/.e/f.txt")
    found = discover([tmp_path])
    assert names(found, tmp_path) == ["a.txt"]
    assert found.ignored == ()


def test_hidden_file_and_hidden_folder_are_taken_when_named(tmp_path: Path) -> None:
    write(tmp_path, ".b.txt", ".notes/c.txt")
    assert names(discover([tmp_path / ".b.txt", tmp_path / ".notes"]), tmp_path) == [".b.txt", ".notes/c.txt"]


def test_other_kinds_are_listed_in_a_folder_and_taken_when_named(tmp_path: Path) -> None:
    """A person who names a file wants to hear why it cannot be read."""
    write(tmp_path, "README", "a.txt", "b.png", "core")
    found = discover([tmp_path])
    assert names(found, tmp_path) == ["README", "a.txt"]
    assert found.ignored == (str(tmp_path / "b.png"), str(tmp_path / "core"))
    assert names(discover([tmp_path / "b.png"]), tmp_path) == ["b.png"]


@pytest.mark.parametrize(
    "spell",
    [
        lambda folder: [folder / "a.txt", folder / "a.txt"],
        lambda folder: [folder, folder / "a.txt"],
        lambda folder: [folder / "a.txt", folder],
        lambda folder: [folder, folder],
        lambda folder: [folder / "a.txt", Path(f"{folder}/./a.txt")],
        lambda folder: [folder, folder / ".." / folder.name],
    ],
)
def test_file_named_twice_counts_once(tmp_path: Path, spell: Callable[[Path], list[Path]]) -> None:
    write(tmp_path, "a.txt")
    assert [source.name for source in discover(spell(tmp_path)).sources] == [str(tmp_path / "a.txt")]


def test_home_folder_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a.txt")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert names(discover([Path("~/a.txt")]), tmp_path) == ["a.txt"]


def test_several_paths_keep_their_order(tmp_path: Path) -> None:
    write(tmp_path, "z/b.txt", "y/c.txt", "a.txt")
    found = discover([tmp_path / "z", tmp_path / "a.txt", tmp_path / "y"])
    assert names(found, tmp_path) == ["z/b.txt", "a.txt", "y/c.txt"]
    assert found.roots == (tmp_path / "z", tmp_path / "y")


def test_loop_of_links_ends(tmp_path: Path) -> None:
    write(tmp_path, "sub/a.txt")
    (tmp_path / "sub" / "up").symlink_to(tmp_path, target_is_directory=True)
    assert names(discover([tmp_path]), tmp_path) == ["sub/a.txt"]


@pytest.mark.parametrize("others", [[], ["b.png"], [".a.txt"]])
def test_folder_without_a_document_is_an_error_that_names_the_readable_kinds(tmp_path: Path, others: list[str]) -> None:
    write(tmp_path, *others)
    with pytest.raises(LoadError, match=r"holds no document; readable are PDF, Word") as caught:
        discover([tmp_path])
    assert caught.value.source == str(tmp_path)


def test_missing_path_is_an_error_before_anything_else_is_done(tmp_path: Path) -> None:
    write(tmp_path, "a.txt")
    with pytest.raises(LoadError, match="no such file or folder; check the path"):
        discover([tmp_path, tmp_path / "missing.txt"])


def test_link_that_leads_nowhere_is_an_error_when_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").symlink_to(tmp_path / "missing.txt")
    with pytest.raises(LoadError, match="no such file"):
        discover([tmp_path / "a.txt"])


# Fingerprints


def test_fingerprint_describes_content_size_and_time_of_change(tmp_path: Path) -> None:
    [path] = write(tmp_path, "a.txt")
    os.utime(path, ns=(0, 1_700_000_000_123_456_789))
    fingerprint = FileSource(path).fingerprint()
    assert fingerprint.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (fingerprint.size, fingerprint.modified) == (len(path.read_bytes()), 1_700_000_000_123_456)


def test_fingerprint_of_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").touch()
    assert FileSource(tmp_path / "a.txt").fingerprint().size == 0


def test_file_that_vanished_meanwhile_is_a_load_error(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="cannot be read"):
        FileSource(tmp_path / "a.txt").fingerprint()


def test_link_that_leads_nowhere_is_a_load_error_in_a_folder(tmp_path: Path) -> None:
    write(tmp_path, "b.txt")
    (tmp_path / "a.txt").symlink_to(tmp_path / "missing.txt")
    first, second = discover([tmp_path]).sources
    with pytest.raises(LoadError, match="cannot be read"):
        first.fingerprint()
    assert second.fingerprint().size


def test_folder_in_place_of_a_file_is_a_load_error(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="not a regular file"):
        FileSource(tmp_path).fingerprint()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_file_is_a_load_error(tmp_path: Path) -> None:
    [path] = write(tmp_path, "a.txt")
    path.chmod(0)
    with pytest.raises(LoadError, match="check its permissions"):
        FileSource(path).fingerprint()


def test_name_that_is_not_text_is_a_load_error(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    try:
        Path(os.fsdecode(path)).write_text("text")
    except OSError:
        pytest.skip("this file system takes no such name")
    [source] = discover([tmp_path]).sources
    with pytest.raises(LoadError, match="not valid UTF-8; rename it") as caught:
        source.fingerprint()
    caught.value.source.encode()


def test_pipe_is_a_load_error_and_not_an_endless_wait(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    os.mkfifo(path)
    errors: list[Exception] = []

    def read() -> None:
        try:
            FileSource(path).fingerprint()
        except LoadError as error:
            errors.append(error)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    reader.join(1.0)
    waiting = reader.is_alive()
    if waiting:
        os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
        reader.join(10.0)
    assert not waiting
    assert errors


def test_document_is_known_by_its_source_and_changes_with_title_or_text() -> None:
    document = Document("docs/1", "Title", "Text", "text/plain")
    source = DocumentSource(document)
    assert (source.name, source.load()) == ("docs/1", document)
    prints = {
        DocumentSource(Document("x", title, text, "text/plain")).fingerprint().sha256
        for title, text in [("Title", "Text"), ("Title ", "Text"), ("Title", "Text "), ("TitleT", "ext")]
    }
    assert len(prints) == 4
    assert source.fingerprint().sha256 in prints


def test_blank_document_is_a_load_error() -> None:
    with pytest.raises(LoadError, match="is empty"):
        DocumentSource(Document("docs/1", "Title", " \n", "text/plain")).load()


# gone


def register(*paths: Path | str) -> dict[str, object]:
    return {
        str(path): new_row(
            "tests", Document(str(path), "t", "t", "text/plain"), sha256="0" * 64, size=1, modified=1, chunk_count=1
        )
        for path in paths
    }


def test_missing_file_beneath_a_root_is_gone(tmp_path: Path) -> None:
    [kept] = write(tmp_path, "sub/a.txt")
    rows = register(kept, tmp_path / "sub" / "b.txt", tmp_path / "c.txt")
    found = gone(rows, Discovered((), roots=(tmp_path,)))
    assert [Path(row.source).name for row in found] == ["b.txt", "c.txt"]


def test_missing_file_elsewhere_is_not_gone(tmp_path: Path) -> None:
    """A folder whose name begins alike is another folder."""
    rows = register(tmp_path / "docs2" / "a.txt", "https://example.org/a", "docs/1")
    assert gone(rows, Discovered((), roots=(tmp_path / "docs",))) == []
    assert gone(rows, Discovered(())) == []


def test_file_that_is_passed_over_now_is_not_gone(tmp_path: Path) -> None:
    [hidden] = write(tmp_path, ".notes/a.txt")
    assert gone(register(hidden), Discovered((), roots=(tmp_path,))) == []


def test_file_beneath_two_roots_is_gone_once(tmp_path: Path) -> None:
    rows = register(tmp_path / "sub" / "a.txt")
    assert len(gone(rows, Discovered((), roots=(tmp_path, tmp_path / "sub", tmp_path)))) == 1


def test_what_lies_in_a_folder_that_may_not_be_listed_is_not_gone(tmp_path: Path) -> None:
    rows = register(tmp_path / "closed" / "a.txt")
    assert gone(rows, Discovered((), roots=(tmp_path,), closed=(str(tmp_path / "closed"),))) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may list everything")
def test_folder_that_may_not_be_listed_is_named(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "closed/b.txt")
    (tmp_path / "closed").chmod(0)
    try:
        assert discover([tmp_path]).closed == (str(tmp_path / "closed"),)
    finally:
        (tmp_path / "closed").chmod(0o700)
