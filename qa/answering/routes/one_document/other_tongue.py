"""What documents are called in the other language, English or German: "Jahresbericht" for an annual report.

Words for kinds of documents are in `genres`. These are those that stand in front of them, as titles and file names have
them. What is not here, a dictionary may know. Pure functions.
"""

from functools import cache

from qa.answering.routes.holdings.genres import Genre, genre, singular

_PAIRS = (
    "annual yearly = jahres jahr jährlich", "monthly = monats monatlich", "quarterly quarter = quartals quartal",
    "weekly = wochen wöchentlich", "final = abschluss schluss", "interim = zwischen", "emergency = notfall",
    "safety = sicherheits sicherheit", "security = sicherheits sicherheit", "staff = personal mitarbeiter",
    "employee = mitarbeiter", "user = benutzer anwender",
    "operating operation operations = betriebs betrieb bedienungs",
    "maintenance = wartungs wartung", "service = service wartungs dienst", "environment environmental = umwelt",
    "health = gesundheits gesundheit", "insurance = versicherungs versicherung", "rental rent = miet miete",
    "lease tenancy = miet pacht", "purchase sales sale = kauf verkaufs", "work employment = arbeits arbeit",
    "travel = reise", "tax = steuer", "cost costs = kosten", "price prices = preis preise",
    "budget = haushalt haushalts",
    "order = bestell bestellung auftrags", "delivery = liefer lieferung", "payment = zahlungs zahlung",
    "training = schulungs schulung ausbildungs", "privacy = datenschutz", "fire = brand feuer", "risk = risiko risiken",
    "audit = prüf prüfungs", "inspection = prüf prüfungs inspektions", "test = prüf test",
    "fault = fehler störungs störung",
    "damage = schadens schaden", "accident incident = unfall vorfall", "lightning = blitz blitzschlag", "cable = kabel",
    "export = export", "crew = mannschafts besatzungs", "vessel ship = schiffs schiff", "charter = charter",
    "spare = ersatz", "part parts = teil teile teile", "turbine turbines = turbinen turbine anlagen",
    "gearbox = getriebe", "oil = öl", "change = wechsel änderungs", "transfer = übergabe umstieg transfer",
    "availability = verfügbarkeits verfügbarkeit", "washing = wasch", "machine = maschine maschinen",
    "heating = heizungs heizung heiz", "house = haus", "owner owners = eigentümer",
    "meeting = versammlungs versammlung sitzungs",
    "board = vorstands vorstand aufsichtsrats", "leave holiday vacation = urlaubs urlaub", "wave = wellen welle",
    "limit = grenz grenzwert", "invoice = rechnungs rechnung", "bank = bank", "school = schul schule",
)  # fmt: skip
_LEAST_FRONT = 3


@cache
def called_otherwise(word: str) -> frozenset[str]:
    """Return what a word of a name may be in the other language, in small letters; nothing for most words."""
    return _pairs().get(word, frozenset()) | _pairs().get(singular(word), frozenset())


def parted(word: str) -> tuple[str, Genre] | None:
    """Return a German compound as what stands in front of a kind of document, and the kind: "Jahresbericht"."""
    for start in range(_LEAST_FRONT, len(word) - _LEAST_FRONT):
        kind = genre(word[start:]) if len(word) - start >= _LEAST_FRONT + 1 else None
        if kind and not kind.endings:
            return word[:start], kind
    return None


@cache
def _pairs() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in _PAIRS:
        english, german = (side.split() for side in line.split(" = "))
        for word in english:
            found.setdefault(word, set()).update(german)
        for word in german:
            found.setdefault(word, set()).update(english)
    return {word: frozenset(words) for word, words in found.items()}
