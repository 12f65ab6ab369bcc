"""Sets the customer's profile to the values of the flags, and checks the effective flags on this host. May be repeated.

In the procedure: `config.update_profile('production', algorithm_version='v1.0')`. The rollback also sets the flags.

    SSM_Profile                 production
    SSM_FlagFolder, SSM_Flags   as in shared/flags.py
    SSM_Keeps                   config/pipeline_config.json, which holds the profiles; as in shared/keeping.py

A version of the config manager without update_profile has no profile to set. Then only the flags are checked.
"""

import json
import sys

from shared.customer import customer_python
from shared.flags import effective_flags, flag_mismatches, wanted_flags
from shared.keeping import keeping, kept_report, would_keep
from shared.rights import by_owner
from shared.settings import planning, required

UPDATE = """
import json, sys
from config_manager import ConfigManager
manager, profile, values = ConfigManager(), sys.argv[1], json.loads(sys.argv[2])
if hasattr(manager, 'update_profile'):
    manager.update_profile(profile, **values)
    # A second manager reads the values back, because the first may have set them only in memory.
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
        code, found, last_line = customer_python('-c', UPDATE, required('SSM_Profile'), json.dumps(values))
    if code != 0 or found is None:
        raise SystemExit('config_manager.py exited with %d: %s' % (code, last_line))
    kept, flags = found['profile'], effective_flags()
    print(json.dumps({'profile': kept, 'flags': flags, **kept_report()}, sort_keys=True))
    if kept is not None and kept != values:
        message = 'The profile %s holds %s, not %s; check config_manager.py'
        raise SystemExit(message % (required('SSM_Profile'), kept, values))
    if flag_mismatches(flags):
        raise SystemExit('; '.join(flag_mismatches(flags)))


def as_value(text):
    return {'true': True, 'false': False}.get(text, text)


if __name__ == '__main__':
    sys.exit(by_owner(main))
