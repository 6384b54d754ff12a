"""Passages in the forms of other programs, through these programs themselves."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from qa.errors import ConfigError, NoCollectionError

WAVES = "How high may the waves be for a transfer from Plover Dash?"

pytestmark = pytest.mark.models


@pytest.fixture(autouse=True)
def _sample(sample_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_HOME", str(sample_home))


def test_langchain_retrieves() -> None:
    from ui.integrations.langchain import FootnoteRetriever

    retriever = FootnoteRetriever(top_k=3, where=["type=eml"])
    found = retriever.invoke(WAVES)
    assert len(found) == 3
    assert "1.60 m" in found[0].page_content
    assert found[0].metadata["source"] == "data/mail/plover-dash-limit.eml"
    assert [document.id for document in asyncio.run(retriever.ainvoke(WAVES))] == [document.id for document in found]
    with pytest.raises(ValueError, match="topk"):
        FootnoteRetriever(topk=3)  # type: ignore[call-arg]
    # As a step of a chain.
    chain = retriever | (lambda documents: documents[0].page_content)
    assert "1.60 m" in chain.invoke(WAVES)


def test_what_a_retriever_cannot_do_is_said() -> None:
    from ui.integrations.langchain import FootnoteRetriever

    with pytest.raises(ConfigError, match="top_k is 0; it must lie between 1 and 100"):
        FootnoteRetriever(top_k=0).invoke("waves")
    with pytest.raises(NoCollectionError, match=r'there is no collection "wills" yet; there are: documents$'):
        FootnoteRetriever(collection="wills").invoke("waves")


def test_llama_index_retrieves_and_cites() -> None:
    from ui.integrations.llamaindex import FootnoteRetriever

    retriever = FootnoteRetriever("documents", top_k=2)
    found = retriever.retrieve(WAVES)
    assert len(found) == 2
    assert "1.60 m" in found[0].node.get_content()
    assert (found[0].score or 0) >= (found[1].score or 0)
    assert found[0].node.metadata["title"] == "New wave limit for Plover Dash from 10 June"
    assert [node.node_id for node in asyncio.run(retriever.aretrieve(WAVES))] == [node.node_id for node in found]
    [mail, *_] = FootnoteRetriever("documents", where="type=eml").retrieve(WAVES)
    assert mail.node.metadata["source"] == "data/mail/plover-dash-limit.eml"


def test_llm_takes_passages_as_fragments(tmp_path: Path) -> None:
    """The real command: it has found the plugin, and the prompt that it keeps holds the passages."""
    environment = {**os.environ, "LLM_USER_PATH": str(tmp_path / "llm"), "PATH": os.environ["PATH"]}

    def run(*words: str) -> str:
        command = [str(Path(sys.executable).parent / "llm"), *words]
        done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "footnote" in run("fragments", "loaders")
    from ui.integrations.llm import passages

    fragments = passages(f"documents::{WAVES}")
    assert len(fragments) == 8
    assert str(fragments[0]).startswith("[1] New wave limit for Plover Dash from 10 June")
    assert "1.60 m" in str(fragments[0])
