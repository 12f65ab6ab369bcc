"""Runs a script of the customer's that reports only by its exit code. May be repeated if the script may.

In the procedure: `python scripts/rebuild_baselines.py --quick` and
`python tests/test_integration.py --production-safe`.

    SSM_Script      scripts/rebuild_baselines.py, in the tree
    SSM_Arguments   --quick, separated by spaces; may be absent
    SSM_Keeps       outputs/baselines.json, which the script writes; as in shared/keeping.py; may be absent
"""

import json
import os
import sys

from shared.customer import customer_script, would_run
from shared.keeping import keeping, kept_report, would_keep
from shared.rights import by_owner
from shared.settings import planning, words

SHOWN_BYTES = 1200


def main():
    if planning():
        print(json.dumps({'would_run': [would_run(*words('SSM_Arguments'))], **would_keep()}))
        return
    with keeping():
        code, found, last_line = customer_script(*words('SSM_Arguments'))
    if code != 0:
        raise SystemExit('%s exited with %d: %s' % (os.environ['SSM_Script'], code, last_line))
    shown = found if len(json.dumps(found)) <= SHOWN_BYTES else 'too long'
    report = {'script': os.environ['SSM_Script'], 'exit': code, 'printed': shown}
    print(json.dumps({**report, **kept_report()}, sort_keys=True))


if __name__ == '__main__':
    sys.exit(by_owner(main))
