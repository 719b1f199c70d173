"""How much memory a model takes: weights, caches, activations, training state, and whether that fits.

One module a concern. :mod:`~catalog.builder.estimate.weights`, :mod:`~catalog.builder.estimate.kv_cache` and
:mod:`~catalog.builder.estimate.scores` are closed formulas; none of them needs a model that exists.
"""
