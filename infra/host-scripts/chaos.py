"""Puts a fault on this host on purpose, for a time, and takes it away again. Only environments that allow chaos have its document.

    SSM_Action      begin, or end: takes away every fault of this script
    SSM_Fault       dirty-tree, lose-tag, lock-database, disk-full or stop-agent; for begin
    SSM_Seconds     so long the fault lasts, 10 to 3600; for begin
    SSM_Databases   outputs/market_data.db: the database to lock, in the tree; for lock-database
    SSM_Target      the tag to lose

A process that stays behind takes the fault away after that time. Should it be killed, or the host boot, the notes beside this command's
log say what is to be undone, and the next begin or end does that first. What somebody changed since stays as it is.
"""

import fcntl
import json
import os
import sqlite3
import sys
import time

from shared.copies import write_durably
from shared.git import git, names
from shared.processes import run
from shared.rights import by_owner, owner_rights, root_rights
from shared.settings import in_tree, planning, required, tree_folder, words

BY_CHAOS = b'# left by rollback chaos\n'
AGENT = 'amazon-ssm-agent'
# The agent must report this command before it stops.
AGENT_DELAY = 5
LEAST, MOST = 10, 3600


def main():
    action = required('SSM_Action')
    if action not in ('begin', 'end'):
        raise SystemExit('SSM_Action must be begin or end, found %s; nothing was done' % action)
    if planning():
        print(json.dumps({'would_run': [action]}))
        return
    with alone():
        ended = end_all()
        if action == 'end':
            print(json.dumps({'ended': ended}))
            return
        fault, seconds = required('SSM_Fault'), duration()
        if fault not in FAULTS:
            raise SystemExit('There is no fault %s; use one of %s. Nothing was done' % (fault, ', '.join(sorted(FAULTS))))
        until = time.time() + seconds
        undo = FAULTS[fault]()
        write_note(fault, {'fault': fault, 'until': until, 'undo': undo})
        stay(fault, until)
    print(json.dumps({'began': fault, 'seconds': seconds, 'ended': ended}))


def duration():
    text = required('SSM_Seconds')
    if not text.isdigit() or not LEAST <= int(text) <= MOST:
        raise SystemExit('SSM_Seconds must be %d to %d, found %s; nothing was done' % (LEAST, MOST, text[:20]))
    return int(text)


def dirty_tree():
    """Adds a line to the first tracked Python file."""
    tree = tree_folder()
    tracked = [name for name in names(git(tree, 'ls-files', '-z')) if name.endswith('.py')]
    found = [name for name in tracked if os.path.isfile(os.path.join(tree, name))]
    if not found:
        raise SystemExit('The tree has no tracked Python file; nothing was done')
    path = in_tree('SSM_Fault', found[0])
    size = os.path.getsize(path)
    with owner_rights(), open(path, 'ab') as file:
        file.write(BY_CHAOS)
    return {'path': found[0], 'size': size}


def clean_tree(path, size):
    path = in_tree('SSM_Fault', path)
    if os.path.isfile(path) and os.path.getsize(path) == size + len(BY_CHAOS):
        with owner_rights(), open(path, 'r+b') as file:
            file.seek(size)
            if file.read() == BY_CHAOS:
                file.truncate(size)


def tagged_object(tree, tag):
    """Returns the object that a tag names, which of an annotated tag is no commit; None if there is no such tag."""
    name = 'refs/tags/' + tag
    listed = git(tree, 'for-each-ref', '--format=%(refname) %(objectname)', name).decode().splitlines()
    return next((line.split()[1] for line in listed if line.split()[0] == name), None)


def lose_tag():
    tag = required('SSM_Target')
    found = tagged_object(tree_folder(), tag)
    if found is None:
        raise SystemExit('There is no tag %s to lose; nothing was done' % tag)
    git(tree_folder(), 'update-ref', '-d', 'refs/tags/' + tag, found)
    return {'tag': tag, 'object': found}


def find_tag(tag, object):
    if tagged_object(tree_folder(), tag) is None:
        git(tree_folder(), 'update-ref', 'refs/tags/' + tag, object, '')


def lock_database():
    named = words('SSM_Databases')[:1]
    path = in_tree('SSM_Databases', named[0]) if named else ''
    if not os.path.isfile(path):
        raise SystemExit('SSM_Databases names no database of the tree; nothing was done')
    return {'path': path}


def disk_full():
    """Links the file to which steps export first to a device that is always full (shared/quarantine.py)."""
    path = os.path.join(required('SSM_State'), 'exporting')
    with root_rights():
        if os.path.lexists(path):
            raise SystemExit('A step is writing %s; nothing was done. Try again later' % path)
        os.symlink('/dev/full', path)
    return {}


def disk_free():
    path = os.path.join(required('SSM_State'), 'exporting')
    with root_rights():
        if os.path.islink(path) and os.readlink(path) == '/dev/full':
            os.unlink(path)


def stop_agent():
    if systemctl('is-active', AGENT) != 0:
        raise SystemExit('The service %s is not active under that name; nothing was done' % AGENT)
    return {}


def start_agent():
    if systemctl('start', AGENT) != 0:
        raise SystemExit('The service %s did not start; start it by hand' % AGENT)


def systemctl(*arguments):
    with root_rights():
        return run(['systemctl', *arguments])[0]


FAULTS = {
    'dirty-tree': dirty_tree,
    'lose-tag': lose_tag,
    'lock-database': lock_database,
    'disk-full': disk_full,
    'stop-agent': stop_agent,
}
UNDO = {
    'dirty-tree': clean_tree,
    'lose-tag': find_tag,
    'lock-database': lambda path: None,  # the process that holds the lock ends
    'disk-full': disk_free,
    'stop-agent': start_agent,
}


def stay(fault, until):
    """Leaves a process behind that takes the fault away in time, or ends once somebody else has."""
    if os.fork() != 0:
        return
    code = 1
    try:
        os.setsid()
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):  # the agent waits until nobody holds its pipes
            os.dup2(nothing, stream)
        os.close(LOCK.pop())
        keep(fault, until)
        code = 0
    finally:
        os._exit(code)


def keep(fault, until):
    note = read_note(fault)
    held = None
    if fault == 'lock-database':
        with owner_rights():
            held = sqlite3.connect(note['undo']['path'], isolation_level=None, timeout=60)
            held.execute('BEGIN IMMEDIATE')
    if fault == 'stop-agent':
        time.sleep(AGENT_DELAY)
        with alone():  # an end in these seconds has started the agent already, and nobody would start it again
            if read_note(fault) == note:
                systemctl('stop', AGENT)
    while time.time() < until and read_note(fault) == note:
        time.sleep(0.2)
    if held:
        held.close()
    with alone():
        if read_note(fault) == note:
            end(fault, note)


def end_all():
    found = [fault for fault in FAULTS if read_note(fault)]
    for fault in found:
        end(fault, read_note(fault))
    return found


def end(fault, note):
    """Undoes a fault, then forgets it: a process that dies in between leaves the note, and undoing twice is harmless."""
    UNDO[fault](**note['undo'])
    with root_rights():
        os.unlink(note_file(fault))


# Of this process. The one that stays behind closes it, so that an end need not wait for the fault.
LOCK = []


class alone:
    """Holds the lock of the notes."""

    def __enter__(self):
        with root_rights():
            LOCK.append(os.open(os.path.join(folder(), 'chaos.lock'), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600))
        fcntl.flock(LOCK[-1], fcntl.LOCK_EX)

    def __exit__(self, *problem):
        os.close(LOCK.pop())


def folder():
    return os.path.join(required('SSM_State'), required('SSM_RollbackId'))


def note_file(fault):
    return os.path.join(folder(), fault + '.json')


def write_note(fault, note):
    with root_rights():
        write_durably(note_file(fault), json.dumps(note).encode())


def read_note(fault):
    try:
        with root_rights(), open(note_file(fault)) as file:
            return json.load(file)
    except FileNotFoundError:
        return None


if __name__ == '__main__':
    sys.exit(by_owner(main))
