"""Figures side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")

_NAME, _FIGURE = 32, 15  # characters


def print_table(
    title: str,
    heads: Sequence[Sequence[str]],
    figures: Mapping[str, Callable[[T], str]],
    measured: Sequence[T],
) -> None:
    """Prints a column for each of `measured`, under its part of each line of `heads`."""
    print(f"\n{title}")
    for head in heads:
        print(" " * _NAME + "".join(f"{part:>{_FIGURE}}" for part in head))
    for name, figure in figures.items():
        print(f"{name:<{_NAME}}" + "".join(f"{figure(each):>{_FIGURE}}" for each in measured))
    print(flush=True)
