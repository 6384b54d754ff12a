"""The same day, number, code or telephone number in any spelling."""

import asyncio
from collections import Counter
from decimal import Decimal
from time import process_time

import pytest

from qa.retrieval.rank import bm25_share
from qa.text.durations import durations
from qa.text.language import AUTO
from qa.text.names import names_in
from qa.text.normal_forms import forms, pieces, spelled_as, terms_of
from qa.text.terms import TERMS_VERSION, TermStatistics, query_terms
from qa.text.values import Values
from qa.text.words import SparseEmbedder

SAME = [
    ("15 September 2015", "2015-09-15"),
    ("15 September 2015", "15.09.2015"),
    ("September 15, 2015", "2015-09-15"),
    ("15. September 2015", "September 15th, 2015"),
    ("15.9.15", "2015-09-15"),
    ("März 2024", "2024-03"),
    ("2,450", "2450"),
    ("2.450", "2450"),
    ("2 450", "2,450"),
    ("1248.0", "1248"),
    ("1,250.50", "1.250,50"),
    ("2.2kW", "2,2 kW"),
    ("12 kW", "12kW"),
    ("2.5 million", "2,500,000"),
    ("COVID19", "COVID-19"),
    ("NV8-0102", "NV80102"),
    ("SM 60", "SM-60"),
    ("+49 170 5551003", "0170 5551003"),
    ("+49 (0)170 555-1003", "01705551003"),
    ("DE44 2004 1133 0897 1234 00", "DE44200411330897123400"),
    ("€ 20", "20 euros"),
    ("twenty-five thousand", "25,000"),
    ("one hundred and twenty", "120"),
    ("two thousand billion", "2,000,000,000,000"),
    ("nineteen eighty-four", "1984"),
    ("three point five million", "3,500,000"),
    ("fünfundzwanzig", "25"),
    ("fünfundzwanzigtausend", "25.000"),
    ("fuenfundzwanzig", "twenty-five"),
    ("drei Millionen", "3.000.000"),
    ("five months", "5 months"),
    ("31 kilowatts", "31 kW"),
    ("31 kilowatts", "31kW"),
    ("24 Stunden", "24 h"),
    ("12 percent", "12 %"),
    ("60 square metres", "60 m²"),
    ("80 km/h", "80 kilometres per hour"),
    ("depth (m)", "depth in metres"),
    ("Article IV", "Article 4"),
    ("Anhang XII", "Anhang 12"),
    ("15 de septiembre de 2015", "2015-09-15"),
    ("15 septembre 2015", "15 settembre 2015"),
    ("1er mars 2020", "01/03/2020"),
    ("1º de março de 2020", "1 March 2020"),
    ("3 maart 2021", "2021-03-03"),
    ("mayo de 2019", "2019-05"),
    ("3,5 millones", "3.500.000"),
    ("2,4 milliards", "2 400 000 000"),
    ("25 mil", "25.000"),
    ("25mila", "25.000"),
    ("1,5 miljoen", "1.500.000"),
    ("2 mil milhões", "2.000.000.000"),
    ("2,2 kilovatios", "2.2 kW"),
    ("18 chilowatt", "18kW"),
    ("90 kilomètres par heure", "90 km/h"),
    ("400 vierkante meter", "400 m²"),
    ("1.250 metros cuadrados", "1250 m²"),
    ("6 ore", "6 h"),
    ("24 uur", "24 hours"),
    ("30 por cento", "30 %"),
    ("40 procent", "40 Prozent"),
    ("35 quilômetros", "35 km"),
    ("16 gigaoctets", "16 GB"),
    ("20 dólares", "$ 20"),
    ("90 minutes", "1.5 h"),
    ("90 minutes", "1 h 30 min"),
    ("90min", "eineinhalb Stunden"),
    ("1:30 h", "one and a half hours"),
    ("1h30", "an hour and a half"),
    ("1h30min", "90 minutes"),
    ("1h 30m", "1.5 hours"),
    ("ein halbes Jahr", "6 months"),
    ("half a year", "sechsmonatige"),
    ("a year and a half", "18 months"),
    ("1 Jahr und 6 Monate", "anderthalb Jahre"),
    ("2 Wochen", "14 days"),
    ("sechs Wochen", "a 6-week term"),
    ("a quarter of an hour", "eine Viertelstunde"),
    ("1 1/2 hours", "une heure et demie"),
    ("seis meses", "6 maanden"),
    ("10 working days", "zehn Werktage"),
    ("6 месяцев", "полгода"),
]
NOT_IN_OLDER_TERMS = [
    "15 de septiembre de 2015", "15 settembre 2015", "3,5 millones", "25mila", "31 kilovatios", "6 ore", "dólares",
    "1.5 h", "sechsmonatige", "半年",
]  # fmt: skip
OTHER = [
    ("15 September 2015", "2015-09-16"),
    ("2,450", "2451"),
    ("NV8-0102", "NV8-0103"),
    ("twenty-five thousand", "25,001"),
    ("+49 170 5551003", "0170 5551004"),
    ("DE44 2004 1133 0897 1234 00", "DE44200411330897123401"),
    ("15 de septiembre de 2015", "16 de septiembre de 2015"),
    ("1er mars 2020", "1er avril 2020"),
    ("3,5 millones", "3.600.000"),
    ("1 month", "30 days"),
    ("ein Jahr", "365 Tage"),
    ("90 minutes", "1.4 h"),
    ("10 working days", "10 days"),
    ("2 years and 3 months", "2 years"),
]


def said(text: str) -> set[str]:
    """All terms of a text that a word or a form gives."""
    words = {word for word in text.casefold().replace(",", " ").replace(".", " ").split() if word.isalnum()}
    return words | set(terms_of(text))


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_thing_share_a_term(one: str, other: str) -> None:
    wholes = {term for form in (*forms(one), *forms(other)) for term in (form.whole or form.parts)}
    assert wholes & said(one) & said(other)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_other_things_share_no_whole(one: str, other: str) -> None:
    wholes = {term for form in forms(one) for term in form.whole}
    assert wholes.isdisjoint(said(other))


def test_columns_of_figures_words_and_hashes_have_no_forms() -> None:
    assert terms_of("12 34 56 78 90 12 34") == []
    assert terms_of("a 24-inch wheel, the 1st and the 1990s, mid-2019") == []
    assert terms_of("the elf, one of them, day(s) (A), the second, the twenty-first, Annex C, hundreds") == []
    assert pieces("3f2a9c1be07d44") == []
    assert pieces("e06") == []  # or it would be found for "row E"
    assert pieces("2024final") == ["2024", "final"]


async def _share(question: str, document: str, *others: str, version: int = TERMS_VERSION) -> float:
    """Return how much of the highest BM25 of a question a document has among others."""
    words = SparseEmbedder("Qdrant/bm25", language=AUTO, average_terms=8, version=version)
    vectors = await words.embed_chunks([document, *others], ["en"] * (1 + len(others)))
    known = TermStatistics(len(vectors), Counter(term for vector in vectors for term in vector), ("en",))
    terms = query_terms(words.words(question, known.languages), known)
    return bm25_share(terms.weights, terms.counted(vectors[0]))


@pytest.mark.parametrize(("one", "other"), SAME)
def test_document_in_another_spelling_is_found_as_well(one: str, other: str) -> None:
    """It holds every word of the question, those of the form among them."""
    noise = ("The crane of the yard lifts tonnes.", "Nothing else is here to be found.", "A third one.")

    async def shares() -> tuple[float, float]:
        asked = f"Which part has {one}?"
        return await _share(asked, f"This part has {other}.", *noise), await _share(
            asked, f"This part has {one}.", *noise
        )

    found, same = asyncio.run(shares())
    assert found > 0.8 * same


def test_terms_of_an_earlier_release_hold_words_alone() -> None:
    """So a collection that was made with them stays of one piece until it is rebuilt."""
    words = SparseEmbedder("Qdrant/bm25", language=AUTO, average_terms=8, version=1)
    [vector] = asyncio.run(words.embed_chunks(["Paid on 2015-09-15"], ["en"]))
    assert len(vector) == len(words.terms("Paid on 2015-09-15", "en"))


def test_words_weigh_what_they_weighed_before() -> None:
    text = "The rent of 2,450 EUR is due on 2015-09-15"
    old, new = (
        SparseEmbedder("Qdrant/bm25", language=AUTO, average_terms=8, version=version) for version in (1, TERMS_VERSION)
    )
    [before] = asyncio.run(old.embed_chunks([text], ["en"]))
    [after] = asyncio.run(new.embed_chunks([text], ["en"]))
    assert before.items() <= after.items()
    assert len(after) > len(before)


@pytest.mark.parametrize(
    ("text", "other", "spelled"),
    [
        ("Paid on 28.2.23.", "on 28 February 2023", "Paid on 28 February 2023."),
        ("It has NV80102.", "of NV8-0102,", "It has NV8-0102."),
        ("It has NV8-0102.", "of NV80102,", "It has NV80102."),
        ("Call 0170 5551003.", "+49 170 5551003", "Call +49 170 5551003."),
        ("Call +43 170 5551003.", "+49 170 5551003", "Call +43 170 5551003."),
        ("IBAN DE44200411330897123400", "DE44 2004 1133 0897 1234 00", "IBAN DE44 2004 1133 0897 1234 00"),
        ("IBAN DE44200411330897123401", "DE44 2004 1133 0897 1234 00", "IBAN DE44200411330897123401"),
        ("It costs 2,450 EUR.", "2.45 EUR", "It costs 2,450 EUR."),
        ("It costs 12 800 EUR.", "12.800 EUR", "It costs 12800 EUR."),
        ("It costs 12,800 EUR.", "12 800 EUR", "It costs 12 800 EUR."),
        ("It costs 12800 EUR.", "12 800 EUR", "It costs 12 800 EUR."),
        ("It costs 12900 EUR.", "12 800 EUR", "It costs 12900 EUR."),
        ("Cela coûte 2,4 milliards d'euros.", "2 400 000 000 €", "Cela coûte 2 400 000 000 d'euros."),
        ("It costs 3,000 EUR.", "3.000 EUR", "It costs 3,000 EUR."),
        ("It costs 25 thousand EUR.", "25,000 EUR", "It costs 25000 EUR."),
        ("It costs 25,000 EUR.", "twenty-five thousand EUR", "It costs twenty-five thousand EUR."),
        ("Es kostet fünfundzwanzigtausend Euro.", "25.000 Euro", "Es kostet 25.000 Euro."),
        ("Paid on 2015-09-16.", "15 September 2015", "Paid on 2015-09-16."),
        ("Firmado el 2015-09-15.", "el 15 de septiembre de 2015,", "Firmado el 15 de septiembre de 2015."),
        ("Costa 3,5 millones de euros.", "3.500.000 €", "Costa 3500000 de euros."),
        ("Costa 25mila euro.", "25.000 €", "Costa 25000 euro."),
        ("It takes 90 minutes.", "takes 1 h 30 min", "It takes 1 h 30 min."),
        ("It takes 90 minutes.", "takes 1 h 20 min", "It takes 90 minutes."),
        ("Die Frist ist ein halbes Jahr.", "within 6 months", "Die Frist ist 6 months."),
        ("Costa 26mila euro.", "25.000 €", "Costa 26mila euro."),
    ],
)
def test_sentence_is_checked_in_the_spelling_of_its_passage(text: str, other: str, spelled: str) -> None:
    assert spelled_as(text, other) == spelled


@pytest.mark.parametrize(
    ("question", "passage", "stands"),
    [
        ("What does Article IV say?", "Article 4: the tanks are full.", True),
        ("What does Article 4 say?", "Article IV: the tanks are full.", True),
        ("What does Article VI say?", "Article IV: the tanks are full.", False),
        ("Who pays twenty-five thousand euros?", "The hirer pays 25,000 euros.", True),
        ("Who pays 25,000 euros?", "The hirer pays twenty-five thousand euros.", True),
        ("Who pays twenty-six thousand euros?", "The hirer pays 25,000 euros.", False),
        ("Who pays 2.5 million euros?", "The hirer pays 2,500,000 euros.", True),
        ("Who pays 2.5 million euros?", "The hirer pays 2,600,000 euros.", False),
        ("Wer zahlt fünfundzwanzigtausend Euro?", "Der Mieter zahlt 25.000 Euro.", True),
        ("¿Qué se firmó el 15 de septiembre de 2015?", "Se firmó el 2015-09-15.", True),
        ("¿Qué se firmó el 15 de septiembre de 2015?", "Se firmó el 2015-09-16.", False),
        ("Che cosa è successo il 15 settembre 2015?", "Successe il 15/09/2015.", True),
        ("Wat kost 1,5 miljoen euro?", "De dijk kost 1.500.000 euro.", True),
        ("Wat kost 1,5 miljoen euro?", "De dijk kost 2.500.000 euro.", False),
        ("Which walk takes 1.5h?", "The harbour walk takes 90 minutes.", True),
        ("Which walk takes 1.5h?", "The harbour walk takes 80 minutes.", False),
        ("Who fled by the 1700s?", "They fled in the early 18th century.", True),
        ("Who fled by the 1700s?", "They fled from 1685.", False),
        ("Wer floh in den 1690er Jahren?", "Sie flohen 1695.", True),
        ("1562'de kim geldi?", "Jean Ribault 1562 yılında geldi.", True),
        ("1970'lerde ne oldu?", "ABC 1976'da ilk oldu.", True),
    ],
)
def test_what_a_question_names_is_missed_in_no_spelling(question: str, passage: str, stands: bool) -> None:
    names = names_in(question, capitals=True, terms_of=lambda _word: [], known=None)
    named = [name for name in names if name.kind != "name"]
    assert named
    assert all(name.stands_in(Values(passage)) for name in named) is stands


def test_collection_of_an_earlier_release_gets_no_later_forms() -> None:
    words = SparseEmbedder("Qdrant/bm25", language=AUTO, average_terms=8, version=2)
    [vector] = asyncio.run(words.embed_chunks(["It takes five hours and 31 kilowatts"], ["en"]))
    assert len(vector) == len(words.terms("It takes five hours and 31 kilowatts", "en"))


@pytest.mark.parametrize("text", NOT_IN_OLDER_TERMS)
def test_later_languages_have_no_forms_in_older_terms(text: str) -> None:
    assert set(terms_of(text, TERMS_VERSION)) > set(terms_of(text, 3))


def test_french_month_that_is_a_planet_counts_behind_a_small_word() -> None:
    assert "=d2019-03-00" in terms_of("en mars 2019")


def test_words_of_one_language_are_no_units_or_months_of_another() -> None:
    assert terms_of("Mars 2020 landed; 3 Mars bars, two mayo sandwiches, more iron ore, a metro, hot chili, ora") == []
    assert terms_of("les nodi, nós e ton, por hora e uma libra, segundo piso, the mil and its once") == []


def test_day_behind_letters_that_fold_to_two_keeps_its_place() -> None:
    text = "Die Straße wurde am Fuß des Berges am 15. September 2015 gebaut"
    [day] = [form for form in forms(text) if form.whole]
    assert text[slice(*day.span)] == "15. September 2015"
    assert day.says["=m09"] == ("september",)


def test_small_number_in_words_is_a_number_before_a_unit_alone() -> None:
    assert "2" not in terms_of("Whose idea was it to have two different limits?")
    assert "2" in terms_of("two metres")
    assert "12" in terms_of("a zwölf Stunden shift")
    assert "2" not in terms_of("two Wattenmeer guides")


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("1小时30分钟", {"5400s"}),
        ("1時間半", {"5400s"}),
        ("2時間30分", {"9000s"}),
        ("90分です", {"5400s"}),
        ("1시간 30분", {"5400s"}),
        ("6个月,半年", {"6mo"}),
        ("两个半月", {"2.5mo"}),
        ("2週間", {"1209600s"}),
        ("1 h 30, 3 minutes each", {"5400s", "180s"}),
        ("from 1 hour to 90 minutes, 6-8 weeks", {"3600s", "5400s", "3628800s", "4838400s"}),
        ("zwischen 6 und 8 Wochen", {"3628800s", "4838400s"}),
        ("between six and eight weeks; entre 1,5 et 2 h", {"3628800s", "4838400s", "1.5h", "2h"}),
        ("6- bis 8-wöchige Frist, drei bis vier Monate", {"3628800s", "4838400s", "3mo", "4mo"}),
        ("6 and 8 weeks, 8-6 weeks", {"4838400s", "3628800s"}),
        ("2024-10 days, 020-7 days, rule 1/6-8 weeks", {"864000s", "604800s", "4838400s"}),
        ("1.500 Stunden", {"1500h", "1.5h"}),
        ("EUR 500 a month, twice a week, the 1990s, 2024年5月3日, 5 second-hand cars, 3. Quartal, v1.2 days", set()),
        ("十分な, 30分の一, 平成30年, 第3周, 0 days, 2024 год, a 2-second rule", {"2s"}),
        ("£12 an hour; size 1 an extra; 5 mes amis; Reihe 1 an der Wand; remove 1 tag of these; the 500 SEK", set()),
        ("la grade 2 ore that is shipped, 63 MO, $5 mo, 1 an Herrn Müller", set()),
        ("garantie de 1 an et demi, 24 ans", {"18mo", "288mo"}),
        ("plazo de 1 mes", {"1mo"}),
        ("dura 2 ore di sole", {"2h"}),
        ("6 ay; 3 mo", {"6mo", "3mo"}),
        ("Frist 1 Tag", {"86400s"}),
        ("at 17:30 h, 14:00 h, um 14 h 30, 10.30 h, at 7.50 hours, open till 9 h, von 9:00 h bis 18:15 h", set()),
        ("takes 14:30 h or 2 h, bis 3 h, um 4 h verlängert, 7.5 h", {"14.5h", "2h", "3h", "4h", "7.5h"}),
        ("Fahrtzeit 10:30 h, 36:00 h, dauert im Mittel 12:15 h", {"10.5h", "36h", "12.25h"}),
        ("Réunion le 3 mai, 14h30; 9h30 à 18h; 14h–18h; mardi 14h30: accueil; las 14h30", set()),
        (
            "durée : 2h15, 1h30, le cours dure 14h30, trajet de 8h05, 38h30 a week",
            {"2.25h", "1.5h", "14.5h", "29100s", "38.5h"},
        ),
        ("30 second timeout, a 5 second delay, in 20 second steps", {"30s", "5s", "20s"}),
        ("page 30 second paragraph, 5 second thoughts, 12 second homes, 40 second-hand cars", set()),
    ],
)
def test_duration_means_what_it_says_and_a_day_or_rate_is_none(text: str, keys: set[str]) -> None:
    in_hours = {f"{int(Decimal(key[:-1]) * 3600)}s" for key in keys if key.endswith("h")}
    assert Values(text).lengths == in_hours | {key for key in keys if not key.endswith("h")}


@pytest.mark.parametrize(
    "text",
    [
        "1 h " * 9_000,
        "und ein halbes " * 3_000,
        "1/" * 9_000 + " h",
        "9" * 30_000 + " h",
        "年" * 9_000,
        "einhalb" * 5_000,
    ],
)
def test_durations_are_looked_for_in_no_more_than_the_time_of_the_text(text: str) -> None:
    start = process_time()
    list(durations(text))
    assert process_time() - start < 2


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("6-8 weeks", "42 to 56 days"),
        ("zwischen 6 und 8 Wochen", "6–8 weeks"),
        ("six to eight weeks", "sechs bis acht Wochen"),
    ],
)
def test_span_of_two_durations_has_one_form_in_any_spelling(text: str, other: str) -> None:
    spans = [{term for term in terms_of(each) if "-" in term} for each in (text, other)]
    assert spans[0] == spans[1] == {"=t3628800s-4838400s"}


def test_measure_of_two_numbers_says_both() -> None:
    assert {"10kg", "12kg"} <= set(terms_of("10–12 kg"))
    assert {"10kg", "12kg"} <= set(terms_of("10 to 12 kilograms"))
    assert "2024kg" not in terms_of("2024-10 kg")


def test_one_end_of_a_span_is_not_spelled_as_the_whole() -> None:
    assert spelled_as("It takes 42 days.", "It takes 6-8 weeks.") == "It takes 42 days."
    assert spelled_as("It takes 42 to 56 days.", "It takes 6-8 weeks.") == "It takes 6-8 weeks."


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("at 14:30", {"=c14:30"}),
        ("um 14.30 Uhr; 14 Uhr 30", {"=c14:30"}),
        ("2:30 pm, 2.30 p.m.", {"=c14:30"}),
        ("Réunion à 14h30", {"=c14:30"}),
        ("at 2:30", {"=c02:30", "=c14:30"}),
        ("18 Uhr, 6 pm, 12 am, 12 pm", {"=c18:00", "=c00:00", "=c12:00"}),
        ("takes 1:30 h, durée : 2h15, 14.30 euros, version 2:30:1:4, 25:10, 3:2, 15 pm", set()),
    ],
)
def test_time_of_day_has_one_form_in_any_spelling(text: str, times: set[str]) -> None:
    assert {term for term in terms_of(text) if term.startswith("=c")} == times


@pytest.mark.parametrize("question", ["Was ist um 14.30 Uhr?", "Qu'y a-t-il à 14h30 ?", "What is at 14:30?"])
def test_time_of_day_is_no_number_or_code_that_must_stand_as_it_is(question: str) -> None:
    assert not names_in(question, capitals=True, terms_of=lambda _: [], known=None)


def test_time_of_day_is_spelled_as_in_another_text() -> None:
    assert spelled_as("It begins at 2:30 pm.", "Beginn: 14.30 Uhr") == "It begins at 14.30 Uhr."
