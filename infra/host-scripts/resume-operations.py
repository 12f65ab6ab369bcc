"""Resumes trading by the customer's own script, and looks whether it resumed. May be repeated.

The procedure's `python scripts/resume_trading.py --validate`, which refuses without a fresh passing health report.

    SSM_Script      scripts/resume_trading.py, in the tree
    SSM_StateFile   outputs/run/trading.json, in the tree: {"trading": "running"} once it has
"""

import json
import os
import subprocess
import sys


def main():
    code, _, said = customer_script('--validate')
    if code != 0:
        raise SystemExit('%s exited with %d: %s' % (os.environ['SSM_Script'], code, said))
    state = trading_state()
    if state != 'running':
        message = '%s exited with 0, but %s says that trading is %s'
        raise SystemExit(message % (os.environ['SSM_Script'], os.environ['SSM_StateFile'], state or 'unknown'))
    print(json.dumps({'trading': state}))


def trading_state():
    try:
        with open(os.path.join(required('SSM_Tree'), required('SSM_StateFile'))) as file:
            return json.load(file).get('trading')
    except (FileNotFoundError, ValueError, AttributeError):
        return None


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
