"""Tables of two columns whose rows name their values, as forms, cards and heads of letters have them: "Date | 3 May".

Nothing but their words tells them from tables whose first row names the columns. If that row were taken for names, each
of the others would be said to be one: "Invoice number: Date; 2026-114: 3 March 2026". Pure functions.
"""

from collections.abc import Sequence, Set
from itertools import dropwhile, islice

from qa.lazy_regex import lazy_regex
from qa.text.casing import word_set

_LEAST_ROWS, _LOOKED_AT = 2, 60
_LONGEST_NAME = 60
# A column of one kind of thing seldom holds so many.
_KINDS, _KIND_ROWS = 3, 4
# What forms name in the languages that people here write in; both cells of a row that names columns may be such.
_FIELDS = word_set(
    "name names address phone telephone mobile email e-mail website date place number subject title author version "
    "customer client invoice amount total vat due status description company country city postcode zip birthday "
    "nationality passport height weight colour color brand model size material warranty manufacturer "
    "vorname nachname adresse anschrift straße ort plz telefon handy fax datum betreff kunde kundennummer "
    "rechnungsnummer rechnung betrag summe gesamt firma land stadt geburtsdatum staatsangehörigkeit marke modell farbe "
    "größe gewicht hersteller "
    "nom prénom téléphone courriel objet facture montant pays ville marque modèle couleur taille poids "
    "nombre apellidos dirección teléfono correo fecha factura importe país ciudad marca modelo peso "
    "nome cognome indirizzo telefono data oggetto fattura importo totale paese città modello colore "
    "morada endereço telefone cidade valor "
    "naam adres telefoon plaats onderwerp factuurnummer bedrag land woonplaats "
    "imię nazwisko adres telefon kwota miasto kraj temat "
    "jméno příjmení datum částka město země "
    "имя фамилия адрес телефон дата сумма город страна тема номер "
    "الاسم العنوان الهاتف التاريخ المبلغ المدينة الرقم "
    "氏名 名前 住所 電話 電話番号 生年月日 日付 件名 金額 会社名 "
    "姓名 地址 电话 电话号码 日期 出生日期 金额 公司 城市 邮箱 "
    "이름 주소 전화 전화번호 날짜 금액"
)
# What names a column of values, and is none.
_COLUMNS = word_set(
    "price role value values quantity hours unit units notes type cost setting meaning answer preis wert menge rolle "
    "einheit bedeutung prix valeur quantité precio valor cantidad prezzo valore quantità preço cena wartość ilość цена "
    "значение السعر القيمة 値段 価格 値 价格 数值"
)
_ENDS = ("nummer", "datum", "adresse", "nr")
# A form is short; on "@" without an end the patterns would take for ever.
_LONGEST_VALUE = 200
_LETTERS = lazy_regex(r"[^\W\d_][^\W\d_'’-]*")
_MAIL = lazy_regex(r"\S+@\S+\.\w+|(?:https?://|www\.)\S+")
_DAY = lazy_regex(
    r"\d{4}-\d\d-\d\d.*|\d{1,2}[./]\d{1,2}[./]\d{2,4}.*|\d{4} ?年.*|(?:\w+ )?\d{1,2}(?:st|nd|rd|th|\.)? (?:de |of )?"
    r"[^\W\d_]{3,}\.?,? (?:de )?\d{4}.*|[^\W\d_]{3,} \d{1,2}(?:-\d{1,2})?,? \d{4}.*"
)
_NUMBER = lazy_regex(r"[-+]?(?:[$£€¥]|[A-Z]{3})? ?\d[\d.,' ]*(?: ?(?:[$£€¥%]|[^\W\d_]{1,4}[²³]?)\.?)?")
_PHONE = lazy_regex(r"(?:\+|\(|0)\d[\d ()/-]{5,}\d")


def are_fields(rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether the rows of a table name their values, the first one too.

    Args:
        rows: The cells of the rows that hold any, cleaned.
    """
    # A title may stand above them.
    rows = list(dropwhile(lambda row: len(_cells(row)) < 2, rows))
    looked = [_cells(row) for row in islice(rows, _LOOKED_AT)]
    if len(rows) < _LEAST_ROWS or any(len(row) > 2 for row in looked) or not all(row[0] for row in rows[:_LOOKED_AT]):
        return False
    pairs = [(row[0], row[1]) for row in looked if len(row) == 2]
    names = [name.removesuffix(":").strip() for name, _ in pairs]
    if len(pairs) < _LEAST_ROWS:
        return False
    if any(len(name) > _LONGEST_NAME or not _LETTERS.match(name) for name in names):
        return False
    if all(name.endswith(":") for name, _ in pairs):
        return True
    if len(names) > 2 and all(name.casefold().startswith(names[0].casefold()) for name in names[1:]):
        # "Version", "Version 1.0", "Version 2.0": a column and its rows.
        return False
    first = pairs[0][1]
    if len(set(names)) < len(names) or _is_field(first) or _is_field(first, _COLUMNS):
        return False
    known = [_is_field(name) for name in names]
    if known[0] and 2 * sum(known) >= max(len(known), _LEAST_ROWS + 1):
        return True
    return len(pairs) >= _KIND_ROWS and len({_kind(value) for _, value in pairs}) >= _KINDS


def field_of(row: Sequence[str]) -> list[str]:
    """Return such a row as one cell: "Date: 3 March 2026"."""
    name, *value = _cells(row)
    return [f"{name.removesuffix(':').strip()}: {value[0]}" if value else name]


def is_name(text: str) -> bool:
    """Tell whether a text is the label of a value: it ends in a colon, or is a known name."""
    return text.endswith(":") or (len(text) <= _LONGEST_NAME and _is_field(text))


def _cells(row: Sequence[str]) -> list[str]:
    """Return the cells that say something; one that spans both columns stands in each of them."""
    said = [cell for cell in row if cell]
    return said[:1] if len(set(said)) == 1 else said


def _is_field(name: str, among: Set[str] = _FIELDS) -> bool:
    words = [word.casefold() for word in _LETTERS.findall(name)]
    return name in among or any(word in among or (among is _FIELDS and _is_compound(word)) for word in words)


def _is_compound(word: str) -> bool:
    """Tell whether a German or Dutch word ends in what forms name ("Rechnungsdatum", "Kundennr.")."""
    return word.endswith(_ENDS) and word not in _ENDS


def _kind(value: str) -> str:
    """Return what a value is by its form, "words" for none."""
    if len(value) > _LONGEST_VALUE:
        return "words"
    forms = (("mail", _MAIL), ("day", _DAY), ("phone", _PHONE), ("number", _NUMBER))
    for kind, form in forms:
        if form.fullmatch(value):
            return kind
    if any(map(str.isdecimal, value)) and " " not in value and any(map(str.isalpha, value)):
        return "code"
    return "words"
