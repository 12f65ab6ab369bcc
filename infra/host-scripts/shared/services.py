"""Asks the service manager whether services are as they should be, and stay so.

    {'advanced-monitoring': 'stopped', 'basic-monitoring': 'active'}: the services, each with its wanted state

Only `systemctl is-active` decides. A service that does not exist is stopped.
"""

from shared.processes import run

# systemd calls a service active as soon as its program was started. A broken program ends within seconds, and systemd
# may start it again and again: each time with another main pid and a higher counter of restarts.
SETTLING_SECONDS = 5
RUNNING = ('active', 'activating', 'reloading', 'deactivating')


def settled(wanted):
    """Looks twice, some seconds apart. Returns the states, and a sentence per service that is not as wanted."""
    before = {name: look(name) for name in wanted}
    if problems(wanted, before):
        return states(before), problems(wanted, before)
    code, _, errors = run(['sleep', str(SETTLING_SECONDS)])
    if code != 0:
        raise SystemExit('sleep exited with %d: %s; install coreutils' % (code, errors.strip() or 'nothing on stderr'))
    after = {name: look(name) for name in wanted}
    found = problems(wanted, after)
    for name, state in wanted.items():
        if state == 'active' and name not in found and after[name] != before[name]:
            found[name] = '%s does not stay active: it was restarted within %d s' % (name, SETTLING_SECONDS)
    return states(after), found


def states(looks):
    return {name: state for name, (state, _) in looks.items()}


def problems(wanted, looks):
    return {
        name: '%s is %s, not %s' % (name, looks[name][0], state)
        for name, state in wanted.items()
        if (looks[name][0] in RUNNING if state == 'stopped' else looks[name][0] != 'active')
    }


def look(service):
    """Returns the state (active, inactive, failed ...), and the main pid and number of restarts as text."""
    counters = run(['systemctl', 'show', '--property=MainPID,NRestarts', service])[1]
    return state_of(service), counters.decode('utf-8', 'replace').strip()


def state_of(service):
    """Returns the state that is-active prints. It exits with 0 for active only."""
    _, output, errors = run(['systemctl', 'is-active', service])
    state = output.decode('utf-8', 'replace').strip()
    if not state:
        raise SystemExit('systemctl is-active %s printed no state: %s' % (service, last_line(errors)))
    return state


def last_line(errors):
    return (errors.strip().splitlines() or ['nothing on stderr'])[-1]
