"""The note on this host that trading is halted, and the lock of halts and resumes. In SSM_State:

    halt.lock     held while a halt or a resume runs the customer's script. No step of a rollback waits for it, except the one
                  that resumes trading
    halted.json   {"halt": the id of the newest halt, "confirmed": whether its script has ended well}. Absent: not halted by us
    owed.json     {"script": the script of the step that a rollback passed over because of a halt}. Absent: none
"""

import contextlib
import fcntl
import json
import os

from shared.copies import fsync, write_durably
from shared.rights import root_rights
from shared.settings import required
from shared.strict_json import parse

OWED_DAMAGED = 'The note %s cannot be read. Run the script of the step Resume operations by hand, remove the note, then resume'
DAMAGED = 'The note %s cannot be read; trading counts as halted. Halt again to replace it'


def state_file(name):
    return os.path.join(required('SSM_State'), name)


@contextlib.contextmanager
def alone(meanwhile=None):
    """Holds the lock. If another script has it, first runs `meanwhile`, then waits. SSM's execution timeout limits the wait."""
    with root_rights():
        lock = os.open(state_file('halt.lock'), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if meanwhile:
                meanwhile()
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


@root_rights()
def write_note(confirmed):
    write_durably(state_file('halted.json'), note_text(required('SSM_RollbackId'), confirmed))


def confirm_note():
    """Confirms the halt, unless a newer one has begun."""
    if (halt_note() or {}).get('halt') == required('SSM_RollbackId'):
        write_note(confirmed=True)


@root_rights()
def note_in(name, field, damaged):
    """Returns a note of the state folder, or None if there is none. Fails if it cannot be read."""
    path = state_file(name)
    try:
        with open(path, 'rb') as file:
            found = parse(file.read(1000))
    except FileNotFoundError:
        return None
    except ValueError:
        found = None
    if not isinstance(found, dict) or not isinstance(found.get(field), str):
        raise SystemExit(damaged % path)
    return found


def halt_note():
    """Returns the note, or None if trading was not halted. Fails if it cannot be read: nobody then knows who halted."""
    return note_in('halted.json', 'halt', DAMAGED)


def held_by():
    """Returns the halt that keeps trading halted; None if there is none but this rollback's own."""
    halt = (halt_note() or {}).get('halt')
    return None if halt == required('SSM_RollbackId') else halt


@root_rights()
def forget_note(halt):
    """Removes the note of a halt that is over. Fails if another halt has begun meanwhile."""
    found = halt_note()
    if found and found['halt'] != halt:
        raise SystemExit('Trading was halted again meanwhile, by %s; it stays halted' % found['halt'])
    if found:
        os.remove(state_file('halted.json'))
        fsync(os.path.dirname(state_file('halted.json')))


@root_rights()
def owe(script):
    """Notes the script that a rollback could not run because of a halt. A file of its own: a halt writes its note without the lock."""
    write_durably(state_file('owed.json'), json.dumps({'script': script}).encode('ascii') + b'\n')


def owed_script():
    return (note_in('owed.json', 'script', OWED_DAMAGED) or {}).get('script')


@root_rights()
def forget_owed():
    try:
        os.remove(state_file('owed.json'))
    except FileNotFoundError:
        return
    fsync(os.path.dirname(state_file('owed.json')))


def note_text(halt, confirmed):
    return json.dumps({'halt': halt, 'confirmed': confirmed}, sort_keys=True).encode('ascii') + b'\n'
