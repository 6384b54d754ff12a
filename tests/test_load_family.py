"""Family trees (GEDCOM): each person is a line with the names of the others."""

from pathlib import Path

import pytest
from test_load import check_offsets, first

from ingest.load import load
from ingest.load.formats import taken
from qa.errors import LoadError

TREE = """0 HEAD
1 CHAR {charset}
0 @I1@ INDI
1 NAME Ada /Král/
1 SEX F
1 BIRT
2 DATE 3 MAY 1950
2 PLAC Graz
1 OCCU Boat builder
1 FAMS @F1@
0 @I2@ INDI
1 NAME Ben /Oar/
1 SEX M
1 DEAT Y
1 FAMS @F1@
0 @I3@ INDI
1 NAME Cy /Oar/
1 FAMC @F1@
1 NOTE Rows in the
2 CONC  morning.
2 CONT And sails.
1 FAMS @F9@
0 @F1@ FAM
1 HUSB @I2@
1 WIFE @I1@
1 CHIL @I3@
1 MARR
2 DATE 1975
0 TRLR
"""
LINES = [
    "Name: Ada Král; Sex: female; Born: 3 MAY 1950, Graz; Occupation: Boat builder; Partner: Ben Oar; Married: 1975; "
    "Children: Cy Oar",
    "Name: Ben Oar; Sex: male; Died: yes; Partner: Ada Král; Married: 1975; Children: Cy Oar",
    "Name: Cy Oar; Note: Rows in the morning. And sails.; Parents: Ben Oar, Ada Král; Father: Ben Oar; "
    "Mother: Ada Král",
]


@pytest.mark.parametrize(("charset", "a"), [("UTF-8", "á".encode()), ("ANSEL", b"\xe2a"), ("UTF-8", b"a\xcc\x81")])
def test_each_person_is_a_line_with_the_names_of_the_family(charset: str, a: bytes, tmp_path: Path) -> None:
    path = tmp_path / "oars.ged"
    path.write_bytes(TREE.format(charset=charset).encode().replace("á".encode(), a))
    document = first(path)
    assert document.text.replace("a\u0301", "á").split("\n") == LINES
    check_offsets(document)


@pytest.mark.parametrize("name", ["oars.ged", "film.fountain", "year.beancount", "year.ledger"])
def test_these_files_of_a_folder_are_taken_up(name: str) -> None:
    assert taken(Path(name))


def test_journals_of_systems_are_passed_over() -> None:
    """Those of systemd are no text, and failed each ingest of a folder that holds logs."""
    assert not taken(Path("system.journal"))


def test_a_tree_without_people_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.ged").write_text("0 HEAD\n1 CHAR UTF-8\n0 TRLR\n", encoding="utf-8")
    with pytest.raises(LoadError, match="holds no people"):
        load(tmp_path / "a.ged")


def test_large_families_and_long_notes_do_not_multiply(tmp_path: Path) -> None:
    people = "".join(f"0 @I{at}@ INDI\n1 NAME P{at}\n1 FAMC @F@\n1 NOTE @N@\n" for at in range(500))
    family = "0 @F@ FAM\n" + "".join(f"1 CHIL @I{at}@\n" for at in range(500))
    note = "0 @N@ NOTE start\n" + "1 CONC word word word word word \n" * 5_000
    (tmp_path / "a.ged").write_text(people + family + note, encoding="utf-8")
    document = first(tmp_path / "a.ged")
    assert len(document.text) < 1_000_000
    assert "P60, 439 more" in document.text.split("\n")[0]
    assert document.text.count("word") > 25_000
