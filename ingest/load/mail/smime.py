"""What is inside a mail that was signed as a whole (S/MIME, opaque): the message is in clear within the signature.

No signature is checked: that a text was signed says nothing here.
"""

import zlib

from qa.errors import LoadError

# A signed mail in a signed mail; deeper ones are a trick.
MAX_DEPTH = 8
_MAX_BYTES = 256 << 20


def is_wrapped(content_type: str) -> bool:
    """Tell whether a part of a mail is one that S/MIME wraps."""
    return content_type in ("application/pkcs7-mime", "application/x-pkcs7-mime")


def inside(data: bytes, source: str) -> bytes | None:
    """Return the message within a signed or compressed one; None where it is encrypted.

    Raises:
        LoadError: It is damaged, holds a signature alone, or unpacks to too much.
    """
    from asn1crypto import cms, pem

    try:
        if pem.detect(data):
            _, _, data = pem.unarmor(data)
        wrapped = cms.ContentInfo.load(data)
        kind = wrapped["content_type"].native
        if kind == "signed_data":
            content = wrapped["content"]["encap_content_info"]["content"].native
        elif kind == "compressed_data":
            content = _unpacked(wrapped["content"]["encap_content_info"]["content"].native)
        else:
            return None
    except (ValueError, TypeError, KeyError, zlib.error) as error:
        raise LoadError(source, "is a signed or encrypted mail that is damaged; get a new copy") from error
    if not isinstance(content, bytes):
        raise LoadError(source, "is a signature alone; the mail that it signs is not inside")
    return content


def _unpacked(data: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    content = unpacker.decompress(data, _MAX_BYTES)
    if unpacker.unconsumed_tail:
        raise ValueError("too large")
    return content
