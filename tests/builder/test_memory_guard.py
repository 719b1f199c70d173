"""What is free is the least of what the system, the container and the process allow."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from build_plans import SMALL_LLAMA, plan_of

from catalog.builder import memory_guard
from catalog.builder.construct import make_model
from catalog.builder.errors import TooLargeError
from catalog.builder.memory_guard import available_memory, bytes_of, check_fits

GIB = 2**30


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A made-up system with 8 GiB free and no control groups."""
    (tmp_path / "meminfo").write_text(f"MemTotal: 99999999 kB\nMemAvailable: {8 * 2**20} kB\n", encoding="ascii")
    (tmp_path / "cgroup").write_text("", encoding="ascii")
    monkeypatch.setattr(memory_guard, "_MEMINFO", tmp_path / "meminfo")
    monkeypatch.setattr(memory_guard, "_OWN_CGROUP", tmp_path / "cgroup")
    monkeypatch.setattr(memory_guard, "_CGROUPS", tmp_path / "groups")
    return tmp_path


def _group(folder: Path, **files: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_text(content, encoding="ascii")


def test_without_bounds_it_is_what_the_system_has_free(system: Path) -> None:
    assert available_memory("cpu") == 8 * GIB


def test_a_control_group_bounds_it_and_so_does_each_that_it_lies_in(system: Path) -> None:
    (system / "cgroup").write_text("0::/outer/inner\n", encoding="ascii")
    _group(
        system / "groups" / "outer" / "inner",
        memory__max=str(6 * GIB),
        memory__current=str(2 * GIB),
        memory__stat=f"anon 5\ninactive_file {GIB}\n",
    )
    assert available_memory("cpu") == 5 * GIB
    _group(system / "groups" / "outer", memory__max=str(4 * GIB), memory__current=str(3 * GIB))
    assert available_memory("cpu") == GIB
    _group(system / "groups" / "outer", memory__max="max")
    assert available_memory("cpu") == 5 * GIB


def test_version_1_of_control_groups_bounds_it_too(system: Path) -> None:
    (system / "cgroup").write_text("11:cpu:/\n4:memory,hugetlb:/box\n", encoding="ascii")
    _group(
        system / "groups" / "memory" / "box",
        memory__limit_in_bytes=str(3 * GIB),
        memory__usage_in_bytes=str(GIB),
        memory__stat=f"total_inactive_file {GIB // 2}\n",
    )
    assert available_memory("cpu") == 2 * GIB + GIB // 2


@pytest.mark.skipif(sys.platform != "linux", reason="needs a bound on the address space")
def test_a_bound_on_the_address_space_bounds_it() -> None:
    program = (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30));"
        "from catalog.builder.memory_guard import available_memory; print(available_memory('cpu'))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert 0 < int(done.stdout) < GIB


def test_the_size_counts_tied_weights_once_in_their_own_dtype() -> None:
    plan = plan_of("LlamaConfig", "LlamaForCausalLM", params={**SMALL_LLAMA, "tie_word_embeddings": True})
    model = make_model(plan)
    assert bytes_of(model) == 4 * (
        sum(item.numel() for item in model.parameters()) + sum(item.numel() for item in model.buffers())
    )
    assert model.lm_head.weight is model.model.embed_tokens.weight


def test_what_does_not_fit_is_refused_and_what_fits_is_not(system: Path) -> None:
    small = make_model(plan_of("LlamaConfig", params=SMALL_LLAMA))
    check_fits(small, subject="LlamaModel", device="cpu")
    large = make_model(plan_of("LlamaConfig", dtype="float16"))
    with pytest.raises(TooLargeError, match=r"take 12\.3 GiB, and cpu has 8 GiB free"):
        check_fits(large, subject="LlamaModel", device="cpu")
