"""Logistic regressions and gradient boosting over named features, kept as `analysis.claims.trained` reads them.

Both also say of every row what they say of documents they were not trained on (folds inside the training data).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import lightgbm
import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

INNER = 5
LEAST_DOCUMENTS = 3  # a feature of fewer documents is not learnt
LEAST_WEIGHT = 0.01
Row = Mapping[str, float]


class Regressions:
    """Logistic regressions over sets of features, with what each says of the documents it was not trained on."""

    def __init__(
        self, features: Sequence[Iterable[str]], owners: Sequence[int], folds: Sequence[int], strength: float
    ) -> None:
        by_owner: dict[int, set[str]] = defaultdict(set)
        for found, owner in zip(features, owners, strict=True):
            by_owner[owner].update(found)
        counts = Counter(feature for found in by_owner.values() for feature in found)
        self.names = sorted(name for name, n in counts.items() if n >= LEAST_DOCUMENTS)
        at = {name: place for place, name in enumerate(self.names)}
        rows, columns = [], []
        for number, found in enumerate(features):
            places = sorted(at[name] for name in found if name in at)
            rows += [number] * len(places)
            columns += places
        self.matrix = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(features), len(self.names)))
        self.folds, self.strength = np.array(folds), strength

    def fit_all(
        self, truths: Mapping[str, Sequence[bool]], weights: Sequence[float] | None = None
    ) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        """The stored sums of several names, and for each what is said of rows whose fold was not seen."""
        fitted = {name: self._fit(truth, weights) for name, truth in truths.items()}
        table = np.stack([coefficients for _, coefficients, _ in fitted.values()], axis=1)
        kept = {
            feature: [round(1000 * float(weight)) for weight in row]
            for feature, row in zip(self.names, table, strict=True)
            if max(abs(row)) > LEAST_WEIGHT
        }
        biases = [round(1000 * bias) for bias, _, _ in fitted.values()]
        stored = {"names": list(fitted), "biases": biases, "weights": kept}
        return stored, {name: scores for name, (_, _, scores) in fitted.items()}

    def _fit(self, truth: Sequence[bool], weights: Sequence[float] | None) -> tuple[float, np.ndarray, np.ndarray]:
        wanted = np.array(truth, dtype=bool)
        weight = None if weights is None else np.array(weights)
        scores = np.zeros(len(wanted))
        for fold in range(INNER):
            inside = self.folds != fold
            if inside.all():
                continue
            model = self._model(inside, wanted, weight)
            scores[~inside] = self.matrix[~inside] @ model.coef_[0] + model.intercept_[0]
        model = self._model(np.ones(len(wanted), dtype=bool), wanted, weight)
        return float(model.intercept_[0]), model.coef_[0], scores

    def _model(self, inside: np.ndarray, wanted: np.ndarray, weight: np.ndarray | None) -> LogisticRegression:
        model = LogisticRegression(C=self.strength, solver="liblinear", random_state=0)
        model.fit(self.matrix[inside], wanted[inside], None if weight is None else weight[inside])
        return model


def dense(rows: Sequence[Row], names: Sequence[str]) -> np.ndarray:
    """Rows of named features as one array, (n_rows, n_names)."""
    at = {name: place for place, name in enumerate(names)}
    array = np.zeros((len(rows), len(names)))
    for number, row in enumerate(rows):
        for name, value in row.items():
            if name in at:
                array[number, at[name]] = value
    return array


class Boosting:
    """Gradient boosting over named features."""

    def __init__(self, rows: Sequence[Row], owners: Sequence[int], folds: Sequence[int], **settings: Any) -> None:
        by_owner: dict[int, set[str]] = defaultdict(set)
        for row, owner in zip(rows, owners, strict=True):
            by_owner[owner].update(row)
        counts = Counter(name for found in by_owner.values() for name in found)
        self.names = sorted(name for name, n in counts.items() if n >= LEAST_DOCUMENTS)
        self.array = dense(rows, self.names)
        self.folds = np.array(folds)
        self.settings = {
            "learning_rate": 0.06,
            "n_estimators": 80,
            "num_leaves": 8,
            "min_child_samples": 20,
            "reg_lambda": 5.0,
            "subsample": 0.8,
            "subsample_freq": 1,
            "colsample_bytree": 0.5,
            "random_state": 0,
            "verbose": -1,
            "n_jobs": 1,
            "deterministic": True,
            "force_row_wise": True,
            **settings,
        }

    def fit(
        self, truth: Sequence[Any], classes: Sequence[str] = (), weights: Sequence[float] | None = None
    ) -> tuple[dict[str, Any], np.ndarray]:
        """The stored trees, and what trees that have not seen a row say of it: (n_rows, n_classes).

        Args:
            truth: what is right of each row: one of the classes, or without them yes or no.
            classes: the classes, in the order of the result.
            weights: how much each row counts; all alike by default.
        """
        weight = np.ones(len(truth)) if weights is None else np.array(weights)
        places = {name: at for at, name in enumerate(classes)}
        wanted = np.array([places[value] if classes else bool(value) for value in truth])
        width = len(classes) or 1
        scores = np.zeros((len(wanted), width))
        for fold in range(INNER):
            inside = self.folds != fold
            if inside.all():
                continue
            model = self._model(inside, wanted, classes, weight)
            scores[~inside] = self._probabilities(model, self.array[~inside], width)
        model = self._model(np.ones(len(wanted), dtype=bool), wanted, classes, weight)
        return self._stored(model, classes), scores

    def _model(self, inside: np.ndarray, wanted: np.ndarray, classes: Sequence[str], weight: np.ndarray) -> Any:
        settings = dict(self.settings)
        if classes:
            settings |= {"objective": "multiclass", "num_class": len(classes)}
        model = lightgbm.LGBMClassifier(**settings)
        return model.fit(self.array[inside], wanted[inside], weight[inside])

    @staticmethod
    def _probabilities(model: Any, array: np.ndarray, width: int) -> np.ndarray:
        found = model.predict_proba(array)
        if width == 1:
            return found[:, 1:]
        full = np.zeros((len(array), width))
        full[:, model.classes_] = found
        return full

    def _stored(self, model: Any, classes: Sequence[str]) -> dict[str, Any]:
        dumped = model.booster_.dump_model()["tree_info"]
        width = len(classes) or 1
        trees: list[list[Any]] = [[] for _ in range(width)]
        used = sorted({at for tree in dumped for at in _features_of(tree["tree_structure"])})
        place = {at: number for number, at in enumerate(used)}
        for number, tree in enumerate(dumped):
            trees[number % width].append(_arrays(tree["tree_structure"], place))
        return {"features": [self.names[at] for at in used], "classes": list(classes), "trees": trees}


def _features_of(node: Mapping[str, Any]) -> Iterable[int]:
    if "split_feature" in node:
        yield node["split_feature"]
        yield from _features_of(node["left_child"])
        yield from _features_of(node["right_child"])


def _arrays(root: Mapping[str, Any], place: Mapping[int, int]) -> list[list[float]]:
    """A dumped tree as the arrays that `analysis.claims.trees.Tree` reads."""
    feature: list[int] = []
    threshold: list[float] = []
    left: list[int] = []
    right: list[int] = []
    value: list[float] = []

    def add(node: Mapping[str, Any]) -> int:
        if "split_feature" not in node:
            value.append(round(node["leaf_value"], 5))
            return -len(value)
        if node["decision_type"] != "<=":
            raise ValueError(f"a split of type {node['decision_type']} is not known")
        at = len(feature)
        feature.append(place[node["split_feature"]])
        threshold.append(float(f"{node['threshold']:.6g}"))
        left.append(0)
        right.append(0)
        left[at] = add(node["left_child"])
        right[at] = add(node["right_child"])
        return at

    add(root)
    return [feature, threshold, left, right, value]
