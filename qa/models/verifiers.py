"""Models that say whether a passage supports a sentence: of natural language inference, or of groundedness.

They are cross-encoders, loaded as rerankers are. The labels in `config.json` tell what their numbers mean.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from qa.errors import ModelError
from qa.models.onnx_copy import config_of
from qa.models.rerankers import RerankingModel, cross_encoder
from qa.paths import expanded

# Parts of labels that mean the passage supports the sentence, or contradicts it.
_FOR = ("entail", "support", "consistent", "faithful", "grounded", "true", "yes")
_AGAINST = ("contradict", "refute", "inconsistent", "unfaithful", "hallucinat", "false")
_NOT = ("not", "un", "non", "no_", "in")


@dataclass(frozen=True, slots=True)
class Opinion:
    """How probable it is that a passage supports a sentence, and that it contradicts it; both in [0, 1].

    A model of groundedness gives only the first: a passage that does not support a sentence may contradict it or not.
    """

    supports: float
    contradicts: float = 0.0


# Scores pairs of a passage and a sentence, one number per label.
_Labelling = Callable[[Sequence[tuple[str, str]]], list[list[float]]]


class VerifyingModel:
    """A model by its name; `load` loads it."""

    def __init__(self, name: str) -> None:
        """Take a folder, or a name that fastembed or the model hub knows; nothing is imported yet."""
        self.name = name
        self._labelling: _Labelling | None = None
        self._labels: tuple[int, ...] = ()
        self._against: tuple[int, ...] = ()

    def load(self) -> None:
        """Load the model, once.

        Raises:
            ModelError: There is no such model, it is not a cross-encoder, or its labels do not say what they mean.
        """
        if self._labelling is not None:
            return
        folder = expanded(self.name)
        if folder.is_dir() and len(config_of(folder).get("id2label", "1")) == 1:
            ranking = RerankingModel(self.name)
            ranking.load()
            self._labelling = lambda pairs: [[score] for each in pairs for score in ranking.score(each[1], [each[0]])]
            self._labels = (0,)
            return
        labelled = cross_encoder(self.name, setting="FOOTNOTE_VERIFIER")
        self._labels, self._against = meanings(self.name, labelled.labels)
        self._labelling = labelled.logits

    def opinions(self, pairs: Sequence[tuple[str, str]]) -> list[Opinion]:
        """Return one opinion per pair of a passage and a sentence.

        Raises:
            ModelError: The model cannot be loaded, or failed.
        """
        self.load()
        if self._labelling is None:
            raise AssertionError("load sets it or raises")
        try:
            made = self._labelling(pairs)
        except Exception as error:  # whatever the model's library raises
            reason = (str(error).strip().splitlines() or ["no reason"])[0][:200]
            raise ModelError(
                f'verifier "{self.name}" failed ({type(error).__name__}: {reason}); '
                "use another one, or leave FOOTNOTE_VERIFIER out"
            ) from error
        return [self._opinion(logits) for logits in made]

    def _opinion(self, logits: Sequence[float]) -> Opinion:
        if len(logits) == 1:
            return Opinion(1 / (1 + math.exp(-max(-50.0, min(50.0, logits[0])))))
        highest = max(logits)
        powers = [math.exp(logit - highest) for logit in logits]
        shares = [power / sum(powers) for power in powers]
        return Opinion(sum(shares[at] for at in self._labels), sum(shares[at] for at in self._against))


def meanings(name: str, labels: Mapping[int, str]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the labels that mean a passage supports a sentence, and those that mean it contradicts it.

    Args:
        name: Name of the model.
        labels: Names of the labels by number; of two without names, the second supports, as in models of groundedness.

    Raises:
        ModelError: The names do not tell.
    """
    if len(labels) == 1:
        return (0,), ()
    plain = {number: label.lower().replace("-", "_").replace(" ", "_") for number, label in labels.items()}
    against = tuple(number for number, label in plain.items() if any(word in label for word in _AGAINST))
    supporting = tuple(
        number
        for number, label in plain.items()
        if number not in against and any(word in label for word in _FOR) and not label.startswith(_NOT)
    )
    if not supporting and len(labels) == 2 and all(label.startswith("label_") for label in plain.values()):
        return (1,), ()
    if not supporting:
        raise ModelError(
            f'verifier "{name}" has the labels {", ".join(labels.values())}, of which none says that a passage '
            "supports a sentence; use a model of inference or groundedness, or leave FOOTNOTE_VERIFIER out"
        )
    return supporting, against
