"""XML that people are sent or export: invoices, health and messages of a phone."""

from pathlib import Path

import pytest
from test_load import check_offsets, first

from ingest.load import load
from qa.errors import LoadError

UBL = """<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:ID>R-77</cbc:ID><cbc:IssueDate>2026-03-01</cbc:IssueDate><cbc:DueDate>2026-03-15</cbc:DueDate>
<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode><cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
<cac:AdditionalDocumentReference><cbc:ID>1</cbc:ID><cac:Attachment>
<cbc:EmbeddedDocumentBinaryObject filename="plan.pdf">AAAA</cbc:EmbeddedDocumentBinaryObject></cac:Attachment>
</cac:AdditionalDocumentReference>
<cac:AccountingSupplierParty><cac:Party><cac:PartyName><cbc:Name>Boat Yard</cbc:Name></cac:PartyName>
<cac:PostalAddress><cbc:StreetName>Lake Road 4</cbc:StreetName><cbc:CityName>Graz</cbc:CityName>
<cbc:PostalZone>8010</cbc:PostalZone></cac:PostalAddress></cac:Party></cac:AccountingSupplierParty>
<cac:AccountingCustomerParty><cac:Party><cac:PartyLegalEntity><cbc:RegistrationName>Rowing Club</cbc:RegistrationName>
</cac:PartyLegalEntity></cac:Party></cac:AccountingCustomerParty>
<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">20.00</cbc:TaxAmount><cac:TaxSubtotal>
<cbc:TaxAmount currencyID="EUR">20.00</cbc:TaxAmount><cac:TaxCategory><cbc:Percent>20.00</cbc:Percent></cac:TaxCategory>
</cac:TaxSubtotal></cac:TaxTotal>
<cac:LegalMonetaryTotal><cbc:PayableAmount currencyID="EUR">120.00</cbc:PayableAmount></cac:LegalMonetaryTotal>
<cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:InvoicedQuantity unitCode="HUR">2</cbc:InvoicedQuantity>
<cbc:LineExtensionAmount currencyID="EUR">100.00</cbc:LineExtensionAmount><cac:Item><cbc:Name>Repair</cbc:Name>
</cac:Item><cac:Price><cbc:PriceAmount currencyID="EUR">50.00</cbc:PriceAmount></cac:Price></cac:InvoiceLine>
</Invoice>"""

CII = """<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
 xmlns="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100">
<rsm:ExchangedDocument><ID>R-77</ID><TypeCode>381</TypeCode><IssueDateTime>
<DateTimeString format="102">20260301</DateTimeString></IssueDateTime></rsm:ExchangedDocument>
<rsm:SupplyChainTradeTransaction><IncludedSupplyChainTradeLineItem><AssociatedDocumentLineDocument><LineID>1</LineID>
</AssociatedDocumentLineDocument><SpecifiedTradeProduct><Name>Repair</Name></SpecifiedTradeProduct>
<SpecifiedLineTradeAgreement><NetPriceProductTradePrice><ChargeAmount>50</ChargeAmount></NetPriceProductTradePrice>
</SpecifiedLineTradeAgreement><SpecifiedLineTradeDelivery><BilledQuantity unitCode="HUR">2</BilledQuantity>
</SpecifiedLineTradeDelivery></IncludedSupplyChainTradeLineItem>
<ApplicableHeaderTradeAgreement><SellerTradeParty><Name>Boat Yard</Name></SellerTradeParty>
<BuyerTradeParty><Name>Rowing Club</Name></BuyerTradeParty></ApplicableHeaderTradeAgreement>
<ApplicableHeaderTradeSettlement><InvoiceCurrencyCode>EUR</InvoiceCurrencyCode><ApplicableTradeTax>
<CalculatedAmount>20</CalculatedAmount><RateApplicablePercent>20</RateApplicablePercent></ApplicableTradeTax>
<SpecifiedTradeSettlementHeaderMonetarySummation><DuePayableAmount>120</DuePayableAmount>
</SpecifiedTradeSettlementHeaderMonetarySummation></ApplicableHeaderTradeSettlement></rsm:SupplyChainTradeTransaction>
</rsm:CrossIndustryInvoice>"""


def lines(path: Path, text: str) -> list[str]:
    path.write_text(text, encoding="utf-8")
    document = first(path)
    check_offsets(document)
    return [line for line in document.text.split("\n") if line]


def test_an_invoice_in_ubl_says_who_sends_it_to_whom(tmp_path: Path) -> None:
    assert lines(tmp_path / "a.xml", UBL) == [
        "Invoice R-77",
        "Date: 2026-03-01",
        "Due: 2026-03-15",
        "Currency: EUR",
        "Seller",
        "Name: Boat Yard",
        "Address: Lake Road 4, 8010 Graz",
        "Buyer",
        "Name: Rowing Club",
        "Lines",
        "Position: 1; Item: Repair; Quantity: 2; Unit: hour; Price: 50.00; Net amount: 100.00",
        "Sums",
        "VAT 20 %: 20.00 EUR",
        "Amount due: 120.00 EUR",
        "Payment",
    ]
    [document] = load(tmp_path / "a.xml").documents
    assert document.title == "Invoice R-77"
    assert document.gaps == ("without plan.pdf, which lies in it as letters (base64); save it as a file of its own",)


def test_a_credit_note_as_a_cross_industry_invoice(tmp_path: Path) -> None:
    assert lines(tmp_path / "a.xml", CII) == [
        "Credit note R-77",
        "Date: 2026-03-01",
        "Currency: EUR",
        "Seller",
        "Name: Boat Yard",
        "Buyer",
        "Name: Rowing Club",
        "Lines",
        "Position: 1; Item: Repair; Quantity: 2; Unit: hour; Price: 50",
        "Sums",
        "VAT 20 %: 20 EUR",
        "Amount due: 120 EUR",
        "Payment",
    ]


def test_records_of_apple_health_are_rows(tmp_path: Path) -> None:
    record = '<Record type="HKQuantityTypeIdentifierBodyMass" sourceVersion="1" unit="kg" startDate="{}" value="{}">'
    made = "".join(
        record.format(*one) + '<MetadataEntry key="k" value="v"/></Record>' for one in (("2026-03-01", 81), ("-02", 82))
    )
    assert lines(tmp_path / "a.xml", f'<HealthData locale="en"><Me HKBloodType="A"/>{made}</HealthData>') == [
        "HealthData: locale: en",
        "Me: BloodType: A",
        "Record",
        "type: Body Mass; unit: kg; startDate: 2026-03-01; value: 81",
        "type: Body Mass; unit: kg; startDate: -02; value: 82",
    ]


def test_messages_of_an_android_phone_are_a_chat(tmp_path: Path) -> None:
    sms = '<sms address="+43660" date="{}" type="{}" subject="null" body="{}" contact_name="{}"/>'
    mms = (
        '<mms date="1746125800000" msg_box="1" address="+436991" contact_name="(Unknown)"><parts>'
        '<part ct="application/smil" text="x"/><part ct="text/plain" text="Sold."/></parts></mms>'
    )
    text = sms.format(1746039300000, 1, "The oars?", "Kevin") + sms.format(1746039400000, 2, "Yes.", "Kevin") + mms
    assert lines(tmp_path / "a.xml", f'<smses count="3">{text}</smses>') == [
        "Kevin",
        "2025-04-30",
        "Kevin: The oars?",
        "Me: Yes.",
        "+436991",
        "2025-05-01",
        "+436991: Sold.",
    ]


def test_attributes_beside_texts_stay_out(tmp_path: Path) -> None:
    page = '<list><item id="1" colour="red">Boat</item><item id="2" colour="blue">Oar</item></list>'
    assert lines(tmp_path / "a.xml", page) == ["item: Boat", "item: Oar"]


@pytest.mark.parametrize("text", ["<smses count='0'></smses>", "<a><b/></a>"])
def test_what_says_nothing_is_told(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(text, encoding="utf-8")
    with pytest.raises(LoadError, match="holds no text"):
        load(tmp_path / "a.xml")


def test_deep_elements_and_many_attributes_end(tmp_path: Path) -> None:
    deep = "<a x='1' y='2'>" * 250 + "</a>" * 250
    assert lines(tmp_path / "a.xml", f"<r>{deep}</r>")[:2] == ["a: x: 1; y: 2", "a: x: 1; y: 2"]
