"""Runs the customer's own code as a person would by hand.

    SSM_Python   /opt/trading/.venv/bin/python, or python3 on the PATH; if absent, the one that runs this script
"""

import json
import os
import shutil
import sys

from shared.processes import run
from shared.rights import owner_rights
from shared.settings import required, tree_folder
from shared.strict_json import NoReport, parse

# A longer output is no report, and must not fill the memory.
READABLE_BYTES = 10_000_000


def customer_script(*arguments):
    """Runs SSM_Script in the tree. Returns its exit code, its report or None, and its last line on stderr."""
    return customer_python(script_in_tree(), *arguments)


def would_run(*arguments):
    """Returns the command that customer_script would run, for a plan. Fails if the script is missing."""
    return ' '.join(('python', script_in_tree()) + arguments)


def script_in_tree(script=None):
    script = script or required('SSM_Script')
    if script.startswith('/') or '..' in script.split('/') or not os.path.isfile(os.path.join(tree_folder(), script)):
        raise SystemExit('There is no script %s in the tree; add it or correct Script in the runbook' % script)
    return script


def customer_python(*arguments):
    """Runs Python in the tree as the tree's owner.

    Returns the exit code, the report (the one JSON object on stdout, or None) and the last line on stderr.
    """
    environment = {'PATH': os.environ.get('PATH', '/usr/bin:/bin'), 'LC_ALL': 'C.UTF-8', 'HOME': '/nonexistent'}
    # -B: writes no bytecode into a tree that git tracks.
    with owner_rights():
        command = [interpreter(), '-B'] + list(arguments)
        code, output, errors = run(command, READABLE_BYTES, cwd=tree_folder(), env=environment)
    sys.stderr.write(errors)
    report, problem = one_object(output)
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    return code, report, '; '.join([problem] * bool(problem) + lines[-1:]) or 'nothing on stderr'


def interpreter():
    """Returns the path of the Python. It is not resolved: the link in a virtual environment makes Python use that one."""
    given = os.environ.get('SSM_Python') or sys.executable
    path = os.path.abspath(given) if '/' in given else shutil.which(given)
    if not path or not os.access(path, os.X_OK):
        message = 'The owner of the tree can start no Python %s; install it or correct host.python in infra/environments'
        raise SystemExit(message % (path or given))
    return path


def one_object(output):
    """Returns the JSON object that a script printed, or None and the problem; the problem is empty if it printed nothing."""
    try:
        report = parse(output)
    except NoReport as problem:
        return None, 'it printed a report, but %s' % problem
    except ValueError:
        report = None
    if isinstance(report, dict):
        return report, ''
    words = ' '.join(output.decode('utf-8', 'replace').split())
    return None, 'it printed %s' % json.dumps(words[:60]) if words else ''
