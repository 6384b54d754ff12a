"""Invented papers about people, things and clubs, and questions about what they tell and what they don't.

What people ask of their papers and do not find is mostly an attribute: the colour of a boiler whose weight is told. In
published questions that is rare. Here half of the questions are about an attribute that the sentences do not tell; an
answer is then nowhere, though other attributes of the same thing are there, and mostly the same one of another thing.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from qa.models.answer_selection import Candidate

Value = Callable[[random.Random], str]


def words(names: str) -> list[str]:
    """Return some names, which commas part."""
    return names.split(",")


@dataclass(frozen=True, slots=True)
class Attribute:
    """What may be told of something: questions for it, sentences that tell it, and what makes a value."""

    questions: Sequence[str]
    statements: Sequence[str]
    value: Value


TABLE = Path(__file__).with_suffix(".tsv")
FIRST = words(
    "Anna,Peter,Lucy,Omar,Priya,Tom,Ines,Karl,Mei,Sven,Ruth,Colin,Dora,Felix,Gita,Hugo,Iris,Jack,Kofi,Lena,Mark,"
    "Nina,Olaf,Paula,Rosa,Simon,Tara,Ugo,Vera,Will,Yara,Zoe,Amir,Bella,Carl,Della,Evan,Freya"
)
FAMILY = words(
    "Hartley,Novak,Okafor,Lindqvist,Meyer,Rossi,Tanaka,Brandt,Osei,Fletcher,Pryce,Duarte,Kovacs,Winter,Shah,"
    "Abbott,Calder,Doyle,Eastman,Grady,Holt,Ingram,Jarvis,Keane,Lomax,Moss,Nash,Orton,Pike,Quinn,Rudd,Sayer,Tull,"
    "Upton,Vance,Wicks,Yates"
)
MONTHS = words("January,February,March,April,May,June,July,August,September,October,November,December")
STREETS = words("Mill Lane,Dock Road,Harbour Row,Station Street,Elm Close,Church Hill,Kirk Wynd,Castle Terrace")
THINGS = words(
    "boiler,garage door,dishwasher,washing machine,printer,laptop,e-bike,van,trailer,tent,sofa,oven,fridge,"
    "freezer,camera,drill,lawn mower,heat pump,water pump,projector,tractor,piano,kettle,vacuum cleaner,router,"
    "generator,ladder,boat,caravan,big pot,shed,greenhouse,kiln,loom,microscope,scanner,lift,fire door,"
    "alarm system,desk,kayak,stove,smoke detector,air conditioner,coffee machine,mixer,battery,solar panel,"
    "wheelchair"
)
PLACES = words(
    "gym,kindergarten,swimming pool,bakery,choir,rowing club,library,chess club,book group,food bank,repair café,"
    "summer fair,fun run,open day,school trip,language course,yoga class,museum,youth hostel,surgery,pharmacy,"
    "farm shop,community garden,allotment society,football club,orchestra,night school,car park,campsite,ferry,"
    "shuttle bus,workshop,spring concert,staff party,annual meeting"
)
RISKS = words(
    "floods,earthquakes,theft of bicycles,storm,burst pipes,broken glass,lightning,fire,burglary,"
    "dental treatment,glasses,travel abroad,pets,subsidence,legal costs,lost luggage,hail,frost,vandalism,"
    "burst tyres"
)
POLICIES = ("the household policy", "the travel policy", "our insurance", "the plan")


def one_of(names: str) -> Value:
    """Return what draws one of some names, which commas part."""
    return lambda rng: rng.choice(words(names))


def money(rng: random.Random) -> str:
    """Draw an amount of money."""
    amount = rng.choice([f"{rng.randint(2, 9000):,}", f"{rng.randint(2, 90)}.{rng.randint(10, 99)}"])
    return f"{rng.choice('£€$')}{amount}"


def telephone(rng: random.Random) -> str:
    """Draw a telephone number."""
    local = f"0{rng.randint(100, 999)} {rng.randint(100, 999)} {rng.randint(1000, 9999)}"
    return rng.choice([local, f"+44 {rng.randint(1000, 9999)} {rng.randint(100_000, 999_999)}"])


def person(rng: random.Random) -> str:
    """Draw somebody's name."""
    first, family = rng.choice(FIRST), rng.choice(FAMILY)
    titled = [f"{title} {family}" for title in ("Mr", "Mrs", "Dr")]
    return rng.choice([f"{first} {family}", f"Ms {first} {family}", *titled])


def street(rng: random.Random) -> str:
    """Draw an address."""
    return f"{rng.randint(1, 140)} {rng.choice(STREETS)}"


def day(rng: random.Random) -> str:
    """Draw a day."""
    return f"{rng.randint(1, 28)} {rng.choice(MONTHS)}"


def date(rng: random.Random) -> str:
    """Draw a day of a year."""
    return f"{day(rng)} {rng.randint(1950, 2025)}"


def clock(rng: random.Random) -> str:
    """Draw a time of day."""
    hour = f"{rng.randint(1, 11)} {rng.choice(['am', 'pm'])}"
    return rng.choice([hour, f"{rng.randint(7, 21)}.{rng.choice(['00', '15', '30', '45'])}", "half past seven"])


def serial(rng: random.Random) -> str:
    """Draw a serial number."""
    return f"{rng.choice('ABCDK')}{rng.randint(1000, 99999)}-{rng.randint(1, 9)}"


def email(rng: random.Random) -> str:
    """Draw an address."""
    return f"{rng.choice(FIRST)}.{rng.choice(FAMILY)}@example.org".lower()


DRAWN: dict[str, Value] = {
    draw.__name__: draw for draw in (money, telephone, person, street, day, date, clock, serial, email)
} | {
    "family": lambda rng: rng.choice(FAMILY),
    "host": lambda rng: rng.choice(FAMILY).lower(),
    "first": lambda rng: rng.choice(FIRST),
}


def drawn(told: str) -> Value:
    """Return what makes a value: a kind of it, the least and the most of a number, or names."""
    least, _, most = told.partition("-")
    if told in DRAWN:
        return DRAWN[told]
    return (lambda rng: str(rng.randint(int(least), int(most)))) if most.isdigit() else one_of(told)


def table() -> dict[str, list[Attribute]]:
    """Return the attributes of people, things and places."""
    found: dict[str, list[Attribute]] = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines()[1:]:
        of, questions, sentences, value = line.split("\t")
        found.setdefault(of, []).append(Attribute(questions.split(" | "), sentences.split(" | "), drawn(value)))
    return found


ATTRIBUTES = table()


def invented(rng: random.Random, count: int) -> Iterator[tuple[str, list[Candidate], bool]]:
    """Yield questions, sentences of which the first answers, and whether it does; else none of them does."""
    for _ in range(count):
        question, above, right, others = _policy(rng) if rng.random() < 0.12 else _thing(rng)
        sentences = [*others, *([right] if right else [])]
        rng.shuffle(sentences)
        found = [
            Candidate(sentence, sentences[at - 1] if at and rng.random() < 0.8 else "", above)
            for at, sentence in enumerate(sentences)
        ]
        found.sort(key=lambda candidate: candidate.text != right)
        form = rng.choice(["{}", "{}?", "{}?"]).format(question)
        if len(found) > 1:
            yield (form[0].upper() + form[1:] if rng.random() < 1 / 3 else form), found, bool(right)


def _thing(rng: random.Random) -> tuple[str, str, str, list[str]]:
    """Return a question about something, the line above, the sentence that answers ("" for none), and others."""
    of = rng.choice(("people", "things", "things", "places", "places"))
    draw = person if of == "people" else one_of(",".join(THINGS if of == "things" else PLACES))
    it, other = draw(rng), draw(rng)
    asked, *told = rng.sample(ATTRIBUTES[of], rng.randint(3, 6))
    others = [_told(attribute, it, rng) for attribute in told]
    right = _told(asked, it, rng) if rng.random() < 0.5 else ""
    if other != it and rng.random() < 0.7:
        others.append(_told(asked, other, rng))
    if right and rng.random() < 0.25:
        # Two facts in one sentence.
        right = f"{others.pop(0).rstrip('.')}; {right}"
    return rng.choice(asked.questions).format(it=it), rng.choice(["", "", _capital(it)]), right, others


def _policy(rng: random.Random) -> tuple[str, str, str, list[str]]:
    """The same about what an insurance covers."""
    name, risk = rng.choice(POLICIES), rng.choice(RISKS)
    drawn = rng.sample(RISKS, 7)
    covered, left_out = drawn[: rng.randint(3, 5)], drawn[5 : rng.randint(6, 7)]
    covers = rng.choice(["We cover {}.", "Insured are {}.", _capital(name) + " covers {}."]).format(_listed(covered))
    excludes = rng.choice(["Not covered are {}.", "We do not pay for {}.", "Excluded: {}."]).format(_listed(left_out))
    right = covers if risk in covered else excludes if risk in left_out else ""
    others = [
        covers,
        excludes,
        f"The excess is {money(rng)} for each claim.",
        f"{_capital(name)} runs until {date(rng)}.",
    ]
    question = rng.choice([f"does {name} cover {risk}", f"is {risk} covered", f"am i insured against {risk}"])
    return question, rng.choice(["", _capital(name)]), right, [sentence for sentence in others if sentence != right]


def _told(attribute: Attribute, it: str, rng: random.Random) -> str:
    form = rng.choice(attribute.statements)
    return _capital(form.format(it=it, It=_capital(it), value=attribute.value(rng)))


def _listed(items: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(items[:-1]), items[-1])))


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
