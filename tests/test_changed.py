"""Values of several currencies, corrected papers, and what a later letter changed: what holds now stands in front."""

import pytest
from conftest import OpenIndex, run
from test_routes import asked, opened

from qa.answering.routes.holdings.genres import genre, is_of
from qa.answering.routes.stated import changed, stating
from qa.types import Document


def _paper(name: str, title: str, text: str) -> Document:
    return Document(f"papers/{name}.txt", title, text, "text/plain", metadata={"language": "en"})


BILLS = (
    _paper("a", "Invoice 11", "Total: GBP 1,000.00"),
    _paper("b", "Invoice 12", "Total: GBP 400.00"),
    _paper("c", "Invoice 13", "Gesamtbetrag: 12.500,00 EUR"),
    _paper("d", "Re: Invoice overdue", "Please ignore our reminder, your payment arrived."),
)
LEASES = (
    _paper("flat", "Lease: Flat", "Lease of 14 Priory Lane to Jana Holm. The rent is £1,150 per month."),
    _paper("shop", "Lease: Shop", "Lease of Dock Street 3 to Peer Holm. The rent is £1,180 per month."),
    _paper(
        "letter",
        "New rent",
        "Dear Jana Holm, the rent of 14 Priory Lane goes up from £1,150 to £1,210 per month from 1 January 2025.",
    ),
)


def test_each_currency_has_a_winner_in_front(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with opened(new_index, BILLS) as answerer:
            for question in ("which invoice is the most expensive", "Welche Rechnung ist am teuersten?"):
                answer, _ = await asked(answerer, question)
                first = answer.statements[0].text
                assert "Invoice 11" in first
                assert "£" not in first
                assert "12.500,00 EUR" in first
                assert "Re: Invoice overdue" not in answer.text + answer.note
            answer, _ = await asked(answerer, "invoices over 900")
            assert "The question names no currency" in answer.text
            answer, _ = await asked(answerer, "which invoices are unpaid")
            assert answer.text.startswith("3 documents")

    run(main)


OVERDUE = (
    _paper("open", "Invoice 21", "Date: 9 September 2024\nTotal: GBP 10.00\nPayable within 30 days."),
    _paper("done", "Invoice 22", "Date: 27 April 2024\nTotal: GBP 20.00\nPayable within 14 days.\nPaid on 6 May 2024."),
)


def test_what_is_paid_is_not_overdue(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with opened(new_index, OVERDUE) as answerer:
            answer, _ = await asked(answerer, "which invoices are overdue")
            assert answer.text.startswith("1 document ")
            assert "Invoice 21" in answer.text
            assert "1 more says that it is paid: Invoice 22." in answer.text
            answer, _ = await asked(answerer, "which invoices were due in May 2024")
            assert "Paid on" not in answer.text

    run(main)


def test_a_reply_is_no_invoice_but_may_be_a_letter(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with opened(new_index, BILLS) as answerer:
            rows = [row for row in await answerer.index.rows() if row.title.startswith("Re:")]
            assert not is_of(genre("invoices"), rows[0])  # type: ignore[arg-type]

    run(main)


def test_the_value_of_now_counts_and_the_one_before_is_named(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with opened(new_index, LEASES) as answerer:
            answer, _ = await asked(answerer, "Which lease has the highest rent?")
            assert answer.text.startswith("Lease: Flat has the highest rent: £1,210. Next comes Lease: Shop: £1,180.")
            assert "Lease: Flat (£1,150)" in answer.note
            answer, _ = await asked(answerer, "what is the average rent of my leases")
            assert answer.text.startswith("On average: 1,195.00 GBP a month of 2 documents.")
            assert "Lease: Flat (£1,150)" in answer.note
            answer, _ = await asked(answerer, "Which leases have a rent over 1200 pounds?")
            assert answer.text.startswith("1 document ")
            assert "Lease: Flat (£1,150)" in answer.text

    run(main)


def test_a_change_of_another_paper_changes_nothing(new_index: OpenIndex) -> None:
    other = _paper("other", "New rent", "Dear Ann, the rent of Mill Street 9 goes up from £1,150 to £1,210 per month.")

    async def main() -> None:
        async with opened(new_index, [*LEASES[:2], other]) as answerer:
            answer, _ = await asked(answerer, "Which lease has the highest rent?")
            assert answer.text.startswith("Lease: Shop has the highest rent: £1,180.")
            assert "£1,150)" not in answer.note

    run(main)


def test_what_says_that_it_corrects_another_takes_its_place(new_index: OpenIndex) -> None:
    second = "Invoice INV-5521\nThis invoice replaces the first one.\nTotal due: £890.00\nPaid on 21 October 2024."
    papers = (
        _paper("x", "October", "Invoice INV-5521\nTotal due: £940.00"),
        _paper("y", "Second October", second),
        _paper("z", "November", "Invoice INV-5600\nTotal due: £60.00"),
    )
    bills = [Document(f"invoices/{one.source}", one.title, one.text, one.media_type) for one in papers]

    async def main() -> None:
        async with opened(new_index, bills) as answerer:
            answer, _ = await asked(answerer, "sum of all invoices")
            assert answer.text.startswith("Together: 950.00 GBP of 2 documents.")
            answer, _ = await asked(answerer, "which invoices are not paid")
            assert answer.text.startswith("1 document ")
            assert "November" in answer.text

    run(main)


def test_corrected_statements_count_once_in_sums_of_named_values(new_index: OpenIndex) -> None:
    papers = (
        _paper("s23", "Statement 2023", "The balance is EUR 100."),
        _paper("s24", "Statement 2024", "The balance is EUR 40."),
        _paper("s24c", "Statement 2024 corrected", "The balance is EUR 50."),
    )

    async def main() -> None:
        async with opened(new_index, papers) as answerer:
            answer, _ = await asked(answerer, "What is the sum of the balances of all statements?")
            assert answer.text.startswith("Together: 150.00 EUR of 2 documents.")
            assert "Statement 2024" in answer.note

    run(main)


def test_what_is_too_much_to_read_is_named_in_the_sum(new_index: OpenIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stating, "_MOST_PASSAGES", 2)

    async def main() -> None:
        async with opened(new_index, BILLS[:3]) as answerer:
            answer, _ = await asked(answerer, "sum of all invoices")
            assert "1 more was not read, since reading them all would take too long: Invoice 13." in (
                answer.statements[0].text
            )
            answer, _ = await asked(answerer, "invoices over 100 pounds")
            assert "1 more was not read" in answer.text
            answer, _ = await asked(answerer, "which invoice is the most expensive")
            assert "costs the most" not in answer.text

    run(main)


def test_in_a_large_collection_the_papers_that_name_the_value_are_looked_through(
    new_index: OpenIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [_paper(f"note{number}", f"Note {number}", f"Bin day {number}, the gate is shut.") for number in range(4)]
    monkeypatch.setattr(changed, "_MOST_PASSAGES", 4)

    async def main() -> None:
        async with opened(new_index, (*LEASES, *others)) as answerer:
            answer, _ = await asked(answerer, "Which lease has the highest rent?")
            assert "£1,210" in answer.text
            assert "£1,150" in answer.note
            monkeypatch.setattr(changed, "_MOST_PASSAGES", 0)
            answer, _ = await asked(answerer, "Which lease has the highest rent?")
            assert "£1,180" in answer.statements[0].text
            assert "Too many papers name these values" in answer.note

    run(main)
