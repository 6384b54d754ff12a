"""The page of documents: what a collection holds, and how more comes into it."""
