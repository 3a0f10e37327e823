"""Mutation tests: change the rules of the package one at a time, and see whether a test fails (`make mutants`)."""
