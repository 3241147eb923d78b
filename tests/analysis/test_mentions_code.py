"""Architecture mentions in code: hand-checked cases, rules one by one, and what must hold for any input."""

from __future__ import annotations

import json

import pytest
from code_sample import CASES, EXAMPLES, FewNames, cells, find, read_example, uses
from hypothesis import HealthCheck, given, settings, strategies as st
from work_done import work_limit

from analysis.mentions.code import find_code_mentions
from corpus.records import Block, BlockKind, CodeUse, Role


def test_there_are_examples() -> None:
    assert len(CASES) >= 8
    assert all((EXAMPLES / f"{name}.out.json").exists() for name in CASES)


@pytest.mark.parametrize("name", CASES)
def test_example(name: str) -> None:
    blocks = read_example(name)
    found = [
        {
            "cell": next(block.position for block in blocks if block.id == mention.span.block_id),
            "name": next(b.text for b in blocks if b.id == mention.span.block_id)[
                mention.span.start : mention.span.end
            ],
            "architecture": mention.architecture_id,
            "use": mention.code_use,
            "variant": mention.variant,
            "roles": list(mention.roles),
        }
        for mention in find_code_mentions(blocks, FewNames())
    ]
    assert found == json.loads((EXAMPLES / f"{name}.out.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import lightgbm as lgb", set()),
        ("import lightgbm as lgb\nlgb.plot_importance(m)", set()),
        ("from lightgbm import LGBMClassifier as L\nL()", {("lightgbm", "run")}),
        ("import lightgbm as lgb\ndef fit():\n    return lgb.train({}, d)\n", {("lightgbm", "defined")}),
        (
            "import lightgbm as lgb\ndef fit(t):\n    return lgb.train({}, d)\nstudy.optimize(fit)",
            {("lightgbm", "run")},
        ),
        (
            "import lightgbm as lgb\nclass A:\n    def fit(self):\n        lgb.train(p)\nA().fit()",
            {("lightgbm", "run")},
        ),
        ("import lightgbm as lgb\n'''\nm = lgb.train(p)\n'''", {("lightgbm", "commented")}),
        ("import lightgbm as lgb\ndef a():\n    lgb.train(p)\nm = {'k': 'a'}\neval(m['k'])()", {("lightgbm", "run")}),
        ("import lightgbm as lgb\ndef a():\n    lgb.train(p)\nglobals()['a']()", {("lightgbm", "run")}),
        ("# lgb is a good choice for this\nx = 1", set()),
        (
            "import timm\nnames = {'a': 'resnet18'}\nfor k, v in names.items():\n    timm.create_model(v)",
            {("resnet", "run")},
        ),
        ("import timm\ntimm.create_model(f'resnet{18}')", {("resnet", "run")}),
        ("import timm\ndef go(c):\n    timm.create_model(c.arch)\ngo(load())\narch = 'resnet18'", {("resnet", "run")}),
        ("from torchvision import models\ngetattr(models, 'resnet18')()", {("resnet", "run")}),
        (
            "from transformers import DebertaV2ForSequenceClassification as D\nD.from_pretrained(p)",
            {("deberta", "run")},
        ),
        ("import transformers as t\nt.DebertaV2ForSequenceClassification.from_pretrained(p)", {("deberta", "run")}),
        ("from sklearn.linear_model import Ridge\nRidge()", {("ridge", "run")}),
        ("from hills import Ridge\nRidge()", set()),
        ("from torch_geometric.nn import GCNConv\nlayer = GCNConv(3, 4)", {("gcn", "run")}),
        ("from torch import nn\nnet = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 1))", {("mlp", "run")}),
        ("from torch import nn\nnet = nn.Linear(3, 1)", set()),
        ("import requests\nrequests.post(u, json={'model': 'gpt-4o', 'messages': []})", {("gpt", "run")}),
        ("import subprocess\nsubprocess.run(['python', 'train.py', '--arch', 'resnet18'])", {("resnet", "run")}),
        ("!git clone https://host/resnet18", set()),
        ("MODEL = 'resnet18'\n# MODEL = 'tf_efficientnet_b0'", {("efficientnet", "commented")}),
    ],
)
def test_rule(code: str, expected: set[tuple[str, str]]) -> None:
    assert uses(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("features = [\n    'day',\n    'oofp_lstm_old',\n]", {("lstm", "run")}),
        ("frame = read_csv('in/preds_lgb.csv')", {("lightgbm", "run")}),
        ("frame = read_csv('resnet18-cup/sample_submission.csv')", set()),
        ("frame.to_csv('preds_lgb.csv')", set()),
        ("print('the lgb predictions')", set()),
        ("# frame = read_csv('in/preds_lgb.csv')", set()),
        ("RUNS = [\n    ('../runs/27', [0, 1]),  # resnet18 0.71\n]", {("resnet", "run")}),
        ("RUNS = [\n    # ('../runs/27', [0, 1]),  # resnet18 0.71\n]", set()),
        ("RUNS = [\n    ('../runs/27', [0, 1]),  # better than the one with resnet18 on fold one\n]", set()),
        ("run = load('../runs/27')  # resnet18", set()),
    ],
)
def test_labels_of_predictions_and_weights(code: str, expected: set[tuple[str, str]]) -> None:
    assert uses(code) == expected


@pytest.mark.parametrize(
    "code",
    [
        "nets = [\n    ('a', Other()),\n    # ('b', resnet18()),\n]",
        "nets = {\n    'a': Other(),\n    #'b': timm.create_model('resnet18'),\n}",
        "# !python train.py --arch resnet18",
        "%%script false --no-raise-error\nimport timm\ntimm.create_model('resnet18')",
        "%%script echo skipped\nimport timm\nfor name in ['resnet18']:\n    timm.create_model(name)",
        "import timm\nfor fold in range(3):\n    pass\n    # net = timm.create_model(\n    #     'resnet18')",
    ],
)
def test_code_that_is_switched_off(code: str) -> None:
    assert uses(code) == {("resnet", "commented")}


def test_a_script_that_reads_the_cell_is_not_switched_off() -> None:
    assert uses("%%script bash\npython train.py --arch resnet18") == {("resnet", "run")}


def test_programs_and_settings_that_a_command_runs_are_named_after_what_they_build() -> None:
    assert uses("!python train_transformer.py --config conf/resnet18.yaml") == {
        ("transformer", "run"),
        ("resnet", "run"),
    }


def test_a_loop_over_classes_builds_each() -> None:
    imports = "from xgboost import XGBRegressor\nfrom lightgbm import LGBMRegressor\n"
    loop = "for cls in [XGBRegressor, LGBMRegressor]:\n    cls().fit(x, y)"
    assert uses(imports + loop) == {("xgboost", "run"), ("lightgbm", "run")}


def test_a_learner_for_tables_is_a_network_of_dense_layers() -> None:
    assert uses("from fastai.tabular.all import *\nlearn = tabular_learner(data)") == {("mlp", "run")}
    assert uses("from fastai.tabular.all import tabular_learner as t\nlearn = t(data)") == {("mlp", "run")}


def test_a_named_network_keeps_its_layers_to_itself() -> None:
    body = "        self.a = nn.Conv2d(1, 2, 3)\n        self.b = nn.Linear(2, 2)\n        self.c = nn.Linear(2, 2)\n"
    code = f"from torch import nn\nclass UNet(nn.Module):\n    def __init__(self):\n{body}\nnet = UNet()"
    assert uses(code) == {("unet", "run")}


def test_dense_layers_on_a_backbone_are_no_network_of_their_own() -> None:
    code = (
        "import timm\nfrom torch import nn\nclass Net(nn.Module):\n    def __init__(self, name):\n"
        "        self.a = timm.create_model(name)\n        self.b = nn.Linear(2, 2)\n        self.c = nn.Linear(2, 2)\n"
        "net = Net('resnet18')"
    )
    (mention,) = find(code)
    assert (mention.architecture_id, mention.code_use, mention.variant) == ("resnet", CodeUse.RUN, "resnet18")
    assert mention.roles == (Role.BACKBONE,)


def test_keras_layers_on_a_base_from_another_cell_are_its_head() -> None:
    found = uses(
        "from tensorflow.keras.applications import ResNet50\nbase = ResNet50(include_top=False)",
        "from tensorflow.keras import layers as L, Model\n"
        "x = L.Dense(9)(base.output)\nnet = Model(base.input, L.Dense(1)(x))",
    )
    assert found == {("resnet", "run")}


def test_later_assignments_win_over_earlier_ones() -> None:
    found = find(
        "class CFG:\n    name = 'resnet18'", "CFG.name = 'resnet50'", "import timm\ntimm.create_model(CFG.name)"
    )
    assert [(m.variant, m.code_use) for m in found] == [("resnet18", "named"), ("resnet50", "run")]


def test_definitions_in_a_writeup_count_as_run() -> None:
    blocks = cells("import timm\ndef build():\n    return timm.create_model('resnet50')", kind=BlockKind.CODE)
    prose = Block("p", "doc", 1, BlockKind.PARAGRAPH, "This is how resnet50 is built.")
    (mention,) = find_code_mentions([*blocks, prose], FewNames())
    assert mention.code_use is CodeUse.RUN
    assert mention.span.block_id == "b0"


def test_other_languages_and_prose_are_left_alone() -> None:
    blocks = [
        *cells("resnet50();", language="javascript"),
        Block("m", "doc", 1, BlockKind.MARKDOWN_CELL, "`timm.create_model('resnet50')`"),
    ]
    assert find_code_mentions(blocks, FewNames()) == ()


def test_context_is_the_statement_and_holds_the_name() -> None:
    long = "import timm\nnets = [\n" + "    'padding',\n" * 60 + "    timm.create_model('resnet50'),\n]"
    (mention,) = find(long)
    assert mention.context is not None
    context = long[mention.context.start : mention.context.end]
    assert "resnet50" in context
    assert len(context) <= 300


HOSTILE = {
    "deep brackets": "x = " + "(" * 3000 + ")" * 3000 + "\nlgb.train(p)",
    "deep operators": "import lightgbm as lgb\nx = " + "+".join(["1"] * 5000) + "\nlgb.train(p)",
    "long chain of branches": "if a == 0:\n    pass\n"
    + "".join(f"elif a == {i}:\n    lgb.train(p)\n" for i in range(900)),
    "NUL": "import lightgbm as lgb\x00\nlgb.train(p)",
    "numbers": "import lightgbm as lgb\ndata = [" + "1.5, " * 100_000 + "]\nlgb.train(p)",
    "one long word": "lgb = '" + "1a" * 100_000 + "'",
    "only marks": "#" * 50_000 + "\n" + '"' * 50_001,
    "loops in loops": "import timm\nn = ['resnet18'] * 9\n"
    + "".join(f"{' ' * i}for a{i} in ['a','b','c','d','e','f','g','h']:\n" for i in range(12))
    + " " * 12
    + "timm.create_model(n[0])",
    "a function that calls itself": "import timm\ndef f(x):\n    f(x + 'a')\n    f(x + 'b')\n"
    "    timm.create_model(x)\nf('resnet18')",
    "growing text": "x = 'resnet18'\nfor i in range(9):\n    x = x + x + x\n" + "x = x + x\n" * 200,
    "a class that is its own base": "class A(A):\n    pass\nclass A(A):\n    model = 'lgb'\nA().fit()",
    "many comment lines": "\n".join(f"# note {i}: lgb = f({i}) and so on" for i in range(3000)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_code_ends_soon_and_quietly(name: str) -> None:
    with work_limit(500):
        found = find(HOSTILE[name])
    assert all(m.span.end <= len(HOSTILE[name]) for m in found)


@pytest.mark.parametrize("name", ["deep operators", "numbers", "loops in loops", "a function that calls itself"])
def test_hostile_code_still_gives_its_mention(name: str) -> None:
    assert CodeUse.RUN in {m.code_use for m in find(HOSTILE[name])}


def test_a_broken_cell_does_not_cost_its_neighbours() -> None:
    assert ("resnet", "run") in uses("def broken(:\n", "import timm\ntimm.create_model('resnet18')")


LINES = st.sampled_from(
    [
        "import timm, lightgbm as lgb",
        "from torch import nn",
        "class Net(nn.Module):",
        "    def __init__(self, name='resnet18'):",
        "        self.net = timm.create_model(name)",
        "        self.head = nn.LSTM(3, 3)",
        "net = Net('tf_efficientnet_b0')",
        "# net = Net('resnet50')",
        "if net.ready:",
        "    lgb.train(net)",
        "else:",
        "!python train.py --arch resnet34",
        "%time lgb.train(p)",
        "größe = 'ü' ; lgb.train('é')",
        "print('LightGBM or XGBoost?')",
        '"""',
        "x = [",
        "]",
        "\r",
        "",
    ]
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(st.lists(LINES, max_size=8).map("\n".join), st.text(max_size=60)), max_size=4))
def test_spans_lie_in_their_cell_and_equal_input_gives_equal_output(texts: list[str]) -> None:
    blocks = cells(*texts)
    found = find_code_mentions(blocks, FewNames())
    assert found == find_code_mentions(blocks, FewNames())
    by_id = {block.id: block for block in blocks}
    keys = [(by_id[m.span.block_id].position, m.span.start) for m in found]
    assert keys == sorted(keys)
    for mention in found:
        text, span, context = by_id[mention.span.block_id].text, mention.span, mention.context
        assert 0 <= span.start < span.end <= len(text)
        assert text[span.start : span.end].strip()
        assert mention.code_use is not None
        assert context is not None
        assert context.block_id == span.block_id
        assert 0 <= context.start <= span.start
        assert span.end <= context.end <= len(text)
        assert context.end - context.start <= 300
