"""Stops a data service by the customer's own script, and looks whether it stopped. May be repeated.

The procedure's `python scripts/emergency_stop.py --service databento`.

    SSM_Script      scripts/emergency_stop.py, in the tree
    SSM_Service     databento
    SSM_StateFile   outputs/run/ingestion.json, in the tree: {"databento": "stopped", …} once it is

The script is believed only where the state file, which the trading system obeys before each batch, agrees with it.
"""

import json
import os
import sys

from shared.customer import customer_script, would_run
from shared.settings import planning, required


def main():
    service = required('SSM_Service')
    before = state_of(service)
    if planning():
        services = {service: {'is': before or 'unknown', 'to': 'stopped'}}
        print(json.dumps({'services': services, 'would_run': [would_run('--service', service)]}, sort_keys=True))
        return
    code, _, said = customer_script('--service', service)
    if code != 0:
        raise SystemExit('%s exited with %d: %s' % (os.environ['SSM_Script'], code, said))
    after = state_of(service)
    if after != 'stopped':
        message = '%s exited with 0, but %s says that %s is %s'
        raise SystemExit(message % (os.environ['SSM_Script'], os.environ['SSM_StateFile'], service, after or 'unknown'))
    print(json.dumps({'service': service, 'state': after, 'was': before or 'unknown'}, sort_keys=True))


def state_of(service):
    """None where nothing was ever written: the system runs with what it was started with."""
    try:
        with open(os.path.join(required('SSM_Tree'), required('SSM_StateFile'))) as file:
            state = json.load(file)
    except FileNotFoundError:
        return None
    except ValueError:
        raise SystemExit('%s holds no JSON; a person must look' % os.environ['SSM_StateFile'])
    return state.get(service) if isinstance(state, dict) else None


if __name__ == '__main__':
    sys.exit(main())
