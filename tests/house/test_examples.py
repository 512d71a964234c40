"""Every example in a docstring runs."""

from __future__ import annotations

import doctest
import pkgutil
from importlib import import_module

import pytest

import regulars

MODULES = sorted(
    module.name for module in pkgutil.walk_packages(regulars.__path__, "regulars.") if "__main__" not in module.name
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_run(name: str) -> None:
    """What a docstring shows is what happens."""
    found = doctest.testmod(import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    assert found.failed == 0


def test_public_functions_say_what_they_do() -> None:
    """Every public function and class of the product has a docstring (checked by the linter too)."""
    missing = []
    for name in MODULES:
        module = import_module(name)
        for public in getattr(module, "__all__", ()):
            thing = getattr(module, public, None)
            if callable(thing) and getattr(thing, "__module__", "").startswith("regulars") and not thing.__doc__:
                missing.append(f"{name}.{public}")
    assert missing == []
