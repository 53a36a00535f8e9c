"""Takes the place of ``torch._dynamo`` in the executable, where nothing is ever compiled.

torch's optimisers call it at each step to hold off the compiler. The real one would bring sympy and the inductor with
it, some 17 MB. Eager mode computes the same without.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def graph_break(msg: str = "") -> None:
    """Nothing: there is no graph."""


def disable(fn: Callable[..., Any] | None = None, *_args: object, **_options: object) -> Callable[..., Any]:
    """Return the function itself, for it would not have been compiled."""
    return disable if fn is None else fn
