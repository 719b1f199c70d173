"""Decisions: trajectories of states, actions and rewards."""

from __future__ import annotations

import torch

from catalog.builder.inputs.registry import provides
from catalog.builder.inputs.request import Request

DEFAULT_STEPS = 20

_DECISION = ("decision_transformer",)


def _steps(request: Request) -> int:
    return request.length(limit=request.config.max_ep_len, default=min(DEFAULT_STEPS, request.config.max_ep_len))


@provides("states", models=_DECISION)
def states(request: Request) -> torch.Tensor:
    """What was seen at each step."""
    return request.normal(request.batch_size, _steps(request), request.config.state_dim)


@provides("actions", models=_DECISION)
def actions(request: Request) -> torch.Tensor:
    """What was done at each step."""
    return request.uniform(request.batch_size, _steps(request), request.config.act_dim, low=-1.0)


@provides("rewards", "returns_to_go", models=_DECISION)
def returns(request: Request) -> torch.Tensor:
    """What it brought, or what is still wanted."""
    return request.uniform(request.batch_size, _steps(request), 1)


@provides("timesteps", models=_DECISION)
def timesteps(request: Request) -> torch.Tensor:
    """The number of each step."""
    return request.tensor([list(range(_steps(request)))] * request.batch_size)


@provides("attention_mask", models=_DECISION)
def attention_mask(request: Request) -> torch.Tensor:
    """Every step counts."""
    return request.full(1, request.batch_size, _steps(request))
