"""HTTP: events in, answers out. Everything that knows a status code is here."""
