"""Find where a sentence names what a question asks for: who did it, who holds the office, where it is. Pure functions.

A name alone answers nothing, since most sentences hold several. It must stand in the question's place: before its verb,
behind "by" after it, beside the office that is asked for, or behind a preposition after the verb.
"""

import re

from qa.lazy_regex import lazy_regex
from qa.text.calendar_words import MONTHS_EN
from qa.text.sentences import Span
from qa.text.short_answers import trimmed
from qa.text.wanted import Wanted

_NAME_WORD = r"[A-ZÄÖÜÉ][\w'’&]*(?:-[\w'’]+)*\.?"
_INNER = r"(?:(?:of|the|and|de|von|van|der|den|du|la|le|for|und|zu|&) )*"
_NAME = rf"(?<![\w-]){_NAME_WORD}(?: {_INNER}{_NAME_WORD})*"
# Words that have a capital at the beginning of a sentence, or always, and name nobody.
NO_NAMES = frozenset(
    """The A An In On At By For From With After Before When While If It He She They We You I This That These Those There
    His Her Their Its As And But Or Nor So To Of Both Each Every Some Many Most Several Only Since During Under Over All
    No Not Who Which What Where Why How Although Though However Mr Mrs Ms Dr Sir
    Der Die Das Ein Eine Im Am Nach Vor Bei Mit Seit Wenn Es Er Sie Wir Als Obwohl
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday""".split()  # noqa: SIM905
).union(MONTHS_EN)
# What may stand before a name at the beginning of a sentence and say when or how: "Then Sam Kettle repaired it".
_ADVERB = lazy_regex(
    r"(?:Then|Later|Afterwards?|Thereafter|Yesterday|Tomorrow|Tonight|Meanwhile|Sometimes|Often|Soon|Lastly|Twice|Again|"
    r"Instead|Also|Still|Already|Perhaps|Maybe|Thus|Therefore|Hence|Finally|Nowadays|Somehow|Indeed|"
    r"[A-Z]\w*(?:ent|ant|ous|inal|ual|ial|ical|ate|ed|ar)ly|"
    r"Dann|Danach|Später|Zuerst|Zunächst|Zuletzt|Anschließend|Schließlich|Endlich|Heute|Gestern|Morgen|Damals|Inzwischen|"
    r"Seitdem|Seither|Daraufhin|Dort|Hier|Auch|Nur|Bald|Oft|Manchmal|Wieder|Vielleicht|Vermutlich|Ursprünglich|"
    r"Stattdessen|Deshalb|Daher|[A-ZÄÖÜ]\w+(?:erweise|mals))"
)
# These may be the beginning of what a firm is called.
_ADVERB_OR_NAME = lazy_regex(r"First|Second|Next|Last|Now|Early|Earlier|Today|Here|Just|Once|Erst|Jetzt|Nun")
_FIRM = lazy_regex(
    r"(?:Bank|Church|Trust|Union|Company|Co|Group|Ltd|Limited|Inc|LLC|PLC|GmbH|AG|Credit|School|Direct|Aid|Class|Services?|"
    r"Solutions?|Insurance|Partners|Division|Regiment|Army|Choice|Capital)\.?",
    re.IGNORECASE,
)
_BEGINS = lazy_regex(r"(?:^|[.:;!?–—•])[^\w]*$")
_BEING_OR_DOING = r"(?:is|was|has|had|did|are|were|\w+ed|in|on|at)\b"
_AUXILIARIES = frozenset(
    (
        *("is", "was", "are", "were", "be", "been", "the", "a", "an", "ist", "war", "sind", "der", "die"),
        # Who may do something is not who is named beside it: "only after instruction by Ann Hill".
        *(
            "may",
            "can",
            "must",
            "shall",
            "should",
            "could",
            "might",
            "darf",
            "dürfen",
            "kann",
            "können",
            "muss",
            "müssen",
        ),
        *("soll", "sollen", "könnte"),
    )
)
_VERB = lazy_regex(
    r"^(?:and |und )?(?:(?:by|from|to|for|von) )?(?:who|wer|whom|(?:which|what|welche[rsn]?) [\w-]+)\s+"
    r"(?:(?:has|had|have|did|will|hat|haben|wurde|was|were|is|ist) )?([\w-]+)",
    re.IGNORECASE,
)
_OFFICE = lazy_regex(
    r"^(?:and |und )?(?:who|wer)(?:'s| is| was| ist| war) (?:(?:the|der|die|das|a) )?((?:[\w'’-]+ ){0,3}?[\w-]+)"
    r"(?= of | in | for | at | on | before | after | to | der | des | von | im | bei |\?|$)",
    re.IGNORECASE,
)
_NAMED = lazy_regex(rf"(?i:(?:and|und) )?(?:[Ww]ho|[Ww]er)(?:'s| is| was| ist| war) {_NAME_WORD}(?: {_NAME_WORD})+\??$")
_CAPITAL = lazy_regex(r"\b[A-ZÄÖÜÉ]\w+")
# A name at the beginning of a sentence has two capitals.
_OPENING_NAME = lazy_regex(r"[A-ZÄÖÜÉ][\w'’-]+ [A-ZÄÖÜÉ][\w'’-]+")
_ANYBODY = lazy_regex(
    r"\b(?:he|she|they|we|you|him|her|them|us|me|nobody|everybody|anybody|somebody|everyone|anyone|someone|whoever|here|"
    r"there|home|er|sie|wir|ich|ihn|ihm|uns|niemand|jeder|alle|man|hier|dort)\b",
    re.IGNORECASE,
)
_AND_ANOTHER = lazy_regex(rf",? (?:and|und|or|oder) (?:(?!{_BEING_OR_DOING})[\w'’-]+ ){{0,6}}?{_NAME}")
_CLAUSE_END = lazy_regex(r"[;:,]")
_LAST_WORD = lazy_regex(r"(\w+)\s*\??$")
# Who held an office once, was meant for it, or stands in for who holds it, does not hold it.
_NO_MORE = (
    r"(?i:former|ex|original\w*|then|previous\w*|deputy|vice|late|first|relief|assistant|substitute|stand-in|"
    r"ehemalig\w*|frühere\w*|damalig\w*|stellvertretend\w*|ersatz\w*)\b"
)
_BEFORE_OFFICE = lazy_regex(rf"\b{_NO_MORE}[ -]?$")
_BEING = "located|situated|based|stationed|lies|lie|liegt|befindet|stands|headquartered"
_SHORTEST_VERB = 3


def named_answers(wanted: Wanted, question: str, sentence: str) -> list[Span]:
    """Return (start, end) of the names that stand in a sentence where the question leaves a name or a place open."""
    asked = set(re.findall(r"\w+", question.casefold()))
    # Every German noun has a capital; two in a row are mostly a name.
    words = 2 if wanted.german and wanted.what == "name" else 1
    if wanted.what not in ("name", "place"):
        return []
    patterns = _place_patterns(question) if wanted.what == "place" else _name_patterns(question.strip())
    spans = {
        span
        for pattern in patterns
        for match in re.finditer(pattern, sentence)
        if (span := _name(sentence, *match.span(1), asked, words))
        and not (wanted.what == "name" and _BEFORE_OFFICE.search(sentence[: match.start()]))
        and (wanted.what == "place" or _does_it(question, sentence, match))
    }
    # Of several that are named in one breath one alone is half of the answer.
    return sorted(span for span in spans if not _AND_ANOTHER.match(sentence, span[1]))


def _does_it(question: str, sentence: str, match: re.Match[str]) -> bool:
    """Tell whether what a name does in a sentence is done to what the question asks about: not every title was won."""
    verb = _VERB.match(question.strip())
    if _OFFICE.match(question.strip()) or not verb:
        return True
    objects = {_stem(word) for word in re.findall(r"\w{4,}|\d+", question[verb.end() :].casefold())}
    # The clause that the name stands in, from the name on or up to it.
    clause = _CLAUSE_END.split(sentence[match.end() :], maxsplit=1)[0]
    before = _CLAUSE_END.split(sentence[: match.start(1)])[-1]
    said = (
        f"{before} {match[0]} {clause}"
        if match.end() == match.end(1)
        else f"{match[0][match.end(1) - match.start() :]} {clause}"
    )
    held = {_stem(word) for word in re.findall(r"\w{4,}|\d+", said.casefold())}
    return not objects or len(objects & held) * 2 >= len(objects)


def names_new(asked: str, sentence: str) -> bool:
    """Tell whether a sentence may name what a question does not, by a capital, a pronoun or a person's office.

    Args:
        asked: The question, case folded.
        sentence: A sentence; the capital of its first word does not count.
    """
    known = set(re.findall(r"\w+", asked))
    opening = _OPENING_NAME.match(sentence)
    words = [match[0] for match in _CAPITAL.finditer(sentence) if match.start()]
    words += opening[0].split()[:1] if opening else []
    return bool(_ANYBODY.search(sentence)) or any(word.casefold() not in known for word in words)


def _name_patterns(question: str) -> list[str]:
    if office := _OFFICE.match(question):
        role = f"(?i:{re.escape(office[1].strip())})"
        title = "(?:(?:the|Captain|Dr\\.?|Herr|Frau) )?"
        # "Who is Will Bird?" asks what he is; beside him in a list stands somebody else.
        if _NAMED.match(question):
            return [rf"({_NAME})(?: is| was| ist| war)(?: now| currently)? {role}\b"]
        return [
            rf"{role}(?: of [\w' -]{{1,40}}?| der [\w -]{{1,40}}?)?(?:,|:| is| was| ist| war|) {title}({_NAME})",
            rf"({_NAME})(?:,| is| was| as| ist| war)(?: now| currently)? (?:(?:the|a|der|die|our) )?"
            rf"(?:(?!{_NO_MORE})[\w-]+ ){{0,2}}?{role}",
        ]
    verb = _VERB.match(question)
    if not verb or verb[1].casefold() in _AUXILIARIES:
        return []
    stem = re.escape(_stem(verb[1].casefold()))
    aside = r"(?:, [^,]{1,60},| \([^)]{1,40}\))?(?: \w+ly| has| had| hat| also| then| first)?"
    return [
        rf"\b{stem}\w*(?: [\w-]+){{0,4}}? (?:by|von|durch)(?: the| der| dem)? ({_NAME})",
        # Not "conquered England killing King Harold".
        rf"({_NAME}){aside} (?!\w+ing\b){stem}\w*\b",
    ]


def _place_patterns(question: str) -> list[str]:
    last = _LAST_WORD.search(question.strip())
    verb = last[1] if last and last[1][0].islower() and len(last[1]) > _SHORTEST_VERB else ""
    verbs = _BEING if not verb or re.fullmatch(_BEING, verb) else rf"{re.escape(_stem(verb))}\w*"
    return [
        rf"\b(?:{verbs})\b(?: \w+){{0,2}}? (?:in|at|on|near|to|from|auf|bei|nach|aus)(?: the)? ({_NAME}(?:, {_NAME})?)"
    ]


def _name(sentence: str, start: int, end: int, asked: set[str], least: int) -> Span | None:
    """Return a name without the words that any sentence may begin with; None where the question has it too."""
    start, end = trimmed(sentence, start, end)
    words = sentence[start:end].split()
    while words and words[0] in NO_NAMES:
        start += len(words[0]) + 1
        words = words[1:]
    if len(words) > 1 and _BEGINS.search(sentence[:start]) and _is_adverb(words):
        start += len(words[0]) + 1
        words = words[1:]
    own = [word for word in words if word[0].isupper() and word.casefold() not in asked]
    if not own or len(words) < least or any(word in NO_NAMES for word in words):
        return None
    # A lone word that opens the sentence owes its capital to that.
    return (start, end) if start or len(words) > 1 else None


def _is_adverb(words: list[str]) -> bool:
    """Tell whether the first of a sentence's words with capitals says when or how, and belongs to no name."""
    if _ADVERB.fullmatch(words[0]):
        return True
    return bool(_ADVERB_OR_NAME.fullmatch(words[0])) and not any(map(_FIRM.fullmatch, words))


def _stem(word: str) -> str:
    """Return the beginning that a verb's forms share, roughly."""
    return re.sub(r"[iy]$", "", re.sub(r"(?:ing|ed|es|s|te|ten|t|en|e)$", "", word))
