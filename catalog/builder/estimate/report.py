"""Makes an estimate: builds the model on fake tensors, follows a pass, adds up, and judges by the devices."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from catalog.builder.estimate.activations import inference_activations
from catalog.builder.estimate.assumptions import assumptions_of
from catalog.builder.estimate.devices import Device, device_named, devices
from catalog.builder.estimate.estimate import Estimate, EstimateRequest, Fit, Method
from catalog.builder.estimate.graph import GraphModel, Peak, graph_model, real_model
from catalog.builder.estimate.kv_cache import KVCache, kv_cache
from catalog.builder.estimate.limits import LARGEST, largest_fitting
from catalog.builder.estimate.prediction import Prediction
from catalog.builder.estimate.reading import decoder_config, heads_of, number, patches_of
from catalog.builder.estimate.recurrent import state_of
from catalog.builder.estimate.scores import attention_bytes
from catalog.builder.estimate.training import optimizer_bytes, step_bytes, training_activations
from catalog.builder.estimate.weights import COMPUTE_DTYPE, DTYPE_BYTES, Weights, embeddings_of, weigh
from catalog.builder.plan import BuildPlan
from catalog.errors import UsageError

DEFAULT_LENGTH = 4096
"""Tokens at most where no length is asked for."""

_FEW_PARAMETERS = 1 << 24
_FEW_PRODUCTS = 1 << 36
"""Parameters, and parameters times tokens, up to which a pass may be followed for real: seconds on one core."""

_REAL_STEPS = (1, 2)
"""Multiples of what was asked for at which the growth is followed for real."""

_POSITIONS = (
    "max_position_embeddings",
    "n_positions",
    "max_sequence_length",
    "max_seq_len",
    "seq_length",
    "max_target_positions",
    "model_max_length",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sizes:
    """What an estimate is added up from, at one batch and length."""

    peak: Peak
    cache_bytes: int
    total_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Growth:
    """Total bytes at other sizes than those asked for.

    Attributes:
        by_length: Bytes at a length; ``None`` where length plays no part.
        by_batch: Bytes at a batch.
        longest: Tokens beyond which the model cannot be run; ``None`` where there is no such limit.
    """

    by_length: Callable[[int], int] | None
    by_batch: Callable[[int], int]
    longest: int | None


def estimate(plan: BuildPlan, request: EstimateRequest) -> Estimate:
    """Estimate the memory of a plan's model.

    Args:
        plan: What to build; its device, dtype and attention are not looked at.
        request: What is asked for.

    Returns:
        The estimate.

    Raises:
        NotFoundError: If there is no such device.
        BuildError: If the model does not build.
        UsageError: If the model knows no activation checkpointing.
    """
    chosen = [device_named(request.device)] if request.device is not None else devices()
    compute = request.dtype if request.dtype in DTYPE_BYTES else COMPUTE_DTYPE
    attention = "sdpa" if request.attention == "flash" else request.attention
    own = replace(plan, dtype=compute, attention=attention)
    with graph_model(own, checkpointing=request.checkpointing) as graph:
        estimator = _Estimator(graph, plan, request, compute)
        found = estimator.estimate(chosen)
    if estimator.failure is None or not estimator.is_small:
        return found
    with real_model(own, checkpointing=request.checkpointing) as graph:
        again = _Estimator(graph, plan, request, compute, failure=estimator.failure).estimate(chosen)
    return again if again.method == "run" else found


class _Estimator:
    """One model under one request."""

    def __init__(
        self,
        graph: GraphModel,
        plan: BuildPlan,
        request: EstimateRequest,
        compute: str,
        *,
        failure: BaseException | None = None,
    ) -> None:
        self.graph = graph
        self.plan = plan
        self.config: Any = graph.model.config
        self.value_bytes = DTYPE_BYTES[compute]
        self.weights: Weights = weigh(graph.model)
        self.positions = number(decoder_config(self.config), _POSITIONS) or number(self.config, _POSITIONS)
        self.reads_text = graph.reads_text
        keeps_cache = graph.keeps_cache and request.use_cache and not request.training
        self.cache = kv_cache(self.config) if keeps_cache else None
        self.attention = request.attention or str(getattr(self.config, "_attn_implementation", None) or "eager")
        length = request.sequence_length or min(self.positions or DEFAULT_LENGTH, DEFAULT_LENGTH)
        length = length if self.reads_text else patches_of(self.config)
        self.request = replace(request, attention=self.attention, sequence_length=length if self.reads_text else None)
        self.length = length
        self.real = failure is not None  # followed for real, since it failed on fake tensors
        self.failure = failure
        self.prediction: Prediction | None = None

    def estimate(self, chosen: Iterable[Device]) -> Estimate:
        """Add everything up."""
        own = decoder_config(self.config)
        stepwise, degree = state_of(own).exists, 1 if heads_of(own) is None else 2
        growth: _Growth | None = None
        method: Method = "formula"
        if self.request.follow:
            try:
                self.prediction = Prediction(
                    self._follow,
                    stepwise=stepwise,
                    longest=self.length if self.real else self._runnable(),
                    degree=degree,
                    **({"steps": _REAL_STEPS} if self.real else {}),
                )
                sizes = self._sizes(self.request.batch_size, self.length)
                growth = self._growth(self.prediction) if self.request.limits else None
                method = "run" if self.real else "graph"
            except Exception as error:  # noqa: BLE001  # any graph may fail in any way; the formula serves, and says why
                self.failure, self.prediction = error, None
        if method == "formula":
            sizes = self._sizes(self.request.batch_size, self.length)
        fits = tuple(self._fit(device, sizes.total_bytes, growth or self._growth(None)) for device in chosen)
        return self._report(sizes, fits, method)

    @property
    def is_small(self) -> bool:
        """True where a real pass takes little time and memory, whatever the model does in it."""
        tokens = self.request.batch_size * self.length
        return self.weights.parameters <= _FEW_PARAMETERS and self.weights.parameters * tokens <= _FEW_PRODUCTS

    def _follow(self, batch_size: int, length: int) -> Peak:
        inputs = self.graph.inputs(
            batch_size=batch_size,
            sequence_length=length if self.reads_text else None,
            image_size=self.request.image_size,
            labels=self.request.training,
        )
        if self.request.training:
            return self.graph.training(inputs, fused_dropout=self.request.accelerator)
        return self.graph.inference(inputs, use_cache=self.cache is not None)

    def _runnable(self) -> int | None:
        """Tokens up to which inputs can be made: positions that are learnt end somewhere."""
        if self.positions is None or not self.reads_text:
            return None
        try:
            self.graph.inputs(batch_size=1, sequence_length=self.positions + 1)
        except UsageError:
            return self.positions
        return None

    def _sizes(self, batch_size: int, length: int) -> _Sizes:
        peak = self._peak(batch_size, length)
        cache = peak.cache_bytes if self.prediction is not None else self._cache_bytes(self.cache, batch_size, length)
        return _Sizes(peak=peak, cache_bytes=cache, total_bytes=self._total(peak.total_bytes))

    def _peak(self, batch_size: int, length: int) -> Peak:
        if self.prediction is not None:
            return self.prediction.peak(batch_size=batch_size, length=length)
        return self._by_formula(batch_size, length)

    def _by_formula(self, batch_size: int, length: int) -> Peak:
        cache = self._cache_bytes(self.cache, batch_size, length)
        own = decoder_config(self.config)
        heads = heads_of(own)
        eager = self.attention == "eager"
        scores = 0
        if heads is not None and eager:
            scores = attention_bytes(
                heads=heads,
                queries=length,
                keys=length,
                dtype_bytes=self.value_bytes,
                implementation="eager",
                batch_size=batch_size,
            )
        if self.request.training:
            found = training_activations(
                own,
                batch_size=batch_size,
                sequence_length=length,
                dtype_bytes=self.value_bytes,
                eager=eager,
                checkpointing=self.request.checkpointing,
            )
            gradients = self._trainable() * self.value_bytes
            return Peak(total_bytes=(found or 0) + gradients, forward_bytes=found or 0)
        found = inference_activations(
            self.config,
            batch_size=batch_size,
            sequence_length=length,
            dtype_bytes=self.value_bytes,
            implementation=self.attention,
            logits=embeddings_of(self.graph.model, "get_output_embeddings") is not None,
        )
        held = (found or 0) + cache
        return Peak(total_bytes=held, forward_bytes=held, score_bytes=min(scores, found or 0), cache_bytes=cache)

    def _cache_bytes(self, cache: KVCache | None, batch_size: int, length: int) -> int:
        if cache is None:
            return 0
        encoder = length if getattr(self.config, "is_encoder_decoder", False) else 0
        return cache.bytes(
            sequence_length=length, dtype_bytes=self.value_bytes, batch_size=batch_size, encoder_length=encoder
        )

    def _trained(self) -> list[Any]:
        """Parameters that get a gradient, as far as a pass was followed; all that might otherwise."""
        if self.prediction is not None and self.graph.reached is not None:
            return list(self.graph.reached)
        return [item for item in self.graph.model.parameters() if item.requires_grad]

    def _trainable(self) -> int:
        return sum(int(item.numel()) for item in self._trained())

    def _idle(self) -> int:
        """Parameters that might be trained and get no gradient."""
        if not self.request.training:
            return 0
        free = sum(int(item.numel()) for item in self.graph.model.parameters() if item.requires_grad)
        return free - self._trainable()

    def _kept(self) -> int:
        """Bytes that are there before and after each pass."""
        request = self.request
        kept = self.weights.bytes_by_dtype[request.dtype] + self.weights.buffer_bytes
        kept += self.weights.working_bytes(request.dtype)
        return kept + (self._optimizer_bytes() if request.training else 0)

    def _optimizer_bytes(self) -> int:
        matrices = [p for p in self._trained() if p.dim() > 1]
        return optimizer_bytes(
            trainable=self._trainable(),
            dtype_bytes=self.value_bytes,
            optimizer=self.request.optimizer,
            mixed_precision=self.request.mixed_precision,
            factored=sum(p.numel() // p.shape[-1] + p.numel() // p.shape[-2] for p in matrices),
        )

    def _total(self, passing: int) -> int:
        """Most that is held at once, in the pass or in the optimiser's step after it."""
        if not self.request.training:
            return self._kept() + passing
        master = self.request.mixed_precision and self.value_bytes < DTYPE_BYTES["float32"]
        step = step_bytes(
            trainable=self._trainable(),
            dtype_bytes=DTYPE_BYTES["float32"] if master else self.value_bytes,
            largest=max((p.numel() for p in self._trained()), default=0),
            together=self.request.accelerator,
            optimizer=self.request.optimizer,
        )
        return self._kept() + max(passing, self._trainable() * self.value_bytes + step)

    def _growth(self, prediction: Prediction | None) -> _Growth:
        """Total bytes at any length, and at any batch: from followed passes, or by formula."""
        batch, length = self.request.batch_size, self.length
        if prediction is None:
            return _Growth(
                by_length=lambda size: self._total(self._by_formula(batch, size).total_bytes),
                by_batch=lambda size: self._total(self._by_formula(size, length).total_bytes),
                longest=None,
            )
        batches = prediction.by_batch(batch_size=batch, length=length)
        lengths = prediction.by_length(batch_size=batch, length=length) if self.reads_text else None
        return _Growth(
            by_length=None if lengths is None else lambda size: self._total(lengths.at(size)),
            by_batch=lambda size: self._total(batches.at(size)),
            longest=self._runnable(),
        )

    def _fit(self, device: Device, total: int, growth: _Growth) -> Fit:
        context = batch = None
        if self.request.limits:
            batch = largest_fitting(growth.by_batch, device.usable_bytes)
            if growth.by_length is not None:
                context = largest_fitting(growth.by_length, device.usable_bytes, highest=growth.longest or LARGEST)
        return Fit(
            device=device.name,
            fits=total <= device.usable_bytes,
            margin_bytes=device.usable_bytes - total,
            memory_bytes=device.memory_bytes,
            usable_bytes=device.usable_bytes,
            longest_context=context,
            largest_batch=batch,
            common=device.common,
        )

    def _report(self, sizes: _Sizes, fits: tuple[Fit, ...], method: Method) -> Estimate:
        import transformers  # noqa: PLC0415

        request, peak = self.request, sizes.peak
        gradients = self._trainable() * self.value_bytes if request.training else 0
        held = peak.forward_bytes - peak.score_bytes - sizes.cache_bytes
        return Estimate(
            config_class=type(self.config).__name__,
            model_type=getattr(self.config, "model_type", None),
            architecture=type(self.graph.model).__name__,
            release=transformers.__version__,
            request=request,
            method=method,
            parameters=self.weights.parameters,
            weights_by_dtype=self.weights.bytes_by_dtype,
            weights_bytes=self.weights.bytes_by_dtype[request.dtype],
            buffer_bytes=self.weights.buffer_bytes,
            kv_cache_bytes=sizes.cache_bytes,
            kv_cache_values_per_token=None if self.cache is None else self.cache.values_per_token,
            attention_bytes=peak.score_bytes,
            activation_bytes=max(held, 0),
            gradient_bytes=gradients,
            optimizer_bytes=self._optimizer_bytes() if request.training else 0,
            total_bytes=sizes.total_bytes,
            max_positions=self.positions,
            fits=fits,
            assumptions=tuple(self._assumptions(method)),
        )

    def _assumptions(self, method: Method) -> Iterator[str]:
        yield from assumptions_of(
            self.request,
            method=method,
            failure=self.failure,
            extrapolated=self.prediction is not None and self.prediction.extrapolated,
            cache=self.cache,
            positions=self.positions,
            reads_text=self.reads_text,
            attends=heads_of(decoder_config(self.config)) is not None,
            latent=number(decoder_config(self.config), ("kv_lora_rank",)) is not None,
            kept=self.weights.kept_in_float32(self.request.dtype),
            idle=self._idle(),
        )
