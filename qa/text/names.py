"""The words of a question that name one thing in particular: days, numbers, codes and names. Pure functions.

Whether a text holds one is decided by its meaning, see `qa.text.values`: "Q3" may be the third quarter there, and "Mill
Lane 14" is not Mill Lane 12.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from qa.lazy_regex import lazy_regex
from qa.text.calendar_words import MONTH_NAME, WEEKDAY
from qa.text.covering import amount_asked, numbers
from qa.text.durations import durations
from qa.text.number_words import CARDINALS, ORDINALS, in_words
from qa.text.numerals import counts_parts, plain_digits, roman, roman_names, roman_numbers, same_parts
from qa.text.terms import TermStatistics
from qa.text.times_of_day import times_of_day
from qa.text.units import begins_unit
from qa.text.values import LETTER, Day, Values, days, scaled_numbers
from qa.text.year_spans import holds_years, year_spans

# Gives the ids of a text's distinct terms, those of its translations among them.
TermsOf = Callable[[str], list[int]]

_WORD = lazy_regex(r"\w+(?:[-.,/'’]\w+)*")
_FILE = lazy_regex(
    r"\.(?:pdf|docx?|xlsx?|pptx?|odt|ods|odp|csv|tsv|txt|md|rst|org|html?|json|jsonl|xml|eml|msg|epub|rtf|ipynb|zip|py)$",
    re.IGNORECASE,
)
_ORDINAL = lazy_regex(r"\d{1,3}(?:st|nd|rd|th)", re.IGNORECASE)
_SHORTEST_NAME = 3
_LONG_NUMBER = 4
# A telephone or account number in groups: "0170 5551003", "+49 (0)40 1234-5", "DE44 2004 1133 0897 1234 00".
_GROUPED = lazy_regex(r"(?<!\w)(?:[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?|\+?\d[\d ()/-]{6,}\d)(?!\w)")
_GROUPED_DIGITS = 7
# A type, a cable, a form: "NV-8.0-167", "EXP-2", "10-K".
_TYPE = lazy_regex(r"[A-Z]{1,6}\d*(?:[-/][\d.]*\d)+|\d+-[A-Z]")
_YEAR = lazy_regex(r"(?:1[5-9]|20)\d\d")
_DECADE = lazy_regex(r"((?:1\d|20)\d0)(?:['’]?s|er[nj]?|['’]l[ae]r\w*)")
_UNIT = (
    r"(?:[kmµ]?[gmlsVAW]|[cd]m|t|h|min|kn|lb|ft|in|Hz|Nm|bar|[kMG]Wh?|[kMGT]B|EUR|USD|GBP|million|billion|percent|prozent|"
    r"per cent|uhr|euro|(?:second|minute|hour|day|week|month|year|person|people|metre|meter|mile|tonne)\w*|"
    r"(?:sekunde|stunde|tag|woche|monat|jahr|personen)\w*)\b"
)
# "Mill Lane 14", "Abschnitt 5": a number right behind a capitalised word is that of one thing of that name.
_NUMBERED = lazy_regex(
    r"(?P<name>(?:[^\W\d_][\w'’&.-]*\s+)*[^\W\d_a-zäöüß][\w'’&-]*)\s+(?:[Nn]o\.?\s*|[Nn]r\.?\s*|#)?(?P<number>\d{1,4}[a-z]?)"
    rf"(?![\w%‰°]|[.,:/-]\d|[ -]?(?:[%°]|{_UNIT}))"
)
# "счёт № 250", "n.º 118", "رقم 16": a number that is one thing's, though no capital stands before it. Of a single
# figure there are many ways to say it.
_SIGNED = lazy_regex(
    r"(?:№|(?<!\w)(?:n\.?[º°]|n[or]\.|nr|номер\w{0,2}|numer\w{0,2}|رقم|מס['׳]|מספר|αρ\.|αριθμό\w))\s?"
    r"(?P<number>\d{2,6})(?![\w%‰°]|[.,:/-]\d)",
    re.IGNORECASE,
)
# "青葉荘203号室", "建国路18号", "한빛아파트 101호": the counting word says that it is one of several. Words are
# parted in one way alone, else a line of them without a number is tried in every way.
_NO_SPACES = "[\u30a1-\u30fa\u30fc\u3005\u3400-\u9fff\uac00-\ud7a3]"
_UNSPACED = lazy_regex(
    rf"(?P<name>{_NO_SPACES}+(?:\s{_NO_SPACES}+){{0,8}})\s?(?<!第)(?P<number>\d{{1,4}})\s?(?:号|號|番|棟|栋|호|동)"
)
_LEAST_UNSPACED = 3
# Languages that decline names: "przy Długiej 10" is the flat in "Długa 10".
DECLINING = frozenset(("be", "bg", "cs", "el", "et", "fi", "hr", "lt", "lv", "pl", "ru", "sk", "sl", "sr", "uk"))
_DECLINED, _STEM, _SHORT_DECLINED = 3, 3, 6
# Where letters of Latin or figures stand beside letters of another script, without a space.
_LATIN = "0-9A-Za-z\u00c0-\u024f"
_SCRIPTS_MEET = lazy_regex(rf"(?<=[{_LATIN}])(?=[^\W\d_{_LATIN[3:]}])|(?<=[^\W\d_{_LATIN[3:]}])(?=[{_LATIN}])")
# "Henry the Eighth", "Ludwig der Vierzehnte".
_ORDINAL_NAME = lazy_regex(
    r"(?P<name>[A-ZÄÖÜ][\w'’-]+) (?:[Tt]he|[Dd](?:er|ie|es|em|en)) (?P<ordinal>[^\W\d_]{4,14})\b"
)
_ORDINAL_WORDS = {
    **ORDINALS["en"], **ORDINALS["de"], "first": 1, "erste": 1,
}  # fmt: skip
_SMALL_NAME = lazy_regex(r"\b(?:visit\w*|in|to|near|of|from|about|for|nach|bei|aus|von|für|über) ([a-zäöüß]{4,})\W*$")
_CALENDAR = lazy_regex(rf"(?:{MONTH_NAME}|{WEEKDAY})s?", re.IGNORECASE)
_APART = 25  # characters without a digit that may stand between the name and its number, as in a table's row


@dataclass(frozen=True, slots=True)
class Name:
    """A word that names one thing.

    Attributes:
        text: As it stands in the question, without an ending that a passage may not share.
        kind: A day, a number, a code and a name with its number ("numbered") mean the same wherever they stand. A name
            alone may be written differently in the documents, or be meant without being written.
        is_unknown: Whether no chunk of the whole index holds it, nor a translation of it.
        day: The day that is meant, where it is one.
        is_declined: Whether its last word may end otherwise in a text.
    """

    text: str
    kind: Literal["day", "number", "code", "numbered", "name"]
    is_unknown: bool = False
    day: Day | None = None
    is_declined: bool = False

    @property
    def is_code(self) -> bool:
        """Whether it means the same wherever it stands; a decade is said in many ways."""
        return self.kind != "name" and not self.is_decade

    @property
    def is_decade(self) -> bool:
        """Whether it is "1990s"."""
        return _DECADE.fullmatch(self.text) is not None

    @property
    def is_part(self) -> bool:
        """Whether it is a part of a text by its number: "Article 4"."""
        return self.kind == "numbered" and any(map(counts_parts, self.text.split()[-2:-1]))

    def opens_in(self, text: str) -> bool:
        """Tell whether a line of a text begins with it, as a heading does: "## Article IV"."""
        pattern = _numbered_pattern(self.text)
        return any(pattern.match(line.lstrip("#*_ \t")) for line in text.casefold().split("\n"))

    def stands_in(self, text: Values) -> bool:
        """Tell whether a text holds it."""
        if self.kind == "name":
            return re.search(rf"(?<!\w){re.escape(self.text.casefold())}", text.folded) is not None
        if holds_years(text.folded, self.text):
            return True
        if self.kind == "day" and self.day:
            return text.holds_day(self.day)
        if self.kind == "numbered":
            if _numbered_pattern(self.text, is_declined=self.is_declined).search(text.folded) is not None:
                return True
            # Of year 2 "Years 0-3" tells.
            amount = amount_asked(self.text)
            return amount is not None and numbers(*amount, text.folded)
        if decade := _DECADE.fullmatch(self.text):
            return _of_decade(decade[1]).search(text.folded) is not None
        return text.holds_code(self.text) or (self.kind == "number" and text.holds_number(self.text))


def names_in(
    query: str, *, capitals: bool, terms_of: TermsOf, known: TermStatistics | None, is_declined: bool = False
) -> tuple[Name, ...]:
    """Return the words of a question that name one thing, in order.

    Compounds are taken apart ("24-passenger"), endings that a passage may not share are taken off ("10-Qs", "Ada's").

    Args:
        query: A standalone question.
        capitals: Whether a capital within it begins a name; in German every noun has one.
        terms_of: Gives the terms of a word.
        known: How many chunks hold each term; None where that is not counted, and no name then counts as unknown.
        is_declined: Whether it is in a language that declines names.
    """
    found: list[tuple[int, Name]] = []
    query = plain_digits(query)
    # The text of a file seldom holds the file's name.
    taken = [match.span() for match in _WORD.finditer(query) if _FILE.search(match[0])]
    # "14.30 Uhr" is neither a number nor a name, and may stand there as "14:30".
    taken += [span for span, _ in times_of_day(query, [span for span, _ in durations(query)])]
    numbered = [(span, replace(name, is_declined=is_declined)) for span, name in _numbered(query)]
    signed = (*_unspaced(query), *_signed(query))
    for span, name in (*_dated(query), *_in_years(query), *_in_groups(query), *numbered, *signed, *_in_words(query)):
        if not _within(span, taken):
            found.append((span[0], name))
            taken.append(span)
    for match in _WORD.finditer(query):
        if _within(match.span(), taken):
            continue
        opens = _opens(query, match.start())
        for part in _parts(match[0]):
            kind = _kind(part, capital=capitals and not opens)
            if kind:
                unknown = known is not None and _is_unknown(terms_of(part), known)
                found.append((match.start(), Name(part, kind, unknown)))
    return tuple(name for _, name in sorted(found, key=lambda item: item[0]))


def small_name(query: str) -> str:
    """Return the last word of a question where a name may stand, typed in small letters; "" for none.

    No article stands before a name: "best time to visit sydney", "wer ist bürgermeister von kiel".
    """
    match = _SMALL_NAME.search(query)
    return match[1] if match and not _CALENDAR.fullmatch(match[1]) else ""


def numbered_names(text: str) -> tuple[str, ...]:
    """Return the names of a text that carry a number: "Mill Lane 12"."""
    return tuple(name.text for _, name in _numbered(text))


def _dated(query: str) -> Iterator[tuple[tuple[int, int], Name]]:
    for span, day in days(query):
        # "May" alone is also a word, and a month alone names little: it counts only with a day or a year.
        if day.day or day.year:
            yield span, Name(query[slice(*span)], "day", day=day)


def _in_years(query: str) -> Iterator[tuple[tuple[int, int], Name]]:
    for span in year_spans(query):
        yield span, Name(query[slice(*span)], "number")


def _in_groups(query: str) -> Iterator[tuple[tuple[int, int], Name]]:
    for match in _GROUPED.finditer(query):
        if sum(character.isdecimal() for character in match[0]) >= _GROUPED_DIGITS:
            yield match.span(), Name(match[0].strip(), "code")


def _numbered(query: str) -> Iterator[tuple[tuple[int, int], Name]]:
    for match in _NUMBERED.finditer(query):
        if begins_unit(query, match.end()):
            continue
        words = match["name"].split()
        first = len(words)
        while first and words[first - 1][:1].isupper():
            first -= 1
        named = words[first:]
        if not first and _opens(query, match.start()) and not any(map(counts_parts, words[:1])):
            # The capital of the first word may be that of the sentence.
            named = named[1:]
        if named and not _YEAR.fullmatch(match["number"]):
            text = f"{' '.join(named)} {match['number']}"
            yield (query.index(named[0], match.start()), match.end()), Name(text, "numbered")

    for (start, end), _ in roman_numbers(query):
        kind = query[:start].split()[-1]
        if kind[:1].isupper():
            yield (query.rindex(kind, 0, start), end), Name(f"{kind} {query[start:end]}", "numbered")
    for (start, end), _, _ in roman_names(query):
        yield (start, end), Name(" ".join(query[start:end].split()), "numbered")
    for match in _ORDINAL_NAME.finditer(query):
        if number := _ORDINAL_WORDS.get(match["ordinal"].casefold()):
            yield match.span(), Name(f"{match['name']} {roman(number)}", "numbered")


def _signed(query: str) -> Iterator[tuple[tuple[int, int], Name]]:
    for match in _SIGNED.finditer(query):
        yield match.span("number"), Name(match["number"], "number")


def _unspaced(query: str) -> Iterator[tuple[tuple[int, int], Name]]:
    for match in _UNSPACED.finditer(query):
        name = ""
        for word in reversed(match["name"].split()):
            if len(name) < _LEAST_UNSPACED:
                name = f"{word}{name}"
        if len(name) > 1:
            yield match.span(), Name(f"{name} {match['number']}", "numbered")


def _in_words(query: str) -> Iterator[tuple[tuple[int, int], Name]]:
    for span, number in in_words(query):
        # As with digits: smaller ones say little alone, and a year in words may be any two numbers.
        if len(number) > _LONG_NUMBER and number.isdecimal():
            yield span, Name(query[slice(*span)], "number")
    for span, _, values in scaled_numbers(query):
        if any(len(value) > _LONG_NUMBER for value in values):
            yield span, Name(query[slice(*span)], "number")


def roman_pattern(word: str, number: int) -> re.Pattern[str]:
    """Return what stands for a name with a Roman numeral in a text in small letters: "henry viii", "henry the eighth".

    Args:
        word: In front of the numeral: "Henry", "War".
        number: Its value.
    """
    said = [each for each, value in _ORDINAL_WORDS.items() if value == number]
    spoken = [each for language in ("en", "de") for each, value in CARDINALS[language].items() if value == number]
    name, ordinals = re.escape(word.casefold()), "|".join([*said, f"{number}(?:st|nd|rd|th|\\.)"])
    counted = "|".join([roman(number).casefold(), str(number), *spoken, rf"(?:the|der|die|des|dem|den) (?:{ordinals})"])
    before = rf"|(?<!\w)(?:{ordinals})\w{{0,2}} (?:world )?{name}" if name in ("war", "weltkrieg") else ""
    return re.compile(rf"(?<!\w){name}(?:['’]?s)?\W{{1,3}}(?:{counted})(?!\w){before}")


def stem_of(word: str) -> str:
    """Return a pattern of the forms of a word in a language that declines names: "długiej" is of "długa"."""
    # Of a short word three letters less are those of another: "Lipowa" is not in "lipcu".
    cut = _DECLINED if len(word) > _SHORT_DECLINED else _DECLINED - 1
    return rf"{re.escape(word[: max(_STEM, len(word) - cut)])}\w{{0,{_DECLINED + 1}}}(?!\w)"


def _numbered_pattern(text: str, *, is_declined: bool = False) -> re.Pattern[str]:
    if found := next(roman_names(text), None):
        return roman_pattern(found[1], found[2])
    war, _, digits = text.rpartition(" ")
    if digits.isdecimal() and war.split()[-1].casefold() in ("war", "weltkrieg") and roman(int(digits)):
        return roman_pattern(war.split()[-1], int(digits))
    counted = next((value for _, value in roman_numbers(text)), 0)
    name, _, number = text.casefold().rpartition(" ")
    number = str(counted or number)
    last = name.split()[-1]
    digits = rf"(?<!\d)(?<!\d[.,])0*{re.escape(number)}(?!{LETTER}|[.,]\d)"
    # "Article 4" is "Article IV", and no street is counted like that.
    numeral = roman(int(number)).casefold() if number.isdecimal() and counts_parts(last) else ""
    behind = rf"(?:{digits}|(?<!\w){numeral}(?!\w))" if numeral else digits
    word = stem_of(last) if is_declined else "|".join(map(re.escape, same_parts(last)))
    return re.compile(rf"(?:{word})\w{{0,3}}[^\d\n]{{0,{_APART}}}{behind}|{digits}\W{{1,3}}{re.escape(name)}")


def _parts(word: str) -> Sequence[str]:
    if decade := _DECADE.fullmatch(word):
        return [f"{decade[1]}s"]
    # Turkish sets its endings behind an apostrophe: "1562'de".
    plain = re.sub(r"['’]s$|(?<=[A-Z0-9])s$|(?<=\d)['’][^\W\d_]+$", "", word)
    # "24-passenger" is two words, and so is what Korean or Japanese writes as one: "1989년에", "2004年に".
    parts = [plain] if _TYPE.fullmatch(plain) else plain.split("-")
    return [piece for part in parts for piece in _SCRIPTS_MEET.split(part) if piece]


def _of_decade(decade: str) -> re.Pattern[str]:
    """Return a pattern of the years of "1990s"; those of "1700s" are a century's, by its number too."""
    if not decade.endswith("00"):
        return re.compile(rf"(?<!\d){decade[:3]}\d(?!\d)")
    century = int(decade[:2]) + 1
    return re.compile(rf"(?<!\d)(?:{decade[:2]}\d\d(?!\d)|{century}(?:st|nd|rd|th|\.)[ -](?:centur|jahrhundert))")


def _kind(part: str, *, capital: bool) -> Literal["number", "code", "name", ""]:
    if _DECADE.fullmatch(part):
        return "number"
    if _is_code(part):
        return "number" if part[0].isdecimal() and part[-1].isdecimal() and not re.search(r"[^\W\d_]", part) else "code"
    return "name" if capital and part[:1].isupper() and len(part) >= _SHORTEST_NAME else ""


def _opens(query: str, position: int) -> bool:
    before = query[:position].rstrip()
    return not before or before[-1] in ".?!:¿¡"


def _within(span: tuple[int, int], taken: Sequence[tuple[int, int]]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in taken)


def _is_unknown(terms: list[int], known: TermStatistics) -> bool:
    return bool(terms) and not any(known.frequencies.get(term) for term in terms)


def _is_code(word: str) -> bool:
    """Tell whether a word is a year or another long number, or mixes digits and letters.

    "10" says little alone, and "4th" may stand there as "fourth".
    """
    if _ORDINAL.fullmatch(word):
        return False
    digits = sum(character.isdecimal() for character in word)
    return digits >= _LONG_NUMBER or 0 < digits < len(word)
