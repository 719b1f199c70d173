"""Floating-point operations of a model, counted over its real graph, and a closed formula to check them against.

One multiplication and one addition are two operations, so that a figure is twice the multiply-accumulates (MACs) that
papers on vision often call FLOPs: ViT-B/16 at 224 pixels has 17.6 GMACs, and 35.2 GFLOPs here.
"""

from catalog.builder.flops.counter import FlopCount, FlopCounter, count_flops
from catalog.builder.flops.formula import dense_decoder_flops

__all__ = ["FlopCount", "FlopCounter", "count_flops", "dense_decoder_flops"]
