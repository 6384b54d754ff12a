"""How the pages in this folder are built: `make docs`, and `tests/test_docs.py` with every warning an error."""

from importlib.metadata import version as installed

project = "Footnote"
author = "Footnote contributors"
copyright = author  # noqa: A001 - Sphinx reads it under this name
version = release = installed("footnote")

extensions = ["myst_parser"]
# Anchors as a code host makes them, so that a link into a page works in both places.
myst_heading_anchors = 4
source_suffix = {".md": "markdown"}

html_theme = "furo"
html_title = f"Footnote {release}"
html_show_sphinx = False
html_copy_source = False
# Nothing is fetched from elsewhere: the pages are read without network too.
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#1d4ed8", "color-brand-content": "#1d4ed8"},
    "dark_css_variables": {"color-brand-primary": "#93c5fd", "color-brand-content": "#93c5fd"},
}
