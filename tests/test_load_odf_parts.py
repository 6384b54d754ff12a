"""What an OpenDocument text holds beside its plain text: numbers that are counted, forms, merged cells, objects."""

import zipfile
from pathlib import Path

from test_load import check_offsets, first, outline

NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{full}:1.0"'
    for short, full in [
        ("office", "office"), ("text", "text"), ("table", "table"), ("draw", "drawing"), ("style", "style"),
        ("form", "form"), ("chart", "chart"),
    ]
) + (
    ' xmlns:xlink="http://www.w3.org/1999/xlink"'
    ' xmlns:field="urn:openoffice:names:experimental:ooo-ms-interop:xmlns:field:1.0"'
    ' xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0"'
)  # fmt: skip


def write(
    path: Path, body: str, *, styles: str = "", outline_style: str = "", objects: dict[str, str] | None = None
) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr(
            "content.xml",
            f"<office:document-content {NAMES}><office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:text>{body}</office:text></office:body></office:document-content>",
        )
        archive.writestr(
            "styles.xml",
            f"<office:document-styles {NAMES}><office:styles>{outline_style}</office:styles></office:document-styles>",
        )
        for name, text in (objects or {}).items():
            archive.writestr(name, text)
    return path


def level(place: int, form: str, *, kind: str = "list-level-style-number", more: str = "") -> str:
    return f'<text:{kind} text:level="{place}" style:num-format="{form}" {more}/>'


CLAUSES = (
    '<text:list-style style:name="L1">'
    + level(1, "1", more='style:num-suffix="." text:start-value="4"')
    + level(2, "1", more='text:display-levels="2"')
    + level(3, "a", more='style:num-prefix="(" style:num-suffix=")"')
    + '</text:list-style><text:list-style style:name="L2">'
    + level(1, "I", more='style:num-suffix="."')
    + '</text:list-style><text:list-style style:name="L3"><text:list-level-style-bullet text:level="1"/>'
    + "</text:list-style>"
)


def items(*inner: str, more: str = "") -> str:
    made = "".join(one if one.startswith("<text:list-") else f"<text:list-item>{one}</text:list-item>" for one in inner)
    return f"<text:list {more}>{made}</text:list>"


def p(text: str) -> str:
    return f"<text:p>{text}</text:p>"


def test_clauses_of_a_list_are_numbered_through_their_levels(tmp_path: Path) -> None:
    body = items(
        p("Fees") + items(p("The fee is due in May.") + items(p("in summer"), p("in winter")), p("Late fees.")),
        p("Notice") + items(p("In writing.") + p("Or by mail.")),
        more='text:style-name="L1"',
    )
    document = first(write(tmp_path / "a.odt", body, styles=CLAUSES))
    assert document.text == (
        "4. Fees\n4.1 The fee is due in May.\n(a) in summer\n(b) in winter\n4.2 Late fees.\n5. Notice\n"
        "5.1 In writing.\n\nOr by mail."
    )


def test_lists_go_on_by_name_and_by_style_or_begin_anew(tmp_path: Path) -> None:
    body = (
        items(p("a"), more='text:style-name="L2" xml:id="one"')
        + items(p("b"), more='text:style-name="L2"')
        + items(p("c"), more='text:style-name="L2" text:continue-list="one"')
        + items(p("d"), more='text:style-name="L2" text:continue-numbering="true"')
        + items(
            '<text:list-item text:start-value="9">' + p("e") + "</text:list-item>", p("f"), more='text:style-name="L2"'
        )
        + items(
            "<text:list-header>" + p("g") + "</text:list-header>",
            '<text:list-item text:style-override="L1">' + p("h") + "</text:list-item>",
            more='text:style-name="L2"',
        )
        + items(p("i"), more='text:style-name="L3"')
    )
    document = first(write(tmp_path / "a.odt", body, styles=CLAUSES))
    assert " ".join(document.text.split()) == "I. a I. b II. c III. d IX. e X. f g 4. h - i"


def test_headings_are_numbered_by_the_outline(tmp_path: Path) -> None:
    outline_style = (
        '<text:outline-style style:name="Outline">'
        + level(1, "A", kind="outline-level-style")
        + level(2, "1", kind="outline-level-style", more='loext:num-list-format="%1%-%2%"')
        + '</text:outline-style><style:style style:name="Plain" style:family="paragraph" style:list-style-name=""/>'
        '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Title"/>'
    )
    body = (
        '<text:p text:style-name="P1">Lease</text:p><text:h text:outline-level="1">Fees</text:h>'
        '<text:h text:outline-level="2">Rent</text:h><text:h text:outline-level="2">Heat</text:h>'
        '<text:h text:outline-level="1" text:style-name="Plain">Annex</text:h>'
        '<text:h text:outline-level="1">Notice</text:h><text:h text:outline-level="2">Form</text:h>'
        '<text:h text:outline-level="1" text:restart-numbering="true" text:start-value="7">End</text:h>'
    )
    document = first(write(tmp_path / "a.odt", body, outline_style=outline_style))
    assert outline(document) == [
        (1, "Lease"), (1, "A Fees"), (2, "A-1 Rent"), (2, "A-2 Heat"), (1, "Annex"), (1, "B Notice"), (2, "B-1 Form"),
        (1, "G End"),
    ]  # fmt: skip
    assert document.title == "Lease"
    check_offsets(document)


def test_a_number_that_a_program_wrote_stands_where_none_is_counted(tmp_path: Path) -> None:
    body = '<text:h text:outline-level="1"><text:number>2.1</text:number>Scope</text:h>'
    assert first(write(tmp_path / "a.odt", body)).text == "2.1 Scope"


def test_fields_of_forms_show_what_is_in_them(tmp_path: Path) -> None:
    body = (
        '<office:forms><form:form><form:checkbox form:id="c1" form:label="tested" form:current-state="checked"/>'
        '<form:checkbox form:id="c2" form:label="sold"/><form:text form:id="c3" form:current-value="Marigold"/>'
        '<form:listbox form:id="c4"><form:option form:label="red"/>'
        '<form:option form:label="green" form:current-selected="true"/></form:listbox></form:form></office:forms>'
        + "".join(
            f'<text:p>{name} <draw:control draw:control="c{at}"/></text:p>' for at, name in enumerate("abcd", start=1)
        )
        + '<text:p><field:fieldmark field:type="vnd.oasis.opendocument.field.FORMCHECKBOX">'
        '<field:param field:name="Checkbox_Checked" field:value="true"/></field:fieldmark> insured</text:p>'
        "<text:p><text:span>☐</text:span> leaking</text:p>"
        '<text:p>Sail: <text:drop-down><text:label text:value="jib"/><text:label text:value="main"/>'
        "main</text:drop-down></text:p>"
    )
    assert first(write(tmp_path / "a.odt", body)).text.split("\n\n") == [
        "a [x] tested", "b [ ] sold", "c Marigold", "d green", "[x] insured", "[ ] leaking", "Sail: main",
    ]  # fmt: skip


def table(*rows: str) -> str:
    return f"<table:table>{''.join(f'<table:table-row>{row}</table:table-row>' for row in rows)}</table:table>"


def cell(text: str, more: str = "") -> str:
    return f"<table:table-cell {more}>{p(text) if text else ''}</table:table-cell>"


COVERED = "<table:covered-table-cell/>"


def test_merged_cells_stand_in_each_row_and_captions_once(tmp_path: Path) -> None:
    body = table(
        cell("Crews of the piers", 'table:number-columns-spanned="3"') + COVERED * 2,
        cell("Site") + cell("Shift") + cell("Crew"),
        cell("North", 'table:number-rows-spanned="2"') + cell("early") + cell("4"),
        COVERED + cell("late") + cell("6"),
    )
    assert first(write(tmp_path / "a.odt", body)).text == (
        "Crews of the piers\n\nSite: North; Shift: early; Crew: 4\nSite: North; Shift: late; Crew: 6"
    )


def test_numbers_and_notes_in_cells_are_kept(tmp_path: Path) -> None:
    rent = items(p("Rent"), more='text:style-name="L2"')
    note = "<text:note><text:note-body><text:p>net</text:p></text:note-body></text:note>"
    body = table(
        cell("Clause") + cell("Sum"),
        f"<table:table-cell>{rent}</table:table-cell>" + cell(f"5 EUR{note}"),
    )
    document = first(write(tmp_path / "a.odt", body, styles=CLAUSES))
    assert document.text == "Clause: I. Rent; Sum: 5 EUR [Note: net]"


def test_a_form_drawn_as_a_table_names_no_columns(tmp_path: Path) -> None:
    wide = 'table:number-columns-spanned="2"'
    body = table(
        cell("1. Owner", wide) + COVERED + cell("seal"),
        cell("Name: Rhea Quill", wide) + COVERED + cell(""),
        cell("2. Boat", wide) + COVERED + cell(""),
        cell("Marigold") + cell("13.4 m") + cell("blue"),
    )
    assert first(write(tmp_path / "a.odt", body)).text == (
        "1. Owner; seal\nName: Rhea Quill\n2. Boat\nMarigold; 13.4 m; blue"
    )


def test_formulas_and_charts_are_read(tmp_path: Path) -> None:
    objects = {
        "Object 1/content.xml": '<math xmlns="http://www.w3.org/1998/Math/MathML"><semantics><mi>E</mi><mo>=</mo>'
        "<mfrac><mi>p</mi><mi>c</mi></mfrac>"
        '<annotation encoding="StarMath 5.0">E = {p} over {c}</annotation></semantics></math>',
        "Object 2/content.xml": f"<office:document-content {NAMES}><office:body><office:chart><chart:chart>"
        f"<chart:title>{p('Berths')}</chart:title>{table(cell('') + cell('north'), cell('2019') + cell('41'))}"
        "</chart:chart></office:chart></office:body></office:document-content>",
    }
    body = (
        '<text:p>So <draw:frame><draw:object xlink:href="./Object 1"/></draw:frame>.</text:p>'
        '<text:p><draw:frame><draw:object xlink:href="./Object 2"/></draw:frame></text:p>'
    )
    text = first(write(tmp_path / "a.odt", body, objects=objects)).text
    assert text == "So E=p/c.\n\nBerths\n\n2019; north: 41"


def test_two_elements_of_one_id_are_read(tmp_path: Path) -> None:
    body = '<text:p xml:id="a">one</text:p><text:p xml:id="a">two</text:p>'
    assert first(write(tmp_path / "a.odt", body)).text == "one\n\ntwo"
