"""Which part of a model a parameter belongs to: embeddings, attention, feed-forward network, experts and so on.

transformers states no such thing, so that it is told from the classes and the names of modules. The rules go from the
root down, and a module inherits the part of the one that holds it:

1. Lookup tables (``nn.Embedding``) are ``"embeddings"`` and normalisation layers are ``"norm"`` wherever they stand;
   so are the position tables and special tokens that models keep as bare parameters.
2. Routed and shared experts are ``"experts"``, and what chooses among them is the ``"router"``.
3. Otherwise the outermost module with a telling class or name decides for all below it: what stands within an
   attention block is ``"attention"``, its position bias and its convolutions included.
4. What none of them claims goes by its kind: a convolution is ``"convolution"``, a recurrent layer ``"state_space"``,
   and a dense layer ``"mlp"``, be it half of a feed-forward network that the layer itself holds or a projection
   from one width to another. The rest, scales and prompts above all, is ``"other"``.
"""

from __future__ import annotations

import re
from typing import Final

from torch import nn
from transformers.pytorch_utils import Conv1D

COMPONENTS: Final = (
    "embeddings",
    "attention",
    "mlp",
    "experts",
    "router",
    "norm",
    "head",
    "convolution",
    "state_space",
    "other",
)
"""All parts, in the order in which they are shown.

``"state_space"`` is everything that carries a state from step to step: state-space models, gated delta networks,
recurrent blocks and cells. ``"head"`` is what turns hidden states into the model's answers, poolers included.
"""

_TABLES: Final = (nn.Embedding, nn.EmbeddingBag)
_NORMS: Final = (
    nn.LayerNorm,
    nn.GroupNorm,
    nn.RMSNorm,
    nn.modules.batchnorm._NormBase,  # the base of batch and instance norms has no public name
)
_KINDS: Final[tuple[tuple[type[nn.Module], str], ...]] = (
    (nn.modules.conv._ConvNd, "convolution"),  # the base of all six convolutions has no public name
    (nn.RNNBase, "state_space"),
    (nn.RNNCellBase, "state_space"),
    (nn.Linear, "mlp"),
    (nn.Bilinear, "mlp"),
    (Conv1D, "mlp"),  # GPT-2's dense layer with transposed weights
)

_CLASSES: Final = tuple(
    (component, re.compile(pattern))
    for component, pattern in (
        ("router", r"Router|(TopK|Mo[eE]\w*|Naive)Gate$"),
        ("experts", r"(?<!In)Experts?(MLP|Layer)?$|NaiveMoe$|SharedMLP$"),
        ("norm", r"(?i)norm(alization)?(1d|2d|3d|gated)?$"),
        ("state_space", r"Mamba\w*Mixer$|SSM|Delta(Net|Attention)$|LightningAttention$|^RwkvSelfAttention$|RgLru"),
        ("state_space", r"RecurrentBlock$|^[msx]LSTM(Layer|Cell)$|(?<!x)LSTM$|GRU$"),
        ("convolution", r"ShortConv$|ConvolutionModule$"),
        ("attention", r"Attention(Head|s|Core|V2|Module|Subsample)?$|Attn$|SelfOutput$"),
        ("mlp", r"(?i)(mlp|ffn|feedforward\w*|ffnlayer|denserelu\w*|dense\w*actdense|fflayer|layerff|mixffn)$"),
        ("mlp", r"QuantLinear$"),
        ("embeddings", r"(?i)(embed|embedd?ings?|embedder|positionalencoding)$"),
        (
            "head",
            r"(LMHead|MLMHead|PredictionHead\w*|ClassificationHead|Classifier|PoolingHead|Pooler|(?<!nly)Heads?)$",
        ),
    )
)
_FIRST_NAMES: Final = tuple(
    (component, re.compile(pattern))
    for component, pattern in (
        ("experts", r"^(shared_)?experts?$|^shared_mlp$"),
        ("router", r"^router$|^shared_expert_gate$"),
        ("head", r"(^|_)(heads?|classifier|predictions?)$|^(score|qa_outputs|cls|pooler)$|^(class|bbox)_embed$"),
        ("head", r"^(lm_loss|sequence_summary|vocab_\w+|embedding_proj_layer|custom_text_proj)$"),
    )
)
_LAST_NAMES: Final = tuple(
    (component, re.compile(pattern))
    for component, pattern in (
        ("attention", r"^(self_|cross_|cross|encoder_)?(attn|attention)$"),
        ("mlp", r"^(mlp|ffn|feed_forward|feedforward)$"),
        ("embeddings", r"^(word_|position_|token_|patch_|input_)?embed(ding|dings|_tokens|s)?$|^(wte|wpe)$"),
        ("head", r"^(visual|vision|text|image|audio)_projection$"),
    )
)
_PARAMETERS: Final = re.compile(
    r"(^|_)(tokens?|embed|emb|embedd?ings?|embedd?ings?_table|positions?|position_enc|probe|latents?|latents_\dd)$"
    r"|^(query|image|eoi|cls|pos|mask|query_tokens|latent_query|dummy)_(newline|sep|begin|end|emb\w*|tokens?|node)$"
)
_WITHIN: Final = {
    "experts": {"mlp", "attention"},
    "router": {"mlp", "experts", "attention"},
}
"""Parts that are told even within another one."""


class Classifier:
    """Tells the parts of one model; keeps what it learnt, as the same few classes and names come again and again.

    Args:
        output: The layer that the model itself takes for its output, whatever its name.
    """

    def __init__(self, output: nn.Module | None = None) -> None:
        self._modules: dict[tuple[str | None, type, str], str | None] = {}
        self._output = output

    def module(self, inherited: str | None, module: nn.Module, name: str) -> str | None:
        """The part that a module is, or belongs to.

        Args:
            inherited: The part of the module that holds it; ``None`` where that is no part.
            module: The module.
            name: Its name within the one that holds it.

        Returns:
            The part; ``None`` for a module that mixes several, as a layer does.
        """
        if module is self._output:
            return "head"
        key = (inherited, type(module), name)
        found = self._modules.get(key, "")
        if found == "":
            found = self._modules[key] = _component(inherited, module, name)
        return found

    @staticmethod
    def parameter(component: str | None, name: str) -> str:
        """The part of a parameter, given that of its module and its name there."""
        if component is None or component == "head":
            return "embeddings" if _PARAMETERS.search(name) else component or "other"
        return component


def _component(inherited: str | None, module: nn.Module, name: str) -> str | None:
    if isinstance(module, _TABLES):
        return "embeddings"
    if isinstance(module, _NORMS):
        return "norm"
    told = _told(module, name)
    if told == "mlp" and "experts" in module._modules:  # a block of experts and what chooses among them
        told = None
    if told == "norm":
        return told
    if inherited is not None:
        return told if inherited in _WITHIN.get(told or "", ()) else inherited
    if told is not None:
        return told
    return next((component for kind, component in _KINDS if isinstance(module, kind)), None)


def _told(module: nn.Module, name: str) -> str | None:
    """The part that the class of a module tells, else its name."""
    class_name = type(module).__name__
    if "A_log" in module._parameters:  # the decay of a state, by which Mamba and gated delta networks are known
        return "state_space"
    own = bool(module._parameters) or not module._modules
    for component, pattern in _FIRST_NAMES:
        if pattern.search(name):
            return component
    for component, pattern in _CLASSES:
        if pattern.search(class_name) and (own or component != "norm"):
            return component
    return next((component for component, pattern in _LAST_NAMES if pattern.search(name)), None)
