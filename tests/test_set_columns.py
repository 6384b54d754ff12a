"""Rows of plain text whose columns are set apart by spaces."""

import pytest

from qa.text.reading import read_sentences
from qa.text.set_columns import heads_set, rows_set

BILL = """\
Ace & Sons

Qty  Item                         Unit     Total
24   Tube of 4 balls              7.50    180.00
 6   Overgrip, pack of 30        21.50    129.00
     Carriage                              18.00
                          VAT 20 %         93.58
                          Total due £     561.48

Payment by 2 June please.
"""
RECEIPT = "Backhaus\n\nRoggenbrot 1kg       5,20\n3 Brezen              2,85\nenth. 7 % MwSt        0,94\n"
KEYS = "Nr. 1  Eingang: Karl Maier\nNr. 2  Schuppen: Dario Conti\nNr. 3  Keller: Britta Sanders\n"
PHONES = "Name          Phone\nAnn Hill      0162 5551\nBob Marsh     0117 9022\nCara Lund     0151 3309\n"
SET_TO_BOTH_MARGINS = (
    "The ship was  built in the year  1912 by a\nyard in Belfast  and carried  mail to New\n"
    "York for a  company of the same  town.\n"
)


def said(text: str, language: str = "english") -> list[str]:
    return [sentence.text for sentence in read_sentences(text, language=language)]


def test_each_item_of_a_bill_is_said_by_its_columns() -> None:
    assert said(BILL)[1:] == [
        "Qty: 24; Item: Tube of 4 balls; Unit: 7.50; Total: 180.00",
        "Qty: 6; Item: Overgrip, pack of 30; Unit: 21.50; Total: 129.00",
        "Carriage 18.00",
        "VAT 20 % 93.58",
        "Total due £ 561.48",
        "Payment by 2 June please.",
    ]


def test_each_line_of_a_receipt_is_one_sentence() -> None:
    assert said(RECEIPT, "german") == ["Backhaus", "Roggenbrot 1kg 5,20", "3 Brezen 2,85", "enth. 7 % MwSt 0,94"]


def test_lines_of_one_alignment_are_rows_without_figures() -> None:
    assert said(KEYS, "german") == [
        "Nr. 1 Eingang: Karl Maier",
        "Nr. 2 Schuppen: Dario Conti",
        "Nr. 3 Keller: Britta Sanders",
    ]
    assert said(PHONES) == [
        "Name: Ann Hill; Phone: 0162 5551",
        "Name: Bob Marsh; Phone: 0117 9022",
        "Name: Cara Lund; Phone: 0151 3309",
    ]


@pytest.mark.parametrize("text", [SET_TO_BOTH_MARGINS, "Built  in 1912.\n", "x = 1  # one\ny = 2  # two\n", ""])
def test_other_gaps_make_no_rows(text: str) -> None:
    assert not rows_set(text.splitlines())


def test_names_of_columns_hold_for_all_rows_of_a_long_table() -> None:
    """Each row went up to the line that names its columns: of 20,000 rows 200 million steps."""
    lines = ["Item     Total", "-----    -----", *(f"Ball {number}     {number}.00" for number in range(20_000))]
    lines += ["", "Ball     1.00"]
    heads = heads_set(lines, rows_set(lines))
    assert (len(heads), set(heads.values())) == (20_000, {0})
