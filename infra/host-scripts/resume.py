"""Resumes trading after a halt, with the customer's own script. May be repeated.

    SSM_Script      scripts/start_orders.py, in the tree
    SSM_Arguments   separated by spaces; may be absent
    SSM_Halts       the ids of the halts that people want to end, separated by spaces
    SSM_Orders, SSM_Allowed   as in shared/orders.py

In mode plan it only reports: the halt on this host, and the four figures of its orders. A host that no halt has is left as it is.
If a rollback passed over its step Resume operations because of the halt, runs the script of that step first, with --validate.
Refuses if a newer halt has begun than those that are named, if the halt has not confirmed here, and if a figure is not allowed.
"""

import json
import os
import sys

from shared.customer import customer_python, customer_script, script_in_tree
from shared.halted import alone, forget_note, forget_owed, halt_note, owed_script
from shared.orders import order_state, refuse_orders
from shared.rights import by_owner
from shared.settings import planning, words


def main():
    if planning():
        orders, problem = order_state()
        why = {'why': problem[:200]} if problem else {}
        print(json.dumps({**state_of(halt_note()), 'orders': orders, **why}, sort_keys=True))
        return
    with alone():
        note = halt_note()
        if note is None:
            print(json.dumps({'resumed': False, 'trading': 'was not halted here'}))
            return
        refuse_other_halt(note)
        orders = refuse_orders('ask again: rollback resume')
        run_owed()
        code, _, last_line = customer_script(*words('SSM_Arguments'))
        if code != 0:
            raise SystemExit('%s exited with %d: %s' % (os.environ['SSM_Script'], code, last_line))
        forget_note(note['halt'])
    print(json.dumps({'resumed': True, 'halt': note['halt'], 'orders': orders}, sort_keys=True))


def run_owed():
    script = owed_script()
    if script is None:
        return
    code, _, last_line = customer_python(script_in_tree(script), '--validate')
    if code != 0:
        message = 'Trading stays halted: a rollback left %s to this resume, and it exited with %d: %s. Mend that, then ask again'
        raise SystemExit(message % (script, code, last_line))
    forget_owed()


def state_of(note):
    return {'halt': note['halt'], 'confirmed': note.get('confirmed') is True} if note else {'halt': None}


def refuse_other_halt(note):
    if note['halt'] not in words('SSM_Halts'):
        message = 'Trading was halted again here, by %s; it stays halted. Look at the orders again, then resume'
        raise SystemExit(message % note['halt'])
    if note.get('confirmed') is not True:
        message = 'The halt %s has not confirmed on this host; it stays halted. Halt again, then resume'
        raise SystemExit(message % note['halt'])


if __name__ == '__main__':
    sys.exit(by_owner(main))
