"""Runs the customer's own verification of a rollback. Changes nothing, and may run at any time. Therefore it also runs
in a plan (SSM_Mode).

In the procedure: `python scripts/verify_rollback.py --phase $PHASE`.

    SSM_Script      scripts/verify_rollback.py, in the tree; prints one JSON object, exits 0 only if every fact is true
    SSM_Arguments   --phase 1, separated by spaces

Exits 0 if the verification was possible; `passed` holds the result. The check fails if no fact is false but the
script's health is INCONCLUSIVE, because too little data is no verdict.
"""

import json
import os
import sys

from shared.customer import customer_script
from shared.rights import by_owner
from shared.settings import words

SHOWN_BYTES = 1200


def main():
    code, found, last_line = customer_script(*words('SSM_Arguments'))
    script = os.environ['SSM_Script']
    if found is None:
        raise SystemExit('%s exited with %d without one JSON object: %s' % (script, code, last_line))
    wrong = sorted(name for name, value in found.items() if value is False)
    if code != 0 and not wrong and found.get('health') == 'INCONCLUSIVE':
        raise SystemExit('%s found too little data: health is INCONCLUSIVE; repeat the check later' % script)
    facts = found if len(json.dumps(found)) <= SHOWN_BYTES else 'too long'
    print(json.dumps({'passed': code == 0, 'wrong': wrong[:10], 'facts': facts}, sort_keys=True))


if __name__ == '__main__':
    sys.exit(by_owner(main))
