"""Counts the operations of a forward pass, and of a backward one, while it runs on real or fake tensors."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple, Self

import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

from catalog.builder.flops.operators import Formula, formulas

_POINTWISE_SHARE: Final = 0.02
"""Share of pointwise arithmetic from which it is told that it is not counted."""
_REDUCTIONS: Final = frozenset(
    f"aten::{name}"
    for name in (
        *("sum", "mean", "cumsum", "cumprod", "logcumsumexp", "var", "var_mean", "std", "amax", "prod", "max_pool2d"),
        *("_softmax", "_log_softmax", "native_layer_norm", "native_group_norm", "native_batch_norm"),
        *("_native_batch_norm_legit_no_training", "avg_pool2d", "grid_sampler_2d", "linalg_vector_norm"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlopCount:
    """Floating-point operations, a multiplication and an addition being two.

    Attributes:
        total: Those of the forward pass.
        backward: Those of the backward pass alone; ``None`` where it was not asked for.
        by_operator: Share of `total` by operator (``"aten.mm"``), largest first.
        assumptions: What the figures rest on, where they are not a plain count.
    """

    total: int
    backward: int | None = None
    by_operator: Mapping[str, int] = field(default_factory=dict)
    assumptions: tuple[str, ...] = ()


class FlopCounter:
    """Counts the operations of what runs within its block.

    Matrix products, convolutions, attention, recurrent layers and Fourier transforms count, as in
    ``torch.utils.flop_counter``, whose formulas it takes; torch 2.13 has none for attention on the processor, so that
    it misses a part that grows with the square of the length. Attention counts for all pairs of query and key, those
    that a causal mask hides included. Pointwise arithmetic, norms, softmax and interpolation do not count; where they
    are much, :meth:`result` says so.

    Example::

        with FlopCounter() as counter:
            run_forward(model, inputs)
        counter.result().total
    """

    def __init__(self) -> None:
        self._mode = _Counting()
        self._fastpath = True

    def __enter__(self) -> Self:
        # `nn.MultiheadAttention` has a fused operator for inference that computes the same; without it, its products
        # come one by one.
        self._fastpath = torch.backends.mha.get_fastpath_enabled()
        torch.backends.mha.set_fastpath_enabled(False)
        self._mode.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._mode.__exit__(*error)
        torch.backends.mha.set_fastpath_enabled(self._fastpath)

    @property
    def operations(self) -> int:
        """Operations counted so far."""
        return self._mode.counted.total()

    def result(self) -> FlopCount:
        """What was counted so far, as that of a forward pass."""
        return FlopCount(
            total=self.operations,
            by_operator=dict(self._mode.counted.most_common()),
            assumptions=self._assumptions(),
        )

    def _assumptions(self) -> tuple[str, ...]:
        pointwise = self._mode.pointwise
        if pointwise.total() <= _POINTWISE_SHARE * (self.operations + pointwise.total()):
            return ()
        most = ", ".join(name for name, _ in pointwise.most_common(3))
        return (f"{pointwise.total():,} operations of pointwise arithmetic and reductions are left out, mostly {most}",)


class _Counting(TorchDispatchMode):  # type: ignore[misc]  # torch is not checked
    """Sees every operator that runs, and adds up."""

    supports_higher_order_operators = True

    def __init__(self) -> None:
        super().__init__()
        self.counted: Counter[str] = Counter()
        self.pointwise: Counter[str] = Counter()
        self._known: dict[Any, _Treatment] = {}

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run one operator and count it; composite ones without a formula are taken apart."""
        kwargs = kwargs or {}
        treatment = self._known.get(func)
        if treatment is None:
            treatment = self._known[func] = _treatment(func)
        if treatment.composite:
            with self:
                result = func.decompose(*args, **kwargs)
            if result is not NotImplemented:
                return result
            treatment = self._known[func] = treatment._replace(composite=False)
        result = func(*args, **kwargs)
        if treatment.formula is not None:
            self.counted[treatment.name] += int(treatment.formula(*args, **kwargs, out_val=result))
        elif treatment.pointwise:
            self._add_pointwise(treatment.name, result)
        elif treatment.reduction:
            self._add_pointwise(treatment.name, args[0])
        return result

    def _add_pointwise(self, name: str, held: Any) -> None:
        if isinstance(held, torch.Tensor) and held.is_floating_point():
            self.pointwise[name] += held.numel()


class _Treatment(NamedTuple):
    """What to do with an operator."""

    name: str
    formula: Formula | None
    composite: bool
    pointwise: bool
    reduction: bool


def _treatment(func: Any) -> _Treatment:
    packet = getattr(func, "_overloadpacket", func)
    schema = getattr(func, "_schema", None)
    formula = formulas().get(packet)
    return _Treatment(
        name=str(packet),
        formula=formula,
        composite=formula is None and getattr(func, "namespace", "prim") != "prim",  # those of `prim` are names only
        pointwise=torch.Tag.pointwise in getattr(func, "tags", ()),
        reduction=schema is not None and schema.name in _REDUCTIONS,
    )


def count_flops(model: nn.Module, inputs: Mapping[str, Any], *, backward: bool = False) -> FlopCount:
    """Count the operations of one forward pass, and of the backward pass if asked for.

    Under fake tensors nothing is computed; on real ones the passes run. The model stays in evaluation mode and keeps
    no cache. Mixtures of experts count what the chosen experts compute: as the routing chooses on real tensors, and
    with ``experts_implementation`` set to ``"batched_mm"`` or ``"grouped_mm"`` on fake ones, where it is the same for
    any routing.

    Args:
        model: The model.
        inputs: Arguments of its forward pass.
        backward: Also count the gradients of the sum of its outputs with regard to its parameters. Where they cannot be
            taken, twice the forward pass is assumed, and that is told.

    Returns:
        The count.
    """
    options = {"use_cache": False} if "use_cache" in inspect.signature(model.forward).parameters else {}
    arguments = {**options, **inputs}
    model.eval()
    if not backward:
        return _forward(model, arguments)
    counter = FlopCounter()
    try:
        with counter, torch.enable_grad():
            outputs = model(**arguments)
    except RuntimeError as error:
        if "grad" not in str(error):  # writing in place into what needs a gradient is refused, and only then
            raise
        return _assumed(_forward(model, arguments), error)
    forward = counter.result()
    try:
        with counter:
            _total(outputs).backward()
    except Exception as error:  # noqa: BLE001 (models without gradients fail in their own ways; it is told)
        return _assumed(forward, error)
    finally:
        model.zero_grad(set_to_none=True)
    return replace(forward, backward=counter.operations - forward.total)


def _forward(model: nn.Module, arguments: Mapping[str, Any]) -> FlopCount:
    with FlopCounter() as counter, torch.no_grad():
        model(**arguments)
    return counter.result()


def _assumed(forward: FlopCount, error: Exception) -> FlopCount:
    """The count with a backward pass that could not be counted."""
    reason = " ".join(str(error).split())[:120]
    told = f"backward pass taken as twice the forward pass, for it did not run: {type(error).__name__}: {reason}"
    return replace(forward, backward=2 * forward.total, assumptions=(*forward.assumptions, told))


def _total(outputs: Any) -> torch.Tensor:
    """The sum of all outputs that depend on the parameters."""
    values = [value for value in _tensors(outputs) if value.is_floating_point() and value.requires_grad]
    if not values:
        raise ValueError("no output depends on a parameter")
    return torch.stack([value.sum() for value in values]).sum()


def _tensors(outputs: Any) -> Iterator[torch.Tensor]:
    if isinstance(outputs, torch.Tensor):
        yield outputs
    elif isinstance(outputs, Mapping):
        for value in outputs.values():
            yield from _tensors(value)
    elif isinstance(outputs, (list, tuple)):
        for value in outputs:
            yield from _tensors(value)
