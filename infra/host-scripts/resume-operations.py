"""Resumes trading with the customer's own script, and checks that trading runs. May be repeated.

In the procedure: `python scripts/resume_trading.py --validate`, which refuses without a fresh passing health report.

    SSM_Script      scripts/resume_trading.py, in the tree
    SSM_StateFile   outputs/run/trading.json, in the tree: {"trading": "running"} once trading has resumed
"""

import json
import os
import sys

from shared.customer import customer_script, would_run
from shared.rights import by_owner
from shared.settings import planning
from shared.state_file import read_state


def main():
    if planning():
        services = {'trading': {'is': trading_state() or 'unknown', 'to': 'running'}}
        print(json.dumps({'services': services, 'would_run': [would_run('--validate')]}, sort_keys=True))
        return
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
    print(json.dumps({'trading': state}))


def trading_state():
    try:
        return read_state('trading')
    except ValueError:
        return None


if __name__ == '__main__':
    sys.exit(by_owner(main))
