"""Finds out whether the trading system's process runs the code that is on the disk, or an older one that it loaded before.

    SSM_Build     the file into which the process writes the build that it runs: a tag or a commit; may be absent
    SSM_Process   the systemd service of the process, such as trading.service; may be absent

If both are absent, nothing is known of the process and nothing is claimed. What is asked for and cannot be read is a problem of
its own and begins with "unknown": it is never taken for a good answer.
"""

import os
import re

from shared.git import git, git_folder
from shared.processes import run
from shared.quarantine import notes
from shared.rights import open_file, owner_rights, root_rights
from shared.settings import required

BUILD_CHARACTERS = 100
# /proc counts from the boot, and the boot's time has whole seconds.
CLOCK_SECONDS = 1


def build():
    """Returns the first line of the file with the running build; None if the environment names none."""
    path = os.environ.get('SSM_Build')
    if not path:
        return None
    try:
        with open_file(path, owner_rights()) as file:
            return file.readline(BUILD_CHARACTERS).decode('utf-8', 'replace').strip()
    except (OSError, SystemExit) as problem:
        return 'not readable: %s' % type(problem).__name__


def running_problems(tree, commit=None):
    """Returns a sentence per reason why the process may run other code. `commit`: of the whole tree, for its build."""
    found = [build_problem(tree, build(), commit)] if commit and os.environ.get('SSM_Build') else []
    found += [start_problem(tree)] if os.environ.get('SSM_Process') else []
    return [one for one in found if one]


def build_problem(tree, name, commit):
    """Returns why a build that the process reports is not the commit; None if it is."""
    if not name or name.startswith('not readable'):
        return 'unknown which build the process runs: %s is %s' % (os.environ.get('SSM_Build') or 'it', name or 'empty')
    if re.fullmatch('[0-9a-f]{7,64}', name) and commit.startswith(name):
        return None
    try:
        named = git(tree, 'rev-parse', '--verify', '--quiet', '--end-of-options', 'refs/tags/%s^{commit}' % name)
    except SystemExit:
        named = b''
    return None if named.decode().strip() == commit else 'the process runs build %s, not %s' % (name, commit[:12])


def start_problem(tree):
    """Returns why the process may have started before the checkout; None if it started later."""
    service = os.environ['SSM_Process']
    try:
        started = started_at(service)
    except (OSError, ValueError, IndexError):
        started = None
    if started is None:
        return 'unknown when the process started: %s runs none' % service
    if started + CLOCK_SECONDS < checked_out_at(tree):
        return 'the process of %s started before the checkout, so it runs the former code; restart it' % service
    return None


def started_at(service):
    """Returns when the main process of a service started, in seconds; None if it has none."""
    with root_rights():
        shown = run(['systemctl', 'show', '--property=MainPID', service])[1].decode('utf-8', 'replace')
    pid = shown.strip().rpartition('=')[2]
    if not pid.isdigit() or pid == '0':
        return None
    with open('/proc/%s/stat' % pid) as file:
        # The name, in parentheses, may contain spaces. The start is field 22 (proc(5)), in clock ticks since the boot.
        ticks = int(file.read().rpartition(')')[2].split()[19])
    with open('/proc/stat') as file:
        boot = next(int(line.split()[1]) for line in file if line.startswith('btime '))
    return boot + ticks / os.sysconf('SC_CLK_TCK')


def checked_out_at(tree):
    """Returns when the tree was last checked out: by anybody, or a part of it by this rollback."""
    with owner_rights():
        found = [os.stat(os.path.join(git_folder(tree), 'HEAD')).st_mtime]
    folder = os.path.join(required('SSM_State'), required('SSM_RollbackId'))
    with root_rights():
        quarantine = os.path.join(folder, 'quarantine')
        steps = os.listdir(quarantine) if os.path.isdir(quarantine) else []
        moved = [step for step in steps if any('tree' in one for one in notes(os.path.join(quarantine, step)))]
        markers = [os.path.join(folder, step + '.json') for step in moved]
        return max(found + [os.stat(marker).st_mtime for marker in markers if os.path.exists(marker)])
