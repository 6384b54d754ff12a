"""Invoices in XML (UBL 2.1, and Cross Industry Invoice as in ZUGFeRD, Factur-X and XRechnung), as a person reads them.

Read as any XML, they would not say whose name is the seller's and whose the buyer's.
Source: EN 16931-1, and its bindings to both, https://docs.peppol.eu/poacc/billing/3.0/
"""

from collections.abc import Iterator, Sequence
from typing import Any

from ingest.load.build import TextBuilder, one_line
from ingest.load.markup import name
from ingest.load.unseen import incomplete

COLUMNS = ("Position", "Item", "Number", "Quantity", "Unit", "Price", "Net amount", "VAT %")

_KINDS = {"Invoice": "Invoice", "CreditNote": "Credit note", "CrossIndustryInvoice": "Invoice"}
_TYPES = {"381": "Credit note", "384": "Corrected invoice", "389": "Invoice by the buyer", "326": "Partial invoice"}
# Of UN/ECE's codes of units those that people know by another name.
_UNITS = {
    "C62": "piece", "H87": "piece", "EA": "piece", "XPP": "piece", "NAR": "piece", "HUR": "hour", "DAY": "day",
    "WEE": "week", "MON": "month", "ANN": "year", "MIN": "minute", "KGM": "kg", "GRM": "g", "LTR": "l", "MTR": "m",
    "MTK": "m²", "MTQ": "m³", "KMT": "km", "KWH": "kWh", "TNE": "t", "LS": "flat", "SET": "set",
}  # fmt: skip
_PARTIES = (
    ("Seller", "AccountingSupplierParty/Party", "SellerTradeParty"),
    ("Buyer", "AccountingCustomerParty/Party", "BuyerTradeParty"),
    ("Payee", "PayeeParty", "PayeeTradeParty"),
    ("Tax representative", "TaxRepresentativeParty", "SellerTaxRepresentativeTradeParty"),
)
_ADDRESSES = (
    ("StreetName", "AdditionalStreetName", "AddressLine/Line", "PostalZone CityName", "CountrySubentity",
     "Country/IdentificationCode"),
    ("LineOne", "LineTwo", "LineThree", "PostcodeCode CityName", "CountrySubDivisionName", "CountryID"),
)  # fmt: skip

_ACCOUNTS = (
    (
        ("Account", "PayeeFinancialAccount/ID"),
        ("Account holder", "PayeeFinancialAccount/Name"),
        ("BIC", "PayeeFinancialAccount/FinancialInstitutionBranch/ID"),
    ),
    (
        ("Account", "PayeePartyCreditorFinancialAccount/IBANID", "PayeePartyCreditorFinancialAccount/ProprietaryID"),
        ("Account holder", "PayeePartyCreditorFinancialAccount/AccountName"),
        ("BIC", "PayeeSpecifiedCreditorFinancialInstitution/BICID"),
    ),
)
# What UBL and Cross Industry Invoice call the number for VAT; others are of the tax office ("FC").
_VAT = {"VAT", "VA"}

Field = tuple[str, str]


def is_invoice(root: Any) -> bool:
    """Tell whether the root of an XML file is an invoice or a credit note."""
    kind = name(root)
    parts = {name(child) for child in root}
    return kind in _KINDS and ("AccountingSupplierParty" in parts or "SupplyChainTradeTransaction" in parts)


def add(built: TextBuilder, root: Any) -> str:
    """Add an invoice: what it says of itself, who sends it to whom, its lines, sums and payment; return its title."""
    ubl = name(root) != "CrossIndustryInvoice"
    number = _first(root, "ID") if ubl else _first(root, "ExchangedDocument/ID")
    kind = _first(root, "InvoiceTypeCode", "CreditNoteTypeCode", "ExchangedDocument/TypeCode")
    title = f"{_TYPES.get(kind, _KINDS[name(root)])} {number}".strip()
    built.heading(1, title)
    _add_fields(built, _facts(root, ubl=ubl))
    for note in _all(root, "Note") if ubl else _all(root, "ExchangedDocument/IncludedNote/Content"):
        built.paragraph(note)
    for label, path, trade in _PARTIES:
        party = _find(root, path) if ubl else next(iter(root.iter(f"{{*}}{trade}")), None)
        if party is not None:
            _add_fields(built, _party(party, ubl=ubl), label)
    lines = [*root.iter("{*}InvoiceLine", "{*}CreditNoteLine", "{*}IncludedSupplyChainTradeLineItem")]
    rows = [_line(line, ubl=ubl) for line in lines]
    kept = [at for at in range(len(COLUMNS)) if any(row[at] for row in rows)]
    if rows and kept:
        built.heading(2, "Lines")
        built.table([[COLUMNS[at] for at in kept], *([row[at] for at in kept] for row in rows)], is_named=True)
    _add_fields(built, _sums(root, ubl=ubl), "Sums")
    _add_fields(built, _payment(root, ubl=ubl), "Payment")
    for file in root.iter("{*}EmbeddedDocumentBinaryObject", "{*}AttachmentBinaryObject"):
        called = one_line(file.get("filename") or "") or "a file"
        incomplete(f"without {called}, which lies in it as letters (base64); save it as a file of its own")
    return title


def _facts(root: Any, *, ubl: bool) -> Iterator[Field]:
    trade = "SupplyChainTradeTransaction"
    agreement, delivery = f"{trade}/ApplicableHeaderTradeAgreement", f"{trade}/ApplicableHeaderTradeDelivery"
    settlement = f"{trade}/ApplicableHeaderTradeSettlement"
    term = f"{settlement}/SpecifiedTradePaymentTerms/DueDateDateTime/DateTimeString"
    event = f"{delivery}/ActualDeliverySupplyChainEvent/OccurrenceDateTime/DateTimeString"
    period = f"{settlement}/BillingSpecifiedPeriod"
    issued = "ExchangedDocument/IssueDateTime/DateTimeString"
    start, end = (
        (_first(root, f"InvoicePeriod/{one}Date") if ubl else _day(root, f"{period}/{one}DateTime/DateTimeString"))
        for one in ("Start", "End")
    )
    yield "Date", _first(root, "IssueDate") if ubl else _day(root, issued)
    yield "Due", _first(root, "DueDate", "PaymentMeans/PaymentDueDate") if ubl else _day(root, term)
    yield "Delivered", _first(root, "Delivery/ActualDeliveryDate") if ubl else _day(root, event)
    yield "Period", f"{start} to {end}" if start and end else start or end
    yield "Currency", _first(root, "DocumentCurrencyCode", f"{settlement}/InvoiceCurrencyCode")
    yield "Buyer's reference", _first(root, "BuyerReference", f"{agreement}/BuyerReference")
    order = f"{agreement}/BuyerOrderReferencedDocument/IssuerAssignedID"
    yield "Order", _first(root, "OrderReference/ID", order)
    contract = f"{agreement}/ContractReferencedDocument/IssuerAssignedID"
    yield "Contract", _first(root, "ContractDocumentReference/ID", contract)
    before = f"{settlement}/InvoiceReferencedDocument/IssuerAssignedID"
    yield "Earlier invoice", _first(root, "BillingReference/InvoiceDocumentReference/ID", before)


def _party(party: Any, *, ubl: bool) -> Iterator[Field]:
    if ubl:
        yield "Name", _first(party, "PartyLegalEntity/RegistrationName", "PartyName/Name")
        yield "Trading name", _first(party, "PartyName/Name")
        yield "Contact", _first(party, "Contact/Name")
        yield "Telephone", _first(party, "Contact/Telephone")
        yield "Mail", _first(party, "Contact/ElectronicMail")
        for one in _every(party, "PartyTaxScheme"):
            yield _tax_number(_first(one, "TaxScheme/ID"), _first(one, "CompanyID"))
        yield "Registered as", _first(party, "PartyLegalEntity/CompanyID")
    else:
        contact = "DefinedTradeContact"
        yield "Name", _first(party, "Name")
        yield "Trading name", _first(party, "SpecifiedLegalOrganization/TradingBusinessName")
        yield "Contact", _first(party, f"{contact}/PersonName", f"{contact}/DepartmentName")
        yield "Telephone", _first(party, f"{contact}/TelephoneUniversalCommunication/CompleteNumber")
        yield "Mail", _first(party, f"{contact}/EmailURIUniversalCommunication/URIID")
        for one in _every(party, "SpecifiedTaxRegistration/ID"):
            yield _tax_number(one.get("schemeID") or "", one_line(one.text or ""))
        yield "Registered as", _first(party, "SpecifiedLegalOrganization/ID")
    address = _find(party, "PostalAddress" if ubl else "PostalTradeAddress")
    if address is not None:
        parts = (" ".join(filter(None, (_first(address, one) for one in path.split()))) for path in _ADDRESSES[not ubl])
        yield "Address", ", ".join(filter(None, parts))


def _tax_number(scheme: str, number: str) -> Field:
    """Return which number of a tax office it is: that for VAT, which begins with a country, or that at home."""
    is_vat = scheme.strip().upper() in _VAT if scheme.strip() else number[:2].isalpha()
    return "VAT number" if is_vat else "Tax number", number


def _line(line: Any, *, ubl: bool) -> list[str]:
    quantity = _find(line, "InvoicedQuantity", "CreditedQuantity", "SpecifiedLineTradeDelivery/BilledQuantity")
    unit = (quantity.get("unitCode") or "") if quantity is not None else ""
    said = one_line(quantity.text or "") if quantity is not None else ""
    unit = _UNITS.get(unit, unit)
    if ubl:
        words = [_first(line, "Item/Name"), *_all(line, "Item/Description"), *_all(line, "Note")]
        number = _first(line, "Item/SellersItemIdentification/ID", "Item/StandardItemIdentification/ID")
        price, amount = _first(line, "Price/PriceAmount"), _first(line, "LineExtensionAmount")
        tax = _first(line, "Item/ClassifiedTaxCategory/Percent", "TaxTotal/TaxSubtotal/TaxCategory/Percent")
        return [_first(line, "ID"), _joined(words), number, said, unit, price, amount, tax]
    product, settled = "SpecifiedTradeProduct", "SpecifiedLineTradeSettlement"
    document = "AssociatedDocumentLineDocument"
    words = [_first(line, f"{product}/Name"), *_all(line, f"{product}/Description")]
    words += _all(line, f"{document}/IncludedNote/Content")
    agreed = "SpecifiedLineTradeAgreement"
    return [
        _first(line, f"{document}/LineID"),
        _joined(words),
        _first(line, f"{product}/SellerAssignedID", f"{product}/GlobalID"),
        said,
        unit,
        _first(line, f"{agreed}/NetPriceProductTradePrice/ChargeAmount"),
        _first(line, f"{settled}/SpecifiedTradeSettlementLineMonetarySummation/LineTotalAmount"),
        _first(line, f"{settled}/ApplicableTradeTax/RateApplicablePercent"),
    ]


def _sums(root: Any, *, ubl: bool) -> Iterator[Field]:
    settlement = "SupplyChainTradeTransaction/ApplicableHeaderTradeSettlement"
    total = "LegalMonetaryTotal" if ubl else f"{settlement}/SpecifiedTradeSettlementHeaderMonetarySummation"
    names = (
        ("Sum of the lines", "LineExtensionAmount", "LineTotalAmount"),
        ("Reductions", "AllowanceTotalAmount", "AllowanceTotalAmount"),
        ("Additional charges", "ChargeTotalAmount", "ChargeTotalAmount"),
        ("Total without VAT", "TaxExclusiveAmount", "TaxBasisTotalAmount"),
    )
    later = (
        ("Total with VAT", "TaxInclusiveAmount", "GrandTotalAmount"),
        ("Paid already", "PrepaidAmount", "TotalPrepaidAmount"),
        ("Amount due", "PayableAmount", "DuePayableAmount"),
    )
    for label, one, other in names:
        yield label, _amount(root, f"{total}/{one if ubl else other}")
    for tax in root.iterchildren("{*}TaxTotal") if ubl else ():
        for part in tax.iterchildren("{*}TaxSubtotal"):
            yield _vat(_first(part, "TaxCategory/Percent")), _amount(part, "TaxAmount")
    for tax in () if ubl else _every(root, f"{settlement}/ApplicableTradeTax"):
        yield _vat(_first(tax, "RateApplicablePercent")), _amount(tax, "CalculatedAmount", root)
    for every in _every(root, "TaxTotal/TaxAmount" if ubl else f"{total}/TaxTotalAmount"):
        yield "VAT in all", _money(every, root)
    for label, one, other in later:
        yield label, _amount(root, f"{total}/{one if ubl else other}")


def _payment(root: Any, *, ubl: bool) -> Iterator[Field]:
    settlement = "SupplyChainTradeTransaction/ApplicableHeaderTradeSettlement"
    means = _every(root, "PaymentMeans" if ubl else f"{settlement}/SpecifiedTradeSettlementPaymentMeans")
    if ubl:
        yield "Purpose", _joined(_all(root, "PaymentMeans/PaymentID"))
    else:
        yield "Purpose", _first(root, f"{settlement}/PaymentReference")
        yield "By", _joined([said for one in means for said in _all(one, "Information")])
    told = []
    for one in means:
        account = tuple((label, _first(one, *paths)) for label, *paths in _ACCOUNTS[not ubl])
        # An account may be told once for each way to pay.
        if account not in told:
            told.append(account)
            yield from account
    terms = "PaymentTerms/Note" if ubl else f"{settlement}/SpecifiedTradePaymentTerms/Description"
    yield "Terms", _joined(_all(root, terms))


def _add_fields(built: TextBuilder, fields: Iterator[Field], heading: str = "") -> None:
    """Add what has a value, under its heading; of one name there may be several, as rates of VAT and accounts."""
    said = [(label, value) for label, value in fields if value]
    names = [value for label, value in said if label == "Name"]
    lines = [f"{label}: {value}" for label, value in said if label != "Trading name" or value not in names]
    if lines:
        built.heading(2, heading)
        built.lines(lines)


def _vat(percent: str) -> str:
    return f"VAT {percent.rstrip('0').rstrip('.') if '.' in percent else percent} %" if percent else "VAT"


def _amount(element: Any, path: str, root: Any = None) -> str:
    """Return an amount with its currency: its own, else that of the invoice."""
    found = _find(element, path)
    return _money(found, element if root is None else root) if found is not None else ""


def _money(found: Any, around: Any) -> str:
    if not (found.text or "").strip():
        return ""
    settled = "SupplyChainTradeTransaction/ApplicableHeaderTradeSettlement/InvoiceCurrencyCode"
    currency = found.get("currencyID") or _first(around, settled)
    return one_line(f"{found.text} {currency}")


def _day(root: Any, path: str) -> str:
    """Return a day that is written 20260314 as 2026-03-14."""
    said = _first(root, path)
    return f"{said[:4]}-{said[4:6]}-{said[6:8]}" if len(said) == 8 and said.isdecimal() else said


def _joined(words: Sequence[str]) -> str:
    return " – ".join(dict.fromkeys(filter(None, words)))


def _find(element: Any, *paths: str) -> Any:
    found = (element.find("/".join(f"{{*}}{step}" for step in path.split("/"))) for path in paths)
    return next((one for one in found if one is not None), None)


def _first(element: Any, *paths: str) -> str:
    found = _find(element, *paths)
    return one_line(found.text or "") if found is not None else ""


def _every(element: Any, path: str) -> list[Any]:
    return list(element.findall("/".join(f"{{*}}{step}" for step in path.split("/"))))


def _all(element: Any, path: str) -> list[str]:
    return [said for one in _every(element, path) if (said := one_line(one.text or ""))]
