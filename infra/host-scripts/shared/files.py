"""Moves the files of a folder in the tree to quarantine."""

import hashlib
import os

from shared.attributes import mount_points, refuse_fixed
from shared.beneath import beneath
from shared.copies import CHANGED, digest
from shared.folders import files_below, folders_at, is_folder, keep_folders, kept_folders
from shared.protected import refuse_protected
from shared.quarantine import first_names, keep_files, notes
from shared.rights import may_remove, root_rights
from shared.settings import inside, required, tree_folder

# So many files, or bytes, are copied and flushed before the first of them is removed.
BATCH_FILES, BATCH_BYTES = 500, 256 << 20


def find_files(folder, quarantine):
    """Notes the files and folders that the first attempt found, before it does anything, and returns the files."""
    keep_folders(quarantine, folders_at(folder))
    return first_names(quarantine, lambda: files_below(folder))


def move_files(folder, quarantine):
    """Moves the files that the first attempt found.

    Files that are new or changed since their copy stay; `left` counts the changed ones.
    """
    names = find_files(folder, quarantine)
    kept = {one['from']: one['sha256'] for one in notes(quarantine) if 'from' in one}
    left, links = 0, {}
    for batch in batches(folder, names):
        left += move_batch(quarantine, folder, batch, (kept, links))
    remove_empty_folders(folder, quarantine)
    return {**moved_files(quarantine), **({'left': left} if left else {})}


def batches(folder, names):
    """Yields the names that are there, some at a time."""
    batch, size = [], 0
    for name in names:
        path = os.path.join(folder, name)
        if os.path.lexists(path):
            batch.append(name)
            size += os.lstat(path).st_blocks * 512
        if len(batch) == BATCH_FILES or size > BATCH_BYTES:
            yield batch
            batch, size = [], 0
    yield batch


def move_batch(quarantine, folder, names, known):
    kept, links = known
    files = [(os.path.join(folder, name), name) for name in names]
    places = [os.path.relpath(path, tree_folder()) for path, _ in files]
    going = [
        (path, name, {'from': place}) for (path, name), place in zip(files, places)
        if place not in kept or kept[place] == digest(path)
    ]
    for (path, name, _), content in zip(going, keep_files(quarantine, going, links)):
        with beneath(path) as safe:
            if digest(safe) != content:
                raise SystemExit(CHANGED % name)
            os.unlink(safe)
    return len(files) - len(going)


def would_move(folder):
    """Returns the count and bytes of the files that move_files would move, for a plan."""
    paths = [os.path.join(folder, name) for name in files_below(folder)]
    return {'count': len(paths), 'bytes': sum(os.lstat(path).st_size for path in paths)}


def refuse_needed(folder, *settings):
    """Refuses a folder that holds a file on which the step works: the step would move that file away at its end."""
    for name in settings:
        if inside(name).startswith(folder + os.sep):
            message = '%s is in %s, which the step clears; nothing was touched. Correct the runbook'
            raise SystemExit(message % (os.environ[name], os.path.relpath(folder, tree_folder())))


def refuse_unmovable(folder):
    """Refuses, before the step changes anything, a folder whose files cannot be moved."""
    paths = [os.path.join(folder, name) for name in files_below(folder)]
    refuse_protected(folders_at(folder))
    refuse_fixed(folders_at(folder) + paths)
    for path in folders_at(folder):
        if not os.access(path, os.W_OK | os.X_OK):
            message = '%s cannot be written; nothing was touched. Check its owner, mode and file system, then retry'
            raise SystemExit(message % os.path.relpath(path, tree_folder()))
    for path in paths:
        if not os.path.islink(path) and not os.access(path, os.R_OK):
            message = '%s cannot be read; nothing was touched. Give it to the owner of the tree, then retry'
            raise SystemExit(message % os.path.relpath(path, tree_folder()))
    for path in folders_at(folder)[1:] + paths:
        if not may_remove(path):
            message = '%s is of another user, in a sticky folder; nothing was touched. %s'
            remedy = 'Give it to the owner of the tree, then retry'
            raise SystemExit(message % (os.path.relpath(path, tree_folder()), remedy))
    found = [os.lstat(path) for path in paths]
    needed = sum({(one.st_dev, one.st_ino): one.st_blocks * 512 for one in found}.values())
    free = free_bytes(required('SSM_State'))
    if needed > free:
        message = '%s holds %d bytes, and %s has %d free; nothing was touched. Free some there, then retry'
        raise SystemExit(message % (os.path.relpath(folder, tree_folder()), needed, required('SSM_State'), free))


@root_rights()
def free_bytes(path):
    while not os.path.exists(path):
        path = os.path.dirname(path) or '.'
    found = os.statvfs(path)
    return found.f_bavail * found.f_frsize


def remove_empty_folders(top, quarantine):
    mounted = mount_points()
    for name in reversed(kept_folders(quarantine)):
        path = os.path.join(tree_folder(), name)
        if path != top and is_folder(path) and not os.listdir(path) and path not in mounted:
            with beneath(path) as safe:
                os.rmdir(safe)


@root_rights()
def moved_files(quarantine):
    """Returns count, bytes and hash of all files in quarantine, from this attempt and earlier ones.

    The hash is over sorted lines of name and sha256.
    """
    kept = {one['copy']: one['sha256'] for one in notes(quarantine) if 'from' in one}
    names = {os.path.relpath(copy, 'files'): copy for copy in kept}
    lines = b''.join(os.fsencode('%s %s\n' % (name, kept[names[name]])) for name in sorted(names))
    paths = [os.path.join(quarantine, copy) for copy in kept]
    size = sum(os.lstat(path).st_size for path in paths if os.path.lexists(path))
    return {'moved': len(kept), 'bytes': size, 'sha256': hashlib.sha256(lines).hexdigest()}
