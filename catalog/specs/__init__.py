"""Checks the specs that users write."""
