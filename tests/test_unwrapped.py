"""A model's answer that stands in a JSON object: unwrapped strictly, and nothing else is touched."""

import pytest
from conftest import OpenIndex, run
from llm_server import Reply, fake_llm
from test_routes import opened

from qa.answering.events import Finished, TextPiece
from qa.answering.writing.unwrapped import may_be_wrapped, unwrapped


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        ('{"answer": "The rent is 85 euros [1]."}', "The rent is 85 euros [1]."),
        ('```json\n{"answer": "The rent is 85 euros [1].", "sources": [1]}\n```', "The rent is 85 euros [1]."),
        ('```\n{"Response": "Yes [1]."}\n```', "Yes [1]."),
        ('{"answer": "\\u001b[31mThe rent\\u202e is \\ud800 85 euros [1]."}', "The rent is \ufffd 85 euros [1]."),
        ('{"answer": "\\u001b]8;;http://a.example\\u0007Yes [1]."}', "Yes [1]."),
    ],
)
def test_an_answer_in_json_is_unwrapped(reply: str, answer: str) -> None:
    assert unwrapped(reply) == answer
    assert all(may_be_wrapped(reply[:end]) for end in range(1, 20))


@pytest.mark.parametrize(
    "reply",
    [
        "The rent is 85 euros [1].",
        'The file holds {"answer": "no"} [1].',
        '{"answer": {"text": "nested"}}',
        '{"answer": ""}',
        '{"answer": "one", "answer": "two"}',
        '{"answer": "one", "text": "two"}',
        '{"answer": "one", "Answer": "two"}',
        '{"answer": "one", "run": "rm"}',
        '{"rent": "85 euros"}',
        '{"answer": "cut off',
        "[" * 100_000,
        '{"answer":' * 50_000,
        '```json\n{"answer": "one"}\n```\nand more',
        "```",
        f"```json\n{{{' ' * 1_000_000}```y",
    ],
)
def test_any_other_json_stays_what_it_is(reply: str) -> None:
    assert unwrapped(reply) == reply


def test_the_reader_sees_the_answer_and_not_the_json_around_it(new_index: OpenIndex) -> None:
    async def main() -> None:
        with fake_llm() as llm:
            async with opened(new_index, llm=llm) as answerer:
                llm.say(Reply('```json\n{"answer": "The monthly rent of Harbour Row 7 is 2,450 euros [1]."}\n```'))
                events = [event async for event in answerer.stream("What is the monthly rent of Harbour Row 7?")]
                llm.say(Reply('{"answer": "The monthly rent is 2,450 euros [1].\\nQuestion: What is said?"}'))
                copied = await answerer.ask("How high is the monthly rent of Harbour Row 7?")
        assert "Question:" not in copied.text
        finished = events[-1]
        assert isinstance(finished, Finished)
        assert finished.answer.text == "The monthly rent of Harbour Row 7 is 2,450 euros [1]."
        assert "{" not in "".join(event.text for event in events if isinstance(event, TextPiece))

    run(main)
