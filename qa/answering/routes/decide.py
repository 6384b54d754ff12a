"""What a language model decides where rules are in doubt: one short call, and no answer of it is shown."""

import logging

from qa.errors import LLMError
from qa.models.chat import ChatModel

_LOG = logging.getLogger(__name__)
_KEPT = 256
_LONGEST_REPLY = 200

_COLLECTION = """You sort questions to a program that holds a person's documents. Does the question ask about the \
documents as such: how many there are, which of them, the newest, which mention something? Then put it as one of these:
How many documents are there?
Which documents are there?
How many documents mention X?
Which documents mention X?
Which documents are from YEAR?
Which documents were written by NAME?
What is the newest document?
If the question asks what the documents say, reply with exactly: NO
Reply with one line."""
_DOCUMENT = "Does the question ask what the document “{title}” says as a whole? Reply with YES or NO alone."


class Decisions:
    """Asks a model once about a question, and remembers what it said."""

    def __init__(self) -> None:
        self._said: dict[tuple[str, str, str], str] = {}

    async def about_collection(self, llm: ChatModel, question: str) -> str:
        """Return a question about the documents as such in plain words; "" where it is another one."""
        reply = await self._ask(llm, _COLLECTION, question)
        return "" if reply.upper().startswith("NO") else reply

    async def about_document(self, llm: ChatModel, question: str, title: str) -> bool:
        """Tell whether a question asks about a document as a whole, not about what the document is named after."""
        return (await self._ask(llm, _DOCUMENT.format(title=title), question)).upper().startswith("YES")

    async def _ask(self, llm: ChatModel, request: str, question: str) -> str:
        key = (llm.name, request, question)
        if key not in self._said:
            if len(self._said) >= _KEPT:
                self._said.clear()
            try:
                messages = [{"role": "system", "content": request}, {"role": "user", "content": question}]
                reply = await llm.complete(messages)
            except LLMError:
                # The question goes where the rules send it; what failed shows again when the answer is written.
                _LOG.debug("the model could not be asked where a question belongs", exc_info=True)
                return ""
            self._said[key] = " ".join(reply.split())[:_LONGEST_REPLY]
        return self._said[key]
