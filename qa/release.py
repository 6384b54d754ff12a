"""Which Footnote this is."""

from importlib.metadata import PackageNotFoundError, version


def installed() -> str:
    """Return the version that was installed, "0" where Footnote runs from a folder."""
    try:
        return version("footnote")
    except PackageNotFoundError:
        return "0"
