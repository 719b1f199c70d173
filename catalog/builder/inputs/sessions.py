"""Videos that are tracked frame by frame: the session that holds the frames and what is to be followed."""

from __future__ import annotations

import importlib
from typing import Any

from catalog.builder.inputs.registry import provides
from catalog.builder.inputs.request import Request
from catalog.builder.inputs.text import words
from catalog.builder.inputs.vision import configured_size

FRAMES = 2


@provides("inference_session")
def inference_session(request: Request) -> Any:
    """A session with a short video and one point on one object in its first frame."""
    module = importlib.import_module(type(request.model).__module__)
    kind = next(value for name, value in vars(module).items() if name.endswith("VideoInferenceSession"))
    height, width = configured_size(request) or (1024, 1024)
    session = kind(
        video=request.normal(FRAMES, 3, height, width),
        video_height=height,
        video_width=width,
        inference_device=request.device,
        inference_state_device=request.device,
        video_storage_device=request.device,
        dtype=request.dtype,
    )
    if hasattr(session, "add_prompt"):
        prompt = session.add_prompt("a thing")
        session.prompt_input_ids[prompt] = words(request, 1, 8)
        session.prompt_attention_masks[prompt] = request.full(1, 1, 8)
        return session
    index = session.obj_id_to_idx(1)
    point = {"point_coords": request.uniform(1, 1, 1, 2, low=10.0, high=50.0), "point_labels": request.full(1, 1, 1, 1)}
    session.add_point_inputs(index, 0, point)
    session.obj_with_new_inputs = [1]
    return session


@provides("frame_idx")
def frame_idx(request: Request) -> int | None:
    """The first frame."""
    return 0 if request.takes("inference_session") else None
