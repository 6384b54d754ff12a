"""Bilingual dictionaries in dictd's format: looked up, read, and refused where they are damaged."""

import gzip
import random
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from files import write_dictionary

from qa.errors import ConfigError
from qa.text.dictionaries import NONE, SYSTEM_FOLDER, Dictionaries

# As FreeDict's larger dictionaries have them: entries with remarks, examples, references and objects of verbs.
HARNESS = [
    (
        "harness",
        "Geschirr <neut> [agr.]  [transp.]\n         Note: für Zugtiere\n see: {horse harness}, {driving harness}\n",
    ),
    (
        "harness",
        'etw. anschirren, anlegen (Gurt)\n      "to harness a horse"  - ein Pferd anschirren\n   Synonym: {yoke}',
    ),
    ("harness", "Sicherheitsgeschirr; Geschirr"),
]
CHAIR = ("chair", "1. chaise\n2. siège")


def test_entries_are_read_in_their_order_each_translation_once(tmp_path: Path) -> None:
    write_dictionary(tmp_path, "freedict-eng-deu", HARNESS)
    found = Dictionaries(str(tmp_path)).translations("harness", "en", "de")
    assert found == ("Geschirr", "anschirren", "anlegen", "Sicherheitsgeschirr")


def test_translations_behind_a_remark_are_read(tmp_path: Path) -> None:
    body = ' [chem.] oxygen <n>\n      "Sauerstoff der Luft"  - atmospheric oxygen\n see: {flüssiger Sauerstoff}\n'
    write_dictionary(tmp_path, "deu-eng", [("Sauerstoff", body)])
    assert Dictionaries(str(tmp_path)).translations("sauerstoff", "de", "en") == ("oxygen",)


def test_short_forms_are_no_part_of_a_translation(tmp_path: Path) -> None:
    entries = [
        ("norway", "Norwegen <neut> [geogr.] NO,  /nˈəʊ/"),
        ("german", "deutsch <adj> dt.; Deutsche <fem>"),
        ("mr", "Herr <masc> Hr., (mein) Herr"),
    ]
    write_dictionary(tmp_path, "eng-deu", entries)
    dictionaries = Dictionaries(str(tmp_path))
    for word, found in (("norway", ("Norwegen",)), ("german", ("deutsch", "Deutsche")), ("mr", ("Herr",))):
        assert dictionaries.translations(word, "en", "de") == found


def test_numbered_senses_are_read_without_their_numbers(tmp_path: Path) -> None:
    write_dictionary(tmp_path, "eng-fra", [CHAIR, ("catch-22", "1. 22 fois")])
    dictionaries = Dictionaries(str(tmp_path))
    assert dictionaries.translations("chair", "en", "fr") == ("chaise", "siège")
    assert dictionaries.translations("catch-22", "en", "fr") == (), "codes and numbers are the same in any language"


def test_compound_without_an_entry_is_glossed_by_its_parts(tmp_path: Path) -> None:
    words = [
        ("sommer", "summer"),
        ("theater", "theatre"),
        ("heater", "wrong"),
        ("stadt", "town, city"),
        ("rat", "council"),
    ]
    entries = [*words, ("haus", "house"), ("hausrat", "household effects")]
    write_dictionary(tmp_path, "deu-eng", entries)
    write_dictionary(tmp_path, "spa-eng", entries)
    dictionaries = Dictionaries(str(tmp_path))
    for word, gloss in (
        ("sommertheater", "summer theatre"),
        ("stadtrat", "town council"),
        ("stadtsrat", "town council"),
        ("hausrat", "household effects"),
        ("haus", "house"),
        ("xhaus", ""),
        ("stadtratshaus", ""),  # of two parts alone
        ("unbekannt", ""),
        ("rat", "council"),
    ):
        assert dictionaries.gloss(word, "de", "en") == gloss, word
    assert dictionaries.gloss("sommertheater", "es", "en") == "", "Spanish sets its words apart"


def test_first_twelve_translations_are_taken(tmp_path: Path) -> None:
    senses = [f"{letter}wort" for letter in "abcdefghijklmnop"]
    write_dictionary(tmp_path, "eng-deu", [("set", ", ".join(senses))])
    assert Dictionaries(str(tmp_path)).translations("set", "en", "de") == tuple(senses[:12])


@pytest.mark.parametrize("compressed", [True, False])
def test_every_headword_is_found_and_no_other(tmp_path: Path, compressed: bool) -> None:
    dice = random.Random(7)
    alphabet = "abcdeäöüßéñ"
    words = {"".join(dice.choices(alphabet, k=dice.randint(2, 7))) for _ in range(3_000)}
    there, missing = sorted(words)[::2], sorted(words)[1::2]
    # More than one of the pieces that are compressed apart.
    entries = [(word, f"{word[::-1]}\n   {'…' * 40}") for word in there]
    dice.shuffle(entries)
    write_dictionary(tmp_path, "deu-eng", entries, compressed=compressed)
    dictionaries = Dictionaries(str(tmp_path))
    for word in there:
        assert dictionaries.translations(word, "de", "en") == (word[::-1],)
    for word in missing:
        assert dictionaries.translations(word, "de", "en") == ()


def test_threads_share_a_dictionary(tmp_path: Path) -> None:
    words = [f"{one}{other}" for one in "abcdefghij" for other in "klmnopqrst"]
    write_dictionary(tmp_path, "deu-eng", [(word, f"{word * 500}") for word in words])
    dictionaries = Dictionaries(str(tmp_path))
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda word: dictionaries.translations(word, "de", "en"), words * 3))
    assert found == [(word * 500,) for word in words * 3]


def test_languages_that_lead_to_another(tmp_path: Path) -> None:
    for folder, pair in (("one", "eng-deu"), ("two/three", "freedict-spa-eng"), ("two", "fra-eng"), (".", "eng-nor")):
        write_dictionary(tmp_path / folder, pair, [CHAIR])
    (tmp_path / "wordnet.index").write_text("")
    dictionaries = Dictionaries(str(tmp_path))
    assert set(dictionaries.pairs) == {("eng", "deu"), ("spa", "eng"), ("fra", "eng"), ("eng", "nor")}
    assert re.fullmatch(r"eng-deu \(\d+ bytes\), eng-nor \(\d+ bytes\), .+", dictionaries.described())
    assert sorted(dictionaries.sources(["en", "pl"])) == ["es", "fr"]
    assert dictionaries.sources(["de"]) == dictionaries.sources(["nb"]) == ["en"]
    assert dictionaries.sources(["", "xx"]) == dictionaries.sources([]) == []
    assert dictionaries.translations("chair", "en", "nn") == ("chaise", "siège")
    assert dictionaries.translations("chair", "de", "en") == dictionaries.translations("chair", "", "") == ()


def test_none_and_a_system_without_any_have_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("qa.text.dictionaries.SYSTEM_FOLDER", str(tmp_path / "missing"))
    for folder in (NONE, str(tmp_path / "missing"), str(tmp_path)):
        dictionaries = Dictionaries(folder)
        assert (dictionaries.pairs, dictionaries.sources(["en", "de"])) == ({}, [])
        assert dictionaries.translations("chair", "en", "de") == ()


def test_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=f'^the dictionaries\' folder "{tmp_path}/x" does not exist; set FOOTNOTE_D'):
        Dictionaries(f"{tmp_path}/x")


def test_what_dictzip_compressed_is_gzip(tmp_path: Path) -> None:
    """The tests' own writer, which the real dictionaries below need not agree with, makes files that gzip reads."""
    index = write_dictionary(tmp_path, "eng-deu", HARNESS * 100)
    assert gzip.decompress(index.with_suffix(".dict.dz").read_bytes()).count(b"Sicherheitsgeschirr") == 100


@pytest.mark.parametrize("damage", ["empty index", "no tabs", "bad number", "no text", "short text", "not compressed"])
def test_damaged_dictionary_is_named_in_one_line(tmp_path: Path, damage: str) -> None:
    index = write_dictionary(tmp_path, "eng-deu", [CHAIR, *HARNESS] * 50)
    text = index.with_suffix(".dict.dz")
    if damage == "empty index":
        index.write_bytes(b"")
    elif damage == "no tabs":
        index.write_bytes(b"chair\n")
    elif damage == "bad number":
        index.write_bytes("chair\té\tB\n".encode())
    elif damage == "no text":
        text.unlink()
    elif damage == "short text":
        text.write_bytes(text.read_bytes()[:60])
    else:
        text.write_bytes(b"chair" * 100)
    line = f'the dictionary {index} cannot be read (…); install it again, or set FOOTNOTE_DICTIONARIES to "none"'
    with pytest.raises(ConfigError, match=f"^{re.escape(line).replace('…', r'[A-Za-z.]+')}$"):
        Dictionaries(str(tmp_path)).translations("chair", "en", "de")
    with pytest.raises(ConfigError, match="cannot be read"):
        Dictionaries(str(tmp_path)).check()


def test_those_of_this_machine_translate() -> None:
    dictionaries = Dictionaries()
    if ("eng", "deu") not in dictionaries.pairs:
        pytest.skip(f"no English-German dictionary in {SYSTEM_FOLDER}; apt install dict-freedict-eng-deu")
    assert "Nabe" in dictionaries.translations("hub", "en", "de")
    assert dictionaries.translations("journalists", "en", "de")[0] == "Journalisten"
    assert dictionaries.translations("zzzz", "en", "de") == ()
