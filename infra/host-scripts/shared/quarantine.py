"""What a step took away: copies, and the notes that say what each must hold and where it belongs.

In <state>/<rollback>/quarantine/<step>:

    kept.jsonl   one note a line, durable before anything it names is removed
    names.json   what the first attempt found; a repeat takes nothing else away
    files/       files as they lay
    *.jsonl      rows or keys, one a line

A note is {"copy": …, "sha256": …} and where the copy belongs: `from`, a path in the tree, with `left`, the hash of what
the step put there; `database` and `table`; or `keys`. {"absent": path} is a file that was not there, {"folders": …} are
those that were, with mode and owner, and {"tree": …} is the version the tree was at. restore.py reads them.
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
    """Notes it durably."""
    # A newline first: an attempt that was killed may have left half a line.
    with open(os.path.join(quarantine, 'kept.jsonl'), 'ab') as file:
        file.write(b'\n%s\n' % json.dumps(what, sort_keys=True).encode())
        file.flush()
        os.fsync(file.fileno())
    return what


def notes(quarantine):
    """All that was noted, in order. Half a line is of an attempt that was killed before it removed anything."""
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
    """Copies that are gone or read differently since."""
    return [one['copy'] for one in notes(quarantine) if 'copy' in one and not intact(quarantine, one)]


def intact(quarantine, one):
    path = os.path.join(quarantine, one['copy'])
    return os.path.lexists(path) and digest(path) == one['sha256']


def first_names(quarantine, find):
    """The names that the first attempt found."""
    path = os.path.join(quarantine, 'names.json')
    if not os.path.exists(path):
        write_durably(path, json.dumps(find()).encode())
    with open(path, 'rb') as file:
        return json.load(file)


def keep_file(quarantine, source, name, belongs, left=None):
    """Copies a file to files/NAME and notes that it belongs to a path in the tree; then its original may go."""
    before = os.lstat(source)
    kept = keep_copy(source, os.path.join(quarantine, 'files', name), os.path.join(quarantine, 'copying'))
    after, content = os.lstat(source), digest(kept)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or digest(source) != content:
        raise SystemExit('%s changed while it was copied; it was not removed. Is its writer stopped?' % name)
    where = {'from': belongs} if left is None else {'from': belongs, 'left': left}
    note(quarantine, copy=os.path.relpath(kept, quarantine), sha256=content, **where)


def export(quarantine, name, lines, **belongs):
    """Writes lines to quarantine, reads them back and notes them; None where there are none.

    Written at one place on the host first, which the wrapper's lock makes free; what must survive is the copy of it.
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
        raise SystemExit('%s cannot be exported: %s; nothing was removed' % (name, problem.strerror or problem))
    if digest(part) != total.hexdigest() or sum(1 for _ in read_lines(part)) != count:
        raise SystemExit('%s does not read back as it was written; nothing was removed' % name)
    if count == 0:
        os.unlink(part)
        return None
    kept = keep_copy(part, os.path.join(quarantine, name), os.path.join(quarantine, 'copying'))
    os.unlink(part)
    return note(
        quarantine, copy=os.path.relpath(kept, quarantine), sha256=total.hexdigest(), count=count, **belongs
    )


def would_export(lines):
    """What an export of these lines would hold, for a plan."""
    sizes = [len(line) for line in lines]
    return {'count': len(sizes), 'bytes': sum(sizes)}


def exported(quarantine, one):
    """The objects of an export."""
    return (json.loads(line) for line in read_lines(os.path.join(quarantine, one['copy'])))


def read_lines(path):
    with open(path, 'rb') as file:
        yield from file


def as_line(value):
    return json.dumps(value, sort_keys=True).encode() + b'\n'


def bring_back():
    """How a person brings it back; docs/runbook.md, "Bring back what a step took away"."""
    return 'document restore with RollbackId %s, Of %s' % (required('SSM_RollbackId'), required('SSM_Step'))
