"""Looks whether the trading system does its work, trading included. Changes nothing, and may run at any time.

    SSM_Script   scripts/health_check.py, in the tree; with --quick it prints one JSON object

Exits 0 when it could look, whatever it saw: `healthy` says. Where the customer's script could not tell (INCONCLUSIVE),
or said one thing and exited with another, this check fails.
"""

import json
import os
import subprocess
import sys


def main():
    code, found, said = customer_script('--quick')
    script = os.environ['SSM_Script']
    if found is None:
        raise SystemExit('%s exited with %d without one JSON object: %s' % (script, code, said))
    if found.get('verdict') not in ('HEALTHY', 'UNHEALTHY'):
        raise SystemExit('%s could not tell: %s' % (script, found.get('inconclusive') or said))
    healthy = found['verdict'] == 'HEALTHY'
    if healthy != (code == 0) or healthy != (found.get('healthy') is True):
        raise SystemExit('%s says %s and exited with %d' % (script, found['verdict'], code))
    print(json.dumps(brief(found), sort_keys=True))


# shared: health


def brief(found):
    """The verdict and the numbers, as far as they fit the wrapper's line."""
    report = {name: found.get(name) for name in ('healthy', 'verdict', 'failed', 'trading') if name in found}
    for name in found.get('checks') or {}:
        report[name] = numbers(found, name)
        if len(json.dumps(report)) > 1200:
            return {**report, name: 'too long'}
    return report


def numbers(found, name):
    check = (found.get('checks') or {}).get(name) or {}
    return {key: value for key, value in check.items() if key != 'ok' and value is not None}


# end shared


# shared: customer
# Each script travels to the host alone, so what several of them need stands in each; a test holds the copies equal.


def required(name):
    value = os.environ.get(name)
    if not value:
        raise SystemExit('%s is not set; the SSM document passes it' % name)
    return value


def customer_script(*arguments):
    """Runs SSM_Script in the tree, as its owner would by hand: the exit code, the report or None, its last words."""
    tree, script = os.path.realpath(required('SSM_Tree')), required('SSM_Script')
    if script.startswith('/') or '..' in script.split('/') or not os.path.isfile(os.path.join(tree, script)):
        raise SystemExit('There is no script %s in the tree' % script)
    owner = os.stat(tree)
    other = os.geteuid() == 0 and owner.st_uid != 0
    user = {'user': owner.st_uid, 'group': owner.st_gid, 'extra_groups': []} if other else {}
    environment = {'PATH': os.environ.get('PATH', '/usr/bin:/bin'), 'LC_ALL': 'C.UTF-8', 'HOME': '/nonexistent'}
    # -B: no bytecode in a tree that git looks after. close_fds: it inherits the wrapper's lock, so a repeat never meets
    # one that outlived a killed attempt.
    done = subprocess.run(
        [sys.executable, '-B', script] + list(arguments), cwd=tree, env=environment, stdin=subprocess.DEVNULL,
        capture_output=True, close_fds=False, **user
    )
    errors = done.stderr.decode('utf-8', 'replace')
    sys.stderr.write(errors)
    said = [line.strip() for line in errors.splitlines() if line.strip()]
    return done.returncode, one_object(done.stdout), said[-1] if said else 'it gave no reason'


def one_object(output):
    """What a script printed, if that is one JSON object and nothing else."""
    try:
        report = json.loads(output)
    except ValueError:
        return None
    return report if isinstance(report, dict) else None


# end shared


if __name__ == '__main__':
    sys.exit(main())
