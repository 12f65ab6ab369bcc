"""The customer's own code, run as somebody would by hand."""

import json
import os
import subprocess
import sys

from shared.settings import required, tree_folder


def customer_script(*arguments):
    """Runs SSM_Script in the tree: the exit code, the report or None, its last words."""
    return customer_python(script_in_tree(), *arguments)


def would_run(*arguments):
    """What customer_script would run, for a plan; a script that is not there is found before it is needed."""
    return ' '.join(('python', script_in_tree()) + arguments)


def script_in_tree():
    script = required('SSM_Script')
    if script.startswith('/') or '..' in script.split('/') or not os.path.isfile(os.path.join(tree_folder(), script)):
        raise SystemExit('There is no script %s in the tree' % script)
    return script


def customer_python(*arguments):
    """Runs Python in the tree, as its owner: the exit code, the report or None, its last words."""
    owner = os.stat(tree_folder())
    other = os.geteuid() == 0 and owner.st_uid != 0
    user = {'user': owner.st_uid, 'group': owner.st_gid, 'extra_groups': []} if other else {}
    environment = {'PATH': os.environ.get('PATH', '/usr/bin:/bin'), 'LC_ALL': 'C.UTF-8', 'HOME': '/nonexistent'}
    # -B: no bytecode in a tree that git looks after. close_fds: it inherits the wrapper's lock, so a repeat never meets
    # one that outlived a killed attempt.
    done = subprocess.run(
        [sys.executable, '-B'] + list(arguments), cwd=tree_folder(), env=environment, stdin=subprocess.DEVNULL,
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
