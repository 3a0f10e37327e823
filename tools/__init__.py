"""What maintainers run: parts of documents that are derived from the code."""
