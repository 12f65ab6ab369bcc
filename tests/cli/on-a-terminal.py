"""Runs a command on a terminal of its own: on-a-terminal.py KEYS COMMAND...

Types KEYS once the command asks a question, then prints the terminal's output, and ends with the command's exit code.
"""

import os
import pty
import sys

keys, command = sys.argv[1], sys.argv[2:]
child, terminal = pty.fork()
if child == 0:
    os.execvp(command[0], command)

output = b""
while True:
    try:
        part = os.read(terminal, 4096)
    except OSError:  # the command has closed the terminal
        break
    if not part:
        break
    output += part
    if keys and output.endswith(b"[y/N] "):
        os.write(terminal, keys.encode())
        keys = ""
sys.stdout.write(output.decode())
sys.stdout.flush()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
