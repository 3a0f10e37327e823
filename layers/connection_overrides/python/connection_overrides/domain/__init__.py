"""The models of the domain and the rules they must satisfy. No HTTP, no storage."""
