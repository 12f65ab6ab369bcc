"""Runs one step script on this host once, and says in one line how it went.

    python3 wrapper.py STEP_SCRIPT

SendCommand has no idempotency token, so the guarantee lives here: under the host's one lock, a step that succeeded is
answered with the line it printed then, byte for byte, and one that failed or was killed runs again. A check keeps no
marker and looks every time. A command with a lower fence than this host has seen is refused.

The lock is the host's and not the step's: two rollbacks share one git tree, and a script that a stopped rollback left
running must end before the next one's begins.

In SSM_State (say /var/lib/rollback):

    lock                         held while a script runs, whichever it is
    fence                        the highest fence seen
    <rollback>/<step>.json       the marker: the line of the success
    <rollback>/<step>.log        everything the script wrote on stderr, over all attempts
    <rollback>/quarantine/       what the step scripts copied before they removed it

In the mode `plan` a script says what it would do and touches nothing. Then there is nothing to keep apart: no lock is
taken, no fence looked at, nothing written here. A script that never asks for the mode is not run; the answer names it.

A step script prints its report on stdout, one JSON object on one line, and exits 0. Where it fails it exits with
anything else and says why, in plain words, on the last line of stderr.
"""

import fcntl
import json
import os
import re
import subprocess
import sys

# The agent joins stdout and stderr into a field of 2,400 bytes with a title of 24 bytes between them, and cuts stdout
# where stderr makes the sum too long: 2,000 + 300 + 24 < 2,400 leaves both whole.
# (amazon-ssm-agent, agent/framework/processor/executer/iohandler/iohandler.go, TruncateOutput)
LINE_BYTES = 2000
STDERR_BYTES = 300
REASON_CHARACTERS = 300

# More than this on stdout is not read into memory: it cannot be a report.
READABLE_BYTES = 1_000_000

REQUIRED = ('SSM_RollbackId', 'SSM_Step', 'SSM_Fence', 'SSM_Mode', 'SSM_Kind', 'SSM_State')
# Both become file names. 80 is the longest name of a Step Functions execution, which is the rollback's id.
NAME = re.compile(r'[A-Za-z0-9_][A-Za-z0-9._-]{0,79}')


class Refused(Exception):
    """Nothing was run, and nothing may be."""


class Failed(Exception):
    """The step did not succeed; a report may say how far it came."""

    def __init__(self, reason, report=None):
        super().__init__(reason)
        self.report = report


def main():
    try:
        line = answer(sys.argv)
        done = True
    except Exception as problem:  # whatever happens, the control plane gets one line
        line = unsuccessful(problem)
        done = False
    sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()
    return 0 if done else 1


def answer(argv):
    """The line of a success, new or remembered; anything else is raised."""
    if len(argv) != 2:
        raise Failed('wrapper.py takes one argument, the step script; found %d' % (len(argv) - 1))
    script = argv[1]
    check_environment(os.environ)
    check_known(os.environ)
    if os.environ['SSM_Mode'] == 'plan':
        return planned(script)
    folder = os.path.join(os.environ['SSM_State'], os.environ['SSM_RollbackId'])
    own = os.path.join(folder, os.environ['SSM_Step'])
    try:
        for own_folder in (os.environ['SSM_State'], folder):
            os.makedirs(own_folder, mode=0o700, exist_ok=True)
        lock = locked(os.path.join(os.environ['SSM_State'], 'lock'))
        raise_fence(os.environ['SSM_State'], int(os.environ['SSM_Fence']))
    except OSError as problem:
        raise Failed('The state folder %s cannot be written: %s' % (os.environ['SSM_State'], problem.strerror))
    is_check = os.environ['SSM_Kind'] == 'check'
    remembered = None if is_check else read_marker(own + '.json')
    if remembered:
        return remembered
    line = success(run(script, own + '.log', lock), script)
    if not is_check:
        write_durably(own + '.json', line)
    return line


def planned(script):
    if not asks_for_mode(script):
        return verdict_line('done', None, {'would_run': [os.path.basename(script)]})
    import tempfile  # as slow to load as all the others together, and only a plan needs it

    # A folder of its own, mode 0700: root would follow a link that another user put at a guessable name in /tmp.
    with tempfile.TemporaryDirectory() as folder:
        return success(run(script, os.path.join(folder, 'log'), None), script)


def asks_for_mode(script):
    """A script that does not know the mode would act: of such a one a plan can only say that it would run."""
    with open(script, encoding='utf-8') as file:
        return re.search(r'\bplanning\(\)|\bSSM_Mode\b', file.read()) is not None


def check_environment(env):
    for name in REQUIRED:
        if not env.get(name):
            raise Failed('%s is not set; the SSM document passes it' % name)
    for name in ('SSM_RollbackId', 'SSM_Step'):
        if not NAME.fullmatch(env[name]):
            raise Failed('%s must be letters, digits, dots, dashes or underscores, found %s' % (name, env[name]))
    if not re.fullmatch('[0-9]{1,15}', env['SSM_Fence']):
        raise Failed('SSM_Fence must be a whole number, found %s' % env['SSM_Fence'])
    if env['SSM_Kind'] not in ('step', 'check'):
        raise Failed('SSM_Kind must be step or check, found %s' % env['SSM_Kind'])
    # A mode these scripts do not know must never run as if it were live.
    if env['SSM_Mode'] not in ('live', 'plan'):
        raise Refused('These scripts only know the modes live and plan, found %s; nothing was run' % env['SSM_Mode'])


def check_known(env):
    """What brings something back must find it; a mistyped rollback would get a folder of its own here."""
    if env.get('SSM_Of') and not os.path.isdir(os.path.join(env['SSM_State'], env['SSM_RollbackId'])):
        message = 'Nothing was touched: there is no rollback %s on this host; in quarantine here: %s'
        raise Failed(message % (env['SSM_RollbackId'], ', '.join(newest_kept(env['SSM_State'])) or 'none'))


def newest_kept(state):
    """The rollbacks that took something away here, the newest first; the reason has room for two long ids."""
    try:
        quarantines = [os.path.join(state, name, 'quarantine') for name in os.listdir(state)]
    except OSError:
        return []
    found = sorted(filter(os.path.isdir, quarantines), key=os.path.getmtime, reverse=True)
    shown = [os.path.basename(os.path.dirname(path)) for path in found[:2]]
    return shown + (['and %d more' % (len(found) - 2)] if len(found) > 2 else [])


def locked(path):
    """Waits for the lock; SSM's execution timeout bounds the wait."""
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


def raise_fence(state, fence):
    """Remembers the highest fence; a lower one belongs to a rollback that no longer holds the fleet."""
    path = os.path.join(state, 'fence')
    seen = read_fence(path)
    if fence < seen:
        raise Refused('Fence %d is lower than %d, which this host has seen; nothing was run' % (fence, seen))
    if fence > seen:
        write_durably(path, b'%d\n' % fence)


def read_fence(path):
    try:
        with open(path) as file:
            text = file.read().strip()
    except FileNotFoundError:
        return -1
    if not text.isdigit():
        raise Failed('The fence file %s holds %s, not a number; a person must look' % (path, text[:40]))
    return int(text)


def read_marker(path):
    """The remembered line, or None: a damaged marker is no marker, since every step may run again."""
    try:
        with open(path, 'rb') as file:
            line = file.read(LINE_BYTES + 1)
    except FileNotFoundError:
        return None
    whole = len(line) <= LINE_BYTES and line.endswith(b'\n') and line.count(b'\n') == 1
    return line if whole else None


def run(script, log_path, lock):
    """The script's exit code, stdout and stderr."""
    # Not -I: the modules that travel with a script lie beside it. -B: nothing is written there.
    interpreter = [sys.executable, '-E', '-s', '-B'] if script.endswith('.py') else ['bash', '--noprofile', '--norc']
    with open(log_path + '.out', 'w+b') as output, open(log_path, 'ab') as log:
        os.remove(output.name)  # gone with the last process that holds it, however that ends
        before = log.tell()
        # The script inherits the lock: where only this wrapper is killed, a repeat waits for the orphan.
        code = subprocess.call(
            interpreter + [script],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=log,
            pass_fds=() if lock is None else (lock,),
        )
        size = output.seek(0, os.SEEK_END)
        output.seek(0)
        return code, size, output.read(READABLE_BYTES), new_text(log_path, before)


def new_text(log_path, before):
    """The end of what this attempt wrote to the log, which also goes to stderr, cut to what the agent has room for."""
    with open(log_path, 'rb') as log:
        size = log.seek(0, os.SEEK_END)
        log.seek(max(before, size - 4000))
        text = log.read().decode('utf-8', 'replace')
    tail = text.encode('utf-8')[-STDERR_BYTES:].decode('utf-8', 'ignore')
    sys.stderr.buffer.write(tail.encode('utf-8'))
    sys.stderr.buffer.flush()
    return text


def success(outcome, script):
    code, size, output, errors = outcome
    name = os.path.basename(script)
    if code != 0:
        raise Failed(how_it_ended(name, code, errors), report_if_any(output))
    lines = [line for line in output.split(b'\n') if line.strip()]
    if not lines:
        raise Failed('%s printed no report on stdout, so nothing says that it worked' % name)
    if len(lines) > 1:
        raise Failed('%s printed %d lines on stdout; it must print one, its report' % (name, len(lines)))
    report = parse_report(lines[0])
    if report is None:
        raise Failed('%s printed %d bytes on stdout that are not a JSON object' % (name, size))
    line = verdict_line('done', None, report)
    if len(line) > LINE_BYTES:
        raise Failed('The report of %s makes a line of %d bytes; %d is the limit' % (name, len(line), LINE_BYTES))
    return line


def how_it_ended(name, code, errors):
    how = '%s exited with %d' % (name, code) if code > 0 else '%s was killed by signal %d' % (name, -code)
    said = [line.strip() for line in errors.splitlines() if line.strip()]
    return '%s: %s' % (how, said[-1]) if said else '%s and wrote nothing on stderr' % how


def report_if_any(output):
    lines = [line for line in output.split(b'\n') if line.strip()]
    return parse_report(lines[0]) if len(lines) == 1 else None


def parse_report(line):
    try:
        report = json.loads(line, parse_constant=not_json)
        json.dumps(report, allow_nan=False)  # 1e999 parses as infinity, which is no JSON either
    except (ValueError, RecursionError):
        return None
    return report if isinstance(report, dict) else None


def not_json(constant):
    raise ValueError('%s is not JSON' % constant)


def unsuccessful(problem):
    known = isinstance(problem, (Failed, Refused))
    reason = str(problem) if known else 'wrapper.py failed: %s: %s' % (type(problem).__name__, problem)
    verdict = 'refused' if isinstance(problem, Refused) else 'failed'
    # Unprintable characters take up to six bytes in JSON each; without them 300 characters always fit the line.
    reason = ''.join(c if c.isprintable() else ' ' for c in reason)[:REASON_CHARACTERS]
    line = verdict_line(verdict, reason, getattr(problem, 'report', None))
    return line if len(line) <= LINE_BYTES else verdict_line(verdict, reason, None)


def verdict_line(verdict, reason, report):
    fence = os.environ.get('SSM_Fence', '')
    line = {
        'rollback': name_or_none('SSM_RollbackId'),
        'step': name_or_none('SSM_Step'),
        'fence': int(fence) if re.fullmatch('[0-9]{1,15}', fence) else None,
        'verdict': verdict,
        **({} if reason is None else {'reason': reason}),
        **({} if report is None else {'report': report}),
    }
    # What UTF-8 cannot hold (a file name that is not text) stays as JSON's own escape, \udc80.
    text = json.dumps(line, sort_keys=True, ensure_ascii=False, separators=(',', ':'))
    return text.encode('utf-8', 'backslashreplace') + b'\n'


def name_or_none(variable):
    value = os.environ.get(variable, '')
    return value if NAME.fullmatch(value) else None


def write_durably(path, content):
    """The whole file or none of it, also after a power cut. The caller holds a lock: one temporary name is enough."""
    with open(path + '.new', 'wb') as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + '.new', path)
    folder = os.open(os.path.dirname(path), os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


if __name__ == '__main__':
    sys.exit(main())
