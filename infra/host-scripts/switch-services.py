"""Stops one service, starts another, and checks with the service manager that both stay so. May be repeated.

In the procedure: `systemctl stop advanced-monitoring` and `systemctl start basic-monitoring`.

    SSM_Stop    advanced-monitoring
    SSM_Start   basic-monitoring

Both are looked at twice, as in shared/services.py, whatever `stop` and `start` returned.
"""

import json
import sys

from shared.failures import told
from shared.processes import run
from shared.services import last_line, settled, state_of
from shared.settings import planning, required


def main():
    stop, start = required('SSM_Stop'), required('SSM_Start')
    for name in (stop, start):
        if name.startswith('-'):
            raise SystemExit('%s is an option, not a service; correct the runbook' % name)
    before = {name: state_of(name) for name in (stop, start)}
    if planning():
        now = {name: {'is': state, 'to': 'inactive' if name == stop else 'active'} for name, state in before.items()}
        commands = ['systemctl %s %s' % pair for pair in (('stop', stop), ('start', start))]
        print(json.dumps({'services': now, 'would_run': commands}, sort_keys=True))
        return
    errors = {name: command(word, name) for word, name in (('stop', stop), ('start', start))}
    after, problems = settled({stop: 'stopped', start: 'active'})
    print(json.dumps({'was': before, 'is': after}, sort_keys=True))
    for name, problem in problems.items():
        raise SystemExit('%s: %s' % (problem, errors[name]))


def command(word, service):
    """Returns the last line that systemctl wrote on stderr."""
    errors = run(['systemctl', word, service])[2]
    sys.stderr.write(errors)
    return last_line(errors)


if __name__ == '__main__':
    sys.exit(told(main))
