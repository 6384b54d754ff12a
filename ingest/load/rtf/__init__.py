"""RTF documents."""
