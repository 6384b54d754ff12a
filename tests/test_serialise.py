"""The one form of an answer outside: what is written is read back, whichever release wrote it."""

import json
from dataclasses import replace
from typing import Any

import pytest
from fakes import chunk, hit
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.serialise import VERSION, answer_values, read_answer
from qa.errors import ConfigError
from qa.types import Answer, Cell, Chunk, Citation, Correction, Direct, Place, Search, Statement, Table, Trace

CHUNK = replace(
    chunk("The deposit is three rents.", heading="Lease › Deposit", page=4), id="c1", metadata={"page_label": "iv"}
)
ANSWER = Answer(
    question="And the deposit?",
    query="What is the lease, and the deposit?",
    text="It is three rents [1]. It is 28 days [2].",
    statements=(
        Statement("It is three rents.", (1,)),
        Statement("It is 28 days.", (2,), "no cited passage holds 28", support="not found", against=(Place(2, 0, 11),)),
    ),
    citations=(Citation(1, CHUNK, ((0, 11), (12, 27))), Citation(2, CHUNK)),
    hits=(replace(hit("The deposit is three rents."), bm25=None, rerank=-3.5), hit("Cats.", rank=2)),
    found=True,
    model="small-model",
    complete=False,
    dropped_markers=2,
    where="type=pdf",
    note="None of your documents mentions “Ada”.",
    route="across",
    direct=Direct("three rents", 0, 6, 17),
    table=Table(("", "Deposit"), ((Cell("Lease"), Cell("three rents", (1,))),)),
    probability=0.75,
    trace=Trace(
        reason="it asks about two documents",
        searches=(Search("deposit", "", 8, 0.5, "rule"),),
        seconds=(("search", 0.25),),
        sent=("c1",),
        thoughts="Rents.",
        tried=("without temperature",),
    ),
    corrections=(Correction("depostis", "deposits"),),
)


def through_json(values: dict[str, Any]) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(json.dumps(values))
    return read


def test_answer_is_read_back_as_it_was() -> None:
    assert read_answer(through_json(answer_values(ANSWER))) == ANSWER


texts = st.text(max_size=30)
chunks = st.builds(Chunk, *[texts] * 3, st.integers(0), *[texts] * 3, *[st.integers(0)] * 3, texts)


@given(
    st.builds(
        Answer,
        *[texts] * 3,
        st.lists(st.builds(Statement, texts, st.lists(st.integers(1)).map(tuple), texts), max_size=2).map(tuple),
        st.lists(
            st.builds(Citation, st.integers(1), chunks, st.lists(st.tuples(st.integers(), st.integers())).map(tuple)),
            max_size=2,
        ).map(tuple),
        st.just(()),
        st.booleans(),
        texts,
    )
)
def test_any_answer_is_read_back_as_it_was(answer: Answer) -> None:
    assert read_answer(through_json(answer_values(answer))) == answer


def test_names_are_those_of_the_dataclasses() -> None:
    """Programs read `footnote ask --json`: a name that goes is a new version."""
    values = answer_values(ANSWER)
    assert values["version"] == VERSION == 1
    assert values["statements"][1] == {
        "text": "It is 28 days.",
        "citations": (2,),
        "problem": "no cited passage holds 28",
        "support": "not found",
        "evidence": (),
        "against": ({"number": 2, "start": 0, "end": 11},),
        "opinion": "",
        "added": False,
        "moved_from": (),
    }
    assert values["citations"][0]["spans"] == [[0, 11], [12, 27]]
    assert values["citations"][0]["chunk"]["metadata"] == {"page_label": "iv"}
    scores = {"score", "cosine", "bm25", "rerank", "learned", "about"}
    ranks = {"rank", "cosine_rank", "words_rank", "found_rank"}
    assert set(values["hits"][0]) == {"chunk", "retriever", *scores, *ranks}


def test_chunks_can_be_kept_elsewhere() -> None:
    held: dict[str, Chunk] = {}

    def keep(chunk: Chunk) -> str:
        held[chunk.id] = chunk
        return chunk.id

    values = through_json(answer_values(ANSWER, chunk_value=keep))
    assert [item["chunk"] for item in values["citations"]] == [CHUNK.id, CHUNK.id]
    assert read_answer(values, read_chunk=held.__getitem__) == ANSWER


def test_what_a_later_version_adds_is_left_out_and_what_it_lacks_has_its_default() -> None:
    values = through_json(answer_values(ANSWER))
    values["confidence"] = values["hits"][0]["flavour"] = values["citations"][0]["chunk"]["colour"] = 1
    del values["where"], values["hits"][1]["learned"]
    assert read_answer(values) == replace(ANSWER, where="")


def test_form_of_a_newer_footnote_is_refused_and_damage_is_an_error() -> None:
    with pytest.raises(ConfigError, match="form 2 was written by a newer Footnote"):
        read_answer({**answer_values(ANSWER), "version": 2})
    whole = answer_values(ANSWER)
    for damaged in ({}, {"version": 1}, {**whole, "hits": 3}, {**whole, "citations": [1]}, [], None):
        with pytest.raises(ValueError, match="this is not an answer"):
            read_answer(damaged)
