"""Bytes of unknown or wrongly named encoding to text, so that one wrong byte costs no more than itself.

A whole file rarely has another encoding than UTF-8 in some of its bytes only, but many a log, export or page has: so
each line is UTF-8 where it can be, and what is not is read by the encoding that was declared, found, or is likeliest.
"""

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ingest.load import judged
from ingest.load.build import ranges
from ingest.load.unseen import incomplete
from qa.lazy_regex import lazy_regex

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_BOMS = {
    codecs.BOM_UTF32_LE: ("utf-32-le", 4),
    codecs.BOM_UTF32_BE: ("utf-32-be", 4),
    codecs.BOM_UTF8: ("utf-8", 1),
    codecs.BOM_UTF16_LE: ("utf-16-le", 2),
    codecs.BOM_UTF16_BE: ("utf-16-be", 2),
}
_LATIN = "cp1252"
# What pages and mails that name these mean by them is Windows-1252, as browsers take it.
_LATIN_NAMES = {"ascii", "iso8859-1", "cp1252", "utf-8"}
_MULTIBYTE = {
    "gb2312", "gbk", "gb18030", "hz", "big5", "big5hkscs", "cp950", "shift_jis", "shift_jisx0213", "shift_jis_2004",
    "cp932", "euc_jp", "euc_jis_2004", "euc_jisx0213", "euc_kr", "cp949", "johab",
}  # fmt: skip
_STATEFUL = {"iso2022_jp", "iso2022_jp_1", "iso2022_jp_2", "iso2022_jp_3", "iso2022_jp_ext", "iso2022_kr", "utf-7"}
_NUMBERED = lazy_regex(r"^(?:x-)?(?:windows|cp|ibm)[-_ ]?(?=\d)", re.IGNORECASE)
_HIGH = lazy_regex(rb"[\x80-\xff]")
_NUL_RUN = lazy_regex(rb"\0+")
_CONTROLS = lazy_regex(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MAX_CONTROL_SHARE = 0.05
# Where a file has NULs, it must be text in all else.
_MAX_CONTROL_SHARE_BESIDE_NULS = 0.002
_LETTERS_A_NUL = 20
# Enough to tell an encoding by; the detector's time grows with what it is given.
_SAMPLE_BYTES = 200_000
# Languages that need another code page than Western Europe's have accents or letters of their own in every other word.
_FEW = 0.01
_ENOUGH = 12
# Which share of the letters of another encoding may look like UTF-8 by chance.
_CHANCE = 0.3
# A text in an encoding of two bytes a letter may have a few bytes that are wrong.
_MAX_WRONG_SHARE = 0.01
_RARE = lazy_regex(r"mac_|cp[4-8]\d\d$|cp1006|ptcp|kz|hp_")
_ALIKE = 0.05
# Those of which the first of several that fit is taken.
_ONE_BYTE = ("cp1252", "cp1250", "cp1251", "cp1254", "cp1257", "cp1253")
# Which share of a text is letters, digits and signs, at the least.
_TEXT = 0.95
# How many lines a report names.
_NAMED_LINES = 5


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of bytes, and whether it is UTF-8."""

    data: bytes
    is_utf8: bool


def decode(data: bytes, *, cut: bool = False, declared: str | None = None) -> str | None:
    """Decode bytes; None when they are not text. What had to be guessed, replaced or left out is noted as incomplete.

    Args:
        data: The bytes.
        cut: Whether more bytes follow, so that the last character may not be whole.
        declared: The encoding that the bytes are said to be in, by a name that need be neither known nor right.
    """
    for bom, (encoding, unit) in _BOMS.items():
        if data.startswith(bom):
            body = data[len(bom) :]
            return _mixed(body, cut=cut, fallback=_LATIN) if unit == 1 else _wide(body, encoding, unit, cut=cut)
    named = _known(declared)
    if named and (text := _as_declared(data, named)) is not None:
        return text
    # Whoever names an encoding of one byte a letter, or of East Asia, does not mean UTF-16.
    is_named = named is not None and not named.startswith(("ascii", "utf"))
    if wide := _unmarked_wide(data, judge=not is_named):
        return _wide(data, wide, 4 if "32" in wide else 2, cut=cut)
    if b"\0" in data:
        return _without_nuls(data, cut=cut, declared=declared)
    if b"\x1b$" in data:
        # ISO-2022-JP consists of ASCII bytes, so it would pass as UTF-8; its escape sequences give it away.
        try:
            return codecs.getincrementaldecoder("iso2022_jp")().decode(data, final=not cut)
        except UnicodeDecodeError:
            pass
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(data, final=not cut)
        # Thai without blanks is ASCII in UTF-16, every other byte of it a control character.
        wide = judged.wide(data[:_SAMPLE_BYTES]) if is_binary(text) and not is_named else ""
        return _wide(data, wide, 4 if "32" in wide else 2, cut=cut) if wide else text
    except UnicodeDecodeError:
        if not is_named and (wide := judged.wide(data[:_SAMPLE_BYTES])):
            return _wide(data, wide, 4 if "32" in wide else 2, cut=cut)
        return _not_utf8(data, cut=cut, named=named)


def is_binary(text: str) -> bool:
    """Tell whether decoded bytes are not text after all: a NUL, or many other control characters."""
    return "\0" in text or len(_CONTROLS.findall(text)) > _MAX_CONTROL_SHARE * len(text)


def _known(declared: str | None) -> str | None:
    """Return Python's name of a declared encoding of text, None if there is none; ASCII and UTF-8 promise nothing."""
    if not declared:
        return None
    numbered = _NUMBERED.sub("cp", declared.strip())
    for name in (declared, numbered):
        try:
            found = codecs.lookup(name.strip().strip("\"'"))
        except (LookupError, ValueError):
            continue
        if getattr(found, "_is_text_encoding", True):
            return {"iso8859-1": _LATIN, "gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949"}.get(
                found.name, found.name
            )
    return None


def _as_declared(data: bytes, named: str) -> str | None:
    """Return the text where a declared encoding that says something is surely right."""
    if named.startswith(("utf-16", "utf-32")):
        if data.count(0) * 4 >= len(data):
            return data.decode(named, errors="replace")
        return None
    if named in _LATIN_NAMES or not _HIGH.search(data):
        if named in _STATEFUL:
            try:
                return data.decode(named)
            except UnicodeDecodeError:
                return None
        return None
    if b"\0" in data:
        return None
    try:
        whole = data.decode(named)
    except (UnicodeDecodeError, LookupError):
        return None
    if named in _MULTIBYTE:
        # A page in Chinese that says so and decodes; short texts of two letters are UTF-8 by chance as well.
        return None if _is_utf8(data) and len(_HIGH.findall(data)) > _ENOUGH else whole
    return None if any(line.is_utf8 for line in _lines(data)) else whole


def _wide(data: bytes, encoding: str, unit: int, *, cut: bool) -> str:
    over = len(data) % unit
    if over:
        data = data[:-over]
        if not cut:
            incomplete("without the half character at its end")
    text = data.decode(encoding, errors="replace")
    if count := text.count("\ufffd"):
        incomplete(f"{_bytes(count, 'character')} that cannot be read, shown as \ufffd")
    return text.replace("\0", "")


def _unmarked_wide(data: bytes, *, judge: bool) -> str:
    """Return UTF-32 or UTF-16 where bytes with zeros are that without its mark; "" otherwise.

    Many zeros tell UTF-16, nearly all in every other byte. Elsewhere zeros mean a binary file, which would decode just
    as well, to random ideographs; with `judge`, bytes whose characters are those of a language are text all the same.
    """
    if judge and b"\0" in data and (wide := judged.wide(data[:_SAMPLE_BYTES])):
        return wide
    even, odd = data[::2].count(0), data[1::2].count(0)
    if max(even, odd) * 10 > len(data) and min(even, odd) * 200 <= max(even, odd):
        return "utf-16-be" if even > odd else "utf-16-le"
    return ""


def _without_nuls(data: bytes, *, cut: bool, declared: str | None) -> str | None:
    """Return the text without the NULs that a crash, a fixed width or a bad copy left in it; None if it is no text."""
    runs = list(_NUL_RUN.finditer(data))
    feeds = data.count(b"\n")
    # Where hardly a line ends, they part the entries, as in what `find -print0` writes.
    separate = len(runs) > max(8, 4 * feeds) and max(len(run[0]) for run in runs) == 1
    bare = _NUL_RUN.sub(b"\n" if separate else b"", data)
    if not bare.strip() or (not separate and len(runs) * _LETTERS_A_NUL > len(bare)):
        return None
    text = decode(bare, cut=cut, declared=declared)
    if text is None or len(_CONTROLS.findall(text)) > _MAX_CONTROL_SHARE_BESIDE_NULS * len(text):
        return None
    if not cut:
        where = sorted({data.count(b"\n", 0, run.start()) + 1 for run in runs[:_NAMED_LINES]})
        more = " and further on" if len(runs) > _NAMED_LINES else ""
        incomplete(f"without {_bytes(data.count(0), 'NUL byte')} ({_line_names(where)}{more})")
    return text


def _not_utf8(data: bytes, *, cut: bool, named: str | None) -> str | None:
    """Decode bytes that are not UTF-8 as a whole."""
    lines = _lines(data)
    wrong = b"".join(line.data for line in lines if not line.is_utf8 and _HIGH.search(line.data))
    right = sum(len(_HIGH.findall(line.data)) for line in lines if line.is_utf8)
    if named and named not in _MULTIBYTE and named != "ascii" and not named.startswith("utf"):
        return _mixed(data, cut=cut, fallback=named)
    if named in _MULTIBYTE and not right:
        return _replaced(data, named, cut=cut)
    inside = _utf8_share(wrong)
    high = len(_HIGH.findall(wrong))
    if right >= high or len(_HIGH.findall(data)) < max(2, _FEW * len(data)):
        # Mostly UTF-8; or hardly a letter beyond ASCII, and then statistics only guess.
        found = _LATIN if high < _ENOUGH else _guess(wrong)
        found = found if right else judged.encoding(data, found)
        return _mixed(data, cut=cut, fallback=found if found and found not in _MULTIBYTE else _LATIN)
    if inside > _CHANCE and high < _ENOUGH:
        found = judged.encoding(data, None)
        if found in _MULTIBYTE:
            return _replaced(data, found, cut=cut)
        return _mixed(data, cut=cut, fallback=_LATIN)
    found = _guess(wrong)
    if found is None:
        return None
    if found in _MULTIBYTE:
        return _replaced(data, found, cut=cut)
    return _mixed(data, cut=cut, fallback=_LATIN if inside > _CHANCE and _parts_from_utf8(found) else found)


def _parts_from_utf8(encoding: str) -> bool:
    """Tell whether words of an encoding hardly ever look like UTF-8, as those of DOS, Thai and East Asia may."""
    return encoding.startswith(("cp125", "iso8859", "koi8", "mac_")) and encoding != "iso8859_11"


def _replaced(data: bytes, encoding: str, *, cut: bool) -> str:
    """Decode by an encoding of several bytes a letter, with U+FFFD for what is wrong, without half a letter."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    text = decoder.decode(data, final=False)
    if decoder.getstate()[0] and not cut:
        incomplete("without the half character at its end")
    if count := text.count("\ufffd"):
        incomplete(f"{_bytes(count, 'character')} that cannot be read, shown as \ufffd")
    return text


def _lines(data: bytes) -> list[_Line]:
    """Return the lines, each told whether it holds UTF-8 beyond ASCII and nothing else."""
    return [_Line(line, bool(_HIGH.search(line)) and _is_utf8(line)) for line in data.splitlines(keepends=True)]


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _utf8_share(data: bytes) -> float:
    """Return which share of the bytes beyond ASCII is UTF-8."""
    high = len(_HIGH.findall(data))
    return len(_HIGH.findall(data.decode("utf-8", errors="ignore").encode())) / high if high else 0.0


def _mixed(data: bytes, *, cut: bool, fallback: str) -> str:
    """Decode line by line as UTF-8, and what of a line is not by `fallback`, an encoding of one byte a letter."""
    start, end = _halves(data, cut=cut)
    body = data[start : end or None]
    texts: list[str] = []
    wrong: list[int] = []
    count = lost = utf8 = 0
    for number, line in enumerate(body.split(b"\n"), start=1):
        try:
            texts.append(line.decode("utf-8"))
            utf8 += bool(_HIGH.search(line))
            continue
        except UnicodeDecodeError:
            wrong.append(number)
        if _parts_from_utf8(fallback) and _utf8_share(line) > _CHANCE:
            pieces = _pieces(line, fallback)
            utf8 += 1
        else:
            pieces = [(line.decode(fallback, errors="replace"), len(_HIGH.findall(line)))]
        texts.append("".join(text for text, _ in pieces))
        count += sum(size for _, size in pieces)
        lost += texts[-1].count("\ufffd")
    if start or end:
        incomplete(f"without the half character at its {'beginning' if start else 'end'}")
    # A file that is wholly in another encoding than UTF-8 lacks nothing.
    if count and (utf8 or lost or start or end):
        shown = f", {lost:,} of them shown as \ufffd" if lost else ""
        where = _line_names(wrong[:_NAMED_LINES]) + (" and further on" if len(wrong) > _NAMED_LINES else "")
        what = f"{_bytes(count, 'byte')} that {'is' if count == 1 else 'are'} not UTF-8"
        incomplete(f"{what} ({where}) read as {_shown(fallback)}{shown}")
    return "\n".join(texts)


def _pieces(line: bytes, fallback: str) -> list[tuple[str, int]]:
    """Cut a line into what is UTF-8 and what is not, each decoded, with the number of bytes that were not."""
    pieces: list[tuple[str, int]] = []
    rest = line
    while rest:
        try:
            pieces.append((rest.decode("utf-8"), 0))
            break
        except UnicodeDecodeError as error:
            bad = rest[error.start : error.end]
            pieces += [(rest[: error.start].decode("utf-8"), 0), (bad.decode(fallback, errors="replace"), len(bad))]
            rest = rest[error.end :]
    return pieces


def _halves(data: bytes, *, cut: bool) -> tuple[int, int]:
    """Return how many bytes at both ends belong to a character that was cut; the second number is negative or 0."""
    start = 0
    while start < min(3, len(data)) and 0x80 <= data[start] < 0xC0:
        start += 1
    # A quotation mark of Windows-1252 may stand there as well.
    if _utf8_share(data[start : start + 4096]) < 1 - _CHANCE:
        start = 0
    for size in range(1, min(3, len(data)) + 1):
        lead = data[-size]
        if 0x80 <= lead < 0xC0:
            continue
        needs = 2 if 0xC2 <= lead < 0xE0 else 3 if 0xE0 <= lead < 0xF0 else 4 if 0xF0 <= lead < 0xF5 else 0
        # "café" in Latin-1 ends in such a byte too, and "Tomáš" in two, so what stands before must be UTF-8.
        rest = data[:-size]
        others = _utf8_share(rest) > 0.5 or ((size > 1 or needs == 2) and not _HIGH.search(rest))
        return start, -size if needs > size and (others or cut) else 0
    return start, 0


def _guess(data: bytes) -> str | None:
    """Return the encoding that the statistics of the bytes and their language tell, None when they are not text."""
    sample = data[:_SAMPLE_BYTES]
    return judged.encoding(sample, _by_statistics(sample))


def _by_statistics(sample: bytes) -> str | None:
    import charset_normalizer

    found = charset_normalizer.from_bytes(sample)
    if best := found.best():
        return _likeliest(best, list(found))
    # One wrong byte, and no encoding of two bytes a letter fits any more.
    for encoding in ("gb18030", "cp932", "big5", "euc_jp", "cp949"):
        text = sample.decode(encoding, errors="replace")
        if text.count("\ufffd") <= _MAX_WRONG_SHARE * len(text):
            rest = charset_normalizer.from_bytes(text.replace("\ufffd", "").encode(encoding, errors="ignore")).best()
            if rest and rest.encoding in _MULTIBYTE:
                return rest.encoding
    return max(_ONE_BYTE, key=lambda encoding: _letters(sample, encoding)) if _letters(sample, "latin-1") else None


def _likeliest(best: Any, found: Sequence[Any]) -> str:
    """Return the likeliest of encodings that fit alike: Windows' own, and those of old Macs and of DOS last."""
    rare = _RARE.match(best.encoding)
    for one in found:
        alike = one.chaos <= best.chaos + (_ALIKE if rare else 0) and (rare or one.coherence >= best.coherence)
        if alike and (_LATIN in one.could_be_from_charset or (rare and one.encoding.startswith("cp125"))):
            return _LATIN if _LATIN in one.could_be_from_charset else str(one.encoding)
    return str(best.encoding)


def _letters(sample: bytes, encoding: str) -> float:
    """Return which share of the bytes beyond ASCII are letters in an encoding; 0 where hardly anything is text."""
    text = sample.decode(encoding, errors="replace")
    if sum(map(str.isprintable, text)) + sum(map(str.isspace, text)) < _TEXT * len(text):
        return 0.0
    beyond = [character for character in text if character > "\x7f"]
    return sum(map(str.isalpha, beyond)) / len(beyond) if beyond else 0.0


def _bytes(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _line_names(numbers: list[int]) -> str:
    return f"line{'' if len(numbers) == 1 else 's'} {ranges(numbers)}"


def _shown(encoding: str) -> str:
    number = re.fullmatch(r"cp(125\d|874)", encoding)
    return f"Windows-{number[1]}" if number else encoding.upper().replace("_", "-")
