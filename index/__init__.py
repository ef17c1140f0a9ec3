"""From documents to a searchable store. Knows no question's meaning and no language model."""
