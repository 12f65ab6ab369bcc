"""Disables components with the customer's own script, and checks on this host that their flags are off.

May be repeated. In the procedure: `python scripts/disable_component.py --name $component` for each component. A flag
has the name of its component.

    SSM_Script                  scripts/disable_component.py, in the tree
    SSM_FlagFolder, SSM_Flags   as in shared/flags.py: success_metrics=false
    SSM_Keeps                   config/components.json, which the script writes; as in shared/keeping.py
"""

import json
import os
import sys

from shared.customer import customer_script, would_run
from shared.flags import effective_flags, flag_mismatches, wanted_flags
from shared.keeping import keeping, kept_report, would_keep
from shared.rights import by_owner
from shared.settings import planning


def main():
    if planning():
        calls = [would_run('--name', component) for component in wanted_flags()]
        print(json.dumps({'flags': effective_flags(), 'would_run': calls, **would_keep()}, sort_keys=True))
        return
    with keeping():
        for component in wanted_flags():
            code, _, last_line = customer_script('--name', component)
            if code != 0:
                message = '%s --name %s exited with %d: %s'
                raise SystemExit(message % (os.environ['SSM_Script'], component, code, last_line))
    flags = effective_flags()
    print(json.dumps({'disabled': list(flags), 'flags': flags, **kept_report()}, sort_keys=True))
    if flag_mismatches(flags):
        raise SystemExit('; '.join(flag_mismatches(flags)))


if __name__ == '__main__':
    sys.exit(by_owner(main))
