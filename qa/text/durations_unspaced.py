"""How long something is, in Chinese, Japanese and Korean, which write no space before a unit. Pure functions."""

import re
from collections.abc import Iterator
from decimal import Decimal

from qa.lazy_regex import lazy_regex

_ONES = {character: number for number, character in enumerate("一二三四五六七八九", 1)} | {"两": 2, "兩": 2}
# Hours are called otherwise in Chinese.
_JAPANESE = lazy_regex(r"[\u3040-\u30ff]|[\d一二三四五六七八九十]時間")
# A letter that any of the units has: most texts have none.
_ANY = lazy_regex("[时時秒年月週周星天日分钟鐘시분초일주월년]")
# What one of each is. "5月" is May, "3日" a day of a month and "90分" points in Chinese: these are told by a sign more.
_UNITS = (
    ("s", 1, "秒(?:钟|鐘|間)?|초"),
    ("s", 60, "分(?:钟|鐘|間)|분(?!기)"),
    ("s", 3600, "(?:个|個)?(?:小时|小時|钟头|鐘頭)|時間|시간"),
    ("s", 86400, "天|日間|일(?:간|\\s?동안|\\s?이내)"),
    ("s", 604800, "(?:个|個)?(?:星期|礼拜|禮拜)(?![一二三四五六日天])|週間|周(?!年)|週|주(?=[일간\\s에의를이]|$)"),
    ("mo", 1, "(?:个|個)月|[ヶか箇カケヵ]月|개월"),
    ("mo", 12, "年(?:間|间)?(?![度代月])|년(?!\\s?\\d|도|대)"),
)
_BEGINS = "(?<![\\d.,和成昭治正元第一二三四五六七八九十])"
_NUMBER = rf"{_BEGINS}(?:(?P<digits>\d{{1,5}}(?:\.\d{{1,2}})?)|(?P<words>[一二两兩三四五六七八九十]{{1,3}}))"
_HALF = r"(?P<half>半(?:个|個)?(?=小时|小時|钟头|鐘頭|年|月|日|天|時間)|반(?=년|시간))"
_UNIT = "|".join(f"(?P<u{number}>{pattern})" for number, (_, _, pattern) in enumerate(_UNITS))
_MONTH, _POINTS = "(?P<month>月)(?:(?<=半[个個]月)|(?<=[个個]半月))", "(?P<points>分)(?![の之数])"
_DURATION = lazy_regex(rf"(?:{_NUMBER}\s?(?P<within>[个個]半)?|{_HALF})(?:{_UNIT}|{_MONTH}|{_POINTS})(?P<more>半)?")
_LAST_YEARS = 100
_MOST_MONTHS = 120


def unspaced(text: str) -> Iterator[tuple[tuple[int, int], str, Decimal]]:
    """Yield where a text says how long something is, the kind ("s" or "mo") and how much of it; "1時間30分" is one."""
    if not _ANY.search(text):
        return
    japanese = _JAPANESE.search(text) is not None
    held: tuple[int, int, str, Decimal] | None = None
    for match in _DURATION.finditer(text):
        if (found := _read(match, japanese=japanese)) is None:
            continue
        kind, amount = found
        if held and not text[held[1] : match.start()].strip(" ") and held[2] == kind and amount < held[3]:
            held = (held[0], match.end(), kind, held[3] + amount)
            continue
        if held:
            yield (held[0], held[1]), held[2], held[3]
        held = (*match.span(), kind, amount)
    if held:
        yield (held[0], held[1]), held[2], held[3]


def _read(match: re.Match[str], *, japanese: bool) -> tuple[str, Decimal] | None:
    count = Decimal(".5") if match["half"] else Decimal(match["digits"] or _number(match["words"]))
    if match["more"] or match["within"]:
        count += Decimal(".5")
    if match["month"]:
        return "mo", count
    if match["points"]:
        # And "十分" is "enough".
        return ("s", count * 60) if japanese and match["digits"] else None
    group = next(name for name in match.groupdict() if name[0] == "u" and match[name] is not None)
    kind, one, _ = _UNITS[int(group[1:])]
    # "2024年" is a year of the calendar.
    if not count or (one == 12 and count >= _LAST_YEARS) or (one == 1 and kind == "mo" and count > _MOST_MONTHS):
        return None
    return kind, count * one


def _number(words: str) -> int:
    """Return the number below a hundred that Chinese figures say: 12 of "十二"."""
    tens, ten, ones = words.partition("十")
    if not ten:
        return _ONES[words] if len(words) == 1 else 0
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return 0
    return 10 * _ONES.get(tens, 1) + _ONES.get(ones, 0)
