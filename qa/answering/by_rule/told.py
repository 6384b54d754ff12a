"""What a question is told by, where a rule knows which sentences those are."""

from dataclasses import dataclass, replace

from qa.answering.sentences.quoted_sentences import Quote
from qa.types import Answer, Direct


@dataclass(frozen=True, slots=True)
class Told:
    """Sentences that answer a question by rule.

    Attributes:
        quotes: At least one; the first holds what is asked.
        written: The few words of the first that answer, as it writes them; "" for none.
        said: What stands in front in place of these words, such as their number; "" for them.
        is_sure: Whether it answers however far the question is from the passages.
    """

    quotes: tuple[Quote, ...]
    written: str = ""
    said: str = ""
    is_sure: bool = True

    def direct(self) -> Direct | None:
        """Return the few words in front of the answer, None for none."""
        start = self.quotes[0].text.find(self.written) if self.written else -1
        if start < 0:
            return None
        return Direct(self.said or self.written, 0, start, start + len(self.written))

    def in_front_of(self, answer: Answer) -> Answer:
        """Return an answer of these quotations with its few words."""
        return replace(answer, direct=self.direct() or answer.direct)
