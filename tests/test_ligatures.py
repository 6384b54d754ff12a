"""Text from right to left in PDFs: its letters, those of ligatures and its numbers come in the order of reading."""

from pathlib import Path

import pytest
from test_load import check_offsets, first

from ingest.load.pdf.ligatures import apart

# A sign for each letter, and one for the ligature of lam and alef.
_SIGNS = {"A": "لا", "B": "خ", "C": "ل", "D": "م", "E": "ن", "F": " ", "G": "ا", "1": "1", "5": "5"}


def write(path: Path, *lines: str, ligature: str = _SIGNS["A"]) -> Path:
    """Write a page of lines in the order in which they are seen, from the left."""
    content = "\n".join(f"BT /F1 11 Tf 60 {780 - 30 * at} Td ({line}) Tj ET" for at, line in enumerate(lines))
    pairs = "\n".join(
        f"<{ord(code):02X}> <{''.join(f'{ord(sign):04X}' for sign in text)}>"
        for code, text in {**_SIGNS, "A": ligature}.items()
    )
    table = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def\n1 begincodespacerange <00> <FF> "
        f"endcodespacerange\n{len(_SIGNS)} beginbfchar\n{pairs}\nendbfchar\nendcmap end end"
    )
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(content)}>>stream\n{content}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>",
        f"<</Length {len(table)}>>stream\n{table}\nendstream",
    ]
    data, places = b"%PDF-1.5\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(data))
        data += f"{number} 0 obj\n{one}\nendobj\n".encode()
    entries = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{len(data)}\n%%EOF"
    path.write_bytes(data + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{entries}{end}".encode())
    return path


def test_letters_of_a_ligature_are_in_their_order(tmp_path: Path) -> None:
    document = first(write(tmp_path / "a.pdf", "CABFED"))
    assert document.text == "من خلال"
    check_offsets(document)


@pytest.mark.parametrize(
    ("sign", "letters"),
    [
        ("\ufefb", "لا"), ("\ufefc", "لا"), ("\ufef7", "لأ"), ("\ufef5", "لآ"), ("\ufdf2", "الله"),
        ("لأ", "لأ"), ("لإ", "لإ"), ("الله", "الله"),
    ],
)  # fmt: skip
def test_ligatures_come_out_in_order_however_a_font_names_them(sign: str, letters: str, tmp_path: Path) -> None:
    assert first(write(tmp_path / "a.pdf", "CABFED", ligature=sign)).text == f"من خ{letters}ل"


def test_alef_before_lam_stays_and_so_do_numbers(tmp_path: Path) -> None:
    assert first(write(tmp_path / "a.pdf", "DCGF15FED")).text == "من 15 الم"


def test_blank_behind_a_latin_word() -> None:
    assert apart("Pythonمن R و ABC") == "Python من R و ABC"
