"""Whether a sentence says from the other side what a passage says: "B bought it from A" for "A sold it to B". Pure.

Where the verbs stand at the end, as in German, order tells nothing: the prepositions do.
"""

from collections.abc import Sequence

from qa.answering.checking.fit import Text
from qa.answering.checking.tokens import CONTENT, Token
from qa.text.casing import word_set

# What changes hands, from one who is named behind "from" to one who is named behind "to".
_TRADES = word_set(
    "buy buys bought purchase purchased acquire acquired sell sells sold lend lends lent borrow borrows borrowed"
    " kaufen kauft kaufte gekauft verkaufen verkauft verkaufte erwerben erwarb erworben veräußern veräußerte veräußert"
    " mieten mietet mietete gemietet vermieten vermietet vermietete"
)
_FROM_OR_TO = word_set("from to von vom an zum zur")
_ARTICLES = word_set("the a an his her its their der die das den dem des ein eine einen einem einer seinen ihren ihre")
_MOST_WORDS = 3


def from_the_other_side(said: Text, trade: Token, held: Text, sentence: int) -> bool:
    """Tell whether who is named behind "from" or "to" in one text is named without it in the other.

    Args:
        said: A sentence.
        trade: Its verb, whose converse the passage has.
        held: A passage.
        sentence: Number of the passage's sentence that has the converse.
    """
    if trade.text not in _TRADES:
        return False
    theirs = [token for token in held.tokens if token.sentence == sentence]
    mine_marked, theirs_marked = _marked(said.tokens), _marked(theirs)
    turned = (mine_marked & _keys(theirs)) | (theirs_marked & _keys(said.tokens))
    return bool(turned) and not mine_marked & theirs_marked


def _marked(tokens: Sequence[Token]) -> set[str]:
    """Return the words of what stands behind "from" or "to"."""
    found: set[str] = set()
    for place, token in enumerate(tokens):
        for other in tokens[place + 1 : place + 1 + _MOST_WORDS] if token.text in _FROM_OR_TO else ():
            if other.kind in ("word", "name"):
                found.add(other.key)
            elif other.text not in _ARTICLES:
                break
    return found


def _keys(tokens: Sequence[Token]) -> set[str]:
    return {token.key for token in tokens if token.kind in CONTENT}
