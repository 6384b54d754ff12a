"""PowerPoint presentations, of today and old ones."""
