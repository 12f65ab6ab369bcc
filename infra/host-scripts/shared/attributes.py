"""Finds files and folders that the owner's rights do not suffice to remove, before anything is removed."""

import errno
import fcntl
import functools
import os
import re
import stat
import struct

from shared.settings import tree_folder

# _IOR('f', 1, long) of 64-bit Linux, and two of its flags (linux/fs.h).
FS_IOC_GETFLAGS = 0x80086601
FLAGS = {0x10: ('immutable', 'i'), 0x20: ('append-only', 'a')}


def refuse_fixed(paths):
    """Refuses files and folders that not even root may remove, or remove something from."""
    mounted = mount_points()
    for path in paths:
        name = os.path.relpath(path, tree_folder())
        word, letter = flag_of(path)
        if word:
            message = '%s is %s, as lsattr shows; nothing was touched. Run chattr -%s on it, then retry'
            raise SystemExit(message % (name, word, letter))
        if path in mounted and not os.path.isdir(path):
            raise SystemExit('%s is a mount of its own; nothing was touched. Unmount it, then retry' % name)


def flag_of(path):
    try:
        found = os.lstat(path)
        if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
            return None, None
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None, None  # whoever needs the file refuses it with a better reason
    try:
        flags = struct.unpack('I4x', fcntl.ioctl(descriptor, FS_IOC_GETFLAGS, bytes(8)))[0]
    except OSError as problem:
        if problem.errno not in (errno.ENOTTY, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL):
            raise
        return None, None  # this file system has no such flags
    finally:
        os.close(descriptor)
    return next((FLAGS[flag] for flag in FLAGS if flags & flag), (None, None))


@functools.lru_cache(maxsize=None)
def mount_points():
    """Returns the paths at which something is mounted. os.path.ismount does not see a mount within one file system."""
    try:
        with open('/proc/self/mountinfo', encoding='utf-8', errors='surrogateescape') as file:
            return {re.sub(r'\\(\d{3})', lambda code: chr(int(code.group(1), 8)), line.split()[4]) for line in file}
    except OSError:
        return set()
