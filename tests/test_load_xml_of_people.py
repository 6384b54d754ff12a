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
        "VAT in all: 20.00 EUR",
        "Amount due: 120.00 EUR",
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
    ]


def test_numbers_of_taxes_are_told_apart_in_ubl(tmp_path: Path) -> None:
    number = (
        "<cac:PartyTaxScheme><cbc:CompanyID>{}</cbc:CompanyID><cac:TaxScheme><cbc:ID>{}</cbc:ID></cac:TaxScheme>"
        "</cac:PartyTaxScheme>"
    )
    made = number.format("201/113/40209", "FC") + number.format("DE123456789", "VAT")
    made += "<cac:PartyTaxScheme><cbc:CompanyID>FR99</cbc:CompanyID></cac:PartyTaxScheme>"
    said = lines(tmp_path / "a.xml", UBL.replace("</cac:PostalAddress>", f"</cac:PostalAddress>{made}"))
    assert [line for line in said if "number" in line] == [
        "Tax number: 201/113/40209",
        "VAT number: DE123456789",
        "VAT number: FR99",
    ]


def test_numbers_of_taxes_are_told_apart_in_cross_industry_invoices(tmp_path: Path) -> None:
    number = '<SpecifiedTaxRegistration><ID schemeID="{}">{}</ID></SpecifiedTaxRegistration>'
    made = number.format("FC", "201/113/40209") + number.format("VA", "DE123456789") + number.format("", "17/4")
    said = lines(tmp_path / "a.xml", CII.replace("Boat Yard</Name>", f"Boat Yard</Name>{made}"))
    assert [line for line in said if "number" in line] == [
        "Tax number: 201/113/40209",
        "VAT number: DE123456789",
        "Tax number: 17/4",
    ]


def test_every_account_and_every_part_of_the_vat_is_told_in_ubl(tmp_path: Path) -> None:
    means = (
        "<cac:PaymentMeans><cbc:PaymentID>R-77</cbc:PaymentID><cac:PayeeFinancialAccount><cbc:ID>{0}</cbc:ID>"
        "<cbc:Name>Yard</cbc:Name></cac:PayeeFinancialAccount></cac:PaymentMeans>"
    )
    start, end = UBL.index("<cac:TaxSubtotal>"), UBL.index("</cac:TaxTotal>")
    twice = UBL[:end] + UBL[start:end] + means.join(("</cac:TaxTotal>", UBL[end + len("</cac:TaxTotal>") :]))
    made = twice.replace("{0}", "AT1").replace("</cac:PaymentMeans>", "</cac:PaymentMeans>" + means.format("AT2") * 2)
    said = lines(tmp_path / "a.xml", made)
    assert said[said.index("Sums") :] == [
        "Sums",
        "VAT 20 %: 20.00 EUR",
        "VAT 20 %: 20.00 EUR",
        "VAT in all: 20.00 EUR",
        "Amount due: 120.00 EUR",
        "Payment",
        "Purpose: R-77",
        "Account: AT1",
        "Account holder: Yard",
        "Account: AT2",
        "Account holder: Yard",
    ]


def test_every_account_and_the_whole_vat_is_told_in_cross_industry_invoices(tmp_path: Path) -> None:
    total = '<TaxTotalAmount currencyID="EUR">20</TaxTotalAmount><TaxTotalAmount currencyID="CZK">500</TaxTotalAmount>'
    means = (
        "<SpecifiedTradeSettlementPaymentMeans><PayeePartyCreditorFinancialAccount><IBANID>{}</IBANID>"
        "</PayeePartyCreditorFinancialAccount></SpecifiedTradeSettlementPaymentMeans>"
    )
    made = CII.replace("<DuePayableAmount>", f"{total}<DuePayableAmount>")
    made = made.replace("<ApplicableTradeTax>", f"{means.format('AT1')}{means.format('AT2')}<ApplicableTradeTax>")
    said = lines(tmp_path / "a.xml", made)
    assert said[said.index("Sums") :] == [
        "Sums",
        "VAT 20 %: 20 EUR",
        "VAT in all: 20 EUR",
        "VAT in all: 500 CZK",
        "Amount due: 120 EUR",
        "Payment",
        "Account: AT1",
        "Account: AT2",
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


def test_what_was_not_sent_is_in_nobodys_mouth(tmp_path: Path) -> None:
    boxes = (("sms", "type"), ("mms", "msg_box"))
    made = "".join(
        f'<{kind} date="1746039300000" address="+43660" {box}="{at}" body="Say {at}."><parts>'
        f'<part ct="text/plain" text="Say {at}."/></parts></{kind}>'
        for kind, box in boxes
        for at in (1, 2, 3, 4, 5, 6, 9)
    )
    said = lines(tmp_path / "a.xml", f"<smses>{made}</smses>")[2:]
    mine = [f"Me (not sent): Say {at}." for at in (3, 4, 5, 6)]
    assert said == ["+43660: Say 1.", "Me: Say 2.", *mine, "Unknown: Say 9."] * 2


def test_calls_of_an_android_phone_are_told_in_words(tmp_path: Path) -> None:
    call = (
        '<call number="+4366{0}" duration="{1}" date="1767261600000" type="{2}" presentation="1" '
        'subscription_id="8" readable_date="{3}" contact_name="{4}"/>'
    )
    made = (call.format(*one) for one in ((1, 65, 1, "1 Jan 2026", "Kim"), (2, 0, 3, "null", "(Unknown)")))
    assert lines(tmp_path / "a.xml", f'<calls count="2" backup_date="1767261600000">{"".join(made)}</calls>') == [
        "call",
        "contact: Kim; number: +43661; date: 1 Jan 2026; type: incoming; duration in seconds: 65",
        "number: +43662; date: 2026-01-01 10:00; type: missed; duration in seconds: 0",
    ]


def test_calls_of_others_keep_their_attributes(tmp_path: Path) -> None:
    assert lines(tmp_path / "a.xml", "<log><call from='main' type='1'/></log>") == ["call: from: main; type: 1"]


def test_a_record_with_others_below_it_leaves_the_others_a_table(tmp_path: Path) -> None:
    day = '<Record type="Pulse" value="{}"/>'
    beats = "<HeartRateVariabilityMetadataList><InstantaneousBeatsPerMinute bpm='60' time='1'/></HeartRateVariability"
    beats = f'<Record type="Pulse" value="63">{beats}MetadataList></Record>'
    part = '<Record type="Walk" value="9"><Part type="Step" value="4"/></Record>'
    made = day.format(61) + day.format(62) + beats + part + day.format(64) + day.format(65)
    assert lines(tmp_path / "a.xml", f"<HealthData>{made}</HealthData>") == [
        "Record",
        *(f"type: Pulse; value: {value}" for value in (61, 62, 63)),
        "Record: type: Walk; value: 9",
        "Part: type: Step; value: 4",
        "Record",
        *(f"type: Pulse; value: {value}" for value in (64, 65)),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "<TEI><p>The lease ends in May <pb n='2' facs='a.jpg'/> and the rent is 700 euros.</p></TEI>",
            "The lease ends in May  and the rent is 700 euros.",
        ),
        (
            "<usx><para style='p'><verse number='1' sid='GEN 1:1'/>In the beginning.</para></usx>",
            "In the beginning.",
        ),
        ("<a><p>The rent is 700.<i x='1' y='2'/></p></a>", "The rent is 700."),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><a><i x='1' y='2'/>&b; The rent is 700.</a>", "The rent is 700."),
    ],
)
def test_prose_with_marks_that_have_attributes_is_whole(text: str, said: str, tmp_path: Path) -> None:
    assert said in " ".join(lines(tmp_path / "a.xml", text))


@pytest.mark.parametrize(
    "text",
    [
        '<map version="1"><node ID="1" CREATED="2" MODIFIED="3" TEXT="Boats"><node ID="4" CREATED="5" TEXT="Oars"/>'
        '<node ID="6" CREATED="7" TEXT="Sails"/></node></map>',
        '<opml version="2.0"><body><outline text="Boats" title="Boats"><outline type="rss" text="Oars"/>'
        '<outline type="rss" text="Sails" created="1"/></outline></body></opml>',
    ],
)
def test_outlines_and_mind_maps_say_their_texts_alone(text: str, tmp_path: Path) -> None:
    assert lines(tmp_path / "a.xml", text) == ["Boats", "- Oars", "- Sails"]


def test_text_beside_attributes_is_said_once(tmp_path: Path) -> None:
    made = "<title>My feeds</title><b x='1' text='Oars'>Oars</b>" + "<i x='1' y='2'/>" * 30
    assert lines(tmp_path / "a.xml", f"<a>{made}</a>")[:2] == ["title: My feeds", "b: x: 1; Oars"]


@pytest.mark.parametrize("start", ["", "data:image/png;base64,"])
def test_attributes_are_without_tags_and_without_bytes_in_letters(start: str, tmp_path: Path) -> None:
    notes = f"<note said='&lt;p&gt;The &lt;b&gt;red&lt;/b&gt; boat&lt;/p&gt;' picture='{start}{'A' * 500}'/>"
    assert lines(tmp_path / "a.xml", f"<notes>{notes}</notes>") == ["note: said: The red boat"]
    [document] = load(tmp_path / "a.xml").documents
    assert document.gaps == ("without data in letters (base64, in <picture>); save it as a file of its own",)


def test_attributes_of_very_deep_elements_are_told(tmp_path: Path) -> None:
    deep = "<a x='1' y='2'>" * 99 + "<b x='rent' y='700'/>" + "</a>" * 99
    assert lines(tmp_path / "a.xml", f"<r>{deep}</r>")[-1] == "b: x: rent; y: 700"


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
