"""Reaches files of the tree by folders that are no links, so that root is not led out of the tree."""

import contextlib
import errno
import os

from shared.rights import owner_rights
from shared.settings import tree_folder

FOLDER = os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW


@contextlib.contextmanager
def beneath(path):
    """Yields another path of a file in the tree. It stays right if somebody replaces a folder on the way by a link."""
    folder = opened_folder(path)
    place = '/proc/self/fd/%d/' % folder
    try:
        yield place + os.path.basename(path)
    except OSError as problem:
        if str(problem.filename).startswith(place):  # an error names the file as people know it
            problem.filename = os.path.join(os.path.dirname(path), problem.filename[len(place):])
        raise
    except SystemExit as problem:
        raise SystemExit(str(problem).replace(place, os.path.dirname(path) + os.sep))
    finally:
        os.close(folder)


def opened_folder(path):
    """Returns a descriptor of a file's folder. Raises FileNotFoundError if the folder is missing."""
    tree, names = folders_to(path)
    if names is None:
        raise SystemExit('%s leads out of the tree; remove the link on the way, then start again' % path)
    with owner_rights():
        return descended(tree, names, path)


def descended(tree, names, path):
    at = os.open(tree, FOLDER)
    for name in names:
        try:
            inner = os.open(name, FOLDER, dir_fd=at)
        except OSError as problem:
            if problem.errno in (errno.ENOTDIR, errno.ELOOP):
                raise SystemExit('%s: the folder %s was replaced; start again' % (path, name))
            raise
        finally:
            os.close(at)
        at = inner
    return at


def is_inside(path):
    return folders_to(path)[1] is not None


def folders_to(path):
    """Returns the tree and the folders on the way to a path, links resolved; None for them outside the tree."""
    tree, folder = tree_folder(), os.path.realpath(os.path.dirname(path))
    if folder == tree:
        return tree, []
    return tree, folder[len(tree) + 1:].split('/') if folder.startswith(tree + '/') else None
