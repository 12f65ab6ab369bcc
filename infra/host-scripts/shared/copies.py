"""Copies that are verified and durable before their original is removed."""

import ctypes
import errno
import hashlib
import os
import stat

from shared.rights import give, new_file, rights_for, root_rights
from shared.settings import required

CHANGED = '%s changed while it was copied; it was not removed. Stop its writer, then retry'
# So many files are flushed one by one. More are flushed with their whole file system, which costs no more than one.
FEW = 8
# A file system that has no attributes, or not this one.
WITHOUT_ATTRIBUTES = (errno.ENOTSUP, errno.ENODATA, errno.EPERM, errno.EACCES)


@root_rights()
def keep_copy(source, target, part):
    """Copies a file durably, verifies the copy and returns its path.

    If another content already has the target's name, the copy gets a number: name.2, name.3.
    """
    make_state_folder(os.path.dirname(target))
    target, there = free_name(target, digest(source), ())
    if there:
        return target
    copy_durably(source, part)
    if digest(part) != digest(source):
        raise SystemExit(CHANGED % os.path.basename(target))
    os.rename(part, target)
    fsync(os.path.dirname(target))
    return target


def make_state_folder(path):
    """Makes a folder in the state folder. Refuses a kept link in its place: root must not write where it leads."""
    state = required('SSM_State')
    if os.path.realpath(path) != os.path.join(os.path.realpath(state), os.path.relpath(path, state)):
        raise SystemExit('%s leads through a kept link; nothing was removed. Move that folder out of the tree' % path)
    os.makedirs(path, mode=0o700, exist_ok=True)


def free_name(wanted, content, taken):
    """Returns a name for a copy, and whether that copy is there already."""
    target, number = wanted, 1
    while os.path.lexists(target) or target in taken:
        if target not in taken and digest(target) == content:
            return target, True
        number += 1
        target = '%s.%d' % (wanted, number)
    return target, False


def copy_durably(source, part):
    """Copies a file to a name that only this copy uses, and flushes it to disk."""
    if os.path.lexists(part):
        os.unlink(part)  # half a copy from a killed attempt
    copy_file(source, part)
    flush([part])


def copy_file(source, part):
    """Copies a file or link with its holes, attributes, times, owner and mode. Follows no link at either end."""
    with rights_for(source):
        found = os.lstat(source)
        target = os.readlink(source) if stat.S_ISLNK(found.st_mode) else None
    if target is not None:
        copy_link(found, target, part)
        return
    reader = opened_file(source)
    try:
        writer = new_file(part)
        try:
            copy_content(reader, writer)
            copy_status(reader, writer, part)
        finally:
            os.close(writer)
    finally:
        os.close(reader)


def replace_file(path, content, mode):
    """Replaces a file of the tree in one step by one with the same mode, owner and group.

    If there is none, the new one belongs to the tree's owner and has the given mode.
    """
    part = os.path.join(os.path.dirname(path), '.%s.rollback' % os.path.basename(path))
    if os.path.lexists(part):
        os.unlink(part)  # of a killed attempt
    with os.fdopen(new_file(part), 'wb') as file:
        file.write(content)
        file.flush()
        owner = os.lstat(path) if os.path.lexists(path) else os.fstat(file.fileno())
        mode = os.stat(path).st_mode & 0o777 if os.path.isfile(path) else mode
        give(part, file.fileno(), {'mode': mode, 'uid': owner.st_uid, 'gid': owner.st_gid})
        os.fsync(file.fileno())
    os.replace(part, path)
    fsync(os.path.dirname(path))


def copy_link(found, target, part):
    with rights_for(part):
        os.symlink(target, part)
        if os.geteuid() == 0:  # in the tree the link belongs to the owner: root would follow an exchanged name
            os.chown(part, found.st_uid, found.st_gid, follow_symlinks=False)
        os.utime(part, ns=(found.st_atime_ns, found.st_mtime_ns), follow_symlinks=False)


def opened_file(path):
    """Opens a file to read. Refuses a link or a pipe that somebody put in its place."""
    with rights_for(path):
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise SystemExit('%s is no file any more; start again' % path)
    return descriptor


def copy_content(reader, writer):
    size, at = os.fstat(reader).st_size, 0
    while at < size:
        start, end = data_after(reader, at, size)
        os.lseek(reader, start, os.SEEK_SET)
        os.lseek(writer, start, os.SEEK_SET)
        while start < end:
            block = os.read(reader, min(1 << 20, end - start))
            if not block:
                return  # it was cut; the comparison of hashes will tell
            start += len(block)
            while block:
                block = block[os.write(writer, block):]
        at = end
    os.truncate(writer, size)


def data_after(reader, at, size):
    """Returns where the next data starts and ends. Between are holes, which would fill the disk as zeros."""
    try:
        start = os.lseek(reader, at, os.SEEK_DATA)
        return start, os.lseek(reader, start, os.SEEK_HOLE)
    except OSError as problem:
        return (size, size) if problem.errno == errno.ENXIO else (at, size)  # else a file system without holes


def copy_status(reader, writer, part):
    found = os.fstat(reader)
    with rights_for(part):
        copy_attributes(reader, writer)  # before the mode, which may allow the owner no more of them
    give(part, writer, {'mode': stat.S_IMODE(found.st_mode), 'uid': found.st_uid, 'gid': found.st_gid})
    with rights_for(part):
        copy_attributes(reader, writer)  # again, because a new owner clears some, such as capabilities
    with root_rights():
        os.utime(writer, ns=(found.st_atime_ns, found.st_mtime_ns))


def copy_attributes(reader, writer):
    try:
        for name in os.listxattr(reader):
            os.setxattr(writer, name, os.getxattr(reader, name))
    except OSError as problem:
        if problem.errno not in WITHOUT_ATTRIBUTES:
            raise


def digest(path):
    """Returns the SHA-256 of a file's content; for a link, of the path it points to."""
    with rights_for(path):
        if os.path.islink(path):
            return hashlib.sha256(b'link ' + os.fsencode(os.readlink(path))).hexdigest()
    total = hashlib.sha256()
    with open(opened_file(path), 'rb', buffering=0) as file:
        for block in iter(lambda: file.read(1 << 20), b''):
            total.update(block)
    return total.hexdigest()


@root_rights()
def flush(paths):
    """Flushes files and folders of the state folder to disk. A link is flushed with its folder."""
    paths = [path for path in paths if not os.path.islink(path)]
    if len(paths) > FEW:
        flush_file_systems(paths)
        return
    for path in paths:
        fsync(path)


def flush_file_systems(paths):
    """Flushes everything in the file systems of these paths."""
    devices = {}
    for path in paths:
        with rights_for(path):
            devices[os.stat(path).st_dev] = path
    for path in devices.values():
        descriptor = opened_to_flush(path)
        try:
            if ctypes.CDLL(None, use_errno=True).syncfs(descriptor) != 0:
                raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
        finally:
            os.close(descriptor)


def opened_to_flush(path):
    with rights_for(path):
        return os.open(path, os.O_RDONLY | os.O_NONBLOCK)


def fsync(path):
    descriptor = opened_to_flush(path)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@root_rights()
def write_durably(path, content):
    """Writes the whole file or nothing, even if the power fails."""
    with open(path + '.new', 'wb') as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + '.new', path)
    fsync(os.path.dirname(path))
