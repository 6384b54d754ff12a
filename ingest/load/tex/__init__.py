"""LaTeX files, with the numbers and words that TeX gives them."""
