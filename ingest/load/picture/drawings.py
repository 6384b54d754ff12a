"""Drawings of lines inside documents, SVG and Windows metafiles: they say their words themselves."""

from ingest.load.picture import metafile, svg


def is_drawing(data: bytes) -> bool:
    """Tell whether the content of a picture is a drawing whose words can be told."""
    if data.startswith(b"\x1f\x8b"):
        return True  # packed ones; no picture of dots is
    return metafile.is_metafile(data) or svg.is_svg(data)


def words(data: bytes) -> str:
    """Return the words of a drawing, a line each.

    Raises:
        Exception: It is damaged; a parser raises anything.
    """
    if data.startswith(b"\x1f\x8b"):
        data = svg.unpacked(data, "")
    return metafile.words(data) if metafile.is_metafile(data) else svg.words(data, "")
