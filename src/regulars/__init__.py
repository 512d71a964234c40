"""Regulars: know the customers you serve, keep the promises made to them, leave them one less decision to make.

>>> import regulars as rg                                     # doctest: +SKIP
>>> rg.open("regulars-home").customer("Meera").brief()        # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .notebook import CustomerCard, OpenHome, open
    from .understand import BGNBD, GammaGamma

__version__ = "0.1.0"
__all__ = ["BGNBD", "CustomerCard", "GammaGamma", "OpenHome", "__version__", "open"]

FROM = {
    "open": "notebook",
    "OpenHome": "notebook",
    "CustomerCard": "notebook",
    "BGNBD": "understand",
    "GammaGamma": "understand",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for, so that importing the package costs nothing."""
    if name not in FROM:
        raise AttributeError(f"module 'regulars' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{FROM[name]}", __name__), name)
