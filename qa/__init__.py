"""From a question to what the documents say. Knows no page."""
