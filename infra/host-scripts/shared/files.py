"""Moves the files of a folder in the tree to quarantine."""

import hashlib
import os
import stat

from shared.copies import digest
from shared.folders import is_folder, keep_folders, kept_folders
from shared.quarantine import first_names, keep_file, notes
from shared.settings import tree_folder


def move_files(folder, quarantine):
    """Moves the files that the first attempt found.

    Files that are new or changed since their copy stay; `left` counts the changed ones.
    """
    kept = {one['from']: one['sha256'] for one in notes(quarantine) if 'from' in one}
    keep_folders(quarantine, folders_at(folder))
    left = 0
    for name in first_names(quarantine, lambda: files_below(folder)):
        path = os.path.join(folder, name)
        if not os.path.lexists(path):
            continue
        belongs = os.path.relpath(path, tree_folder())
        if belongs in kept and kept[belongs] != digest(path):
            left += 1
            continue
        keep_file(quarantine, path, name, {'from': belongs})
        os.unlink(path)
    remove_empty_folders(folder, quarantine)
    return {**moved_files(quarantine), **({'left': left} if left else {})}


def would_move(folder):
    """Returns the count and bytes of the files that move_files would move, for a plan."""
    paths = [os.path.join(folder, name) for name in files_below(folder)]
    return {'count': len(paths), 'bytes': sum(os.lstat(path).st_size for path in paths)}


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
            if not (os.path.islink(path) or stat.S_ISREG(os.lstat(path).st_mode)):
                message = '%s is neither a file nor a link; nothing was touched. Remove it, then retry'
                raise SystemExit(message % os.path.relpath(path, top))
            names.append(os.path.relpath(path, top))
    return sorted(names)


def unreadable(problem):
    raise problem  # without this, os.walk would skip the folder silently


def folders_at(top):
    """Returns a folder and all folders below it."""
    return [folder for folder, _, _ in os.walk(top, onerror=unreadable)] if os.path.isdir(top) else []


def remove_empty_folders(top, quarantine):
    for name in reversed(kept_folders(quarantine)):
        path = os.path.join(tree_folder(), name)
        if path != top and is_folder(path) and not os.listdir(path):
            os.rmdir(path)


def moved_files(quarantine):
    """Returns count, bytes and hash of all files in quarantine, from this attempt and earlier ones.

    The hash is over sorted lines of name and sha256.
    """
    files = os.path.join(quarantine, 'files')
    names = files_below(files)
    lines = b''.join(os.fsencode('%s %s\n' % (name, digest(os.path.join(files, name)))) for name in names)
    size = sum(os.lstat(os.path.join(files, name)).st_size for name in names)
    return {'moved': len(names), 'bytes': size, 'sha256': hashlib.sha256(lines).hexdigest()}
