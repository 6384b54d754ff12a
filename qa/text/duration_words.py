"""The words by which texts say how long something is, in about twenty languages: units, halves, small numbers."""

from decimal import Decimal

from qa.lazy_regex import lazy_regex
from qa.text.casing import word_set
from qa.text.number_words import CARDINALS

Amount = tuple[str, Decimal]
"""A kind, and how much of it."""

# What one of a unit is, and of which kind: seconds, months, working days.
SECONDS, MONTHS, WORKDAYS = "s", "mo", "w"
MINUTE, HOUR, DAY, _WEEK, YEAR = map(Decimal, (60, 3600, 86400, 604800, 12))
_LISTED = {
    (SECONDS, "0.001"): "ms millisecond milliseconds millisekunde millisekunden",
    (SECONDS, "1"): "s sec secs second seconds sek sekunde sekunden segundo segundos seconde secondes secondo secondi"
    " seconden sekund sekunder saniye секунда секунды секунд δευτερόλεπτα שניות",
    (SECONDS, "60"): "min mins minute minutes minuten minuto minutos minuti minuut minuter minutter minut minuty"
    " dakika минута минуты минуту минут λεπτά λεπτό דקות دقيقة دقائق phút",
    (SECONDS, "3600"): "h hr hrs hour hours std stdn stunde stunden hora horas heure heures ora ore uur uren timmar"
    " timme godzina godziny godzin saat час часа часов ώρα ώρες שעות ساعة ساعات",
    (SECONDS, "86400"): "day days tag tage tagen tages día días dia dias jour jours journée journées giorno giorni"
    " giornata giornate dag dagen dagar dage dager dzień dni gün день дня дней сутки суток ημέρα ημέρες μέρες ימים"
    " يوم أيام kalendertag kalendertage kalendertagen ngày",
    (SECONDS, "604800"): "week weeks wk wks woche wochen semana semanas semaine semaines settimana settimane weken"
    " vecka veckor uge uger uke uker tydzień tygodnie tygodni hafta неделя недели неделю недель εβδομάδα εβδομάδες"
    " שבועות أسبوع أسابيع tuần",
    (SECONDS, "1209600"): "fortnight fortnights",
    (MONTHS, "1"): "month months mth mths mo mos monat monate monaten monats mes meses mois mese mesi maand maanden"
    " mês månad månader måned måneder miesiąc miesiące miesięcy ay месяц месяца месяцев μήνας μήνα μήνες חודשים"
    " شهر أشهر شهور tháng",
    (MONTHS, "3"): "quartal quartale quartalen trimestre trimestres trimestri",
    (MONTHS, "6"): "semestre semestres semestri",
    (MONTHS, "12"): "year years yr yrs jahr jahre jahren jahres año años an ans année années anno anni jaar jaren ano"
    " anos år rok lata yıl год года лет έτος έτη χρόνια שנים سنة سنوات năm",
    (MONTHS, "120"): "decade decades jahrzehnt jahrzehnte jahrzehnten",
    (WORKDAYS, "1"): "werktag werktage werktagen arbeitstag arbeitstage arbeitstagen workdays",
}
UNITS = {word: (kind, Decimal(factor)) for (kind, factor), words in _LISTED.items() for word in words.split()}
ADJECTIVES = {
    "minüt": (SECONDS, MINUTE), "stünd": (SECONDS, HOUR), "täg": (SECONDS, DAY), "wöch": (SECONDS, _WEEK),
    "monat": (MONTHS, Decimal(1)), "jähr": (MONTHS, YEAR),
}  # fmt: skip
STEMS = tuple(f"{stem}ig" for stem in ADJECTIVES)
ADJECTIVE = lazy_regex(rf"([^\W\d_]*?)({'|'.join(ADJECTIVES)})ig(?:e[mnrs]?)?")
# "Viertelstunde", "Dreivierteljahr", "Halbjahr" is one of the calendar.
JOINED = {
    f"{part}{unit}{end}": (UNITS[unit][0], UNITS[unit][1] * Decimal(share))
    for part, share in (("viertel", ".25"), ("dreiviertel", ".75"))
    for unit, end in (("stunde", ""), ("stunde", "n"), ("jahr", ""), ("jahr", "e"), ("jahr", "es"))
}
# Words of their own in front of a unit: "полгода", "mezz'ora".
WHOLE = {"полгода": (MONTHS, Decimal(6)), "полчаса": (SECONDS, Decimal(1800))}
HALVES = word_set(
    "half halbe halben halber halbes halbem media medio demi demie mezz mezza mezzo halve meia meio yarım"
)
AND = word_set("and und et y e en och og i и")
ONE_AND_A_HALF = word_set("anderthalb eineinhalb anderhalf anderhalve полтора полутора")
ONE = word_set("one ein eine einem einen einer eines una un une uma um één")
_FIRST_IN = (
    ("dos tres cuatro cinco seis siete ocho nueve diez", 2), ("deux trois quatre cinq six sept huit neuf dix", 2),
    ("due tre quattro cinque sei sette otto nove dieci", 2), ("twee drie vier vijf zes zeven acht negen tien", 2),
    ("dois três quatro cinco seis sete oito nove dez", 2), ("duas", 2), ("doce", 12), ("douze", 12), ("dodici", 12),
    ("twaalf", 12), ("doze", 12), ("quinze", 15), ("quince", 15), ("quindici", 15), ("dertig", 30), ("treinta", 30),
)  # fmt: skip
SPELLED = {word: number for words, first in _FIRST_IN for number, word in enumerate(words.split(), first)}
DE = CARDINALS["de"] | {"ein": 1, "zwo": 2}
SIGNS = {"½": Decimal("0.5"), "¼": Decimal("0.25"), "¾": Decimal("0.75")}
