"""Loads code of the tree anew. What was loaded before stays as it is for whoever still has it."""

import importlib
import sys


def fresh(module, *purged):
    """The module as its files are now; so are those whose names begin like `purged`."""
    for name in [name for name in sys.modules if name.startswith(purged)]:
        del sys.modules[name]
    importlib.invalidate_caches()
    return importlib.import_module(module)
