"""Boxes of forms that were printed or flattened are read as ticked or not, beside what they stand for."""

from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from fpdf import FPDF
from test_load import check_offsets, first


def form(path: Path, draw: Callable[[FPDF], None]) -> Path:
    made = FPDF()
    made.add_page()
    made.set_font("helvetica", size=11)
    draw(made)
    made.output(str(path))
    return path


def _cross(made: FPDF, x: float, y: float) -> None:
    made.line(x + 0.5, y + 0.5, x + 3.5, y + 3.5)
    made.line(x + 0.5, y + 3.5, x + 3.5, y + 0.5)


def _sign(made: FPDF, x: float, y: float, sign: str) -> None:
    made.set_font("zapfdingbats")
    made.text(x, y, sign)
    made.set_font("helvetica")


def _lines(made: FPDF) -> None:
    for y, question, ticked in ((30, "Smoker:", 45), (40, "Allergies:", 65)):
        made.text(20, y, question)
        for x, label in ((45, "yes"), (65, "no")):
            made.rect(x, y - 3, 4, 4)
            made.text(x + 6, y, label)
        _cross(made, ticked, y - 3)


def _signs_in_boxes(made: FPDF) -> None:
    for y, question, ticked, sign in ((30, "Smoker:", 45, "4"), (40, "Allergies:", 65, "8")):
        made.text(20, y, question)
        for x, label in ((45, "yes"), (65, "no")):
            made.rect(x, y - 3, 4, 4)
            made.text(x + 6, y, label)
        _sign(made, ticked + 0.4, y + 0.2, sign)


def _filled_signs(made: FPDF) -> None:
    for y, question, ticked in ((30, "Smoker:", 45), (40, "Allergies:", 65)):
        made.text(20, y, question)
        for x, label in ((45, "yes"), (65, "no")):
            _sign(made, x, y, "n" if x == ticked else "o")
            made.text(x + 6, y, label)


def _circles(made: FPDF) -> None:
    for y, question, ticked in ((30, "Smoker:", 45), (40, "Allergies:", 65)):
        made.text(20, y, question)
        for x, label in ((45, "yes"), (65, "no")):
            made.ellipse(x, y - 3, 4, 4)
            made.text(x + 6, y, label)
        made.ellipse(ticked + 1, y - 2, 2, 2, style="F")


@pytest.mark.parametrize("draw", [_lines, _signs_in_boxes, _filled_signs, _circles])
def test_ticked_box_is_told_from_an_empty_one(draw: Callable[[FPDF], None], tmp_path: Path) -> None:
    document = first(form(tmp_path / "a.pdf", draw))
    said = [" ".join(line.split()) for line in document.text.split("\n")]
    assert said == ["Smoker: [x] yes [ ] no", "Allergies: [ ] yes [x] no"]
    check_offsets(document)


def test_boxes_behind_their_labels_belong_to_these(tmp_path: Path) -> None:
    def draw(made: FPDF) -> None:
        for y, ticked in ((30, 51), (40, 71)):
            made.text(20, y, "Shell?")
            for x, label in ((51, "Yes"), (71, "No")):
                made.text(x - 8, y, label)
                made.rect(x, y - 3, 4, 4)
            _cross(made, ticked, y - 3)

    said = [" ".join(line.split()) for line in first(form(tmp_path / "a.pdf", draw)).text.split("\n")]
    assert said == ["Shell? [x] Yes [ ] No", "Shell? [ ] Yes [x] No"]


def _stream(said: str) -> str:
    fonts = "/Font<</ZaDb 6 0 R>>"
    return (
        f"<</Type/XObject/Subtype/Form/BBox[0 0 12 12]/Resources<<{fonts}>>/Length {len(said)}>>"
        f"stream\n{said}\nendstream"
    )


def test_form_that_was_flattened_is_read_as_it_was_filled(tmp_path: Path) -> None:
    frame = "1 1 10 10 re S"
    boxes = [
        ("120 716 132 728", "On"),
        ("170 716 182 728", "Off"),
        ("120 686 132 698", "Off"),
        ("170 686 182 698", "On"),
    ]
    texts = [
        (60, 718, "Smoker:"),
        (135, 718, "yes"),
        (185, 718, "no"),
        (60, 688, "Driver:"),
        (135, 688, "yes"),
        (185, 688, "no"),
    ]
    content = "\n".join(f"BT /F1 11 Tf {x} {y} Td ({text}) Tj ET" for x, y, text in texts)
    numbers = " ".join(f"{9 + at} 0 R" for at in range(len(boxes)))
    objects = [
        f"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[{numbers}]>>>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>"
        f"/Annots[{numbers}]>>",
        f"<</Length {len(content)}>>stream\n{content}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        "<</Type/Font/Subtype/Type1/BaseFont/ZapfDingbats>>",
        _stream(f"{frame} q BT /ZaDb 10 Tf 2 2.5 Td (4) Tj ET Q"),
        _stream(frame),
        *(
            f"<</Type/Annot/Subtype/Widget/FT/Btn/T(f{at})/V/{state}/AS/{state}/Rect[{rect}]/F 4/P 3 0 R"
            "/AP<</N<</On 7 0 R/Off 8 0 R>>>>>>"
            for at, (rect, state) in enumerate(boxes)
        ),
    ]
    data, places = b"%PDF-1.5\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(data))
        data += f"{number} 0 obj\n{one}\nendobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{len(data)}\n%%EOF"
    data += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{end}".encode()
    made = pypdfium2.PdfDocument(data)
    made.init_forms()
    page = made[0]
    page.flatten()
    page.close()
    made.save(str(tmp_path / "a.pdf"))
    said = [" ".join(line.split()) for line in first(tmp_path / "a.pdf").text.split("\n") if line.strip()]
    assert said == ["Smoker: [x] yes [ ] no", "Driver: [ ] yes [x] no"]


@pytest.mark.parametrize("style", ["D", "F"])
def test_squares_that_are_all_alike_are_dots_or_a_legend(style: str, tmp_path: Path) -> None:
    def draw(made: FPDF) -> None:
        for y, text in ((30, "Revenue"), (40, "Costs"), (50, "Profit")):
            made.rect(20, y - 3, 4, 4, style=style)
            made.text(26, y, text)

    assert first(form(tmp_path / "a.pdf", draw)).text == "Revenue\nCosts\nProfit"


def test_squares_for_the_letters_of_a_number_are_no_boxes(tmp_path: Path) -> None:
    def draw(made: FPDF) -> None:
        for at, sign in enumerate("4X7"):
            made.rect(20 + 5 * at, 27, 5, 5)
            made.text(21.5 + 5 * at, 31, sign)
        made.rect(35, 27, 5, 5)
        made.text(42, 31, "Number")

    assert "[" not in first(form(tmp_path / "a.pdf", draw)).text


def _legend(made: FPDF, around: int, style: str) -> None:
    made.set_fill_color(around)
    made.rect(10, 20, 100, 60, style="F")
    for y, label, shade in ((30, "Revenue", 30), (40, "Costs", 60), (50, "Other", 200)):
        made.set_fill_color(shade)
        made.rect(40, y - 3, 4, 4, style=style)
        made.text(46, y, label)


@pytest.mark.parametrize("style", ["F", "DF"])
@pytest.mark.parametrize("around", [255, 240])
def test_colours_of_a_legend_are_no_ticks(around: int, style: str, tmp_path: Path) -> None:
    text = first(form(tmp_path / "a.pdf", lambda made: _legend(made, around, style))).text
    assert text.split() == ["Revenue", "Costs", "Other"]


def test_boxes_without_a_pen_are_read_where_they_are_empty_inside(tmp_path: Path) -> None:
    def draw(made: FPDF) -> None:
        for y, label, ticked in ((30, "Smoker", True), (40, "Driver", False)):
            made.set_fill_color(0)
            made.rect(40, y - 3, 4, 4, style="F")
            made.set_fill_color(255)
            made.rect(40.3, y - 2.7, 3.4, 3.4, style="F")
            made.text(46, y, label)
            if ticked:
                _cross(made, 40, y - 3)

    assert first(form(tmp_path / "a.pdf", draw)).text.split("\n") == ["[x] Smoker", "[ ] Driver"]


def test_tinted_boxes_of_a_form_are_boxes(tmp_path: Path) -> None:
    def draw(made: FPDF) -> None:
        made.set_fill_color(215)
        for y, label, ticked in ((30, "Smoker", True), (40, "Driver", False)):
            made.rect(40, y - 3, 4, 4, style="DF")
            made.text(46, y, label)
            if ticked:
                _cross(made, 40, y - 3)

    assert first(form(tmp_path / "a.pdf", draw)).text.split("\n") == ["[x] Smoker", "[ ] Driver"]
