"""Documents that are looked up beside a question: what a retriever would hand over."""

from __future__ import annotations

import torch

from catalog.builder.inputs.registry import provides
from catalog.builder.inputs.request import Request
from catalog.builder.inputs.text import words


@provides("context_input_ids", models=("rag",))
def context_input_ids(request: Request) -> torch.Tensor:
    """The documents of each question, each with the question: ``(batch x documents, steps)``."""
    count = request.batch_size * request.config.n_docs
    return words(request, count, request.length(), config=request.config.generator)


@provides("context_attention_mask", models=("rag",))
def context_attention_mask(request: Request) -> torch.Tensor:
    """Every token of the documents counts."""
    return request.full(1, *request.get("context_input_ids").shape)


@provides("doc_scores", models=("rag",))
def doc_scores(request: Request) -> torch.Tensor:
    """How well each document fits its question: ``(batch, documents)``."""
    return request.normal(request.batch_size, request.config.n_docs)
