"""Computed keys: a second ingest of the same file changes nothing.

They are hashes in [0-9a-f], so no key can change the meaning of an expression; on 2.5.1 an upsert with the id
`x') or ('1'='1` deletes the collection's rows.
"""

import hashlib


def document_id(collection: str, source: str) -> str:
    """Return the identity of a document: the same path or URL in the same collection is the same document."""
    return _digest("document", collection, source)


def row_id(document: str, version: str) -> str:
    """Return the register key of one version of a document."""
    return _digest("row", document, version)


def chunk_id(document: str, version: str, ordinal: int) -> str:
    """Return the key of one chunk: a new version has new keys, so nothing is ever overwritten."""
    return _digest("chunk", document, version, str(ordinal))


def text_hash(text: str) -> str:
    """Return the hash of a text that is embedded; equal hashes share vectors."""
    return _digest("text", text)


def tenant_mask(tenant: str) -> int:
    """Return the 128 bits that make the keys of one tenant differ from the same keys of another."""
    return int(_digest("tenant", tenant), 16)


def _digest(*parts: str) -> str:
    # The lengths keep ("ab", "c") and ("a", "bc") apart.
    joined = "\0".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:32]
