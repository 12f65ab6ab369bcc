"""Stops a data service with the customer's own script, and checks that it stopped. May be repeated.

In the procedure: `python scripts/emergency_stop.py --service databento`.

    SSM_Script      scripts/emergency_stop.py, in the tree
    SSM_Service     databento
    SSM_StateFile   outputs/run/ingestion.json, in the tree: {"databento": "stopped", ...} once the service has stopped

The step is done only if the state file agrees with the script. The trading system reads that file before each batch.
"""

import json
import os
import sys

from shared.customer import customer_script, would_run
from shared.rights import by_owner
from shared.settings import planning, required
from shared.state_file import read_state


def main():
    service = required('SSM_Service')
    before = state_of(service)
    if planning():
        services = {service: {'is': before or 'unknown', 'to': 'stopped'}}
        print(json.dumps({'services': services, 'would_run': [would_run('--service', service)]}, sort_keys=True))
        return
    code, _, last_line = customer_script('--service', service)
    if code != 0:
        raise SystemExit('%s exited with %d: %s' % (os.environ['SSM_Script'], code, last_line))
    after = state_of(service)
    if after != 'stopped':
        message = '%s exited with 0, but %s is not stopped: in %s it is %s. Stop it by hand'
        raise SystemExit(message % (os.environ['SSM_Script'], service, os.environ['SSM_StateFile'], after or 'unknown'))
    print(json.dumps({'service': service, 'state': after, 'was': before or 'unknown'}, sort_keys=True))


def state_of(service):
    """Returns the service's state, or None if no state was ever written. Then the system runs as it was started."""
    try:
        return read_state(service)
    except ValueError as problem:
        message = '%s holds no JSON: %s; correct or remove it, then retry'
        raise SystemExit(message % (os.environ['SSM_StateFile'], problem))


if __name__ == '__main__':
    sys.exit(by_owner(main))
