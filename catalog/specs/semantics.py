"""What a parameter measures, told from its name, type and default: sizes, probabilities, epsilons, token ids and so on.

transformers declares types, hardly ever ranges. The names are regular enough to say more: ``hidden_size`` is at least
1, ``attention_dropout`` lies in 0..1, ``layer_norm_eps`` is above 0. The tables below were drawn up over every own
parameter of every configuration class, and a test holds them to it: no declared or effective default of any class may
contradict what is said here. Where a class's own default is unusual (``clamp_len: -1``) the default widens the bounds,
so that the class is never contradicted by this module.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, TypeAlias

from catalog.records import Json

Kind: TypeAlias = Literal[
    "size", "count", "probability", "fraction", "epsilon", "deviation", "positive", "token-id", "activation", "dtype",
    "layer-types", "other",
]  # fmt: skip
"""What is measured; ``other`` where nothing is known beyond the type."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a parameter measures, and the values that make sense for it.

    Attributes:
        kind: What is measured.
        minimum: Smallest value that makes sense; ``None`` for no bound.
        maximum: Largest value that makes sense; ``None`` for no bound.
        exclusive: True where `minimum` itself makes no sense.
    """

    kind: Kind
    minimum: float | None = None
    maximum: float | None = None
    exclusive: bool = False

    def admits(self, value: float) -> bool:
        """Tell whether a number lies within the bounds. NaN does not, where there are any."""
        if value != value:  # noqa: PLR0124 (math.isnan refuses an int that no float can hold)
            return not self.bounded
        if self.minimum is not None and (value < self.minimum or (self.exclusive and value == self.minimum)):
            return False
        return self.maximum is None or value <= self.maximum

    @property
    def bounded(self) -> bool:
        """True where some number is out of bounds."""
        return self.minimum is not None or self.maximum is not None


OTHER = Quantity("other")

# Names whose number may well be negative, or that address something instead of measuring it.
_SIGNED = re.compile(
    r"(^|_)(offsets?|bias|shift|seed|lang_id|mean|indexes|indices|indexs?|idx|idxs|position_ids|lower_bound|cap_value"
    r"|logits_value|log_min|log_max|prompt_id|mask_value|pad_val|ignore_value|padding_value|eval_size|feature_layers?"
    r"|vision_layer|start_index|end_index|layer_ids?|target_layer_ids|head_in_index|boost|beta|alpha|gamma)$"
    r"|^_?out_indices$|^extract_layers$|_layers_to_|^(class_order|offsets|flip_pairs|decoder_fixing_codes|out_features)$"
    r"|^out_point_positions2D$"
)
_TOKEN_ID = re.compile(
    r"(_token_ids?|_token_index|_token_idx|_bos_id|_eos_id|_pad_id|_start_id|_end_id|_newline_id|_patch_id"
    r"|_think_id|_nothink_id)$"
    r"|^(newline_id|(im|image|slice)_(start|end)_id|(bos|eos|pad|unk|mask)_index)$"
    r"|^(begin_suppress_tokens|suppress_tokens)$"
)
_PROBABILITY = re.compile(
    r"(^|_)(dropout|dropouts|dropatt|pdrop|layerdrop|droppath|layer_drop|path_dropout|drop_path|probability)($|_)"
    r"|(^|_)drop_(path_|connect_|conv_encoder_|mlp_)?rate$|(^|_)drop_rate$|_prob$|^prob_|(^|_)(attn|attention)_drop$"
)
_FRACTION = re.compile(
    r"^(mask_ratio|label_smoothing|label_noise_ratio|random_mask_ratio|importance_sample_ratio|partial_rotary_factor"
    r"|video_pruning_rate|min_positive_scores_rate)$"
)
_EPSILON = re.compile(r"(^|_)(eps|epsilon)$|_eps_")
_DEVIATION = re.compile(
    r"(^|_)(initializer_range|init_std|initializer_std|std|std_dev|initializer_factor)$|^init(_xavier)?_std$"
)
_POSITIVE = re.compile(r"(^|_)(rope_theta|theta|rope_base_frequency|rotary_embedding_base|temperature|max_period)$")

# Sizes and counts that make no model at all when they are 0.
_SIZE = re.compile(
    r"^(hidden_size|hidden_sizes|d_model|n_embd|n_embed|dim|embed_dim|embed_dims|emb_dim|d_ff|d_kv|d_inner|ffn_dim"
    r"|intermediate_size|vocab_size|num_hidden_layers|num_layers|n_layers?|num_attention_heads|num_heads|n_heads?"
    r"|num_key_value_heads|head_dim|patch_size|patch_sizes|image_size|num_channels|in_channels|in_chans"
    r"|max_position_embeddings|n_positions|n_ctx|max_seq_len|num_mel_bins|depths?|encoder_ffn_dim|decoder_ffn_dim"
    r"|encoder_attention_heads|decoder_attention_heads|attention_heads|num_experts_per_tok|sampling_rate|hop_length"
    r"|kernel_size|kernel_sizes|conv_kernel|conv_kernel_size|conv_kernel_sizes|conv_stride|conv_dim|strides?"
    r"|state_size|conv_channels|codebook_size|hidden_dim|mlp_dim|dim_feedforward|num_codebooks"
    r"|spatial_merge_size|temporal_patch_size|tubelet_size|num_queries|patch_stride|upsample_rates|num_frames"
    r"|max_source_positions|max_target_positions|mlp_ratio|mlp_ratios|num_labels)$"
    r"|^(text|vision|audio|encoder|decoder|cross|fusion|qformer|mlp|moe)_hidden_size$"
    r"|^(encoder|decoder|cross|text|vision|audio|pred|mit)_num_(attention_heads|hidden_layers|layers|heads)$"
    r"|_num_attention_heads$|_hidden_size$|_attention_heads$|_kernel_size$|_ffn_dim$|_embed_dim$"
)

_ACTIVATION = re.compile(
    r"(^|_)hidden_(mamba_)?act(ivation)?$|(^|_)activation(_function|_fn)?$|(^|_)(act_fn|act_func|pooler_act|adapter_act"
    r"|mlp_act|afn)$|^mamba_hidden_act$|^dense_act_fn$|^(ff|nemo|csp|conv|readout)_activation$|_activation_function$"
)
_LAYER_TYPES = frozenset({"layer_types", "mlp_layer_types", "mtp_layer_types", "mtp_mlp_layer_types"})
_DTYPE = re.compile(r"^(torch_)?dtype$|_dtype$")


def quantity_of(name: str, *, numeric: Literal["int", "float"] | None, defaults: tuple[Json, ...]) -> Quantity:
    """Tell what a parameter measures.

    Args:
        name: The parameter.
        numeric: The number it holds, alone or in lists: ``"int"``, ``"float"`` (an int may stand for it), or ``None``.
        defaults: The class's declared and effective default. Bounds that they break are dropped.

    Returns:
        The quantity; its bounds admit every number within `defaults`.
    """
    if any(isinstance(default, str) for default in defaults) and _by_name(name, None).kind == "activation":
        numeric = None  # whatever is annotated
    quantity = _by_name(name, numeric)
    if not quantity.bounded:
        return quantity
    return _widened(quantity, [number for default in defaults for number in numbers_in(default)])


_BY_NAME: tuple[tuple[re.Pattern[str], Quantity], ...] = (
    (_TOKEN_ID, Quantity("token-id")),
    (_PROBABILITY, Quantity("probability", 0.0, 1.0)),
    (_FRACTION, Quantity("fraction", 0.0, 1.0)),
    (_EPSILON, Quantity("epsilon", 0.0, exclusive=True)),
    (_DEVIATION, Quantity("deviation", 0.0)),
    (_POSITIVE, Quantity("positive", 0.0, exclusive=True)),
    (_SIGNED, OTHER),
    (_SIZE, Quantity("size", 1)),
)
"""What numbers measure; the first pattern that is found in the name holds."""


@lru_cache(maxsize=8192)
def _by_name(name: str, numeric: Literal["int", "float"] | None) -> Quantity:
    if name in _LAYER_TYPES:
        return Quantity("layer-types")
    if _DTYPE.search(name):
        return Quantity("dtype")
    if numeric is None:
        return Quantity("activation") if _ACTIVATION.search(name) else OTHER
    for pattern, quantity in _BY_NAME:
        if pattern.search(name):
            whole = quantity.kind != "size" or numeric == "int"
            return quantity if whole else Quantity("size", 0.0, exclusive=True)
    return Quantity("count", 0) if numeric == "int" else OTHER


def _widened(quantity: Quantity, numbers: list[float]) -> Quantity:
    """Move the bounds out to what the class itself takes as default."""
    if not numbers or all(map(quantity.admits, numbers)):
        return quantity
    low, high = min(numbers), max(numbers)
    if quantity.minimum is not None and not replace(quantity, maximum=None).admits(low):
        # A default of 0 or -1 is a marker for "none"; below it nothing is meant.
        quantity = replace(quantity, minimum=min(low, quantity.minimum), exclusive=False)
    if quantity.maximum is not None and high > quantity.maximum:
        quantity = replace(quantity, maximum=None)
    return quantity


def numbers_in(value: Json) -> Iterator[float]:
    """The numbers of a value in JSON form, at any depth of lists; truth values are none."""
    if isinstance(value, list):
        for item in value:
            yield from numbers_in(item)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield value
