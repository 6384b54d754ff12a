"""Who made a bill, a quote or a record is told by its first line, and by no sentence: "Hallam Roofing Ltd"."""

import re
from collections.abc import Sequence

from qa.answering.sentences.quoted_sentences import Quote
from qa.lazy_regex import lazy_regex
from qa.retrieval.query import Query
from qa.text.named_answers import names_new
from qa.text.wanted import wanted
from qa.types import Chunk, Hit

# Who did what is billed, delivered or offered.
_DID = lazy_regex(
    r"\b(?:repair\w*|fix\w*|mend\w*|replac\w*|renew\w*|install\w*|fit(?:s|ted)?|did|does|made|makes|built|suppl\w+|"
    r"deliver\w*|servic\w+|paint\w*|charg\w+|bill\w*|invoic\w+|quot\w+|offer\w*|sold|sells?|"
    r"repariert\w*|ersetzt\w*|erneuert\w*|eingebaut|montiert\w*|gemacht|geliefert|liefert\w*|gewartet|wartet\w*|"
    r"gestrichen|berechnet\w*|angeboten|verkauft\w*|hergestellt|"
    r"insur\w+|cover\w*|versicher\w*)\b",
    re.IGNORECASE,
)
_PAPER = lazy_regex(
    r"\b(?:policy (?:no\b|number|schedule|holder)|policyholder|policy of insurance|insurance|\w*versicherung|"
    r"versicherungsschein|invoice|bill|receipt|quote|quotation|estimate|offer|service record|delivery note|"
    r"\w*rechnung|quittung|angebot|kostenvoranschlag|lieferschein|heil- und kostenplan)\b",
    re.IGNORECASE,
)
# A sentence that names somebody itself; two capitals behind a number are a street.
_NAMED = lazy_regex(
    r"\b(?:[Bb]y|[Vv]on|[Dd]urch) [A-ZÄÖÜ]\w|\b(?:Mr|Mrs|Ms|Dr|Herrn?|Frau|Firma)\b|"
    r"\b(?:Ltd|Inc|plc|LLC|GmbH|AG|KG|e\.K\.)|"
    r"(?<=[a-zäöüß,;:] )[A-ZÄÖÜ][a-zäöüß]+ [A-ZÄÖÜ][a-zäöüß]+"
)
_HEAD, _LONGEST_LINE = 200, 80
# A line that says something of a bill or an offer is none: "The bill was made law".
_PROSE = lazy_regex(
    r"[.!?]\s*$|\b(?:is|are|was|were|has|have|had|will|can|ist|sind|war|waren|hat|haben|wird|wurde|kann)\b",
    re.IGNORECASE,
)
_LETTERS = lazy_regex(r"[^\W\d_]{2,}")


def with_issuer(query: Query, quotes: Sequence[Quote], hits: Sequence[Hit]) -> list[Quote]:
    """Return quotations with the first line of the paper in front, where they tell what was done and not by whom."""
    want = wanted(query.asked, query.language)
    folded = query.text.casefold()
    if (
        not quotes
        or want is None
        or want.what != "name"
        or not _DID.search(query.asked)
        or any(_NAMED.search(quote.text) for quote in quotes)
    ):
        return list(quotes)
    first = quotes[0]
    begins = next(
        (
            hit
            for hit in (first.hit, *hits)
            if hit.chunk.document_id == first.hit.chunk.document_id and not hit.chunk.start
        ),
        None,
    )
    end = _issuer(begins.chunk) if begins else 0
    if not begins or not end or not names_new(folded, f"By {begins.chunk.text[:end]}"):
        return list(quotes)
    return [Quote(begins, begins.chunk.start, begins.chunk.start + end, begins.chunk.text[:end], first.score), *quotes]


def _issuer(chunk: Chunk) -> int:
    """Return where the first line of a bill or a quote ends that names whose it is, 0 for none."""
    line, more, _ = chunk.text.partition("\n")
    is_name = bool(_LETTERS.search(line)) and len(line) <= _LONGEST_LINE and not _PAPER.search(line)
    return len(line.rstrip()) if more and is_name and _is_paper(chunk.text[:_HEAD]) else 0


def _is_paper(head: str) -> bool:
    """Tell whether a line of a text's beginning calls it a bill, a quote or a policy."""
    lines = (line for line in head.splitlines() if len(line) <= _LONGEST_LINE)
    return any(_PAPER.search(line) and not _PROSE.search(line) for line in lines)
