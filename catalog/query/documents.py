"""The JSON documents that programs read: their keys are a promise, kept here in one place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from catalog.history import Change
    from catalog.model_facts import BuildFailure, ModelFacts
    from catalog.query import CatalogParameter, ModelConfig, ModelSummary, ReleaseInfo, SearchHit
    from catalog.query.health import DoctorReport
    from catalog.sync import SyncReport


def of_config(config: ModelConfig) -> dict[str, Any]:
    """What ``catalog show NAME --json`` prints; an architecture stands there once for each of its tasks."""
    return {
        "release": config.release,
        "config_class": config.config_class,
        "module": config.module,
        "model_type": config.model_type,
        "summary": config.summary,
        "bases": list(config.bases),
        "sub_configs": {sub.name: sub.config_class for sub in config.sub_configs},
        "attribute_map": dict(config.attribute_map),
        "parameters": [of_parameter(parameter) for parameter in config.parameters.values()],
        "architectures": [
            {"name": architecture.name, "task": task}
            for architecture in config.architectures
            for task in architecture.tasks or (None,)
        ],
        "facts": None if config.facts is None else of_facts(config.facts),
    }


def of_facts(facts: ModelFacts) -> dict[str, Any]:
    """What building a model told, within ``catalog show --json``."""
    forward = facts.forward
    return {
        "architecture": facts.architecture,
        "failure": of_failure(facts.failure),
        "override": facts.override,
        "override_params": dict(facts.override_params),
        "parameters": facts.parameters,
        "trainable_parameters": facts.trainable_parameters,
        "embedding_parameters": facts.embedding_parameters,
        "active_parameters": facts.active_parameters,
        "buffers": facts.buffers,
        "buffer_bytes": facts.buffer_bytes,
        "components": dict(facts.components),
        "branches": dict(facts.branches),
        "weights_bytes": dict(facts.weights_bytes),
        "layers": facts.layers,
        "kv_cache_values_per_token": facts.kv_cache_values_per_token,
        "forward": {
            "mode": forward.mode,
            "size": forward.size,
            "failure": of_failure(forward.failure),
            "inputs": {item.name: {"shape": list(item.shape), "dtype": item.dtype} for item in forward.inputs},
            "flops": forward.flops,
            "backward_flops": forward.backward_flops,
            "flops_by_operator": dict(forward.flops_by_operator),
            "assumptions": list(forward.assumptions),
        },
        "torch": facts.torch,
    }


def of_failure(failure: BuildFailure | None) -> dict[str, Any] | None:
    """Why a model did not build or run."""
    if failure is None:
        return None
    return {
        "kind": failure.kind,
        "reason": failure.reason,
        "library": failure.library,
        "parameter": failure.parameter,
    }


def of_parameter(parameter: CatalogParameter) -> dict[str, Any]:
    """One parameter within ``catalog show --json``."""
    return {
        "name": parameter.name,
        "type": parameter.type_text,
        "default": parameter.default,
        "effective_default": parameter.effective_default,
        "required": parameter.required,
        "description": parameter.description,
        "choices": None if parameter.choices is None else list(parameter.choices),
        "minimum": parameter.minimum,
        "maximum": parameter.maximum,
        "inherited_from": parameter.inherited_from,
        "since": parameter.since,
    }


def of_summaries(summaries: Iterable[ModelSummary]) -> list[dict[str, Any]]:
    """What ``catalog list --json`` prints."""
    return [
        {
            "model_type": summary.model_type,
            "config_class": summary.config_class,
            "release": summary.release,
            "tasks": list(summary.tasks),
            "modality": summary.modality,
            "size": summary.size,
        }
        for summary in summaries
    ]


def of_hits(hits: Iterable[SearchHit]) -> list[dict[str, Any]]:
    """What ``catalog search --json`` prints."""
    return [
        {
            "kind": hit.kind,
            "name": hit.name,
            "config_class": hit.config_class,
            "model_type": hit.model_type,
            "excerpt": hit.excerpt,
            "score": hit.score,
        }
        for hit in hits
    ]


def of_sync(report: SyncReport) -> dict[str, Any]:
    """What ``catalog sync --json`` prints."""
    return {
        "releases": [
            {
                "release": release.release,
                "extractor": release.extractor,
                "classes": release.classes,
                "parameters": release.parameters,
                "failures": [
                    *({"class": failure.subject, "reason": failure.reason} for failure in release.failures),
                    *([] if release.error is None else [{"class": "transformers", "reason": release.error}]),
                ],
                "seconds": round(release.seconds, 3),
            }
            for release in report.releases
        ],
        "measurements": report.measurements,
        "measurement_failures": list(report.measurement_failures),
    }


def of_changes(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """What ``catalog history --json`` and ``catalog diff --json`` print."""
    return [
        {
            "release": change.release,
            "change": change.change,
            "config_class": change.config_class,
            "parameter": change.parameter,
            "before": change.before,
            "after": change.after,
            "confidence": change.confidence,
            "note": change.note,
        }
        for change in changes
    ]


def of_releases(releases: Iterable[ReleaseInfo]) -> list[dict[str, Any]]:
    """The cataloged releases, as ``catalog database --json`` lists them."""
    return [
        {
            "release": release.version,
            "extractor": release.extractor,
            "released": release.released,
            "classes": release.classes,
            "parameters": release.parameters,
            "architectures": release.architectures,
            "failures": release.failures,
        }
        for release in releases
    ]


def of_doctor(report: DoctorReport, kind: str | None = None) -> dict[str, Any]:
    """What ``catalog doctor --json`` prints; `kind` leaves the lists of all other kinds empty."""
    return {
        "release": report.release,
        "documented_defaults": [
            {
                "kind": fault.kind,
                "config_class": fault.config_class,
                "parameter": fault.parameter,
                "documented": fault.documented,
                "default": fault.actual,
                "effective_default": fault.effective,
                "message": fault.message,
            }
            for fault in report.faults
            if kind in (None, fault.kind)
        ],
        "undocumented": [
            {"config_class": item.config_class, "parameter": item.parameter, "inferred_from": item.inferred_from}
            for item in report.undocumented
            if kind in (None, "undocumented")
        ],
        "failures": [
            {"subject": failure.subject, "stage": failure.stage, "reason": failure.reason}
            for failure in report.failures
            if kind in (None, "failure")
        ],
        "effective_defaults": [
            {
                "config_class": item.config_class,
                "parameter": item.parameter,
                "default": item.declared,
                "effective_default": item.effective,
            }
            for item in report.computed
            if kind in (None, "effective-default")
        ],
    }
