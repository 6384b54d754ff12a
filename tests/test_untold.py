"""What tells a relation in another passage than the one that would be quoted."""

from dataclasses import replace

from fakes import PlainWords, asked, chunk

from qa.answering.sentences.quoted_sentences import Quote
from qa.answering.taken_back.untold import are_of_another_thing, has_no_price, told_elsewhere
from qa.types import Hit

SMALL = "the a is how be what for of to in when and it as do we".split()  # noqa: SIM905
LEASE = "Flat 2, 9 Quay Street\n\n4. Deposit. The tenants pay £1,410.\n5. Notice. Two months."
LETTER = "The deposit of the flat stays as it is."
SHED = "4. Deposit. The tenants of the shed pay £150."


def told(question: str, *texts: str) -> list[str]:
    query = asked(question, words=PlainWords(*SMALL), language="en")
    hits = [
        Hit(replace(chunk(text), id=text[:9], document_id=text[:9], metadata={"language": "en"}), 0.5, rank, "scores")
        for rank, text in enumerate(texts, 1)
    ]
    return [quote.text for quote in told_elsewhere(query, hits, "english")]


def test_the_clause_that_tells_it_stands_with_its_name() -> None:
    assert told("deposit for the flat", LETTER, SHED, LEASE) == ["4. Deposit. The tenants pay £1,410."]


def test_a_passage_that_lacks_a_word_of_the_question_tells_nothing() -> None:
    assert told("deposit for the garage", LETTER, SHED, LEASE) == []
    assert told("colour of the flat", LEASE) == []


def test_of_a_bill_in_another_language_no_words_tell() -> None:
    # The other papers are in Italian, and a receipt of labels is in no language that is known.
    text = "Prossimo controllo: 9 luglio"
    quote = Quote(Hit(chunk(text), 0.5, 1, "scores"), 0, len(text), text, 0.5)
    visit, filling = (
        asked(question, words=PlainWords(*SMALL), language="en", languages=("it", ""))
        for question in ("When is the next dentist appointment?", "How much is the filling?")
    )
    assert not are_of_another_thing(visit, [quote], [quote.hit])
    assert are_of_another_thing(replace(visit, languages=("en",)), [quote], [quote.hit])
    assert not has_no_price(filling, [quote])
    assert has_no_price(replace(filling, languages=("en",)), [quote])
