"""What a reader gets from a weak language model: right answers of the model alone, with Footnote's checks, and quoted.

Questions of data/questions.jsonl that have a gold answer, spread evenly over the set, are asked of the endpoint that
OPENAI_BASE_URL and FOOTNOTE_LLM_MODEL name. An answer is right if it holds a gold answer. "alone" is the model's first
reply as it came; "given" is the answer that the reader gets; "quoted" is the answer without a model. See
bench/README.md.
"""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from qa.answering.answer import Answerer  # noqa: E402
from qa.answering.quoting.quote import EXTRACTIVE  # noqa: E402
from qa.answering.writing.prompt import answer_messages, without_markers  # noqa: E402
from qa.config import Settings  # noqa: E402
from qa.evaluation.dataset import Question, read_dataset  # noqa: E402
from qa.evaluation.evidence import answer_contained  # noqa: E402
from qa.models.chat import ChatModel, Message, Piece, Reply, open_chat_model  # noqa: E402
from qa.types import Answer  # noqa: E402
from qa.wiring import open_retriever  # noqa: E402

WAYS = ("alone", "given", "quoted")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one question; `alone` is the model's first reply, "" where it failed."""

    question: Question
    alone: str
    given: Answer
    quoted: Answer
    seconds: float

    def text(self, way: str) -> str:
        """Return the text of an answer, "" for a refusal."""
        if way == "alone":
            return without_markers(self.alone)
        answer: Answer = getattr(self, way)
        return without_markers(answer.text) if answer.found else ""

    def right(self, way: str) -> bool:
        """Tell whether an answer holds a gold answer."""
        return bool(answer_contained(self.question.answers, self.text(way)))


class Recorded(ChatModel):
    """A model whose replies are kept."""

    def __init__(self, model: ChatModel) -> None:
        vars(self).update(vars(model))
        self.replies: list[str] = []

    async def reply(
        self, messages: Sequence[Message], *, max_tokens: int | None = None, tools: Sequence[Mapping[str, Any]] = ()
    ) -> AsyncGenerator[Piece, None]:
        """Yield what comes; the whole reply is kept, however little of it is read."""
        # For a follow-up, the model first writes the question in full.
        answers = str(messages[0]["content"]).startswith(answer_messages("", ())[0]["content"][:40])
        written, number = "", len(self.replies)
        if answers:
            self.replies.append("")
        async with aclosing(super().reply(messages, max_tokens=max_tokens, tools=tools)) as pieces:
            async for piece in pieces:
                written = piece.text if isinstance(piece, Reply) else written + getattr(piece, "text", "")
                if answers:
                    self.replies[number] = written
                yield piece


def main() -> None:
    """Print how many answers are right each way, and where the reader got less than the quoted answer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, help="folder of an index that holds data/; default as for footnote ask")
    parser.add_argument("--questions", type=int, default=25)
    parser.add_argument("--passages", type=int, default=4, help="passages that the model is given")
    parser.add_argument("--timeout", type=float, default=300.0, help="seconds until its first word")
    parser.add_argument("--each", action="store_true", help="print every question and its answers")
    arguments = parser.parse_args()
    home = {"FOOTNOTE_HOME": str(arguments.home)} if arguments.home else {}
    settings = Settings.from_env(
        {**os.environ, **home}, timeout_s=arguments.timeout, top_k=arguments.passages, context_tokens=0
    )
    if not settings.llm_model:
        parser.error("set FOOTNOTE_LLM_MODEL and OPENAI_BASE_URL to the endpoint of a model")
    asked = [item for item in read_dataset(ROOT / "data").questions if item.answers and item.expected is None]
    asked = asked[:: max(1, len(asked) // arguments.questions)][: arguments.questions]
    outcomes = asyncio.run(outcomes_of(asked, settings, each=arguments.each))
    print("questions | " + " | ".join(WAYS) + " | quoted in place of the model | seconds a question")
    counts = [sum(item.right(way) for item in outcomes) for way in WAYS]
    fell_back = sum(item.given.model == EXTRACTIVE for item in outcomes)
    seconds = sum(item.seconds for item in outcomes) / len(outcomes)
    print(f"{len(outcomes)} | " + " | ".join(map(str, counts)) + f" | {fell_back} | {seconds:.1f}")
    worse = [item for item in outcomes if item.right("quoted") and not item.right("given")]
    print(f"worse than the quoted answer: {len(worse)}")
    for item in worse:
        show(item)


async def outcomes_of(questions: Sequence[Question], settings: Settings, *, each: bool) -> list[Outcome]:
    """Ask every question with the model and without."""
    found = []
    opened = open_chat_model(
        settings.llm_model,
        api_key=settings.openai_api_key,
        base_url=settings.openai_base_url,
        timeout_s=settings.timeout_s,
        max_tokens=300,
    )
    async with open_retriever(settings) as retriever, opened as opened_model:
        model = Recorded(opened_model)
        options: Any = {"top_k": settings.top_k, "context_tokens": 0, "language": retriever.language}
        with_model = Answerer(retriever, llm=model, threshold=settings.threshold, **options)
        without = Answerer(retriever, threshold=settings.threshold, **options)
        for question in questions:
            model.replies = []
            began = time.monotonic()
            given = await with_model.ask(question.text, question.turns)
            seconds = time.monotonic() - began
            alone = model.replies[0] if model.replies else ""
            found.append(Outcome(question, alone, given, await without.ask(question.text, question.turns), seconds))
            if each:
                show(found[-1])
    return found


def show(item: Outcome) -> None:
    """Print a question and its answers."""
    print(f"{item.question.id} {item.question.text} ({' / '.join(item.question.answers)}) {item.seconds:.0f} s")
    for way in WAYS:
        print(f"  {'+' if item.right(way) else '-'} {way}: {' '.join(item.text(way).split())[:300]}")
    verdicts = [f"{statement.support}{' (added)' * statement.added}" for statement in item.given.statements]
    print(f"  {item.given.model}: {item.given.note} {verdicts} {list(item.given.trace.tried)}", flush=True)


if __name__ == "__main__":
    main()
