"""A retriever for LlamaIndex: `FootnoteRetriever(collection="papers").retrieve("…")`."""

import asyncio
from collections.abc import Sequence

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from ui.integrations.passages import Passages, metadata


class FootnoteRetriever(BaseRetriever):
    """Finds passages of a Footnote collection."""

    def __init__(self, collection: str = "", *, top_k: int = 8, where: Sequence[str] = ()) -> None:
        """Read the settings; see `Passages`.

        Args:
            collection: Its name, "" for that of the settings.
            top_k: How many passages at most.
            where: Conditions such as "type=pdf", as `--where` takes them.
        """
        super().__init__()
        self._passages = Passages(collection, where)
        self._top_k = top_k

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [
            NodeWithScore(
                node=TextNode(id_=hit.chunk.id, text=hit.chunk.text, metadata=metadata(hit.chunk)), score=hit.score
            )
            for hit in self._passages.find(query_bundle.query_str, self._top_k)
        ]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)
