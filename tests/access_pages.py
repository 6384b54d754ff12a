"""Draws each page as each person, without a browser, and prints that as JSON: by collection, person and page.

Run as `access_pages.py COLLECTION ...`, in the home that the environment names; `access_server.py` says who they are.
"""

import json
import os
import sys
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from access_server import PEOPLE, give

from qa.accounts.person import NOBODY


def _chat() -> None:
    from ui.chat import page

    page.main()


def _documents() -> None:
    from ui.documents import page

    page.main()


def _settings() -> None:
    from ui.settings import page

    page.main()


PAGES: dict[str, Callable[[], None]] = {"chat": _chat, "documents": _documents, "settings": _settings}


def _sent(node: Any) -> str:
    """Return all that is sent to the browser of a part of a page."""
    inside = "".join(_sent(child) for child in getattr(node, "children", {}).values())
    return f"{getattr(node, 'proto', '')}{inside}"


def main() -> None:
    from streamlit.testing.v1 import AppTest

    from ui.web import identity

    give(Path(os.environ["FOOTNOTE_HOME"]))
    drawn: dict[str, dict[str, dict[str, str]]] = {collection: {} for collection in sys.argv[1:]}
    for name in (*PEOPLE, ""):
        identity.require_sign_in(lambda _cookies, name=name: PEOPLE.get(name, NOBODY))  # type: ignore[misc]
        for (page, draw), collection in product(PAGES.items(), drawn):
            test = AppTest.from_function(draw, default_timeout=120)
            test.query_params["collection"] = collection
            test.run()
            drawn[collection].setdefault(name, {})[page] = f"{test}\n{_sent(test._tree)}"
    json.dump(drawn, sys.stdout)
    sys.stdout.flush()
    os._exit(0)  # the session's threads need not end in order


if __name__ == "__main__":
    main()
