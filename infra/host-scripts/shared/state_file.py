"""Reads the file in which the trading system's own scripts write what runs.

    SSM_StateFile   outputs/run/trading.json, in the tree: {"trading": "running"}
"""

import os

from shared.rights import open_file
from shared.settings import required, tree_folder
from shared.strict_json import parse

SHOWN_CHARACTERS = 100


def read_state(name):
    """Returns one state, or None if the file does not hold it. Raises ValueError if the file holds no JSON."""
    try:
        with open_file(os.path.join(tree_folder(), required('SSM_StateFile'))) as file:
            states = parse(file.read(1_000_000))
    except FileNotFoundError:
        return None
    state = states.get(name) if isinstance(states, dict) else None
    return state if state is None else str(state)[:SHOWN_CHARACTERS]
