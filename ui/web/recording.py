"""Writing down who asks and opens what, from wherever it is done; nothing is written where nobody has to sign in."""

import asyncio
from collections.abc import Mapping
from typing import Any

from qa.accounts.audit import Action, Through
from ui.web import identity
from ui.web.access import current_access

_THROUGH: tuple[tuple[str, Through], ...] = (("/v1/", "v1"), ("/api/", "api"), ("/mcp", "mcp"))


def note(action: Action, *, collection: str = "", subject: str = "") -> None:
    """Write down what the person does whose request or page this is."""
    accounts = identity.accounts()
    if accounts is None:
        return
    scope = identity.ASKING.get()
    accounts.audit.note(
        current_access().person,
        action,
        through=_through(scope),
        address=_address(scope),
        collection=collection,
        subject=subject,
    )


async def noted(action: Action, *, collection: str = "", subject: str = "") -> None:
    """Do the same from an event loop, which does not wait for the disk meanwhile."""
    if identity.accounts() is not None:
        await asyncio.to_thread(note, action, collection=collection, subject=subject)


def _through(scope: Mapping[str, Any] | None) -> Through:
    path = scope["path"] if scope else ""
    return next((name for start, name in _THROUGH if path.startswith(start)), "page")


def _address(scope: Mapping[str, Any] | None) -> str:
    client = scope.get("client") if scope else None
    return str(client[0]) if client else ""
