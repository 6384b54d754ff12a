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


@pytest.mark.parametrize("end", [b"\r", b"\r\n"])
def test_lines_may_end_as_on_any_system(end: bytes, tmp_path: Path) -> None:
    path = tmp_path / "oars.ged"
    path.write_bytes(TREE.format(charset="ANSEL").encode().replace("á".encode(), b"\xe2a").replace(b"\n", end))
    assert first(path).text.split("\n") == LINES


def test_blanks_behind_links_part_nobody_from_the_family(tmp_path: Path) -> None:
    path = tmp_path / "oars.ged"
    path.write_text(TREE.format(charset="UTF-8").replace("@F1@\n", "@F1@ \n").replace("@I2@\n", "@I2@\t\n"))
    assert first(path).text.split("\n") == LINES


def test_names_may_stand_in_parts_alone(tmp_path: Path) -> None:
    parts = "1 NAME\n2 GIVN Ada\n2 SURN Král\n1 NAME\n2 GIVN Adi\n"
    path = tmp_path / "oars.ged"
    path.write_text(TREE.format(charset="UTF-8").replace("1 NAME Ada /Král/\n", parts), encoding="utf-8")
    text = first(path).text
    assert text.split("\n")[0].startswith("Name: Ada Král; Also called: Adi; ")
    assert "Mother: Ada Král" in text
    assert "unknown" not in text


def test_shared_notes_of_newer_files_are_read(tmp_path: Path) -> None:
    people = "0 @I1@ INDI\n1 NAME Ada\n1 SNOTE @N1@\n1 SNOTE @VOID@\n1 BIRT\n2 DATE 1950\n2 SNOTE @N1@\n"
    (tmp_path / "a.ged").write_text(f"{people}0 @N1@ SNOTE Sails.\n1 CONT Rows.\n")
    assert (
        first(tmp_path / "a.ged").text
        == "Name: Ada; Note: Sails. Rows.; Born: 1950; Note: Sails. Rows.\n\nSails. Rows."
    )


def test_what_did_not_happen_is_not_told(tmp_path: Path) -> None:
    family = "0 @F@ FAM\n1 HUSB @I1@\n1 MARR Y\n1 DIV N\n2 DATE 1980\n"
    (tmp_path / "a.ged").write_text(f"0 @I1@ INDI\n1 NAME Ben\n1 DEAT N\n1 FAMS @F@\n{family}")
    assert first(tmp_path / "a.ged").text == "Name: Ben; Married: yes"


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
