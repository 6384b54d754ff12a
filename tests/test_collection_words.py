"""Which questions are about the collection, and what they want to know of it."""

import time
from datetime import date
from typing import Any

import pytest

from qa.answering.routes.holdings.collection_words import about_collection
from qa.answering.routes.one_document.document_words import about_document
from qa.answering.routes.side_by_side.across_words import side_by_side

TODAY = date(2025, 6, 15)
ITS_OWN = (
    "How many documents are in the collection?",
    "How many files did I put in here?",
    "What kinds of documents have you got?",
    "Any emails from Ingrid Halloran?",
    "How many emails from 2024?",
    "What have you got from November 2024?",
    "Do I have anything about ducks?",
    "Is anything in here in French?",
    "How often is Plover Dash mentioned?",
    "Does Gewitter appear anywhere?",
    "Which documents are longer than ten pages?",
    "Which document has the most words?",
    "What's the biggest file in bytes?",
    "what is the biggest invoice in bytes",
    "Which invoice is the longest?",
    "How many words are there altogether?",
    "How big are my documents?",
    "What is the total size of my files?",
    "How large is the collection?",
    "Wie groß sind meine Dokumente?",
    "Which folder has the most files?",
    "Are there duplicates?",
    "Do any two files have the same content?",
    "Which files are empty?",
    "When did I last add something?",
    "Did anything fail to load?",
    "Why did some files fail?",
    "Gibt es doppelte Dateien?",
    "Welche Dateien sind größer als 1 MB?",
    "Welche Dokumente sind nicht auf Deutsch?",
    "Kommt das Wort Gewitter irgendwo vor?",
    "In wie vielen Dokumenten geht es um Plover Dash?",
    "Wann wurde zuletzt etwas hinzugefügt?",
    "Wann kam die letzte E-Mail?",
    "How many contracts do I have?",
    "List all contracts",
    "What are the documents about?",
    "how many documents mention lightning?",
    "Which documents mention Plover Dash?",
    'which of my files mention "rotor lock"?',
    "How many PDFs do I have?",
    "List all PDF files.",
    "Show me all emails from Marguerite Osei",
    "What is the newest document?",
    "Which document is the oldest?",
    "What are the 3 newest documents?",
    "what changed since May",
    "What has changed since 1 May 2024?",
    "Which documents were changed after May 2024?",
    "How many documents are from 2024?",
    "Which documents are in German?",
    "How many German documents are there?",
    "list the documents in the folder contracts",
    "How many files are in the reports folder?",
    "Which documents were written by Priya Lindqvist?",
    "How many documents do not mention Nordgriff?",
    "Which documents mention both Nordgriff and Norrvik?",
    "In which documents is EXP-2 mentioned?",
    "How many documents are there of each type?",
    "Which file types are there?",
    "Which languages are the documents in?",
    "Which files could not be read?",
    "How many pages do the documents have?",
    "Give me an overview of the collection",
    "how many spreadsheets are there",
    "Which reports mention the rotor lock?",
    "Are there any documents about lightning?",
    "Is there a document that mentions whales?",
    "which was the last document added?",
    "What is the latest report?",
    "What is the longest document?",
    "Which documents mention lightning since March 2024?",
    "List all documents between January and March 2025",
    "How many minutes are there?",
    "list all meeting minutes",
    "can you list all my files please?",
    "Wie viele Dokumente gibt es?",
    "Wie viele Verträge habe ich?",
    "Liste alle Verträge auf",
    "Welche Dokumente erwähnen Blitzschlag?",
    "In welchen Dokumenten kommt Nordgriff vor?",
    "Was ist das neueste Dokument?",
    "Was hat sich seit Mai geändert?",
    "Welche Dateien sind auf Deutsch?",
    "Wie viele PDFs sind in der Sammlung?",
    "Zeige mir alle Berichte",
    "Worum geht es in den Dokumenten?",
    "Welche Dokumente wurden seit März 2025 geändert?",
    "Welche Dateien liegen im Ordner contracts?",
    "Gibt es Dokumente über Öl?",
    "Wie viele Dokumente erwähnen Nordgriff nicht?",
    "How many documents mention Nordgriff or Norrvik?",
    "How many contracts mention liquidated damages?",
    "What did I add last?",
    "What documents do I have from 2023?",
    "which documents are dated before 2024?",
    "How many mails are there?",
    "show all presentations",
    "Which documents are by Tobias Wren?",
)
# They speak of documents, or count and list, and are answered from passages or tables.
FOREIGN = (
    "How many turbines were struck?",
    "What is in the report?",
    "List all turbines",
    "How many documents did the committee sign?",
    "What does the latest report say about safety?",
    "Which contracts did Nordgriff sign?",
    "How many words are in the English language?",
    "What changed in the gearbox policy since May?",
    "How many reports were filed in 2023?",
    "List all employees",
    "Which oven has the highest power?",
    "How many near misses were reported in 2024?",
    "Which documents must be submitted?",
    "What documents do I need for the visa?",
    "How many files can be uploaded?",
    "What is the largest oven?",
    "what is our biggest invoice",
    "welche Rechnung ist die größte",
    "Which form do I have to fill in?",
    "How many articles are in the constitution?",
    "What is the newest member of the EU?",
    "How many books did he write?",
    "When was the report published?",
    "How many minutes do I have to leave the building?",
    "What is the last letter of the Greek alphabet?",
    "Which documents do visitors need?",
    "What papers did Einstein publish in 1905?",
    "Which plan was rejected?",
    "What is the oldest contract law?",
)


@pytest.mark.parametrize("question", ITS_OWN)
def test_questions_about_the_collection_are_recognised(question: str) -> None:
    assert about_collection(question, today=TODAY)


@pytest.mark.parametrize("question", FOREIGN)
def test_other_questions_are_left_alone(question: str) -> None:
    assert about_collection(question, today=TODAY) is None


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How many documents mention lightning?", {"wanted": "count", "mentions": ("lightning",)}),
        ("Which documents mention both Nordgriff and Norrvik?", {"mentions": ("Nordgriff", "Norrvik")}),
        ("Which documents mention Nordgriff or Norrvik?", {"mentions": ("Nordgriff", "Norrvik"), "either": True}),
        ("Which documents do not mention Nordgriff?", {"mentions": ("Nordgriff",), "lacks": True}),
        (
            "Which documents mention neither Nordgriff nor Blitz?",
            {"mentions": ("Nordgriff", "Blitz"), "either": True, "lacks": True},
        ),
        (
            "Welche Dokumente erwähnen weder Nordgriff noch Blitz?",
            {"mentions": ("Nordgriff", "Blitz"), "either": True, "lacks": True},
        ),
        ("Welche Dokumente erwähnen die Kaution?", {"mentions": ("Kaution",)}),
        ("Welche Dokumente erwähnen Blitz nicht?", {"mentions": ("Blitz",), "lacks": True}),
        (
            "Which documents mention lightning since March 2024?",
            {"mentions": ("lightning",), "since": date(2024, 3, 1), "until": None},
        ),
        ("What changed since May?", {"since": date(2025, 5, 1), "until": None, "dated": True}),
        ("Which files were added since May?", {"since": date(2025, 5, 1), "stored": True}),
        ("Which documents are from before 2024?", {"until": date(2023, 12, 31)}),
        ("Which documents are dated before 2024?", {"until": date(2023, 12, 31), "since": None}),
        ("List all documents from March 2025", {"since": date(2025, 3, 1), "until": date(2025, 3, 31)}),
        ("What is the newest document?", {"wanted": "newest", "limit": 1}),
        ("What are the three oldest files?", {"wanted": "oldest", "limit": 3}),
        ("Which files are in the folder contracts?", {"folder": "contracts"}),
        ("Which documents were written by Priya Lindqvist?", {"author": "Priya Lindqvist"}),
        ("Which papers mention dogs?", {"mentions": ("dogs",), "genre": None}),
        ("How many German documents are there?", {"wanted": "count", "languages": ("de",)}),
        ("How many documents are there of each type?", {"wanted": "kinds", "by": "type"}),
        ("How many documents per folder?", {"wanted": "kinds", "by": "folder"}),
        ("last 3 emails", {"wanted": "newest", "limit": 3}),
        ("the first mail of November", {"wanted": "oldest", "limit": 1, "recurring": (11, 0)}),
        ("mails from September", {"wanted": "list", "recurring": (9, 0)}),
        ("mails from Judith Amsel", {"wanted": "list", "author": "Judith Amsel"}),
        ("emails", {"wanted": "list"}),
        ("any powerpoints?", {"wanted": "list"}),
        ("how many mails did I get about the showers", {"wanted": "count", "mentions": ("showers",)}),
        ("Wie viele E-Mails habe ich im November bekommen?", {"wanted": "count", "recurring": (11, 0)}),
    ],
)
def test_what_is_wanted_is_read(question: str, expected: dict[str, Any]) -> None:
    found = about_collection(question, today=TODAY)
    assert found
    assert {name: getattr(found, name) for name in expected} == expected


@pytest.mark.parametrize(
    "question",
    [
        "which documents mention Boulderline but not Gripwerk",
        "Welche Dokumente erwähnen Boulderline, aber nicht Gripwerk?",
    ],
)
def test_what_mentions_one_thing_but_not_another(question: str) -> None:
    found = about_collection(question, today=TODAY)
    assert found
    assert found.within
    assert (found.mentions, found.lacks, found.within.mentions) == (("Gripwerk",), True, ("Boulderline",))


@pytest.mark.parametrize(
    "question", ["email?", "E-Mail?", "mail", "presentation", "Präsentation", "PDF", "Excel", "text"]
)
def test_a_bare_word_is_no_list(question: str) -> None:
    assert about_collection(question, today=TODAY) is None


@pytest.mark.parametrize(
    "question", ["E-Mails", "PDFs", "presentations", "Präsentationen", "slides", "mail from Judith Amsel"]
)
def test_the_plural_of_a_type_is_a_list(question: str) -> None:
    found = about_collection(question, today=TODAY)
    assert found
    assert found.wanted == "list"


@pytest.mark.parametrize("question", ["the last report", "the first contract was signed when", "last name", "minutes"])
def test_the_last_of_a_sentence_is_no_question_about_the_register(question: str) -> None:
    assert about_collection(question, today=TODAY) is None


@pytest.mark.parametrize(
    "question",
    [
        "how many " + "documents and " * 14,
        "which documents " + "are in 2024 and " * 12,
        "compare " + "a of b and " * 19,
        "is " + "the a of b than " * 11,
        "what is the difference between " + "x of y in z and " * 10,
        "please " * 280,
        "a.b " * 500,
    ],
)
def test_no_question_keeps_the_rules_busy(question: str) -> None:
    """Each takes less than a hundredth of this, which is the processor's time and no clock's."""
    started = time.thread_time()
    about_collection(question, today=TODAY)
    about_document(question)
    side_by_side(question)
    assert time.thread_time() - started < 2.0


def test_a_kind_of_document_is_known_by_its_words() -> None:
    found = about_collection("Wie viele Verträge habe ich?", today=TODAY)
    assert found
    assert found.genre
    assert "lease" in found.genre.words
    pdfs = about_collection("How many PDFs do I have?", today=TODAY)
    assert pdfs
    assert pdfs.genre
    assert pdfs.genre.endings == ("pdf",)
