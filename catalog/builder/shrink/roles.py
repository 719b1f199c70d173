"""What a number of a configuration is to the shape of its model: a width, a count of layers, of heads, a vocabulary.

transformers has hundreds of names for a few kinds of numbers. They are regular enough to be told apart by their words;
the table was drawn up over every parameter of every class. A name that nothing matches is left as it is.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, TypeAlias

Role: TypeAlias = Literal[
    "none", "token", "vocabulary", "layers", "layer-list", "layer-place", "feature-layer", "period", "offset", "heads",
    "key-value-heads", "head-width", "experts", "chosen-experts", "codebooks", "groups", "width", "positions", "image",
    "queries", "window", "frames",
]  # fmt: skip
"""What a number is; ``none`` where it does not decide the size, or must stay as it is."""

_ROLES: tuple[tuple[Role, str, str], ...] = (
    # Whole names, and patterns of others; the first role that fits holds. First come the numbers that look like sizes
    # and are none, or on which the inputs rely: channels of an image, bins of a spectrogram, kernels and strides.
    (
        "none",
        """num_channels in_chans patch_size patch_sizes num_mel_bins n_mel_bins type_vocab_size task_type_vocab_size
        token_type_vocab_size modality_type_vocab_size type_vocab_sizes audio_channels input_channels channels
        num_input_channels stem_num_channels max_2d_position_embeddings dim_bbox visual_pos_dim query_dim act_dim
        state_dim layer_list_out_channels patch_embed_input_channels max_depth min_depth hc_count model_in_dim mel_dim
        additional_vocab_size feature_projection_input_dim num_stages channel_multiplier num_feature_levels
        num_hash_buckets conv_L_cache n_window n_window_infer input_feat_per_channel pos_emb_height pos_emb_width
        keypoint_decoder_dim patch_embed_hidden_size""",
        (
            r"kernel|stride|dilation|padding|_ratios?$|_mult$|_multiplier$|_factor$|_cost$|coefficient|_labels$"
            r"|_ignore_|sampling|sample_rate|^mask_time|^mask_feature_(length|min)|_buckets$|_bins$"
        ),
    ),
    ("width", "block_configs resnet_configs stage_configs resnet_head bridge_connector out_point_positions2D", ""),
    (
        "token",
        """newline_id im_start_id im_end_id image_start_id image_end_id slice_start_id slice_end_id bos_index eos_index
        pad_index unk_index mask_index tag_pad_id subs_pad_id""",
        r"_token_ids?$|_token_index$|_(bos|eos|pad|start|end|newline|patch|think|nothink)_id$|suppress_tokens$",
    ),
    ("vocabulary", "codebook_size num_embeddings num_embeds", r"vocab_size|_vocab$|^unpadded_vocab"),
    (
        "layer-list",
        """out_indices cross_attention_layers extract_layers mlp_only_layers full_attention_layers look_ahead_layers
        look_backward_layers hybrid_layer_ids neck_ignore_stages encode_proj_layers""",
        r"_(indexes|indices|idxs|hook_ids)$|_layer_ids$",
    ),
    (
        "layer-place",
        """first_k_dense_replace max_window_layers num_dense_layers num_kv_shared_layers moe_layer_start_index
        n_dense_layers insert_layer_id accept_hidden_layer num_sparse_encoder_layers num_sparse_decoder_layers
        merge_index num_first_full_attention_layers num_last_full_attention_layers num_timestamp_prediction_layers
        num_hash_layers eval_idx""",
        "",
    ),
    (
        "period",
        "cross_attention_frequency sliding_window_pattern layer_group_size",
        r"_period$|_interval$|_sparse_step$|_every_n_layers$|_layer_step$|^n_layers_per_",
    ),
    ("offset", "", r"_layer_offset$"),
    (
        "feature-layer",
        "feature_layer feature_layers vision_feature_layer vision_feature_layers vision_layer spatial_vision_layer",
        "",
    ),
    ("codebooks", "num_codebooks n_codebooks num_quantizers num_code_groups", ""),
    (
        "layers",
        """blocks n_layer num_blocks num_res_blocks num_encoder_blocks block_sizes num_self_attends_per_block
        stage_numb_of_layers n_attn_blocks num_loops""",
        r"layers$|(^|_)depths?$|_num_blocks$|_num_flows$",
    ),
    ("key-value-heads", "kv_n_heads num_key_value_attention_heads", r"key_value_heads$|num_key_heads$"),
    ("heads", "", r"heads?$(?<!_per_head)(?<!d_head)(?<!dim_head)|^num_heads|heads_ipa$"),
    ("head-width", "d_kv d_head dim_head kv_channels key_dim", r"head_dim$|_dim_head$|_d_head$|head_size$"),
    ("chosen-experts", "moe_k topk_group expert_capacity", r"experts_per_tok(en)?$|top_?k(_experts)?$(?<!index_topk)"),
    ("experts", "zero_expert_num", r"experts$"),
    ("groups", "norm_num_groups num_norm_groups", r"(^|_)n?groups?$"),
    (
        "positions",
        """block_size n_positions n_ctx seq_len max_ep_len rel_extent max_pos_emb position_embedding_size
        max_source_positions""",
        r"position_embeddings|_positions$|^max_seq_len|^max_img_token",
    ),
    ("image", "img_size max_img_size input_size resolution spec_size crop_size", r"(^|_)image_size$"),
    (
        "queries",
        """num_queries num_query_tokens num_latents num_denoising two_stage_num_proposals num_detection_tokens
        train_num_points num_global_tokens num_landmarks latent_query_num num_prototypes cache_size""",
        r"_num_latents(_2d)?$|_n_latents$",
    ),
    (
        "window",
        """sliding_window sliding_window_size attention_window attention_window_size index_topk mem_len
        global_block_size local_radius attention_chunk_size chunk_size mamba_chunk_size conf_chunk_size""",
        r"_window$|_attn_chunk_length$",
    ),
    ("frames", "num_frames frames_per_clip", ""),
    (
        "width",
        """d_model d_ff dff n_embd d_inner d_rel d_latents dim_ff d_state dim_feedforward feed_forward_size nhid
        classifier_proj_size num_pos_feats output_proj_dims hidden_size_per_layer_input retrieval_vector_size
        hidden_size_global vector_quantization_hidden_dimension
        fpn_feature_size mask_feature_size latent_size kernel_predictor_hidden_channels""",
        (
            r"(hidden|embd?|embed|embedding|model|ffn?|inner|intermediate|filters?|rank|channels?|units|width|dims?|latents)"
            r"(_(sizes?|dims?|channels?|features|states|global|size_mlp))?$"
            r"|(projection|proj|feature|output|state|bottleneck|adapter|shape|coordinate|vector|flow)_(size|dim)$"
            r"|_feedforward$"
        ),
    ),
)
_COMPILED = tuple((role, frozenset(names.split()), re.compile(pattern or "(?!)")) for role, names, pattern in _ROLES)

MAIN_WIDTHS = (
    "embed_dim_per_stage", "hidden_size", "d_model", "n_embd", "embed_dim", "dim", "hidden_dim", "emb_dim",
    "embed_dims", "hidden_sizes", "encoder_hidden_size", "decoder_hidden_size", "embedding_size",
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
    plain = name.removesuffix("_per_stage").removesuffix("_per_layer")
    return next((role for role, names, found in _COMPILED if plain in names or found.search(plain)), "none")
