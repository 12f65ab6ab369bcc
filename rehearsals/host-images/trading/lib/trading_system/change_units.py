#!/usr/bin/env python3
"""Changes the states of services for bin/systemctl: change_units.py start | stop | restart UNIT...

Exits with 5 if a unit is unknown, and then changes none.
"""

import fcntl
import json
import os
import sys

HOST = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
UNITS = os.path.join(HOST, 'var', 'lib', 'systemctl', 'units.json')
BECOMES = {'start': 'active', 'restart': 'active', 'stop': 'inactive'}


def main(verb, *names):
    with open(os.path.join(os.path.dirname(UNITS), 'lock'), 'w') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with open(UNITS) as file:
            units = json.load(file)
        unknown = [name for name in names if name not in units]
        if not unknown:
            keep({**units, **{name: BECOMES[verb] for name in names}})
    for name in unknown:
        print('Unit %s.service not found.' % name, file=sys.stderr)
    return 5 if unknown else 0


def keep(units):
    with open(UNITS + '.new', 'w') as file:
        file.write(json.dumps(units, sort_keys=True) + '\n')
    os.replace(UNITS + '.new', UNITS)


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
