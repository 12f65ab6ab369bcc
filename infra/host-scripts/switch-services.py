"""Stops one service, starts another, and checks both with the service manager. May be repeated.

In the procedure: `systemctl stop advanced-monitoring` and `systemctl start basic-monitoring`.

    SSM_Stop    advanced-monitoring
    SSM_Start   basic-monitoring

Only `systemctl is-active` decides. A service that does not exist counts as stopped, whatever `stop` returned.
"""

import json
import subprocess
import sys

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
    errors = {name: systemctl(word, name)[1] for word, name in (('stop', stop), ('start', start))}
    after = {name: state_of(name) for name in (stop, start)}
    print(json.dumps({'was': before, 'is': after}, sort_keys=True))
    if after[stop] in ('active', 'activating', 'reloading', 'deactivating'):
        raise SystemExit('%s is %s, not stopped: %s' % (stop, after[stop], errors[stop]))
    if after[start] != 'active':
        raise SystemExit('%s is %s, not active: %s' % (start, after[start], errors[start]))


def state_of(service):
    """Returns the state that is-active prints: active, inactive, failed ... It exits with 0 for active only."""
    output, last_line = systemctl('is-active', service)
    if not output:
        raise SystemExit('systemctl is-active %s printed no state: %s' % (service, last_line))
    return output


def systemctl(word, service):
    # close_fds=False: systemctl inherits the wrapper's lock, so a retry waits for one that outlived a killed attempt.
    done = subprocess.run(['systemctl', word, service], stdin=subprocess.DEVNULL, capture_output=True, close_fds=False)
    errors = done.stderr.decode('utf-8', 'replace')
    sys.stderr.write(errors)
    return done.stdout.decode('utf-8', 'replace').strip(), (errors.strip().splitlines() or ['nothing on stderr'])[-1]


if __name__ == '__main__':
    sys.exit(main())
