"""Where a question can be answered from besides the best passages; each route is a module with one `Route`."""
