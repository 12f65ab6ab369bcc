"""Runs the customer's own code as a person would by hand."""

import json
import os
import subprocess
import sys

from shared.settings import required, tree_folder


def customer_script(*arguments):
    """Runs SSM_Script in the tree. Returns its exit code, its report or None, and its last line on stderr."""
    return customer_python(script_in_tree(), *arguments)


def would_run(*arguments):
    """Returns the command that customer_script would run, for a plan. Fails if the script is missing."""
    return ' '.join(('python', script_in_tree()) + arguments)


def script_in_tree():
    script = required('SSM_Script')
    if script.startswith('/') or '..' in script.split('/') or not os.path.isfile(os.path.join(tree_folder(), script)):
        raise SystemExit('There is no script %s in the tree; add it or correct Script in the runbook' % script)
    return script


def customer_python(*arguments):
    """Runs Python in the tree as the tree's owner.

    Returns the exit code, the report (the one JSON object on stdout, or None) and the last line on stderr.
    """
    owner = os.stat(tree_folder())
    other = os.geteuid() == 0 and owner.st_uid != 0
    user = {'user': owner.st_uid, 'group': owner.st_gid, 'extra_groups': []} if other else {}
    environment = {'PATH': os.environ.get('PATH', '/usr/bin:/bin'), 'LC_ALL': 'C.UTF-8', 'HOME': '/nonexistent'}
    # -B: writes no bytecode into a tree that git tracks. close_fds=False: the script inherits the wrapper's lock, so a
    # retry waits for a script that outlived a killed attempt.
    done = subprocess.run(
        [sys.executable, '-B'] + list(arguments), cwd=tree_folder(), env=environment, stdin=subprocess.DEVNULL,
        capture_output=True, close_fds=False, **user
    )
    errors = done.stderr.decode('utf-8', 'replace')
    sys.stderr.write(errors)
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    return done.returncode, one_object(done.stdout), lines[-1] if lines else 'nothing on stderr'


def one_object(output):
    """Returns the JSON object that a script printed, or None if it printed anything else."""
    try:
        report = json.loads(output)
    except ValueError:
        return None
    return report if isinstance(report, dict) else None
