"""Records in SQL and back."""
