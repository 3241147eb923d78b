"""Code that does not parse and code in R: constructions by their tokens alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analysis.mentions.code.lexical import Lexemes
from analysis.mentions.code.libraries import find_loader, is_side_class
from analysis.mentions.code.naming import Match, Naming

# R functions that fit an architecture, where the function's name is not the architecture's
R_FUNCTIONS = {
    "lm": "Linear regression",
    "glm": "Logistic regression",
    "glmnet": "Elastic Net",
    "cv.glmnet": "Elastic Net",
    "randomForest": "Random Forest",
    "ranger": "Random Forest",
    "cforest": "Random Forest",
    "extraTrees": "Extra Trees",
    "xgboost": "XGBoost",
    "xgb.train": "XGBoost",
    "xgb.cv": "XGBoost",
    "lightgbm": "LightGBM",
    "lgb.train": "LightGBM",
    "lgb.cv": "LightGBM",
    "catboost.train": "CatBoost",
    "gbm": "GBDT",
    "h2o.gbm": "GBDT",
    "h2o.randomForest": "Random Forest",
    "h2o.automl": "H2O AutoML",
    "h2o.deeplearning": "MLP",
    "svm": "SVM",
    "ksvm": "SVM",
    "knn": "kNN",
    "kknn": "kNN",
    "rpart": "Decision tree",
    "naiveBayes": "Naive Bayes",
    "nnet": "MLP",
    "prophet": "Prophet",
    "auto.arima": "ARIMA",
    "Arima": "ARIMA",
    "ets": "ETS",
    "kmeans": "k-means",
    "layer_lstm": "LSTM",
    "layer_gru": "GRU",
    "layer_conv_2d": "CNN",
    "layer_conv_1d": "1D CNN",
}
CARET_METHODS = {
    "rf": "Random Forest",
    "ranger": "Random Forest",
    "xgbTree": "XGBoost",
    "xgbLinear": "XGBoost",
    "gbm": "GBDT",
    "glm": "Logistic regression",
    "lm": "Linear regression",
    "glmnet": "Elastic Net",
    "knn": "kNN",
    "svmRadial": "SVM",
    "svmLinear": "SVM",
    "nnet": "MLP",
    "rpart": "Decision tree",
    "nb": "Naive Bayes",
    "ridge": "Ridge",
    "lasso": "Lasso",
}
_R_CALL = re.compile(r"(?<![\w.$@])(?:[\w.]+::)?(?P<name>[A-Za-z][\w.]*)[ \t]*\(")
_CARET = re.compile(r"(?<![\w.])method[ \t]*=[ \t]*[\"'](?P<name>\w+)[\"']")
_CALL = re.compile(
    r"(?<![\w.])(?P<path>[A-Za-z_][\w.]*)[ \t]*\("
    r"(?:[ \t\n]*(?:\w+[ \t]*=[ \t]*)?(?P<quote>[\"'])(?P<text>[\w./@:-]{2,200})(?P=quote))?"
)


def find_in_r(text: str, lexemes: Lexemes, naming: Naming) -> Iterator[tuple[int, int, Match]]:
    """Architectures that R code fits: (start, end, match) of the function's or method's name."""
    for found in _R_CALL.finditer(text):
        if lexemes.kind_at(found.start()) == "code" and (match := _r_function(found["name"], naming)):
            yield *found.span("name"), match
    for found in _CARET.finditer(text):
        word = CARET_METHODS.get(found["name"])
        if word and lexemes.kind_at(found.start()) == "code" and (match := naming.resolve(word)):
            yield *found.span("name"), match


def _r_function(name: str, naming: Naming) -> Match | None:
    word = R_FUNCTIONS.get(name) or (name if name.startswith("application_") else None)
    return naming.resolve(word.removeprefix("application_")) if word else None


def find_in_broken(text: str, lexemes: Lexemes, naming: Naming) -> Iterator[tuple[int, int, Match]]:
    """Constructions in Python that does not parse: loaders with their string, classes that bear a name."""
    for found in _CALL.finditer(text):
        if lexemes.kind_at(found.start()) != "code":
            continue
        last = found["path"].rpartition(".")[2]
        match = naming.resolve(found["text"]) if found["text"] and find_loader(found["path"]) else None
        if match is not None and not match.is_ambiguous:
            start = found.start("text")
            yield start + match.start, start + match.end, match
            continue
        match = naming.resolve(last) if last[:1].isupper() and not is_side_class(last) else None
        if match is not None and not match.is_ambiguous:
            yield found.end("path") - len(last), found.end("path"), match
