"""A retriever for LangChain: `FootnoteRetriever(collection="papers").invoke("…")`."""

import asyncio
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field, PrivateAttr

from ui.integrations.passages import Passages, metadata


class FootnoteRetriever(BaseRetriever):
    """Finds passages of a Footnote collection.

    Attributes:
        collection: Its name, "" for that of the settings.
        top_k: How many passages at most.
        where: Conditions such as "type=pdf", as `--where` takes them.
    """

    # A name that is misspelt would be passed over, and its condition with it.
    model_config = ConfigDict(extra="forbid")

    collection: str = ""
    top_k: int = 8
    where: list[str] = Field(default_factory=list)
    _passages: Passages = PrivateAttr()

    def model_post_init(self, context: Any, /) -> None:
        """Read the settings."""
        super().model_post_init(context)
        self._passages = Passages(self.collection, self.where)

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002
    ) -> list[Document]:
        return [
            Document(page_content=hit.chunk.text, id=hit.chunk.id, metadata={**metadata(hit.chunk), "score": hit.score})
            for hit in self._passages.find(query, self.top_k)
        ]

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun
    ) -> list[Document]:
        return await asyncio.to_thread(self._get_relevant_documents, query, run_manager=run_manager.get_sync())
