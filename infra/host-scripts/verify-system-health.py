"""Checks the system's health by the customer's own script; done only where it says healthy, by exit code and in words.

The procedure's `python scripts/health_check.py --comprehensive`. May be repeated.

    SSM_Script   scripts/health_check.py, in the tree; prints one JSON object with `healthy`, `verdict` and `checks`

A script that exits 0 and finds nothing healthy has found nothing: the seed's own did that.
"""

import json
import os
import sys

from shared.customer import customer_script, would_run
from shared.health_report import brief, numbers
from shared.settings import planning


def main():
    if planning():
        print(json.dumps({'would_run': [would_run('--comprehensive')]}))
        return
    code, found, said = customer_script('--comprehensive')
    if found is None:
        raise SystemExit('%s exited with %d without one JSON object: %s' % (os.environ['SSM_Script'], code, said))
    report = brief(found)
    if code != 0 or found.get('healthy') is not True or found.get('failed'):
        print(json.dumps(report, sort_keys=True))
        raise SystemExit(why(code, found))
    print(json.dumps(report, sort_keys=True))


def why(code, found):
    """Unhealthy (exit 1): errors {"corrupt_rows": 12}"""
    failed = ['%s %s' % (name, json.dumps(numbers(found, name))) for name in found.get('failed') or []]
    said = ', '.join(failed) or found.get('inconclusive') or 'it does not say healthy'
    return '%s (exit %d): %s' % (str(found.get('verdict') or 'No verdict').capitalize(), code, said)


if __name__ == '__main__':
    sys.exit(main())
