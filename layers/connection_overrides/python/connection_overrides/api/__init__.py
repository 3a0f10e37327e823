"""HTTP: routes on Powertools' resolver, and what contract and resolver do not agree on by themselves."""
