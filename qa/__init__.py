"""Footnote: answers from your own documents, with a footnote under every sentence."""

import os

# onnxruntime collects data on its use, keeps it below the user's home and knows an address to send it to. It reads this
# variable when it is loaded, and none of our code loads it before this line.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

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
