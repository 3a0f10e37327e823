"""Commands for maintainers: deployment, generated documents and compatibility checks."""
