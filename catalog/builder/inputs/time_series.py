"""Time series: what was observed, when, and how much of it is missing."""

from __future__ import annotations

import torch

from catalog.builder.inputs.registry import provides
from catalog.builder.inputs.request import Request

_LAGGED = ("time_series_transformer", "informer", "autoformer")
_PATCHED = ("patchtst", "patchtsmixer")


def _past(request: Request) -> int:
    """Steps that are looked at, those that the lags reach back to included."""
    config = request.config
    context = request.value("context_length", default=None) or config.prediction_length
    return int(context + max(config.lags_sequence))


def _series(request: Request, steps: int) -> tuple[int, ...]:
    size = request.value("input_size", default=1)
    return (request.batch_size, steps) if size == 1 else (request.batch_size, steps, size)


@provides("past_values")
def past_values(request: Request) -> torch.Tensor:
    """One series a sample, of one variable: ``(batch, steps)``."""
    return request.normal(request.batch_size, request.value("context_length", default=128))


@provides("past_values", models=_LAGGED)
def lagged_values(request: Request) -> torch.Tensor:
    """One series a sample, long enough for the longest lag."""
    return request.normal(*_series(request, _past(request)))


@provides("past_values", models=_PATCHED)
def values_of_channels(request: Request) -> torch.Tensor:
    """One series a sample, of several variables: ``(batch, steps, channels)``."""
    return request.normal(request.batch_size, request.config.context_length, request.config.num_input_channels)


@provides("past_observed_mask", models=_LAGGED)
def past_observed_mask(request: Request) -> torch.Tensor:
    """Nothing is missing."""
    return request.full(1, *request.get("past_values").shape, dtype=torch.bool)


@provides("past_time_features")
def past_time_features(request: Request) -> torch.Tensor:
    """What the calendar tells of each step."""
    return request.uniform(request.batch_size, _past(request), request.config.num_time_features, low=-0.5, high=0.5)


@provides("future_time_features")
def future_time_features(request: Request) -> torch.Tensor:
    """What the calendar tells of each step of the forecast."""
    shape = (request.batch_size, request.config.prediction_length, request.config.num_time_features)
    return request.uniform(*shape, low=-0.5, high=0.5)


@provides("static_categorical_features")
def static_categorical_features(request: Request) -> torch.Tensor | None:
    """Which series it is."""
    sizes = request.value("cardinality", default=[])
    count = request.config.num_static_categorical_features
    return request.integers(0, min(sizes), request.batch_size, count) if count else None


@provides("static_real_features")
def static_real_features(request: Request) -> torch.Tensor | None:
    """What does not change along the series."""
    count = request.config.num_static_real_features
    return request.normal(request.batch_size, count) if count else None


@provides("future_values", models=_LAGGED)
def future_values(request: Request) -> torch.Tensor:
    """What the decoder is to say; these models need it for their pass, too."""
    return request.normal(*_series(request, request.config.prediction_length))


@provides("past_values_padding")
def past_values_padding(request: Request) -> torch.Tensor:
    """Nothing is padding."""
    return request.full(0, *request.get("past_values").shape)


@provides("freq")
def freq(request: Request) -> torch.Tensor:
    """How often the series was measured: the finest of the kinds."""
    return request.full(0, request.batch_size, 1)
