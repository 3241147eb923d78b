from __future__ import annotations

import json

import pytest
from hypothesis import given, strategies as st

from analysis.blocks import read_blocks
from analysis.mentions.code.imports import find_packages
from analysis.mentions.code.imports_r import names_of_r
from corpus.catalogue.packages import R_PACKAGES_FILE, load_packages
from corpus.records import Block, BlockKind, Document, RawDocument


def block(text: str, kind: BlockKind = BlockKind.CODE_CELL, language: str | None = "r") -> Block:
    return Block("b", "d", 0, kind, text, (), language)


@pytest.mark.parametrize(
    ("code", "packages"),
    [
        ("library(xgboost)", ("xgboost",)),
        ("library(\"data.table\", quietly = TRUE); require('ranger')", ("data.table", "ranger")),
        ("suppressPackageStartupMessages({\n  library(caret)\n  library(dplyr)\n})", ("caret", "dplyr")),
        ('if (!require("pacman")) install.packages("caret")', ("pacman",)),
        (
            "pacman::p_load(tidyverse, 'glmnet',\n  lightgbm  # frogs, caret\n)",
            ("glmnet", "lightgbm", "pacman", "tidyverse"),
        ),
        ("x <- data.table::fread('frogs.csv')\nfit = xgboost:::predict.xgb.Booster(m)", ("data.table", "xgboost")),
        ('if (requireNamespace("catboost", quietly = TRUE)) catboost::catboost.train(p)', ("catboost",)),
        ('invisible(lapply(c("mgcv", "zoo"), library, character.only = TRUE))', ("mgcv", "zoo")),
        ('need <- c("keras", "tensorflow")\nsapply(need, require, character.only = TRUE)', ("keras", "tensorflow")),
        ("for (p in c('tm', 'text2vec')) library(p, character.only = TRUE)", ("text2vec", "tm")),
        ("need = c('tm')\nfor (p in need) {\n  library(p, character.only = T)\n}", ("tm",)),
        ("import::from(magrittr, `%>%`)", ("magrittr",)),
        ("library(package = ggplot2)", ("ggplot2",)),
        ("# library(caret)\nprint('library(ranger)')\ncat(\"two\nlibrary(glmnet)\")", ()),
        ('install.packages("caret"); caret <- 3; library(p, character.only = TRUE)', ()),
        ("library(frog_tools); my$library(caret); library()", ()),
        ("lapply(c('caret', 'ranger'), nchar)", ()),
        ("library(stats)", ()),
    ],
)
def test_packages_are_read_from_r(code: str, packages: tuple[str, ...]) -> None:
    assert find_packages([block(code)]) == packages


def test_code_of_no_stated_language_is_r_when_it_attaches_a_package_so() -> None:
    assert find_packages([block("library(xgboost)\nfit <- ranger::ranger(y ~ x)", language=None)]) == (
        "ranger",
        "xgboost",
    )
    assert find_packages([block("local torch = require('torch')", language=None)]) == ()
    assert find_packages([block("std::vector<int> xgboost::x;", language="cpp")]) == ()
    assert find_packages([block("library(xgboost)", BlockKind.PARAGRAPH)]) == ()


def read(form: str, content: str) -> tuple[str, ...]:
    document = Document("d", f"frogs.{form}", "notebook", form)
    return find_packages(read_blocks(document, RawDocument("d", content.encode(), "h")))


def test_scripts_pages_and_notebooks_with_a_kernel_of_r_count() -> None:
    assert read("r", "library(mlr3)\n") == ("mlr3",)
    page = "# Frogs\n\n```{r setup, message=FALSE}\nlibrary(forecast)\n```\n\n```{python}\nimport torch\n```\n"
    assert read("rmd", page) == ("forecast", "torch")
    cell = {"cell_type": "code", "source": ["suppressMessages(library(h2o))"], "outputs": [], "metadata": {}}
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"name": "ir"}}, "cells": [cell]}
    assert read("ipynb", json.dumps(notebook)) == ("h2o",)
    magic = cell | {"source": ["%%R\nlibrary(fable)"]}
    notebook |= {"metadata": {}, "cells": [magic, cell | {"source": ["import timm"]}]}
    assert read("ipynb", json.dumps(notebook)) == ("fable", "timm")


@given(st.text("library(\"'#:,)pcaret=[]{} \nfor in<-", max_size=300))
def test_any_text_gives_known_packages(text: str) -> None:
    known = {package.name for package in load_packages(R_PACKAGES_FILE).values()}
    assert set(find_packages([block(text)])) <= known


def test_hostile_text_is_read_in_a_moment() -> None:
    for text in (
        "lapply(" * 40_000,
        "library(" * 40_000 + ")" * 40_000,
        '"' * 299_999,
        "a::" * 90_000,
        "x <- c(" * 40_000,
    ):
        assert len(list(names_of_r(text))) <= 100_000


def test_a_package_of_both_languages_is_one_project() -> None:
    shared = {p.name for p in load_packages().values()} & {p.name for p in load_packages(R_PACKAGES_FILE).values()}
    assert {"xgboost", "lightgbm", "catboost", "keras", "torch", "prophet"} <= shared
    assert "tokenizers" not in shared, "R's package of that name is another one"
