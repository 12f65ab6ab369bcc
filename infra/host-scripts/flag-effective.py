"""Reads flags as this host has them, from both AppConfig layers. Changes nothing, and may run at any time.

    SSM_FlagFolder, SSM_Flags   as shared/flags.py says

In a plan it only says what is. As a check it exits 0 when it could look, whatever it saw: `as_expected` says. As a step it fails where a flag is not.
"""

import json
import os
import sys

from shared.flags import effective_flags, not_as_wanted
from shared.settings import planning


def main():
    found = effective_flags()
    if not found:
        raise SystemExit('SSM_Flags names no flag')
    problems = not_as_wanted(found)
    print(json.dumps({'flags': found, 'as_expected': not problems}, sort_keys=True))
    if problems and not planning() and os.environ['SSM_Kind'] == 'step':
        raise SystemExit('; '.join(problems))


if __name__ == '__main__':
    sys.exit(main())
