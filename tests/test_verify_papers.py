"""The check on everyday papers: who gives, who says it, the most of it, lists, exceptions, changes, what holds when."""

import pytest

from qa.answering.checking.lists import _LINK
from qa.answering.checking.verify import problem
from qa.answering.routes.stated.changed import _telling
from qa.text.terms import BM25
from qa.text.words import SparseEmbedder
from qa.types import Chunk, Hit

_READER = SparseEmbedder(BM25, language="auto", average_terms=100)


def _problem(sentence: str, passage: str, language: str = "en") -> str:
    chunk = Chunk("", "", "", 0, "", "", "", 0, 0, len(passage), passage, metadata={"language": language})
    return problem(sentence, [Hit(chunk, 1.0, 1, "scores")], reader=_READER, answered=language, language="auto")


_GATES = "Minutes of the trust. Corin Ltd sold the gate house to the Hollis Trust in May 2019. The trust met twice."
_LABELS = "Offer 12. Seller: Maren Voss. Buyer: Tom Achebe. The car costs EUR 9,000 and has run 80,000 km."
_SAID = "Anna Reed said that the roof leaks in the east wing. The caretaker said that the doors are painted in June."
_FERRIES = (
    "The line has four boats: Alma with 600 seats, Bruna with 450 seats, Celia with 820 seats and Dora with 90 seats."
)
_LIST = "The school offers French and Spanish. Latin was given up in 2012."
_OPEN = "The reading room is open every day except Sundays from 8 am to 8 pm."
_EACH = "Lender and borrower may each ask for a review of the loan once a year."
_GROWN = "The sales of the shop rose from 80,000 euros to 100,000 euros."
_RENT = "The rent of the hall is EUR 850 from 1 January 2024, and EUR 900 from 1 January 2025."
_EXCEPT = "Members pay 20 pounds a year, except for students: students pay 12 pounds."
_CASES = [
    (
        "The Hollis Trust bought the gate house from Corin Ltd.",
        "The Hollis Trust sold the gate house to Corin Ltd.",
        _GATES,
    ),
    ("Tom Achebe buys the car from Maren Voss.", "Tom Achebe sells the car to Maren Voss.", _LABELS),
    ("Anna Reed said that the roof leaks.", "The caretaker said that the roof leaks in the east wing.", _SAID),
    ("Celia is the boat with the most seats.", "The largest boat is Alma.", _FERRIES),
    ("The smallest boat is Dora.", "The smallest boat is Bruna.", _FERRIES),
    ("The school offers Spanish and French.", "The school offers French, Spanish and Latin.", _LIST),
    ("The reading room is not open on Sundays.", "The reading room is open every day, Sundays included.", _OPEN),
    ("The borrower may ask for a review of the loan.", "Only the borrower may ask for a review of the loan.", _EACH),
    ("Sales grew by 25 percent.", "Sales grew by 30 percent.", _GROWN),
    ("Sales grew by a quarter.", "Sales grew by a third.", _GROWN),
    ("The rent in 2025 is 900 euros.", "The rent in 2025 is 850 euros.", _RENT),
    ("The rent in May 2024 was 850 euros.", "The rent in May 2024 was 900 euros.", _RENT),
    ("The loan is 300,000 euros.", "The loan is 300 euros.", "The bank grants a loan of EUR 300k for five years."),
    (
        "The bonus is £40,000.",
        "The bonus is £2.",
        "The bonus is £40,000. Amendment No. 2 and clause 7 stay as they are.",
    ),
    (
        "The kiln used 60 kWh less in April than in March.",
        "The kiln used 80 kWh less in April than in March.",
        "In March the kiln used 310 kWh. In April it used 250 kWh.",
    ),
    ("Nearly 400 firms are listed.", "Nearly 500 firms are listed.", "On the exchange 374 firms are listed."),
    (
        "Neither Arden nor Brill charges a fee.",
        "Neither Cole nor Dunn charges a fee.",
        "Two clubs, Arden and Brill, do not charge a fee. Cole and Dunn charge a fee of 9 pounds.",
    ),
    ("Students pay 12 pounds.", "Students pay 20 pounds.", _EXCEPT),
    (
        "The largest mills employ 40 % of the weavers.",
        "The smallest mills employ 40 % of the weavers.",
        "A survey by the guild reports that the largest mills employ 40 % of the weavers.",
    ),
    (
        "Overtime is paid at 150 % of the hourly rate.",
        "Overtime is paid at 125 % of the hourly rate.",
        "Overtime is paid at one and a half times the hourly rate.",
    ),
    (
        "The road fund gets 700,000 dollars more.",
        "The library gets 150,000 dollars more.",
        "The road fund rises from 2.4 to 3.1 million dollars, while the library gets 150,000 dollars less.",
    ),
    ("The pill is given twice a day.", "The pill is given once a day.", "The pill is given twice a day."),
    ("The pill is given once a day.", "The pill is given twice a day.", "The pill is given once a day."),
    ("The pill is given three times a day.", "The pill is given once a day.", "The pill is given three times a day."),
    ("The bins are emptied once a week.", "The bins are emptied twice a week.", "The bins are emptied once a week."),
    (
        "The proposal to open at 8:00 was rejected.",
        "The proposal to open at 8:00 was adopted.",
        "A proposal by Priya Nair to open at 8:00 on Saturdays was rejected, because the cleaning takes place then.",
    ),
    ("The sauna is closed.", "The sauna is open.", "The sauna remains closed until further notice."),
    (
        "Limescale damage is excluded.",
        "Limescale damage is covered.",
        "The warranty is 2 years. The warranty excludes damage by limescale.",
    ),
    ("The bill is 1,152 pounds.", "The bill is 1,125 pounds.", "Net GBP 960, VAT GBP 192, the bill is GBP 1,152."),
]
_VERKAUF = "Frau Demmer verkaufte ihre Anteile im Mai an Herrn Pohl. Die Firma zog nach Linz."
_GIBT_AN = "Frau Tietz gibt an, sie habe an der Ampel gehalten. Herr Brosch gibt an, die Bremse habe versagt."
_GAESTE = "Das Bad hatte 62.000 Gäste, die Bücherei 48.000 Gäste und das Museum 9.500 Gäste."
_TIERE = "Haustiere sind in der Wohnung erlaubt, ausgenommen Hunde."
_GERMAN = [
    ("Herr Pohl kaufte die Anteile von Frau Demmer.", "Frau Demmer kaufte die Anteile von Herrn Pohl.", _VERKAUF),
    ("Herr Brosch gibt an, die Bremse habe versagt.", "Frau Tietz gibt an, die Bremse habe versagt.", _GIBT_AN),
    ("Die meisten Gäste hatte das Bad.", "Die meisten Gäste hatte die Bücherei.", _GAESTE),
    ("Hunde sind in der Wohnung nicht erlaubt.", "Haustiere sind in der Wohnung erlaubt, auch Hunde.", _TIERE),
    ("Kinderwagen sind erlaubt.", "Kinderwagen sind verboten.", "Räder stehen im Keller. Kinderwagen sind erlaubt."),
    ("Das Angebot wurde abgelehnt.", "Das Angebot wurde genehmigt.", "Das Angebot der Firma Ziegler wurde abgelehnt."),
    (
        "Der Antrag wurde angenommen.",
        "Der Antrag wurde abgelehnt.",
        "Der Antrag von Herrn Demir wurde mit 6 gegen 3 Stimmen angenommen.",
    ),
    (
        "Der Umsatz lag bei 10 Millionen Euro.",
        "Der Umsatz lag bei 10.000 Euro.",
        "Der Umsatz lag 2023 bei TEUR 10.000.",
    ),
    (
        "Der Umsatz stieg um 25 Prozent.",
        "Der Umsatz stieg um 35 Prozent.",
        "Der Umsatz stieg von TEUR 80 auf TEUR 100.",
    ),
]


@pytest.mark.parametrize(("true", "false", "passage"), _CASES)
def test_english(true: str, false: str, passage: str) -> None:
    """What a passage says passes in other words, and its false twin does not."""
    assert not _problem(true, passage)
    assert _problem(false, passage)


@pytest.mark.parametrize(("true", "false", "passage"), _GERMAN)
def test_german(true: str, false: str, passage: str) -> None:
    """So in German."""
    assert not _problem(true, passage, "de")
    assert _problem(false, passage, "de")


@pytest.mark.parametrize(
    ("sentence", "passage", "language", "is_shown"),
    [
        (
            "The documents do not mention the rent of Elm Street 9.",
            "Elm Street 9: the rent is 940 pounds.",
            "en",
            False,
        ),
        (
            "The rent of Elm Street 9 is not stated in the passages.",
            "Elm Street 9: the rent is 940 pounds.",
            "en",
            False,
        ),
        ("There is no information about the rent in the documents.", "The rent is 940 pounds.", "en", False),
        ("The lease does not mention a deposit.", "The lease begins on 1 May. The rent is 940 pounds.", "en", False),
        ("The deposit is not mentioned in the lease.", "The deposit is 900 pounds under the lease.", "en", False),
        ("Die Dokumente nennen die Miete nicht.", "Die Miete beträgt 940 Euro.", "de", False),
        ("In den Unterlagen wird die Miete nicht genannt.", "Die Miete beträgt 940 Euro.", "de", False),
        ("Im Dokument wird die Kaution nicht erwähnt.", "Die Kaution beträgt 900 Euro.", "de", False),
        ("Der Vertrag nennt keine Kaution.", "Der Vertrag beginnt am 1. Mai. Die Kaution ist hoch.", "de", False),
        ("Es gibt keine Angaben zur Miete in den Unterlagen.", "Die Miete beträgt 940 Euro.", "de", False),
        # What a paper says of papers, and what is not so.
        ("The files do not contain the annex.", "Note: the files do not contain the annex.", "en", True),
        ("The rent does not include heating.", "The rent does not include heating.", "en", True),
        ("Die Miete enthält keine Heizung.", "Die Miete enthält keine Heizung.", "de", True),
        ("There are no details of the driver.", "The accident report has no details of the driver.", "en", True),
        (
            "There are no details of the driver in the documents.",
            "The accident report has no details of the driver.",
            "en",
            True,
        ),
        ("Im Bericht sind keine Schäden angegeben.", "Bericht vom 3. Mai. Schäden: keine.", "de", True),
        ("Es gibt keine Hinweise auf Schimmel.", "Der Gutachter fand keine Hinweise auf Schimmel.", "de", True),
        (
            "The cost of paint is not included in the materials.",
            "The materials: paint cost is not included.",
            "en",
            True,
        ),
        (
            "The applicant's documents do not include a passport copy.",
            "The applicant's documents are complete without a passport copy.",
            "en",
            True,
        ),
    ],
)
def test_no_passage_shows_what_documents_do_not_say(sentence: str, passage: str, language: str, is_shown: bool) -> None:
    assert (not _problem(sentence, passage, language)) is is_shown


def test_nothing_is_told() -> None:
    """Where a passage may mean it so, nothing is said: another list, totals, somebody else's words beside one's own."""
    assert not _problem(
        "The school offers French, Spanish and German.", "The school offers French, German and Spanish."
    )
    assert not _problem(
        "The most expensive items are the chairs.",
        "Items: chairs EUR 480, tables EUR 260, lamps EUR 90. Total EUR 830.",
    )
    assert not _problem(
        "The tenant Anna Reed said that the roof leaks.", "The tenant Anna Reed said that the roof leaks at night."
    )
    assert not _problem("The pill is given once a day.", "The pill is given daily with 2 glasses of water.")
    assert not _problem("Wages are paid once a month.", "Wages are paid monthly. Bonuses are paid twice a year.")
    assert not _problem("Wages are paid once a year.", "Wages are paid yearly. Bonuses are paid twice a year.")
    assert not _problem("The pill is given twice daily.", "The pill is given twice daily. Blood is taken once a day.")
    assert not _problem("Once a guest has paid, he gets two keys.", "Guests get two keys once they have paid.")
    assert not _problem("The lift is serviced once a year.", "The lift is serviced yearly; the 2 doors are oiled.")
    assert not _problem("Only the owner may sell the boat.", "Nobody but the owner may sell the boat.")


@pytest.mark.timeout(60)
def test_blanks_and_digits_without_end_are_read_once() -> None:
    """From each of them the rest was looked through."""
    assert not list(_LINK.finditer(f"a{' ' * 300_000}b"))
    assert [match[0].strip() for match in _LINK.finditer("a , b;  c and d")] == [",", ";", "and"]
    assert _telling(f"Flat 7, {'1' * 100_000} {'a-' * 50_000} £1,150 and 12,70 € in 2024 of Holm") >= {
        "Flat",
        "7",
        "Holm",
    }
    assert not {"150", "70", "2024"} & _telling("£1,150 and 12,70 € in 2024")
