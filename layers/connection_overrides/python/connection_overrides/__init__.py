"""Environment connection overrides: which secret reference a connection uses in an environment."""
