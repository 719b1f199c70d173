"""A sweep outlives models that hang, crash or take all memory, and goes on where it was stopped."""

from __future__ import annotations

import shutil
import textwrap
from pathlib import Path

import pytest
from build_plans import plan_of

from catalog import Catalog
from catalog.builder.plan import BuildPlan
from catalog.builder.sweep import Job, SweepLimits, sweep, without_known
from catalog.model_facts import ModelFacts


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A module with configurations that do the worst; the worker finds it, too."""
    (tmp_path / "hostile.py").write_text(
        textwrap.dedent("""
            import os, time

            def HangingConfig(**_): time.sleep(600)
            def CrashingConfig(**_): os._exit(139)
            def HungryConfig(**_): kept = [bytearray(50_000_000) for _ in range(100)]; time.sleep(600)
            def ChattyConfig(**_):
                print("noise" * 1000, flush=True); os.write(1, b"noise"); os.write(2, b"noise")
                raise ValueError("enough")
        """),
        encoding="utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return "hostile"


def _job(module: str, name: str) -> Job:
    return Job(plan=BuildPlan(config_class=name, module=module, architecture=name.removesuffix("Config") + "Model"))


def test_models_that_break_their_process_stop_no_other(hostile: str) -> None:
    good = Job(plan=plan_of("BertConfig", "BertModel", params={"num_hidden_layers": 1}), base=True)
    bad = [_job(hostile, name) for name in ("CrashingConfig", "HangingConfig", "HungryConfig", "ChattyConfig")]
    told: list[tuple[str, int, int]] = []
    limits = SweepLimits(seconds=15, memory=3 * 2**30)
    facts = list(sweep([good, *bad, good], limits=limits, progress=lambda *step: told.append(step)))
    kinds = [item.failure.kind if item.failure else None for item in facts]
    assert kinds == [None, "unexplained", "timeout", "out-of-memory", "default-does-not-construct", None]
    assert facts[0].parameters == facts[-1].parameters
    assert [item.architecture for item in facts[1:3]] == ["CrashingModel", "HangingModel"]
    assert "status 139" in (facts[1].failure.reason if facts[1].failure else "")
    assert told[0] == ("BertModel", 0, 6)
    assert told[-1] == ("", 6, 6)


def test_a_configuration_without_a_model_yields_nothing_and_the_forward_pass_is_told() -> None:
    jobs = [
        Job(plan=plan_of("SamMaskDecoderConfig")),
        Job(plan=plan_of("BertConfig", "BertModel", params={"num_hidden_layers": 1}), forward=True),
    ]
    (facts,) = sweep(jobs)
    assert facts.forward.mode == "fake"
    assert facts.forward.failure is None


def test_what_is_known_is_not_built_again(installed_release: object) -> None:
    plan = plan_of("BertConfig", "BertModel")
    (known,) = sweep([Job(plan=plan, base=True)])
    assert isinstance(known, ModelFacts)
    assert without_known([Job(plan=plan)], [known]) == ()
    assert without_known([Job(plan=plan, forward=True)], [known]) == (Job(plan=plan, forward=True),)
    other = Job(plan=plan_of("BertConfig", "BertForMaskedLM"))
    assert without_known([other], [known]) == (other,)
    assert without_known([Job(plan=plan)], []) == (Job(plan=plan),)


def test_a_sweep_is_kept_and_goes_on_where_it_stopped(synced: Path, tmp_path: Path) -> None:
    copy = tmp_path / "catalog.db"
    shutil.copyfile(synced, copy)

    class Stopped(Exception):  # noqa: N818  # it is no error
        pass

    def stop(_name: str, done: int, _total: int) -> None:
        if done == 1:
            raise Stopped

    with Catalog.open(copy) as catalog:
        with pytest.raises(Stopped):
            catalog.build_all(only=["bert", "GPT2Config"], forward=False, progress=stop)
        assert catalog.facts("bert") is not None
        assert catalog.facts("gpt2") is None
        assert catalog.build_all(only=["bert", "gpt2"], forward=False) == 1
        assert catalog.build_all(only=["bert", "gpt2"], forward=False) == 0
        assert catalog.build_all(only=["bert"], forward=False, again=True) == 1
        facts = catalog.facts("gpt2")
        assert facts is not None
        assert facts.parameters == 124_439_808
        coverage = catalog.coverage()
        assert (coverage.total.models, coverage.total.built) == (2, 2)
