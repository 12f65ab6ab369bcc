"""Folders with their mode and owner, which no copy of a file keeps."""

import contextlib
import os
import stat

from shared.quarantine import note, notes
from shared.settings import tree_folder


def keep_folders(quarantine, paths):
    """Notes the folders that the first attempt found, before any of them goes."""
    if not any('folders' in one for one in notes(quarantine)):
        note(quarantine, folders={os.path.relpath(path, tree_folder()): folder_at(path) for path in paths})


def kept_folders(quarantine):
    """By path in the tree, the upper ones first."""
    found = next((one['folders'] for one in notes(quarantine) if 'folders' in one), {})
    return dict(sorted(found.items()))


def is_folder(path):
    return os.path.isdir(path) and not os.path.islink(path)


def folder_at(path):
    found = os.stat(path)
    return {'mode': stat.S_IMODE(found.st_mode), 'uid': found.st_uid, 'gid': found.st_gid}


def make_so(path, folder):
    if os.geteuid() == 0:
        os.chown(path, folder['uid'], folder['gid'])
    os.chmod(path, folder['mode'])  # last: a change of owner takes the set-group-id bit off


@contextlib.contextmanager
def as_they_are(quarantine):
    """git makes a folder anew whose files it replaces; those that were there keep their mode and owner."""
    paths = [os.path.join(tree_folder(), name) for name in kept_folders(quarantine)]
    before = {path: folder_at(path) for path in paths if is_folder(path)}
    try:
        yield
    finally:
        for path, folder in before.items():
            if is_folder(path) and folder_at(path) != folder:
                make_so(path, folder)
