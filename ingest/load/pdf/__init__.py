"""PDF files: their text in reading order, tables, notes, pictures, and what nobody sees."""
