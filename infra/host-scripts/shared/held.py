"""The note on this host that a rollback holds deployments: held.json in SSM_State."""

import os

from shared.rights import root_rights
from shared.settings import required
from shared.strict_json import parse

DAMAGED = 'a note that cannot be read'


def note_path():
    return os.path.join(required('SSM_State'), 'held.json')


@root_rights()
def held_by():
    """Returns the rollback that holds deployments here; None if none does."""
    try:
        with open(note_path(), 'rb') as file:
            found = parse(file.read(1000))
    except FileNotFoundError:
        return None
    except ValueError:
        found = None
    rollback = found.get('rollback') if isinstance(found, dict) else None
    return rollback if isinstance(rollback, str) else DAMAGED
