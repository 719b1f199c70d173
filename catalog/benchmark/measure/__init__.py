"""Measures one model under one workload, within one process; see :func:`measure`."""

from __future__ import annotations

from catalog.benchmark.measure.measuring import measure

__all__ = ["measure"]
