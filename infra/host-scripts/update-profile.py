"""Sets the customer's profile as the flags are, and reads what is effective on this host. May be repeated.

The procedure's `config.update_profile('production', algorithm_version='v1.0')`, beside the flags that say the same.

    SSM_Profile                 production
    SSM_FlagFolder, SSM_Flags   as shared/flags.py says
    SSM_Keeps                   config/pipeline_config.json, where profiles are, as shared/keeping.py says

A version of the config manager that keeps no such profile has none to set: the flags alone say it then.
"""

import json
import sys

from shared.customer import customer_python
from shared.flags import effective_flags, not_as_wanted, wanted_flags
from shared.keeping import keeping, kept_report, would_keep
from shared.settings import planning, required

UPDATE = """
import json, sys
from config_manager import ConfigManager
manager, profile, values = ConfigManager(), sys.argv[1], json.loads(sys.argv[2])
if hasattr(manager, 'update_profile'):
    manager.update_profile(profile, **values)
    # Read back by another manager: what was only set in memory was not set.
    again = getattr(ConfigManager(), 'profile', None)
    kept = again(profile) if again else values
    kept = {name: kept.get(name) for name in values}
else:
    kept = None
print(json.dumps({'profile': kept}, default=str))
"""


def main():
    values = {flag: as_value(text) for flag, text in wanted_flags().items()}
    if planning():
        call = 'ConfigManager().update_profile(%s, %s)' % (required('SSM_Profile'), json.dumps(values, sort_keys=True))
        print(json.dumps({'flags': effective_flags(), 'would_run': [call], **would_keep()}, sort_keys=True))
        return
    with keeping():
        code, found, said = customer_python('-c', UPDATE, required('SSM_Profile'), json.dumps(values))
    if code != 0 or found is None:
        raise SystemExit('config_manager.py exited with %d: %s' % (code, said))
    kept, flags = found['profile'], effective_flags()
    print(json.dumps({'profile': kept, 'flags': flags, **kept_report()}, sort_keys=True))
    if kept is not None and kept != values:
        raise SystemExit('The profile %s says %s, not %s' % (required('SSM_Profile'), kept, values))
    if not_as_wanted(flags):
        raise SystemExit('; '.join(not_as_wanted(flags)))


def as_value(text):
    return {'true': True, 'false': False}.get(text, text)


if __name__ == '__main__':
    sys.exit(main())
