"""The table of devices is checked, and devices are found by the names people use."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.builder.estimate.devices import GIB, device_named, devices, parse_devices
from catalog.errors import NotFoundError

RULE = {"kind": "discrete", "fraction": 1.0, "reserve_gib": 1, "why": "the context"}
CARD = {"name": "Card", "memory_gib": 8, "usable": "card", "source": "https://example.org/card"}


def table(*entries: dict[str, Any], **rule: Any) -> dict[str, Any]:
    return {"usable": {"card": {**RULE, **rule}}, "devices": list(entries)}


def test_every_device_has_a_source_and_less_usable_than_there_is() -> None:
    assert len(devices()) > 40
    for device in devices():
        assert device.source.startswith("https://")
        assert 0 < device.usable_bytes < device.memory_bytes
        assert device.why


@pytest.mark.parametrize("name", ["NVIDIA H200", "h200", "RTX 4090", "4090", "mi300x", "nvidia b200", "T4", "A100"])
def test_a_device_is_found_by_the_names_people_use(name: str) -> None:
    assert name.lower().split()[-1] in device_named(name).name.lower()


def test_an_unknown_device_gets_suggestions() -> None:
    with pytest.raises(NotFoundError) as caught:
        device_named("RTX 4091")
    assert "NVIDIA GeForce RTX 4090" in caught.value.suggestions


def test_the_memory_of_shared_machines_is_not_all_usable() -> None:
    assert device_named("Apple silicon 128 GB").usable_bytes == 96 * GIB


def test_a_right_table_is_read() -> None:
    (device,) = parse_devices(table(CARD))
    assert (device.memory_bytes, device.usable_bytes) == (8 * GIB, 7 * GIB)


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ([], "must hold 'usable' and 'devices'"),
        (table({**CARD, "colour": "green"}), "must hold name"),
        (table({**CARD, "memory_gib": -8}), "no positive number"),
        (table({**CARD, "memory_gib": "8"}), "no positive number"),
        (table({**CARD, "source": "a friend"}), "no https address"),
        (table({**CARD, "usable": "laptop"}), "'laptop'"),
        (table(CARD, {**CARD, "name": "CARD"}), "stand twice"),
        (table(CARD, fraction=1.5), "more than all"),
        (table(CARD, kind="cloud"), "one of discrete, unified"),
    ],
)
def test_a_wrong_table_is_refused_with_the_entry(document: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_devices(document)
