"""What questions in other languages than English and German ask for by its form: when, how long, how much.

`qa.text.wanted` knows the two by rule. Of the others the words that ask are few, and so are the forms of a day, a time
of day, a span of time and a sum: a sentence with one of them is likelier to answer than its neighbour. Pure functions.
"""

import re

from qa.lazy_regex import lazy_regex

_SIGNS = (
    r"[€$£¥₽₴₺₩₪₹]|zł\w*|Kč|руб\w*|грн|лв|лей|lei|円|元|块|원|دينار\w*|درهم|ريال|جنيه|شيكل|שקל\w*|euro\w*|kr\b|Ft\b"
)
_MONTHS = (
    "jan|gen|ene|янв|ян|sty|feb|fév|lut|фев|mar|мар|apr|abr|avr|kwi|апр|ma[giyj]|мая|май|giu|jun|juin|cze|июн|"
    "lug|jul|juil|lip|июл|ago|aug|août|sie|авг|set|sep|wrz|сен|ott|oct|okt|out|paź|окт|nov|lis|ноя|dic|dec|dez|"
    "déc|gru|дек|كانون|شباط|آذار|نيسان|أيار|حزيران|تموز|آب|أيلول|تشرين|يناير|فبراير|مارس|أبريل|مايو|يونيو|"
    "يوليو|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر"
)
_DAY = (
    r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d ?[年月日号년월일]|"
    r"\d{1,2}(?:[.ºª°]|er|º)?(?: de)? [^\W\d_]{3,}\.?(?: de)? \d{4}|"
    rf"\d{{1,2}}(?:\.|º)? (?:de )?(?:{_MONTHS})"
)
_SPAN = (
    r"\b(?:minut\w*|godzin\w*|dni\b|tygod\w*|miesi\w*|minuti|or[ae]\b|giorn\w*|settiman\w*|"
    r"mes[ei]\b|ann[io]\b|horas?\b|"
    r"dias?\b|días?\b|semanas?|mes(?:es)?\b|años?\b|anos?\b|heures?|jours?|semaines?|mois\b|ans?\b|минут\w*|час\w*|"
    r"д(?:ень|н[яей]\w*)|недел\w*|месяц\w*|лет\b|года?\b|дакик\w*|dakika|saat|gün|hafta|dagen|weken|maanden|uur)|"
    r"دقيق\w*|ساع\w*|أيام|يوم\w*|أسابيع|أشهر|شهر\w*|سن[ةوت]\w*|\d ?(?:分|時間|小时|日間|天|週間|"
    r"周|か月|ヶ月|个月|年|분|시간|일|개월)"
)
_FORMS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (
        lazy_regex(
            r"何時(?!間)|几点|몇 ?시|во сколько|в котором часу|о котрій|o której|v kolik|"
            r"a che ora|a que horas|a qué hora|"
            r"à quelle heure|hoe laat|la ce oră|saat kaçta|في أي ساعة|الساعة كم|באיזו שעה",
            re.IGNORECASE,
        ),
        lazy_regex(
            r"\b\d{1,2}[:.h]\d\d\b|\d ?[時点시]|الساعة|\b\d{1,2} ?h\b|\bor[ae] \d|\bгодині|"
            r"\bчас[аов]* ",
            re.IGNORECASE,
        ),
    ),
    (
        lazy_regex(
            r"何分|何時間|何日間|どのくらいの期間|多少分钟|多长时间|多久|몇 ?분|얼마나 오래|"
            r"сколько времени|сколько минут|"
            r"как долго|jak długo|ile minut|ile czasu|jak dlouho|quanto tempo|quanti minuti|"
            r"per quanti|durante quanto|"
            r"quantos minutos|cuánto tiempo|cuántos minutos|combien de temps|combien de minutes|hoe lang|cât timp|"
            r"ne kadar süre|كم دقيقة|كم من الوقت|ما مدة|כמה זמן",
            re.IGNORECASE,
        ),
        lazy_regex(_SPAN, re.IGNORECASE),
    ),
    (
        lazy_regex(
            r"いつ|何日(?!間)|何月|什么时候|哪天|언제|며칠|\bкогда\b|до какого числа|"
            r"какого числа|\bколи\b|\bkiedy\b|\bkdy\b|"
            r"\bquando\b|\bcuándo\b|\bquand\b|\bwanneer\b|\bnär\b|\bhvornår\b|\bnår\b|\bcând\b|"
            r"ne zaman|khi nào|متى|آخر موعد|מתי",
            re.IGNORECASE,
        ),
        lazy_regex(_DAY, re.IGNORECASE),
    ),
    (
        lazy_regex(
            r"いくら|多少钱|얼마(?!나)|сколько стоит|сколько стоят|скільки коштує|ile kosztuje|"
            r"(?:ile|jaka|jaki) (?:wynosi|jest (?:kwota|cena|koszt))|ile (?:trzeba|należy) zapłacić|kolik stojí|"
            r"какова (?:сумма|цена|стоимость)|сколько (?:нужно|надо) (?:за)?платить|"
            r"quanto (?:cost|ammonta|viene|devo(?: (?:pagare|versare)|\W*$))|"
            r"quanto (?:cust|é a (?:conta|fatura|renda))|cuánto (?:cuest|vale|asciende|debo(?: (?:pagar|abonar)|\W*$))|"
            r"cuánto (?:es|son|fue) (?:la|el|las|los) (?:factura|cuota|renta|recibo|total|importe|tasa|fianza)|"
            r"(?:precio|importe|(?<!quel )prix|montant|prezzo|importo|preço) (?:de|du|del|della|da|do)\b|"
            r"valor (?:de|del|da|do)(?: (?:la|el))? (?:factura|fatura|renda|renta|conta|cuota|fianza|multa)\b|"
            r"combien (?:coût|fait\b(?!-)|(?:dois|doit)(?:-(?:je|on|il|elle|nous))?(?: (?:payer|verser|régler)|\W*$))|"
            r"combien s['’]élève|"
            r"hoeveel (?:kost|bedraagt|is de (?:huur|prijs|rekening))|cât costă|kaç para|"
            r"ne kadar tutar|كم (?:يكلف|تكلف|سعر|ثمن)|"
            r"كم تبلغ|כמה עולה",
            re.IGNORECASE,
        ),
        lazy_regex(rf"\d[\d.,' ]*(?:{_SIGNS})|(?:{_SIGNS}) ?\d", re.IGNORECASE),
    ),
)


def says_elsewhere(question: str, sentence: str) -> bool:
    """Tell whether a sentence has the form that a question in another language asks for; False where none is known."""
    form = next((form for asks, form in _FORMS if asks.search(question)), None)
    return form is not None and bool(form.search(sentence))
