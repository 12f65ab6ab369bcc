"""Halts trading with the customer's own script, which stops order flow and cancels open orders. May be repeated.

Moves no code, so it takes no lock of a rollback, reads no fence and waits for no step.

    SSM_Script      scripts/halt_trading.py, in the tree
    SSM_Arguments   --all, separated by spaces; may be absent

A halt that meets a resume which still runs does not wait for it: the script runs at once, and again after the resume has ended.
"""

import json
import os
import sys

from shared.customer import customer_script, would_run
from shared.halted import alone, confirm_note, write_note
from shared.rights import by_owner
from shared.settings import planning, words

SHOWN_BYTES = 1000


def main():
    if planning():
        print(json.dumps({'would_run': [would_run(*words('SSM_Arguments'))]}))
        return
    # First: a resume that runs now reads it before it ends.
    write_note(confirmed=False)
    with alone(meanwhile=halt):
        printed = halt()
        confirm_note()
    shown = printed if len(json.dumps(printed)) <= SHOWN_BYTES else 'too long'
    print(json.dumps({'script': os.environ['SSM_Script'], 'printed': shown}, sort_keys=True))


def halt():
    code, printed, last_line = customer_script(*words('SSM_Arguments'))
    if code != 0:
        raise SystemExit('%s exited with %d: %s' % (os.environ['SSM_Script'], code, last_line))
    return printed


if __name__ == '__main__':
    sys.exit(by_owner(main))
