"""The reading pane: a source at the place that a footnote cites, beside the text or on a page of its own."""
