"""Keys that configurations carry although no class declares them.

They come from four sources: the base class itself (``torch_dtype``), the tools that write ``config.json`` files
(quantizers, exporters, trainers), generation parameters that once lived in configurations, and parameters that earlier
releases declared. transformers reads, converts or stores them without complaint; none is a fault.
"""

from __future__ import annotations

from catalog.records import Json

BASE_KEYWORDS = frozenset({
    "model_type", "auto_map", "architectures", "torch_dtype", "dtype", "name_or_path", "num_labels", "id2label",
    "label2id", "output_attentions", "attn_implementation", "experts_implementation", "per_layer_config",
    "use_return_dict", "return_dict", "tie_last_hidden_states", "transformers_version", "quantization_config",
    "compression_config", "allow_global_per_layer_attribute_access", "gradient_checkpointing",
    "transformers_weights", "return_unused_kwargs", "problem_type",
})  # fmt: skip
"""Keys that the base class, or the loading of any model, reads."""

KEYWORD_TYPES: dict[str, Json] = {
    "num_labels": {"union": ["int", "null"]},
    "output_attentions": {"union": ["bool", "null"]},
    "attn_implementation": {"union": ["str", {"dict": ["str", "any"]}, "null"]},
    "torch_dtype": {"union": ["str", {"dict": ["str", "any"]}, "null"]},
    "rope_theta": {"union": ["float", "int", "null"]},
    "partial_rotary_factor": {"union": ["float", "int", "null"]},
    "name_or_path": {"union": ["str", "null"]},
    "model_type": "str",
}
"""Types of keys that the base class takes although it declares no parameter of that name."""

PRIVATE_KEYWORDS = frozenset({
    "_name_or_path", "_commit_hash", "_attn_implementation", "_attn_implementation_internal",
    "_attn_implementation_autoset", "_experts_implementation", "_experts_implementation_internal",
    "_flash_attn_2_enabled", "_diffusers_version", "_num_labels", "_from_auto", "_auto_class",
})  # fmt: skip
"""Keys that the base class writes for itself."""

ROPE_KEYWORDS = frozenset({"rope_scaling", "rope_theta", "partial_rotary_factor"})
"""Keys that every class with ``rope_parameters`` converts into them."""

TEXT_KEYWORDS = frozenset({
    "use_cache", "is_decoder", "add_cross_attention", "cross_attention_hidden_size", "tie_word_embeddings",
    "tie_encoder_decoder", "pad_token_id", "bos_token_id", "eos_token_id", "sep_token_id", "cls_token_id",
    "mask_token_id", "unk_token_id", "decoder_start_token_id", "rope_scaling", "rope_theta", "partial_rotary_factor",
})  # fmt: skip
"""Keys of text models that the base class took for every model before version 5: files of all kinds hold them."""

TOOL_KEYWORDS = frozenset({
    "task_specific_params", "tokenizer_class", "processor_class", "feature_extractor_type", "image_processor_type",
    "model_max_length", "max_sequence_length", "language", "finetuning_task", "xla_device", "torchscript",
    "use_bfloat16", "tf_legacy_loss", "pruned_heads", "adapters", "custom_pipelines", "sentence_transformers",
    "transformers.js_config", "unsloth_version", "unsloth_fixed", "unsloth_training_args", "model_name", "revision",
    "neuron", "onnx_config", "export_model_type", "license", "library_name", "tags", "datasets", "pipeline_tag",
    "author", "description", "quantization", "mlc_config", "adapter_fusion", "training_args", "peft_config",
    "torch_compile", "use_flash_attn", "use_flash_attention", "use_flash_attention_2", "flash_attn",
    "attention_implementation", "low_cpu_mem_usage", "trust_remote_code", "device_map", "hub_model_id",
})  # fmt: skip
"""Keys that tools write beside the parameters."""

GENERATION_KEYWORDS = frozenset({
    "max_length", "max_new_tokens", "min_length", "min_new_tokens", "early_stopping", "max_time", "do_sample",
    "num_beams", "num_beam_groups", "penalty_alpha", "temperature", "top_k", "top_p", "min_p", "typical_p",
    "epsilon_cutoff", "eta_cutoff", "diversity_penalty", "repetition_penalty", "encoder_repetition_penalty",
    "length_penalty", "no_repeat_ngram_size", "bad_words_ids", "force_words_ids", "renormalize_logits",
    "constraints", "forced_bos_token_id", "forced_eos_token_id", "remove_invalid_values",
    "exponential_decay_length_penalty", "suppress_tokens", "begin_suppress_tokens", "forced_decoder_ids",
    "sequence_bias", "guidance_scale", "num_return_sequences", "output_scores", "return_dict_in_generate",
    "output_logits", "encoder_no_repeat_ngram_size", "cache_implementation", "prompt_lookup_num_tokens",
    "assistant_confidence_threshold", "num_assistant_tokens", "stop_strings", "eos_token_ids", "prefix",
    "watermarking_config", "is_assistant", "low_memory", "dola_layers", "token_healing",
})  # fmt: skip
"""Generation parameters, which older configurations hold and the base class moves away."""

FORMER_PARAMETERS = frozenset({
    "position_embedding_type", "n_positions", "output_past", "n_ctx", "normalize_before", "normalize_embedding",
    "static_position_embeddings", "extra_pos_embeddings", "add_bias_logits", "add_final_layer_norm",
    "classif_dropout", "extra_layer_norm", "do_blenderbot_90_layernorm", "layernorm_variant",
    "force_bos_token_to_be_generated", "directionality", "pooler_fc_size", "pooler_num_attention_heads",
    "pooler_num_fc_layers", "pooler_size_per_head", "pooler_type", "tie_weights_", "untie_r", "attention_mode",
    "ignore_attention_mask", "net_structure_type", "num_memory_blocks", "gap_size", "down_scale_factor",
    "inner_group_num", "use_scan", "sinusoidal_pos_embds", "pretraining_tp", "offset_alibi",
    "masked_softmax_fusion", "bias_dropout_fusion", "skip_bias_add", "skip_bias_add_qkv",
    "attention_softmax_in_fp32", "scale_attention_softmax_in_fp32", "hidden_dropout_rate", "seq_length", "n_embed",
    "max_window_layers", "use_sliding_window", "sliding_window", "attention_bias", "mlp_bias", "rope_interleave",
    "aux_loss_alpha", "seq_aux", "ep_size", "scoring_func", "topk_method", "moe_layer_freq", "num_nextn_predict_layers",
    "gelu_activation", "use_cache_quantization", "fp16", "bf16", "fp32", "use_dynamic_ntk", "use_logn_attn",
    "summary_activation", "summary_first_dropout", "summary_proj_to_labels", "summary_type", "summary_use_proj",
    "scale_embedding", "use_parallel_residual", "gradient_checkpointing_kwargs", "parallel_attn", "alibi",
    "apply_residual_connection_post_layernorm", "use_mems_eval", "use_mems_train", "bi_data", "reuse_len",
    "feature_extractor_type", "freeze_feat_extract_train", "no_mask_channel_overlap", "no_mask_time_overlap",
    "mask_channel_length", "mask_channel_min_space", "mask_channel_other", "mask_channel_prob",
    "mask_channel_selection", "mask_time_min_space", "mask_time_other", "mask_time_selection",
    "feat_extract_dropout", "gradient_checkpointing", "layer_norm_epsilon", "norm_rel_ebd",
})  # fmt: skip
"""Names that earlier releases or the original code read and that published files still hold."""

UNDECLARED = {
    "adapter_attn_dim": ("hubert", "sew", "sew_d", "unispeech", "unispeech_sat", "wavlm"),
    "apply_spec_augment": ("data2vec",),
    "attention_head_size": ("deberta_v2", "sew_d"),
    "beta": ("chameleon", "glm_image", "janus"),
    "classifier_dropout": ("falcon",),
    "cls_dropout": ("deberta", "deberta_v2"),
    "conv_act": ("deberta_v2", "sew_d"),
    "conv_groups": ("deberta_v2", "sew_d"),
    "conv_kernel_size": ("deberta_v2", "sew_d"),
    "cross_attention_hidden_size": ("encoder_decoder", "speech_encoder_decoder", "vision_encoder_decoder"),
    "embedding_size": ("deberta", "deberta_v2"),
    "max_relative_positions": ("sew_d",),
    "norm_rel_ebd": ("deberta_v2",),
    "position_buckets": ("deberta_v2",),
    "return_class_token": ("dinov3_vit", "sapiens2"),
    "share_att_key": ("deberta_v2",),
    "sliding_window": ("olmoe", "paligemma"),
    "summary_activation": ("convbert", "roformer"),
    "summary_type": ("convbert", "roformer"),
    "talking_head": ("deberta",),
}
"""Names that models read although their configuration does not declare them, with the folders of the models."""

HEAD_WIDTH = "head_dim"
"""Read by most models with attention heads, declared by some."""

BACKBONE_KEYWORDS = frozenset({"backbone", "backbone_kwargs", "use_timm_backbone", "use_pretrained_backbone"})
"""What classes with a ``backbone_config`` take instead of it."""

PUBLISHED = TOOL_KEYWORDS | FORMER_PARAMETERS | TEXT_KEYWORDS | GENERATION_KEYWORDS
"""Keys that a published ``config.json`` may hold without a word about them."""
