"""Files that the customer's own code is about to write: kept first, so that they can be brought back byte for byte.

    SSM_Keeps   config/pipeline_config.json …, in the tree, separated by spaces; may be absent
"""

import contextlib
import os

from shared.copies import digest
from shared.quarantine import bring_back, keep_file, lost_copies, note, notes, own_quarantine
from shared.settings import tree_folder, words


@contextlib.contextmanager
def keeping():
    """Whatever the code makes of them, and however it ends. A repeat keeps nothing newer than the first attempt did."""
    names = words('SSM_Keeps')
    quarantine = own_quarantine() if names else None
    for name in names:
        if not noted(quarantine, name):
            keep(quarantine, name)
    try:
        yield
    finally:
        for name in names:
            note(quarantine, **{**noted(quarantine, name), 'left': content(name)})


def would_keep():
    """What keeping would copy first, for a plan: each file, which may not be there yet."""
    if not words('SSM_Keeps'):
        return {}
    return {'would_copy': {name: amount(os.path.join(tree_folder(), name)) for name in words('SSM_Keeps')}}


def amount(path):
    there = os.path.isfile(path)
    return {'count': int(there), 'bytes': os.stat(path).st_size if there else 0}


def kept_report():
    """What the step's report says of it."""
    if not words('SSM_Keeps'):
        return {}
    quarantine = own_quarantine()
    return {'quarantine': quarantine, 'restore': bring_back(), 'lost': bool(lost_copies(quarantine))}


def noted(quarantine, name):
    """The newest note of a file; None: there is none yet."""
    return next((one for one in reversed(notes(quarantine)) if name in (one.get('from'), one.get('absent'))), None)


def keep(quarantine, name):
    path = os.path.join(tree_folder(), name)
    if content(name):
        keep_file(quarantine, path, name, name)
    else:
        note(quarantine, absent=name)


def content(name):
    path = os.path.join(tree_folder(), name)
    return digest(path) if os.path.isfile(path) else None
