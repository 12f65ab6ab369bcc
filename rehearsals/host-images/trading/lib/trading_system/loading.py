"""Loads code of the tree again. Objects that hold previously loaded code keep it."""

import importlib
import sys


def fresh(module, *purged):
    """Returns the module from its present files. Modules whose names begin with one of `purged` are reloaded too."""
    for name in [name for name in sys.modules if name.startswith(purged)]:
        del sys.modules[name]
    importlib.invalidate_caches()
    return importlib.import_module(module)
