"""A large store, read from its files as far as a question needs it."""
