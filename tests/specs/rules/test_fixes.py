"""Safe fixes mend what they were offered for."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.specs.checker import Checker
from catalog.specs.diagnostics import Finding
from catalog.specs.fixing import fix_until_stable
from catalog.specs.loading import LoadedFile, load_path, load_text

HERE = Path(__file__).parent.parent

FIXED = {
    "C101/misspelt.yaml": "model_type: llama\n",
    "C102/misspelt.yaml": "config_class: LlamaConfig\n",
    "C103/misspelt.yaml": "architecture: BertForSequenceClassification\n",
    "C104/misspelt.yaml": "task: text-classification\n",
    "C111/letters.yaml": "  hidden_size: 512\n  num_attention_heads: 8\n  vocab_size: 100\n",
    "C111/case_and_hyphens.yaml": "  num_hidden_layers: 4\n  rms_norm_eps: 1.0e-5\n",
    "C111/published.json": '"hidden_size": 768',
    "C202/integer.yaml": "  hidden_size: 768\n  layer_norm_eps: 1.0e-05\n",
    "C202/published.json": '"hidden_size": 768',
    "C203/words.yaml": "  use_cache: false\n  is_decoder: true\n",
    "C206/whole.yaml": "  hidden_size: 768\n",
    "C301/documented.yaml": "position_embedding_type: absolute\n",
    "C303/misspelt.yaml": "hidden_act: gelu\n",
    "C303/gated.yaml": "feed_forward_proj: gated-gelu\n",
    "C304/misspelt.yaml": "rope_type: linear",
    "C306/misspelt.yaml": "[full_attention, sliding_attention]",
    "C307/prefixed.yaml": "dtype: bfloat16\n",
    "C307/short.json": '"torch_dtype": "float16"',
    "C313/misspelt.yaml": "rope_theta: 10000",
    "C314/short.yaml": "attn_implementation: flash_attention_2\n",
    "C501/misspelt.yaml": "max_length: 128",
}


@pytest.mark.parametrize("name", FIXED)
def test_safe_fixes_mend_the_file_and_leave_nothing_to_mend(name: str, checker: Checker) -> None:
    def find(file: LoadedFile) -> tuple[Finding, ...]:
        return tuple(finding for spec in file.specs for finding in checker.check(spec))

    result = fix_until_stable(load_path(str(HERE / "invalid" / name)), find)
    assert FIXED[name] in result.text
    again = find(load_text(result.text, name))
    assert not [finding for finding in again if finding.fix is not None and finding.fix.safe]
    assert name.partition("/")[0] not in {finding.code for finding in again}


def test_a_key_is_not_renamed_to_one_that_is_there(checker: Checker) -> None:
    file = load_text("model_type: llama\nparams: {hiden_size: 8, hidden_size: 64}\n", "spec.yaml")
    (finding,) = [found for spec in file.specs for found in checker.check(spec) if found.code == "C111"]
    assert finding.fix is None


def test_another_models_word_is_no_safe_fix(checker: Checker) -> None:
    file = load_text("model_type: llama\nparams: {n_layer: 8}\n", "spec.yaml")
    (finding,) = [found for spec in file.specs for found in checker.check(spec)]
    assert finding.fix is not None
    assert not finding.fix.safe
