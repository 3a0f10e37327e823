"""What the service does: one function for each operation. No status, header, verb or expression."""
