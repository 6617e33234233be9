"""Losses of one sample as functions of xp, for any output: a number, or for the cross-entropy a vector of scores."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Loss: TypeAlias = Callable[[Any, Any, Any], Any]
"""(xp, output, target) -> one number."""


def square(xp: Any, f: Any, y: Any) -> Any:
    """(f − y)², summed over the entries of a vector."""
    return xp.sum((f - y) ** 2)


def logistic(xp: Any, f: Any, y: Any) -> Any:
    """log(1 + e^f) − p f with the probability p = σ(y) as target: e^{±40} is a label as far as floats tell."""
    return xp.softplus(f) - xp.sigmoid(y) * f


def cross_entropy(xp: Any, f: Any, y: Any) -> Any:
    """−Σ_k p_k log softmax(f)_k with the distribution p = softmax(y) as target."""
    return xp.logsumexp(f) - xp.sum(xp.softmax(y) * f)


OF_NUMBER: Mapping[str, Loss] = {"square": square, "logistic": logistic}
OF_SCORES: Mapping[str, Loss] = {"square": square, "cross_entropy": cross_entropy}
