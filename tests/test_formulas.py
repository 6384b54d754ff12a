"""Formulas on one line, as Office, MathML and OpenDocument have them."""

from pathlib import Path

import docx
import pptx
import pytest
from lxml import etree

from ingest.load import formulas, load, raised

_M = "http://schemas.openxmlformats.org/officeDocument/2006/math"


def _r(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


def _omml(inside: str) -> str:
    return f'<m:oMath xmlns:m="{_M}">{inside}</m:oMath>'


_FRACTION = f"<m:f><m:num>{_r('a+b')}</m:num><m:den>{_r('2')}</m:den></m:f>"


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        (f"{_r('m=')}{_FRACTION}", "m=(a+b)/2"),
        (f"<m:f><m:num>{_r('1')}</m:num><m:den>{_FRACTION}</m:den></m:f>", "1/((a+b)/2)"),
        (f"<m:f><m:num>{_r('(a)(b)')}</m:num><m:den>{_r('(a+b)')}</m:den></m:f>", "((a)(b))/(a+b)"),
        (f"<m:sSup><m:e>{_r('x')}</m:e><m:sup>{_r('n+1')}</m:sup></m:sSup>", "x^(n+1)"),
        (f"<m:sSubSup><m:e>{_r('x')}</m:e><m:sub>{_r('i')}</m:sub><m:sup>{_r('2')}</m:sup></m:sSubSup>", "x_i^2"),
        (f"<m:rad><m:radPr><m:degHide m:val='1'/></m:radPr><m:deg/><m:e>{_r('1-x')}</m:e></m:rad>", "√(1-x)"),
        (f"<m:rad><m:deg>{_r('3')}</m:deg><m:e>{_r('8')}</m:e></m:rad>", "3√8"),
        (
            f"<m:nary><m:naryPr><m:chr m:val='∑'/></m:naryPr><m:sub>{_r('i=1')}</m:sub><m:sup>{_r('n')}</m:sup>"
            f"<m:e>{_r('i')}</m:e></m:nary>",
            "∑_(i=1)^n i",
        ),
        (f"<m:d><m:e>{_r('a')}</m:e><m:e>{_r('b')}</m:e></m:d>", "(a|b)"),
        (f"<m:func><m:fName>{_r('sin')}</m:fName><m:e>{_r('x')}</m:e></m:func>", "sin x"),
        (
            f"<m:f><m:fPr><m:type m:val='noBar'/></m:fPr><m:num>{_r('n')}</m:num><m:den>{_r('k')}</m:den></m:f>",
            "n over k",
        ),
    ],
)
def test_formula_of_office_keeps_its_bars_and_what_is_raised(inside: str, said: str) -> None:
    assert formulas.line(etree.fromstring(_omml(inside))) == said


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        ("<mi>v</mi><mo>=</mo><mfrac><mi>s</mi><mi>t</mi></mfrac>", "v=s/t"),
        ("<mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>1.5</mn></mfrac>", "(a+b)/1.5"),
        ("<msup><mi>x</mi><mn>2</mn></msup><msub><mi>a</mi><mi>i</mi></msub>", "x^2a_i"),
        ("<msqrt><mn>1</mn><mo>-</mo><mi>x</mi></msqrt>", "√(1-x)"),
        ("<munderover><mo>∑</mo><mi>i</mi><mi>n</mi></munderover><mi>i</mi>", "∑_i^ni"),
        ("<mi>Rate</mi><mo>=</mo><mtext>rent</mtext><mo>/</mo><mn>12</mn>", "Rate = rent /12"),
        ("<semantics><mfrac><mi>a</mi><mi>b</mi></mfrac><annotation>a over b</annotation></semantics>", "a/b"),
        ("<mfrac><mi>a</mi></mfrac>", "a"),
    ],
)
def test_formula_of_mathml_keeps_its_bars(inside: str, said: str) -> None:
    made = f'<math xmlns="http://www.w3.org/1998/Math/MathML">{inside}</math>'
    assert formulas.line(etree.fromstring(made)) == said


def test_formula_without_end_is_read_flat() -> None:
    deep = "<m:e>" * 200 + _r("x") + "</m:e>" * 200
    assert formulas.line(etree.fromstring(_omml(deep))) == "x"


def test_word_and_pages_tell_a_fraction(tmp_path: Path) -> None:
    made = docx.Document()
    made.add_paragraph("The mean is ")._p.append(etree.fromstring(_omml(_FRACTION)))
    made.save(str(tmp_path / "a.docx"))
    page = "<p>The mean is <math><mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></mfrac></math> here.</p>"
    (tmp_path / "a.html").write_text(page)
    assert load(tmp_path / "a.docx", "a.docx").documents[0].text.strip() == "The mean is (a+b)/2"
    assert load(tmp_path / "a.html", "a.html").documents[0].text.strip() == "The mean is (a+b)/2 here."


@pytest.mark.parametrize(
    ("before", "above", "said"),
    [
        ("about 10", "6", "^6"),
        ("1.5 × 10", "−3", "^−3"),
        ("120 m", "2", "²"),
        ("5 km", "3", "³"),
        ("9.81 m/s", "−1", "^−1"),
        # Numbers of footnotes
        ("the rent", "2", "2"),
        ("in 2010", "6", " ⁶"),
        ("a team", "2", "2"),
        ("at 10", "1", " ¹"),
        ("the 1", "st", "st"),
    ],
)
def test_power_is_no_digit_of_its_number(before: str, above: str, said: str) -> None:
    assert raised.behind(before, above) == said


def test_powers_are_told_in_pages_texts_and_slides(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<p>The hall of 40 m<sup>2</sup> holds 10<sup>6</sup> grains.<sup>3</sup></p>")
    text, deck = docx.Document(), pptx.Presentation()
    box = deck.slides.add_slide(deck.slide_layouts[6]).shapes.add_textbox(0, 0, 99_999, 99_999).text_frame.paragraphs[0]
    paragraph = text.add_paragraph()
    for number, part in enumerate(("The hall of 40 m", "2", " holds 10", "6", " grains.", "3")):
        paragraph.add_run(part).font.superscript = number % 2 == 1
        run = box.add_run()
        run.text = part
        if number % 2:
            run.font._element.set("baseline", "30000")
    text.save(str(tmp_path / "a.docx"))
    deck.save(str(tmp_path / "a.pptx"))
    for name in ("a.html", "a.docx", "a.pptx"):
        assert load(tmp_path / name, name).documents[0].text == "The hall of 40 m² holds 10^6 grains.3"
