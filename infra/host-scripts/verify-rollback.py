"""Runs the customer's own verification of a rollback. Changes nothing, and may run at any time, so in a plan (SSM_Mode)
it looks as well.

The procedure's `python scripts/verify_rollback.py --phase $PHASE`.

    SSM_Script      scripts/verify_rollback.py, in the tree; prints one JSON object, exits 0 only if every fact holds
    SSM_Arguments   --phase 1, separated by spaces

Exits 0 when it could look, whatever it saw: `passed` says. Where no fact is false and the script's own look at health
found too little to tell, this check fails: no data is no verdict.
"""

import json
import os
import sys

from shared.customer import customer_script
from shared.settings import words

SHOWN_BYTES = 1200


def main():
    code, found, said = customer_script(*words('SSM_Arguments'))
    script = os.environ['SSM_Script']
    if found is None:
        raise SystemExit('%s exited with %d without one JSON object: %s' % (script, code, said))
    wrong = sorted(name for name, value in found.items() if value is False)
    if code != 0 and not wrong and found.get('health') == 'INCONCLUSIVE':
        raise SystemExit('%s could not tell: health is INCONCLUSIVE' % script)
    facts = found if len(json.dumps(found)) <= SHOWN_BYTES else 'too long'
    print(json.dumps({'passed': code == 0, 'wrong': wrong[:10], 'facts': facts}, sort_keys=True))


if __name__ == '__main__':
    sys.exit(main())
