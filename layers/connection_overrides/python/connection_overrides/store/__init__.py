"""The table. A function is one read, or one transaction. It knows no URL and no text for clients."""
