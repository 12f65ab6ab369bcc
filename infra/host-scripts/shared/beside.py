"""For a script that runs beside rollbacks (SSM_Kind beside): a rollback always goes first, and never waits for it.

In SSM_State:

    .preparing   locked while such a script runs, so that two of them never work at once
    lock, fence  the wrapper's own: they tell that a rollback works here, or came and went
"""

import fcntl
import os

from shared.rights import root_rights
from shared.settings import required

BUSY = 'A rollback works on this host and goes first; %s. Prepare again once it has ended'


class Beside:
    """Holds the script's own lock, and knows the rollbacks that were here before."""

    def __init__(self):
        with root_rights():
            # Waits for a script that an interrupted run left behind. SSM's execution timeout limits the wait.
            self.lock = os.open(state_file('.preparing'), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
            fcntl.flock(self.lock, fcntl.LOCK_EX)
        os.nice(10)
        self.before = fence()

    def give_way(self, done='nothing was done'):
        """Ends the script if a rollback works here, or has worked here since the script began."""
        if locked_by_another() or fence() != self.before:
            raise SystemExit(BUSY % done)


def state_file(name):
    return os.path.join(required('SSM_State'), name)


@root_rights()
def locked_by_another():
    """Returns whether a script of a rollback runs. The shared lock is given back at once, so none waits for it."""
    try:
        lock = os.open(state_file('lock'), os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return False
    except BlockingIOError:
        return True
    finally:
        os.close(lock)


@root_rights()
def fence():
    try:
        with open(state_file('fence')) as file:
            return file.read(40)
    except FileNotFoundError:
        return ''
