"""The words of the domain and the rules they must satisfy. Knows no HTTP and no storage."""
