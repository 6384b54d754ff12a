"""Short texts that name no encoding are read in the one in which their words are of a language."""

from pathlib import Path

import pytest

from ingest.load import judged, load
from ingest.load.decoding import decode

_POLISH = "Czynsz wynosi 2 400 zł miesięcznie i jest płatny do dziesiątego dnia każdego miesiąca."
_CZECH = "Ahoj Petře, zítra přijdu o něco později, protože musím k lékaři. Sejdeme se v šest před kinem. Tomáš"
_HUNGARIAN = "Szia Zsófi, holnap kicsit később érkezem, mert orvoshoz kell mennem. Üdv, Gergő"
_HEBREW = "שכר הדירה הוא 4,200 שקל לחודש ומשולם עד העשירי בכל חודש."
_RUSSIAN = "Ключ у соседа."
_CHINESE = "姓名,电话\n王伟,5551234\n李娜,5556789"
_JAPANESE = "家賃は月八万円で、毎月五日までに支払います。"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *((_POLISH, name) for name in ("iso8859-2", "cp1250")),
        *((_CZECH, name) for name in ("iso8859-2", "cp1250")),
        *((_HUNGARIAN, name) for name in ("iso8859-2", "cp1250")),
        ("Nájomné je splatné do piateho dňa v mesiaci.", "cp1250"),
        ("Chiria se plăteşte până în data de cinci a fiecărei luni.", "cp1250"),
        ("Nuomos mokestis mokamas iki kiekvieno mėnesio penktos dienos.", "cp1257"),
        ("Kira aylık 12.000 liradır ve her ayın beşine kadar ödenir.", "cp1254"),
        ("Der Mietvertrag wurde in Köln zwischen Frau Müller und Herrn Groß geschlossen.", "cp1252"),
        ("Grüße", "cp1252"),
        ("caf\u00e9 na\u00efve", "cp1252"),
        (_HEBREW, "cp1255"),
        *((_RUSSIAN, name) for name in ("cp1251", "koi8-r", "iso8859-5", "cp866")),
        ("Орендна плата становить 12 000 гривень на місяць.", "cp1251"),
        ("Το ενοίκιο είναι 450 ευρώ τον μήνα.", "cp1253"),
        ("الإيجار الشهري أربعمئة دينار ويدفع قبل الخامس من كل شهر.", "cp1256"),
        *((text, "gb18030") for text in (_CHINESE, "王伟")),
        ("姓名,電話\n陳明,5551234\n林美,5556789", "big5"),
        *((text, name) for text in (_JAPANESE, "山田", "氏名,電話\n山田,5551234") for name in ("cp932", "euc_jp")),
        *((text, "cp949") for text in ("이름,전화\n김철,5551234\n이영,5556789", "김철")),
        *(
            (text, name)
            for text in (
                _POLISH,
                _HEBREW,
                _RUSSIAN,
                _CHINESE,
                _JAPANESE,
                "ค่าเช่าเดือนละสี่พันบาท",
                "월세는 오십만 원입니다",
                "Hi",
            )
            for name in ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
        ),
    ],
)
def test_text_without_a_named_encoding_is_read_as_it_was_written(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("text", [_POLISH, _CZECH, _HUNGARIAN])
def test_mail_without_a_charset_is_read_by_its_language(text: str, tmp_path: Path) -> None:
    head = b"From: a@example.org\nSubject: x\nContent-Type: text/plain\n\n"
    (tmp_path / "a.eml").write_bytes(head + text.encode("iso8859-2") + b"\n")
    assert text in load(tmp_path / "a.eml").documents[0].text


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)) * 8,
        b"\x01\0\0\0\x02\0\0\0" * 50,
        bytes((7 * n * n + 13 * n) % 251 for n in range(4_000)),
        b"\0" * 400,
        b"",
    ],
)
def test_other_bytes_are_no_wide_text(data: bytes) -> None:
    assert judged.wide(data) == ""


def test_last_letters_that_begin_like_utf8_stay() -> None:
    text = "Viděl jsem včera večer v kině Žižkov přítele. Tomáš"
    assert decode(text.encode("cp1250")) == text


_MONEY = [
    "Total: 10 000 €\n",
    "£100000\n",
    "10 000 €",
    "30°C",
    "50 €",
    "100 000 €\n200 000 €",
    "–10 °C",
    "„Plat £2.400“",
]


@pytest.mark.parametrize("declared", [None, "windows-1252", "iso-8859-1", "us-ascii"])
@pytest.mark.parametrize(
    "text",
    [
        *_MONEY,
        "Menü 2026: Suppe 5 €, Fisch 12 €",
        "The deposit of £2000 is due on Monday.",
        "Käse 30 €\nFisch 100000 €\nSuppe: €100000\nMenü €10 000",
        "Er sagte: „Nein.“ – Und ging.",
    ],
)
def test_prices_are_in_no_other_script(text: str, declared: str | None) -> None:
    assert decode(text.encode("cp1252"), declared=declared) == text


def test_charset_that_a_mail_names_holds_for_few_letters(tmp_path: Path) -> None:
    head = b"From: a@example.org\nSubject: x\nContent-Type: text/plain; charset=windows-1252\n\n"
    (tmp_path / "a.eml").write_bytes(head + "Total: 10 000 €\n".encode("cp1252"))
    assert "Total: 10 000 €" in load(tmp_path / "a.eml").documents[0].text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("租金为每月四千元，须于每月五日前支付。合同自二〇二六年一月一日起生效。" * 20, "gb18030"),
        ("월세는 오십만 원이며 매월 오일까지 지불합니다. 계약은 일 년입니다. " * 20, "cp949"),
        (_JAPANESE * 20, "cp932"),
    ],
)
@pytest.mark.parametrize("end", [b"\xff", "half"])
def test_one_wrong_byte_or_half_a_character_costs_itself(text: str, encoding: str, end: bytes | str) -> None:
    whole = text.encode(encoding)
    data = whole + end if isinstance(end, bytes) else whole + "年년".encode(encoding, "ignore")[:1]
    read = decode(data)
    assert read is not None
    assert read.startswith(text)
    assert len(read) <= len(text) + 1


def test_wrong_byte_in_the_middle_costs_itself() -> None:
    line = "租金为每月四千元，须于每月五日前支付。".encode("gb18030")
    read = decode(line * 20 + b"\xff\n" + line * 20)
    assert read is not None
    assert read.replace("\ufffd", "").replace("\n", "") == line.decode("gb18030") * 40


@pytest.mark.parametrize("before", ["", "a", "ab"])
def test_long_korean_text_of_one_line_is_read(before: str) -> None:
    # The sample ends within a character where two letters stand before it.
    text = before + "월세는 오십만 원이며 매월 오일까지 지불합니다. 계약은 일 년입니다! " * 500
    assert decode(text.encode("cp949")) == text


def test_wide_text_without_zeros_or_marks() -> None:
    for text in ("租金为每月四千元，须于每月五日前支付。", _JAPANESE):
        for name in ("utf-16-le", "utf-16-be"):
            assert decode(text.encode(name)) == text


@pytest.mark.parametrize("data", [b"\0\1\2\0", b"\0\1\2\0\1\0\2\0", bytes(range(8))])
def test_few_bytes_of_a_binary_file_are_no_rare_ideograph(data: bytes) -> None:
    assert judged.wide(data) == ""
