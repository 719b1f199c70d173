"""From transformers source to records: reading releases, never SQL."""
