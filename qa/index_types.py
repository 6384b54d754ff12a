"""The kinds of index that a vector field can have, as settings name them: "HNSW:M=16,efConstruction=200".

Names and parameters are those of Milvus (milvus.io/docs/index.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from qa.errors import ConfigError
from qa.lazy_regex import lazy_regex
from qa.text.nearest import did_you_mean

_WHOLE: Final = "a whole number"
_ALGORITHMS: Final = ("DAAT_MAXSCORE", "DAAT_WAND", "TAAT_NAIVE")

# What each type takes: the parameters with their ranges, or the values that there are.
_DENSE: Final[Mapping[str, Mapping[str, tuple[int, int]]]] = {
    "AUTOINDEX": {},
    "FLAT": {},
    "HNSW": {"M": (2, 2048), "efConstruction": (1, 1_000_000)},
    "IVF_FLAT": {"nlist": (1, 65_536)},
    "DISKANN": {},
}
_SPARSE: Final = ("AUTOINDEX", "SPARSE_INVERTED_INDEX")
FIELDS: Final = {"dense": tuple(_DENSE), "sparse": _SPARSE}
"""The vector fields of the chunks, and the types that each can have."""

_METRICS: Final = {"dense": "COSINE", "sparse": "IP"}
_FORM = lazy_regex(r"(?P<type>\w+)(?::(?P<parameters>.*))?")


@dataclass(frozen=True, slots=True)
class IndexType:
    """An index of a vector field.

    Attributes:
        name: Milvus' name of the type.
        parameters: What it is built with; what is left out is the engine's own choice.
    """

    name: str
    parameters: Mapping[str, int | str] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return it as `read_index_type` reads it."""
        parameters = ",".join(f"{name}={value}" for name, value in self.parameters.items())
        return f"{self.name}:{parameters}" if parameters else self.name

    def request(self, vectors: str) -> dict[str, Any]:
        """Return what pymilvus is given to build it on a field, "dense" or "sparse"."""
        return {"index_type": self.name, "metric_type": _METRICS[vectors], "params": dict(self.parameters)}


def read_index_type(text: str, vectors: str) -> IndexType:
    """Read a setting such as "HNSW:M=16,efConstruction=200".

    Args:
        text: The setting.
        vectors: The field that it is for, "dense" or "sparse".

    Raises:
        ConfigError: There is no such type, or it does not take a parameter.
    """
    match = _FORM.fullmatch(text.strip())
    name = match["type"].upper() if match else ""
    known = FIELDS[vectors]
    if not match or name not in known:
        hint = did_you_mean(text, known) or f"; use one of {', '.join(known)}"
        raise ConfigError(f'"{text}" is no type of index for {vectors} vectors{hint}')
    parameters: dict[str, int | str] = {}
    for part in filter(None, (match["parameters"] or "").split(",")):
        key, sign, value = (piece.strip() for piece in part.partition("="))
        if not sign:
            raise ConfigError(f'"{part}" is no parameter of an index; write NAME=VALUE, such as M=16')
        parameters[key] = _checked(name, key, value)
    return IndexType(name, parameters)


def described(values: Mapping[str, Any]) -> IndexType:
    """Return the type of an index as an engine describes it."""
    name = str(values.get("index_type", ""))
    known = {**_DENSE.get(name, {}), **({"inverted_index_algo": ()} if name == "SPARSE_INVERTED_INDEX" else {})}
    given = {key: str(values[key]) for key in known if values.get(key) not in (None, "")}
    return IndexType(name, {key: int(value) if value.isdecimal() else value for key, value in given.items()})


def _checked(name: str, key: str, value: str) -> int | str:
    if name == "SPARSE_INVERTED_INDEX" and key == "inverted_index_algo":
        if value.upper() not in _ALGORITHMS:
            raise ConfigError(f'inverted_index_algo "{value}" is unknown; use one of {", ".join(_ALGORITHMS)}')
        return value.upper()
    limits = _DENSE.get(name, {}).get(key)
    if limits is None:
        known = ["inverted_index_algo"] if name == "SPARSE_INVERTED_INDEX" else list(_DENSE.get(name, {}))
        has = f"it takes {', '.join(known)}" if known else "it takes none"
        raise ConfigError(f'{name} has no parameter "{key}"; {has}')
    low, high = limits
    if not value.isdecimal() or not low <= int(value) <= high:
        raise ConfigError(f"{key}={value} is not {_WHOLE} from {low:,} to {high:,}")
    return int(value)
