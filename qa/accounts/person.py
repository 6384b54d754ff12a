"""Who asks. Everything that reads or changes something for somebody is told by this value for whom."""

from dataclasses import dataclass
from typing import Literal, get_args

Scope = Literal["read", "write", "admin"]

SCOPES: frozenset[str] = frozenset(get_args(Scope))
"""What a person, or one of their keys, may do at all: read, change documents, look after others."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who asks.

    Attributes:
        name: As they sign in; "" for nobody.
        is_owner_of_all: Whether every collection is theirs, whatever it was given to.
        scopes: Of `SCOPES`. What a role lets them do they may only do within these.
    """

    name: str
    is_owner_of_all: bool
    scopes: frozenset[str]

    def may(self, scope: Scope) -> bool:
        """Tell whether they may do something of this kind at all."""
        return scope in self.scopes


LOCAL = Person("local", True, SCOPES)
"""Who works on this machine without accounts: the user whose files these are. No user can have this name."""

NOBODY = Person("", False, frozenset())
"""Who has not said who they are, where one must."""
