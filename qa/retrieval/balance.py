"""How much meaning counts beside words. Pure functions; `Retriever` asks, and `rank.combined` weighs by it.

Cosine and BM25 share a weight of 1. Where the dense model reads the question and its documents, the share is the same
for every question and collection: docs/quality-history.md tells which signals were tried, and that none of them held on
kinds of documents that it was not learned from. bench/balance.py measures it again.
"""

from collections.abc import Sequence

from qa.retrieval.query import Query
from qa.text.language import in_latin

# Learned by bench/balance.py with each family of sets left out in turn, which gave 0.60 to 0.73. The lower end loses
# least where a question is put in the words of its passage, and the higher ones gain nothing that is sure.
COSINE = 0.6
# Used with a learned sparse model: the weight above was not learned from its scores.
LEARNED_COSINE = 0.5
# The least where the model reads several languages and the question is in one that no document is in: where a
# dictionary leads from one to the other, and where none does, since the two then share but names. nDCG@10 on xquad with
# multilingual-e5-small, ten pairs with dictionaries: 92.7, at .5 91.4; English about Chinese: 87.4 by cosine alone,
# 87.2, at .5 85.7.
TRANSLATED_COSINE, FOREIGN_COSINE = 0.65, 0.9
# The most where the model reads one language alone, and the question is in another script, or in another language, or
# all documents are in other scripts: what it makes of them is hardly meaning. nDCG@10 on xquad, 240 questions, of
# cosine, of BM25, of .6 and of these: Arabic 8.7, 90.5, 58.8, 91.3; Russian 34.1, 96.6, 93.4, 96.8; German 74.2, 95.2,
# 95.1, 97.1; German about English 50.5, 59.4, 58.6, 63.3; English about Russian 15.6, 16.8, 18.4, 20.6, about Hindi
# 11.3, 15.9, 14.0, 16.5.
UNREAD_COSINE, HARDLY_READ_COSINE = 0.05, 0.25


def cosine_weight(query: Query, *, reads: str, learned: bool = False) -> float:
    """Return cosine's part of the weight that it shares with words, in [0.05, 0.9].

    Args:
        query: As the index reads it.
        reads: Code of the only language that the dense model reads, "" where it reads several or nothing is known.
        learned: Whether a learned sparse model stands in for BM25.
    """
    balance = LEARNED_COSINE if learned else COSINE
    if not reads:
        foreign = TRANSLATED_COSINE if query.is_translated else FOREIGN_COSINE
        return max(balance, foreign) if query.is_foreign else balance
    if not query.meaning:
        return min(balance, UNREAD_COSINE)
    return min(balance, HARDLY_READ_COSINE) if _is_hardly_read(query, reads) else balance


def _is_hardly_read(query: Query, reads: str) -> bool:
    if query.meaning < 1.0:
        return True
    # A gloss brings a question into the model's language word by word, and is no text of that language.
    return query.language not in ("", reads) or _is_in_other_scripts(query.languages)


def _is_in_other_scripts(languages: Sequence[str]) -> bool:
    known = [code for code in languages if code]
    return bool(known) and not any(map(in_latin, known))
