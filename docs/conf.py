"""How the pages in this folder are built: `make docs`, and tests/test_docs.py with every warning an error."""

from importlib.metadata import version as installed

project = "Footnote"
author = "Footnote contributors"
copyright = author  # noqa: A001 - Sphinx reads it under this name
version = release = installed("footnote")

extensions = ["myst_parser"]
# Anchors as a code host makes them, so that a link into a page works in both places.
myst_heading_anchors = 4
# Else blocks without a language are coloured as Python.
highlight_language = "none"

html_theme = "furo"
html_title = f"Footnote {release}"
html_copy_source = False
html_static_path = ["_static"]
html_css_files = ["pages.css"]
# The blues of the chat.
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#1d4ed8", "color-brand-content": "#1d4ed8"},
    "dark_css_variables": {"color-brand-primary": "#93c5fd", "color-brand-content": "#93c5fd"},
}
