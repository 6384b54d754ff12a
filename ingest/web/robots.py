"""What a site's robots.txt allows, as RFC 9309 has it; the only file with protego."""

import codecs
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa.errors import LoadError

if TYPE_CHECKING:
    from protego import Protego

AGENT = "Footnote"
# The least that the standard asks a reader to take; what is further down is not read.
MAX_BYTES = 500 * 1024
MAX_DELAY_S = 30.0


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one site; without any, all is allowed."""

    rules: "Protego | None" = None

    @property
    def delay_s(self) -> float:
        """How long it wants to be left alone between two requests: at most half a minute, 0 if it does not say."""
        wanted = self.rules.crawl_delay(AGENT) if self.rules else None
        return min(max(wanted or 0.0, 0.0), MAX_DELAY_S)

    def check(self, url: str) -> None:
        """Do nothing if the page may be fetched.

        Raises:
            LoadError: It may not.
        """
        if self.rules and not self.rules.can_fetch(url, AGENT):
            raise LoadError(
                url, "the site's robots.txt asks programs to stay away from it; save it and ingest the file"
            )


def read(host: str, status: int, body: bytes | None) -> Robots:
    """Read the answer to the request for robots.txt.

    There is none (a status of 400 to 499, but for 429): all is allowed.

    Raises:
        LoadError: It cannot be told what is allowed, so nothing is.
    """
    if status == 200:
        from protego import Protego

        text = (body or b"").removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace")
        return Robots(Protego.parse(text))
    if 400 <= status < 500 and status != 429:
        return Robots()
    raise LoadError(
        host,
        f"its site does not say what programs may fetch (robots.txt: status {status}); try again later",
        passing=True,
    )
