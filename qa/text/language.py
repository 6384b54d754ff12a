"""Which language a text is in, and where its words are in scripts that set no spaces between them.

An index made for the language "auto" stems each document in its own language and drops the stop words of that. A
language is given by its ISO 639-1 code, "" where it cannot be told.
"""

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from runpy import run_path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from qa.errors import ConfigError
from qa.lazy_regex import lazy_regex
from qa.text.casing import word_set

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

AUTO = "auto"
# English names, as fastembed's stemmers have them. Words of other languages are taken as they are.
STEMMED = {
    "da": "danish",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "it": "italian",
    "nb": "norwegian",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pt": "portuguese",
    "ru": "russian",
    "sv": "swedish",
    "tr": "turkish",
}

# Those that are stemmed without a list of stop words, from version 3 of an index's terms on.
ONLY_STEMMED = {"ar": "arabic", "el": "greek", "fi": "finnish", "hu": "hungarian", "ro": "romanian"}

_STOP_WORDS = {
    "danish": "STOPWORDS_DANISH",
    "dutch": "STOPWORDS_DUTCH",
    "english": "STOPWORDS_EN_PLUS",
    "french": "STOPWORDS_FRENCH",
    "german": "STOPWORDS_GERMAN",
    "italian": "STOPWORDS_ITALIAN",
    "norwegian": "STOPWORDS_NORWEGIAN",
    "portuguese": "STOPWORDS_PORTUGUESE",
    "russian": "STOPWORDS_RUSSIAN",
    "spanish": "STOPWORDS_SPANISH",
    "swedish": "STOPWORDS_SWEDISH",
    "turkish": "STOPWORDS_TURKISH",
}
LANGUAGES = tuple(sorted(_STOP_WORDS))

# What readers are told; a language that is not here goes by its code.
NAMES = {
    "ar": "Arabic", "bg": "Bulgarian", "ca": "Catalan", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek",
    "en": "English", "es": "Spanish", "et": "Estonian", "fa": "Persian", "fi": "Finnish", "fr": "French",
    "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian", "it": "Italian",
    "ja": "Japanese", "ko": "Korean", "la": "Latin", "lt": "Lithuanian", "lv": "Latvian", "nb": "Norwegian",
    "nl": "Dutch", "nn": "Norwegian", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian",
    "ru": "Russian", "sk": "Slovak", "sl": "Slovenian", "sr": "Serbian", "sv": "Swedish", "th": "Thai",
    "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip

# Languages that the classifier tells apart, and that elsewhere have one code of two letters.
_CODES = {"ary": "ar", "arz": "ar", "uzs": "uz", "wuu": "zh", "yue": "zh"}
_CODE_LETTERS = 2

# Those that are told from one another, and are not written in Latin letters.
_OTHER_SCRIPTS = frozenset(
    {"am", "ar", "as", "be", "bg", "bn", "dz", "el", "fa", "gu", "he", "hi", "hy", "ja", "ka", "kk", "km", "kn", "ko"}
    | {"ky", "lo", "mk", "ml", "mn", "mr", "ne", "or", "pa", "ps", "ru", "si", "sr", "ta", "te", "th", "ug", "uk", "ur"}
    | {"yi", "zh"}
)
# Scripts by the first word of their letters' names in Unicode, and the languages that are written in them, the one of
# most texts first.
_SCRIPTS = {
    "CYRILLIC": ("ru", "uk", "be", "bg", "kk", "ky", "mk", "mn", "sr"),
    "ARABIC": ("ar", "fa", "ur", "ps", "ug"),
    "HEBREW": ("he", "yi"),
    "DEVANAGARI": ("hi", "mr", "ne"),
    "BENGALI": ("bn", "as"),
    "GREEK": ("el",),
    "THAI": ("th",),
    "ARMENIAN": ("hy",),
    "GEORGIAN": ("ka",),
}

# Running text is known by its sentences: tables, code and lists of names are in no language. A character of Chinese,
# Japanese, Korean or Thai says as much as three letters.
_LETTERS, _WORDS = 30, 5
_DENSE = 3
_MOST_CHARACTERS = 4_000
_SURE, _SURER = 0.8, 0.95
# Of 3,354 questions of xquad in six languages that hold no two small words, none so long is taken for another language.
_FEW_ASKED = 4
# A note too short for the classifier is recognised by its small words, if it has so many and they are such a share.
_NOTE_CHARACTERS, _SMALL_WORDS, _SMALL_SHARE = 400, 2, 0.25

# Words that ask, and that are no words of other languages here: "wie" asks in Dutch, and "was" is English.
_ASKING = {
    "de": word_set(
        "wann wer wem wessen wieviel wieviele warum wieso weshalb welche welcher welches welchen wofür womit"
        " darf dürfen muss müssen bekomme bekommt"
    ),
    "en": word_set("when who whom whose what which where why how does did may should"),
}

# Han and kana, Thai, Lao, Khmer, Burmese: ICU has dictionaries for them.
UNSPACED = lazy_regex("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
# Vowel signs and tone marks, which are part of a word: of India's scripts, Thai, Lao, Tibetan, Burmese and Khmer.
_MARKED = (range(0x0900, 0x1000), range(0x1000, 0x10A0), range(0x1780, 0x1800))
_MARK = lazy_regex(
    f"[{''.join(chr(n) for part in _MARKED for n in part if unicodedata.category(chr(n)) in ('Mn', 'Mc'))}]"
)
# Vowel points and pronunciation marks of Hebrew and Arabic, and Arabic's stretching: most texts leave them out.
_POINTS = lazy_regex(
    "[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed]"
)
_MARK_LETTERS = 0x20000  # of a rare plane of Chinese characters
HANGUL = lazy_regex("[\uac00-\ud7a3]+")
_KANA, _HAN = lazy_regex("[\u3041-\u30ff]+"), lazy_regex("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_WORD = lazy_regex(r"\w+")
_ENDS = lazy_regex(r"(?<=[.!?。!?])\s+|\n")


def detect(text: str) -> str:
    """Return the language that the running text of a document is in, "" where it holds little or none."""
    running = _running(text)
    if running:
        found, sure = identifier().classify(running)
        code = _CODES.get(found, found)
        if sure >= _SURE and len(code) == _CODE_LETTERS:
            return str(code)
    found = by_small_words(running or text) if running or len(text) <= _NOTE_CHARACTERS else ""
    return found or _of_labels(text[:_MOST_CHARACTERS])


def _of_labels(text: str) -> str:
    """Return the language of a form or a table of words in a script that tells it: a bill holds no sentence."""
    if is_latin(text):
        return ""
    return by_script(text) or max(_of_script(text), key=lambda code: likelihood(text, code), default="")


def language_of(metadata: Mapping[str, str], language: str) -> str:
    """Return the language of a chunk, by its metadata, in a collection made for `language`."""
    return metadata.get("language", "") if language == AUTO else language


def by_small_words(text: str) -> str:
    """Return the language of a text that is too short for statistics of letters, "" where its small words tell none."""
    words = _WORD.findall(text.lower())
    (code, most), (_, second) = _counted(words, _small_words()).most_common(2)
    return code if most > second and most >= max(_SMALL_WORDS, _SMALL_SHARE * len(words)) else ""


def by_asking_word(text: str) -> str:
    """Return the language of a question that begins with a word that asks in English or German alone; "" for others.

    "Wann wurde Bruno geimpft?" holds a single small word, which is too few for `by_small_words`.
    """
    word = _WORD.search(text)
    if word is None or (word[0].isupper() and len(word[0]) > 1 and not text.isupper()):
        # "WHO" is no word that asks.
        return ""
    return next((code for code, words in _ASKING.items() if word[0].lower() in words), "")


def question_language(text: str, documents: Sequence[str]) -> str:
    """Return the language of a question by its small words, else by its script; "" where these tell none.

    A Romanian question may hold two small words of French, and there is no list of Romanian ones; where the documents
    are in another language than the small words say, its letters decide between them.

    Args:
        text: The question.
        documents: Codes of the languages of the documents, some of which may be "".
    """
    found = by_small_words(text) or _by_letters(text, documents)
    own = [code for code in documents if code]
    if not found or not own or found in own:
        return found
    likely = max([found, *own], key=lambda code: likelihood(text, code))
    return found if likely == found else likely if likely in _small_words() else ""


@lru_cache(maxsize=256)
def likelihood(text: str, code: str) -> float:
    """Return how likely a text is in a language by its letters, in [0, 1]; of few words it is a guess."""
    return max((sure for one, sure in identifier().rank(text) if _CODES.get(one, one) == code), default=0.0)


def by_script(text: str) -> str:
    """Return the language that the script of most letters tells: Japanese, Korean or Chinese; "" for another one."""
    kana, hangul, han = (sum(map(len, pattern.findall(text))) for pattern in (_KANA, HANGUL, _HAN))
    if 2 * (kana + hangul + han) < sum(character.isalpha() for character in text):
        return ""
    return "ko" if hangul > kana + han else "ja" if kana else "zh" if han else ""


def _by_letters(text: str, documents: Sequence[str]) -> str:
    """Return the language that a script tells, of several that are written in it the documents'.

    Of Latin letters their frequencies tell, where they tell surely.

    "Какова мощность пылесоса?" holds no two small words, and its words have the forms of Russian ones all the same.
    """
    if is_latin(text):
        return _by_frequencies(text, documents)
    if code := by_script(text):
        return code
    codes = _of_script(text)
    held = [code for code in codes if code in documents]
    if len(held) == 1:
        return held[0]
    return max(held, key=lambda code: likelihood(text, code)) if held else next(iter(codes), "")


def _by_frequencies(text: str, documents: Sequence[str]) -> str:
    """Return the language that the letters of a Latin question tell, "" where they do not surely.

    There is no list of small words of Polish, Romanian or Vietnamese.
    """
    words = _WORD.findall(text)
    if len(words) < _FEW_ASKED or by_asking_word(text):
        return ""
    [found, sure], *_ = identifier().rank(text)
    code = _CODES.get(found, found)
    return str(code) if sure >= (_SURE if code in documents else _SURER) and in_latin(code) else ""


def _of_script(text: str) -> tuple[str, ...]:
    """Return the languages that are written in the script of most of a text's letters; none for one not listed."""
    scripts = Counter(unicodedata.name(character, "").partition(" ")[0] for character in text if character.isalpha())
    return _SCRIPTS.get(scripts.most_common(1)[0][0], ()) if scripts else ()


def foreign(code: str, others: Sequence[str]) -> bool:
    """Tell whether a language is not one of `others`, codes or English names; False where one of them is not known."""
    if not code or not all(others):
        return False
    return english_name(code) not in map(english_name, others)


def is_latin(text: str) -> bool:
    """Tell whether at least half of a text's letters are Latin; True where it has none."""
    letters = [character for character in text if character.isalpha()]
    latin = sum(character < "\u0250" or "\u1e00" <= character <= "\u1eff" for character in letters)
    return 2 * latin >= len(letters)


def in_latin(code: str) -> bool:
    """Tell whether a language is written in Latin letters, by its code."""
    return code not in _OTHER_SCRIPTS


def english_name(code: str) -> str:
    """Return a language's name in lower case, its code where there is no name."""
    return STEMMED.get(code, code)


def name_of(code: str) -> str:
    """Return what readers are told of a language: its name, its code where there is no name."""
    return NAMES.get(code, code)


def segmented(text: str) -> str:
    """Set spaces between the words of scripts that have none."""
    if text.isascii() or not UNSPACED.search(text):
        return text
    return UNSPACED.sub(lambda match: f" {' '.join(_words(match[0]))} ", text)


def word_count(text: str) -> int:
    """Return how many words a text has, also in scripts that set no spaces between them."""
    return len(segmented(text).split())


def spaced(text: str) -> str:
    """Set spaces between the words of scripts that have none, and cut Korean into pairs of syllables.

    A Korean word carries its particles; pairs of syllables find it without them, as Lucene's CJKAnalyzer does.
    """
    if text.isascii():
        return text
    text = segmented(text)
    return HANGUL.sub(lambda match: " ".join(_pairs(match[0])), text)


def lettered(text: str) -> str:
    """Compose accents, and put a letter of its own in place of each vowel sign and tone mark that stands alone.

    fastembed keeps letters and digits only: Hindi, Thai or Burmese words would fall apart at their marks. The points of
    Hebrew and Arabic go. For terms alone: what comes out is not for reading.
    """
    if text.isascii():
        return text
    composed = _POINTS.sub("", unicodedata.normalize("NFC", text))
    return _MARK.sub(lambda match: chr(_MARK_LETTERS + ord(match[0])), composed)


def most_likely(
    words: Sequence[str],
    stop_words: Mapping[str, frozenset[str]],
    others: Mapping[str, frozenset[str]] = MappingProxyType({}),
) -> str:
    """Return the language whose stop words a question holds most of, the first of equals; "" where there are none.

    A question is too short for statistics of letters; its small words tell.

    Args:
        words: The question's words, in lower case.
        stop_words: Stop words by language.
        others: Those of less likely languages; the question must hold twice as many of them, since "was", "die" and
            "war" are small words of German too.
    """
    [(best, most)] = _counted(words, stop_words).most_common(1) or [("", 0)]
    [(other, more)] = _counted(words, others).most_common(1) or [("", 0)]
    if more and more >= 2 * most:
        return other
    return best if most else ""


def stop_words(language: str) -> frozenset[str]:
    """Return the small words of one of `LANGUAGES`."""
    return frozenset(_lists()[_STOP_WORDS[language]])


@cache
def _lists() -> Mapping[str, Any]:
    """Read bm25s' lists from their file: importing the package for them would cost every cold start 0.2 s."""
    package = find_spec("bm25s")
    if package is None or not package.submodule_search_locations:
        raise ConfigError("the package bm25s is missing; install Footnote again")
    return run_path(str(Path(package.submodule_search_locations[0], "stopwords.py")))


def _counted(words: Sequence[str], stop_words: Mapping[str, frozenset[str]]) -> Counter[str]:
    """Count how many of the words are small ones of each language; equal counts keep the languages' order."""
    return Counter({code: sum(word in small for word in words) for code, small in stop_words.items()})


@cache
def _small_words() -> dict[str, frozenset[str]]:
    codes = {name: code for code, name in STEMMED.items()}  # one for each, though Norwegian has three
    return {codes[name]: stop_words(name) for name in LANGUAGES}


def _running(text: str) -> str:
    """Return the first lines and sentences that are running text."""
    parts = []
    length = 0
    for part in _ENDS.split(text[: 10 * _MOST_CHARACTERS]):
        dense = sum(len(run) for pattern in (UNSPACED, HANGUL) for run in pattern.findall(part))
        letters = sum(character.isalpha() for character in part) + (_DENSE - 1) * dense
        if letters >= _LETTERS and (dense or len(part.split()) >= _WORDS):
            parts.append(part)
            length += len(part)
        if length >= _MOST_CHARACTERS:
            break
    return "\n".join(parts)[:_MOST_CHARACTERS]


@cache
def identifier() -> "LanguageIdentifier":
    """Return the classifier of languages, made once."""
    import py3langid  # noqa: F401 - first the whole: two threads that begin at different parts wait for each other
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _words(run: str) -> list[str]:
    from icu4py.breakers import WordBreaker

    return [str(word) for word in WordBreaker(run, "en")]


def _pairs(run: str) -> list[str]:
    return [one + other for one, other in pairwise(run)] or [run]
