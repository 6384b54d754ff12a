"""What a question lacks to stand alone: pronouns without what they mean, pieces of clauses, no subject. Pure functions.

By rule, for English and German. A short piece of a clause in another language may lack something, but for a question
that begins with a word that asks there.
"""

import re
from collections.abc import Sequence
from typing import Literal

from qa.lazy_regex import lazy_regex
from qa.text.asking_words import asks_whole

# Whether a question needs what was asked before.
Lacks = Literal["nothing", "perhaps", "subject"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TOKEN = lazy_regex(r"\w+(?:[-/.,'’]\w+)*|[,;:()]")
OPENING = lazy_regex(
    r"\s*(?:(?:and|but|or|so|then|und|aber|oder|also)\b[\s,]*)?"
    r"(?:(?:what|how) about|was ist mit|wie (?:ist|steht|sieht) es mit|same for|"
    r"(?:and|but|or|so|und|aber|oder)\b)[\s,]*",
    re.IGNORECASE,
)
_JOINS = lazy_regex(r"\s*(?:and|but|or|so|then|und|aber|oder|also)\b", re.IGNORECASE)
ASKING = _words(
    "what which who whom whose when where why how was welche welcher welches welchen welchem wer wen wem wessen "
    "wann wo warum weshalb wieso wie wieviel wozu womit wodurch woran worin wovon wohin woher wofür worauf"
)
# No noun can follow these, so that the next word is a verb: "bis wann gilt das Angebot".
_BEFORE_VERB = _words("when whom wann wen wem wo")
AUXILIARY = _words(
    "is are was were be been am do does did has have had can could may might must shall should will would ist "
    "sind war waren wird werden wurde wurden hat haben hatte hatten kann können konnte darf dürfen durfte muss "
    "müssen musste soll sollen sollte will wollen gibt"
)
PREPOSITIONS = _words(
    "of for in on at by to into from with without within between during before after until till since under over "
    "above below near behind against about von für in im am an auf bei beim zu zum zur mit ohne zwischen während "
    "vor nach bis seit unter über neben gegen aus durch ab"
)
_SMALL = (
    ASKING
    | AUXILIARY
    | PREPOSITIONS
    | _words(
        "a an the and or but so not no yes if that this these those there then than as also too again ever many much "
        "long often far soon old exactly really please i we you us our my your me all any some more most less least "
        "else same other others such only just end up out one ones ein eine einer eines einem einen der die das den "
        "dem des und oder aber nicht kein keine wenn ob dass als auch noch schon denn eigentlich genau viel viele "
        "lange oft weit ich wir man uns unser unsere alle mehr weniger nur sich "
        "now currently today jetzt heute derzeit aktuell doing getting having being going taking making"
    )
)
# What asks for something without being a question.
_TELLING = _words(
    "list show name give count tell explain describe find compare summarise summarize sum add "
    "zeige zeig liste nenne gib zähle erkläre beschreibe finde vergleiche fasse summiere"
)
# Of what is asked here: they mean nothing that was said before.
_COLLECTION = _words(
    "document documents file files collection folder mail mails e-mail e-mails "
    "dokument dokumente datei dateien sammlung ordner mails"
)
_POSSESSIVE = _words("its their his her ihr ihre ihrem ihren ihrer ihres seine seinem seinen seiner seines")
# What parts a question into clauses: what stands before may be what a pronoun behind it means.
_BOUNDARIES = _words(
    "while when if before after that who which because until since although though unless whether whose where and "
    "or wenn falls während bevor nachdem weil bis ob dass obwohl sobald solange und oder , ; :"
)
PRONOUNS = _words(
    "it its itself they them their theirs he him his she her hers er sie ihn ihm ihr ihre ihrem ihren ihrer ihres "
    "seine seinem seinen seiner seines davon dafür damit darauf darin daran dazu dabei danach davor darüber "
    "dagegen dadurch dort dorthin"
)
_GERMAN_THAT = _words("das die der den dem")
_THIS = _words("this these those dies diese dieser dieses diesem diesen")
_NOW = _words("year month week morning quarter time jahr monat woche quartal mal")
# Words that compare with something: it may have been said before, or be what everybody knows.
COMPARING = _words(
    "else same other others next previous former latter such another andere anderen anderer nächste nächsten "
    "vorige vorigen solche solchen gleiche gleichen"
)
# What says which kind of number or code follows, or only that somebody has it.
_OF_CODES = _words(
    "number numbers phone telephone mobile account iban code serial id belong belongs called calling "
    "nummer telefon telefonnummer handynummer konto kontonummer seriennummer gehört angerufen"
)
_ARTICLES = _words("the der die das den dem des im am zum zur")
IF = ("if", "when", "wenn", "falls")
_FEW, _SHORT = 2, 5
# A year, a code or a name: a question that has one is about that.
THING = lazy_regex(r"(?<!^)\b[A-ZÄÖÜ][\w-]+|\d")


def asks(text: str) -> bool:
    """Tell whether a text begins as a question does; without its question mark it may still be one."""
    words = folded_words(text)
    return bool(words) and is_clause(words)


def content_words(text: str) -> list[str]:
    """Return the words of a question that say something, in small letters."""
    return _content(folded_words(text))


def is_code_alone(question: str, codes: Sequence[str]) -> bool:
    """Tell whether a question says nothing besides codes and numbers but what kind they are: "whose number is …?".

    Args:
        question: As it was typed.
        codes: Those that stand in it, as they stand there.
    """
    said = " ".join(codes).lower()
    return bool(codes) and all(word in said or word in _OF_CODES for word in content_words(question))


def lacking(question: str) -> Lacks:
    """Tell whether a question needs what was asked before it."""
    opening = OPENING.match(question)
    rest = question[opening.end() :] if opening else question
    words = _TOKEN.findall(rest)
    folded = [word.lower() for word in words]
    content = _content(folded)
    if not content:
        return "subject"
    if not opening and folded[0] not in ASKING and asks_whole(folded):
        return "nothing"
    found = _pointing(words, folded)
    if found == "subject":
        return "subject"
    if not is_clause(folded):
        if opening or folded[0] in PREPOSITIONS or folded[0] in IF:
            return "subject"
        return "perhaps" if len(words) <= _SHORT else "nothing"
    if (len(content) <= _FEW and _is_bare(folded)) or _has_no_verb(folded):
        return "subject"
    about = THING.search(rest) or _COLLECTION & set(folded)
    short = len(content) <= _FEW and bool(_ARTICLES & set(folded)) and not about
    return "perhaps" if opening or short or found == "perhaps" else "nothing"


def left_open(question: str) -> str | None:
    """Return the word that only something said before explains, "" for a piece of a question; None for a whole one.

    Unlike `lacking` this is sure: a question that names anything may explain its pronoun itself ("How did Texas get its
    name?").
    """
    if lacking(question) != "subject":
        return None
    opening = OPENING.match(question)
    rest = question[opening.end() :] if opening else question
    words = _TOKEN.findall(rest)
    folded = [word.lower() for word in words]
    if _JOINS.match(question) and not is_clause(folded):
        return ""
    pointers = [at for at, word in enumerate(folded) if _points(words, folded, at, word) == "subject"]
    if THING.search(rest.strip()) or (pointers and _ARTICLES & set(folded[: pointers[0]])):
        return None
    if len(_content(folded)) > _FEW + 1:
        return None
    return words[pointers[0]] if pointers else ""


def names_nothing(question: str) -> bool:
    """Tell whether all that a question is about was said before: "Who signed it?", "And at night?".

    Nothing answers it where nothing was said before, whatever the documents hold. This is surer than `left_open`:
    beside a verb the question has no word of its own.
    """
    word = left_open(question)
    if word is None:
        return False
    opening = OPENING.match(question)
    folded = folded_words(question[opening.end() :] if opening else question)
    if word:
        return len(_content(folded)) <= 1
    if not _JOINS.match(question) or not folded or len(_content(folded)) > 1:
        return False
    # "Und nachts?": a German thing has a capital.
    adverb = question.strip().casefold().startswith("und ") and len(folded) == 1 and folded[0] in question
    return folded[0] in PREPOSITIONS or adverb


def _pointing(words: Sequence[str], folded: Sequence[str]) -> Lacks:
    """Tell whether words point at something that the question does not name."""
    doubt = False
    for at, word in enumerate(folded):
        verdict = _points(words, folded, at, word)
        if verdict == "subject" and not _explained(folded, at):
            return "subject"
        doubt = doubt or verdict == "perhaps"
    return "perhaps" if doubt else "nothing"


def _points(words: Sequence[str], folded: Sequence[str], at: int, word: str) -> Lacks:
    before = folded[at - 1] if at else ""
    after = folded[at + 1] if at + 1 < len(folded) else ""
    if word in PRONOUNS:
        if words[at][0].isupper() and at:  # "Sie", "Ihr": whoever is spoken to
            return "nothing"
        if word in _POSSESSIVE and _has_owner(words[:at], folded[:at]):
            return "nothing"
        return "perhaps" if word == "it" and _is_empty(before, folded[at + 1 :]) else "subject"
    if word == "es":
        return "nothing" if before in ("gibt", "gab") else "perhaps"
    if word == "that":
        pointing = after != "of" and (not at or before in AUXILIARY | PREPOSITIONS | ASKING)
        return "nothing" if not pointing else "perhaps" if before == "do" and after else "subject"
    if word in _THIS:
        return "nothing" if after in _NOW | _COLLECTION or after in ("who", "that", "with", "whose") else "subject"
    if word == "there":
        return "nothing" if before in AUXILIARY or after in AUXILIARY else "subject"
    if word in ("so", "then"):
        return "nothing" if after else "subject"
    if word in ("one", "ones"):
        if not after or before in ("the", "which", "that"):
            return "subject"
        bare = before in AUXILIARY and len(_content(folded)) < _FEW  # "what does one cost"
        return "subject" if bare else "nothing"
    if word in _GERMAN_THAT and before != "," and at and after and not any(other[0].isupper() for other in words):
        # Typed without capitals: "was kostet die inspektion" names something, "wer hat das gemacht" may not.
        content = _content(folded)
        return "subject" if after not in content else "nothing" if len(content) >= _FEW else "perhaps"
    if word in _GERMAN_THAT and before != ",":
        return "nothing" if any(other[0].isupper() for other in words[at + 1 : at + 4]) or not at else "subject"
    return "perhaps" if word in COMPARING else "nothing"


def _is_empty(before: str, behind: Sequence[str]) -> bool:
    """Tell whether "it" may stand for nothing, as in "how long does it take to", "is it allowed to"."""
    return (before in AUXILIARY or behind[:1] in (["is"], ["was"])) and ("to" in behind or "that" in behind)


def _has_owner(words: Sequence[str], folded: Sequence[str]) -> bool:
    """Tell whether the words before "its" or "their" name whose it is: a name, or what is chosen, counted or listed."""
    if any(THING.match(f" {word}", 1) for word in words[1:]):
        return True
    return bool(_content(folded)) and (
        folded[0] in ("which", "welche", "welcher", "welches") or folded[:2] == ["how", "many"] or "each" in folded
    )


def _explained(folded: Sequence[str], at: int) -> bool:
    """Tell whether an earlier clause of the question names something that the word at `at` may mean."""
    return any(folded[before] in _BOUNDARIES and _content(folded[:before]) for before in range(at - 1, 0, -1))


def folded_words(text: str) -> list[str]:
    """Return the words and commas of a text in small letters."""
    return [word.lower() for word in _TOKEN.findall(text)]


def _content(folded: Sequence[str]) -> list[str]:
    """Return the words that say something."""
    return [word for word in folded if word[0].isalnum() and word not in _SMALL and word not in PRONOUNS]


def is_clause(folded: Sequence[str]) -> bool:
    """Tell whether words are a clause, and not a piece of one or key words."""
    begins = ASKING | AUXILIARY | _TELLING
    if folded[0] in begins or (folded[0] in PREPOSITIONS and len(folded) > 1 and folded[1] in ASKING):
        return True
    # "After a strike, what has to happen?", "In August 2024, up to which wave height …?"
    return any(ASKING & set(folded[at + 1 : at + 4]) for at, word in enumerate(folded) if word == ",")


def _is_bare(folded: Sequence[str]) -> bool:
    """Tell whether something is counted or chosen that is not named: "how many were flown", "which is newer"."""
    if folded[:2] in (["how", "many"], ["how", "much"], ["wie", "viele"], ["wie", "viel"]):
        return len(folded) == 2 or folded[2] in AUXILIARY - {"do", "does", "did", "is", "ist"}
    return folded[0] in ("which", "welche", "welcher", "welches") and len(folded) > 1 and folded[1] in AUXILIARY


def _has_no_verb(folded: Sequence[str]) -> bool:
    """Tell whether an asking word and what it asks for are all there is: "With what share?", "Which vessel?"."""
    words = folded[1:] if folded[0] in PREPOSITIONS else folded
    if words[:1] and words[0] not in ASKING:
        return False
    if len(words) > _FEW and words[0] in _BEFORE_VERB:
        return False
    most = _FEW if len(words) < len(folded) else 1
    return len(_content(words)) <= most and len(words) <= most + 2 and not AUXILIARY & set(words)
