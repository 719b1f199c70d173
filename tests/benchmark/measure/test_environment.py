"""What is told of the machine, and what is not."""

from __future__ import annotations

import dataclasses
import getpass
import platform
import re

import pytest

pytest.importorskip("torch")

from catalog.benchmark.measure import environment as module
from catalog.benchmark.measure.environment import commit, environment, processor
from catalog.benchmark.measure.peak import peak_flops
from catalog.measurements import environment_from_document
from catalog.records import to_document


def test_an_environment_names_releases_processor_and_threads() -> None:
    found = environment(threads=3, jobs=2, pinned=True)
    assert re.match(r"\d+\.\d+", found.torch)
    assert re.match(r"\d+\.\d+", found.transformers)
    assert (found.threads, found.jobs, found.pinned, found.executor) == (3, 2, True, "local")
    assert found.processor
    assert found.cores >= 1
    assert found.gpu is None
    assert environment_from_document(to_document(found)) == found


def test_an_environment_names_neither_machine_nor_person() -> None:
    values = [str(value) for value in dataclasses.asdict(environment(threads=1)).values()]
    for private in {platform.node(), getpass.getuser()} - {"", "root", "localhost"}:
        assert private not in values
    assert not any("/" in value for value in values if value != processor())


def test_a_gpu_that_is_not_there_is_not_described() -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("this machine has one")
    found = environment(device="cuda", threads=1)
    assert (found.gpu, found.gpu_memory, found.driver) == (None, None, None)


def test_outside_of_a_checkout_there_is_no_commit(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("elsewhere") / "catalog"
    monkeypatch.setattr(module.catalog, "__file__", str(folder / "__init__.py"))
    commit.cache_clear()
    try:
        assert commit() is None
    finally:
        commit.cache_clear()


def test_without_git_there_is_no_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    commit.cache_clear()
    try:
        assert commit() is None
    finally:
        commit.cache_clear()


def test_the_peak_is_that_of_a_matrix_product_or_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.benchmark.measure.peak._SECONDS", 0.01)
    monkeypatch.setitem(__import__("catalog.benchmark.measure.peak", fromlist=["_SIZES"])._SIZES, "cpu", (64,))
    found = peak_flops("cpu", "float32", 1)
    assert found is not None
    assert found > 1e6
    assert peak_flops("cpu", "int3", 1) is None
