"""Statements of accounts, exports of Evernote, and XML with currencies, breaks and data in letters."""

from base64 import b64encode
from pathlib import Path

import pytest

from ingest.load import Loaded, load

CAMT = """<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt>
<Acct><Id><IBAN>DE02120300000000202051</IBAN></Id></Acct>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp>
<Amt Ccy="CHF">70.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2025-03-04</Dt></Dt></Bal>
<Ntry><Amt Ccy="CHF">12.5</Amt><CdtDbtInd>DBIT</CdtDbtInd><BookgDt><Dt>2025-03-03</Dt></BookgDt><NtryDtls><TxDtls>
<Refs><EndToEndId>R-7</EndToEndId></Refs>
<RltdPties><Dbtr><Nm>Ada Marsh</Nm></Dbtr><Cdtr><Nm>Water Works</Nm></Cdtr></RltdPties>
<RmtInf><Ustrd>Water in</Ustrd><Ustrd>March</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="CHF">83</Amt><CdtDbtInd>CRDT</CdtDbtInd><BookgDt><Dt>2025-03-04</Dt></BookgDt></Ntry>
</Stmt></BkToCstmrStmt></Document>"""
MT940 = """:20:START
:25:10020030/1234567
:28C:1/1
:60F:C241230EUR1000,00
:61:2501021230DR45,99NMSCNONREF
:86:105?00LASTSCHRIFT?20EREF+77?21SVWZ+Strom im Dez
ember?22 2024?32Stadtwerke?33 Nord?31DE02
:61:250103C10,NMSCR5
:86:Refund of the deposit
:62F:C250103EUR964,01
-
"""


def read(path: Path, content: str | bytes) -> Loaded:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load(path)


def test_statement_of_a_bank_in_xml_is_a_row_for_each_booking(tmp_path: Path) -> None:
    [document] = read(tmp_path / "a.xml", CAMT).documents
    assert document.text == (
        "Account DE02120300000000202051\n\nClosing balance: 70.50 CHF (2025-03-04)\n\n"
        "Date: 2025-03-03; Amount: -12.50; Currency: CHF; Name: Water Works; Purpose: Water in March; Reference: R-7\n"
        "Date: 2025-03-04; Amount: 83.00; Currency: CHF"
    )
    assert document.marks


def test_statement_in_mt940_is_a_row_for_each_booking(tmp_path: Path) -> None:
    [document] = read(tmp_path / "a.sta", MT940).documents
    assert document.text == (
        "Account 10020030/1234567\n\nOpening balance: 1000.00 EUR (2024-12-30)\n\n"
        "Date: 2024-12-30; Value date: 2025-01-02; Amount: -45.99; Currency: EUR; Name: Stadtwerke Nord; "
        "Account: DE02; Purpose: LASTSCHRIFT Strom im Dezember 2024\n"
        "Date: 2025-01-03; Value date: 2025-01-03; Amount: 10.00; Currency: EUR; Purpose: Refund of the deposit; "
        "Reference: R5\n\nClosing balance: 964.01 EUR (2025-01-03)"
    )


def test_notes_of_evernote_are_documents_with_their_files(tmp_path: Path) -> None:
    data = b64encode(b"The key is under the mat.").decode()
    notes = (
        "<en-export><note><title>Shed</title><created>20250102T030405Z</created><tag>house</tag>"
        "<note-attributes><author>Ada</author></note-attributes>"
        '<content><![CDATA[<?xml version="1.0"?><!DOCTYPE en-note SYSTEM "x"><en-note><div>'
        '<en-todo checked="true"/>Paint it</div><en-crypt>AAAA</en-crypt></en-note>]]></content>'
        f"<resource><data encoding='base64'>{data}</data><mime>text/plain</mime>"
        "<resource-attributes><file-name>key.txt</file-name></resource-attributes></resource></note>"
        "<note><title>Roof</title><content><![CDATA[<en-note>Two tiles are loose.</en-note>]]></content></note>"
        "</en-export>"
    )
    loaded = read(tmp_path / "a.enex", notes)
    shed, key, roof = loaded.documents[1:]
    assert (shed.text, key.text, roof.text) == (
        "Shed\n\n[x] Paint it\n\nTags: house",
        "The key is under the mat.",
        "Roof\n\nTwo tiles are loose.",
    )
    assert (shed.metadata["author"], shed.metadata["date"][:10]) == ("Ada", "2025-01-02")
    [(source, reason)] = loaded.failed
    assert source.endswith("a.enex!/Shed.html!/encrypted")
    assert "encrypted" in reason


def test_tasks_of_evernote_stand_where_the_note_has_them(tmp_path: Path) -> None:
    group = '<div style="--en-task-group:true; --en-id:g-1;x:y"><div>Content not supported</div><div>A box.</div></div>'
    tasks = (
        "<task><title>Call the bank</title><taskStatus>open</taskStatus><sortWeight>J</sortWeight>"
        "<taskGroupNoteLevelID>g-1</taskGroupNoteLevelID><dueDate>20260302T000000Z</dueDate></task>"
        "<task><title>Pay</title><taskStatus>completed</taskStatus><sortWeight>B</sortWeight>"
        "<taskGroupNoteLevelID>g-1</taskGroupNoteLevelID></task>"
        "<task><title>Alone</title><taskStatus>open</taskStatus><taskGroupNoteLevelID>g-2</taskGroupNoteLevelID></task>"
    )
    note = f"<note><title>Week</title><content><![CDATA[<en-note><div>a</div>{group}<div>b</div></en-note>]]></content>"
    [_, week] = read(tmp_path / "a.enex", f"<en-export>{note}{tasks}</note></en-export>").documents
    assert week.text == "Week\n\na\n\n[x] Pay\n\n[ ] Call the bank, due 2026-03-02\n\nb\n\n[ ] Alone"
    [(_, reason)] = read(tmp_path / "b.enex", "<en-note><div>A note alone.</div></en-note>").failed
    assert "no notes" in reason


def test_hostile_export_of_evernote_unfolds_no_entity(tmp_path: Path) -> None:
    entities = '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">'
    bomb = f"<!DOCTYPE e [{entities}]><en-export><note><title>&b;</title></note></en-export>"
    assert all("aaaa" not in document.text for document in read(tmp_path / "a.enex", bomb).documents)
    assert len(read(tmp_path / "b.enex", "<en-export><note><title>x</title>").documents) >= 1


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        ('<i><Amount currencyID="EUR">12.00</Amount><Size unit="x">3</Size></i>', "Amount: 12.00 EUR\nSize: 3"),
        ("<tt><p>we're making<br/>our way</p></tt>", "we're making\nour way"),
        (f"<n><name>a</name><data>{b64encode(bytes(range(256)) * 9).decode()}</data></n>", "name: a"),
    ],
)
def test_xml_keeps_currencies_and_breaks_and_leaves_data_out(tmp_path: Path, xml: str, text: str) -> None:
    [document] = read(tmp_path / "a.xml", xml).documents
    assert document.text == text
    assert bool(document.gaps) is ("<data>" in xml)


def test_hostile_amounts_letters_and_notes_are_read_at_once(tmp_path: Path) -> None:
    """An amount of a hundred million digits; patterns that tried a text in more ways than anybody waits for."""
    [statement] = read(tmp_path / "a.xml", CAMT.replace("12.5<", "1e99999999<")).documents
    assert "1e99999999" in statement.text
    for letters in ("A" * 900 + "!", "A" * 50_000 + " " * 50_000 + "!"):
        [document] = read(tmp_path / "b.xml", f"<n><name>a</name><code>{letters}</code></n>").documents
        assert not document.gaps
    body = "<li " * 50_000 + "<en-crypt>" * 50_000
    assert read(tmp_path / "c.enex", f"<e><note><content><![CDATA[{body}]]></content></note></e>").documents


def test_note_of_joplin_is_told_without_what_the_program_keeps(tmp_path: Path) -> None:
    kept = (
        "id: 4782f467eb8c4d769b3538f069c39cfe\nparent_id: 36ad2ccddc2542a9a5c41a1fbde269b1\nlatitude: 0.00000000\n"
        "author: Ada\nsource_url: https://example.org/a\nis_todo: 1\ntodo_completed: 1595673417196\n"
        "user_updated_time: 2020-07-25T10:36:57.400Z\nencryption_applied: 0\ntype_: 1"
    )
    [note] = read(tmp_path / "a.md", f"Call the bank\n\nAsk for Ms Hill.\n\n{kept}").documents
    assert note.text == "[x] Call the bank\n\nAsk for Ms Hill.\n\nSource: https://example.org/a"
    assert (note.title, note.metadata["author"], note.metadata["date"][:10]) == (
        "[x] Call the bank",
        "Ada",
        "2020-07-25",
    )
