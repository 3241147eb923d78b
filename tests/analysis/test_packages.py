from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from analysis.mentions.code.imports import find_packages
from corpus.catalogue.packages import load_packages, package_of
from corpus.records import Block, BlockKind


def block(text: str, kind: BlockKind = BlockKind.CODE_CELL, language: str | None = "python") -> Block:
    return Block("b", "d", 0, kind, text, (), language)


@pytest.mark.parametrize(
    ("code", "packages"),
    [
        ("import torch", ("torch",)),
        ("import numpy as np, cv2\r\nfrom sklearn.svm import SVC", ("numpy", "opencv-python", "scikit-learn")),
        ("    from PIL import Image  # frogs", ("Pillow",)),
        ("try: import lightgbm as lgb\nexcept ImportError: import xgboost", ("lightgbm", "xgboost")),
        ("x = 1; import timm", ("timm",)),
        ("from tensorflow.keras.layers import (\n    Dense,\n)", ("tensorflow",)),
        (">>> import jax", ("jax",)),
        ("%%writefile run.py\nimport catboost", ("catboost",)),
        ("# import torch\n#from timm import x", ()),
        ('"""\nimport torch\n"""\nimport timm', ("timm",)),
        ("print('import torch')", ()),
        ("import torch and then say a prayer", ()),
        ("import frog_utils\nfrom .torch import x\nfrom src.torch import y", ()),
        ("import google.generativeai as genai", ("google-generativeai",)),
        ("import os, sys", ()),
    ],
)
def test_packages_are_read_from_import_lines(code: str, packages: tuple[str, ...]) -> None:
    assert find_packages([block(code)]) == packages


def test_only_python_code_counts() -> None:
    assert find_packages([block("import torch", BlockKind.PARAGRAPH, None)]) == ()
    assert find_packages([block("import torch", BlockKind.CODE, "javascript")]) == ()
    assert find_packages([block("import torch", BlockKind.CODE, None)]) == ("torch",)


@given(st.text("import frogs,as. \n#\"'\\(;:torch", max_size=200))
def test_any_text_gives_known_packages_in_order(text: str) -> None:
    found = find_packages([block(text)])
    assert list(found) == sorted(set(found), key=str.casefold)
    assert set(found) <= {package.name for package in load_packages().values()}


def test_the_table_has_one_line_per_package() -> None:
    packages = set(load_packages().values())
    assert len({package.name for package in packages}) == len(packages)
    assert package_of("sklearn.model_selection") == package_of("sklearn")
