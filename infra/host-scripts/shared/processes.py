"""Runs programs. They inherit no descriptor of ours, so nothing that they leave running can hold or release the lock."""

import ctypes
import os
import signal
import subprocess
import tempfile

LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1  # linux/prctl.h


def run(command, most=None, given=None, **how):
    """Runs a program and returns its exit code, its stdout and its stderr as text. `how`: as in subprocess.call.

    `most`: so many bytes are read of each output. `given`: the program's input as bytes.

    The outputs are files, because a pipe ends only when the last process that holds it ends: a daemon may never.
    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors, input_of(given) as words:
        code = subprocess.call(command, stdin=words, stdout=output, stderr=errors, preexec_fn=end_with_us, **how)
        return code, content(output, most), content(errors, most).decode('utf-8', 'replace')


def input_of(given):
    if not given:
        return open(os.devnull, 'rb')
    file = tempfile.TemporaryFile()
    file.write(given)
    file.seek(0)
    return file


def end_with_us():
    """Ends the program, but nothing that it started, if our own process is killed: a retry must not meet it."""
    if hasattr(LIBC, 'prctl'):
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def content(file, most):
    file.seek(0)
    return file.read(most)
