"""Names of an archive's members whose encoding it does not say: programs wrote UTF-8, or what their machine was set to.

All names of an archive are looked at together, since one alone has too few letters to tell.
"""

import re
import zipfile
from collections.abc import Callable, Iterable, Sequence

from qa.lazy_regex import lazy_regex

_UTF8 = 0x800
# What the standard has for names that are not marked, and what zipfile has read them as.
_STANDARD = "cp437"
_WESTERN = lazy_regex(r"[çÇüéâäàåêëèïîìÄÅÉæÆôöòûùÿÖÜáíóúñÑß\x00-\x7f]*")
_LATIN = lazy_regex(r"[À-ÖØ-öø-ÿ–—‘’“”„€…\x00-\x7f]*")
_CENTRAL = lazy_regex(r"[ÁÄÇÉËÍÎÓÔÖÚÜÝßáäçéëíîóôöúüýĂăĄąĆćČčĎďĐđĘęĚěĹĺĽľŁłŃńŇňŐőŔŕŘřŚśŞşŠšŢţŤťŮůŰűŹźŻżŽž\x00-\x7f]*")
_GREEK = lazy_regex(r"[ΆΈ-ώ\x00-\x7f]*")
_CYRILLIC = lazy_regex(r"(?:[А-Яа-яЁё№]|[\x00-\x7f])*")
_HANGUL = lazy_regex(r"[가-힣\x00-\x7f]*")
_JAPANESE = lazy_regex(r"[\u3000-\u30ff\u4e00-\u9fff\uff01-\uff5e\x00-\x7f]*")
_CHINESE = lazy_regex(r"[\u3000-\u3017\u4e00-\u9fff\uff01-\uff5e\x00-\x7f]*")
# A letter of one alphabet within a word of another, or a capital behind a small letter, was written as something else.
_MIXED = lazy_regex(r"[A-Za-z][^\x00-\x7f]|[^\x00-\x7f][A-Za-z]")
_CAPITAL_INSIDE = lazy_regex(r"[а-яё][А-ЯЁ]|[А-ЯЁ]{2}[а-яё]")
_ONE_INSIDE = lazy_regex(r"[A-Za-z][^\x00-\x7f][a-z]")


def _no_other(text: str) -> bool:
    return not _MIXED.search(text) and not _CAPITAL_INSIDE.search(text)


def _no_lone(text: str) -> bool:
    return not _ONE_INSIDE.search(text)


# In this order: the more an encoding asks for, the earlier.
_OTHERS: Sequence[tuple[str, re.Pattern[str], Callable[[str], bool]]] = (
    ("cp866", _CYRILLIC, _no_other),
    ("cp1251", _CYRILLIC, _no_other),
    ("euc_kr", _HANGUL, _no_lone),
    ("gb2312", _CHINESE, _no_lone),
    ("cp932", _JAPANESE, _no_lone),
    ("gbk", _CHINESE, _no_lone),
    ("cp1252", _LATIN, bool),
    ("cp850", _LATIN, bool),
    ("cp737", _GREEK, _no_other),
    ("cp852", _CENTRAL, bool),
)


def names(entries: Iterable[zipfile.ZipInfo]) -> Callable[[zipfile.ZipInfo], str]:
    """Return what gives the name of each member of an archive."""
    unsaid = [entry.filename for entry in entries if not entry.flag_bits & _UTF8]
    encoding = _encoding("\n".join(name for name in unsaid if not name.isascii()))

    def named(entry: zipfile.ZipInfo) -> str:
        if entry.flag_bits & _UTF8:
            return entry.filename
        for one in ("utf-8", encoding):
            try:
                return entry.filename.encode(_STANDARD).decode(one)
            except UnicodeError:
                continue
        return entry.filename

    return named


def _encoding(text: str) -> str:
    """Return in which encoding names were most likely written that were read as the standard has it."""
    try:
        data = text.encode(_STANDARD)
    except UnicodeError:
        return _STANDARD
    if _WESTERN.fullmatch(text) and not _is_mostly_beyond(text):
        return _STANDARD
    for encoding, letters, is_likely in _OTHERS:
        try:
            said = data.decode(encoding)
        except UnicodeError:
            continue
        if letters.fullmatch(said) and is_likely(said):
            return encoding
    return _STANDARD


def _is_mostly_beyond(text: str) -> bool:
    """Tell whether hardly a letter is a plain one: Western names have more of these."""
    letters = [one for one in text.rpartition(".")[0] or text if one.isalpha()]
    return 2 * sum(one > "\x7f" for one in letters) > len(letters)
