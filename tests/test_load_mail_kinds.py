"""Mailboxes, saved pages, signed mails, invitations, winmail.dat, calendars and address cards."""

import binascii
import struct
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import compressed_rtf
import pytest

from ingest.load import Loaded, load
from qa.errors import LoadError
from qa.text.dates import sent_day, stated_day

_MAILS = b"""From a@b.example Mon Jan  6 10:00:00 2025
From: Ada <a@b.example>
To: l@b.example
Subject: Roof

The roof costs 12,700 EUR.

From the harbour it is a mile.

From c@b.example Tue Mar  4 09:00:00 2025
From: Cem <c@b.example>
To: l@b.example
Subject: Fence
Content-Transfer-Encoding: base64

VGhlIGZlbmNlIGNvc3RzIDMsMTUwIEVVUi4K
"""
_EVENT = """BEGIN:VCALENDAR
BEGIN:VEVENT
DTSTART;TZID=Europe/Berlin:20250322T150000
DTEND;TZID=Europe/Berlin:20250322T160000
RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR;COUNT=4
SUMMARY:Launch of the Bor
 age
LOCATION:Slipway 3
ORGANIZER;CN=Ada Roe:mailto:ada@b.example
BEGIN:VALARM
DESCRIPTION:wake up
END:VALARM
END:VEVENT
END:VCALENDAR
"""
_LINE = (
    "Event: Launch of the Borage; When: Saturday, 22 March 2025 15:00 to 16:00 (Europe/Berlin); "
    "Repeats: every 2 weeks on Monday, Friday, 4 times; Where: Slipway 3; Organizer: Ada Roe <ada@b.example>"
)


def loaded(path: Path, content: bytes) -> Loaded:
    path.write_bytes(content)
    return load(path)


@pytest.mark.parametrize(
    ("charset", "said"),
    [
        ("iso-2022-jp", "会議は五月十日"),
        ("gb18030", "会议于五月十日"),
        ("big5", "會議將於五月"),
        ("euc-kr", "회의는 오월"),
        ("koi8-r", "Собрание начнётся"),
        ("iso-8859-2", "Schůze začne"),
        ("windows-1252", "Verão"),
    ],
)
def test_heads_of_mails_may_hold_letters_as_they_are(tmp_path: Path, charset: str, said: str) -> None:
    written = said.encode(charset)
    mail = (
        b"From: %b <a@b.example>\r\nTo: c@d.example\r\nSubject: %b\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
        b"--x\r\nContent-Type: text/plain; charset=%b\r\n\r\n%b\r\n--x\r\nContent-Type: text/plain;\r\n"
        b' name="%b.txt"\r\n\r\nx\r\n--x--\r\n'
    ) % (written, written, charset.encode(), written, b"a" if charset == "iso-2022-jp" else written)
    found = loaded(tmp_path / "a.eml", mail).documents
    assert (found[0].title, found[0].metadata["from"]) == (said, f"{said} <a@b.example>")
    assert said in found[0].text.split("\n\n")[1]
    assert found[1].title == ("a" if charset == "iso-2022-jp" else said)


@pytest.mark.parametrize("name", ["box.mbox", "box.eml", "mbox"])
def test_every_mail_of_a_mailbox_is_a_document(tmp_path: Path, name: str) -> None:
    own, roof, fence = loaded(tmp_path / name, _MAILS).documents
    assert own.text == ""
    assert roof.title == "Roof"
    assert roof.text.endswith("From the harbour it is a mile.")
    assert fence.source.endswith("!/Fence.eml")
    assert fence.text.endswith("The fence costs 3,150 EUR.")


def test_a_saved_page_is_read_as_a_page(tmp_path: Path) -> None:
    message = EmailMessage()
    message["Subject"] = "Tides"
    message.set_content("<h1>Tides</h1><p>High water at 09:14 in Köln.</p>", subtype="html", cte="quoted-printable")
    document = loaded(tmp_path / "a.mhtml", message.as_bytes()).documents[0]
    assert document.text == "Tides\n\nHigh water at 09:14 in Köln."


def test_a_calendar_says_day_and_place(tmp_path: Path) -> None:
    assert loaded(tmp_path / "a.ics", _EVENT.encode()).documents[0].text == _LINE


def test_a_damaged_line_of_a_calendar_costs_no_more_than_itself(tmp_path: Path) -> None:
    document = loaded(tmp_path / "a.ics", _EVENT.replace("ORGANIZER;CN", "no colon\nORGANIZER;CN").encode()).documents[
        0
    ]
    assert document.text == _LINE
    assert document.gaps == ("without a line of the calendar that cannot be read (without a name)",)


def test_a_value_of_a_calendar_that_cannot_be_read_costs_itself(tmp_path: Path) -> None:
    events = "".join(
        f"BEGIN:VEVENT\nSUMMARY:{name}\nDTSTART:{start}\nEND:VEVENT\n"
        for name, start in (("Bad", "20171032T000000"), ("Good", "20171030T090000"))
    )
    document = loaded(tmp_path / "a.ics", f"BEGIN:VCALENDAR\n{events}END:VCALENDAR\n".encode()).documents[0]
    assert document.text == "Event: Bad\n\nEvent: Good; When: Monday, 30 October 2017 09:00"
    assert document.gaps == ("without a line of the calendar that cannot be read (DTSTART)",)


def test_an_invitation_in_a_mail_says_day_and_place(tmp_path: Path) -> None:
    message = EmailMessage()
    message["Subject"] = "Launch"
    message.set_content("You are invited.")
    message.add_alternative(_EVENT, subtype="calendar")
    assert loaded(tmp_path / "a.eml", message.as_bytes()).documents[0].text.endswith(f"You are invited.\n\n{_LINE}")


def test_all_texts_of_a_mail_are_read_whatever_they_say_of_their_encoding(tmp_path: Path) -> None:
    head = b"Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n"
    part = b"--B\r\nContent-Type: text/plain; charset=%s\r\n\r\n%s\r\n"
    mail = head + part % (b"us-ascii", "Müller".encode()) + part % (b"nonsense", b"J\xe4ger kam") + b"--B--\r\n"
    assert loaded(tmp_path / "a.eml", mail).documents[0].text == "Subject: x\n\nMüller\n\nJäger kam"


def _wrapped(kind: str, inner: bytes) -> bytes:
    from asn1crypto import cms

    content = {"content_type": "data", "content": inner}
    data = {"version": "v1", "digest_algorithms": [], "encap_content_info": content, "signer_infos": []}
    message = EmailMessage()
    message["Subject"] = "Order"
    body = cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(data)}).dump()
    if kind == "encrypted":
        body = cms.ContentInfo({"content_type": "enveloped_data", "content": _ENVELOPE}).dump()
    message.set_content(body, maintype="application", subtype="pkcs7-mime", filename="smime.p7m")
    return message.as_bytes()


_ENVELOPE = {
    "version": "v0",
    "recipient_infos": [],
    "encrypted_content_info": {
        "content_type": "data",
        "content_encryption_algorithm": {"algorithm": "aes256_cbc", "parameters": b"0" * 16},
        "encrypted_content": b"secret",
    },
}


def test_the_inside_of_a_signed_mail_is_read_and_an_encrypted_one_is_named(tmp_path: Path) -> None:
    inner = b"Content-Type: text/plain\r\n\r\nPlease order 17 fenders."
    assert loaded(tmp_path / "a.eml", _wrapped("signed", inner)).documents[0].text.endswith("order 17 fenders.")
    with pytest.raises(LoadError, match="is an encrypted mail"):
        loaded(tmp_path / "b.eml", _wrapped("encrypted", inner))


def test_winmail_is_unpacked(tmp_path: Path) -> None:
    def item(name: int, data: bytes) -> bytes:
        return b"\x02" + name.to_bytes(2, "little") + b"\0\0" + len(data).to_bytes(4, "little") + data + b"\0\0"

    tnef = b"\x78\x9f\x3e\x22\x01\x00" + item(0x800C, b"Dear Cem\0") + item(0x9002, b"")
    tnef += item(0x8010, b"plan.txt\0") + item(0x800F, b"The quay is 40 m long.")
    message = EmailMessage()
    message["Subject"] = "Plan"
    message.add_attachment(tnef, maintype="application", subtype="ms-tnef", filename="winmail.dat")
    own, plan = loaded(tmp_path / "a.eml", message.as_bytes()).documents
    assert own.text == "Subject: Plan\n\nDear Cem\n\nAttachments: plan.txt"
    assert plan.text == "The quay is 40 m long."


def test_cards_are_lines_of_facts(tmp_path: Path) -> None:
    cards = (
        "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCll=\ner;J=C3=B6rg\n"
        "TEL;CELL:+49 170 5550199\nEND:VCARD\n"
        "BEGIN:VCARD\nVERSION:3.0\nFN:Ada Roe\nORG:Kite\\, Ltd.;Boilers\nitem1.EMAIL;TYPE=WORK:a@b.example\n"
        "ADR;TYPE=HOME:;;Quay 4;Sorrel;;1234;Isle\nPHOTO:AAAA\nEND:VCARD\n"
    )
    assert loaded(tmp_path / "a.vcf", cards.encode()).documents[0].text == (
        "Name: Jörg Müller; Phone (mobile): +49 170 5550199\n\n"
        "Name: Ada Roe; Organisation: Kite, Ltd., Boilers; Email (work): a@b.example; "
        "Address (home): Quay 4, 1234, Sorrel, Isle"
    )


def test_formatted_text_of_a_winmail_is_read(tmp_path: Path) -> None:
    def item(name: int, content: bytes) -> bytes:
        return b"\x01" + struct.pack("<HHI", name, 0, len(content)) + content + b"\0\0"

    packed = compressed_rtf.compress(rb"{\rtf1\ansi The crane leaves on \b Friday\b0 .}", compressed=True)
    # A number of the sender's own, then one of four bytes, then the text.
    own = struct.pack("<HH16sII", 3, 0x8001, bytes(16), 0, 7) + struct.pack("<I", 5)
    text = struct.pack("<HHII", 0x0102, 0x1009, 1, len(packed)) + packed + bytes(-len(packed) % 4)
    properties = struct.pack("<I", 2) + own + text
    message = EmailMessage()
    message["Subject"] = "Crane"
    tnef = b"\x78\x9f\x3e\x22\x01\x00" + item(0x9003, properties)
    message.add_attachment(tnef, maintype="application", subtype="ms-tnef", filename="winmail.dat")
    (document,) = loaded(tmp_path / "crane.eml", message.as_bytes()).documents
    assert "The crane leaves on Friday." in document.text


def test_attachment_has_the_day_of_its_mail(tmp_path: Path) -> None:
    """A file inside has no last change: without its mail it would have the day on which the mail was saved."""
    inner = EmailMessage()
    inner["From"], inner["Subject"], inner["Date"] = "c@b.example", "Fence", "Tue, 04 Mar 2025 09:00:00 +0100"
    inner.set_content("The fence costs 3,150 EUR.")
    inner.add_attachment(b"post,price\noak,12\n", maintype="text", subtype="csv", filename="posts.csv")
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["Date"] = "a@b.example", "Roof", "Mon, 06 Jan 2025 10:00:00 +0100"
    mail.set_content("The roof costs 12,700 EUR.")
    mail.add_attachment(b"tile,price\nclay,3\n", maintype="text", subtype="csv", filename="tiles.csv")
    dated = b"---\ntitle: Offer\ndate: 2024-12-24\n---\nTiles of clay."
    mail.add_attachment(dated, maintype="text", subtype="markdown", filename="offer.md")
    mail.add_attachment(inner)

    documents = loaded(tmp_path / "roof.eml", bytes(mail)).documents

    days = {one.source.rpartition("!/")[2]: stated_day("", one.metadata) or sent_day(one.metadata) for one in documents}
    assert list(days.values()) == [
        date(2025, 1, 6),
        date(2025, 1, 6),
        date(2024, 12, 24),
        date(2025, 3, 4),
        date(2025, 3, 4),
    ]
    assert days["tiles.csv"] == date(2025, 1, 6)
    assert "sent" not in documents[0].metadata


def test_file_within_the_text_of_an_old_mail_is_an_attachment(tmp_path: Path) -> None:
    data = b"The pier is shut until May.\n" * 9
    lines = [binascii.b2a_uu(data[at : at + 45]).decode().rstrip() for at in range(0, len(data), 45)]
    letters = "\r\n".join(["begin 644 note.txt", *lines, "`", "end"])
    head = "From: a@b.example\r\nTo: c@d.example\r\nSubject: Pier\r\n\r\n"
    found = loaded(tmp_path / "a.eml", f"{head}See below.\r\n{letters}\r\nBye\r\n".encode())
    assert found.documents[0].text.endswith("See below.\n\nBye\n\nAttachments: note.txt")
    assert found.documents[1].text == data.decode().strip()
    prose = "begin 100 steps\r\nof it\r\nend"
    assert prose.replace("\r", "") in loaded(tmp_path / "b.eml", f"{head}{prose}\r\n".encode()).documents[0].text


def test_old_calendars_are_written_in_letters_and_signs(tmp_path: Path) -> None:
    entry = (
        "BEGIN:VCALENDAR\r\nVERSION:1.0\r\nBEGIN:VTODO\r\n"
        "SUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:=C3=9Cbung; am=\r\n"
        " Kai\r\nDESCRIPTION;ENCODING=QUOTED-PRINTABLE:One,=0D=0Atwo\r\nEND:VTODO\r\nEND:VCALENDAR\r\n"
    )
    assert loaded(tmp_path / "a.vcs", entry.encode()).documents[0].text == "Task: Übung; am Kai\n\nOne,\ntwo"
