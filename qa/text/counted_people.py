"""How many people: asked by a word for anybody, told by what they are: "three technicians". Pure, English, German."""

import re

from qa.lazy_regex import lazy_regex
from qa.text.number_words import CARDINAL
from qa.text.sized_things import PEOPLE

_ASKS = lazy_regex(
    r"\b(?:how many|wie ?viele?) (?:of us |more |other |weitere |andere )?(?:people|persons?|men|women|leuten?|"
    r"personen|"
    r"menschen|mann)\b",
    re.IGNORECASE,
)
# Of those who do something English and German make a noun that ends so; some things are called so as well.
_THINGS = (
    r"(?:numbers|letters|papers|orders|offers|members of the|meters|metres|litres|liters|quarters|drawers|containers|"
    r"filters|layers|drivers? for|corners|shoulders|fingers|towers|covers|powers|rivers|tigers|boilers|heaters|"
    r"motors|doors|"
    r"floors|errors|mirrors|colors|factors|sectors|lists|tests|posts|chests|requests|costs)\b"
)
_WORKERS = (
    rf"(?!{_THINGS})[a-z]{{3,}}(?:ers|ors|ists|ians|ees|eers|men|women)|"
    r"[A-ZÄÖÜ][a-zäöüß]{2,}(?:innen|kräften?|leuten?|technikern?|arbeitern?|helfern?|fahrern?|führern?|monteuren?)|Monteuren?|Helfern?|Technikern?|Arbeitern?|Fahrern?|"
    r"us|crew|hands|apprentices|volunteers"
)
_COUNTS = lazy_regex(
    rf"(?<![\w£$€.])(?:\d{{1,3}}(?![\w.,%]?\d)|(?i:{CARDINAL}|one|two|both|zwei|drei))"
    rf"(?: to \d+|[-–]\d+| bis \d+)?(?: [a-zäöüß-]+){{0,2}}? (?:{PEOPLE}|{_WORKERS})(?!\w)"
)
# A field, what they did, or that there is nobody.
_MAY_COUNT = lazy_regex(
    rf"(?i:\b(?:{PEOPLE}|attendance|capacity|headcount|turnout|present|sleeps|seats|serves|persons?|anwesend\w*|personen\w*|"
    r"\w*zahl|plätze|besetzung|kapazität)\b[^.;\n]{0,40}?[:|= ]\s?(?:up to |about |rund |ca\. |bis zu )?\d)|"
    rf"\b(?:\d{{1,9}}|(?i:{CARDINAL}|one|two))(?: of (?:us|them))? (?i:attended|came|were|are|took part|joined|"
    rf"signed|voted|live[sd]?|"
    r"work\w*|died|survived|kamen|waren|sind|nahmen|haben|stimmten|leben|arbeiten|starben)\b|"
    r"(?i:\b(?:nobody|no one|alone|single-handed|niemand|allein|keiner|a person|one person|a pair|couple|eine "
    r"person|zu zweit|"
    r"zu dritt|"
    r"people|persons|personen|leuten?|menschen|population|bevölkerung|settlers|unmanned|unbemannt\w*|signatures|names|namen|"
    r"unterschriften)\b)|"
    r"(?i:\b(?:holds?|carr(?:y|ies)|fits?|accommodat\w+|room for|table for|fasst|platz für)\b)[^.;\n]{0,30}?(?:\d|"
    rf"\b(?i:{CARDINAL}|two)\b)|\d+ (?i:beds?|berths?|seats?|\w*betten|\w*plätze)\b|"
    r"\d[\d.,]*(?: (?:million|thousand|Millionen|Tausend))? (?:inhabitants|Einwohner)"
)


def counts_people(question: str) -> bool:
    """Tell whether a question asks how many people, whoever they are."""
    return bool(_ASKS.search(question))


def counts_people_in(text: str) -> bool:
    """Tell whether a sentence says how many people there are, by whatever word for them."""
    return bool(_COUNTS.search(text))


def may_count_people(text: str) -> bool:
    """Tell whether a text may say how many people, in a field or by what they do: "Guests: 12", "17 attended"."""
    return counts_people_in(text) or bool(_MAY_COUNT.search(text))
