"""`make mutants`: faults seeded into the rules of the exchange, one at a time, each of which the proof must catch."""
