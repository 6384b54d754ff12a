"""Papers of one kind for different people or things, such as two leases: each has values of its own. Pure functions."""

from qa.answering.routes.holdings.genres import is_kind, singular, words_of
from qa.text.casing import word_set
from qa.types import Chunk

# What is made out for somebody or something; of handbooks and policies there is meant to be one.
_PARTY_KINDS = word_set(
    "contract agreement lease tenancy invoice bill offer quotation receipt insurance certificate application "
    "vertrag vereinbarung mietvertrag pachtvertrag arbeitsvertrag rechnung angebot quittung versicherung bescheinigung "
    "zeugnis antrag bewerbung"
)
# What tells versions of one paper apart, and what tells nothing.
_VERSIONS = word_set(
    "draft final signed copy scan old new current amended revised version kopie alt neu entwurf fassung aktuell "
    "unterschrieben the and for with der die das und für mit von vom zum zur"
)
_FEWEST_LETTERS = 3


def of_another_party(one: Chunk, other: Chunk) -> bool:
    """Tell whether two documents are papers of one kind for different people or things.

    Each must be called something that the other is not, by its title and its file's name. Numbers tell nothing:
    versions have them as well.
    """
    named = [_named(chunk) for chunk in (one, other)]
    kinds = [{kind for kind in _PARTY_KINDS if any(word.endswith(kind) for word in words)} for words in named]
    if not set.intersection(*kinds):
        return False
    first, second = ({word for word in words if not is_kind(word)} - _VERSIONS for words in named)
    return bool(first - second) and bool(second - first)


def _named(chunk: Chunk) -> set[str]:
    """Return the words that a document is called by, small and singular."""
    stem = chunk.source.rpartition("/")[2].rpartition(".")[0]
    return {
        singular(word) for word in words_of(f"{chunk.title} {stem}") if len(word) >= _FEWEST_LETTERS and word.isalpha()
    }
