"""Which files are found under what was named, and which are passed over."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.discover.files import Discovered, Scope, Selection, discover, parse_shard
from ingest.load import SUFFIXES
from qa.errors import LoadError


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
    assert (found.ignored, found.scopes) == ((), (Scope(tmp_path / "a.txt", is_folder=False),))


def test_folder_is_walked_in_order_and_becomes_a_scope(tmp_path: Path) -> None:
    write(tmp_path, "b.txt", "a.md", "sub/deep/c.html", "sub/a.csv")
    found = discover([tmp_path])
    assert names(found, tmp_path) == ["a.md", "b.txt", "sub/a.csv", "sub/deep/c.html"]
    assert found.scopes == (Scope(tmp_path, is_folder=True),)


def test_every_readable_kind_is_found_in_any_case(tmp_path: Path) -> None:
    write(tmp_path, *(f"a{suffix}" for suffix in SUFFIXES), "b.PDF", "c.Docx")
    # Without words a drawing is passed over.
    (tmp_path / "a.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"><text>Berth 4</text></svg>')
    assert len(discover([tmp_path]).sources) == len(SUFFIXES) + 2


def test_hidden_files_and_folders_are_passed_over(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", ".b.txt", ".git/c.txt", "sub/.d.txt", "sub/.e/f.txt")
    found = discover([tmp_path])
    assert names(found, tmp_path) == ["a.txt"]
    assert found.ignored == ()


def test_traces_of_programs_are_passed_over_without_a_word(tmp_path: Path) -> None:
    """Word keeps "~$rent.docx" while "rent.docx" is open; told as a damaged file, it would frighten."""
    traces = ("~$rent.docx", "~$sums.xlsx", ".~lock.rent.odt#", "desktop.ini", "Thumbs.db", ".DS_Store")
    write(tmp_path, "rent.docx", "~rent.txt", *traces)
    for hidden in (False, True):
        found = discover([tmp_path], Selection(hidden=hidden))
        assert names(found, tmp_path) == ["rent.docx", "~rent.txt"]
        assert found.ignored == ()
    assert {path.name for path in found.unwanted} == set(traces)
    assert names(discover([tmp_path / "~$rent.docx"]), tmp_path) == ["~$rent.docx"]


def test_hidden_file_and_hidden_folder_are_taken_when_named(tmp_path: Path) -> None:
    write(tmp_path, ".b.txt", ".notes/c.txt")
    assert names(discover([tmp_path / ".b.txt", tmp_path / ".notes"]), tmp_path) == [".b.txt", ".notes/c.txt"]


def test_other_kinds_are_listed_in_a_folder_and_taken_when_named(tmp_path: Path) -> None:
    """A person who names a file wants to hear why it cannot be read."""
    write(tmp_path, "a.txt", "b.mp4", "README", "odd")
    found = discover([tmp_path])
    assert names(found, tmp_path) == ["README", "a.txt"]
    assert found.ignored == (str(tmp_path / "b.mp4"), str(tmp_path / "odd"))
    assert names(discover([tmp_path / "b.mp4"]), tmp_path) == ["b.mp4"]


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
    assert [scope.place.name for scope in found.scopes if scope.is_folder] == ["z", "y"]


def test_loop_of_links_ends(tmp_path: Path) -> None:
    write(tmp_path, "sub/a.txt")
    (tmp_path / "sub" / "up").symlink_to(tmp_path, target_is_directory=True)
    assert names(discover([tmp_path]), tmp_path) == ["sub/a.txt"]


@pytest.mark.parametrize("others", [[], ["b.mp4"], [".a.txt"]])
def test_folder_without_a_document_is_an_error_that_names_the_readable_kinds(tmp_path: Path, others: list[str]) -> None:
    write(tmp_path, *others)
    with pytest.raises(LoadError, match="holds no document; these can be read: PDF, Word") as caught:
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


def test_link_to_a_folder_is_followed_once(tmp_path: Path) -> None:
    write(tmp_path, "real/a.txt", "docs/b.txt")
    for link in ("one", "two"):
        (tmp_path / "docs" / link).symlink_to(tmp_path / "real", target_is_directory=True)
    assert names(discover([tmp_path / "docs"]), tmp_path / "docs") == ["b.txt", "one/a.txt"]


# Selection


def ignore(folder: Path, *lines: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".footnoteignore").write_text("\n".join(lines))


@pytest.mark.parametrize(
    ("lines", "left"),
    [
        (["*.md"], ["a.txt", "drafts/b.txt", "sub/d.txt", "sub/drafts/c.txt"]),
        (["drafts/"], ["a.txt", "e.md", "sub/d.txt"]),
        (["/drafts"], ["a.txt", "e.md", "sub/d.txt", "sub/drafts/c.txt"]),
        (["# all but one", "*", "!a.txt"], ["a.txt"]),
        (["sub/**", "!sub/d.txt"], ["a.txt", "drafts/b.txt", "e.md", "sub/d.txt"]),
    ],
)
def test_footnoteignore_reads_as_gitignore(tmp_path: Path, lines: list[str], left: list[str]) -> None:
    write(tmp_path, "a.txt", "e.md", "drafts/b.txt", "sub/d.txt", "sub/drafts/c.txt")
    ignore(tmp_path, *lines)
    assert sorted(names(discover([tmp_path]), tmp_path)) == left


def test_inner_footnoteignore_overrules_the_outer_one(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "a.txt", "sub/b.md", "sub/b.txt")
    ignore(tmp_path, "*.md")
    ignore(tmp_path / "sub", "!*.md", "*.txt")
    found = discover([tmp_path])
    assert names(found, tmp_path) == ["a.txt", "sub/b.md"]
    assert found.unwanted == {tmp_path / "a.md", tmp_path / "sub" / "b.txt"}


def test_include_and_exclude_choose_files(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "b.md", "sub/c.txt", "sub/d.md", "old/e.txt")
    chosen = discover([tmp_path], Selection(include=("*.txt",), exclude=("old/",)))
    assert names(chosen, tmp_path) == ["a.txt", "sub/c.txt"]
    # They are an option of one run, and no statement about what the index should hold.
    assert not chosen.unwanted


def test_hidden_files_are_found_when_wanted(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", ".b.txt", ".c/d.txt")
    ignore(tmp_path, "nothing")
    assert names(discover([tmp_path], Selection(hidden=True)), tmp_path) == [".b.txt", "a.txt", ".c/d.txt"]


def test_unreadable_rules_are_an_error_that_names_the_file(tmp_path: Path) -> None:
    write(tmp_path, "a.txt")
    ignore(tmp_path, "!")
    with pytest.raises(LoadError, match="cannot be used") as caught:
        discover([tmp_path])
    assert caught.value.source == str(tmp_path / ".footnoteignore")


@pytest.mark.parametrize("text", ["", "1", "0/2", "3/2", "1/0", "a/b", "1/2/3", "-1/2"])
def test_shard_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write one as 1/4"):
        parse_shard(text)


def test_shard_is_read() -> None:
    assert (parse_shard("1/1"), parse_shard("3/16")) == ((1, 1), (3, 16))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may list everything")
def test_folder_that_may_not_be_listed_is_named(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "closed/b.txt")
    (tmp_path / "closed").chmod(0)
    try:
        assert discover([tmp_path]).closed == (str(tmp_path / "closed"),)
    finally:
        (tmp_path / "closed").chmod(0o700)
