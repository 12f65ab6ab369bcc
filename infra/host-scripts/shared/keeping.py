"""Copies files before the customer's own code writes them, so that they can be brought back byte for byte.

    SSM_Keeps   config/pipeline_config.json ..., in the tree, separated by spaces; may be absent

If a file is a link, what it leads to is copied too: the code may write through the link, or replace it.
"""

import contextlib
import os

from shared.copies import digest
from shared.folders import refuse_in_the_way
from shared.quarantine import keep_file, lost_copies, note, notes, own_quarantine, restore_hint
from shared.settings import tree_folder, words


@contextlib.contextmanager
def keeping():
    """Copies the files before the code runs and notes their hashes after it, even if the code fails.

    A retry keeps the first attempt's copies and adds no newer ones.
    """
    names = kept_names()
    quarantine = own_quarantine() if names else None
    for name in names:
        if not noted(quarantine, name):
            keep(quarantine, name)
    try:
        yield
    finally:
        for name in names:
            note(quarantine, **{**noted(quarantine, name), 'left': content(name)})


def kept_names():
    """Returns the paths in the tree of the files, and of what those that are links lead to."""
    found = {}
    for name in words('SSM_Keeps'):
        path, found[name] = os.path.join(tree_folder(), name), True
        refuse_in_the_way(path)
        if os.path.islink(path):
            target = os.path.realpath(path)
            if not target.startswith(tree_folder() + os.sep):
                message = '%s is a link that leads out of the tree; nothing was run. Replace it by the file itself'
                raise SystemExit(message % name)
            found[os.path.relpath(target, tree_folder())] = True
    return list(found)


def would_keep():
    """Returns the count and bytes of each file that keeping would copy, for a plan. A missing file counts 0."""
    if not words('SSM_Keeps'):
        return {}
    return {'would_copy': {name: amount(os.path.join(tree_folder(), name)) for name in kept_names()}}


def amount(path):
    there = is_kept(path)
    return {'count': int(there), 'bytes': os.lstat(path).st_size if there else 0}


def kept_report():
    """Returns the part of the step's report that describes the kept files."""
    if not words('SSM_Keeps'):
        return {}
    quarantine = own_quarantine()
    return {'quarantine': quarantine, 'restore': restore_hint(), 'lost': bool(lost_copies(quarantine))}


def noted(quarantine, name):
    """Returns the newest note of a file, or None if it has none yet."""
    return next((one for one in reversed(notes(quarantine)) if name in (one.get('from'), one.get('absent'))), None)


def keep(quarantine, name):
    path = os.path.join(tree_folder(), name)
    if content(name):
        keep_file(quarantine, path, name, {'from': name})
    else:
        note(quarantine, absent=name)


def content(name):
    path = os.path.join(tree_folder(), name)
    return digest(path) if is_kept(path) else None


def is_kept(path):
    return os.path.isfile(path) or os.path.islink(path)
