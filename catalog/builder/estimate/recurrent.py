"""State of layers that keep the same amount however long the sequence is: scans, linear attention, convolutions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from catalog.builder.estimate.reading import WIDTH, number


@dataclass(frozen=True, slots=True)
class State:
    """Constant state of one layer for one sequence.

    Attributes:
        values: Values in the model's dtype.
        float32_values: Values that are kept in float32 whatever the model's dtype is.
    """

    values: int = 0
    float32_values: int = 0

    @property
    def exists(self) -> bool:
        """True where the layer keeps any."""
        return bool(self.values or self.float32_values)


def state_of(config: Any) -> State:
    """State of one recurrent layer of a configuration.

    Mamba (Gu and Dao, 2023) keeps ``channels * kernel`` values of its convolution and ``channels * state size`` of its
    scan; Mamba-2 (Dao and Gu, 2024) convolves the groups' B and C, too; gated delta networks (Yang et al., 2024) keep
    a matrix of key width times value width a head.
    """
    for rule in (_delta_net, _kimi_delta, _rwkv, _xlstm, _mamba2, _mamba, _short_convolution):
        found = rule(config)
        if found is not None:
            return found
    return State()


def _delta_net(config: Any) -> State | None:
    heads = number(config, ("linear_num_value_heads",))
    kernel = number(config, ("linear_conv_kernel_dim",))
    if heads is None or kernel is None:
        return None
    key_heads = number(config, ("linear_num_key_heads",), heads) or heads
    key = number(config, ("linear_key_head_dim",), 0) or 0
    value = number(config, ("linear_value_head_dim",), 0) or 0
    channels = 2 * key_heads * key + heads * value
    return State(channels * kernel + heads * key * value)


def _kimi_delta(config: Any) -> State | None:
    """Kimi Delta Attention (Kimi Linear, 2025), whose matrices are kept in float32."""
    heads, width = number(config, ("linear_num_heads",)), number(config, ("linear_head_dim",))
    kernel = number(config, ("linear_conv_kernel_dim",))
    if heads is None or width is None or kernel is None:
        return None
    return State(3 * heads * width * kernel, heads * width * width)


def _rwkv(config: Any) -> State | None:
    """RWKV (Peng et al., 2023): the last token for both blocks, and three sums in float32."""
    if getattr(config, "model_type", None) != "rwkv":
        return None
    width = number(config, WIDTH, 0) or 0
    return State(2 * width, 3 * (number(config, ("attention_hidden_size",), width) or width))


def _xlstm(config: Any) -> State | None:
    """Extended LSTM (xLSTM, Beck et al., 2024): a matrix, a vector and a number for each head."""
    heads = number(config, ("num_heads",))
    if getattr(config, "model_type", None) != "xlstm" or heads is None:
        return None
    key, value = number(config, ("qk_head_dim",)) or 0, number(config, ("v_head_dim",)) or 0
    return State(heads * (key * value + key + 1))


def _mamba2(config: Any) -> State | None:
    kernel = number(config, ("mamba_d_conv", "conv_kernel"))
    size = number(config, ("mamba_d_state", "ssm_state_size", "state_size"))
    heads = number(config, ("mamba_n_heads", "n_mamba_heads", "mamba_num_heads", "num_heads"))
    width = number(config, ("mamba_d_head", "mamba_head_dim", "mamba_headdim", "head_dim"))
    groups = number(config, ("mamba_n_groups", "mamba_ngroups", "n_groups"))
    if kernel is None or size is None or heads is None or width is None or groups is None:
        return None
    channels = heads * width + 2 * groups * size
    return State(channels * kernel + heads * width * size)


def _mamba(config: Any) -> State | None:
    kernel = number(config, ("mamba_d_conv", "conv_kernel"))
    size = number(config, ("mamba_d_state", "state_size", "ssm_state_size"))
    if kernel is None or size is None:
        return None
    hidden = number(config, WIDTH, 0) or 0
    expand = getattr(config, "mamba_expand", None) or getattr(config, "expand", None) or 2
    channels = number(config, ("intermediate_size",)) if hasattr(config, "conv_kernel") else None
    channels = channels or int(expand * hidden)
    return State(channels * kernel + channels * size)


def _short_convolution(config: Any) -> State | None:
    kernel = number(config, ("conv_L_cache",))
    return None if kernel is None else State((number(config, WIDTH, 0) or 0) * kernel)
