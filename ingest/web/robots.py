"""What a site's robots.txt allows, by RFC 9309; the only file that knows protego."""

import codecs
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa.errors import LoadError

if TYPE_CHECKING:
    from protego import Protego

AGENT = "Footnote"
# The length that the standard asks every reader to take at least; what is further down is not read.
MAX_BYTES = 500 * 1024
MAX_DELAY_S = 30.0


@dataclass(frozen=True, slots=True)
class Robots:
    """What one site allows: everything without rules, nothing if it cannot be told.

    Attributes:
        rules: As they were read.
        unknown: Why it cannot be told, "" if it can.
        passing: Whether a later try may tell.
    """

    rules: "Protego | None" = None
    unknown: str = ""
    passing: bool = False

    @property
    def delay_s(self) -> float:
        """How long it wants to be left alone between two requests: at most half a minute, 0 if it does not say."""
        wanted = self.rules.crawl_delay(AGENT) if self.rules else None
        return min(max(wanted or 0.0, 0.0), MAX_DELAY_S)

    def check(self, url: str) -> None:
        """Check that a page may be fetched.

        Raises:
            LoadError: It may not.
        """
        if self.unknown:
            raise LoadError(url, self.unknown, passing=self.passing)
        if self.rules and not self.rules.can_fetch(url, AGENT):
            raise LoadError(
                url, "the site's robots.txt asks programs to stay away from it; save it and ingest the file"
            )


def read(status: int, body: bytes | None) -> Robots:
    """Read the answer to the request for robots.txt.

    A status of 400 to 499, but for 429, says that there is none, so all is allowed. Any other but 200 says nothing,
    so nothing is.
    """
    if status == 200:
        from protego import Protego

        text = (body or b"").removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace")
        return Robots(Protego.parse(text))
    if 400 <= status < 500 and status != 429:
        return Robots()
    reason = f"its site does not say what programs may fetch (robots.txt: status {status}); try again later"
    return Robots(unknown=reason, passing=True)
