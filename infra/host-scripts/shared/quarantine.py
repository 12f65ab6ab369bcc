"""Quarantine: copies of everything that a step removes, and notes for restore.py.

In <state>/<rollback>/quarantine/<step>:

    kept.jsonl   one note per line, durable before anything it names is removed
    names.json   the files that the first attempt found; a retry removes no others
    files/       files under their paths
    *.jsonl      rows or keys, one per line

Kinds of notes:

    {"copy": ..., "sha256": ...}  a copy, and the place it belongs to: `from`, a path in the tree, with `left`, the hash
                                  of the step's own file there; or `database` and `table`; or `keys`
    {"absent": path}              a file that did not exist
    {"folders": ...}              the folders that existed, with mode and owner
    {"tree": ...}                 the version of the tree before the step
"""

import hashlib
import json
import os

from shared.copies import digest, keep_copy, write_durably
from shared.settings import required


def quarantine_of(step):
    return '/'.join([required('SSM_State'), required('SSM_RollbackId'), 'quarantine', step])


def own_quarantine():
    folder = quarantine_of(required('SSM_Step'))
    os.makedirs(folder, mode=0o700, exist_ok=True)
    return folder


def note(quarantine, **what):
    """Appends a note durably."""
    # The newline goes first, because a killed attempt may have left half a line.
    with open(os.path.join(quarantine, 'kept.jsonl'), 'ab') as file:
        file.write(b'\n%s\n' % json.dumps(what, sort_keys=True).encode())
        file.flush()
        os.fsync(file.fileno())
    return what


def notes(quarantine):
    """Returns all notes in order. Half a line is skipped: its attempt was killed before it removed anything."""
    try:
        with open(os.path.join(quarantine, 'kept.jsonl'), 'rb') as file:
            return [found for found in map(as_object, file) if found]
    except FileNotFoundError:
        return []


def as_object(line):
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def lost_copies(quarantine):
    """Returns the names of copies that are missing or changed."""
    return [one['copy'] for one in notes(quarantine) if 'copy' in one and not intact(quarantine, one)]


def intact(quarantine, one):
    path = os.path.join(quarantine, one['copy'])
    return os.path.lexists(path) and digest(path) == one['sha256']


def first_names(quarantine, find):
    """Returns the names that the first attempt found."""
    path = os.path.join(quarantine, 'names.json')
    if not os.path.exists(path):
        write_durably(path, json.dumps(find()).encode())
    with open(path, 'rb') as file:
        return json.load(file)


def keep_file(quarantine, source, name, place):
    """Copies a file to files/NAME and notes its place. Afterwards the original may be removed.

    `place` is {'from': path in the tree}, with `left` if the step's own file there is known.
    """
    before = os.lstat(source)
    kept = keep_copy(source, os.path.join(quarantine, 'files', name), os.path.join(quarantine, 'copying'))
    after, content = os.lstat(source), digest(kept)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or digest(source) != content:
        raise SystemExit('%s changed while it was copied; it was not removed. Stop its writer, then retry' % name)
    note(quarantine, copy=os.path.relpath(kept, quarantine), sha256=content, **place)


def export(quarantine, name, lines, **place):
    """Writes lines to quarantine, reads them back and returns their note; None if there are no lines.

    Lines go first to one fixed path per host, which is free because the caller holds the wrapper's lock. Only the copy
    in quarantine must survive.
    """
    part = os.path.join(required('SSM_State'), 'exporting')
    count, total = 0, hashlib.sha256()
    try:
        with open(part, 'wb') as file:
            for line in lines:
                file.write(line)
                total.update(line)
                count += 1
    except OSError as problem:
        message = '%s cannot be exported: %s; nothing was removed. Check the disk, then retry'
        raise SystemExit(message % (name, problem.strerror or problem))
    if digest(part) != total.hexdigest() or sum(1 for _ in read_lines(part)) != count:
        raise SystemExit('%s does not read back as written; nothing was removed. Check the disk, then retry' % name)
    if count == 0:
        os.unlink(part)
        return None
    kept = keep_copy(part, os.path.join(quarantine, name), os.path.join(quarantine, 'copying'))
    os.unlink(part)
    return note(
        quarantine, copy=os.path.relpath(kept, quarantine), sha256=total.hexdigest(), count=count, **place
    )


def would_export(lines):
    """Returns the count and bytes of an export of these lines, for a plan."""
    sizes = [len(line) for line in lines]
    return {'count': len(sizes), 'bytes': sum(sizes)}


def exported(quarantine, one):
    """Yields the objects of an export."""
    return (json.loads(line.decode('ascii')) for line in read_lines(os.path.join(quarantine, one['copy'])))


def read_lines(path):
    with open(path, 'rb') as file:
        yield from file


def as_line(value):
    return json.dumps(value, sort_keys=True).encode() + b'\n'


def restore_hint():
    """Returns the document and parameters with which a person restores all of this step.

    See docs/runbook.md, "Bring back what a step took away".
    """
    return 'document restore with RollbackId %s, Of %s' % (required('SSM_RollbackId'), required('SSM_Step'))
