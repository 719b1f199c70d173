"""Checkpoints: their configuration as a starting point, and their weights, from safetensors files only.

Nothing of a checkpoint is ever executed: no pickled weights are read, and no code that it brings.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from catalog.builder.errors import CheckpointError
from catalog.specs.checkpoints import Checkpoint, expanded, read_checkpoint

if TYPE_CHECKING:
    from torch import nn
    from transformers import PreTrainedConfig

_PICKLED: Final = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle")
_OTHER_FRAMEWORKS: Final = (".h5", ".msgpack", ".onnx", ".gguf")

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedWeights:
    """What loading a checkpoint's weights told.

    Attributes:
        missing: Weights that the model has and the checkpoint lacks: they are random.
        unexpected: Weights that the checkpoint has and the model lacks: they were passed over.
    """

    missing: tuple[str, ...] = ()
    unexpected: tuple[str, ...] = ()


def checkpoint_config(name: str) -> dict[str, Any]:
    """The content of a checkpoint's ``config.json``.

    Args:
        name: A folder, or a name on the hub: from the local cache or, unless offline, downloaded.

    Returns:
        Its keys and values, as they stand in the file.

    Raises:
        CheckpointError: If there is none, or it cannot be read.
    """
    found = read_checkpoint(name, relative_to="")
    if found == "remote":
        found = _download_config(name)
    if isinstance(found, Checkpoint):
        return dict(found.config)
    if expanded(name).is_dir() and not (expanded(name) / "config.json").exists():
        raise CheckpointError(name, f"The folder {name} holds no config.json, so it is no checkpoint.")
    raise CheckpointError(name, f"The checkpoint {name} cannot be read: {found}.")


def check_own_code(name: str, config: Mapping[str, Any], *, known: bool) -> None:
    """Refuse a checkpoint that only code of its own can read.

    Args:
        name: The checkpoint.
        config: Its configuration.
        known: True where transformers itself has the model type, which is then taken instead of that code.

    Raises:
        CheckpointError: If the checkpoint brings code for a model that transformers does not have.
    """
    if config.get("auto_map") and not known:
        raise CheckpointError(
            name,
            f"The checkpoint {name} needs code of its own (auto_map), and code from checkpoints is never executed.",
            remedy="Use a checkpoint of an architecture that transformers has.",
        )


def check_weights(name: str) -> None:
    """Refuse a local checkpoint without safetensors files; one on the hub is looked at when it is loaded.

    Raises:
        CheckpointError: If it is a folder with no weights, or with weights in another format only.
    """
    folder = expanded(name)
    if not folder.is_dir():
        return
    files = sorted(path.name for path in folder.iterdir() if path.is_file())
    if any(file.endswith((".safetensors", ".safetensors.index.json")) for file in files):
        return
    pickled = [file for file in files if file.endswith(_PICKLED)]
    if pickled:
        raise CheckpointError(
            name,
            f"The weights in {name} are pickled ({pickled[0]}), and unpickling executes code: only safetensors files "
            "are read.",
            remedy="Convert them with save_pretrained() in an environment that you trust them in.",
        )
    others = [file for file in files if file.endswith(_OTHER_FRAMEWORKS)]
    has = f"weights as {others[0]} only" if others else "no weights"
    raise CheckpointError(
        name,
        f"The folder {name} holds {has}: a file such as model.safetensors is needed.",
        remedy="Leave out pretrained to build it with random weights.",
    )


def load_model(
    model_class: Any, config: PreTrainedConfig, name: str, options: Mapping[str, Any]
) -> tuple[nn.Module, LoadedWeights]:
    """Make a model with a checkpoint's weights.

    Args:
        model_class: The model class.
        config: Its configuration.
        name: A folder, or a name on the hub.
        options: ``dtype`` and ``attn_implementation``, where they are asked for.

    Returns:
        The model on the processor, and which weights did not fit.

    Raises:
        CheckpointError: If there are no safetensors files, or none of their weights is one of the model's.
        Exception: Whatever transformers raises.
    """
    check_weights(name)
    folder = expanded(name)
    source = str(folder) if folder.is_dir() else name
    model, told = model_class.from_pretrained(
        source,
        config=config,
        use_safetensors=True,
        trust_remote_code=False,
        local_files_only=is_offline(),
        output_loading_info=True,
        **options,
    )
    missing, unexpected = sorted(told["missing_keys"]), sorted(told["unexpected_keys"])
    if unexpected and len(missing) >= len(dict(model.named_parameters())):
        raise CheckpointError(
            name,
            f"The weights in {name} are not those of {model_class.__name__}: none of its {len(missing)} weights is "
            f"among them (they begin with {unexpected[0]}).",
        )
    if missing:
        _logger.warning(
            "%s lacks %d weights of %s, which are random: %s", name, len(missing), model_class.__name__, missing[0]
        )
    return model, LoadedWeights(missing=tuple(missing), unexpected=tuple(unexpected))


def is_offline() -> bool:
    """True where the environment says that the hub must not be asked."""
    words = (os.environ.get("HF_HUB_OFFLINE"), os.environ.get("TRANSFORMERS_OFFLINE"))
    return any((word or "").upper() in {"1", "ON", "YES", "TRUE"} for word in words)


def _download_config(name: str) -> Checkpoint | str:
    """The configuration of a model on the hub, or why it cannot be had."""
    import json  # noqa: PLC0415  # few need it

    if is_offline():
        return "it is not in the local cache, and HF_HUB_OFFLINE is set"
    from huggingface_hub import hf_hub_download  # noqa: PLC0415  # it takes a while
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError  # noqa: PLC0415

    try:
        path = Path(hf_hub_download(name, "config.json"))
        config = json.loads(path.read_bytes())
    except LocalEntryNotFoundError:
        return "it is not in the local cache, and the hub cannot be reached"
    except HFValidationError:
        return "it is neither a folder nor a name on the hub"
    except (HfHubHTTPError, OSError, ValueError) as error:
        return " ".join(str(error).split())[:300]
    return Checkpoint(path, config) if isinstance(config, dict) else f"{path} holds no configuration"
