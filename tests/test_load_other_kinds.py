"""Kinds of files that few people keep: those that are read, and those of which is said what to do."""

import base64
import zipfile
from pathlib import Path

import docx
import ole
import pytest
from lxml import etree
from test_load import first

from ingest.load import load, taken
from qa.errors import LoadError


def test_outline_keeps_its_texts_and_levels(tmp_path: Path) -> None:
    text = (
        '<opml version="2.0"><head><title>Harbour</title></head><body><outline text="North"><outline text="Sedge"'
        ' htmlUrl="https://sedge.example"/><outline text="Rushmere"/></outline></body></opml>'
    )
    (tmp_path / "a.opml").write_text(text)
    document = first(tmp_path / "a.opml")
    assert document.text == "Harbour\n\nNorth\n\n- Sedge https://sedge.example\n- Rushmere"
    assert [heading.title for heading in document.headings] == ["Harbour", "North"]


def test_book_of_fiction_is_read_without_its_pictures(tmp_path: Path) -> None:
    text = (
        "<FictionBook><stylesheet>.p{margin:0}</stylesheet><body><section><title><p>Fog</p></title>"
        "<p>The pier was wet.</p></section></body><binary id='a'>iVBORw0KGgo</binary></FictionBook>"
    )
    (tmp_path / "a.fb2").write_text(text)
    assert first(tmp_path / "a.fb2").text == "Fog\n\nThe pier was wet."


def test_mail_of_apple_mail_is_a_mail(tmp_path: Path) -> None:
    mail = b"From: Rhea <rhea@example.org>\nSubject: Lock\n\nIt opens at 05:45.\n"
    (tmp_path / "1.emlx").write_bytes(b"%d   \n%b<?xml version='1.0'?><plist/>" % (len(mail), mail))
    document = first(tmp_path / "1.emlx")
    assert document.title == "Lock"
    assert document.text.endswith("It opens at 05:45.")


@pytest.mark.parametrize("name", ["a.textile", "a.texi", "a.po", "a.typ", "a.qmd", "a.kml", "a.gpx", "a.xliff"])
def test_texts_under_other_names_are_taken_up(name: str) -> None:
    assert taken(Path(name))


def test_what_is_not_read_says_what_to_do(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.pages", "w") as archive:
        archive.writestr("Index/Document.iwa", b"\0\1\2")
    (tmp_path / "a.djvu").write_bytes(b"AT&TFORM\0\0\1\2DJVM\0\xff\xfe\0" * 9)
    (tmp_path / "a.dxf").write_text("  0\nSECTION\n  2\nHEADER\n")
    with zipfile.ZipFile(tmp_path / "a.odb", "w") as archive:
        archive.writestr("content.xml", "<a>b</a>")
    (tmp_path / "a.tgz").write_bytes(b"\x1f\x8b\x08\0" * 9)
    (tmp_path / "a.log").write_bytes(b"\x1f\x8b\x08\0" * 9)
    (tmp_path / "a.tar").write_text("a.txt 0000644 ustar The rent is due.")
    (tmp_path / "a.url").write_text("[InternetShortcut]\nURL=https://a.example/x\n")
    (tmp_path / "a.gdoc").write_text('{"url": "https://docs.example/open", "doc_id": "1AB"}')
    (tmp_path / "a.drawio").write_text('<mxfile><diagram name="P1"/></mxfile>')
    (tmp_path / "a.mp3").write_bytes(b"ID3\x03\0\xff\xfb\x90" * 9)
    for name, reason in (
        ("a.pages", "is a Pages document, which is not read; export it as a PDF or a Word document"),
        ("a.djvu", "is a DjVu scan, which is not read; turn it into a PDF"),
        ("a.dxf", "is an AutoCAD drawing, which is not read; export it as a PDF"),
        ("a.odb", "is an OpenDocument database, which is not read; export its tables as CSV"),
        ("a.tgz", "is a packed file, which is not read; unpack it, then ingest its files"),
        ("a.log", "is named .log but holds a gzip archive; unpack it and ingest its files"),
        ("a.tar", "is a packed file, which is not read; unpack it, then ingest its files"),
        ("a.url", "is a shortcut, which is not read; ingest what it leads to"),
        (
            "a.gdoc",
            "is a link to a Google document, which is not read; download it from Google Drive as an Office document",
        ),
        ("a.drawio", "is a diagram, which is not read; export it as a PDF"),
        ("a.mp3", "is a recording, which is not read; write down what is said, as text or subtitles, and ingest that"),
    ):
        assert taken(Path(name)) is (name == "a.log")
        with pytest.raises(LoadError) as caught:
            load(tmp_path / name)
        assert caught.value.reason == reason


def test_json_values_one_behind_the_other_are_rows(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"berth": 1,\n "rent": 2.50}\n\n{"berth": 2, "rent": 3}\n')
    assert load(tmp_path / "a.json").documents[0].text == "berth: 1; rent: 2.50\nberth: 2; rent: 3"
    (tmp_path / "a.json").write_text('{"berth": 1}\n{"berth": 2')
    broken = load(tmp_path / "a.json").documents[0]
    assert broken.text == '{"berth": 1}\n{"berth": 2'
    reason = "Extra data: line 2 column 1 (char 13)"
    assert broken.gaps == (f"is not valid JSON ({reason}), so it is read as plain text",)


def test_a_line_that_is_no_json_costs_itself_alone(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"berth": 1}\n{"berth": 2\n{"berth": 3}\n')
    found = load(tmp_path / "a.jsonl").documents[0]
    assert found.text == 'berth: 1\n{"berth": 2\nberth: 3'
    assert found.gaps == ("not valid JSON in line 2, which is read as plain text",)


def test_subtitles_of_youtube_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.sbv").write_text(
        "0:00:00.378,0:00:01.378\nThe berth is\n\n0:00:01.400,0:00:02.305\nfree from May.\n"
    )
    assert load(tmp_path / "a.sbv").documents[0].text == "00:00:00\n\nThe berth is free from May."


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "a.ass",
            "[Events]\nFormat: Layer, Start, End, Style, Name, Text\n"
            "Dialogue: 0,0:00:01.00,0:00:03.00,Default,Ada,{\\i1}The berth{\\i0} is free\\Nfrom May, we hope.\n"
            "Dialogue: 0,0:00:01.00,0:00:03.00,Default,,{\\p1}m 0 0 l 100 0\n",
        ),
        ("a.smi", "<SAMI><BODY><SYNC Start=1000><P Class=EN>Ada: The berth is free<br>from May, we hope.</BODY>"),
        ("a.lrc", "[ar:Nobody]\n[00:01.00]Ada: The berth is free\n[00:02.00]from May, we hope.\n"),
        ("a.sub", "{1}{1}25.0\n{25}{75}Ada: The berth is free|from May, we hope.\n"),
        ("a.sub", "[INFORMATION]\n00:00:01.00,00:00:03.00\nAda: The berth is free[br]from May, we hope.\n"),
    ],
)
def test_subtitles_of_other_forms_are_read_as_prose(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    assert load(tmp_path / name).documents[0].text == "00:00:01\n\nAda: The berth is free from May, we hope."


def test_times_of_subtitles_may_lack_a_digit(tmp_path: Path) -> None:
    (tmp_path / "a.srt").write_bytes("1\r\n00:00:0,000 --> 00:00:01,000\r\nThe berth is free.\r\n".encode("utf-16"))
    assert load(tmp_path / "a.srt").documents[0].text == "00:00:00\n\nThe berth is free."


_PLACE = (
    "<Placemark><name>Lake Inn</name><styleUrl>#a</styleUrl><description>{}</description><ExtendedData>"
    '<Data name="Beds"><value>4</value></Data><SchemaData><SimpleData name="Price">80</SimpleData></SchemaData>'
    "</ExtendedData><Point><coordinates>9.5,47.1,0</coordinates></Point></Placemark>"
)


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        (
            "a.kml",
            "<kml><Document><name>Trip</name><Style><LineStyle><color>ff</color></LineStyle></Style>"
            "<Folder><name>Beds</name>"
            + _PLACE.format("<![CDATA[Quiet.<br>No lift.]]>")
            + "</Folder><Placemark><name>Walk</name><LineString><coordinates>1,2 3,4</coordinates></LineString>"
            "</Placemark></Document></kml>",
            "Trip\n\nBeds\n\nLake Inn\n\nQuiet.\nNo lift.\n\nBeds: 4\nPrice: 80\nPosition: 47.1, 9.5\n\nWalk",
        ),
        (
            "a.gpx",
            '<gpx><wpt lat="47.1" lon="9.5"><name>Spring</name><desc>Cold.</desc><ele>900</ele></wpt>'
            '<trk><name>Run</name><trkseg><trkpt lat="1" lon="2"><ele>5</ele><time>2025-05-02T15:51:15Z</time></trkpt>'
            '<trkpt lat="1" lon="3"><time>2025-05-02T16:34:05Z</time></trkpt></trkseg></trk></gpx>',
            "Spring\n\nPosition: 47.1, 9.5\n\nCold.\n\nele: 900\n\n"
            "Run\n\nFrom: 2025-05-02T15:51:15Z\nTo: 2025-05-02T16:34:05Z",
        ),
        (
            "a.tcx",
            '<TrainingCenterDatabase><Activities><Activity Sport="Running"><Lap StartTime="2025-05-02">'
            "<Calories>285</Calories><Track><Trackpoint><AltitudeMeters>3</AltitudeMeters></Trackpoint></Track></Lap></Activity></Activities>"
            "</TrainingCenterDatabase>",
            "Sport: Running\nStartTime: 2025-05-02\nCalories: 285",
        ),
        # A note of Google Keep.
        (
            "a.json",
            '{"title": "Shop", "isTrashed": false, "userEditedTimestampUsec": 1690864183842000, "textContent": "Soon.",'
            '"listContent": [{"text": "Rope", "isChecked": true}, {"text": "Buoy", "isChecked": false}],'
            '"labels": [{"name": "boat"}], "attachments": [{"filePath": "a.png", "mimetype": "image/png"}]}',
            "Shop\n\nSoon.\n\n- [x] Rope\n- [ ] Buoy\n\nLabels: boat\n\nAttachments: a.png",
        ),
        # Moments that programs count are days to a reader; other numbers of that size are not.
        (
            "a.json",
            '{"createdTimestampUsec": 1690864183842000, "edit-time": 1690864183842, "ts": "1690864183.5",'
            '"sum": 1690864183, "updated": [1690864183], "time": 12, "candidate": 1690864183, "createdAt": 1690864183}',
            "createdTimestampUsec: 2023-08-01 04:29 UTC\nedit-time: 2023-08-01 04:29 UTC\nts: 2023-08-01 04:29 UTC\n"
            "sum: 1690864183\nupdated: 2023-08-01 04:29 UTC\ntime: 12\ncandidate: 1690864183\n"
            "createdAt: 2023-08-01 04:29 UTC",
        ),
        # Settings of programs are JSON with comments.
        (
            "a.json",
            '// of the harbour\n{"a": "http://x//y", /* two */ "b": [1, 2,],}',
            "a: http://x//y\nb: 1, 2",
        ),
        # A mind map.
        (
            "a.mm",
            '<map version="1"><node TEXT="House"><edge COLOR="1"/><node TEXT="Roof"/><node TEXT="Rent" '
            'LINK="https://a.example"><icon BUILTIN="x"/><richcontent TYPE="NOTE"><html><body><p>500</p></body></html>'
            "</richcontent></node></node></map>",
            "House\n\n- Roof\n- Rent https://a.example\n\n500",
        ),
        # Notes that are an outline: of Roam Research, and of Logseq.
        (
            "a.json",
            '[{"title": "House", "edit-time": 1700000000000, "children": [{"string": "{{[[TODO]]}} call [[Ada '
            '[[Roe]]]]", "uid": "abcdefg12", "children": [{"string": "Phone:: 555"}]}]}, '
            '{"title": "Day", "children": [{"string": "see ((abcdefg12)), ^^soon^^", "uid": "x"}]}, {"title": "End"}]',
            "House\n\n- [ ] call Ada Roe\n- Phone: 555\n\nDay\n\n- see [ ] call Ada Roe, soon\n\nEnd",
        ),
        (
            "a.json",
            '{"version": 1, "blocks": [{"page-name": "House", "children": [{"content": "DONE roof"}]}]}',
            "House\n\n- [x] roof",
        ),
        # A list of records is none.
        (
            "a.json",
            '[{"title": "Roof", "children": [{"name": "x"}]}]',
            "[1].title: Roof\n[1].children[1].name: x",
        ),
        # Settings of Apple's programs, and texts of others: the name of a value is no element.
        (
            "a.xml",
            "<plist><dict><key>Title</key><string>House</string><key>Open</key><true/><key>Rooms</key><array>"
            "<string>hall</string><string>bath</string></array><key>Key</key><data>AAAA</data><key>Owner</key><dict>"
            "<key>Name</key><string>Ada</string></dict><key>Loans</key><array><dict><key>Sum</key><integer>5</integer>"
            "</dict></array></dict></plist>",
            "Title: House\nOpen: yes\nRooms: hall, bath\nOwner.Name: Ada\nLoans[1].Sum: 5",
        ),
        (
            "a.xml",
            '<root><string name="greeting">Hello</string><data name="farewell"><value>Bye</value></data><item>x</item>'
            '<chair name="oak">brown</chair></root>',
            "greeting: Hello\nfarewell: Bye\nitem: x\nchair: brown",
        ),
        # Objective-C++ has that name as well.
        (
            "a.mm",
            "#import <UIKit/UIKit.h>\nint rent() { return 500; }\n",
            "#import <UIKit/UIKit.h>\nint rent() { return 500; }",
        ),
        # A calendar of the 1990s, and one with two rules.
        (
            "a.vcs",
            "BEGIN:VCALENDAR\nVERSION:1.0\nBEGIN:VEVENT\nDTSTART:20250322T150000\n"
            "SUMMARY;ENCODING=QUOTED-PRINTABLE:Rent\\; fees=2C caf=E9\nEND:VEVENT\nEND:VCALENDAR\n",
            "Event: Rent; fees, café; When: Saturday, 22 March 2025 15:00",
        ),
        (
            "a.ics",
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Walk\nRRULE:FREQ=WEEKLY;BYDAY=MO\nRRULE:FREQ=MONTHLY;BYDAY=1FR\n"
            "END:VEVENT\nEND:VCALENDAR\n",
            "Event: Walk; Repeats: every week on Monday; and every month on 1 Friday",
        ),
        # Word of 2003: a word is cut wherever its looks change.
        (
            "a.doc",
            '<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument xmlns:w="http://schemas.'
            'microsoft.com/office/word/2003/wordml"><w:body><w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>'
            "Le</w:t></w:r><w:r><w:t>ase</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>Item</w:t></w:r></w:p></w:tc>"
            "<w:tc><w:p><w:r><w:t>Sum</w:t></w:r></w:p></w:tc></w:tr><w:tr><w:tc><w:p><w:r><w:t>Rent</w:t></w:r></w:p>"
            "</w:tc><w:tc><w:p><w:r><w:t>50</w:t></w:r><w:r><w:t>0</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
            "</w:body></w:wordDocument>",
            "Lease\n\nItem: Rent; Sum: 500",
        ),
        # Rows that name their values themselves, by a colon or in bold.
        (
            "a.html",
            "<table><tr><td>Order:</td><td>4711</td><td>Date:</td><td>1 May</td></tr><tr><td>Customer:</td><td>Ada</td>"
            "<td>Total:</td><td>5.00</td></tr></table>",
            "Order: 4711; Date: 1 May\nCustomer: Ada; Total: 5.00",
        ),
        (
            "a.html",
            "<table><tr><td><b>Name</b></td><td>Ada</td></tr><tr><td><strong>Born</strong></td><td>1815</td></tr></table>",
            "Name: Ada\nBorn: 1815",
        ),
        (
            "a.html",
            "<table><tr><td><b>Name</b></td><td><b>Born</b></td></tr><tr><td>Ada</td><td>1815</td></tr></table>",
            "Name: Ada; Born: 1815",
        ),
        # The first row of a table is no row of names where it is like the others.
        (
            "a.html",
            "<table><tr><td>1.</td><td>Oak</td><td>5,50</td></tr><tr><td>2.</td><td>Elm</td><td>6,50</td></tr></table>",
            "1.; Oak; 5,50\n2.; Elm; 6,50",
        ),
        # It is one where it says so, also of days above days.
        (
            "a.html",
            "<table><tr><th>2025-01-01</th><th>2025-03-01</th></tr><tr><td>2025-01-02</td><td>2025-03-04</td></tr></table>",
            "2025-01-01: 2025-01-02; 2025-03-01: 2025-03-04",
        ),
    ],
)
def test_exports_of_programs_say_what_a_person_keeps_them_for(
    tmp_path: Path, name: str, content: str, text: str
) -> None:
    assert taken(Path(name))
    (tmp_path / name).write_text(content)
    assert first(tmp_path / name).text == text


def test_title_of_a_kept_note_is_its_own_and_of_an_exported_page_without_its_id(tmp_path: Path) -> None:
    (tmp_path / "2023-08-01T14_29.json").write_text('{"title": "Shop", "userEditedTimestampUsec": 1690864183842000}')
    note = first(tmp_path / "2023-08-01T14_29.json")
    assert (note.title, note.metadata["date"]) == ("Shop", "2023-08-01T04:29:43+00:00")
    for stem, title in (
        ("Habit Tracker 152bb52ee2b5804da922efa8c3194444_all", "Habit Tracker all"),
        ("152bb52ee2b5804da922efa8c3194444", "152bb52ee2b5804da922efa8c3194444"),
        ("Bill 12345678901234567890123456789012", "Bill 12345678901234567890123456789012"),
    ):
        (tmp_path / f"{stem}.csv").write_text("a,b\n1,2\n")
        assert first(tmp_path / f"{stem}.csv").title == title


def test_word_document_in_one_file_of_xml_is_read_as_its_archive(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_heading("Lease", 1)
    word.add_paragraph("The rent is ").add_run("500.")
    word.save(str(tmp_path / "a.docx"))
    package = "http://schemas.microsoft.com/office/2006/xmlPackage"
    root = etree.Element(f"{{{package}}}package")
    with zipfile.ZipFile(tmp_path / "a.docx") as archive:
        types = etree.fromstring(archive.read("[Content_Types].xml"))
        kinds = {one.get("PartName"): one.get("ContentType", "") for one in types}
        for name in archive.namelist()[1:]:
            part = etree.SubElement(root, f"{{{package}}}part")
            part.set(f"{{{package}}}name", f"/{name}")
            if kind := kinds.get(f"/{name}", "" if name.endswith((".xml", ".rels")) else "image/jpeg"):
                part.set(f"{{{package}}}contentType", kind)
            if name.endswith((".xml", ".rels")):
                etree.SubElement(part, f"{{{package}}}xmlData").append(etree.fromstring(archive.read(name)))
            else:
                held = etree.SubElement(part, f"{{{package}}}binaryData")
                held.text = base64.encodebytes(archive.read(name)).decode()
    (tmp_path / "a.xml").write_bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8"))
    document = first(tmp_path / "a.xml")
    assert document.text == "Lease\n\nThe rent is 500."
    assert [heading.title for heading in document.headings] == ["Lease"]


def test_documents_of_wps_office_are_read_and_those_of_works_are_told(tmp_path: Path) -> None:
    ole.write_doc(tmp_path / "a.wps", "The rent is 500.\r")
    assert first(tmp_path / "a.wps").text == "The rent is 500."
    ole.write_ole(tmp_path / "b.wps", {"CONTENTS": b"CHNKWKS"})
    with pytest.raises(LoadError, match="is a Works document, which is not read; open it in LibreOffice"):
        load(tmp_path / "b.wps")
    assert taken(Path("a.et"))
    assert taken(Path("a.dps"))
