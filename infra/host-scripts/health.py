"""Checks whether the trading system works, trading included. Changes nothing, and may run at any time. Therefore it
also runs in a plan (SSM_Mode).

    SSM_Script    scripts/health_check.py, in the tree; it prints one JSON object
    SSM_Variant   comprehensive; if absent: quick

Exits 0 if the check was possible; `healthy` holds the result. The check fails if the customer's script is INCONCLUSIVE,
or if its verdict contradicts its exit code.

If the customer's script also prints a `build`, a tag or a commit, a rollback of the whole tree is confirmed only once that is its
target: the check fails while the process runs another build, or if `build` is null.

While people hold trading halted (`rollback halt`), a failed check named `trading` does not make the host unhealthy for a rollback. The
report then names the halt as `held_by`.
"""

import json
import os
import sys

from shared.customer import customer_script
from shared.git_tree import commit_of
from shared.halted import held_by
from shared.health_report import brief
from shared.rights import by_owner
from shared.running import build_problem
from shared.settings import planning, required, tree_folder, words


def main():
    code, found, last_line = customer_script('--' + (os.environ.get('SSM_Variant') or 'quick'))
    script = os.environ['SSM_Script']
    if found is None:
        raise SystemExit('%s exited with %d without one JSON object: %s' % (script, code, last_line))
    if found.get('verdict') not in ('HEALTHY', 'UNHEALTHY'):
        raise SystemExit('%s is inconclusive: %s' % (script, found.get('inconclusive') or last_line))
    if not isinstance(found.get('healthy'), bool):
        message = '%s reports `healthy` as %s, not as true or false; correct the script'
        raise SystemExit(message % (script, json.dumps(found.get('healthy'))[:40]))
    healthy = found['verdict'] == 'HEALTHY'
    if healthy != found['healthy']:
        message = '%s reports %s, but `healthy` as %s; correct the script'
        raise SystemExit(message % (script, found['verdict'], json.dumps(found['healthy'])))
    if healthy != (code == 0):
        raise SystemExit('%s reports %s but exited with %d; correct the script' % (script, found['verdict'], code))
    refuse_other_build(found)
    halt = None if planning() or 'trading' not in (found.get('failed') or []) else held_by()
    report = {**brief(but_trading(found)), 'held_by': halt} if halt else brief(found)
    print(json.dumps(report, sort_keys=True))


def refuse_other_build(found):
    if 'build' not in found or os.environ['SSM_Step'] != 'confirm-health' or words('SSM_Paths') != ['.']:
        return
    tree = tree_folder()
    commit = os.environ.get('SSM_Commit') or commit_of(tree, required('SSM_Target'))
    problem = build_problem(tree, str(found['build'] or ''), commit)
    if problem:
        raise SystemExit('%s: %s' % (os.environ['SSM_Script'], problem))


def but_trading(found):
    failed = [name for name in found['failed'] if name != 'trading']
    return {**found, 'failed': failed, **({} if failed else {'healthy': True, 'verdict': 'HEALTHY'})}


if __name__ == '__main__':
    sys.exit(by_owner(main))
