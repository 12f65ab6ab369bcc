"""Gives a script that root runs the rights of the tree's owner.

Root would follow what the owner plants: a link in any place of a path, a file that becomes a link between two checks.
The owner's rights reach only what the owner reaches without us. Root's own rights are taken for the state folder
(SSM_State), where nobody else may write, and for what a caller names. A line that forgets to take them fails.

A program that is started with the owner's rights has them for good: real, effective and saved user id become the
owner's. If the script does not run as root, or the tree belongs to root, nothing changes.
"""

import contextlib
import functools
import os
import stat

from shared.failures import told
from shared.settings import required, tree_folder
from shared.trusted import others_may_write, weak_place

ROOT = (0, 0)
held = ROOT


def by_owner(main):
    """Runs the main function of a script with the owner's rights."""
    with owner_rights():
        if held != ROOT:
            os.environ.pop('HOME', None)  # root's, which the owner cannot read: git would fail there
        return told(main)


def owner_rights():
    return rights_of(tree_owner())


def root_rights():
    return rights_of(ROOT)


def rights_for(path):
    """Returns root's rights for a path in the state folder, and the owner's for any other."""
    return root_rights() if is_in_state(path) else owner_rights()


def is_in_state(path):
    state = os.path.abspath(required('SSM_State'))
    return (os.path.abspath(path) + os.sep).startswith(state + os.sep)


def rights_at(path):
    """Returns root's rights if nobody else may lead the path to another place, and else the owner's."""
    with root_rights():
        return owner_rights() if weak_place(path) else root_rights()


def rights_of_guide(path):
    """Returns the rights of the user who may lead the path to another place, so that it leads no further; else root's."""
    with root_rights():
        weak = weak_place(path)
        if weak is None:
            return root_rights()
        found = os.lstat(weak)
        user = found.st_uid, found.st_gid
        if weak_place(path, *user):
            message = 'Several users may change %s; nothing was touched. Correct its owner or mode, then retry'
            raise SystemExit(message % weak)
        return rights_of(user)


@contextlib.contextmanager
def rights_of(user):
    before = held
    take(user)
    try:
        yield
    finally:
        take(before)


def take(user):
    """Takes the rights of a user and a group. The saved ids stay root's, so that its rights can be taken again."""
    global held
    if user == held or not is_root_process():
        return
    os.seteuid(0)
    os.setgroups([])
    os.setresgid(user[1], user[1], 0)
    os.setresuid(user[0], user[0], 0)
    held = user


def is_root_process():
    """Returns whether root started this script, whatever rights it holds now."""
    return os.getresuid()[2] == 0


@functools.lru_cache(maxsize=None)
def tree_owner():
    """Returns user and group of the tree. Refuses a tree that others may exchange for another user's folder."""
    tree = tree_folder()
    if not os.path.isdir(tree):
        message = 'There is no tree at %s; install it or correct host.tree in infra/environments'
        raise SystemExit(message % os.environ['SSM_Tree'])
    found = os.stat(tree)
    if not is_root_process():
        return found.st_uid, found.st_gid
    user = ROOT if found.st_uid == 0 else (found.st_uid, found.st_gid)
    weak = weak_place(required('SSM_Tree'), *user) or (tree if user == ROOT and others_may_write(found) else None)
    if weak:
        message = 'Others than the owner of the tree %s may change %s; nothing was touched. Correct its owner or mode'
        raise SystemExit(message % (tree, weak))
    return user


def may_remove(path):
    """Returns whether a sticky folder, such as /tmp is, lets the rights that are held remove a file or folder in it."""
    folder, found = os.stat(os.path.dirname(path)), os.lstat(path)
    return not folder.st_mode & stat.S_ISVTX or os.geteuid() in (0, folder.st_uid, found.st_uid)


def open_file(path, rights=None):
    """Opens a file for reading, with rights_for(path). Refuses a pipe or a device, which may never end."""
    with rights or rights_for(path):
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise SystemExit('%s is not a file; remove it, then retry' % path)
    return os.fdopen(descriptor, 'rb')


def new_file(path):
    """Creates a file for writing and returns its descriptor. Fails if anything has its name, a link too."""
    with rights_for(path):
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)


def give(path, descriptor, like):
    """Gives an open file or folder the mode, user and group of `like`.

    In the tree, root gives away only what belongs to the owner: the path may have led anywhere else. A file whose owner
    changes loses set-user-id and set-group-id, because its first owner may still write to it.
    """
    found, mode = os.fstat(descriptor), like['mode']
    in_tree = is_root_process() and tree_owner() != ROOT and not is_in_state(path)
    if in_tree and found.st_uid != tree_owner()[0]:
        raise SystemExit('%s does not belong to the owner of the tree; correct its owner, then retry' % path)
    if in_tree and stat.S_ISREG(found.st_mode) and (like['uid'], like['gid']) != tree_owner():
        mode &= ~(stat.S_ISUID | stat.S_ISGID)
    with root_rights():
        if os.geteuid() == 0:
            os.fchown(descriptor, like['uid'], like['gid'])
        os.fchmod(descriptor, mode)  # last: fchown clears set-user-id and set-group-id


def set_mode_and_owner(path, like, flag=os.O_NONBLOCK):  # does not wait for a pipe's other end
    """Does `give` with what a path names, and follows no link."""
    with rights_for(path):
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | flag)
    try:
        give(path, descriptor, like)
    finally:
        os.close(descriptor)
