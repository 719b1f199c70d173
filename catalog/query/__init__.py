"""The read API over a catalog."""
