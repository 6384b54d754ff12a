"""How often the check of an answer's sentences is right. See bench/README.md.

The sentences are made from published sets; bench/verify.py has those that were written for the check. Supported are the
answers that people wrote to clapnq's questions, with the passage that they had before them, and the sentences of
squad2's English passages with their German translations in xquad-de, and the other way round. Not supported are the
same sentences with another passage, and with their first number one higher.
"""

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from ranking import default_sets
from translation import translated

from qa.answering.checking.verify import problem
from qa.evaluation import read_dataset
from qa.text.dictionaries import NONE, SYSTEM_FOLDER, Dictionaries
from qa.text.sentences import sentence_spans
from qa.text.terms import BM25
from qa.text.words import SparseEmbedder
from qa.types import Chunk, Document, Hit

# A sentence with its language, and a passage with its own.
Case = tuple[str, str, Document, str]
_FEWEST_WORDS = 5


def main() -> None:
    """Print a row for each kind of cases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dictionaries", default=SYSTEM_FOLDER, help="folder of dictionaries, English and German")
    arguments = parser.parse_args()
    sets = {path.name: path for path in default_sets()}
    print("sentences | n | supported | lacking numbers or names | in few of their words")
    english = reader(NONE)
    for name, cases in clapnq(sets["clapnq"], english).items():
        print(row(name, cases, english))
    for folder in (arguments.dictionaries, NONE):
        print(f"dictionaries: {folder}")
        for name, cases in twins(sets["squad2"], sets["xquad-de"]).items():
            print(row(name, cases, reader(folder)))


def reader(folder: str) -> SparseEmbedder:
    """Return what compares words, with the dictionaries of a folder."""
    return SparseEmbedder(BM25, language="auto", average_terms=100, dictionaries=Dictionaries(folder))


def clapnq(path: Path, words: SparseEmbedder) -> dict[str, list[Case]]:
    """Return written answers with their own passage, and with the other passage that shares most words with each."""
    dataset = read_dataset(path)
    documents = {document.source: document for document in dataset.documents or ()}
    terms = {source: set(words.terms(document.text, "en")) for source, document in documents.items()}
    own: list[Case] = []
    nearest: list[Case] = []
    for question in dataset.questions:
        if question.unanswerable or not question.answers:
            continue
        about = next(source for source, grade in question.relevant.items() if grade)
        for sentence in sentences(re.sub(r"\s+", " ", question.answers[0]), "en"):
            said = set(words.terms(sentence, "en"))
            other = max((source for source in documents if source != about), key=lambda key: len(said & terms[key]))
            own.append((sentence, "en", documents[about], "en"))
            nearest.append((sentence, "en", documents[other], "en"))
    return {
        "clapnq, their own passage": own,
        "clapnq, the nearest other passage": nearest,
        "clapnq, a number changed": list(renumbered(own)),
    }


def twins(squad2: Path, xquad: Path) -> dict[str, list[Case]]:
    """Return sentences of both languages with the translation of their passage, and with another of its article."""
    english = {document.source: document for document in read_dataset(squad2).documents or ()}
    german = {document.source: document for document in read_dataset(xquad).documents or ()}
    found: dict[str, list[Case]] = {}
    for de, en in translated(german.values(), list(english.values())):
        pair = {"en": (english[en], english), "de": (german[de], german)}
        for own, other in (("en", "de"), ("de", "en"), ("de", "de")):
            there, passages = pair[other]
            unrelated = neighbour(there, passages)
            for sentence in sentences(pair[own][0].text, own):
                found.setdefault(f"{own} with the {other} passage", []).append((sentence, own, there, other))
                if unrelated:
                    found.setdefault(f"{own} with another {other} passage", []).append(
                        (sentence, own, unrelated, other)
                    )
    own = {name: cases for name, cases in found.items() if "another" not in name}
    return found | {f"{name}, a number changed": list(renumbered(cases)) for name, cases in own.items()}


def neighbour(document: Document, passages: Mapping[str, Document]) -> Document | None:
    """Return the first other passage of the same article."""
    article = document.source.rpartition("#")[0]
    others = (other for source, other in passages.items() if source.rpartition("#")[0] == article)
    return next((other for other in others if other.source != document.source), None)


def renumbered(cases: Sequence[Case]) -> Iterator[Case]:
    """Yield the sentences that hold a number, with the first one higher by one."""
    for sentence, *rest in cases:
        if re.search(r"\d", sentence):
            yield re.sub(r"\d+", lambda match: str(int(match[0]) + 1), sentence, count=1), *rest


def sentences(text: str, language: str) -> list[str]:
    """Return the sentences of a text that say something."""
    found = (text[start:end] for start, end in sentence_spans(text, language=language))
    return [sentence for sentence in found if len(sentence.split()) >= _FEWEST_WORDS]


def row(name: str, cases: Sequence[Case], words: SparseEmbedder) -> str:
    """Check the sentences and count what is said of them."""
    verdicts = Counter(
        verdict(problem(sentence, [hit(passage, held)], reader=words, answered=own, language="auto"))
        for sentence, own, passage, held in cases
    )
    shares = " | ".join(f"{100 * verdicts[key] / len(cases):.1f}" for key in ("supported", "lacking", "few"))
    return f"{name} | {len(cases)} | {shares}"


def verdict(said: str) -> str:
    """Return one word for what the check says."""
    return "supported" if not said else "few" if "few" in said else "lacking"


def hit(passage: Document, language: str) -> Hit:
    """Return a whole passage as what was found."""
    end = len(passage.text)
    chunk = Chunk("", "", "", 0, "", passage.title, "", 0, 0, end, passage.text, metadata={"language": language})
    return Hit(chunk, 1.0, 1, "scores")


if __name__ == "__main__":
    main()
