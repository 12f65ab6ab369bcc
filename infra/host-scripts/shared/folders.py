"""Keeps the mode and owner of folders, because a copy of a file does not hold those of its folder."""

import contextlib
import os
import stat

from shared.quarantine import note, notes
from shared.settings import tree_folder


def keep_folders(quarantine, paths):
    """Notes the folders that the first attempt found, before any of them is removed."""
    if not any('folders' in one for one in notes(quarantine)):
        note(quarantine, folders={os.path.relpath(path, tree_folder()): folder_at(path) for path in paths})


def kept_folders(quarantine):
    """Returns the noted folders by path in the tree, parents first."""
    found = next((one['folders'] for one in notes(quarantine) if 'folders' in one), {})
    return dict(sorted(found.items()))


def is_folder(path):
    return os.path.isdir(path) and not os.path.islink(path)


def folder_at(path):
    found = os.stat(path)
    return {'mode': stat.S_IMODE(found.st_mode), 'uid': found.st_uid, 'gid': found.st_gid}


def set_mode_and_owner(path, folder):
    if os.geteuid() == 0:
        os.chown(path, folder['uid'], folder['gid'])
    os.chmod(path, folder['mode'])  # last: chown clears the set-group-id bit


@contextlib.contextmanager
def preserved_folders(quarantine):
    """Gives existing folders their mode and owner back after git recreated them to replace their files."""
    paths = [os.path.join(tree_folder(), name) for name in kept_folders(quarantine)]
    before = {path: folder_at(path) for path in paths if is_folder(path)}
    try:
        yield
    finally:
        for path, folder in before.items():
            if is_folder(path) and folder_at(path) != folder:
                set_mode_and_owner(path, folder)
