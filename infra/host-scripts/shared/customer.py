"""Runs the customer's own code as a person would by hand."""

import json
import os
import subprocess
import sys
import tempfile

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
    environment = {'PATH': os.environ.get('PATH', '/usr/bin:/bin'), 'LC_ALL': 'C.UTF-8', 'HOME': '/nonexistent'}
    # Into files, not pipes: a service that the script starts may keep its output open for as long as it runs. It does not
    # inherit the wrapper's lock; this script does, so a retry waits for a script that outlived a killed attempt.
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        # -B: writes no bytecode into a tree that git tracks.
        code = subprocess.call(
            [sys.executable, '-B'] + list(arguments), cwd=tree_folder(), env=environment, stdin=subprocess.DEVNULL,
            stdout=output, stderr=errors, preexec_fn=become_owner(os.stat(tree_folder()))
        )
        printed, said = (read_from_start(file) for file in (output, errors))
    text = said.decode('utf-8', 'replace')
    sys.stderr.write(text)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return code, one_object(printed), lines[-1] if lines else 'nothing on stderr'


def become_owner(owner):
    """Returns a function that makes a new process the owner's; None if it is already, or may not become it."""
    if os.geteuid() != 0 or owner.st_uid == 0:
        return None

    def become():  # subprocess can do this itself only since Python 3.9
        os.setgroups([])
        os.setgid(owner.st_gid)
        os.setuid(owner.st_uid)

    return become


def read_from_start(file):
    file.seek(0)
    return file.read()


def one_object(output):
    """Returns the JSON object that a script printed, or None if it printed anything else."""
    try:
        report = json.loads(output)
    except ValueError:
        return None
    return report if isinstance(report, dict) else None
