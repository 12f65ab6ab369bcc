"""Lists files of folders, and keeps the mode and owner of folders: a copy of a file does not hold those."""

import contextlib
import os
import stat

from shared.beneath import beneath
from shared.quarantine import note, notes
from shared.rights import set_mode_and_owner
from shared.settings import tree_folder

# These have no content that could be copied, and a program may be at the other end.
SPECIAL = {stat.S_IFIFO: 'pipe', stat.S_IFSOCK: 'socket', stat.S_IFCHR: 'device', stat.S_IFBLK: 'device'}


def files_below(top):
    """Returns the names of all files and links below a folder, without following links.

    Hidden files are included: they are as likely to be corrupt.
    """
    if not os.path.exists(top):
        return []
    if not os.path.isdir(top):
        raise SystemExit('%s is not a folder; nothing was touched. Correct the folder in the runbook' % top)
    names = []
    for folder, folders, files in os.walk(top, onerror=unreadable):
        linked = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        for name in files + linked:
            path = os.path.join(folder, name)
            refuse_special(path)
            names.append(os.path.relpath(path, top))
    return sorted(names)


def refuse_in_the_way(path):
    """Refuses if something that has no copy would give way to a file: at its path, below it, or on the way to it."""
    place = path
    while not os.path.lexists(place) and place != tree_folder():
        place = os.path.dirname(place)
    refuse_special(place)
    if place == path and is_folder(path):
        files_below(path)


def refuse_special(path):
    kind = SPECIAL.get(stat.S_IFMT(os.lstat(path).st_mode))
    if kind:
        message = '%s is a %s, neither a file nor a link; nothing was touched. Stop what uses it, remove it, then retry'
        raise SystemExit(message % (os.path.relpath(path, tree_folder()), kind))


def unreadable(problem):
    raise problem  # without this, os.walk would skip the folder silently


def folders_at(top):
    """Returns a folder and all folders below it."""
    return [folder for folder, _, _ in os.walk(top, onerror=unreadable)] if os.path.isdir(top) else []


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


def set_folder(path, folder):
    set_mode_and_owner(path, folder, os.O_DIRECTORY)


def make_folders(path):
    """Makes the folders of the tree that are missing on the way to a path, as folders of the tree's owner."""
    folder = os.path.dirname(path)
    if os.path.isdir(folder):
        return
    make_folders(folder)
    with beneath(folder) as safe:
        os.mkdir(safe)
        owner = os.stat(tree_folder())
        set_folder(safe, {'mode': 0o755, 'uid': owner.st_uid, 'gid': owner.st_gid})


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
                set_folder(path, folder)
