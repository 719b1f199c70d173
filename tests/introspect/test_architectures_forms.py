"""Forms in which releases write auto mappings, modeling files and documentation, each by a small example."""

from __future__ import annotations

import contextlib
import json
import textwrap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.introspect import installed_release as describe_installed
from catalog.introspect.architectures import parse_modeling, read_architectures, read_mappings
from catalog.introspect.architectures.cached import modeling_from_document, modeling_to_document
from catalog.introspect.architectures.docs import documented_arguments, documented_outputs, one_line_type
from catalog.introspect.architectures.modeling import parse_whole
from catalog.introspect.architectures.skeleton import UnusualLayoutError, skeleton
from catalog.introspect.sources import FolderSource


@pytest.fixture
def release(tmp_path: Path):
    """Makes a source of files given as path and text."""

    def make(files: dict[str, str]) -> FolderSource:
        for path, text in {"__init__.py": "", "configuration_utils.py": "", **files}.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(textwrap.dedent(text))
        return FolderSource(tmp_path)

    return make


class TestMappings:
    def test_names_by_model_type(self, release):
        mappings = read_mappings(
            release(
                {
                    "models/auto/auto_mappings.py": """
                        CONFIG_MAPPING_NAMES = OrderedDict([("bert", "BertConfig")])
                    """,
                    "models/auto/configuration_auto.py": """
                        from .auto_mappings import CONFIG_MAPPING_NAMES
                        CONFIG_MAPPING_NAMES.update({"mlcd": "MLCDVisionConfig"})
                        CONFIG_MAPPING_NAMES = OrderedDict(**{"gpt-sw3": "GPT2Config"}, **CONFIG_MAPPING_NAMES)
                    """,
                    "models/auto/modeling_auto.py": """
                        MODEL_MAPPING_NAMES = OrderedDict(
                            [("bert", "BertModel"), ("funnel", ("FunnelModel", "FunnelBaseModel"))]
                        )
                        MODEL_FOR_X_MAPPING_NAMES = OrderedDict(
                            [*list(MODEL_MAPPING_NAMES.items()), ("new", "NewModel")]
                        )
                        MODEL_FOR_AUDIO_TOKENIZATION_NAMES = dict(dac="DacModel")
                        MODEL_MAPPING = _LazyAutoMapping(CONFIG_MAPPING_NAMES, MODEL_MAPPING_NAMES)
                    """,
                }
            )
        )
        assert mappings.config_classes == {"gpt-sw3": "GPT2Config", "bert": "BertConfig", "mlcd": "MLCDVisionConfig"}
        assert mappings.models["MODEL_MAPPING"] == (
            ("bert", "BertModel"),
            ("funnel", "FunnelModel"),
            ("funnel", "FunnelBaseModel"),
        )
        assert mappings.models["MODEL_FOR_X_MAPPING"][-1] == ("new", "NewModel")
        assert mappings.models["MODEL_FOR_AUDIO_TOKENIZATION_MAPPING"] == (("dac", "DacModel"),)

    def test_processors_in_tuples_dicts_and_conditions(self, release):
        mappings = read_mappings(
            release(
                {
                    "models/auto/tokenization_auto.py": """
                        if TYPE_CHECKING:
                            TOKENIZER_MAPPING_NAMES: OrderedDict[str, str] = OrderedDict()
                        else:
                            TOKENIZER_MAPPING_NAMES = OrderedDict(
                                [
                                    ("t5", ("T5Tokenizer" if is_a() else None, "T5TokenizerFast" if is_b() else None)),
                                    ("byt5", ("ByT5Tokenizer", None)),
                                    ("none", (None, None)),
                                    ("mistral", "A" if is_c() else ("B" if is_d() else None)),
                                ]
                            )
                        EXTRA = {"phi3", "t5"}
                        for model_type in EXTRA:
                            if model_type not in TOKENIZER_MAPPING_NAMES:
                                TOKENIZER_MAPPING_NAMES[model_type] = "TokenizersBackend" if is_b() else None
                    """,
                    "models/auto/image_processing_auto.py": """
                        IMAGE_PROCESSOR_MAPPING_NAMES = OrderedDict[str, dict](
                            [("vit", {"torchvision": "V", "pil": "VPil"})]
                        )
                    """,
                }
            )
        )
        assert mappings.processors["tokenizer"] == {
            "t5": ("T5Tokenizer", "T5TokenizerFast"),
            "byt5": ("ByT5Tokenizer",),
            "mistral": ("A", "B"),
            "phi3": ("TokenizersBackend",),
        }
        assert mappings.processors["image_processor"] == {"vit": ("V", "VPil")}

    def test_classes_by_class_before_4_10(self, release):
        mappings = read_mappings(
            release(
                {
                    "configuration_auto.py": 'CONFIG_MAPPING = OrderedDict([("bert", BertConfig,), ("t5", T5Config,)])',
                    "modeling_auto.py": "MODEL_MAPPING = OrderedDict([(BertConfig, BertModel), (T5Config, T5Model)])",
                    "tokenization_auto.py": "TOKENIZER_MAPPING = OrderedDict([(T5Config, (T5Tokenizer, None))])",
                }
            )
        )
        assert mappings.config_classes == {"bert": "BertConfig", "t5": "T5Config"}
        assert mappings.models == {"MODEL_MAPPING": (("bert", "BertModel"), ("t5", "T5Model"))}
        assert mappings.processors["tokenizer"] == {"t5": ("T5Tokenizer",)}

    def test_chains_of_conditions_before_2_2(self, release):
        chain = """
            class {auto}(object):
                def from_pretrained(cls, name):
                    if 'distilbert' in name:
                        return DistilBert{end}.from_pretrained(name)
                    elif 'bert' in name:
                        return Bert{end}.from_pretrained(name)
        """
        mappings = read_mappings(
            release(
                {
                    "configuration_auto.py": chain.format(auto="AutoConfig", end="Config"),
                    "modeling_auto.py": chain.format(auto="AutoModelWithLMHead", end="ForMaskedLM"),
                }
            )
        )
        assert mappings.config_classes == {"distilbert": "DistilBertConfig", "bert": "BertConfig"}
        assert mappings.models["MODEL_WITH_LM_HEAD_MAPPING"][1] == ("bert", "BertForMaskedLM")

    @pytest.mark.parametrize(
        "text",
        [
            "MODEL_MAPPING_NAMES = OrderedDict([(",
            "MODEL_MAPPING_NAMES = " + "(" * 500 + ")" * 500,
            "A = (1, 2)\n"
            + "\n".join(
                f"{b} = (*{a}, *{a})" for a, b in zip("ABCDEFGHIJKLMNOPQRS", "BCDEFGHIJKLMNOPQRST", strict=True)
            ),
        ],
    )
    def test_hostile_source_is_a_failure(self, release, text):
        failures = read_mappings(release({"models/auto/modeling_auto.py": text})).failures
        assert [item.subject for item in failures] == ["models/auto/modeling_auto.py"]

    @pytest.mark.parametrize(
        "text", ["MODEL_MAPPING_NAMES = OrderedDict(1, 'a', [('b',)], **None)", "X = OrderedDict(X)"]
    )
    def test_what_makes_no_mapping_is_none(self, release, text):
        mappings = read_mappings(release({"models/auto/modeling_auto.py": text}))
        assert (mappings.models, mappings.failures) == ({}, ())


OUTPUTS = '''
    from dataclasses import dataclass
    from .utils import ModelOutput

    @dataclass
    class BaseOutput(ModelOutput):
        """
        Args:
            last_hidden_state (`torch.Tensor` of shape `(batch_size, sequence_length)`):
                The last states.
        """
        last_hidden_state: torch.Tensor = None
'''
AUTO = {
    "models/auto/configuration_auto.py": 'CONFIG_MAPPING_NAMES = OrderedDict([("mine", "MineConfig")])',
    "models/auto/modeling_auto.py": 'MODEL_MAPPING_NAMES = OrderedDict([("mine", "MineModel")])',
}


class TestLinking:
    def read(self, source):
        facts = read_architectures(source)
        return facts.architectures[0], facts.failures

    def test_forward_and_output_are_found_across_files(self, release):
        files = AUTO | {
            "modeling_outputs.py": OUTPUTS,
            "models/other/modeling_other.py": """
                from ... import modeling_outputs
                from ...modeling_outputs import BaseOutput as Renamed
                class OtherMixin:
                    def forward(self, input_ids: "torch.Tensor", *args, flag=(1, 2), **kwargs) -> "tuple | Renamed":
                        return Renamed()
            """,
            "models/mine/modeling_mine.py": """
                from ..other.modeling_other import OtherMixin
                class MinePreTrainedModel(PreTrainedModel):
                    config: MineConfig
                class MineModel(OtherMixin, MinePreTrainedModel): ...
            """,
        }
        model, failures = self.read(release(files))
        assert failures == ()
        assert [(p.name, p.annotation, p.default_source, p.required) for p in model.forward] == [
            ("input_ids", '"torch.Tensor"', None, True),
            ("*args", None, None, False),
            ("flag", None, "(1, 2)", False),
            ("**kwargs", None, None, False),
        ]
        assert (model.config_class, model.output_class) == ("MineConfig", "BaseOutput")
        field = model.output_fields[0]
        assert (field.name, field.documented_type) == (
            "last_hidden_state",
            "torch.Tensor of shape (batch_size, sequence_length)",
        )
        assert field.description == "The last states."

    def test_names_handed_on_by_a_package_are_found(self, release):
        files = AUTO | {
            "decision/__init__.py": "_import_structure = {}",
            "decision/mixin.py": "class DecisionMixin:\n    def forward(self, marks): ...",
            "models/mine/modeling_mine.py": """
                from ...decision import DecisionMixin
                class MineModel(DecisionMixin): ...
            """,
        }
        model, _ = self.read(release(files))
        assert [p.name for p in model.forward] == ["marks"]

    def test_the_nearest_class_in_the_method_resolution_order_counts(self, release):
        text = """
            class Base(PreTrainedModel):
                def forward(self, base): ...
            class Left(Base): ...
            class Right(Base):
                def forward(self, right): ...
            class MineModel(Left, Right): ...
        """
        model, _ = self.read(release(AUTO | {"models/mine/modeling_mine.py": text}))
        assert [p.name for p in model.forward] == ["right"]

    @pytest.mark.parametrize(
        "text",
        [
            "class MineModel(MineModel): ...",
            "class A(MineModel): ...\nclass MineModel(A): ...",
            "from .modeling_mine import B as A\nfrom .modeling_mine import A as B\nclass MineModel(A): ...",
            "from ........x import Base\nclass MineModel(Base): ...",
            "A = B\nB = A\nclass MineModel(A): ...",
        ],
    )
    def test_circles_end(self, release, text):
        model, failures = self.read(release(AUTO | {"models/mine/modeling_mine.py": text}))
        assert (model.name, model.forward, failures) == ("MineModel", (), ())

    def test_a_class_that_no_file_defines_is_a_failure(self, release):
        model, failures = self.read(release(AUTO))
        assert (model.name, model.module, model.config_class) == ("MineModel", None, "MineConfig")
        assert [(item.subject, item.stage) for item in failures] == [("MineModel", "architecture")]
        assert "MODEL_MAPPING" in failures[0].reason

    def test_a_file_that_is_not_python_is_a_failure_and_no_more(self, release):
        files = AUTO | {
            "models/broken/modeling_broken.py": "class Broken(:\n",
            "models/mine/modeling_mine.py": "class MineModel:\n    def forward(self, x): ...",
        }
        model, failures = self.read(release(files))
        assert [p.name for p in model.forward] == ["x"]
        assert [item.subject for item in failures] == ["models/broken/modeling_broken.py"]
        assert "not valid Python" in failures[0].reason

    def test_a_folder_without_auto_mappings_has_no_architectures(self, release):
        facts = read_architectures(release({"modeling_mine.py": "class MineModel: ..."}))
        assert facts.architectures == facts.model_types == facts.failures == ()


class TestDocumentation:
    def test_decorators_of_version_4(self, release):
        text = '''
            _DOC = "MineConfig"
            START = r"""
                This model inherits from PreTrainedModel.
            """
            INPUTS = r"""
                Args:
                    input_ids (`torch.LongTensor` of shape `({0})`, *optional*, defaults to `None`):
                        Indices.
            """
            @add_start_docstrings("The bare Mine Model.", START)
            class MineModel(PreTrainedModel):
                config_class = MineConfig
                @add_start_docstrings_to_model_forward(INPUTS.format("batch_size, sequence_length"))
                @replace_return_docstrings(output_type=BaseOutput, config_class=_DOC)
                def forward(self, input_ids=None, labels=None):
                    r"""
                    labels (`torch.LongTensor`, *optional*):
                        Labels for the loss.

                    Returns:
                    """
        '''
        files = AUTO | {"models/mine/modeling_mine.py": text}
        model = read_architectures(release(files)).architectures[0]
        assert model.summary == "The bare Mine Model."
        assert [(p.name, p.documented_type, p.description) for p in model.forward] == [
            ("input_ids", "torch.LongTensor of shape (batch_size, sequence_length)", "Indices."),
            ("labels", "torch.LongTensor", "Labels for the loss."),
        ]
        assert model.output_class == "BaseOutput"

    def test_sections_of_version_2(self):
        text = """
            Inputs:
                **input_ids**: ``torch.LongTensor`` of shape ``(batch_size, sequence_length)``:
                    Indices of tokens.
                **mask**: (`optional`) ``torch.FloatTensor`` of shape ``(batch_size,)``:
                    Which ones count.
            Outputs: `Tuple` comprising various elements:
                **loss**: (`optional`, returned when ``labels`` is provided) ``torch.FloatTensor``:
                    The loss.
            Examples::
                model = Model(config)
        """
        arguments, outputs = documented_arguments(text), documented_outputs(text)
        assert {name: item.type for name, item in arguments.items()} == {
            "input_ids": "torch.LongTensor of shape (batch_size, sequence_length)",
            "mask": "torch.FloatTensor of shape (batch_size,)",
        }
        assert arguments["mask"].description == "Which ones count."
        assert {name: item.description for name, item in outputs.items()} == {"loss": "The loss."}

    def test_returns_of_version_3(self):
        text = """
            labels (:obj:`torch.LongTensor` of shape :obj:`(batch_size,)`, `optional`, defaults to :obj:`None`):
                Labels.

        Returns:
            :obj:`tuple(torch.FloatTensor)` comprising various elements depending on the configuration:
            loss (:obj:`torch.FloatTensor` of shape :obj:`(1,)`, `optional`):
                The loss.
        """
        assert set(documented_arguments(text)) == {"labels"}
        assert documented_arguments(text)["labels"].type == "torch.LongTensor of shape (batch_size,)"
        assert set(documented_outputs(text)) == {"loss"}

    @pytest.mark.parametrize(
        ("head", "name"),
        [
            ("bbox ('torch.Tensor' of shape '(batch_size, 4)'):", "bbox"),
            ("protein_input_ids (torch.LongTensor):", "protein_input_ids"),
            ("attention_mask (`torch.Tensor`)`, *optional*):", "attention_mask"),
            ("ids (`torch.Tensor` of shape `(a * b, c)\nor (a, b, c)`, *optional*):", "ids"),
        ],
    )
    def test_malformed_heads_are_understood(self, head, name):
        assert documented_arguments(f"{head}\n    What it is.\n")[name].description == "What it is."

    @pytest.mark.parametrize(
        ("head", "expected"),
        [
            ("`torch.LongTensor` of shape `(1,)`, *optional*, defaults to `None`", "torch.LongTensor of shape (1,)"),
            (":obj:`int`, `optional`, defaults to 5", "int"),
            ("[`~cache_utils.Cache`], *optional*", "cache_utils.Cache"),
            ("*optional*", None),
            ("`bool`, *optional*, returned when `x=True` is passed", "bool, returned when x=True is passed"),
        ],
    )
    def test_types_are_one_line_without_markup(self, head, expected):
        assert one_line_type(head) == expected


UNUSUAL = [
    'class A(\n    B,\n    C["x"],\n):\n    """D."""\n    def forward(self, x=(1,)) -> AOutput:\n        pass\n',
    "class A:\n    def forward(self): return AOutput(1)\n    def other(self):\n        pass\n",
    'class A:\n    def forward(\n        x=1,  # (so:\n    ):\n        r"""D."""\n        return AOutput()\n',
    'TEXT = """\nclass Fake:\n    def forward(self, y): ...\n"""\nclass A:\n    x: int\n',
    "class A:\n\tdef forward(self, x):\n\t\tpass\n",
    "class A:\n  def forward(self, x):\n    pass\n",
    "class A:\n    # a comment\n\n    x: int\n",
    "class A: x: int = 3\n",
    "class A: ...  # a comment\nclass B(A): ...",
    "if True:\n    class A:\n        def forward(self, x): ...\nelse:\n    class A: ...\n",
    "@deco(\n    'text',\n)\nclass A:\n    def forward(self, a, /, b, *, c=lambda: 1): ...\n",
    "class A:\n    def forward(self):\n        'Doc'\n        output = BOutput(1)\n        return output\n",
]
LINES = [
    *(
        "class A:",
        "class B(A):",
        "    def forward(self, x):",
        '    """',
        '"""',
        "        return XOutput(",
        ")",
        "    x: int",
    ),
    *("@deco(", "    @deco", "        pass", "", "X_DOC = r'''", "'''", "from a import b", "# '''"),
]


class TestModelingFiles:
    def test_the_skeleton_of_every_file_says_what_the_file_says(self):
        """Every tenth file of the installed release; all files of forty releases were compared when it was written."""
        source = FolderSource(describe_installed().location)
        paths = [path for path in source.paths() if "/modeling_" in path and path.startswith("models/")]
        for path in paths[::10]:
            text = source.read(path)
            assert parse_modeling(text) == parse_whole(text), path
            assert len(skeleton(text)) < len(text)

    def test_documents_keep_all(self):
        source = FolderSource(describe_installed().location)
        file = parse_modeling(source.read("models/bert/modeling_bert.py"))
        assert modeling_from_document(json.loads(json.dumps(modeling_to_document(file)))) == file
        for damaged in (None, [], {}, {"classes": [[1]], "imports": {}, "aliases": {}}, {"classes": 5}):
            assert modeling_from_document(damaged) is None

    @pytest.mark.parametrize("text", UNUSUAL)
    def test_unusual_layouts_are_read_alike(self, text):
        assert parse_modeling(text) == parse_whole(text)
        assert "A" in parse_modeling(text).classes

    def test_strings_that_double_stay_within_bounds(self):
        lines = ["A0_DOC = 'x' * 1", "A0_DOC = 'xxxxxxxxxx'"]
        lines += [f"A{i + 1}_DOC = A{i}_DOC + A{i}_DOC" for i in range(60)]
        lines += ["@add_start_docstrings(A60_DOC)", "class A: ..."]
        assert parse_modeling("\n".join(lines)).classes["A"].docs == ()

    @given(st.text(max_size=300))
    def test_any_text_is_read_or_refused(self, text):
        try:
            parse_modeling(text)
        except (SyntaxError, ValueError):
            return

    @given(st.lists(st.sampled_from(LINES), max_size=14))
    def test_any_sequence_of_lines_is_read_or_refused(self, lines):
        text = "\n".join(lines)
        with contextlib.suppress(UnusualLayoutError):
            skeleton(text)
        try:
            expected = parse_whole(text)
        except (SyntaxError, ValueError):
            return
        assert parse_modeling(text).imports == expected.imports
