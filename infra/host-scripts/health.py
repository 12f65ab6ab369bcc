"""Looks whether the trading system does its work, trading included. Changes nothing, and may run at any time, so
in a plan (SSM_Mode) it looks as well.

    SSM_Script    scripts/health_check.py, in the tree; it prints one JSON object
    SSM_Variant   comprehensive; absent: quick

Exits 0 when it could look, whatever it saw: `healthy` says. Where the customer's script could not tell (INCONCLUSIVE),
or said one thing and exited with another, this check fails.
"""

import json
import os
import sys

from shared.customer import customer_script
from shared.health_report import brief


def main():
    code, found, said = customer_script('--' + (os.environ.get('SSM_Variant') or 'quick'))
    script = os.environ['SSM_Script']
    if found is None:
        raise SystemExit('%s exited with %d without one JSON object: %s' % (script, code, said))
    if found.get('verdict') not in ('HEALTHY', 'UNHEALTHY'):
        raise SystemExit('%s could not tell: %s' % (script, found.get('inconclusive') or said))
    healthy = found['verdict'] == 'HEALTHY'
    if healthy != (code == 0) or healthy != (found.get('healthy') is True):
        raise SystemExit('%s says %s and exited with %d' % (script, found['verdict'], code))
    print(json.dumps(brief(found), sort_keys=True))


if __name__ == '__main__':
    sys.exit(main())
