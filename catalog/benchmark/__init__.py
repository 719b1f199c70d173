"""Measures models: time and memory of a forward pass, a training step or a generation, each model in its own process.

``job`` says what is measured, ``measure`` does it within one process, ``sweep`` runs many jobs in processes that may
hang, crash or take all memory without harm to the others, and writes one NDJSON line for each at once. Nothing of this
needs a database or a terminal: torch and transformers are enough. ``compare`` and ``export`` read the records that
come out.
"""
