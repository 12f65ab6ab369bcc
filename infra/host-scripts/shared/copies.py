"""Copies that are verified and durable before their original is removed."""

import hashlib
import os
import shutil
import stat


def keep_copy(source, target, part):
    """Copies a file durably, verifies the copy and returns its path.

    If another content already has the target's name, the copy gets a number: name.2, name.3.
    """
    number, wanted = 1, target
    while os.path.lexists(target):
        if digest(target) == digest(source):
            return target
        number += 1
        target = '%s.%d' % (wanted, number)
    os.makedirs(os.path.dirname(target), mode=0o700, exist_ok=True)
    if os.path.lexists(part):
        os.unlink(part)  # half a copy from a killed attempt
    copy_durably(source, part)
    if digest(part) != digest(source):
        message = '%s changed while it was copied; nothing was removed. Stop its writer, then retry'
        raise SystemExit(message % os.path.basename(wanted))
    os.rename(part, target)
    fsync(os.path.dirname(target))
    return target


def copy_durably(source, part):
    """Copies a file with its times, owner and mode, and flushes the copy to disk."""
    shutil.copy2(source, part, follow_symlinks=False)
    found = os.lstat(source)
    if os.geteuid() == 0:
        os.chown(part, found.st_uid, found.st_gid, follow_symlinks=False)
    if not os.path.islink(part):
        os.chmod(part, stat.S_IMODE(found.st_mode))  # last: chown clears set-user-id and set-group-id
        fsync(part)


def digest(path):
    """Returns the SHA-256 of a file's content; for a link, of the path it points to."""
    if os.path.islink(path):
        return hashlib.sha256(b'link ' + os.fsencode(os.readlink(path))).hexdigest()
    total = hashlib.sha256()
    with open(path, 'rb') as file:
        for block in iter(lambda: file.read(1 << 20), b''):
            total.update(block)
    return total.hexdigest()


def fsync(path):
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_durably(path, content):
    """Writes the whole file or nothing, even if the power fails."""
    with open(path + '.new', 'wb') as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + '.new', path)
    fsync(os.path.dirname(path))
