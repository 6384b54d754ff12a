"""The surfaces that `test_chaos` runs and kills: python chaos_workers.py ROLE HOME LOG [FOLDER ...]."""

import os
import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

QUESTIONS = ("What does paper 7 say about the crane?", "Who keeps the key of the boat house?", "What is item 3?")
CHUNK_TOKENS = "40"


def note(log: Path, line: str) -> None:
    """Append a line that a kill cannot cut in two."""
    with log.open("ab") as file:
        file.write(f"{line}\n".encode())


def ingest(home: Path, log: Path, *folders: Path) -> int:
    """Run `footnote ingest`; the log takes what was acknowledged, one source and version per line."""
    from qa import wiring
    from qa.models import dense
    from qa.models.onnx_copy import ModelCopy, find_copy
    from qa.store import Index, RegisterRow
    from ui.cli import main

    class CopyEmbedder(dense.DenseChunkEmbedder):
        """Embeds chunks by the copy that embeds questions, which loads in a second where torch takes ten."""

        async def copy(self, home: Path) -> ModelCopy:
            found = find_copy(self.name, home)
            assert found
            self._queries = dense.DenseQueryEmbedder(found)
            return found

        async def embed_chunks(self, texts: Sequence[str]) -> NDArray[np.float32]:
            return await self._queries.embed_sentences(texts)

    enroll = Index.enroll

    async def noted(
        self: Index, documents: Sequence[tuple[RegisterRow, Mapping[int, int]]], *, replacing: Collection[str]
    ) -> None:
        await enroll(self, documents, replacing=replacing)
        for row, _ in documents:
            note(log, f"{row.source}\t{row.sha256}")

    wiring.DenseChunkEmbedder = CopyEmbedder  # type: ignore[misc]
    Index.enroll = noted  # type: ignore[method-assign]
    # Small groups: many commits to be killed in.
    import ingest.split.pieces

    ingest.split.pieces.EMBED_CHUNKS = 6
    return main(["ingest", *map(str, folders), "--home", str(home), "--chunk-tokens", CHUNK_TOKENS])


def chat(home: Path, log: Path) -> int:
    """Ask the page one question after another, as a visitor does."""
    os.environ["FOOTNOTE_HOME"] = str(home)
    from streamlit.testing.v1 import AppTest

    while True:
        page = AppTest.from_string("import ui.web.app\n\nui.web.app.main()", default_timeout=60)
        page.run()
        for question in QUESTIONS:
            if not page.chat_input:
                page.run()  # A question of a begun conversation draws its own part alone.
            page.chat_input[0].set_value(question).run()
            errors = [*page.error, *page.exception]
            note(log, f"error: {errors[0].value}" if errors else "answered")
            if errors:
                break


KERNEL = """
import sys
sys.path[:0] = [{root!r}, {tests!r}]
from pathlib import Path
from chaos_workers import QUESTIONS, note
from qa import QAError, Settings, open_answerer
while True:
    try:
        async with open_answerer(Settings.from_env({{}}, home={home!r})) as answerer:
            for _ in range(20):
                for question in QUESTIONS:
                    await answerer.ask(question)
                    note(Path({log!r}), "answered")
    except QAError as error:
        note(Path({log!r}), f"error: {{error}}")
"""


def kernel(home: Path, log: Path) -> int:
    """Run a cell in a kernel of its own, as a notebook does; this process is that kernel's parent."""
    from jupyter_client.manager import KernelManager

    manager = KernelManager(kernel_name="python3")
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    code = KERNEL.format(root=str(ROOT), tests=str(ROOT / "tests"), home=str(home), log=str(log))
    client.execute(code)
    while True:
        message = client.get_iopub_msg(timeout=None)
        if message["msg_type"] == "error":
            note(log, f"Traceback: {message['content']['ename']}: {message['content']['evalue']}")
            return 1


if __name__ == "__main__":
    role, home, log, *rest = sys.argv[1:]
    sys.exit({"ingest": ingest, "chat": chat, "kernel": kernel}[role](Path(home), Path(log), *map(Path, rest)))
