"""Resumes trading with the customer's own script, and checks that trading runs. May be repeated.

Goes through the checks of resume.py first. If a person halted trading (`rollback halt`), the step leaves it halted: people end that, and resume.py then runs
the script.

In the procedure: `python scripts/resume_trading.py --validate`, which refuses without a fresh passing health report.

    SSM_Script      scripts/resume_trading.py, in the tree
    SSM_StateFile   outputs/run/trading.json, in the tree: {"trading": "running"} once trading has resumed
    SSM_Orders, SSM_Allowed   as in shared/orders.py; without SSM_Orders the orders are not checked
"""

import json
import os
import sys

from shared.customer import customer_script, would_run
from shared.halted import alone, forget_note, forget_owed, held_by, owe
from shared.orders import refuse_orders
from shared.rights import by_owner
from shared.settings import planning, required, words
from shared.state_file import read_state

THEN = 'answer the question of the rollback: rollback decide retry'


def main():
    if planning():
        services = {'trading': {'is': trading_state() or 'unknown', 'to': 'running'}}
        held = {'held_by': held_by()} if held_by() else {}
        print(json.dumps({'services': services, 'would_run': [would_run('--validate')], **held}, sort_keys=True))
        return
    with alone():
        if held_by():
            owe(required('SSM_Script'))
            print(json.dumps({'trading': trading_state() or 'unknown', 'held_by': held_by()}))
            return
        report = {'orders': refuse_orders(THEN)} if words('SSM_Orders') else {}
        resume()
        forget_owed()
        forget_note(required('SSM_RollbackId'))
    print(json.dumps({'trading': 'running', **report}, sort_keys=True))


def resume():
    code, _, last_line = customer_script('--validate')
    if code != 0:
        raise SystemExit('%s exited with %d: %s' % (os.environ['SSM_Script'], code, last_line))
    try:
        state = read_state('trading')
    except ValueError as problem:
        message = '%s exited with 0, but %s, which it writes, holds no JSON: %s. Correct the script; look whether trading runs'
        raise SystemExit(message % (os.environ['SSM_Script'], os.environ['SSM_StateFile'], problem))
    if state != 'running':
        message = '%s exited with 0, but trading is not running: in %s it is %s. Resume trading by hand'
        raise SystemExit(message % (os.environ['SSM_Script'], os.environ['SSM_StateFile'], state or 'unknown'))


def trading_state():
    try:
        return read_state('trading')
    except ValueError:
        return None


if __name__ == '__main__':
    sys.exit(by_owner(main))
