"""Finds out who may change the way to a folder: who may replace one part of a path may lead root anywhere."""

import os
import stat


def weak_place(path, user=0, group=0):
    """Returns the first folder or link on the way to a path that somebody else may replace; None if there is none.

    Somebody else is neither root nor this user or group. A folder's entries may be replaced by the folder's owner and by
    all who may write to it. If it is sticky, as /tmp is, each entry may be replaced only by its own owner, which the
    next turn checks.
    """
    place, left = os.sep, os.path.abspath(path).split(os.sep)[1:]
    for _ in range(4 * len(left) + 100):  # a chain of links that leads in a circle ends here
        if not left or not os.path.lexists(place):
            return None
        if is_writable_by_others(os.lstat(place), user, group):
            return place
        name = left.pop(0)
        place = os.path.dirname(place) if name == os.pardir else os.path.join(place, name)
        if os.path.islink(place):
            if os.lstat(place).st_uid not in (0, user):
                return place
            target = os.path.join(os.path.dirname(place), os.readlink(place))
            place, left = os.sep, [part for part in target.split(os.sep) if part not in ('', os.curdir)] + left
    return path


def is_writable_by_others(found, user, group):
    sticky = found.st_mode & stat.S_ISVTX
    return found.st_uid not in (0, user) or (others_may_write(found, group) and not sticky)


def others_may_write(found, group=0):
    return bool(found.st_mode & stat.S_IWOTH or (found.st_mode & stat.S_IWGRP and found.st_gid not in (0, group)))
