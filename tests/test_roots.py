"""Under which names files are registered, wherever their folder is mounted."""

from pathlib import Path

from ingest.plan.roots import Root, Roots, place_of
from qa.store import RegisterRow, new_row
from qa.types import Document


def row(source: str, **metadata: str) -> RegisterRow:
    document = Document(source, "t", "t", "text/plain")
    return new_row("tests", document, sha256="0" * 64, size=1, modified=1, chunk_count=1, metadata=metadata)


def resolve(roots: Roots, folder: Path, *names: str, single: bool = False) -> Root:
    return roots.resolve(folder, single=single, names=names)


def test_folder_is_called_by_its_name() -> None:
    root = resolve(Roots([]), Path("/home/x/papers"))
    assert root == Root(Path("/home/x/papers"), "papers")
    assert root.name_of(Path("/home/x/papers/sub/a.txt")) == "papers/sub/a.txt"
    assert resolve(Roots([]), Path("/")).label == "root"


def test_known_folder_keeps_its_label() -> None:
    roots = Roots([row("mine/a.txt", root="/home/x/papers")])
    assert resolve(roots, Path("/home/x/papers")).label == "mine"


def test_folder_inside_a_known_one_belongs_to_it() -> None:
    roots = Roots([row("papers/a.txt", root="/x/papers"), row("old/b.txt", root="/x/papers/old")])
    assert resolve(roots, Path("/x/papers/sub")) == Root(Path("/x/papers"), "papers")
    assert resolve(roots, Path("/x/papers/old/1")) == Root(Path("/x/papers/old"), "old")


def test_folder_beneath_single_files_is_one_of_its_own() -> None:
    """Whoever named one file of the home folder did not ingest the home folder."""
    roots = Roots([row("x/a.txt", root="/home/x", single="yes")])
    assert resolve(roots, Path("/home/x/papers")) == Root(Path("/home/x/papers"), "papers")
    assert resolve(roots, Path("/home/x"), single=True).label == "x"


def test_other_folder_of_the_same_name_gets_another_label(tmp_path: Path) -> None:
    (tmp_path / "a" / "docs").mkdir(parents=True)
    roots = Roots([row("docs/1.txt", root=str(tmp_path / "a" / "docs"))])
    assert resolve(roots, tmp_path / "b" / "docs", "1.txt").label == "docs (2)"
    assert resolve(roots, tmp_path / "c" / "docs", "1.txt").label == "docs (3)"


def test_folder_that_is_mounted_elsewhere_is_the_same() -> None:
    rows = [row(f"docs/{number}.txt", root="/gone/docs") for number in range(4)]
    assert resolve(Roots(rows), Path("/mnt/docs"), "0.txt", "3.txt", "new.txt").label == "docs"


def test_folder_that_shares_little_with_the_gone_one_is_another() -> None:
    """An unmounted disk must not lose its documents to a folder that happens to be called like it."""
    rows = [row(f"docs/{number}.txt", root="/gone/docs") for number in range(4)]
    assert resolve(Roots(rows), Path("/mnt/docs"), "0.txt", "new.txt").label == "docs (2)"


def test_label_of_ones_own_wins() -> None:
    roots = Roots([row("docs/1.txt", root="/x/docs")])
    assert roots.resolve(Path("/x/docs"), single=False, names=(), label="mine").label == "mine"


def test_place_of_a_row_is_where_its_file_was() -> None:
    assert place_of(row("docs/sub/a.txt", root="/x/docs")) == Path("/x/docs/sub/a.txt")
    assert place_of(row("docs/a.zip!/b.txt", root="/x/docs", inside="docs/a.zip")) == Path("/x/docs/a.zip")
    assert place_of(row("/old/a.txt")) == Path("/old/a.txt")
    assert place_of(row("https://example.org/a")) is None
