"""Files inside files: attachments, members of archives, their sources, and what of them fails."""

import io
import zipfile
from email.message import EmailMessage
from pathlib import Path

import files
import ole
import pytest

from ingest.load import Loaded, load, part, parts
from qa.errors import LoadError


def write_zip(path: Path, members: dict[str, bytes | str]) -> Path:
    path.write_bytes(packed(members))
    return path


def packed(members: dict[str, bytes | str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def mail(*attachments: tuple[str, bytes], body: str = "See the plan.") -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "ada@example.com", "grace@example.com", "Plan"
    message.set_content(body)
    for name, content in attachments:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def sources(loaded: Loaded) -> list[str]:
    return [document.source for document in loaded.documents]


def test_archive_is_a_folder_whose_members_are_read_by_their_own_formats(tmp_path: Path) -> None:
    pdf = files.write_pdf(tmp_path / "x.pdf", ["On paper"]).read_bytes()
    loaded = load(
        write_zip(tmp_path / "a.zip", {"in/b.md": "# One\n\ntwo", "c.pdf": pdf, "d.exe": b"MZ", "e/": ""}),
        "box.zip",
    )
    assert sources(loaded) == ["box.zip", "box.zip!/in/b.md", "box.zip!/c.pdf"]
    assert [document.text for document in loaded.documents] == ["", "# One\n\ntwo", "On paper"]
    assert (loaded.documents[0].media_type, loaded.documents[1].title) == ("application/zip", "One")
    assert loaded.documents[2].pages[0].number == 1
    assert (loaded.ignored, loaded.failed) == (("box.zip!/d.exe",), ())


def test_containers_nest_in_their_sources(tmp_path: Path) -> None:
    pdf = files.write_pdf(tmp_path / "x.pdf", ["Deep inside"]).read_bytes()
    loaded = load(write_zip(tmp_path / "a.zip", {"b.eml": mail(("c.pdf", pdf))}), "a.zip")
    assert sources(loaded) == ["a.zip", "a.zip!/b.eml", "a.zip!/b.eml!/c.pdf"]
    assert loaded.documents[2].text == "Deep inside"


def test_equal_names_are_numbered(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(mail(("n.txt", b"one"), ("n.txt", b"two"), ("n.txt", b"three")))
    loaded = load(tmp_path / "a.eml", "a.eml")
    assert sources(loaded) == ["a.eml", "a.eml!/n.txt", "a.eml!/n.txt (2)", "a.eml!/n.txt (3)"]
    assert [document.text for document in loaded.documents[1:]] == ["one", "two", "three"]


def test_part_that_cannot_be_read_stops_nothing(tmp_path: Path) -> None:
    members: dict[str, bytes | str] = {"a.txt": "first", "b.pdf": b"%PDF-1.7\nbroken", "c.txt": "", "d.txt": "last"}
    loaded = load(write_zip(tmp_path / "a.zip", members), "a.zip")
    assert [document.text for document in loaded.documents] == ["", "first", "last"]
    assert loaded.failed == (
        ("a.zip!/b.pdf", "is damaged and cannot be opened; get a new copy or print it again"),
        ("a.zip!/c.txt", "is empty"),
    )


def test_names_that_leave_the_archive_are_labels_only(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    loaded = load(write_zip(tmp_path / "sub" / "a.zip", {"../../evil.txt": "x", "/etc/b.txt": "y"}), "a.zip")
    assert sources(loaded) == ["a.zip", "a.zip!/../../evil.txt", "a.zip!//etc/b.txt"]
    assert not (tmp_path / "evil.txt").exists()


@pytest.mark.parametrize("length", [10, 1_000, 30_000])
def test_very_long_names_are_cut_to_what_an_index_holds(tmp_path: Path, length: int) -> None:
    """One of 60,000 bytes ended the whole ingest, with all the other files."""
    data = packed({f"{'é' * length}.txt": "innermost"})
    for _ in range(parts.MAX_DEPTH - 1):
        data = packed({f"{'é' * length}.zip": data, f"{'a' * length}.txt": "beside"})
    (tmp_path / "a.zip").write_bytes(data)
    loaded = load(tmp_path / "a.zip", "a.zip")
    found = [*sources(loaded), *(source for source, _ in loaded.failed)]
    assert max(len(source.encode()) for source in found) <= parts.SOURCE_BYTES
    assert "beside" in [document.text for document in loaded.documents]
    assert ("innermost" in [document.text for document in loaded.documents]) == (not loaded.failed)
    assert all("has too long a path" in reason for _, reason in loaded.failed)
    assert {source[-4:] for source in sources(loaded)} == {".zip", ".txt"}


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_names_that_mean_something_elsewhere_are_labels(tmp_path: Path) -> None:
    """Drives, devices, links, doubles, another encoding without its flag, a name that ends at a NUL."""
    link = zipfile.ZipInfo("link.txt")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    names = ["C:\\win\\x.txt", "..\\..\\y.txt", "CON.txt", "NUL", "a.txt", "AAAA.txt", "B\0B.txt", "\x1b[31m\u202e.txt"]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in [*names, "a.txt"]:
            archive.writestr(zipfile.ZipInfo(name), "text")
        archive.writestr(link, "/etc/passwd")
    (tmp_path / "a.zip").write_bytes(buffer.getvalue().replace(b"AAAA.txt", "日本.txt".encode("shift-jis")))
    loaded = load(tmp_path / "a.zip", "a.zip")
    assert not loaded.failed
    assert {document.text for document in loaded.documents[1:]} == {"text", "/etc/passwd"}
    assert "a.zip!/a.txt (2)" in sources(loaded)
    assert all(character.isprintable() or character == "\u202e" for name in sources(loaded) for character in name)
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("cp932", ("見積書.txt", "議事録2024年.txt", "テスト/v2ファイル.txt")),
        ("cp866", ("Договор аренды.txt", "Счёт №5.txt")),
        ("cp1251", ("Договор аренды.txt",)),
        ("gbk", ("会议纪要.txt", "合同（终稿）.txt")),
        ("cp852", ("Příloha č. 1.txt", "Smlouva o nájmu, dodatek.txt")),
        ("cp737", ("Μισθωτήριο συμβόλαιο.txt", "Έγγραφο 2.txt")),
        ("euc_kr", ("회의록.txt", "계약서 최종.txt")),
        ("cp437", ("Müller Größe.txt", "Übersicht.txt")),
        ("cp850", ("Müller Größe.txt", "São João.txt")),
        ("cp1252", ("Müller Größe.txt", "Übersicht.txt")),
        ("utf-8", ("Müller.txt", "Договор.txt", "見積書.txt")),
    ],
)
def test_names_of_members_are_read_in_the_encoding_that_they_were_written_in(
    tmp_path: Path, encoding: str, names: tuple[str, ...]
) -> None:
    data = io.BytesIO()
    marks = {
        f"{number}{'x' * len(name.encode(encoding))}"[: len(name.encode(encoding))]: name
        for number, name in enumerate(names)
    }
    with zipfile.ZipFile(data, "w") as archive:
        for mark in marks:
            archive.writestr(mark, "text")
    packed = data.getvalue()
    for mark, name in marks.items():
        packed = packed.replace(mark.encode(), name.encode(encoding))
    (tmp_path / "a.zip").write_bytes(packed)
    assert sources(load(tmp_path / "a.zip", "a.zip"))[1:] == [f"a.zip!/{name}" for name in names]


def test_notes_of_a_bundle_are_read_without_what_it_says_to_its_program(tmp_path: Path) -> None:
    members: dict[str, bytes | str] = {
        "N/A.textbundle/text.md": "# A",
        "N/A.textbundle/info.json": "{}",
        "tags.json": "[1]",
    }
    loaded = load(write_zip(tmp_path / "a.bear2bk", members), "a.bear2bk")
    assert sources(loaded) == ["a.bear2bk", "a.bear2bk!/N/A.textbundle/text.md", "a.bear2bk!/tags.json"]


def test_hidden_members_are_passed_over(tmp_path: Path) -> None:
    members: dict[str, bytes | str] = {".git/a.txt": "x", "__MACOSX/b.txt": "y", "sub/.c.txt": "z", "d.txt": "seen"}
    loaded = load(write_zip(tmp_path / "a.zip", members), "a.zip")
    assert sources(loaded) == ["a.zip", "a.zip!/d.txt"]
    assert loaded.ignored == ()


def test_encrypted_member_is_named(tmp_path: Path) -> None:
    data = bytearray(packed({"a.txt": "secret", "b.txt": "open"}))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    (tmp_path / "a.zip").write_bytes(data)
    loaded = load(tmp_path / "a.zip", "a.zip")
    assert loaded.failed == (("a.zip!/a.txt", "is encrypted; unpack it with its password and ingest that"),)
    assert sources(loaded) == ["a.zip", "a.zip!/b.txt"]


# Limits


def test_bomb_is_stopped_while_it_unpacks(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"bomb.txt": b"0" * (parts.RATIO_FREE_BYTES + 1), "b.txt": "fine"})
    loaded = load(path, "a.zip")
    assert loaded.failed == (("a.zip!/bomb.txt", "unpacks to more than 200 times its size (a ZIP bomb?)"),)
    assert [document.text for document in loaded.documents] == ["", "fine"]


def test_total_is_measured_by_what_came_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.load.Budget", lambda: parts.Budget(total_bytes=25))
    loaded = load(write_zip(tmp_path / "a.zip", {f"{i}.txt": "0123456789" for i in range(4)}), "a.zip")
    assert sources(loaded) == ["a.zip", "a.zip!/0.txt", "a.zip!/1.txt"]
    assert [source for source, _ in loaded.failed] == ["a.zip!/2.txt", "a.zip!/3.txt"]
    assert "was left out" in loaded.failed[0][1]


def test_members_are_counted_through_all_levels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.load.Budget", lambda: parts.Budget(members=3))
    inner = packed({"a.txt": "1", "b.txt": "2", "c.txt": "3"})
    loaded = load(write_zip(tmp_path / "a.zip", {"in.zip": inner, "d.txt": "4"}), "a.zip")
    assert sources(loaded) == ["a.zip", "a.zip!/in.zip", "a.zip!/in.zip!/a.txt", "a.zip!/in.zip!/b.txt"]
    assert {source for source, _ in loaded.failed} == {"a.zip", "a.zip!/in.zip"}
    assert "holds more than 20,000 files" in loaded.failed[0][1]


def test_nesting_has_an_end(tmp_path: Path) -> None:
    data = packed({"deep.txt": "x"})
    for _ in range(parts.MAX_DEPTH + 2):
        data = packed({"a.zip": data})
    (tmp_path / "a.zip").write_bytes(data)
    loaded = load(tmp_path / "a.zip", "a.zip")
    assert len(loaded.documents) == parts.MAX_DEPTH + 1
    assert loaded.failed == (("a.zip" + "!/a.zip" * 6, "lies more than 5 files deep; unpack it"),)


# Mail


def test_attached_message_is_a_part_with_parts(tmp_path: Path) -> None:
    import email
    import email.policy

    message = EmailMessage()
    message["From"], message["Subject"] = "ada@example.com", "Fwd"
    message.set_content("Below.")
    message.add_attachment(email.message_from_bytes(mail(("n.txt", b"note")), policy=email.policy.default))
    (tmp_path / "a.eml").write_bytes(message.as_bytes())
    loaded = load(tmp_path / "a.eml", "a.eml")
    assert sources(loaded) == ["a.eml", "a.eml!/Plan.eml", "a.eml!/Plan.eml!/n.txt"]
    assert loaded.documents[0].text == "From: ada@example.com\nSubject: Fwd\n\nBelow.\n\nAttachments: Plan.eml"
    assert loaded.documents[2].text == "note"


def test_encrypted_mail_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(b"From: a@b.c\nSubject: x\nContent-Type: multipart/encrypted; boundary=x\n\n--x\n\nabc\n--x--\n")
    with pytest.raises(LoadError, match="is an encrypted mail"):
        load(path)


def test_outlook_message_and_its_attachments(tmp_path: Path) -> None:
    attachments = {"note.txt": b"A note.", "tool.exe": b"MZ" + b"x" * 5000, "bad.pdf": b"%PDF-1.7 broken"}
    path = ole.write_msg(tmp_path / "a.msg", subject="Grüße", body="Schöne Tage.\r\nAda", attachments=attachments)
    loaded = load(path, "a.msg")
    assert loaded.documents[0].text == (
        'From: "Ada" <ada@example.com>\nTo: Grace\nSubject: Grüße\n\nSchöne Tage.\nAda\n\n'
        "Attachments: note.txt, tool.exe, bad.pdf"
    )
    assert loaded.documents[0].title == "Grüße"
    assert sources(loaded) == ["a.msg", "a.msg!/note.txt"]
    assert loaded.documents[1].text == "A note."
    assert loaded.ignored == ("a.msg!/tool.exe",)
    assert [source for source, _ in loaded.failed] == ["a.msg!/bad.pdf"]


def test_messages_within_an_outlook_message_are_documents_with_their_own_attachments(tmp_path: Path) -> None:
    deep = ole.msg_tree("Deep", "Down here.", {})
    inner = ole.msg_tree("Inner", "The pier is shut.", {"b.txt": b"Until May.", "Deep": deep})
    table: dict[str, bytes] = {"Workbook": b"x"}
    path = ole.write_msg(tmp_path / "a.msg", subject="S", body="See below.", attachments={"Inner": inner, "T": table})
    loaded = load(path, "a.msg")
    inside = "a.msg!/Inner.msg"
    assert sources(loaded) == ["a.msg", inside, f"{inside}!/b.txt", f"{inside}!/Deep.msg"]
    assert loaded.documents[1].text.endswith("Subject: Inner\n\nThe pier is shut.\n\nAttachments: b.txt, Deep.msg")
    assert loaded.documents[3].text.endswith("Subject: Deep\n\nDown here.")
    assert [source for source, _ in loaded.failed] == ["a.msg!/T"]
    assert part(path, "a.msg", f"{inside}!/b.txt") == b"Until May."


def test_what_a_signed_outlook_message_holds_is_read(tmp_path: Path) -> None:
    signed = (
        b'MIME-Version: 1.0\nContent-Type: multipart/signed; boundary="s"\n\n--s\n'
        b'Content-Type: multipart/mixed; boundary="m"\n\n--m\n\nThe pier is shut.\n--m\n'
        b'Content-Disposition: attachment; filename="b.txt"\n\nUntil May.\n--m--\n--s--\n'
    )
    path = ole.write_msg(tmp_path / "a.msg", subject="S", body="The pier is shut.", attachments={"": signed})
    loaded = load(path, "a.msg")
    assert sources(loaded) == ["a.msg", "a.msg!/b.txt"]
    assert loaded.documents[0].text.endswith("Subject: S\n\nThe pier is shut.")


def test_outlook_items_that_are_no_mail_say_when_and_where(tmp_path: Path) -> None:
    # Hundreds of nanoseconds since 1601: 4 December 2022, 13:00 and 13:30.
    at, until = 133146324000000000, 133146342000000000
    named: dict[int, str | int] = {0x820D: at, 0x820E: until, 0x8208: "Room 4", 0x8105: at}
    path = ole.write_msg(
        tmp_path / "a.msg", subject="Lunch", body="Soup.", attachments={}, kind="IPM.Appointment", named=named
    )
    said = load(path).documents[0].text
    assert "Starts: 2022-12-04 13:00 UTC\nEnds: 2022-12-04 13:30 UTC\nWhere: Room 4" in said
    assert "Due" not in said
    path = ole.write_msg(
        tmp_path / "b.msg",
        subject="Ada",
        body="",
        attachments={},
        kind="IPM.Contact",
        named={0x8083: "ada@b.example"},
        plain={0x3A16: "Works", 0x3A1C: "0170 1"},
    )
    assert "Email: ada@b.example\nCompany: Works\nMobile: 0170 1" in load(path).documents[0].text
    mail = ole.write_msg(tmp_path / "c.msg", subject="Lunch", body="Soup.", attachments={}, named=named)
    assert "Starts" not in load(mail).documents[0].text
