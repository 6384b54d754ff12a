"""Footnote's passages in other programs' own forms. Each module needs the extra that is named like it."""
