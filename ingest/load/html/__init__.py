"""HTML pages, saved ones, and books made of them."""
