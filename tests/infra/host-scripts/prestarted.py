"""Runs wrapper.py in copies of a process that has already started Python and imported what the scripts import.

    python3 -B prestarted.py FOLDER_OF_HOST_SCRIPTS

Reads lines such as {"run": 1, "arguments": ["…/wrapper.py", "…/clear-cache.py"], "folder": "/…", "environment": {…}}.
Prints {"run": 1, "pid": 4711} when the wrapper has started, then {"run": 1, "code": 0, "stdout": "…", "stderr": "…"}.

A start of Python takes 20 ms and the imports 30 to 80 ms; a copy (fork) takes 2 ms. Wrapper and script run in processes of
their own, as on a host: in a process group, with their own environment, folder, descriptors and rights. No module has
any state by then, because none of its functions was called.
"""

import ast
import atexit
import builtins
import importlib
import json
import os
import selectors
import subprocess
import sys
import time
import traceback
import weakref

scripts = os.path.realpath(sys.argv[1])
sys.path[0] = scripts
compile_text = compile
call_program = subprocess.call
codes = {}


def main():
    import_all()
    running = selectors.DefaultSelector()
    running.register(0, selectors.EVENT_READ)
    rest, open_runs = b'', {}
    while True:
        for key, _ in running.select():
            if key.fd == 0:
                part = os.read(0, 1 << 20)
                if not part:
                    return
                *lines, rest = (rest + part).split(b'\n')
                for line in lines:
                    begin(json.loads(line), running, open_runs)
            elif not read(key, running):
                end(key.data, open_runs)


def import_all():
    """Imports what the scripts import, and compiles them."""
    for name in sorted(os.listdir(os.path.join(scripts, 'shared'))):
        if name.endswith('.py'):
            importlib.import_module('shared.' + name[:-3])
    for name in sorted(os.listdir(scripts)):
        if not name.endswith('.py'):
            continue
        path = os.path.join(scripts, name)
        with open(path, encoding='utf-8') as file:
            text = file.read()
        codes[path] = compile(text, path, 'exec')
        for statement in ast.walk(ast.parse(text)):
            if isinstance(statement, ast.Import):
                for one in statement.names:
                    importlib.import_module(one.name)


def tell(**message):
    os.write(1, json.dumps(message).encode() + b'\n')


def begin(asked, running, open_runs):
    outputs, errors = os.pipe(), os.pipe()
    pid = os.fork()
    if pid == 0:
        os.setsid()
        for stream, pipe in ((1, outputs), (2, errors)):
            os.dup2(pipe[1], stream)
        become(asked['arguments'], asked['folder'], asked['environment'])
    tell(run=asked['run'], pid=pid)
    open_runs[asked['run']] = {'pid': pid, 'open': 2, 'read': {outputs[0]: b'', errors[0]: b''}}
    for pipe in (outputs, errors):
        os.close(pipe[1])
        running.register(pipe[0], selectors.EVENT_READ, (asked['run'], open_runs[asked['run']]))


def read(key, running):
    """Reads from a pipe. Returns False at its end."""
    part = os.read(key.fd, 1 << 20)
    key.data[1]['read'][key.fd] += part
    if part:
        return True
    running.unregister(key.fd)
    os.close(key.fd)
    return False


def end(data, open_runs):
    number, run = data
    run['open'] -= 1
    if run['open'] > 0:
        return
    status = os.waitpid(run['pid'], 0)[1]
    code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else None
    stdout, stderr = (content.decode('utf-8', 'replace') for content in run['read'].values())
    del open_runs[number]
    tell(run=number, code=code, stdout=stdout, stderr=stderr)


def become(arguments, folder, environment):
    """Continues as `python3 ARGUMENTS…` would in this folder and environment. Never returns."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.closerange(3, 1024)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    os.chdir(folder)
    builtins.compile = compiled
    subprocess.call = call_soon
    run_as_program(arguments)


def run_as_program(arguments):
    """Runs a Python file as the program of this process, and ends the process as Python does."""
    path = arguments[0]
    # The work of the copied process at its end, such as removing its temporary folders, is not this one's.
    atexit._clear()
    weakref.finalize._registry.clear()
    weakref.finalize._registered_with_atexit = False
    sys.argv, sys.path[0] = list(arguments), os.path.dirname(os.path.abspath(path))
    module = type(sys)('__main__')
    module.__file__ = path
    sys.modules['__main__'] = module
    code = 0
    try:
        exec(codes[path], module.__dict__)
    except SystemExit as ending:
        code = ending.code
        if code is not None and not isinstance(code, int):
            print(code, file=sys.stderr)
            code = 1
    except BaseException:
        traceback.print_exc()
        code = 1
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit((code or 0) & 0xFF)


def call_soon(command, preexec_fn=None, **how):
    """Replaces subprocess.call without preexec_fn, which asks the kernel to end the program if the script is killed.

    With a preexec_fn, Python copies itself (fork) for each program, which takes 3 ms. Without it, the program starts in
    the memory of the script (vfork) and takes 1 ms. Nothing that runs here is killed: tests of kills use Host.start.
    """
    return call_program(command, **how)


def compiled(text, path, *how, **more):
    """Replaces compile: the wrapper finds its script compiled already."""
    return codes.get(path) or compile_text(text, path, *how, **more)


if __name__ == '__main__':
    main()
