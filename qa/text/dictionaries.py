"""Bilingual dictionaries that the machine may have, in dictd's format as FreeDict publishes them.

A question is searched in translation too, word by word, where the index holds documents in other languages: the
packaged dense model reads English only. No dictionary is shipped; on Debian `dict-freedict-eng-deu` and its like bring
them, elsewhere the files of https://freedict.org do.
"""

import re
from collections.abc import Collection, Iterator
from functools import cached_property
from pathlib import Path

from qa.errors import ConfigError
from qa.lazy_regex import lazy_regex
from qa.paths import expanded
from qa.text.dictd import Dictionary

SYSTEM_FOLDER = "/usr/share/dictd"
NONE = "none"

# ISO 639-1 codes to those of 639-3 that FreeDict names its files by.
_CODES = {
    "af": "afr",
    "ar": "ara",
    "bg": "bul",
    "ca": "cat",
    "cs": "ces",
    "cy": "cym",
    "da": "dan",
    "de": "deu",
    "el": "ell",
    "en": "eng",
    "es": "spa",
    "fi": "fin",
    "fr": "fra",
    "ga": "gle",
    "hr": "hrv",
    "hu": "hun",
    "is": "isl",
    "it": "ita",
    "ja": "jpn",
    "la": "lat",
    "lt": "lit",
    "nb": "nor",
    "nl": "nld",
    "nn": "nor",
    "no": "nor",
    "pl": "pol",
    "pt": "por",
    "ro": "ron",
    "ru": "rus",
    "sk": "slk",
    "sl": "slv",
    "sr": "srp",
    "sv": "swe",
    "tr": "tur",
}
_FILE = lazy_regex(r"(?:freedict-)?([a-z]{3})-([a-z]{3})\.index")
# Brackets hold gender, field and use; quotes hold an example.
_REMARK = lazy_regex(r"<[^>]*>|\[[^\]]*\]|\([^)]*\)|\{[^}]*\}|\"[^\"]*\"|/[^/]*/")
# "Norwegen <neut> [geogr.] NO", "deutsch <adj> dt.": a word's abbreviation stands behind the remarks.
_SHORT = lazy_regex(r"(?<=[>\])}])\s+(?:[^\s,;]+\.|[A-Z]{1,4})(?=\s*(?:[,;]|$))")
_NUMBER = lazy_regex(r"\d+\.\s")
# "etw. werfen", "to throw sth.": placeholders for the verb's objects.
_OBJECT = lazy_regex(r"\b(?:etw|jd[mns]?|jmd[mns]?|sb|sth)\.(?:'s)?", re.IGNORECASE)
_SHORTEST = 2
# The first senses are the usual ones; "stop" has some forty.
_MOST = 12
_REMEMBERED = 20_000
# Languages that write compounds in one word, of which a dictionary holds few; and what may stand between their parts.
_COMPOUNDING = {"da", "de", "nb", "nl", "nn", "no", "sv"}
_LINKS = ("", "s", "es", "n", "en", "er", "e")
_SHORTEST_PART = 3


class Dictionaries:
    """The dictionaries of a folder, each opened when a word is first looked up in it."""

    def __init__(self, folder: str = SYSTEM_FOLDER) -> None:
        """Take a folder.

        Args:
            folder: Where `eng-deu.index` and `eng-deu.dict.dz` lie, or the same with "freedict-" in front, in the
                folder itself or below it; "none" for no dictionaries. The system's folder may be missing.

        Raises:
            ConfigError: Any other folder is missing.
        """
        if folder not in (NONE, SYSTEM_FOLDER) and not expanded(folder).is_dir():
            raise ConfigError(
                f'the dictionaries\' folder "{folder}" does not exist; set FOOTNOTE_DICTIONARIES to one or "none"'
            )
        self._folder = folder
        self._opened: dict[tuple[str, str], Dictionary] = {}
        self._known: dict[tuple[str, str, str], tuple[str, ...]] = {}

    @cached_property
    def pairs(self) -> dict[tuple[str, str], Path]:
        """The index file of each dictionary, by FreeDict's codes of the languages that it translates from and to."""
        if self._folder == NONE:
            return {}
        files = sorted(expanded(self._folder).rglob("*.index"))
        return {(match[1], match[2]): file for file in files if (match := _FILE.fullmatch(file.name))}

    def sources(self, targets: Collection[str]) -> list[str]:
        """Return the codes of languages that can be translated into one of `targets`; all are of ISO 639-1."""
        if not self.pairs:
            return []
        wanted = {_CODES.get(target) for target in targets}
        reached = {source for source, target in self.pairs if target in wanted}
        # A language with several codes goes by its first.
        return list({name: code for code, name in reversed(_CODES.items()) if name in reached}.values())

    def described(self) -> str:
        """Return which dictionaries these are, with their sizes: another release ranks differently."""
        sizes = {pair: file.stat().st_size for pair, file in self.pairs.items()}
        return ", ".join(f"{source}-{target} ({size:,} bytes)" for (source, target), size in sorted(sizes.items()))

    def check(self) -> None:
        """Look up the last word of each dictionary.

        Raises:
            ConfigError: One is damaged.
        """
        for index in self.pairs.values():
            Dictionary(index).check()

    def translations(self, word: str, source: str, target: str) -> tuple[str, ...]:
        """Return at most 12 translations of a word, the usual ones first; each is one or more words.

        Args:
            word: In lower case, inflected or not: larger dictionaries list both.
            source: ISO 639-1 code of its language.
            target: Code of the other language.

        Raises:
            ConfigError: The dictionary is damaged.
        """
        pair = _CODES.get(source, ""), _CODES.get(target, "")
        if pair not in self.pairs or len(word) < _SHORTEST or not word.isalpha():
            return ()
        asked = (word, *pair)
        known = self._known.get(asked)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            dictionary = self._opened.setdefault(pair, Dictionary(self.pairs[pair]))
            found = (term for entry in dictionary.entries(word) for term in _terms(entry))
            known = self._known[asked] = tuple(dict.fromkeys(found))[:_MOST]
        return known

    def gloss(self, word: str, source: str, target: str) -> str:
        """Return the usual translation of a word, or of a compound's two parts where it has none; "" without either.

        Arguments and errors are those of `translations`.
        """
        for parts in [(word,), *(_parts(word) if source in _COMPOUNDING else ())]:
            found = [next(iter(self.translations(part, source, target)), "") for part in reversed(parts)]
            if all(found):
                return " ".join(reversed(found))
        return ""


def _parts(compound: str) -> Iterator[tuple[str, str]]:
    """Yield the pairs of words that a compound may be made of, those with the longest last word first."""
    for cut in range(_SHORTEST_PART, len(compound) - _SHORTEST_PART + 1):
        left, right = compound[:cut], compound[cut:]
        for link in _LINKS:
            if left.endswith(link) and len(left) - len(link) >= _SHORTEST_PART:
                yield left.removesuffix(link), right


def _terms(entry: str) -> Iterator[str]:
    """Yield the translations of an entry: what stands between commas on the lines after the headword's.

    Indented lines do not count, such as " see: {…}", unless they begin with a remark: " [chem.] oxygen".
    """
    for line in entry.splitlines()[1:]:
        if line[:1].isspace() and not line.startswith((" [", " (", " <")):
            continue
        plain = _OBJECT.sub("", _REMARK.sub(" ", _SHORT.sub("", _NUMBER.sub("", line, count=1))))
        for term in re.split(r"[,;]", plain):
            if words := term.split():
                yield " ".join(words)
