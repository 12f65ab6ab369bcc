"""Calls one method of the customer's code, without arguments, on an object that is created without arguments.

May be repeated if the method may.

The procedure's `rollback = EmergencyRollback()` and `rollback.execute_immediate()`.

    SSM_Module   strategies.emergency_rollback_system, importable from the tree
    SSM_Class    EmergencyRollback
    SSM_Method   execute_immediate

The step is done when the method returns. It fails if the method raises an exception or returns False.
"""

import json
import sys

from shared.customer import customer_python
from shared.rights import by_owner
from shared.settings import planning, required

CALL = """
import contextlib, importlib, json, sys
module, made, method = sys.argv[1:]
with contextlib.redirect_stdout(sys.stderr):
    returned = getattr(getattr(importlib.import_module(module), made)(), method)()
print(json.dumps({'returned': returned}, default=str))
"""
SHOWN_BYTES = 1200


def main():
    call = [required('SSM_Module'), required('SSM_Class'), required('SSM_Method')]
    name = '%s.%s().%s()' % tuple(call)
    if planning():
        print(json.dumps({'would_run': [name]}))
        return
    code, found, last_line = customer_python('-c', CALL, *call)
    if code != 0 or found is None:
        raise SystemExit('%s exited with %d: %s' % (name, code, last_line))
    if found['returned'] is False:
        raise SystemExit('%s returned False: %s' % (name, last_line))
    returned = found['returned'] if len(json.dumps(found)) <= SHOWN_BYTES else 'too long'
    print(json.dumps({'called': name, 'returned': returned}, sort_keys=True))


if __name__ == '__main__':
    sys.exit(by_owner(main))
