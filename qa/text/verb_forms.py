"""Forms of a verb or noun that no stemmer brings together: "wrote" and "written", "shelf" and "shelves". Pure.

Texts keep their words as they are: where none holds a word of a question, the verb's other forms are looked for. A form
that is also another word (a rose, the left) leads to no verb, and the verb leads to it all the same.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from qa.lazy_regex import lazy_regex
from qa.text.casing import word_set

# The verb, its past, its participle; one of the last two where both are alike. The tables of school grammars, without
# verbs that are stop words, and those whose forms the stemmer knows.
_ENGLISH = """
arise arose arisen, awake awoke awoken, bear bore borne, beat beaten, become became, begin began begun, bend bent,
bind bound, bite bit bitten, bleed bled, blow blew blown, break broke broken, breed bred, bring brought,
build built, burn burnt, buy bought, catch caught, choose chose chosen, cling clung, come came, creep crept,
deal dealt, dig dug, draw drew drawn, dream dreamt, drink drank drunk, drive drove driven, eat ate eaten,
fall fell fallen, feed fed, feel felt, fight fought, find found, flee fled, fly flew flown, forbid forbade forbidden,
forget forgot forgotten, forgive forgave forgiven, freeze froze frozen, give gave given, go went gone, grind ground,
grow grew grown, hang hung, hear heard, hide hid hidden, hold held, keep kept, kneel knelt, know knew known, lay laid,
lead led, lean leant, leap leapt, learn learnt, leave left, lend lent, lie lain, light lit, lose lost, make made,
mean meant, meet met, mistake mistook mistaken, overcome overcame, pay paid, prove proven, repay repaid,
ride rode ridden, ring rang rung, rise rose risen, run ran, say said, see saw seen, seek sought, sell sold, send sent,
sew sewn, shake shook shaken, shine shone, shoot shot, show shown, shrink shrank shrunk, sing sang sung,
sink sank sunk, sit sat, sleep slept, slide slid, smell smelt, sow sown, speak spoke spoken, spell spelt, spend spent,
spill spilt, spin spun, spoil spoilt, spring sprang sprung, stand stood, steal stole stolen, stick stuck, sting stung,
strike struck, swear swore sworn, sweep swept, swell swollen, swim swam swum, swing swung, take took taken,
teach taught, tear tore torn, tell told, think thought, throw threw thrown, undergo underwent undergone,
understand understood, undertake undertook undertaken, wake woke woken, wear wore worn, weave wove woven, weep wept,
win won, wind wound, withdraw withdrew withdrawn, write wrote written, overwrite overwrote overwritten,
rewrite rewrote rewritten, rebuild rebuilt, resell resold, foresee foresaw foreseen, uphold upheld,
withhold withheld, withstand withstood, undo undid undone, unwind unwound, oversee oversaw overseen, mislead misled
"""
_GERMAN = """
befehlen befahl befohlen, beginnen begann begonnen, beißen biss gebissen, betrügen betrog betrogen, biegen bog gebogen,
bieten bot geboten, anbieten anbot angeboten, verbieten verbot verboten, binden band gebunden, bitten bat gebeten,
bleiben blieb geblieben, brechen brach gebrochen, abbrechen abbrach abgebrochen, brennen brannte gebrannt,
bringen brachte gebracht, denken dachte gedacht, dringen drang gedrungen, empfangen empfing,
empfehlen empfahl empfohlen, essen aß gegessen, fahren fuhr gefahren, fallen fiel gefallen, fangen fing gefangen,
finden fand gefunden, stattfinden stattfand stattgefunden, fliegen flog geflogen,
fließen floss geflossen, frieren fror gefroren, geben gab gegeben gibt, abgeben abgab abgegeben,
ausgeben ausgab ausgegeben, angeben angab angegeben,
gehen ging gegangen, gelten galt gegolten gilt, gewinnen gewann gewonnen, gießen goss gegossen, graben grub gegraben,
greifen griff gegriffen, halten hielt gehalten, einhalten einhielt eingehalten, erhalten erhielt, enthalten enthielt,
hängen hing gehangen, heben hob gehoben, abheben abhob abgehoben, heißen hieß geheißen, helfen half geholfen,
kennen kannte gekannt, klingen klang geklungen, kommen kam gekommen, bekommen bekam, laden lud geladen,
einladen einlud eingeladen, laufen lief gelaufen, ablaufen ablief abgelaufen, leiden litt gelitten,
leihen lieh geliehen, ausleihen auslieh ausgeliehen, lesen las gelesen, liegen lag gelegen, lügen log gelogen,
messen maß gemessen misst, nehmen nahm genommen nimmt, abnehmen abnahm abgenommen, annehmen annahm angenommen,
aufnehmen aufnahm aufgenommen, teilnehmen teilnahm teilgenommen, übernehmen übernahm übernommen, nennen nannte genannt,
raten riet geraten, reißen riss gerissen, reiten ritt geritten, rufen rief gerufen, anrufen anrief angerufen,
schaffen schuf geschaffen, scheiden schied geschieden, entscheiden entschied entschieden, scheinen schien geschienen,
schieben schob geschoben, verschieben verschob verschoben, schießen schoss geschossen, schlafen schlief geschlafen,
schlagen schlug geschlagen, schließen schloss geschlossen, abschließen abschloss abgeschlossen,
beschließen beschloss beschlossen, schneiden schnitt geschnitten, schreiben schrieb geschrieben,
unterschreiben unterschrieb unterschrieben, vorschreiben vorschrieb vorgeschrieben, schreiten schritt geschritten,
überschreiten überschritt überschritten, schweigen schwieg geschwiegen, schwimmen schwamm geschwommen,
schwören schwor geschworen, sehen sah gesehen, senden sandte gesandt, singen sang gesungen, sinken sank gesunken,
sitzen saß gesessen, sprechen sprach gesprochen, springen sprang gesprungen, stehen stand gestanden,
bestehen bestand bestanden, entstehen entstand entstanden, stehlen stahl gestohlen, steigen stieg gestiegen,
sterben starb gestorben, streiten stritt gestritten, tragen trug getragen, betragen betrug,
eintragen eintrug eingetragen, übertragen übertrug übertragen,
treffen traf getroffen, treiben trieb getrieben, treten trat getreten, eintreten eintrat eingetreten,
trinken trank getrunken, tun tat getan, verderben verdarb verdorben,
vergessen vergaß vergessen, vergleichen verglich verglichen, verlieren verlor verloren, vermeiden vermied vermieden,
verschwinden verschwand verschwunden, verstehen verstand verstanden, vertreten vertrat, verzeihen verzieh verziehen,
wachsen wuchs gewachsen, waschen wusch gewaschen, weisen wies gewiesen, nachweisen nachwies nachgewiesen,
werben warb geworben, werfen warf geworfen, wiegen wog gewogen, wissen wusste gewusst, ziehen zog gezogen,
einziehen einzog eingezogen, umziehen umzog umgezogen, abziehen abzog abgezogen, zwingen zwang gezwungen
"""
# Plurals that no stemmer brings to their noun.
_PLURALS = """
shelf shelves, leaf leaves, knife knives, half halves, loaf loaves, wolf wolves, calf calves, scarf scarves,
thief thieves, wife wives, hoof hooves, wharf wharves, roof rooves, foot feet, tooth teeth, goose geese, mouse mice,
man men, woman women, person people, ox oxen, die dice
"""
# Forms that are other words too: a question that holds one is about these as often.
_ALSO_OTHERS = word_set(
    "bore bound bit bent felt fell found ground lay laid left lit saw rose rung sank shot slid sought spoke stole "
    "stuck wound won wove sung leaves die dice calves"
)
_ALSO_OTHERS_DE = word_set(
    "fiel band bot bog riet tat lag las log sang stand schritt schnitt griff traf trat trug verbot riss "
    "biss maß misst wies wog grub schuf schied verdorben betrug bestand verstand"
)
_PREFIXES = "ab|an|auf|aus|bei|durch|ein|fest|frei|her|hin|los|mit|nach|um|vor|weg|zu|zurück|zusammen"
# With these a participle has no "ge".
_INSEPARABLE = ("be", "emp", "ent", "er", "ge", "unter", "ver", "wider", "zer", "über")
_PARTICIPLE = lazy_regex(rf"({_PREFIXES}|)ge(\w{{3,}})t")
_INFINITIVE = lazy_regex(rf"({_PREFIXES}|)(\w{{3,}})")
_ENDINGS = ("en", "te", "ten")
# Nouns end so as well: "Herbst", "Luft", "Bericht", "Blatt", "Einheit", "Konzert", "Antwort".
_SHORTEST_THIRD, _ENDS_OF_NOUNS = 5, ("st", "ft", "cht", "tt", "eit", "zert", "ort", "ent", "tät", "ekt", "dt")


def other_verb_forms(word: str, languages: Iterable[str]) -> tuple[str, ...]:
    """Return the other forms of a verb, none for another word; some may be forms of no verb, which no text holds.

    Args:
        word: In lower case.
        languages: English names of those in which it may be a word.
    """
    found: dict[str, None] = {}
    for language in languages:
        found.update(dict.fromkeys(_tables().get(language, {}).get(word, ())))
        if language == "german":
            found.update(dict.fromkeys(_weak(word)))
    return tuple(form for form in found if form != word)


def _weak(word: str) -> Iterator[str]:
    """Yield "kaufen", "kaufte" for "gekauft", and "gekauft" for these; "abholen" for "abgeholt"."""
    if participle := _PARTICIPLE.fullmatch(word):
        prefix, stem = participle.groups()
        yield f"{prefix}{stem.removesuffix('e')}en"
        yield f"{prefix}{stem}te"
    for ending in _ENDINGS:
        found = _INFINITIVE.fullmatch(word.removesuffix(ending)) if word.endswith(ending) else None
        if found and not found[2].startswith(_INSEPARABLE):
            yield f"{found[1]}ge{found[2]}{'e' * found[2].endswith(('t', 'd'))}t"
    if len(word) >= _SHORTEST_THIRD and word.endswith("t") and not word.endswith(_ENDS_OF_NOUNS):
        # "Wie lagert man", "wann erntet man".
        stem = word[:-2] if word.endswith(("tet", "det", "net")) else word[:-1]
        yield f"{stem}n" if stem.endswith(("er", "el")) else f"{stem}en"
    elif len(word) >= _SHORTEST_THIRD and word.endswith(("ern", "eln")):
        yield f"{word[:-1]}t"


@cache
def _tables() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    english = {**_table(_ENGLISH, _ALSO_OTHERS), **_table(_PLURALS, _ALSO_OTHERS)}
    return {"english": english, "german": _table(_GERMAN, _ALSO_OTHERS_DE)}


def _table(text: str, others: frozenset[str]) -> Mapping[str, tuple[str, ...]]:
    """Return the verbs' forms by each form that is no other word."""
    found: dict[str, tuple[str, ...]] = {}
    for verb in text.split(","):
        forms = tuple(verb.split())
        found.update({form: forms for form in forms if form == forms[0] or form not in others})
    return found
