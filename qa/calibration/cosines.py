"""What a dense model's cosines are worth: measured once for each copy of a model, from texts that are unrelated."""

import contextlib
import json
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.calibration.general import ENGLISH, GENERAL
from qa.models.dense import QueryEmbedder
from qa.models.onnx_copy import ModelCopy, is_packaged
from qa.private import write_file
from qa.retrieval.scale import PLAIN, Scale

_FILE = "cosines.json"
# Of a model whose texts are all alike; dividing by less would make noise of it.
_LEAST_SPREAD = 0.005
# Languages in which multilingual-e5-small's cosines of unrelated texts are others: .816 in Chinese, .792 in Korean and
# .778 in Japanese, where they are .741 in English and .753 to .774 in ten others (a question with a passage of xquad).
_OWN = ("zh", "ja", "ko")


async def scale_of(copy: ModelCopy, dense: QueryEmbedder) -> Scale:
    """Return the scale of a model's cosines, measured now if it was not before.

    Args:
        copy: The model's copy, in whose folder the scale is kept.
        dense: Embeds by it.

    Raises:
        ModelError: The copy is damaged.
    """
    if is_packaged(copy.name):
        return PLAIN
    file = copy.folder / _FILE
    if known := _kept(file):
        return known
    made = await _measured(dense)
    with contextlib.suppress(OSError):  # a home that can only be read measures each time
        write_file(file, json.dumps({"mean": made.mean, "spread": made.spread, "means": dict(made.means)}))
    return made


def _kept(file: Path) -> Scale | None:
    """Return the scale that a file holds; None where there is none, or it is damaged and to be measured again."""
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
        means = {code: float(values["means"][code]) for code in _OWN}
        known = Scale(float(values["mean"]), float(values["spread"]), means)
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return known if math.isfinite(known.mean) and known.spread >= _LEAST_SPREAD else None


async def _measured(dense: QueryEmbedder) -> Scale:
    """Compare each general question with all the others of its language, as a question with passages."""
    english = await _unrelated(dense, ENGLISH)
    means = {code: float((await _unrelated(dense, GENERAL[code])).mean()) for code in _OWN}
    return Scale(float(english.mean()), max(float(english.std()), _LEAST_SPREAD), means)


async def _unrelated(dense: QueryEmbedder, texts: Sequence[str]) -> NDArray[np.float32]:
    passages = await dense.embed_sentences(texts)
    questions = np.array([await dense.embed_query(text) for text in texts])
    return np.asarray((questions @ passages.T)[~np.eye(len(texts), dtype=bool)])
