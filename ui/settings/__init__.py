"""The page of settings: what can be changed in the browser."""
