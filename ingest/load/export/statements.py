"""Statements of bank accounts: MT940 (.sta) and CAMT (XML of ISO 20022), a row for each booking, with its currency."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from ingest.load import text
from ingest.load.build import TextBuilder, one_line
from ingest.load.file import File
from ingest.load.markup import name
from ingest.load.whole import whole
from qa.errors import LoadError
from qa.lazy_regex import lazy_regex
from qa.types import Document

COLUMNS = ("Date", "Value date", "Amount", "Currency", "Name", "Account", "Purpose", "Reference")

_CAMT = {"BkToCstmrStmt", "BkToCstmrAcctRpt", "BkToCstmrDbtCdtNtfctn"}
_TAG = lazy_regex(r"^:(\d\d[A-Z]?|NS):", re.MULTILINE)
_BALANCE = lazy_regex(r"([CD])(\d{6})([A-Z]{3})([\d,]+)")
_BOOKING = lazy_regex(r"(\d{6})(\d{4})?(R?[CD])([A-Z])?(\d[\d,]*)[A-Z][A-Z0-9]{3}([^\n]*)")
_BALANCES = {"60F": "Opening balance", "60M": "Opening balance", "62F": "Closing balance", "62M": "Closing balance"}
_CODES = {"OPBD": "Opening balance", "PRCD": "Opening balance", "CLBD": "Closing balance"}
# The parts of a German purpose: ?20 to ?29 and ?60 to ?63 the text, ?32 and ?33 the name, ?31 the account.
_FIELD = lazy_regex(r"\?(\d\d)")
_TEXT, _NAME, _ACCOUNT = {*range(20, 30), *range(60, 64)}, {32, 33}, {31, 38}
_SEPA = lazy_regex(r"(?:EREF|KREF|MREF|CRED|DEBT|COAM|OAMT|ABWA|ABWE|IBAN|BIC)\+")
_LABEL = lazy_regex(r"[A-Z]{4}[+:]")
_SAID = lazy_regex(r"SVWZ\+")

_AMOUNT = lazy_regex(r"[-+]?[0-9]{1,25}(?:[.,][0-9]{0,10})?")
_HALF_YEAR = 6  # months

Row = dict[str, str]


def load(file: File, media_type: str) -> Document:
    """Load statements in MT940."""
    built = TextBuilder()
    source = text.read(file)
    for statement in re.split(r"^:20:", source, flags=re.MULTILINE)[1:]:
        _statement(built, _fields(f":20:{statement}"))
    if not built.text:
        raise LoadError(file.source, "is no statement of an account in MT940")
    return built.document(file, media_type)


def is_statement(root: Any) -> bool:
    """Tell whether the root of an XML file is a bank's message about an account."""
    return any(name(child) in _CAMT for child in root)


def add(built: TextBuilder, root: Any) -> None:
    """Add the statements of a message in CAMT."""
    for statement in root.iter("{*}Stmt", "{*}Rpt", "{*}Ntfctn"):
        account = _first(statement, "Acct/Id/IBAN") or _first(statement, "Acct/Id/Othr/Id")
        built.heading(1, f"Account {account}" if account else "Account")
        for balance in statement.iterchildren("{*}Bal"):
            if said := _CODES.get(_first(balance, "Tp/CdOrPrtry/Cd")):
                day = _first(balance, "Dt/Dt") or _first(balance, "Dt/DtTm")
                amount = _signed(_first(balance, "Amt"), _first(balance, "CdtDbtInd"))
                built.line(f"{said}: {amount} {_currency(balance)} ({day[:10]})")
        _add_rows(built, [row for entry in statement.iterchildren("{*}Ntry") for row in _entry(entry)])


def _entry(entry: Any) -> Iterator[Row]:
    """Yield a booking, or each transaction of one that collects several with an amount of their own."""
    details = [*entry.iter("{*}TxDtls")]
    amounts = [_first(one, "Amt") or _first(one, "AmtDtls/TxAmt/Amt") for one in details]
    whole = {
        "Date": (_first(entry, "BookgDt/Dt") or _first(entry, "BookgDt/DtTm"))[:10],
        "Value date": (_first(entry, "ValDt/Dt") or _first(entry, "ValDt/DtTm"))[:10],
        "Amount": _signed(_first(entry, "Amt"), _first(entry, "CdtDbtInd")),
        "Currency": _currency(entry),
        "Purpose": _first(entry, "AddtlNtryInf"),
    }
    if len(details) < 2 or not all(amounts):
        yield {**whole, **(_parties(details[0], entry) if details else {})}
        return
    for one, amount in zip(details, amounts, strict=True):
        sign = _first(one, "CdtDbtInd") or _first(entry, "CdtDbtInd")
        yield {**whole, "Amount": _signed(amount, sign), **_parties(one, entry)}


def _parties(details: Any, entry: Any) -> Row:
    """Return who the other side of a transaction is, and what it is for."""
    own = (_first(details, "CdtDbtInd") or _first(entry, "CdtDbtInd")) == "DBIT"
    # Some banks name one side alone, whichever it is.
    sides = [one for one in ("Cdtr", "Dbtr") if details.find(f"{{*}}RltdPties/{{*}}{one}") is not None]
    other = next(iter(sides), "Cdtr") if len(sides) < 2 else "Cdtr" if own else "Dbtr"
    purpose = [one_line(one.text or "") for one in details.iter("{*}Ustrd")]
    reference = [one_line(one.text or "") for one in details.iter("{*}EndToEndId") if one.text != "NOTPROVIDED"]
    said = {
        "Name": _first(details, f"RltdPties/{other}/Nm") or _first(details, f"RltdPties/{other}/Pty/Nm"),
        "Account": _first(details, f"RltdPties/{other}Acct/Id/IBAN"),
        "Purpose": " ".join(filter(None, purpose)) or _first(entry, "AddtlNtryInf"),
        "Reference": " ".join(filter(None, reference)),
    }
    return {key: value for key, value in said.items() if value}


def _first(element: Any, path: str) -> str:
    found = element.find("/".join(f"{{*}}{step}" for step in path.split("/")))
    return one_line(found.text or "") if found is not None else ""


def _currency(element: Any) -> str:
    amount = element.find("{*}Amt")
    return one_line(amount.get("Ccy") or "") if amount is not None else ""


def _signed(amount: str, side: str) -> str:
    """Return an amount, negative where it left the account."""
    # "1e99999999" is a number too, of as many digits.
    if not _AMOUNT.fullmatch(amount):
        return amount
    value = Decimal(amount.replace(",", "."))
    return f"{-value if side.lstrip('R') in ('DBIT', 'D') else value:.2f}"


def _fields(statement: str) -> list[tuple[str, str]]:
    """Return the fields of a statement in MT940 with their tags."""
    places = [*_TAG.finditer(statement)]
    ends = [place.start() for place in places[1:]] + [len(statement)]
    return [
        (place[1], re.sub(r"\n-?\s*\Z", "", statement[place.end() : end]))
        for place, end in zip(places, ends, strict=True)
    ]


def _statement(built: TextBuilder, fields: list[tuple[str, str]]) -> None:
    account = next((one_line(said) for tag, said in fields if tag == "25"), "")
    built.heading(1, f"Account {account}" if account else "Account")
    rows: list[Row] = []
    currency, closing = "", ""
    for tag, said in fields:
        balance = _BALANCE.match(said) if tag in _BALANCES else None
        if balance:
            currency = balance[3]
            amount = _signed(balance[4], balance[1])
            line = f"{_BALANCES[tag]}: {amount} {currency} ({_day(balance[2])})"
            if tag.startswith("60"):
                built.line(line)
            else:
                closing = line
        elif tag == "61" and (booking := _BOOKING.match(said)):
            # A reversed credit ("RC") leaves the account, a reversed debit comes back.
            side = {"RC": "D", "RD": "C"}.get(booking[3], booking[3])
            value = _day(booking[1])
            rows.append(
                {
                    "Date": _booked(value, booking[2] or ""),
                    "Value date": value,
                    "Amount": _signed(booking[5], side),
                    "Currency": currency,
                    "Reference": one_line(booking[6].partition("//")[0]).replace("NONREF", ""),
                }
            )
        elif tag == "86" and rows:
            rows[-1] |= _purpose(said)
    _add_rows(built, rows)
    if closing:
        built.line(closing)


def _purpose(said: str) -> Row:
    """Return who and what for; lines are cut anywhere, so that they are joined without a blank."""
    parts = _FIELD.split(said.replace("\n", ""))
    if len(parts) < 3:
        return {"Purpose": one_line(said)}
    held = [(whole(number), value) for number, value in zip(parts[1::2], parts[2::2], strict=True)]
    # What a bank names by four letters begins anew.
    purpose = "".join(f" {value}" if _LABEL.match(value) else value for number, value in held if number in _TEXT)
    told = _SAID.split(purpose, maxsplit=1)[-1]
    cut = _SEPA.search(told) if _SAID.search(purpose) else None
    said_for = told[: cut.start()] if cut else told
    return {
        "Purpose": one_line(" ".join(filter(None, (next((v for n, v in held if n == 0), ""), said_for)))),
        "Name": one_line("".join(value for number, value in held if number in _NAME)),
        "Account": one_line("".join(value for number, value in held if number in _ACCOUNT)),
    }


def _add_rows(built: TextBuilder, rows: list[Row]) -> None:
    if rows:
        shown = [column for column in COLUMNS if any(row.get(column) for row in rows)]
        built.table([shown, *([row.get(column, "") for column in shown] for row in rows)])


def _day(digits: str) -> str:
    return f"20{digits[:2]}-{digits[2:4]}-{digits[4:6]}"


def _booked(value: str, day: str) -> str:
    """Return the day of a booking, which states no year: the one that is nearest to its value date."""
    if not day:
        return value
    later = whole(day[:2]) - whole(value[5:7])
    year = whole(value[:4]) - (later > _HALF_YEAR) + (later < -_HALF_YEAR)
    return f"{year}-{day[:2]}-{day[2:]}"
