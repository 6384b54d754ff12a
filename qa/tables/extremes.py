"""Plans for the row, or the group, at one end of a column: "the longest stop", "who paid most". Pure functions."""

import re
from collections.abc import Sequence
from dataclasses import replace

from qa.tables import phrases
from qa.tables.column_kinds import holds_people, is_name, is_price, is_size, money_column, naming, repeats
from qa.tables.concepts import same_thing
from qa.tables.conditions import AGES
from qa.tables.counting import MEASURES
from qa.tables.plan import Operation, Plan
from qa.tables.reading import Reading, Word, columns_of, is_about
from qa.tables.vocabulary import tokens_of
from qa.text.casing import word_set

_OF_SIZE = word_set("largest biggest smallest größte größter größtes größten kleinste kleinster kleinstes kleinsten")
_AMOUNTS = ("invoice", "order", "payment", "spending", "donation")
_BORN = word_set("born birth birthday birthdate dob age geboren geburt geburtstag geburtsdatum alter")
_WHO = word_set("who wer")
# What follows one of these says more of a thing and is not the thing: "stretcher from turbine".
_MORE_OF_IT = word_set("for from of with in on at to by and or für von aus mit im am an zur zum und oder")
# What is so by itself, and not by a row about it: a log of repairs does not tell the newest machine.
_OF_AGE = word_set("youngest oldest jüngst ältest")
_OF_ITSELF = _OF_AGE | word_set("newest cheapest dearest costliest expensive neuest billigst günstigst teuerst")


def means_another(reading: Reading) -> bool:
    """Tell whether a word of a cell is taken for what the cell is about, or for a thing though it is a verb or measure.

    A "blade repair kit" is no repair, "stretcher from turbine" no turbine, and no cell holds litres to be counted.
    """
    asked, words = reading.asked, reading.words
    following = words[asked.count + 1 :] if asked.count is not None else ()
    counted = next((word for word in following if word.role != "arithmetic"), None)
    low = phrases.stem_of_superlative(words[asked.extreme_at - 1].low) if asked.extreme else ""
    of_itself = low in _OF_ITSELF or asked.adjective == "price" or any(is_price(reading, word) for word in words)
    for at, word in enumerate(words):
        if word.role != "part" or word.column is None:
            continue
        verb = asked.often and at + 1 < len(words) and words[at + 1].low in ("most", "least", "am")
        if verb or (word is counted and word.low in MEASURES):
            return True
        if of_itself and not repeats(reading, word.column) and not _is_head(reading, word):
            return True
    return False


def _is_head(reading: Reading, word: Word) -> bool:
    """Tell whether a cell that holds a word is about it: the last of its words, before what says more of the thing."""
    for text in reading.vocabulary.table.columns[word.column or 0].texts:
        tokens = tokens_of(re.sub(r"[(\[,].*", "", text))
        until = next((at for at, token in enumerate(tokens) if at and token in _MORE_OF_IT), len(tokens))
        head = next((token for token in reversed(tokens[:until]) if not token[0].isdecimal()), "")
        if head and (head == word.low or not word.stems.isdisjoint(reading.known.own(head))):
            return True
    return False


def end_of(end: str) -> Operation:
    """Return the operation that looks for an end of a column."""
    return "highest" if end == "highest" else "lowest"


def extreme(reading: Reading, plan: Plan, noun: int | None, group: int | None, heads: Sequence[int]) -> Plan | None:
    """Return the plan for the rows or the groups at one end of a column; None where they do not say it."""
    asked, columns = reading.asked, reading.vocabulary.table.columns
    lasting = asked.about == "length" and _lasts(reading, heads)
    about = "date" if lasting else asked.about
    kinds = ("date",) if about == "date" else ("number", "date")
    after = [
        word.column
        for word in reading.words[asked.extreme_at - 1 :]
        if word.role == "column" and word.column is not None
        if word.column in heads and columns[word.column].kind in kinds
    ]
    measures = list(dict.fromkeys([*after, *(place for place in heads if columns[place].kind in kinds)]))
    measures = [place for place in measures if place != noun]
    if any(columns[place].kind == "number" for place in measures) and about != "date":
        measures = [place for place in measures if columns[place].kind == "number"]
    if asked.summed and about != "date":
        # "Measured the most samples" does not speak of days.
        measures = [place for place in measures if columns[place].kind == "number"]
    if not measures and noun is not None and columns[noun].kind in kinds:
        measures, noun = [noun], None
    of = group if group is not None else noun
    if of is None and asked.summed and any(word.low in ("who", "wer") for word in reading.words):
        before = [word.column for word in reading.words[: asked.extreme_at] if word.role == "column"]
        before = [place for place in before if place is not None and columns[place].kind == "text"]
        of = next((place for place in before if place is not None and repeats(reading, place)), None)
    if not measures and asked.extreme_word in _OF_SIZE:
        sizes = [place for place in columns_of(reading, "number") if is_size(reading, place)]
        measures = sizes if len(sizes) == 1 else []
        if not sizes and _is_of_money(reading) and (money := money_column(reading)) is not None:
            measures = [money]
    if not measures and about == "date":
        if any(name.text in AGES for names in reading.vocabulary.headers for name in names):
            return None
        measures = columns_of(reading, "date") if len(columns_of(reading, "date")) == 1 else []
    operation = end_of(asked.extreme)
    if lasting:
        operation = "lowest" if operation == "highest" else "highest"
    if not measures and (asked.money or _is_of_payment(reading)) and (money := money_column(reading)) is not None:
        measures = [money]
    if not measures:
        counted = [place for place in heads if place != of]
        named = any(word.role == "name" for word in reading.words[asked.extreme_at :])
        if asked.summed and of is not None and (counted or named) and (asked.span or repeats(reading, of)):
            return replace(plan, operation=operation, group=of, top=asked.top)
        return None
    measure = measures[0]
    if about not in ("", "date") and not is_about(reading, about):
        return None
    if not _can_be_said_of(reading, measure, noun):
        return None
    if asked.mean:
        if of is None or columns[measure].kind != "number" or not repeats(reading, of):
            return None
        return replace(plan, operation=operation, column=measure, group=of, top=asked.top, mean=True)
    of_rows = noun is not None and group is None and is_name(reading, noun) and not asked.total
    is_sum = (asked.summed or asked.total) and columns[measure].kind == "number" and not of_rows
    if of is not None and is_sum and (asked.span or repeats(reading, of)):
        return replace(plan, operation=operation, column=measure, group=of, top=asked.top)
    if group is not None:
        return None
    shown = dict.fromkeys(place for place in (noun, measure, *heads) if place is not None)
    select = tuple(shown) if noun is not None or len(shown) > 1 else ()
    return replace(plan, operation=operation, column=measure, top=asked.top, select=select)


def _can_be_said_of(reading: Reading, measure: int, noun: int | None) -> bool:
    """Tell whether the row at one end of a column says what a superlative asks.

    The newest entry of a log is not the newest machine, who began last is not the youngest, and "who" asks for people.
    """
    low = phrases.stem_of_superlative(reading.words[reading.asked.extreme_at - 1].low)
    thing = _described(reading, noun)
    if thing is not None and low in _OF_ITSELF and reading.vocabulary.table.columns[thing].kind == "text":
        return not repeats(reading, thing) or is_name(reading, thing)
    asks_who = any(word.low in _WHO for word in reading.words)
    names = naming(reading)
    people = names is not None and holds_people(reading, names)
    is_day = reading.vocabulary.table.columns[measure].kind == "date"
    if low in _OF_AGE and is_day and (asks_who or people):
        return any(name.text in _BORN for name in reading.vocabulary.headers[measure])
    others = any(word.role == "column" and word.column != measure for word in reading.words)
    others = others or reading.asked.rivals is not None
    return not asks_who or noun is not None or others or people


def _described(reading: Reading, noun: int | None) -> int | None:
    """Return the column whose things a superlative describes: "the newest machine", "Which machine is the newest?"."""
    following = [word for word in reading.words[reading.asked.extreme_at :] if word.role and word.role != "period"]
    if not following:
        return noun
    return following[0].column if following[0].role == "column" else None


def _is_of_payment(reading: Reading) -> bool:
    """Tell whether a most of payments is asked for: "who paid the most", where a column says what is paid."""
    said = [
        word
        for word in reading.words
        if word.role == "flag" or (word.role == "column" and _is_of_rivals(reading, word))
    ]
    return reading.asked.summed and any(same_thing(word.low, "paid") for word in said)


def _is_of_rivals(reading: Reading, word: Word) -> bool:
    """Tell whether a word names the column whose cells a question lets choose from: "who paid more, Ann or Ben?"."""
    return reading.asked.rivals is not None and word.column == reading.asked.rivals


def _is_of_money(reading: Reading) -> bool:
    """Tell whether the things asked for are amounts themselves: "the largest invoice"."""
    return any(same_thing(word.low, thing) for word in reading.words for thing in _AMOUNTS)


def _lasts(reading: Reading, heads: Sequence[int]) -> bool:
    """Tell whether "longest" says since when: "longest-standing", "has been employed the longest"."""
    asked, columns = reading.asked, reading.vocabulary.table.columns
    if asked.lasting:
        return True
    lows = [word.low for word in reading.words]
    days = [place for place in heads if columns[place].kind == "date"]
    return len(days) == 1 and not any(columns[place].kind == "number" for place in heads) and "been" in lows
