"""Files for programs: the whole catalog as JSON, one document a model, a text for language models."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from catalog._version import __version__
from catalog.benchmark.figures import token_length
from catalog.quantities import count_text, format_count
from catalog.query import ModelConfig
from catalog.query.documents import of_config
from catalog.records import to_document
from catalog.site.benchmark_pages import METHOD_URL, NDJSON_URL
from catalog.site.data import SiteData
from catalog.site.links import model_url, schema_url
from catalog.site.measured import Row
from catalog.site.measured_texts import attention_text, machine_text, software_text
from catalog.site.pages import Asset
from catalog.site.text import plain

CATALOG = "catalog.json"
TEXT = "llms.txt"


def assets(data: SiteData) -> Iterator[Asset]:
    """The catalog as JSON, each model's document, and the text for language models."""
    yield Asset(path=CATALOG, content=_json(_catalog(data)))
    for config in data.models:
        yield Asset(path=document_url(config.config_class), content=_json(of_config(config)))
    yield Asset(path=TEXT, content=_text(data).encode())


def document_url(config_class: str) -> str:
    """Address of what ``catalog show NAME --json`` prints of a class."""
    return f"data/show/{config_class}.json"


def _catalog(data: SiteData) -> dict[str, Any]:
    return {
        "generator": f"transformers-catalog {__version__}",
        "release": data.release.version,
        "released": data.release.released,
        "environments": {place.name: to_document(place.environment) for place in data.measured.places},
        "models": [_model(config, data) for config in data.models],
    }


def _model(config: ModelConfig, data: SiteData) -> dict[str, Any]:
    facts = data.facts.get(config.config_class)
    return {
        "config_class": config.config_class,
        "model_type": config.model_type,
        "module": config.module,
        "summary": plain(config.summary),
        "modality": config.modality,
        "tasks": list(config.tasks),
        "attention": list(config.attention),
        "sub_configs": {sub.name: sub.config_class for sub in config.sub_configs},
        "architectures": [architecture.name for architecture in config.architectures],
        "parameters": len(config.own_parameters),
        "size": facts.parameters if facts is not None else None,
        "active_size": facts.active_parameters if facts is not None else None,
        "weights_bytes": dict(facts.weights_bytes) if facts is not None else {},
        "kv_cache_values_per_token": facts.kv_cache_values_per_token if facts is not None else None,
        "flops": facts.forward.flops if facts is not None else None,
        "failure": facts.failure.reason if facts is not None and facts.failure is not None else None,
        "measured": [_measured(row) for row in data.measured.by_class.get(config.config_class, ())],
        "page": model_url(config.config_class),
        "document": document_url(config.config_class),
        "schema": schema_url(config.config_class),
    }


def _measured(row: Row) -> dict[str, Any]:
    """A row in short: what was run, where, and its main figures, times in seconds and memory in bytes."""
    measurement = row.measurement
    work, time = measurement.workload, measurement.latency
    document = {
        "mode": work.mode,
        "scale": measurement.subject.scale,
        "architecture": measurement.subject.architecture,
        "environment": None if row.place is None else row.place.name,
        "status": measurement.status,
        "reason": measurement.reason,
        "batch_size": work.batch_size,
        "sequence_length": token_length(measurement),
        "new_tokens": work.new_tokens,
        "device": work.device,
        "dtype": work.dtype,
        "attention": attention_text(measurement) or None,
        "compile": work.compile or None,
        "p50": None if time is None else time.p50,
        "p90": None if time is None else time.p90,
        "p99": None if time is None else time.p99,
        "runs": None if time is None else time.n,
        "noise": None if time is None else time.noise,
        "tokens_per_second": measurement.tokens_per_second,
        "samples_per_second": measurement.samples_per_second,
        "parameters": measurement.parameters,
        "flops": measurement.flops,
        "memory": measurement.peak_memory,
        "estimated_memory": measurement.memory.estimated,
        "estimated_by": measurement.estimate_method,
    }
    return {name: value for name, value in document.items() if value is not None}


def _json(document: Any) -> bytes:
    return (json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n").encode()


def _text(data: SiteData) -> str:
    """What is here and where, in the form that llmstxt.org describes."""
    classes = count_text(len(data.models), "configuration class", "configuration classes")
    lines = [
        f"# Configurations of transformers {data.release.version}",
        "",
        (
            f"> {classes} of Hugging Face transformers with every parameter: type, declared default, default after"
            " construction, choices, range, meaning, and since which release. Read from the code, not from its"
            " documentation."
        ),
        "",
        (
            f"[{CATALOG}]({CATALOG}) lists all models with their sizes. `{document_url('CLASS')}` has everything of one"
            f" class, `{schema_url('CLASS')}` its JSON Schema, `{model_url('CLASS')}` its page; a parameter's anchor"
            " is its name. `parameters/NAME/` tells which models take a parameter, with which default."
        ),
        "",
        *_measured_lines(data),
        "## Models",
        "",
        *(_line(config, data) for config in data.models),
    ]
    return "\n".join(lines) + "\n"


def _measured_lines(data: SiteData) -> list[str]:
    """Where measured figures are, and what they were measured on."""
    found = data.measured
    if not found.rows:
        return []
    return [
        "## Measured",
        "",
        (
            f"{count_text(len(found.rows), 'row')} of measured time and memory: under `measured` of each model in"
            f" [{CATALOG}]({CATALOG}), with times in seconds and memory in bytes; everything of them in"
            f" [{NDJSON_URL}]({NDJSON_URL}). [How it is measured]({METHOD_URL}), and what may not be concluded: tiny"
            " models say nothing of the ranking at full size, and figures of two environments are not to be compared."
        ),
        "",
        *(
            f"- Environment {place.name}: {' '.join(f'{machine_text(place)}; {software_text(place)}'.split())}"
            for place in found.places
        ),
        "",
    ]


def _line(config: ModelConfig, data: SiteData) -> str:
    facts = data.facts.get(config.config_class)
    told = [config.modality or "", format_count(facts.parameters) if facts is not None else ""]
    about = ", ".join(part for part in (config.model_type or "", *told) if part)
    return f"- [{config.config_class}]({document_url(config.config_class)}): {about}".rstrip(": ")
