"""One module a migration, in order. What is here stays as it is: databases made by it exist."""
