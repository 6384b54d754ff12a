"""One ingest through Footnote, as `footnote ingest` does it; `bench/peers.py` calls this.

    python bench/peers_footnote.py sync FOLDER STATE TOKENS

Prints one line of JSON: the seconds from the open index to the last stored chunk, and the texts embedded.
"""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ingest import Splitter, discover, ingest
from qa.config import Settings
from qa.models.dense import DenseChunkEmbedder
from qa.wiring import open_writer, splitter_options


class Counting:
    """The model, which counts what it embeds."""

    def __init__(self, model: DenseChunkEmbedder) -> None:
        self._model = model
        self.embedded = 0

    async def embed_chunks(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed as the model does."""
        self.embedded += len(texts)
        return await self._model.embed_chunks(texts)


async def main(folder: Path, state: Path, tokens: int) -> None:
    """Ingest a folder, and say what it took."""
    # The engine ends with the command, as the peers' does, so that every run starts one.
    settings = Settings(home=state, chunk_tokens=tokens, engine_idle_s=1.0)
    async with open_writer(settings) as writer:
        model = Counting(writer.dense)
        splitter = Splitter(**splitter_options(writer.settings, writer.copy))
        started = time.perf_counter()
        report = await ingest(
            discover([folder]), index=writer.index, splitter=splitter, dense=model, sparse=writer.sparse
        )
        work_s = time.perf_counter() - started
    for failure in report.failed:
        print(f"failed: {failure.source}: {failure.reason}", file=sys.stderr)
    print(json.dumps({"work_s": work_s, "embedded": model.embedded}))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])))
