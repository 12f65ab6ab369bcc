"""Disables components by the customer's own script, and reads on this host that their flags are off. May be repeated.

The procedure's `python scripts/disable_component.py --name $component` for each of them; the flags bear their names.

    SSM_Script                  scripts/disable_component.py, in the tree
    SSM_FlagFolder, SSM_Flags   as shared/flags.py says: success_metrics=false
    SSM_Keeps                   config/components.json, which the script writes, as shared/keeping.py says
"""

import json
import os
import sys

from shared.customer import customer_script, would_run
from shared.flags import effective_flags, not_as_wanted, wanted_flags
from shared.keeping import keeping, kept_report, would_keep
from shared.settings import planning


def main():
    if planning():
        calls = [would_run('--name', component) for component in wanted_flags()]
        print(json.dumps({'flags': effective_flags(), 'would_run': calls, **would_keep()}, sort_keys=True))
        return
    with keeping():
        for component in wanted_flags():
            code, _, said = customer_script('--name', component)
            if code != 0:
                raise SystemExit('%s --name %s exited with %d: %s' % (os.environ['SSM_Script'], component, code, said))
    flags = effective_flags()
    print(json.dumps({'disabled': list(flags), 'flags': flags, **kept_report()}, sort_keys=True))
    if not_as_wanted(flags):
        raise SystemExit('; '.join(not_as_wanted(flags)))


if __name__ == '__main__':
    sys.exit(main())
