"""Keeps the mode, owner and group of files of the tree that are written anew.

git itself knows only whether a file is a program: it would give a file of credentials to every user to read, and a file
of a group to root's. So git writes files that only their owner may read, and each gets its mode afterwards.
"""

import contextlib
import os
import stat

from shared.beneath import beneath
from shared.content import LINK, PROGRAM, SUBMODULE, entries_of
from shared.git import git, git_folder, names
from shared.quarantine import note, notes
from shared.rights import set_mode_and_owner, tree_owner

# As git writes with the usual umask 022, and with the one within `private`.
USUAL, PRIVATE = {'file': 0o644, 'program': 0o755, 'folder': 0o755}, 0o700


def keep_modes(quarantine, tree, commit, paths):
    """Notes the modes before the checkout, in the first attempt only: after half of it they would be wrong."""
    if kept_modes(quarantine) is None:
        note(quarantine, modes=modes_now(tree, commit, paths))


def kept_modes(quarantine):
    return next((one['modes'] for one in notes(quarantine) if 'modes' in one), None)


def modes_now(tree, commit, paths):
    """Returns the mode and owner of each file and folder that a checkout may write and would give other ones."""
    tracked = {name: None for name in names(git(tree, 'ls-files', '-z', '--', *paths))}
    found = {}
    for name in with_folders({**tracked, **entry_modes(tree, commit, paths)}):
        now = status_of(os.path.join(tree, name))
        if now and (now['mode'], now['uid'], now['gid']) != (USUAL[now.pop('kind')], *tree_owner()):
            found[name] = now
    return found


def entry_modes(tree, commit, paths):
    return {one.name: one.mode for one in entries_of(tree, commit, paths) if one.mode not in (LINK, SUBMODULE)}


def with_folders(found):
    """Returns the names of files with those of all folders on the way to them, deepest last."""
    folders = {}
    for name in found:
        folder = os.path.dirname(name)
        while folder and folder not in folders:
            folders[folder] = None
            folder = os.path.dirname(folder)
    return dict(sorted({**found, **folders}.items()))


def status_of(path):
    """Returns mode, user and group of a file or folder; None of anything else, and if there is nothing."""
    try:
        found = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
        return None
    mode = stat.S_IMODE(found.st_mode)
    kind = 'folder' if stat.S_ISDIR(found.st_mode) else 'program' if mode & stat.S_IXUSR else 'file'
    return {'mode': mode, 'uid': found.st_uid, 'gid': found.st_gid, 'kind': kind}


@contextlib.contextmanager
def private():
    """Makes files and folders, within, that only their owner may read."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def own_files_mode(tree):
    """Returns the setting by which git's own files keep their mode within `private`: others may read them."""
    index = status_of(os.path.join(git_folder(tree), 'index'))
    return 'core.sharedRepository=0%o' % (((index or {'mode': 0o644})['mode'] & 0o666) | 0o600)


def give_modes(tree, commit, paths, wanted):
    """Gives the files and folders of a commit the wanted modes and owners, and usual ones to those that are private."""
    for name, entry_mode in with_folders(entry_modes(tree, commit, paths)).items():
        path = os.path.join(tree, name)
        now = status_of(path)
        if not now:
            continue
        kind = now.pop('kind')
        if name in wanted:
            like = {**wanted[name], 'mode': as_program(wanted[name]['mode'], entry_mode)}
        else:
            is_private = now['mode'] & 0o777 | 0o100 == PRIVATE
            like = {**now, 'mode': now['mode'] | USUAL[kind] if is_private else now['mode']}
        if like != now:
            with beneath(path) as safe:
                set_mode_and_owner(safe, like)


def as_program(mode, entry_mode):
    """Returns the mode with the right to run the file for all who may read it, or without it, as the commit has it."""
    if entry_mode is None or bool(mode & stat.S_IXUSR) == (entry_mode == PROGRAM):
        return mode
    return mode | (mode & 0o444) >> 2 if entry_mode == PROGRAM else mode & ~0o111
