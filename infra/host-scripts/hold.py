"""Holds deployments on this host while a rollback works, by the customer's own script, or lets them go again. May be repeated.

    SSM_Script      scripts/hold_deployments.py, in the tree; called with --hold or --release as its last argument
    SSM_Arguments   separated by spaces; may be absent
    SSM_Held        the rollback whose hold ends now; empty: this rollback's hold begins

Runs beside the steps: takes no lock of a rollback and waits for no step. In SSM_State:

    hold.lock    held while the customer's script runs
    held.json    {"rollback": the newest rollback that holds}. Absent: nothing is held

The note is written before the script runs: a script that failed half way is let go too.
"""

import fcntl
import json
import os
import sys

from shared.copies import fsync, write_durably
from shared.customer import customer_script, would_run
from shared.held import held_by, note_path
from shared.rights import by_owner, root_rights
from shared.settings import planning, required, words


def main():
    held = os.environ.get('SSM_Held')
    option = '--release' if held else '--hold'
    if planning():
        print(json.dumps({'would_run': [would_run(*words('SSM_Arguments'), option)]}))
        return
    with root_rights():
        lock = os.open(os.path.join(required('SSM_State'), 'hold.lock'), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)  # SSM's execution timeout limits the wait
    if held and held_by() != held:
        print(json.dumps({'held_by': held_by()}))
        return
    if not held:
        note = json.dumps({'rollback': required('SSM_RollbackId')}).encode('ascii') + b'\n'
        with root_rights():
            write_durably(note_path(), note)
    code, _, last_line = customer_script(*words('SSM_Arguments'), option)
    if code != 0:
        raise SystemExit('%s %s exited with %d: %s' % (os.environ['SSM_Script'], option, code, last_line))
    if held:
        with root_rights():
            os.remove(note_path())
            fsync(required('SSM_State'))
    print(json.dumps({'held_by': held_by()}))


if __name__ == '__main__':
    sys.exit(by_owner(main))
