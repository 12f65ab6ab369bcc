"""Checks the system's health with the customer's own script. May be repeated.

In the procedure: `python scripts/health_check.py --comprehensive`. The step is done only if the script exits 0 and its
report is healthy too.

    SSM_Script   scripts/health_check.py, in the tree; prints one JSON object with `healthy`, `verdict` and `checks`

The exit code alone is not enough: the seed's own script exits 0 even if it finds nothing healthy.
"""

import json
import os
import sys

from shared.customer import customer_script, would_run
from shared.health_report import brief, numbers
from shared.rights import by_owner
from shared.settings import planning


def main():
    if planning():
        print(json.dumps({'would_run': [would_run('--comprehensive')]}))
        return
    code, found, last_line = customer_script('--comprehensive')
    if found is None:
        raise SystemExit('%s exited with %d without one JSON object: %s' % (os.environ['SSM_Script'], code, last_line))
    report = brief(found)
    if code != 0 or found.get('healthy') is not True or found.get('failed'):
        print(json.dumps(report, sort_keys=True))
        raise SystemExit(failure(code, found))
    print(json.dumps(report, sort_keys=True))


def failure(code, found):
    """Returns a sentence like `Unhealthy (exit 1): errors {"corrupt_rows": 12}`."""
    failed = ['%s %s' % (name, json.dumps(numbers(found, name))) for name in found.get('failed') or []]
    detail = ', '.join(failed) or found.get('inconclusive') or 'expected exit 0 and "healthy": true'
    return '%s (exit %d): %s' % (str(found.get('verdict') or 'No verdict').capitalize(), code, detail)


if __name__ == '__main__':
    sys.exit(by_owner(main))
