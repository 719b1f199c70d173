"""What a number of a configuration is to the shape of its model: a width, a count of layers, of heads, a vocabulary.

transformers has hundreds of names for a few kinds of numbers. They are regular enough to be told apart by their words;
the table was drawn up over every parameter of every class. A name that nothing matches is left as it is.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, TypeAlias

Role: TypeAlias = Literal[
    "none", "token", "vocabulary", "layers", "layer-list", "layer-place", "period", "offset", "heads", "key-value-heads",
    "head-width", "experts", "chosen-experts", "groups", "width", "positions", "image", "queries", "window", "frames",
    "feature-layer", "codebooks",
]  # fmt: skip
"""What a number is; ``none`` where it does not decide the size, or must stay as it is."""

_ROLES: tuple[tuple[Role, str], ...] = (
    # Numbers that look like sizes and are none, or that others rely on.
    (
        "none",
        r"^(num_channels|in_chans|patch_size|patch_sizes|num_mel_bins|n_mel_bins|type_vocab_size|task_type_vocab_size"
        r"|token_type_vocab_size|modality_type_vocab_size|type_vocab_sizes|audio_channels|input_channels"
        r"|num_input_channels|stem_num_channels|max_2d_position_embeddings|dim_bbox|mlp_ratio|mlp_ratios"
        r"|visual_pos_dim|num_labels|codebook_dims|num_attention_layers_per_block|pos_emb_time|query_dim"
        r"|layer_list_out_channels|patch_embed_input_channels|channels|base_channels_multiplier|act_dim|state_dim"
        r"|neck_out_channels_multiplier|max_depth|min_depth|hc_count|additional_vocab_size|model_in_dim|mel_dim"
        r"|feature_projection_input_dim|num_stages|channel_ratios|channel_multiplier|num_feature_levels|num_hash_buckets)$"
        r"|kernel|stride|dilation|padding|_ratio$|_ratios$|_mult$|_multiplier$|_factor$|_cost$|coefficient|_labels$"
        r"|_ignore_|sampling|sample_rate|^conv_L_cache$|^mask_time|^mask_feature_(length|min)|_buckets$|_bins$",
    ),
    ("width", r"^(block|resnet|stage)_configs$|^resnet_head$|^bridge_connector$|^out_point_positions2D$"),
    (
        "token",
        r"_token_ids?$|_token_index$|_(bos|eos|pad|start|end|newline|patch|think|nothink)_id$|^(newline_id"
        r"|(im|image|slice)_(start|end)_id)$|^(bos|eos|pad|unk|mask)_index$|suppress_tokens$|^(tag|subs)_pad_id$",
    ),
    ("vocabulary", r"vocab_size|_vocab$|^codebook_size$|^num_embeddings$|^num_embeds$|^unpadded_vocab"),
    (
        "layer-list",
        r"_(indexes|indices|idxs|hook_ids)$|^(out_indices|cross_attention_layers|extract_layers"
        r"|mlp_only_layers|full_attention_layers|look_ahead_layers|look_backward_layers|hybrid_layer_ids"
        r"|neck_ignore_stages|encode_proj_layers)$|_layer_ids$",
    ),
    (
        "layer-place",
        r"^(first_k_dense_replace|max_window_layers|num_dense_layers|num_kv_shared_layers|moe_layer_start_index"
        r"|n_dense_layers|insert_layer_id|accept_hidden_layer|num_sparse_(en|de)coder_layers|merge_index"
        r"|num_(first|last)_full_attention_layers|num_timestamp_prediction_layers|num_hash_layers|eval_idx)$",
    ),
    (
        "period",
        r"_period$|_interval$|_sparse_step$|_every_n_layers$|_layer_step$|^cross_attention_frequency$"
        r"|^sliding_window_pattern$|^layer_group_size$|^n_layers_per_",
    ),
    ("offset", r"_layer_offset$"),
    (
        "feature-layer",
        r"^(vision_)?feature_layers?$|^vision_layer$|^spatial_vision_layer$|^vision_feature_select_layer$",
    ),
    ("codebooks", r"^(num|n)_codebooks$|^num_quantizers$|^num_code_groups$"),
    (
        "layers",
        r"layers$|^depths?$|^blocks$|_depths?$|^n_layer$|^num_(res_)?blocks$|_num_blocks$|^num_encoder_blocks$|^block_sizes$"
        r"|^num_self_attends_per_block$|^stage_numb_of_layers$|^stage_num_blocks$|^n_attn_blocks$|^layers$"
        r"|^num_adapter_layers$|_num_flows$|^num_loops$|^num_residual_layers$",
    ),
    ("key-value-heads", r"key_value_heads$|^kv_n_heads$|num_key_heads$|^num_key_value_attention_heads$"),
    ("heads", r"heads?$(?<!_per_head)(?<!d_head)(?<!dim_head)|^num_heads|heads_ipa$"),
    ("head-width", r"head_dim$|^d_kv$|^d_head$|^dim_head$|_dim_head$|head_size$|^kv_channels$|_d_head$|^key_dim$"),
    (
        "chosen-experts",
        r"experts_per_tok(en)?$|^moe_k$|top_?k(_experts)?$(?<!index_topk)|^topk_group$|^expert_capacity$",
    ),
    ("experts", r"experts$|^zero_expert_num$|_num_experts$"),
    ("groups", r"(^|_)n?groups?$|^num_groups$|^norm_num_groups$|^n_group$|^num_norm_groups$"),
    (
        "positions",
        r"position_embeddings|_positions$|^n_positions$|^n_ctx$|^max_seq_len|^seq_len$|^max_ep_len$"
        r"|^rel_extent$|^max_pos_emb$|^position_embedding_size$|^max_source_positions$|^max_img_token",
    ),
    (
        "image",
        r"^image_size$|^max_img_size$|^max_image_size$|^img_size$|_image_size$|^input_size$|^resolution$|^spec_size$|^crop_size$",
    ),
    (
        "queries",
        r"^num_queries$|^num_query_tokens$|_num_latents(_2d)?$|^num_latents$|_n_latents$|^num_denoising$"
        r"|^two_stage_num_proposals$|^num_detection_tokens$|^train_num_points$|^num_global_tokens$"
        r"|^num_landmarks$|^latent_query_num$|^num_prototypes$|^cache_size$",
    ),
    (
        "window",
        r"^sliding_window$|_window$|^sliding_window_size$|^attention_window_size$|^index_topk$"
        r"|^mem_len$|^global_block_size$|^local_radius$|_attn_chunk_length$|^(mamba_|conf_)?chunk_size$|^attention_chunk_size$",
    ),
    ("frames", r"^num_frames$|^frames_per_clip$"),
    (
        "width",
        r"(hidden|embd?|embed|embedding|model|ffn?|inner|intermediate|filters?|rank|channels?|units|width|dims?|latents)"
        r"(_(size|sizes|dim|dims|channels?|features|states|global|mlp|size_mlp))?$"
        r"|(projection|proj|feature|output|state|embedding|intermediate|bottleneck|adapter|shape|coordinate|vector|flow)"
        r"_(size|dim)$|^(dim|d_model|d_ff|dff|n_embd|d_inner|d_rel|d_latents|dim_ff|d_state|dim_feedforward"
        r"|feed_forward_size|classifier_proj_size|num_pos_feats|output_proj_dims|nhid|nemo_conv_channels"
        r"|decoder_ffn_dim|codevector_dim|condition_dim|hidden_size_per_layer_input|kernel_predictor_hidden_channels"
        r"|retrieval_vector_size|text_projection_(in|out)_dim|fpn_feature_size|mask_feature_size|latent_size)$"
        r"|_dim$|_dims$|_channels?$|_hidden_sizes?$|_intermediate_size$|_units$|_feedforward$|_width$",
    ),
)
_COMPILED = tuple((role, re.compile(pattern)) for role, pattern in _ROLES)

MAIN_WIDTHS = (
    "embed_dim_per_stage", "hidden_size", "d_model", "n_embd", "embed_dim", "dim", "hidden_dim", "emb_dim", "embed_dims", "hidden_sizes",
    "encoder_hidden_size", "decoder_hidden_size", "embedding_size",
)  # fmt: skip
"""Names of the width of the stream that runs through a model; the first that a class has is the one."""


@lru_cache(maxsize=4096)
def role_of(name: str) -> Role:
    """Tell what the number under a name is to the shape of the model.

    Args:
        name: The parameter's own name.

    Returns:
        The first role whose pattern is found in the name.
    """
    plain = name.removesuffix("_per_stage")
    return next((role for role, pattern in _COMPILED if pattern.search(plain)), "none")
