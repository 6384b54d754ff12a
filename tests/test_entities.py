"""What a question names stands in the passage, or where its document begins: else the passage gives way."""

import asyncio
import re
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT, copied
from fakes import asked, hit

from qa.answering.standalone.follow_up import standalone
from qa.config import Settings
from qa.retrieval.about import sorted_by_entities
from qa.retrieval.by_use import names_by_use
from qa.retrieval.entities import unknown_name
from qa.tables.asking import denies
from qa.text.language import segmented
from qa.text.names import DECLINING, names_in, stem_of
from qa.text.paper_kinds import says_kind
from qa.types import Answer, Hit, Turn
from qa.wiring import open_answerer

SMALL = frozenset("the is at in of and are what who for to a be on der die das ist in wie und am".split())  # noqa: SIM905
FORM = (
    "# {title}\n\nThis lease is made between Osprey Estates Ltd, the landlord, and {tenant}, the tenant, for {place}."
)


def is_small(word: str) -> bool:
    return word in SMALL


def leased(title: str, place: str, tenant: str, *texts: str) -> tuple[list[Hit], str]:
    """Return the later passages of a lease, and how it begins."""
    hits = [replace(hit(text, title=title)) for text in texts]
    hits = [replace(item, chunk=replace(item.chunk, document_id=tenant, id=f"{tenant}{n}", source=f"{tenant}.md"))
            for n, item in enumerate(hits)]  # fmt: skip
    return hits, FORM.format(title=title, tenant=tenant, place=place)


def about(question: str, *, capitals: bool = True) -> list[str]:
    """Return the passages about what a question names, of two leases whose later passages do not name their place."""
    first, begins = leased("Lease agreement", "Harbour Row 7", "Kestrel Bakery", "The tenant must not keep animals.")
    second, begins_too = leased("Lease agreement", "Mill Lane 12", "Finch Repairs", "Dogs are allowed here.")
    names = names_in(question, capitals=capitals, terms_of=lambda _word: [], known=None)
    found = sorted_by_entities(
        asked(question, names=names),
        [*second, *first],
        {"Kestrel Bakery": begins, "Finch Repairs": begins_too},
        is_small=is_small,
        is_unknown=lambda _word: False,
    )
    return [item.chunk.text for item in found.hits]


@pytest.mark.parametrize(
    "question",
    [
        "Are dogs allowed at Harbour Row 7?",
        "are dogs allowed at harbour row 7",
        "Are dogs allowed at No. 7 Harbour Row?",
        "Are dogs allowed at Kestrel Bakery's?",
        "are dogs allowed at kestrel bakery",
    ],
)
def test_passage_is_about_what_its_document_begins_with(question: str) -> None:
    assert about(question, capitals=question[0].isupper()) == ["The tenant must not keep animals."]


def test_question_without_a_name_or_about_two_things_leaves_no_passage_out() -> None:
    assert len(about("Are dogs allowed?")) == 2
    assert len(about("Compare Harbour Row 7 and Mill Lane 12")) == 2


def of_two(question: str, language: str, first: tuple[str, str], second: tuple[str, str]) -> list[str]:
    """Return the passages about what a question names, of two papers; each begins in one way and says another thing."""
    hits = [filed("", f"paper-{number}", said) for number, (_, said) in enumerate((first, second))]
    hits = [replace(item, chunk=replace(item.chunk, metadata={"language": language})) for item in hits]
    names = names_in(
        segmented(question), capitals=True, terms_of=lambda _word: [], known=None, is_declined=language in DECLINING
    )
    openings = {item.chunk.document_id: begins for item, (begins, _) in zip(hits, (first, second), strict=True)}
    found = sorted_by_entities(
        asked(question, names=names, language=language),
        hits,
        openings,
        is_small=lambda word: word in ("في", "هل", "στην"),
        is_unknown=lambda _word: False,
    )
    return [item.chunk.text for item in found.hits]


@pytest.mark.parametrize(
    ("language", "question", "right", "other"),
    [
        ("ar", "هل يسمح بتربية الكلاب في شارع النخيل رقم 16؟",
         ("عقد إيجار\nالعقار: شارع النخيل رقم 16", "يوجد موقف سيارة."),
         ("عقد إيجار\nالعقار: شارع النخيل رقم 14", "لا يسمح بتربية الكلاب.")),
        ("ar", "هل يسمح بتربية الكلاب في شارع النخيل رقم ١٦؟",
         ("عقد إيجار\nالعقار: شارع النخيل رقم 16", "يوجد موقف سيارة."),
         ("عقد إيجار\nالعقار: شارع النخيل رقم ١٤", "لا يسمح بتربية الكلاب.")),
        ("ja", "青葉荘203号室では犬を飼えますか",
         ("賃貸借契約書\n物件：青葉荘203号室", "駐車場がある。"),
         ("賃貸借契約書\n物件：青葉荘101号室", "犬の飼育は禁止する。")),
        ("zh", "请问建国路18号的租金是多少？",
         ("租赁合同\n地址：建国路18号", "租金为三千元。"), ("租赁合同\n地址：建国路20号", "租金为四千元。")),
        ("pl", "Czy przy Długiej 10 można trzymać psy?",
         ("Umowa najmu\nLokal: Długa 10, Gdańsk", "Do lokalu należy piwnica."),
         ("Umowa najmu\nLokal: Długa 8, Gdańsk", "Trzymanie psów jest zabronione.")),
        ("ru", "Какая плата на Садовой 5?",
         ("Договор найма\nАдрес: Садовая 5", "Плата 900 рублей."),
         ("Договор найма\nАдрес: Садовая 7", "Плата 700 рублей.")),
        ("el", "Επιτρέπονται σκύλοι στην Ερμού 24;",
         ("Μισθωτήριο\nΑκίνητο: Ερμού 24", "Η εγγύηση είναι 1.220 ευρώ."),
         ("Μισθωτήριο\nΑκίνητο: Ερμού 22", "Δεν επιτρέπονται σκύλοι.")),
    ],
)  # fmt: skip
def test_twins_are_told_apart_in_other_scripts(
    language: str, question: str, right: tuple[str, str], other: tuple[str, str]
) -> None:
    """The lease of the neighbours was quoted: nothing in these scripts has a capital, or the name was declined."""
    assert of_two(question, language, right, other) == [right[1]]


@pytest.mark.parametrize(
    ("word", "other", "is_form"),
    [
        ("lipowa", "lipowej", True), ("długa", "długiej", True), ("długiej", "długa", True),
        ("садовая", "садовой", True), ("lipowa", "lipcu", False), ("lipowej", "lipcu", False),
    ],
)  # fmt: skip
def test_forms_of_a_declined_word(word: str, other: str, is_form: bool) -> None:
    assert bool(re.match(stem_of(word), other)) is is_form


def test_papers_with_the_same_heading_are_twins_though_their_clauses_differ() -> None:
    ours = "# Tenancy agreement\n\n**Premises:** 9 Harbour Row\n\nBicycles are kept in the cellar."
    theirs = "TENANCY AGREEMENT\nPremises: 12 Mill Lane\nPets may stay. Smoking is not permitted."
    question = "Is smoking permitted at Harbour Row 9?"
    kept = of_two(question, "en", (ours, "Bicycles are kept in the cellar."), (theirs, "Smoking is not permitted."))
    assert kept == ["Bicycles are kept in the cellar."]
    letter = theirs.replace("TENANCY AGREEMENT", "HOUSE RULES")
    assert len(of_two(question, "en", (ours, "Bicycles."), (letter, "Smoking is not permitted."))) == 2


def test_papers_under_one_letterhead_are_no_twins() -> None:
    """House rules that hold for all flats were left out: they begin with the landlord's name, as the lease does."""
    lease = "Harbour Housing Cooperative\n\nTenancy agreement\nPremises: 14 Mill Lane\nThe rent is due on the third."
    rules = "Harbour Housing Cooperative\n\nHouse rules for all our members\nA dog may be kept with our consent."
    question = "May I keep a dog at Mill Lane 14?"
    assert len(of_two(question, "en", (lease, "The rent is due."), (rules, "A dog may be kept with our consent."))) == 2


@pytest.mark.parametrize(
    ("heading", "is_kind"),
    [
        ("tenancy agreement", True), ("residential lease", True), ("mietvertrag", True), ("hausordnung", True),
        ("contract of employment", True), ("contrat de location", True), ("umowa najmu", True),
        ("договор найма", True), ("賃貸借契約書", True), ("房屋租赁合同", True), ("عقد إيجار", True),
        ("임대차계약서", True), ("huurovereenkomst", True), ("μισθωτήριο", True), ("חוזה שכירות", True),
        ("harbour housing cooperative", False), ("policy partners limited", False), ("stadtwerke kiel gmbh", False),
        ("contract cleaning services", False), ("minutes", False), ("dear ann", False),
        ("株式会社青葉", False), ("ооо ромашка", False),
    ],
)  # fmt: skip
def test_heading_says_of_which_kind_a_paper_is(heading: str, is_kind: bool) -> None:
    assert says_kind(heading) is is_kind


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Какова сумма по счёту № 250?", ["250"]),
        ("¿Cuánto es la factura n.º 118?", ["118"]),
        ("ما هو الإيجار في شارع النخيل رقم 16؟", ["16"]),
        ("What does invoice no. 58 say?", ["58"]),
        # A figure may be said in words, and an amount is none.
        ("Which is symphony no. 9?", []),
        ("Is there a fee of no. 58%?", []),
        ("第203号を見てください", []),
    ],
)
def test_number_behind_its_sign_is_that_of_one_thing(question: str, named: list[str]) -> None:
    found = names_in(segmented(question), capitals=True, terms_of=lambda _word: [], known=None)
    assert [name.text for name in found if name.text[0].isdecimal() or name.kind == "numbered"] == named


@pytest.mark.parametrize(
    "question",
    [
        "임대차계약서에 따르면 보증금은 얼마이고 언제까지 돌려받을 수 있으며 관리비는 매달 얼마를 누구에게 내야 하나요",
        "请问按照这份房屋租赁合同的约定押金一共是多少钱以及在退租之后房东最迟应当在什么时候把押金全部退还给承租人",
    ],
)
def test_long_question_without_spaces_or_number_is_read_in_one_way(question: str) -> None:
    """The pattern tried every way to part such a line into words: of 60 characters more than any machine can."""
    assert len(question) > 45
    assert not names_in(question, capitals=True, terms_of=lambda _word: [], known=None)
    [name] = names_in(f"{question} 한빛아파트 101호", capitals=True, terms_of=lambda _word: [], known=None)
    assert name.text == "한빛아파트 101"


def filed(folder: str, name: str, text: str) -> Hit:
    """Return a passage of a document in a folder."""
    found = hit(text, title=name)
    return replace(
        found,
        chunk=replace(found.chunk, document_id=name, id=name, source=f"papers/{folder}/{name}.md"),
        score=0.5,
    )


def test_folder_that_a_question_names_speaks_for_its_documents() -> None:
    hits = [
        filed("Gym", "membership", "You can cancel with one month of notice."),
        filed("Flat", "lease", "The tenant must give three months of notice."),
        filed("Car", "service", "The tyres were changed."),
    ]

    def first(question: str) -> str:
        found = sorted_by_entities(asked(question), hits, {}, is_small=is_small, is_unknown=lambda _word: False).hits
        return found[0].about

    assert first("how much notice for the flat") == "Flat"
    assert first("how much notice for the gym") == "Gym"
    assert first("what do the papers say of notice") == ""


def test_names_are_told_by_how_the_documents_write_them() -> None:
    texts = [("The mill stands by the lane. Rent for Mill Lane is due. He saw Maren at noon.", "en")]
    use = names_by_use({"mill", "lane", "rent", "maren"}, texts, is_small)
    assert use.names == {"maren"}
    assert ("mill", "lane") in names_by_use({"mill", "lane"}, [("It is in Mill Lane.", "en")], is_small).pairs


def test_german_noun_is_a_name_only_beside_another_or_a_number() -> None:
    texts = [("Die Wohnung liegt in der Lindenstraße 8. Die Kaution zahlt Merle Vogt an die Vermieterin.", "de")]
    use = names_by_use({"wohnung", "lindenstraße", "kaution", "merle", "vogt", "vermieterin"}, texts, is_small)
    assert {"lindenstraße", "merle", "vogt"} <= use.names
    assert not {"wohnung", "vermieterin"} & use.names


@pytest.mark.parametrize(
    ("question", "unknown"),
    [
        ("What is the rent of Plover Sails?", "Plover Sails"),
        ("Does HR let Staff carry over Leave?", ""),
        ("Within What Time Must Lost Laptops Be Reported?", ""),
        ("What did Pierre Celeron say?", ""),
    ],
)
def test_unknown_name_has_several_words_and_no_like(question: str, unknown: str) -> None:
    texts = ["Pierre Céloron came in the rain."]
    known = {"pierre", "rent"}
    assert unknown_name(asked(question), texts, is_small, lambda word: word not in known) == unknown


def test_follow_up_replaces_a_name_with_its_number() -> None:
    turns = [Turn("user", "Are dogs allowed at Mill Lane 12?")]
    assert standalone("And at Dock Street 3?", turns) == "Are dogs allowed at Dock Street 3?"


def test_number_sign_denies_nothing() -> None:
    assert not denies("List the tenants of No. 14 Mill Lane")
    assert denies("List the tenants with no deposit")


# In a real index


@pytest.fixture(scope="module")
def leases(model_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the leases of bench/entities, and the folder of double questions."""
    sys.path.insert(0, str(ROOT / "bench"))
    from entities import FOLDERS, ingest

    sys.path.remove(str(ROOT / "bench"))
    home = copied(model_home, tmp_path_factory.mktemp("entities") / "home")
    for name in ("leases", "doubles"):
        ingest(name, tomllib.loads((FOLDERS / f"{name}.toml").read_text(encoding="utf-8")), home)
    return home


def answers(home: Path, collection: str, questions: Sequence[str]) -> list[Answer]:
    async def ask() -> list[Answer]:
        settings = replace(Settings.from_env({"FOOTNOTE_HOME": str(home)}), collection=collection)
        async with open_answerer(settings) as answerer:
            return [await answerer.ask(question) for question in questions]

    return asyncio.run(ask())


def test_answer_is_of_the_named_lease_or_refused(leases: Path) -> None:
    dogs, rent, neighbour = answers(
        leases,
        "leases",
        ["are dogs allowed at harbour row 7", "What is the monthly rent of Mill Lane 14a?", "rent in mill lane 16"],
    )
    assert "must not keep animals" in dogs.statements[0].text
    assert "2,140" in rent.statements[0].text
    assert not neighbour.found
    assert "“mill lane 16”" in neighbour.text
    assert "Mill Lane 12" in neighbour.text


def test_both_halves_of_a_question_are_answered_or_one_is_said_to_be_missing(leases: Path) -> None:
    both, one = answers(
        leases,
        "doubles",
        ["What is the slipway and who works the winch?", "Who works the winch and what does the crane driver earn?"],
    )
    assert "ramp of concrete" in both.text
    assert "Dirk Olsen" in both.text
    assert "Dirk Olsen" in one.text
    assert "crane driver" in one.note
