"""Resumes trading by the customer's own script, and looks whether it resumed. May be repeated.

The procedure's `python scripts/resume_trading.py --validate`, which refuses without a fresh passing health report.

    SSM_Script      scripts/resume_trading.py, in the tree
    SSM_StateFile   outputs/run/trading.json, in the tree: {"trading": "running"} once it has
"""

import json
import os
import sys

from shared.customer import customer_script, would_run
from shared.settings import planning, required


def main():
    if planning():
        services = {'trading': {'is': trading_state() or 'unknown', 'to': 'running'}}
        print(json.dumps({'services': services, 'would_run': [would_run('--validate')]}, sort_keys=True))
        return
    code, _, said = customer_script('--validate')
    if code != 0:
        raise SystemExit('%s exited with %d: %s' % (os.environ['SSM_Script'], code, said))
    state = trading_state()
    if state != 'running':
        message = '%s exited with 0, but %s says that trading is %s'
        raise SystemExit(message % (os.environ['SSM_Script'], os.environ['SSM_StateFile'], state or 'unknown'))
    print(json.dumps({'trading': state}))


def trading_state():
    try:
        with open(os.path.join(required('SSM_Tree'), required('SSM_StateFile'))) as file:
            return json.load(file).get('trading')
    except (FileNotFoundError, ValueError, AttributeError):
        return None


if __name__ == '__main__':
    sys.exit(main())
