"""Make a plan over the table from what was found in a question."""

import re
from collections.abc import Sequence
from dataclasses import replace

from qa.tables import phrases
from qa.tables.concepts import same_thing
from qa.tables.plan import Condition, Operation, Plan
from qa.tables.reading import Compared, Reading, Word, columns_of, is_about, require
from qa.tables.values import folded, read_number, read_unit
from qa.tables.vocabulary import alike, is_ledger, kin, tokens_of, word_set

# Numbers in a column with such a name are not quantities.
_OF_SIZE = word_set("largest biggest smallest größte größter größtes größten kleinste kleinster kleinstes kleinsten")
_AMOUNTS = ("invoice", "order", "payment", "spending", "donation")
_SIZES = word_set("size größe area fläche")
_ROWS = word_set("row rows entry entries record records items zeilen einträge mal times there gibt")
_AGES = word_set("age alter")
_MONEY = word_set("amount price cost salary fee rent fine revenue spending donation value")
_CURRENCIES = word_set("eur usd gbp chf jpy sek nok dkk pln czk cad aud cny inr")
_POSSESSIVES = word_set("their his her its your our my ihre ihren ihrem ihr seinen seine seinem deren dessen")
_BORN = word_set("born birth birthday birthdate dob age geboren geburt geburtstag geburtsdatum alter")
_WHO = word_set("who wer")
_PEOPLE = word_set(
    "employee member customer supplier tenant borrower author owner doctor pupil visitor team department company shop "
    "name"
)
_WHEN = word_set("when wann")
_SHOULD_BE = word_set("minimum min maximum max target reorder mindestbestand mindestmenge minimal maximal soll")
_MEASURES = word_set(
    "litre litres liter liters metre metres meter meters kilogram kilograms kilo kilos gram grams ton tons tonnes "
    "tonne second seconds mile miles foot feet inch inches pound pounds gallon gallons degree degrees percent volt "
    "volts watt watts kilometre kilometres kilometer kilometers kilogramm gramm tonnen sekunde sekunden grad prozent"
)
# What follows one of these says more of a thing and is not the thing: "stretcher from turbine".
_MORE_OF_IT = word_set("for from of with in on at to by and or für von aus mit im am an zur zum und oder")
# What is so by itself, and not by a row about it: a log of repairs does not tell the newest machine.
_OF_AGE = word_set("youngest oldest jüngst ältest")
_OF_ITSELF = _OF_AGE | word_set("newest cheapest dearest costliest expensive neuest billigst günstigst teuerst")
_PERSON = re.compile(r"[^\W\d_][\w'’.-]*(?: [^\W\d_][\w'’.-]*){1,3}")
_CODES = word_set("id no nr number code alarm year jahr zip plz postcode account serial nummer")


def decided(reading: Reading) -> Plan | None:
    """Return the plan that follows from what was found; None where it does not fit together."""
    if not _compared(reading) or not _negated(reading):
        return None
    if reading.asked.share is not None:
        return _share(reading)
    where = tuple(dict.fromkeys(reading.conditions))
    group = _group(reading)
    noun = noun_of(reading)
    if noun is not None and "" in reading.vocabulary.table.columns[noun].texts and not _is_asked_blank(reading, noun):
        # "Which tenants": a plot without a tenant does not count.
        where = (*where, Condition(noun, "filled"))
    held = {condition.column for condition in where}
    heads = [word.column for word in reading.words if word.role == "column" and word.column is not None]
    heads = [place for place in dict.fromkeys(heads) if place != group]
    open_heads = [place for place in heads if place not in held]
    plan = Plan("list", where=where, group=None)
    asked, columns = reading.asked, reading.vocabulary.table.columns
    if _means_another(reading):
        return None
    if asked.per is not None and (group is None or _names_rows(reading, group)) and asked.mean and _is_per_row(reading):
        # "The average fee per member": each row is one.
        group, asked.per = None, None
    if group is not None and columns[group].kind == "number" and not _is_code(reading, group):
        return None
    if asked.per is not None and group is None and not asked.may_be_by:
        return None
    if asked.adjective and not asked.money and not is_about(reading, asked.adjective):
        return None
    if asked.often:
        of = noun if noun is not None else next(iter(open_heads), None)
        return None if of is None else replace(plan, operation=_end(asked.often), group=of, top=asked.top)
    if asked.extreme:
        return _extreme(reading, plan, noun, group, open_heads)
    is_sum = asked.total and (asked.count is None or _measure(reading, open_heads, noun))
    if asked.mean or is_sum or (asked.count is None and _asks_how_much(reading, where, open_heads)):
        measure = _measure(reading, open_heads, None)
        if measure is None and not any(columns[place].kind == "number" for place in open_heads):
            measure = _money(reading)
        over = {word.column for word in reading.words[asked.over : asked.over + 2]} if asked.over is not None else set()
        beside = [place for place in open_heads if place not in over | {measure} and not _names_rows(reading, place)]
        if measure is None or beside or _is_code(reading, measure):
            return None
        return replace(plan, operation="mean" if asked.mean else "sum", column=measure, group=group)
    if asked.count is not None:
        return _counted(reading, plan, noun, group, open_heads)
    return _listed(reading, plan, noun, group, open_heads)


def _means_another(reading: Reading) -> bool:
    """Tell whether a word of a cell is taken for what the cell is about, or for a thing though it is a verb or measure.

    A "blade repair kit" is no repair, "stretcher from turbine" no turbine, and no cell holds litres to be counted.
    """
    asked, words = reading.asked, reading.words
    following = words[asked.count + 1 :] if asked.count is not None else ()
    counted = next((word for word in following if word.role != "arithmetic"), None)
    low = phrases.stem_of_superlative(words[asked.extreme_at - 1].low) if asked.extreme else ""
    of_itself = low in _OF_ITSELF or asked.adjective == "price" or any(_is_price(reading, word) for word in words)
    for at, word in enumerate(words):
        if word.role != "part" or word.column is None:
            continue
        verb = asked.often and at + 1 < len(words) and words[at + 1].low in ("most", "least", "am")
        if verb or (word is counted and word.low in _MEASURES):
            return True
        if of_itself and not _repeats(reading, word.column) and not _is_head(reading, word):
            return True
    return False


def _is_price(reading: Reading, word: Word) -> bool:
    return word.role == "column" and word.column is not None and kin(reading.vocabulary.headers[word.column], "price")


def _is_head(reading: Reading, word: Word) -> bool:
    """Tell whether a cell that holds a word is about it: the last of its words, before what says more of the thing."""
    for text in reading.vocabulary.table.columns[word.column or 0].texts:
        tokens = tokens_of(re.sub(r"[(\[,].*", "", text))
        until = next((at for at, token in enumerate(tokens) if at and token in _MORE_OF_IT), len(tokens))
        head = next((token for token in reversed(tokens[:until]) if not token[0].isdigit()), "")
        if head and (head == word.low or not word.stems.isdisjoint(reading.known.own(head))):
            return True
    return False


def _share(reading: Reading) -> Plan | None:
    """Return a plan for the share of the rows, or of a sum, that is asked for; before "is" the whole is named."""
    asked, words = reading.asked, reading.words
    start = asked.share or 0
    if asked.extreme or asked.mean or asked.per is not None or asked.count is not None:
        return None
    verb = next((at for at in range(start, len(words)) if words[at].low in phrases.IS and not words[at].role), start)
    both = list(zip(reading.said_at, reading.conditions, strict=True))
    part = tuple(dict.fromkeys(condition for at, condition in both if at > verb))
    base = tuple(dict.fromkeys(condition for at, condition in both if at <= verb))
    if verb == start and len({condition.column for condition in part}) > 1:
        return None
    if not part:
        return None
    held = {condition.column for condition in (*part, *base)}
    heads = [word.column for word in words if word.role == "column" and word.column is not None]
    heads = [place for place in dict.fromkeys(heads) if place not in held]
    measure = _measure(reading, heads, None)
    if measure is None and asked.money:
        measure = _money(reading)
    if any(place != measure and not _names_rows(reading, place) for place in heads):
        return None
    if measure is not None and _is_code(reading, measure):
        return None
    return Plan("share", measure, part, base=base)


def _asks_how_much(reading: Reading, where: Sequence[Condition], heads: Sequence[int]) -> bool:
    """Tell whether "how much" asks about more than one row: about all, or about money in rows that meet conditions."""
    lows = [word.low for word in reading.words]
    asked = reading.asked
    much = any(tuple(lows[at : at + 2]) in (("how", "much"), ("wie", "viel")) for at in range(len(lows)))
    if not (much or "wieviel" in lows) or asked.extreme or asked.lists is not None or asked.distinct:
        return False
    if asked.everything and (heads or asked.money):
        return True
    # For one row that is named, only its cell is asked for.
    named = any(condition.sign == "=" and not _repeats(reading, condition.column) for condition in where)
    return asked.money and not named and bool(where)


def _money(reading: Reading) -> int | None:
    """Return the one column of money."""
    found = [
        place
        for place in columns_of(reading, "number")
        if _is_currency(reading.vocabulary.table.columns[place].unit) or first_money(reading, place)
    ]
    # Prices for one of each do not add up to anything.
    found = [place for place in found if not _says(reading, place, "price")]
    return found[0] if len(found) == 1 else None


def first_money(reading: Reading, place: int) -> bool:
    """Tell whether a column is called after money, whatever its unit."""
    return any(_says(reading, place, word) for word in _MONEY)


def _says(reading: Reading, place: int, word: str) -> bool:
    return any(name.text == word or same_thing(name.text, word) for name in reading.vocabulary.headers[place])


def _is_currency(unit: str) -> bool:
    first = unit.split("/")[0].split()[0].casefold() if unit else ""
    return first in _CURRENCIES or first in ("k€", "t€")


def _names_rows(reading: Reading, place: int) -> bool:
    """Tell whether a column names the rows: each of its cells is different, or it is called like the table."""
    is_text = reading.vocabulary.table.columns[place].kind == "text"
    return is_name(reading, place) or (is_text and not _repeats(reading, place))


def _is_asked_blank(reading: Reading, noun: int) -> bool:
    return any(condition.column == noun and condition.sign in ("blank", "filled") for condition in reading.conditions)


def _end(end: str) -> Operation:
    return "highest" if end == "highest" else "lowest"


def _compared(reading: Reading) -> bool:
    """Give each comparison its column; False where one has none."""
    table = reading.vocabulary.table
    for item in reading.compared:
        kinds = ("date",) if item.is_time else ("number",)
        column = _column_for(reading, item, kinds)
        if column is None:
            return False
        value, sign = item.value, item.sign
        if item.is_of_any_year and sign not in ("month", "quarter"):
            # "Since July" tells which July only if the table covers one year.
            years = {day.year for day in table.columns[column].dates if day}
            if len(years) != 1:
                return False
            value = f"{years.pop()}-{int(value):02d}" if value.isdigit() else f"{years.pop()}-{value}"
        elif sign == "quarter":
            value = value.removeprefix("Q")
        if not item.is_time and table.columns[column].kind == "number":
            read = read_number(value, comma=table.columns[column].comma) or read_number(value)
            value = str(read[0]) if read else value
        require(reading, item.at, Condition(column, sign, value))
    return True


def _column_for(reading: Reading, item: Compared, kinds: tuple[str, ...]) -> int | None:
    """Return the column that a comparison is about: by its unit, the nearest that is named, or the only one."""
    candidates = columns_of(reading, *kinds)
    if reading.asked.of_age and kinds == ("number",):
        candidates = [
            place for place in candidates if any(name.text in _AGES for name in reading.vocabulary.headers[place])
        ]
    if item.unit:
        unit = read_unit(item.unit)
        by_unit = [
            place
            for place in candidates
            if unit.casefold()
            in (
                reading.vocabulary.table.columns[place].unit.casefold(),
                reading.vocabulary.table.columns[place].unit.casefold().split("/")[0].split(" ")[0],
            )
            or any(name.text == item.unit for name in reading.vocabulary.headers[place])
        ]
        if len(by_unit) == 1:
            return by_unit[0]
        candidates = by_unit or candidates
    named = [
        (abs(at - item.at), word.column)
        for at, word in enumerate(reading.words)
        if word.role == "column" and word.column in candidates
    ]
    if named:
        return min(named)[1]
    return candidates[0] if len(candidates) == 1 else None


def _negated(reading: Reading) -> bool:
    """Reverse the condition that follows a negation; False where none follows it."""
    for at in reading.negated:
        following = next((word for word in reading.words[at + 1 :] if word.role in ("value", "part", "column")), None)
        # "Not measured by Rao": by somebody else.
        near = reading.words[at + 1 : at + 6]
        value = next((word for word in near if word.role == "value"), None)
        if following is not None and following.role == "column" and value is not None:
            following = value
        if following is None or following.column is None or following.role == "part":
            return False
        if following.role == "column":
            column = reading.vocabulary.table.columns[following.column]
            is_date = column.kind == "date" or (column.kind == "number" and "" in column.texts)
            if reading.words[at].low not in phrases.LACKING and not is_date:
                return False
            noun = noun_of(reading)
            if noun is not None and _repeats(reading, noun) and not is_name(reading, noun):
                # Things without a row of that kind are not rows without it.
                return False
            require(reading, at, Condition(following.column, "blank"))
            continue
        for place, condition in enumerate(reading.conditions):
            if condition.column == following.column and condition.sign == "=":
                reading.conditions[place] = replace(condition, sign="!=")
    return True


def _group(reading: Reading) -> int | None:
    at = reading.asked.per
    if at is None:
        return None
    following = reading.words[at : at + 3]
    found = next((word.column for word in following if word.role == "column"), None)
    # "The top 3 by hours" compares hours.
    compares = reading.asked.extreme and reading.asked.may_be_by
    is_number = found is not None and reading.vocabulary.table.columns[found].kind == "number"
    return None if compares and is_number else found


def _is_per_row(reading: Reading) -> bool:
    """Tell whether "per" is followed by what the rows are."""
    at = reading.asked.per or 0
    words = reading.words[at : at + 2]
    return any(
        word.role == "name"
        or (word.role == "column" and word.column is not None and _names_rows(reading, word.column))
        or (word.low in phrases.SPENDING and is_ledger(reading.vocabulary))
        for word in words
    )


def noun_of(reading: Reading) -> int | None:
    """Return the column of the things that are asked for: after "which", "how many", "list"."""
    asked = reading.asked
    starts = [at for at in (asked.count, asked.lists) if at is not None]
    if not starts:
        return None
    start = max(starts)
    for word in reading.words[start : start + 6]:
        if word.role == "column":
            return word.column
        if word.role in ("value", "part", "flag") and _says_what_kind(reading, word):
            continue
        if word.role in ("name", "value", "part", "period", "number", "flag", "bound"):
            return None
    return None


def _says_what_kind(reading: Reading, word: Word) -> bool:
    """Tell whether a word says what kind of a column's things is meant, which follows at once: "failed samples"."""
    at = reading.words.index(word)
    return at + 1 < len(reading.words) and reading.words[at + 1].role == "column"


def _measure(reading: Reading, heads: Sequence[int], noun: int | None) -> int | None:
    numbers = [place for place in heads if reading.vocabulary.table.columns[place].kind == "number" and place != noun]
    return numbers[0] if len(numbers) == 1 else None


def _extreme(reading: Reading, plan: Plan, noun: int | None, group: int | None, heads: Sequence[int]) -> Plan | None:
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
        of = next((place for place in before if place is not None and _repeats(reading, place)), None)
    if not measures and asked.extreme_word in _OF_SIZE:
        sizes = [place for place in columns_of(reading, "number") if _is_size(reading, place)]
        measures = sizes if len(sizes) == 1 else []
        if not sizes and _is_of_money(reading) and (money := _money(reading)) is not None:
            measures = [money]
    if not measures and about == "date":
        if any(name.text in _AGES for names in reading.vocabulary.headers for name in names):
            return None
        measures = columns_of(reading, "date") if len(columns_of(reading, "date")) == 1 else []
    operation = _end(asked.extreme)
    if lasting:
        operation = "lowest" if operation == "highest" else "highest"
    if not measures and asked.money and (money := _money(reading)) is not None:
        measures = [money]
    if not measures:
        counted = [place for place in heads if place != of]
        named = any(word.role == "name" for word in reading.words[asked.extreme_at :])
        if asked.summed and of is not None and (counted or named) and _repeats(reading, of):
            return replace(plan, operation=operation, group=of, top=asked.top)
        return None
    measure = measures[0]
    if about not in ("", "date") and not is_about(reading, about):
        return None
    if not _can_be_said_of(reading, measure, noun):
        return None
    if asked.mean:
        if of is None or columns[measure].kind != "number" or not _repeats(reading, of):
            return None
        return replace(plan, operation=operation, column=measure, group=of, top=asked.top, mean=True)
    of_rows = noun is not None and group is None and is_name(reading, noun) and not asked.total
    is_sum = (asked.summed or asked.total) and columns[measure].kind == "number" and not of_rows
    if of is not None and is_sum and _repeats(reading, of):
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
        return not _repeats(reading, thing) or is_name(reading, thing)
    asks_who = any(word.low in _WHO for word in reading.words)
    naming = _naming(reading)
    people = naming is not None and _holds_people(reading, naming)
    is_day = reading.vocabulary.table.columns[measure].kind == "date"
    if low in _OF_AGE and is_day and (asks_who or people):
        return any(name.text in _BORN for name in reading.vocabulary.headers[measure])
    others = any(word.role == "column" and word.column != measure for word in reading.words)
    return not asks_who or noun is not None or others or people


def _described(reading: Reading, noun: int | None) -> int | None:
    """Return the column whose things a superlative describes: "the newest machine", "Which machine is the newest?"."""
    following = [word for word in reading.words[reading.asked.extreme_at :] if word.role and word.role != "period"]
    if not following:
        return noun
    return following[0].column if following[0].role == "column" else None


def _naming(reading: Reading) -> int | None:
    """Return the column that tells rows apart: the first of texts that differ, else the first of texts."""
    texts = columns_of(reading, "text")
    return next((place for place in texts if not _repeats(reading, place)), next(iter(texts), None))


def _holds_people(reading: Reading, place: int) -> bool:
    """Tell whether a column names people: what it is called says so, or nearly all of its cells look like names."""
    filled = [text for text in reading.vocabulary.table.columns[place].texts if text]
    like = sum(text[0].isupper() and bool(_PERSON.fullmatch(text)) for text in filled)
    said = any(same_thing(name.text, thing) for name in reading.vocabulary.headers[place] for thing in _PEOPLE)
    return said or 5 * like >= 4 * len(filled)


def _is_of_money(reading: Reading) -> bool:
    """Tell whether the things asked for are amounts themselves: "the largest invoice"."""
    return any(same_thing(word.low, thing) for word in reading.words for thing in _AMOUNTS)


def _is_size(reading: Reading, place: int) -> bool:
    names = reading.vocabulary.headers[place]
    return any(name.text in _SIZES or same_thing(name.text, "area") for name in names)


def _lasts(reading: Reading, heads: Sequence[int]) -> bool:
    """Tell whether "longest" says since when: "longest-standing", "has been employed the longest"."""
    asked, columns = reading.asked, reading.vocabulary.table.columns
    if asked.lasting:
        return True
    lows = [word.low for word in reading.words]
    days = [place for place in heads if columns[place].kind == "date"]
    return len(days) == 1 and not any(columns[place].kind == "number" for place in heads) and "been" in lows


def _counted(reading: Reading, plan: Plan, noun: int | None, group: int | None, heads: Sequence[int]) -> Plan | None:
    asked, columns = reading.asked, reading.vocabulary.table.columns
    named = any(word.role == "name" for word in reading.words)
    is_number = noun is not None and columns[noun].kind == "number"
    if noun is not None and is_number and _is_code(reading, noun):
        return replace(plan, operation="distinct", column=noun, group=group) if asked.distinct else None
    stock = [
        place for place in heads if columns[place].kind == "number" and kin(reading.vocabulary.headers[place], "stock")
    ]
    if noun is None and len(stock) == 1 == len(heads) and plan.where:
        # "How many yaw drives are in stock": the column says it.
        return replace(plan, operation="sum", column=stock[0], group=group)
    if noun is not None and is_number and noun in heads:
        return replace(plan, operation="sum", column=noun, group=group) if _is_quantity(reading, noun) else None
    repeats = noun is not None and not is_number and _repeats(reading, noun) and not is_name(reading, noun)
    if noun is not None and (asked.distinct or repeats):
        return replace(plan, operation="distinct", column=noun, group=group)
    if noun is None and not named and not plan.where and group is None:
        return None
    if _counts_other(reading) or (asked.money and not is_ledger(reading.vocabulary)):
        return None
    if noun is None and not named and _counts_one_thing(reading):
        # "How many oak boards are there": the row of oak boards says how many.
        pieces = [place for place in columns_of(reading, "number") if _says_pieces(reading, place)]
        return replace(plan, operation="sum", column=pieces[0], group=group) if len(pieces) == 1 and not heads else None
    # "The parts issued for B06" names what was done, not another column.
    done = {word.column for word in reading.words if word.role == "column" and word.low.endswith("ed")}
    before = {
        word.column
        for at, word in enumerate(reading.words)
        if at and word.role == "column" and reading.words[at - 1].low in _POSSESSIVES
    }
    others = [place for place in heads if place != noun and place not in done and place not in before]
    if others and not _how_often(reading):
        return None
    return replace(plan, operation="count", group=group)


def _counts_other(reading: Reading) -> bool:
    """Tell whether what follows "how many" is not what the rows are: "how many days"."""
    start = reading.asked.count or 0
    following = (word for word in reading.words[start:] if word.role != "arithmetic" and not word.is_small)
    word = next(following, None)
    return word is not None and not word.role and word.low not in _ROWS


def _counts_one_thing(reading: Reading) -> bool:
    """Tell whether what follows "how many" is what one row is about, so that there is no use in counting rows."""
    start = reading.asked.count or 0
    following = (word for word in reading.words[start:] if word.role and word.role != "arithmetic")
    word = next(following, None)
    if word is None or word.role not in ("value", "part") or word.column is None:
        return False
    return not _repeats(reading, word.column)


def _says_pieces(reading: Reading, place: int) -> bool:
    """Tell whether a column says how many there are, and not how many there should be."""
    names = reading.vocabulary.headers[place]
    return kin(names, "stock") and not any(name.text in _SHOULD_BE for name in names)


def _is_code(reading: Reading, place: int) -> bool:
    """Tell whether numbers are names, such as those of alarms: their column says it, or they repeat and look alike."""
    label = re.sub(r"[(\[].*", "", reading.vocabulary.table.labels[place])
    said = set(tokens_of(label.replace("_", " ")))
    if any(name.text in _CODES and name.text in said for name in reading.vocabulary.headers[place]):
        return True
    numbers = [str(number) for number in reading.vocabulary.table.columns[place].numbers if number is not None]
    lengths = {len(text) for text in numbers}
    alike = len(lengths) == 1 and min(lengths) > 2 and all(text.isdigit() for text in numbers)
    return alike and 2 * len(set(numbers)) < len(numbers)


def _is_quantity(reading: Reading, place: int) -> bool:
    """Tell "how many hours" from "how many stops", for a column "hours stopped"."""
    names = reading.vocabulary.headers[place]
    first = next((name for name in names if name.is_needed), names[0])
    return any(word.column == place and alike(word.low, word.stems, first) for word in reading.words)


def _how_often(reading: Reading) -> bool:
    at = reading.asked.count
    return at is not None and reading.words[min(at + 1, len(reading.words) - 1)].low in ("often", "oft")


def _says_who(reading: Reading, plan: Plan) -> bool:
    """Tell whether rows hold words that the question does not name already, and that may say who it is."""
    known = {condition.column for condition in plan.where}
    others = [column for place, column in enumerate(reading.vocabulary.table.columns) if place not in known]
    return any(any(text and not re.search(r"\d", text) for text in column.texts) for column in others)


def _listed(reading: Reading, plan: Plan, noun: int | None, group: int | None, heads: Sequence[int]) -> Plan | None:
    asked = reading.asked
    named = any(word.role == "name" for word in reading.words)
    named = named or (asked.money and is_ledger(reading.vocabulary))
    if group is not None:
        return None
    if asked.distinct:
        return None if noun is None else replace(plan, operation="count", group=noun)
    if any(word.low in ("who", "wer", "whose", "wessen") for word in reading.words) and plan.where and not heads:
        return plan if _says_who(reading, plan) else None
    select = [*([noun] if noun is not None else []), *heads]
    if noun is not None and not heads and not _names_rows(reading, noun) and _repeats(reading, noun) is False:
        return replace(plan, select=(noun,)) if plan.where else None
    if (
        noun is not None
        and not heads
        and any(
            condition.sign == "=" and not _repeats(reading, condition.column) and condition.column != noun
            for condition in plan.where
        )
    ):
        # "On which day was E02 commissioned?"
        return replace(plan, select=(noun,))
    if asked.lists is not None or asked.everything:
        wanted = plan.where or asked.everything or named or noun is not None
        if not wanted or not (named or noun is not None or heads):
            return None
        if (
            not plan.where
            and not asked.everything
            and reading.words[asked.lists or 0].low.startswith(("which", "welch"))
        ):
            return None
        return replace(plan, select=tuple(dict.fromkeys(select)) if set(heads) - {noun} else ())
    # A cell: some row is named, and a column.
    equal = [condition for condition in plan.where if condition.sign in ("=", "contains")]
    if not equal or not heads:
        return None
    days = columns_of(reading, "date")
    lows = [word.low for word in reading.words]
    if "much" in lows and all(reading.vocabulary.table.columns[place].kind == "date" for place in heads):
        # When oil was changed does not say how much there is.
        return None
    if any(word.low in _WHEN for word in reading.words) and not set(heads) & set(days):
        # "When was the press repaired": of the column "repair" its day is asked for.
        return replace(plan, select=(days[0], *heads)) if len(days) == 1 else None
    return replace(plan, select=tuple(heads))


def _repeats(reading: Reading, place: int) -> bool:
    filled = [folded(text) for text in reading.vocabulary.table.columns[place].texts if text]
    return len(set(filled)) < len(filled)


def is_name(reading: Reading, place: int) -> bool:
    """Tell whether a column has the table's own name, so that each row is one of its things."""
    names = reading.vocabulary.names
    return any(alike(name.text, name.stems, other) for name in reading.vocabulary.headers[place] for other in names)
