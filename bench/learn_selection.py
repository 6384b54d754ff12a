"""Teaches the packaged model whether a sentence answers a question; writes `qa/models/answer_selection.safetensors`.

    python bench/learn_selection.py FOLDER --output FILE

The packaged file was learned by an earlier form of this, in three stages of 400, 1,100 and 420 steps, the last on
invented papers too. FOLDER holds published questions: files `*.json` in the format of SQuAD, `*.jsonl` in that of QED,
and the folder `data-by-origin` of FairytaleQA. docs/models.md names them; questions about invented papers join them.
None of the sets that Footnote is measured on is among them. A sentence with the answer is
right; wrong ones are the likest of its passage and the likest of all other passages that do not hold the answer. On
two cores an epoch takes an hour or more.
"""

import argparse
import csv
import json
import random
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import torch
from safetensors.numpy import save_file
from transformers import AutoModel

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from qa.config import PACKAGED_MODEL  # noqa: E402
from qa.models.answer_selection import Candidate, pair_of  # noqa: E402
from qa.models.onnx_copy import model_path  # noqa: E402
from qa.models.saved_tokenizer import read_tokenizer  # noqa: E402
from qa.text.reading import read_sentences  # noqa: E402

sys.path.insert(0, str(ROOT / "bench"))
from invented import invented  # noqa: E402

RANK = 32
RATE, WARM = 1e-3, 100
# Questions of a step; its pairs are read in so many parts, each padded to its longest.
QUESTIONS, PARTS = 16, 4
# A right sentence counts for two wrong ones of the several beside it.
RIGHT = 2.0
# Wrong sentences: of the same passage, and of other ones, among so many that share the question's words.
WITHIN, BEYOND, LOOKED_AT = 2, 2, 12
WINDOW = 1200
# Questions about invented papers.
INVENTED = 9_000
SHORTEST = 9


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage with its sentences and questions; each question has the places and texts of its answers."""

    title: str
    sentences: Sequence[Any]
    questions: Sequence[tuple[str, Sequence[tuple[int, str]]]]


@dataclass(frozen=True, slots=True)
class Example:
    """A question with sentences; the first answers if `is_answered`, no other does."""

    question: str
    candidates: Sequence[Candidate]
    is_answered: bool


def main() -> None:
    """Learn from a folder of questions."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=0, help=f"of {QUESTIONS} questions each; 0 for one epoch")
    arguments = parser.parse_args()
    rng = random.Random(0)
    sets = [list(read(file, rng)) for file in sorted(arguments.folder.glob("*.json*"))]
    sets.append(list(read_tales(arguments.folder / "data-by-origin")))
    examples = [example for passages in sets if passages for example in made_of(passages)]
    examples += [Example(*made) for made in invented(rng, INVENTED)]
    rng.shuffle(examples)
    print(f"{len(examples)} questions, {sum(len(example.candidates) for example in examples)} pairs", flush=True)
    learn(examples, arguments.steps or len(examples) // QUESTIONS, arguments.output, rng)


def made_of(passages: Sequence[Passage]) -> Iterator[Example]:
    """Yield the questions of a set, each with sentences that answer it and that don't."""
    passages = [passage for passage in passages if passage.sentences]
    places = [(number, at) for number, passage in enumerate(passages) for at in range(len(passage.sentences))]
    index = bm25s.BM25()
    index.index([words(passages[number].sentences[at].text) or ["-"] for number, at in places], show_progress=False)
    for number, passage in enumerate(passages):
        for question, answers in passage.questions:
            right = [at for at, sentence in enumerate(passage.sentences) if any(holds(sentence, *a) for a in answers)]
            if answers and not right:
                continue
            gold = {text.lower() for _, text in answers}
            asked = [word for word in words(question) if word in index.vocab_dict]
            wrong = [at for at in range(len(passage.sentences)) if not says(passage.sentences[at].text, gold)]
            wrong.sort(key=lambda at: -len(set(asked) & set(words(passage.sentences[at].text))))
            found = [candidate(passage, at) for at in (*right[:1], *wrong[:WITHIN])]
            if asked:
                [near], _ = index.retrieve([asked], k=min(LOOKED_AT, len(places)), show_progress=False)
                beyond = [(passages[places[at][0]], places[at]) for at in near if places[at][0] != number]
                others = [candidate(other, at) for other, (_, at) in beyond if not says(other.sentences[at].text, gold)]
                found += others[:BEYOND]
            if len(found) > 1:
                yield Example(question, found, bool(right))


def read(file: Path, rng: random.Random) -> Iterator[Passage]:
    """Yield the passages of a file."""
    if file.suffix == ".jsonl":
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            answers = [(span["start"], span["string"]) for spans in row["original_nq_answers"] for span in spans]
            yield passage(row["title_text"], row["paragraph_text"], [(row["question_text"], answers)])
        return
    for article in json.loads(file.read_text(encoding="utf-8"))["data"]:
        title = str(article.get("title") or "").replace("_", " ")
        for paragraph in article["paragraphs"]:
            text = paragraph["context"]
            asked = [(q["question"], [(a["answer_start"], a["text"]) for a in q["answers"]]) for q in paragraph["qas"]]
            if len(text) < 10 * WINDOW:
                yield passage(title, text, asked)
                continue
            # A whole paper: each question gets what stands around its answer.
            for question, answers in asked:
                if not answers:
                    continue
                begin = text.find(" ", max(0, answers[0][0] - rng.randint(200, 700))) + 1
                moved = [(start - begin, answer) for start, answer in answers]
                yield passage(title, text[begin : begin + WINDOW], [(question, moved)])


def read_tales(folder: Path) -> Iterator[Passage]:
    """Yield the sections of FairytaleQA's tales, with the questions that words of one section answer."""
    for file in sorted(folder.glob("questions/*/*-questions.csv")):
        tale = folder / "section-stories" / file.parent.name / file.name.replace("-questions", "-story")
        if not tale.exists():
            continue
        asked: dict[str, list[tuple[str, list[tuple[int, str]]]]] = {}
        sections = {row["section"]: row["text"] for row in rows(tale)}
        for row in rows(file):
            answer, text = row["answer1"].strip(" .").lower(), sections.get(row["cor_section"], "")
            if row["ex-or-im1"] == "explicit" and len(answer) > 2 and (start := text.lower().find(answer)) >= 0:
                asked.setdefault(row["cor_section"], []).append((row["question"], [(start, answer)]))
        for section, questions in asked.items():
            yield passage("", sections[section], questions)


def rows(file: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        return list(csv.DictReader(stream))


def passage(title: str, text: str, asked: Sequence[tuple[str, Sequence[tuple[int, str]]]]) -> Passage:
    """Return a passage with its sentences."""
    sentences = [sentence for sentence in read_sentences(text) if len(sentence.text) >= SHORTEST]
    return Passage("" if re.search(r"\d{2}|Filtered", title) else title, sentences, asked)


def candidate(of: Passage, at: int) -> Candidate:
    """Return a sentence as the model reads it."""
    return Candidate(of.sentences[at].text, of.sentences[at - 1].text if at else "", of.title)


def holds(sentence: Any, start: int, answer: str) -> bool:
    """Tell whether an answer stands in a sentence."""
    return bool(sentence.start <= start and start + len(answer) <= sentence.end + 2)


def says(text: str, answers: set[str]) -> bool:
    """Tell whether a text holds one of some answers anywhere."""
    return any(answer in text.lower() for answer in answers)


def words(text: str) -> list[str]:
    """Return the longer words of a text."""
    return re.findall(r"\w{3,}", text.lower())


class Lora(torch.nn.Module):
    """A dense layer with a product of two narrow matrices added to its own."""

    def __init__(self, dense: torch.nn.Linear) -> None:
        super().__init__()
        self.dense = dense
        self.a = torch.nn.Parameter(torch.randn(RANK, dense.in_features) / dense.in_features**0.5)
        self.b = torch.nn.Parameter(torch.zeros(dense.out_features, RANK))

    def forward(self, value: torch.Tensor) -> torch.Tensor:
        """Return what the layer makes of a value."""
        return self.dense(value) + (value @ self.a.T) @ self.b.T  # type: ignore[no-any-return]


class Selector(torch.nn.Module):
    """The packaged model with what is learned."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        self.bert = AutoModel.from_pretrained(folder)
        self.bert.requires_grad_(False)
        for layer in self.bert.encoder.layer:
            attention = layer.attention
            for place, name in (
                *((attention.self, name) for name in ("query", "key", "value")),
                *((place, "dense") for place in (attention.output, layer.intermediate, layer.output)),
            ):
                setattr(place, name, Lora(getattr(place, name)))
            for normalisation in (attention.output.LayerNorm, layer.output.LayerNorm):
                normalisation.requires_grad_(True)
        self.bert.embeddings.token_type_embeddings.requires_grad_(True)
        self.bert.embeddings.LayerNorm.requires_grad_(True)
        self.classifier = torch.nn.Linear(self.bert.config.hidden_size, 1)

    def forward(self, pairs: Sequence[Any]) -> torch.Tensor:
        """Return the log-odds of pairs, of shape (len(pairs),)."""
        longest = -(-max(len(pair.ids) for pair in pairs) // 16) * 16
        ids, mask, kinds = (torch.zeros(len(pairs), longest, dtype=torch.long) for _ in range(3))
        for row, pair in enumerate(pairs):
            ids[row, : len(pair.ids)] = torch.tensor(pair.ids)
            mask[row, : len(pair.ids)] = 1
            kinds[row, pair.second : len(pair.ids)] = 1
        with torch.autocast("cpu", dtype=torch.bfloat16):
            state = self.bert(input_ids=ids, attention_mask=mask, token_type_ids=kinds).last_hidden_state[:, 0]
        return self.classifier(state.float())[:, 0]  # type: ignore[no-any-return]

    def learned(self) -> dict[str, Any]:
        """Return what is learned, as `qa.models.answer_selection` reads it."""
        found = {
            name.removeprefix("bert."): value.detach().numpy().astype(np.float16)
            for name, value in self.named_parameters()
            if value.requires_grad
        }
        return found | {f"classifier.{n}": v.detach().numpy() for n, v in self.classifier.named_parameters()}


def learn(examples: Sequence[Example], steps: int, output: Path, rng: random.Random) -> None:
    """Learn for some steps, and write what was learned."""
    torch.manual_seed(0)
    folder = model_path(PACKAGED_MODEL)
    values = [json.loads((Path(folder) / name).read_text("utf-8")) for name in ("config.json", "tokenizer_config.json")]
    saved = read_tokenizer(Path(folder), *values)
    if saved is None:
        raise SystemExit("the packaged model's tokenizer cannot be read")
    model = Selector(folder)
    free = [value for value in model.parameters() if value.requires_grad]
    optimiser = torch.optim.AdamW(free, lr=RATE, weight_decay=0.01)
    losses: list[float] = []
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = RATE * min(1.0, (step + 1) / WARM) * max(0.02, 1 - step / steps)
        drawn = rng.sample(examples, min(QUESTIONS, len(examples)))
        pairs = [pair_of(example.question, each, saved.tokenizer) for example in drawn for each in example.candidates]
        loss = loss_of(drawn, in_parts(model, pairs))
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(free, 1.0)
        optimiser.step()
        losses.append(float(loss.detach()))
        if step % 100 == 99:
            print(f"{step + 1} of {steps}: loss {np.mean(losses[-100:]):.3f}", flush=True)
            save_file(model.learned(), output)
    save_file(model.learned(), output)


def in_parts(model: Selector, pairs: Sequence[Any]) -> torch.Tensor:
    """Return the log-odds of pairs, those of like length read together."""
    order = sorted(range(len(pairs)), key=lambda number: len(pairs[number].ids))
    size = -(-len(pairs) // PARTS)
    parts = [order[first : first + size] for first in range(0, len(order), size)]
    found = torch.cat([model([pairs[number] for number in part]) for part in parts])
    return found[torch.tensor(np.argsort([number for part in parts for number in part]))]


def loss_of(examples: Sequence[Example], odds: torch.Tensor) -> torch.Tensor:
    """Return the loss of each pair by itself, and of the choice among a question's sentences and no answer at all."""
    truth = torch.tensor(
        [float(example.is_answered and not at) for example in examples for at in range(len(example.candidates))]
    )
    alone = torch.nn.functional.binary_cross_entropy_with_logits(odds, truth, pos_weight=torch.tensor(RIGHT))
    first, choices = 0, []
    for example in examples:
        own = torch.cat([torch.zeros(1), odds[first : first + len(example.candidates)]])
        first += len(example.candidates)
        choices.append(-torch.log_softmax(own, 0)[int(example.is_answered)])
    return alone + 0.5 * torch.stack(choices).mean()


if __name__ == "__main__":
    main()
