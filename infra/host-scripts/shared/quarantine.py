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
import shutil

from shared.beneath import beneath
from shared.copies import CHANGED, copy_file, digest, flush, free_name, keep_copy, make_state_folder, write_durably
from shared.rights import open_file, rights_for, root_rights
from shared.settings import required


def quarantine_of(step):
    return '/'.join([required('SSM_State'), required('SSM_RollbackId'), 'quarantine', step])


@root_rights()
def own_quarantine():
    folder = quarantine_of(required('SSM_Step'))
    if not os.path.isdir(folder):
        os.makedirs(folder, mode=0o700)
        flush(folders_between(required('SSM_State'), [folder]))
    return folder


def note(quarantine, **what):
    """Appends a note durably."""
    append_notes(quarantine, [what])
    return what


@root_rights()
def append_notes(quarantine, added):
    path = os.path.join(quarantine, 'kept.jsonl')
    is_new = not os.path.exists(path)
    # The newline goes first, because a killed attempt may have left half a line.
    with open(path, 'ab') as file:
        file.write(b''.join(b'\n%s\n' % json.dumps(one, sort_keys=True).encode() for one in added))
        file.flush()
        os.fsync(file.fileno())
    if is_new:
        flush([quarantine])


def notes(quarantine):
    """Returns all notes in order. Half a line is skipped: its attempt was killed before it removed anything."""
    try:
        with open_file(os.path.join(quarantine, 'kept.jsonl')) as file:
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


@root_rights()
def intact(quarantine, one):
    path = os.path.join(quarantine, one['copy'])
    return os.path.lexists(path) and digest(path) == one['sha256']


def first_names(quarantine, find):
    """Returns the names that the first attempt found."""
    path = os.path.join(quarantine, 'names.json')
    with root_rights():
        found = os.path.exists(path)
    if not found:
        write_durably(path, json.dumps(find()).encode())
    with open_file(path) as file:
        return json.load(file)


def keep_file(quarantine, source, name, place):
    """Copies a file of the tree to files/NAME and notes its place. Afterwards the original may be removed.

    `place` is {'from': path in the tree}, with `left` if the step's own file there is known.
    """
    keep_files(quarantine, [(source, name, place)])


@root_rights()
def keep_files(quarantine, files, links=None):
    """Copies files as keep_file does, a (source, name, place) each, and returns the hash of each.

    All of them are flushed to disk together: one by one, a few thousand small files would take minutes. Files that are
    links of one another are so in quarantine too; `links` is a dictionary that remembers them from call to call.
    """
    copying = os.path.join(quarantine, 'copying')
    remove(copying)  # half copies from a killed attempt
    os.mkdir(copying, mode=0o700)
    try:
        return keep_through(copying, quarantine, files, {} if links is None else links)
    finally:
        remove(copying)  # on a full disk, half copies would leave no room for the log


def keep_through(copying, quarantine, files, links):
    targets, contents = {}, []
    for number, (source, name, _) in enumerate(files):
        part = os.path.join(copying, str(number))
        with beneath(source) as path:
            contents.append(copy_verified(path, part, name, links))
        target = os.path.join(quarantine, 'files', name)
        make_state_folder(os.path.dirname(target))
        target, there = free_name(target, contents[-1], targets)
        targets[target] = None if there else part
    parts = {part: target for target, part in targets.items() if part}
    flush(list(parts))
    for part, target in parts.items():
        make_state_folder(os.path.dirname(target))  # again: a link that was placed just now may be in the way
        os.rename(part, target)
    flush(folders_between(quarantine, targets))
    links.update({inode: parts.get(path, path) for inode, path in links.items()})
    append_notes(quarantine, [
        {'copy': os.path.relpath(target, quarantine), 'sha256': content, **place}
        for target, content, (_, _, place) in zip(targets, contents, files)
    ])
    return contents


def copy_verified(path, part, name, links):
    before, content = status(path), digest(path)
    inode = (before.st_dev, before.st_ino)
    if inode in links:
        os.link(links[inode], part, follow_symlinks=False)
    else:
        copy_file(path, part)
        if before.st_nlink > 1:
            links[inode] = part
    after = status(path)
    same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    if not same or digest(part) != content:
        raise SystemExit(CHANGED % name)
    return content


def status(path):
    with rights_for(path):
        return os.lstat(path)


def folders_between(top, paths):
    """Returns a folder and all folders between it and the paths below it, deepest last."""
    found = {top}
    for path in map(os.path.dirname, paths):
        while path not in found:
            found.add(path)
            path = os.path.dirname(path)
    return sorted(found)


def remove(folder):
    if os.path.isdir(folder):
        shutil.rmtree(folder)
    elif os.path.lexists(folder):
        os.unlink(folder)


def export(quarantine, name, lines, **place):
    """Writes lines to quarantine, reads them back and returns their note; None if there are no lines.

    Lines go first to one fixed path per host, which is free because the caller holds the wrapper's lock. Only the copy
    in quarantine must survive.
    """
    part = os.path.join(required('SSM_State'), 'exporting')
    count, total = 0, hashlib.sha256()
    try:
        with root_rights():
            file = open(part, 'wb')
        with file:
            for line in lines:
                file.write(line)
                total.update(line)
                count += 1
    except OSError as problem:
        with root_rights():
            if os.path.isfile(part):
                os.unlink(part)
        message = '%s cannot be exported: %s; nothing was removed. Check the disk, then retry'
        raise SystemExit(message % (name, problem.strerror or problem))
    if digest(part) != total.hexdigest() or sum(1 for _ in read_lines(part)) != count:
        raise SystemExit('%s does not read back as written; nothing was removed. Check the disk, then retry' % name)
    with root_rights():
        kept = keep_copy(part, os.path.join(quarantine, name), os.path.join(quarantine, 'copying')) if count else None
        os.unlink(part)
    return kept and note(
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
    with open_file(path) as file:
        yield from file


def as_line(value):
    return json.dumps(value, sort_keys=True).encode() + b'\n'


def restore_hint():
    """Returns the document and parameters with which a person restores all of this step.

    See docs/runbook.md, "Bring back what a step took away".
    """
    return 'document restore with RollbackId %s, Of %s' % (required('SSM_RollbackId'), required('SSM_Step'))
