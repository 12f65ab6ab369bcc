"""Runs one step script on this host once, and prints one line with the result.

    python3 wrapper.py STEP_SCRIPT

SendCommand has no idempotency token, so the wrapper makes steps idempotent. It holds the host's one lock while a script
runs. If a step succeeded before, the wrapper prints that success line again, byte for byte. If the step failed or was
killed, the wrapper runs it again. A check keeps no marker and runs every time. The wrapper refuses a command whose
fence is lower than the highest that this host has seen.

There is one lock per host, not per step, because two rollbacks share one git tree. A script that a stopped rollback
left running must end before a script of the next rollback starts.

In SSM_State (for example /var/lib/rollback), a folder of mode 0700 that belongs to root like every folder above it:

    lock                         held while any script runs
    fence                        the highest fence seen
    <rollback>/<step>.json       the marker: the line of the success
    <rollback>/<step>.log        everything the script wrote on stderr, over all attempts
    <rollback>/quarantine/       copies of everything that the step scripts removed

A script of kind `beside` stops by itself for a rollback. For it the wrapper takes no lock, reads no fence, keeps no marker.

No script starts if a parameter names a protected path (shared/protected.py). After a step the wrapper looks whether each of
them is still in its place.

In mode `plan` a script reports what it would do and changes nothing. So the wrapper takes no lock, reads no fence and
writes nothing in SSM_State. It does not run a script that never reads the mode; its line names that script.

A step script prints its report on stdout, one JSON object on one line, and exits 0. If it fails, it exits with another
code and prints the reason in plain words on the last line of stderr.
"""

import atexit
import fcntl
import json
import os
import re
import stat
import subprocess
import sys
import threading

sys.dont_write_bytecode = True  # the modules below travel with the scripts and disappear with them

from shared.failures import sentence_of
from shared.protected import protected_places, refuse_protected, taken_words
from shared.strict_json import parse
from shared.trusted import weak_place

# The agent joins stdout and stderr into a field of 2,400 bytes with a title of 24 bytes between them. It cuts stdout if
# stderr makes the sum too long: 2,000 + 300 + 24 < 2,400 keeps both complete.
# (amazon-ssm-agent, agent/framework/processor/executer/iohandler/iohandler.go, TruncateOutput)
LINE_BYTES = 2000
STDERR_BYTES = 300
REASON_CHARACTERS = 300

# The wrapper reads at most so much of stdout into memory. A longer output cannot be a report.
READABLE_BYTES = 1_000_000

REQUIRED = ('SSM_RollbackId', 'SSM_Step', 'SSM_Fence', 'SSM_Mode', 'SSM_Kind', 'SSM_State')
# SSM_RollbackId and SSM_Step become file names. The rollback's id is the name of a Step Functions execution, which has
# at most 80 characters.
NAME = re.compile(r'[A-Za-z0-9_][A-Za-z0-9._-]{0,79}')
# The product's own files in SSM_State, beside the rollbacks' folders. Also in lambdas/open-rollback/opening.ts.
STATE_FILES = ('lock', 'fence', 'fence.new', 'exporting', 'halt.lock', 'halted.json', 'halted.json.new', 'hold.lock',
               'held.json', 'held.json.new', 'owed.json', 'owed.json.new')


class Refused(Exception):
    """The command must not run on this host, and nothing was run."""


class Failed(Exception):
    """The step failed. `report` may show how far it got."""

    def __init__(self, reason, report=None):
        super().__init__(reason)
        self.report = report


def main():
    try:
        line = result_line(sys.argv)
        done = True
    except Exception as problem:  # the control plane always gets one line
        line = failure_line(problem)
        done = False
    sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()
    return 0 if done else 1


def result_line(argv):
    """Returns the line of a success, new or remembered. Raises Failed or Refused otherwise."""
    if len(argv) != 2:
        raise Failed('wrapper.py takes one argument, the step script; found %d' % (len(argv) - 1))
    script = argv[1]
    check_environment(os.environ)
    check_state(os.environ['SSM_State'])
    check_known(os.environ)
    check_protected()
    if os.environ['SSM_Mode'] == 'plan':
        return planned_line(script)
    folder = os.path.join(os.environ['SSM_State'], os.environ['SSM_RollbackId'])
    own = os.path.join(folder, os.environ['SSM_Step'])
    beside = os.environ['SSM_Kind'] == 'beside'
    try:
        for own_folder in (os.environ['SSM_State'], folder):
            os.makedirs(own_folder, mode=0o700, exist_ok=True)
        if not beside:
            acquire_lock(os.path.join(os.environ['SSM_State'], 'lock'))
            raise_fence(os.environ['SSM_State'], int(os.environ['SSM_Fence']))
    except OSError as problem:
        message = 'The state folder %s cannot be written: %s; check its disk and its mode, then retry'
        raise Failed(message % (os.environ['SSM_State'], problem.strerror))
    is_step = os.environ['SSM_Kind'] == 'step'
    remembered = read_marker(own + '.json') if is_step else None
    if remembered:
        return remembered
    before = protected_places()
    line = success_line(run(script, own + '.log'), script)
    check_in_place(before)
    if is_step:
        write_durably(own + '.json', line)
    return line


def planned_line(script):
    if not reads_mode(script):
        return verdict_line('done', None, {'would_run': [os.path.basename(script)]})
    # Imported here because they load as slowly as all other imports together, and only a plan needs them.
    import shutil
    import tempfile

    # A folder of its own, mode 0700: root would follow a link that another user put at a guessable name in /tmp. It is no
    # TemporaryDirectory, which the script's copy of this process would remove at its end.
    folder = tempfile.mkdtemp()
    try:
        return success_line(run(script, os.path.join(folder, 'log')), script)
    finally:
        shutil.rmtree(folder)


def reads_mode(script):
    """Returns whether a script reads the mode. A script that ignores the mode would act, so a plan only names it."""
    with open(script, encoding='utf-8') as file:
        return re.search(r'\bplanning\(\)|\bSSM_Mode\b', file.read()) is not None


def check_environment(env):
    for name in REQUIRED:
        if not env.get(name):
            raise Failed('%s is not set; start wrapper.py by its SSM document, which sets it' % name)
    for name in ('SSM_RollbackId', 'SSM_Step', 'SSM_Of'):
        if env.get(name) and not NAME.fullmatch(env[name]):
            message = '%s must be at most 80 letters, digits, dots, dashes or underscores, found %s'
            raise Failed(message % (name, env[name][:90]))
    if env['SSM_RollbackId'] in STATE_FILES:
        message = "SSM_RollbackId must not be %s, a file of the product's own; start the rollback under another name"
        raise Failed(message % env['SSM_RollbackId'])
    if not re.fullmatch('[0-9]{1,15}', env['SSM_Fence']):
        raise Failed('SSM_Fence must be a whole number, found %s' % env['SSM_Fence'])
    if env['SSM_Kind'] not in ('step', 'check', 'beside'):
        raise Failed('SSM_Kind must be step, check or beside, found %s' % env['SSM_Kind'])
    # An unknown mode must never run as live.
    if env['SSM_Mode'] not in ('live', 'plan'):
        raise Refused('SSM_Mode must be live or plan, found %s; nothing was run' % env['SSM_Mode'])


def check_state(state):
    """Refuses a state folder that others may change: root obeys the markers and notes in it."""
    weak = weak_place(state) if os.geteuid() == 0 else None
    if weak:
        message = 'Others may replace the state folder %s, because they may change %s; nothing was run. %s'
        raise Refused(message % (state, weak, 'Give that folder to root, with mode 0755'))
    if not os.path.lexists(state):
        return
    found = os.stat(state)
    if (stat.S_ISDIR(found.st_mode), found.st_uid, found.st_mode & 0o077) != (True, os.geteuid(), 0):
        message = 'The state folder %s must be a folder of root with mode 0700, found mode %04o of user %d; %s'
        remedy = 'nothing was run. Look what others put there, then correct its owner and mode'
        raise Refused(message % (state, stat.S_IMODE(found.st_mode), found.st_uid, remedy))


def check_known(env):
    """Refuses to restore an unknown rollback: a mistyped id would otherwise create a new folder on this host."""
    if env.get('SSM_Of') and not os.path.isdir(os.path.join(env['SSM_State'], env['SSM_RollbackId'])):
        message = 'There is no rollback %s on this host; nothing was touched. Rollbacks in quarantine here: %s'
        raise Failed(message % (env['SSM_RollbackId'], ', '.join(newest_kept(env['SSM_State'])) or 'none'))


def check_protected():
    """Refuses a parameter that names a protected path, whatever script it is for: also a customer's own."""
    try:
        # A step that takes nothing goes on while a protected path is away; the others look themselves (present).
        refuse_protected(taken_words(), present=False)
    except SystemExit as refusal:
        raise Refused(str(refusal))


def check_in_place(before):
    """Fails if a protected path was moved, replaced or removed while the script ran."""
    moved = [path for path, found in protected_places().items() if found != before[path]]
    if moved:
        message = 'While the step ran, the protected path %s was moved, replaced or removed. Stop, and look who did that'
        raise Failed(message % moved[0])


def newest_kept(state):
    """Returns the rollbacks with a quarantine on this host, newest first. The reason has room for two long ids."""
    try:
        quarantines = [os.path.join(state, name, 'quarantine') for name in os.listdir(state)]
    except OSError:
        return []
    found = sorted(filter(os.path.isdir, quarantines), key=os.path.getmtime, reverse=True)
    shown = [os.path.basename(os.path.dirname(path)) for path in found[:2]]
    return shown + (['and %d more' % (len(found) - 2)] if len(found) > 2 else [])


def acquire_lock(path):
    """Acquires the lock, until this process and its copies have ended. SSM's execution timeout limits the wait."""
    fcntl.flock(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), fcntl.LOCK_EX)


def raise_fence(state, fence):
    """Stores the highest fence, and refuses a lower one: its rollback no longer holds the fleet."""
    path = os.path.join(state, 'fence')
    seen = read_fence(path)
    if fence < seen:
        message = "Fence %d is lower than %d, this host's highest; nothing was run. Use the newest rollback's fence"
        raise Refused(message % (fence, seen))
    if fence > seen:
        write_durably(path, b'%d\n' % fence)


def read_fence(path):
    try:
        with open(path) as file:
            text = file.read().strip()
    except FileNotFoundError:
        return -1
    if not text.isdigit():
        message = "The fence file %s holds %s, not a number; write the newest rollback's fence into it, then retry"
        raise Failed(message % (path, text[:40] or 'nothing'))
    return int(text)


def read_marker(path):
    """Returns the remembered line, or None. A damaged marker counts as none, because every step may run again."""
    try:
        with open(path, 'rb') as file:
            line = file.read(LINE_BYTES + 1)
    except FileNotFoundError:
        return None
    whole = len(line) <= LINE_BYTES and line.endswith(b'\n') and line.count(b'\n') == 1
    return line if whole else None


def run(script, log_path):
    """Runs a script. Returns its exit code, the size of stdout, stdout and the end of stderr."""
    with open(log_path + '.out', 'w+b') as output, open(log_path, 'ab') as log:
        os.remove(output.name)  # the content disappears with the last process that holds it, however that process ends
        before = log.tell()
        if script.endswith('.py'):
            code = run_python(script, output, log)
        else:
            command = ['bash', '--noprofile', '--norc', script]
            code = call_under_lock(command, stdin=subprocess.DEVNULL, stdout=output, stderr=log)
        size = output.seek(0, os.SEEK_END)
        output.seek(0)
        return code, size, output.read(READABLE_BYTES), new_text(log_path, before)


def run_python(script, output, log):
    """Runs a Python script of ours in a copy of this process, because another start of Python takes longer than most scripts.

    The copy keeps the lock: if only this wrapper is killed, a retry waits. It hands the lock to no program.
    """
    copy = os.fork()
    if copy == 0:
        continue_as(script, output, log)
    status = os.waitpid(copy, 0)[1]
    return os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status)


def continue_as(script, output, log):
    """Continues as `python3 SCRIPT` would, and ends the process as Python does."""
    code = 1
    try:
        # The agent waits until nobody holds its pipes, so the copy must not.
        for stream, descriptor in enumerate((os.open(os.devnull, os.O_RDONLY), output.fileno(), log.fileno())):
            os.dup2(descriptor, stream)
        code = exit_code(lambda: run_as_program(script))
        # The first two as multiprocessing calls them at the end of its copies.
        for end in (threading._shutdown, atexit._run_exitfuncs, sys.stdout.flush, sys.stderr.flush):
            code = exit_code(end) or code
    finally:
        os._exit(code)


def exit_code(function):
    """Calls a function, and returns the code with which Python would exit after it."""
    try:
        function()
    except SystemExit as ending:
        if ending.code is None or isinstance(ending.code, int):
            return (ending.code or 0) & 0xFF
        sys.stderr.write('%s\n' % (ending.code,))
        return 1
    except BaseException as problem:
        sys.excepthook(type(problem), problem, problem.__traceback__)
        return 1
    return 0


def run_as_program(script):
    sys.argv, sys.path[0] = [script], os.path.dirname(os.path.abspath(script))
    module = sys.modules['__main__'] = type(sys)('__main__')
    module.__file__ = script
    with open(script, 'rb') as file:
        text = file.read()
    exec(compile(text, script, 'exec'), module.__dict__)


def call_under_lock(command, **how):
    """Runs a command in a child process that keeps the lock: if only this wrapper is killed, a retry waits.

    The command itself does not inherit the lock. A bash script would hand it on: a daemon that it leaves running would hold
    the lock for good, and any process of the customer's could release it.
    """
    receive, send = os.pipe()
    keeper = os.fork()
    if keeper == 0:
        try:
            for stream in (1, 2):  # the agent waits until nobody holds its pipes
                os.dup2(how['stderr'].fileno(), stream)
            os.write(send, b'%d' % subprocess.call(command, **how))
        except OSError as problem:
            os.write(2, b'%s\n' % str(problem).encode())
        finally:
            os._exit(0)
    os.close(send)
    with open(receive, 'rb') as pipe:
        code = pipe.read()
    os.waitpid(keeper, 0)
    if not code:
        raise Failed('%s was not started, or its process was killed; see the log, then retry' % command[-1])
    return int(code)


def new_text(log_path, before):
    """Returns the end of this attempt's log, and prints as much of it on stderr as the agent has room for."""
    with open(log_path, 'rb') as log:
        size = log.seek(0, os.SEEK_END)
        log.seek(max(before, size - 4000))
        text = log.read().decode('utf-8', 'replace')
    tail = text.encode('utf-8')[-STDERR_BYTES:].decode('utf-8', 'ignore')
    sys.stderr.buffer.write(tail.encode('utf-8'))
    sys.stderr.buffer.flush()
    return text


def success_line(outcome, script):
    code, size, output, errors = outcome
    name = os.path.basename(script)
    if code != 0:
        raise Failed(exit_reason(name, code, errors), report_if_any(output))
    lines = [line for line in output.split(b'\n') if line.strip()]
    if not lines:
        raise Failed('%s printed no report on stdout, expected one JSON object; correct the script' % name)
    if len(lines) > 1:
        raise Failed('%s printed %d lines on stdout, expected one; correct the script' % (name, len(lines)))
    report = parse_report(lines[0])
    if report is None:
        raise Failed('%s printed %d bytes on stdout that are not a JSON object; correct the script' % (name, size))
    line = verdict_line('done', None, report)
    if len(line) > LINE_BYTES:
        message = '%s makes a line of %d bytes, expected at most %d; shorten its report'
        raise Failed(message % (name, len(line), LINE_BYTES))
    return line


def exit_reason(name, code, errors):
    killed = '%s was killed by signal %d, by code that it ran, a person or a lack of memory'
    end = '%s exited with %d' % (name, code) if code > 0 else killed % (name, -code)
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    return '%s: %s' % (end, lines[-1] if lines else 'nothing on stderr')


def report_if_any(output):
    lines = [line for line in output.split(b'\n') if line.strip()]
    return parse_report(lines[0]) if len(lines) == 1 else None


def parse_report(line):
    try:
        report = parse(line)
    except ValueError:
        return None
    return report if isinstance(report, dict) else None


def failure_line(problem):
    known = isinstance(problem, (Failed, Refused))
    own = sentence_of(problem) if isinstance(problem, (OSError, MemoryError)) else None
    reason = str(problem) if known else own or 'wrapper.py failed: %s: %s' % (type(problem).__name__, problem)
    verdict = 'refused' if isinstance(problem, Refused) else 'failed'
    # Unprintable characters take up to six bytes each in JSON. Without them, 300 characters always fit the line.
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
    # Characters that UTF-8 cannot hold (from a file name that is not text) become JSON's own escape, \udc80.
    text = json.dumps(line, sort_keys=True, ensure_ascii=False, separators=(',', ':'))
    return text.encode('utf-8', 'backslashreplace') + b'\n'


def name_or_none(variable):
    value = os.environ.get(variable, '')
    return value if NAME.fullmatch(value) else None


def write_durably(path, content):
    """Writes the whole file or nothing, even if the power fails.

    One temporary name is enough, because the caller holds a lock.
    """
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
