"""Footnote: answers from your own documents, with a footnote under every sentence."""

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

# onnxruntime collects data on its use, keeps it below the user's home and knows an address to send it to. It reads this
# variable when it is loaded, and none of our code loads it before this line.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

if TYPE_CHECKING:
    from qa.answering import events
    from qa.answering.answer import Answerer
    from qa.config import Settings
    from qa.errors import QAError
    from qa.retrieval.retrieve import Retriever
    from qa.store.where import Filter
    from qa.types import Answer, Citation, Hit, Statement, Turn
    from qa.wiring import open_answerer, open_retriever

__all__ = [
    "Answer",
    "Answerer",
    "Citation",
    "Filter",
    "Hit",
    "QAError",
    "Retriever",
    "Settings",
    "Statement",
    "Turn",
    "events",
    "open_answerer",
    "open_retriever",
]

# Each name is imported when it is first asked for: most commands need few of them, and all take half a second.
_HOMES = {
    "Answer": "types",
    "Answerer": "answering.answer",
    "Citation": "types",
    "Filter": "store.where",
    "Hit": "types",
    "QAError": "errors",
    "Retriever": "retrieval.retrieve",
    "Settings": "config",
    "Statement": "types",
    "Turn": "types",
    "events": "answering.events",
    "open_answerer": "wiring",
    "open_retriever": "wiring",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(f"qa.{_HOMES[name]}")
    value = module if name == "events" else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
