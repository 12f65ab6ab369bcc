"""Reads the effective flags of this host, from both AppConfig layers. Changes nothing, and may run at any time.

    SSM_FlagFolder, SSM_Flags   as in shared/flags.py

In a plan it only reports the flags. As a check it exits 0 if it could read them; `as_expected` holds the result. As a
step it fails if a flag is not as expected.
"""

import json
import os
import sys

from shared.flags import effective_flags, flag_mismatches
from shared.rights import by_owner
from shared.settings import planning


def main():
    found = effective_flags()
    if not found:
        raise SystemExit('SSM_Flags names no flag; add flags to this step in the runbook')
    problems = flag_mismatches(found)
    print(json.dumps({'flags': found, 'as_expected': not problems}, sort_keys=True))
    if problems and not planning() and os.environ['SSM_Kind'] == 'step':
        raise SystemExit('; '.join(problems))


if __name__ == '__main__':
    sys.exit(by_owner(main))
