"""A question made to stand alone, by what it lacks. Pure functions; a language model does it by `prompt`.

A question lacks its subject if it has a pronoun that nothing in it explains ("How deep was it?"), if it is no clause
("And at night?"), or if it asks about nothing ("Why?"). Then what was asked before is needed. Some questions can be
read both ways ("What did the repair cost?"): those are searched both ways, and what is found decides.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.answering.saying.courtesy import is_courtesy
from qa.answering.standalone.bare_subject import subjected
from qa.answering.standalone.counted_things import counted_instead
from qa.answering.standalone.lacking import (
    ASKING,
    AUXILIARY,
    COMPARING,
    IF,
    OPENING,
    PREPOSITIONS,
    PRONOUNS,
    THING,
    content_words,
    folded_words,
    is_clause,
    lacking,
)
from qa.lazy_regex import lazy_regex
from qa.text.calendar_words import MONTH_NAME
from qa.types import Turn


@dataclass(frozen=True, slots=True)
class Topic:
    """What a conversation is about so far.

    Attributes:
        subject: The last question that stands alone, with what those after it put in its place; "" for none.
        last: The question after it that needs it; "" for none. There is never more than one: chains don't heap up.
        put: What the last piece of a clause put into them: the next one may take its place.
    """

    subject: str = ""
    last: str = ""
    put: str = ""

    @property
    def text(self) -> str:
        """What is searched for it."""
        if not self.last:
            return self.subject
        return f"{self.subject.rstrip()}{'' if self.subject.rstrip()[-1:] in '.?!:' else '?'} {self.last}"


@dataclass(frozen=True, slots=True)
class Readings:
    """What a question may mean after those before it.

    Attributes:
        text: The likelier meaning, standing alone.
        other: The question itself, where it may be meant so; "" where the rule is sure.
        subject: The question before it that stands alone, where this one may lack what that is about.
        topic: What the conversation is about where `text` is meant.
    """

    text: str
    other: str = ""
    subject: str = ""
    topic: Topic = Topic()


_TIME_OF_DAY = lazy_regex(
    r"\b(?:(?:at|by|bei|am|in der|in the) )?(?<!\bper )(?<!\bpro )(?:day|night|daytime|Tag|Nacht|tagsüber|nachts)\b"
)
_KINDS = (
    lazy_regex(r"\b(?:19|20)\d\d(?:/\d\d)?\b"),
    lazy_regex(r"\b[A-Za-z]{1,4}-?\d{1,4}\b"),
    lazy_regex(rf"\b(?:{MONTH_NAME})\b"),
    _TIME_OF_DAY,
    lazy_regex(r"(?<!^)(?<![.?!:] )\b[A-ZÄÖÜ][\w-]+(?: [A-ZÄÖÜ][\w-]+)+(?:['’]s)?"),
    lazy_regex(r"(?<![.?!:] )(?<!^)\b[A-ZÄÖÜ][\w-]{2,}(?:['’]s)?"),
    lazy_regex(r"\b(?:average|mean|median|total|maximum|minimum|highest|lowest|largest|smallest)\b"),
)
# German writes every noun with a capital: one of them alone is no name within other words.
_WHOLE = (_TIME_OF_DAY, *_KINDS[-2:])
_NOUN_OR_NAME = _KINDS[-2]
# "The rent in Mill Lane", "die Miete in der Mill Lane": a thing, and by name what it belongs to.
_OF_ITS_OWN = lazy_regex(
    r"(?:[Tt]he|[Dd]er|[Dd]ie|[Dd]as) (?:[\w-]+ ){1,3}?(?:of|in|at|for|on|by|with|von|vom|im|am|bei|für|an|auf|mit) "
    r"(?:(?:the|der|dem|den|das|die) (?:[a-z-]+ )?)?[A-ZÄÖÜ][\w&'’.-]*(?: (?:[\w&'’.-]+))*"
)
_THE_ONE = lazy_regex(r"^the ones? ", re.IGNORECASE)
_ARTICLE = lazy_regex(r"^(?:the|an?|der|die|das|den|dem) ")
# "Lathe 2", "room 14", "2": years are no numbers of things.
_NUMBER = r"(?!(?:18|19|20)\d\d\b)\d{1,4}"
_NUMBERED = lazy_regex(rf"(?P<noun>(?:[^\W\d_]+ ){{0,3}})(?P<number>{_NUMBER})")
# "Mill Lane 12" is one name: another one takes the place of its number too.
_ITS_NUMBER = rf" (?:[Nn][or]\.? ?)?{_NUMBER}[a-z]?\b(?![.,:]\d)"
_BEHIND_NAME = lazy_regex(_ITS_NUMBER)
_NAME_NUMBERED = lazy_regex(rf"(?<!^)(?<![.?!:] )\b[A-ZÄÖÜ][\w-]+(?: [A-ZÄÖÜ][\w-]+)*{_ITS_NUMBER}")
# "salary of Ann Hill": what is asked, and of whom.
_OF_NAME = r"(?P<head>[^\W\d_]+) (?P<link>of|for|von|für) (?P<name>[A-ZÄÖÜ][\w-]*(?: (?:[A-ZÄÖÜ]|\d)[\w-]*)*)"
_HEADED = lazy_regex(rf"(?:(?:the|der|die|das|den|dem) )?{_OF_NAME}")
_HEADED_WITHIN = lazy_regex(rf"\b{_OF_NAME}")
_ONE_THING = lazy_regex(
    r"\b(?:did|does|do|has|have|had|was|is|were|are|of|for|by) (?P<thing>the [^\W\d_]+)|"
    r"\b(?:von|für|hat|war|ist|wurde|bei) (?P<german>(?:der|die|das|dem|den) [A-ZÄÖÜ]\w+)"
)
_OF = ("of ", "for ", "by ", "von ", "für ", "bei ")
_OWNED = lazy_regex(r"^(?:its|their|her|his|ihre?|seine?) ", re.IGNORECASE)
_PHRASE = lazy_regex(
    r"\b(of|about|for|in|on|at|by|to|into|from|with|after|before|during|inside|outside|over|under|"
    r"von|für|bei|beim|zu|zum|zur|mit|in|im|an|am|auf|über|unter|nach|vor|ab|aus) (.+)",
    re.IGNORECASE,
)
# Where something is: one such phrase takes the place of another, whatever their prepositions are.
_PLACES = ("in", "im", "an", "am", "auf", "beim")
_PHRASE_END = lazy_regex(
    r" (?:of|for|in|on|at|by|to|from|with|after|before|during|is|are|was|were|per|"
    r"von|für|bei|beim|mit|nach|vor|ab|aus|ist|sind|war|waren|nicht)\b|[?.!,;]|$"
)
# Words that English has not.
_GERMAN = lazy_regex(
    r"\b(?:der|das|dem|den|des|und|wie|wer|wann|ist|für|bei|beim|auf|über|welche[rsmn]?|ein(?:e[rmns]?)?)\b",
    re.IGNORECASE,
)
_GERMAN_THING = lazy_regex(r"(?:(?:der|die|das|dem|den|des|eine[rmn]?|ein) )?(?:[a-zäöüß]+ ){0,2}[A-ZÄÖÜ][\w-]+")
_VALUE_OF = lazy_regex(r"^((?:compare|what (?:is|are|was|were)) the )((?:[\w-]+ )+?)(?=of\b)", re.IGNORECASE)
# What "it" may mean: "the repair" in "What did the repair cost?", whose last word is a verb.
_DEFINITE = lazy_regex(r"\bthe ((?:[\w-]+ ?)+)")
_DOES = lazy_regex(r"\b(?:do|does|did|can|could|may|must|should|will|would)\b", re.IGNORECASE)
# "Others" without a noun of its own, and where the noun stands in the question before.
_OTHERS = (
    (lazy_regex(r"\bothers\b", re.IGNORECASE), lazy_regex(r"\bother ([^\W\d_]+s)\b", re.IGNORECASE)),
    (lazy_regex(r"\bandere[nr]?\b(?! [A-ZÄÖÜ])"), lazy_regex(r"\bandere[nr]? ([A-ZÄÖÜ]\w+)")),
)
_THIS_ONE = lazy_regex(r"\b(it|that|this|they|them|those|these|sie|er|ihn|es)\b(?! (?:of|who|with)\b)", re.IGNORECASE)
_MOST_WORDS = 5
# Questions before this one that what it means may depend on.
LOOKED_BACK = 6


def readings(question: str, turns: Sequence[Turn]) -> Readings:
    """Return what a question means after the conversation before it.

    What was asked counts, not what was answered: a question that found nothing or failed is meant all the same. The
    last question that stands alone gives the subject, so that chains of follow-ups do not heap up; where a follow-up
    names another thing of the kind ("And in 2023?"), it takes the place of the one before. Of earlier questions that
    can be read both ways the likelier meaning counts here; `conversation` looks them up.
    """
    topic = Topic()
    for asked in asked_before(turns):
        found = read(asked, topic)
        alone = found.other and THING.search(asked)
        topic = Topic(found.other) if alone else found.topic
    return read(question, topic)


def asked_before(turns: Sequence[Turn]) -> list[str]:
    """Return the questions that may count, oldest first."""
    return [turn.text for turn in turns if turn.role == "user" and not is_courtesy(turn.text)][-LOOKED_BACK:]


def read(question: str, topic: Topic) -> Readings:
    """Return what a question means where a conversation is about something."""
    lacks = lacking(question)
    if not topic.subject or lacks == "nothing":
        return Readings(question, topic=Topic(question))
    together = _together(question, topic)
    # A question without a word of its own, "Why?", leaves the conversation where it is.
    after = together if content_words(question) else topic
    beside = together.last == question
    other = (_own_question(question) if beside else "") if lacks == "subject" else question
    return Readings(together.text, other, topic.subject, after)


def _own_question(question: str) -> str:
    """Return the question that a piece asks that names what it is about, "" for another one.

    "And the rent in Mill Lane?" after a question about something else is no part of that.
    """
    opening = OPENING.match(question)
    fragment = (question[opening.end() :] if opening else question).strip(" ?.!")
    if not _OF_ITS_OWN.fullmatch(fragment) or any(word in PRONOUNS for word in folded_words(fragment)):
        return ""
    return f"{fragment[:1].upper()}{fragment[1:]}?" if _GERMAN.search(fragment) else f"What is {fragment}?"


def standalone(question: str, turns: Sequence[Turn]) -> str:
    """Return the likelier of a question's readings."""
    return readings(question, turns).text


def _together(question: str, topic: Topic) -> Topic:
    """Return what a question and what it needs are about."""
    opening = OPENING.match(question)
    fragment = _THE_ONE.sub("", (question[opening.end() :] if opening else question).strip(" ?.!"))
    folded = folded_words(fragment)
    if folded and not is_clause(folded) and folded[0] not in IF:
        return _with_piece(question, fragment, folded, topic)
    if named := _named(question, topic.text):
        return Topic(named)
    question = _others(question, topic.last)
    if not topic.last or not (pronoun := _THIS_ONE.search(question)) or not (thing := _thing(topic.last)):
        return Topic(topic.subject, question)
    # "What did the repair cost? Who did it?" asks who did the repair; what the subject names is needed with it.
    put = f"{question[: pronoun.start()]}{thing}{question[pronoun.end() :]}"
    return Topic(topic.subject, put) if _is_named(topic.subject) else Topic(put[:1].upper() + put[1:])


def _with_piece(question: str, fragment: str, folded: Sequence[str], topic: Topic) -> Topic:
    """Put a piece of a clause in the place of its like, behind the clause, or beside it."""
    pointing = any(word in PRONOUNS | COMPARING for word in folded)
    # A piece of a clause that was put beside the subject is no clause that another piece could stand in.
    bases = [topic.last] if topic.last and _is_whole(topic.last) else []
    for base in (*bases, topic.subject):
        found = (
            _valued(fragment, base) if pointing else _replaced(fragment, base, topic.put) or subjected(fragment, base)
        )
        if not found and not pointing and OPENING.match(question):
            found = counted_instead(fragment, base)
        if found:
            text, put = found
            return Topic(topic.subject, text, put) if base is topic.last else Topic(text, put=put)
    if pointing and (named := _named(question, topic.text)):
        return Topic(named)
    if not pointing and folded[0] in PREPOSITIONS and content_words(fragment):
        base = bases[0] if bases else topic.subject
        text = _appended(fragment, base)
        return Topic(topic.subject, text, fragment) if bases else Topic(text, put=fragment)
    return Topic(topic.subject, question)


def _appended(fragment: str, base: str) -> str:
    body = base.rstrip()
    end = body[-1:] if body[-1:] in ".?!:" else "?"
    return f"{body.rstrip('.?!:')} {fragment}{end}"


def _is_whole(question: str) -> bool:
    opening = OPENING.match(question)
    folded = folded_words(question[opening.end() :] if opening else question)
    return bool(folded) and is_clause(folded)


def _replaced(fragment: str, subject: str, put_before: str) -> tuple[str, str] | None:
    """Return a question with what a fragment names in the place of its like, and what that is; None where none is.

    "And in 2023?" takes the place of a year, "and C05?" of a code, "into the pitch hydraulics" of what stood behind
    "into", "near misses" of what was counted.
    """
    phrase = _PHRASE.fullmatch(fragment)
    thing = phrase[2] if phrase else fragment
    if found := _headed(fragment, subject) or _numbered(thing, subject):
        return found
    new, old = _NAME_NUMBERED.search(f" {fragment}"), list(_NAME_NUMBERED.finditer(subject))
    if new and len({match[0] for match in old}) == 1:
        return f"{subject[: old[-1].start()]}{new[0]}{subject[old[-1].end() :]}", new[0]
    german = bool(_GERMAN.search(fragment)) or bool(_GERMAN.search(subject))
    for kind in _KINDS:
        if kind is _NOUN_OR_NAME and german:
            continue
        # A blank in front: what begins a fragment begins no sentence.
        new, old = kind.search(f" {fragment}"), list(kind.finditer(subject))
        if not new or len({match[0] for match in old}) != 1:
            continue
        whole = _ARTICLE.sub("", fragment if kind is _TIME_OF_DAY else thing)
        if kind in _WHOLE and new[0] != whole:
            continue
        put = new[0] if kind is _TIME_OF_DAY or new[0] == _ARTICLE.sub("", thing) else thing
        end = old[-1].end()
        if kind in _KINDS[4:6] and (number := _BEHIND_NAME.match(subject, end)):
            end = number.end()
        return f"{subject[: old[-1].start()]}{put}{subject[end:]}", put
    before = _PHRASE.fullmatch(put_before)
    if phrase and before and put_before in subject and (german or before[1].lower() == phrase[1].lower()):
        front, _, behind = subject.rpartition(put_before)
        return f"{front}{fragment}{behind}", fragment
    if phrase and (place := _last_phrase(subject, phrase[1], german=german)):
        return f"{subject[: place[0]]}{fragment}{subject[place[1] :]}", fragment
    return None


def _headed(fragment: str, subject: str) -> tuple[str, str] | None:
    """Return a question about "salary of Ann Hill" after one about the pension of Bob Reed: both places are taken."""
    new, old = _HEADED.fullmatch(fragment), list(_HEADED_WITHIN.finditer(subject))
    if not new or len(old) != 1 or new["link"] != old[0]["link"]:
        return None
    text = f"{subject[: old[0].start()]}{new['head']} {new['link']} {new['name']}{subject[old[0].end() :]}"
    return text, new["name"]


def _numbered(thing: str, subject: str) -> tuple[str, str] | None:
    """Return a question about another thing with a number: "And lathe 2?" after lathe 1, "and 14?" after plot 12.

    Where nothing with a number was asked about, it takes the place of the one thing that was: "the press".
    """
    number = _NUMBERED.fullmatch(thing)
    if not number:
        return None
    noun = _ARTICLE.sub("", number["noun"] or "").strip()
    word = re.escape(noun) if noun else r"[^\W\d_]+"
    old = list(re.finditer(rf"\b(?P<noun>{word}) (?P<number>{_NUMBER})\b(?![.,:]\d)", subject, re.IGNORECASE))
    if noun and len({match[0].casefold() for match in old}) == 1:
        return f"{subject[: old[-1].start()]}{noun} {number['number']}{subject[old[-1].end() :]}", thing
    if not noun:
        if len(old) != 1 or len(re.findall(r"\d+", subject)) != 1:
            return None
        start, end = old[0].span("number")
        return f"{subject[:start]}{number['number']}{subject[end:]}", thing
    things = list(_ONE_THING.finditer(subject))
    # "The last repair of the saw": what something else is of.
    things = [match for match in things if match[0].startswith(_OF)] or things
    if old or len(things) != 1 or re.search(r"\d", subject):
        return None
    start, end = things[0].span("thing" if things[0]["thing"] else "german")
    return f"{subject[:start]}{thing}{subject[end:]}", thing


def _valued(fragment: str, subject: str) -> tuple[str, str] | None:
    """Return a question about another value of the same things: "And their hire?" after "Compare the limits of …"."""
    owned, value = _OWNED.match(fragment), _VALUE_OF.match(subject)
    if not owned or not value:
        return None
    put = fragment[owned.end() :]
    return f"{value[1]}{put} {subject[value.end() :]}", put


def _last_phrase(subject: str, preposition: str, *, german: bool) -> tuple[int, int] | None:
    """Return where the last phrase with such a preposition stands, up to the next one."""
    alike = "|".join(_PLACES) if german and preposition.lower() in _PLACES else preposition
    found = list(re.finditer(rf"(?<!^)\b(?:{alike})\b ", subject, re.IGNORECASE))
    if not found:
        return None
    if german and (thing := _GERMAN_THING.match(subject, found[-1].end())):
        return found[-1].start(), thing.end()
    stop = _PHRASE_END.search(subject, found[-1].end())
    return found[-1].start(), stop.start() if stop else len(subject)


def _others(question: str, last: str) -> str:
    """Return the question with what "others" are, where the last one asked of "other blades"."""
    for alone, named in _OTHERS:
        if (word := alone.search(question)) and (kind := named.search(last)):
            return f"{question[: word.end()].removesuffix('s')} {kind[1]}{question[word.end() :]}"
    return question


def _thing(last: str) -> str:
    """Return what a question that needs another one brings in, "" where it points at what was there already."""
    opening = OPENING.match(last)
    rest = (last[opening.end() :] if opening else last).strip(" ?.!")
    folded = folded_words(rest)
    if not folded or any(word in PRONOUNS for word in folded):
        return ""
    if not is_clause(folded):
        phrase = _PHRASE.fullmatch(rest)
        return phrase[2] if phrase else rest
    if not (definite := _DEFINITE.search(rest)):
        return ""
    words = definite[1].split()
    if _DOES.search(rest[: definite.start()]):
        words = words[:-1]
    kept = []
    for word in words[:_MOST_WORDS]:
        if word.lower() in PREPOSITIONS | AUXILIARY | ASKING:
            break
        kept.append(word)
    return f"the {' '.join(kept)}" if kept else ""


def _is_named(subject: str) -> bool:
    """Tell whether a question has a code or a name, which what comes after it is about."""
    return any(kind.search(subject) for kind in (_KINDS[1], _KINDS[4], _KINDS[5]))


def _named(question: str, subject: str) -> str:
    """Return the question with a name in the place of "she" or "its", where the subject's question has just one."""
    pronoun = re.search(r"\b(she|he|her|his|its)\b", question)
    if pronoun is None:
        return ""
    kinds = _KINDS[4:5] if pronoun[0] != "its" else (_KINDS[1], _KINDS[4])
    names = list(dict.fromkeys(match[0] for kind in kinds for match in kind.finditer(subject)))
    if len(names) != 1:
        return ""
    name = names[0].removesuffix("'s").removesuffix("’s")
    put = f"{name}'s" if pronoun[0] in ("her", "his", "its") else name
    return f"{question[: pronoun.start()]}{put}{question[pronoun.end() :]}"
