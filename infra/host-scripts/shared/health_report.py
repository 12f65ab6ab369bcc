"""Cuts the report of the customer's health check to what fits the wrapper's line."""

import json
import os

SHOWN_CHARACTERS = 1400


def brief(found):
    """Returns the verdict and as many checks' numbers as fit, failed checks first."""
    checks, failed = found.get('checks') or {}, found.get('failed') or []
    named = isinstance(failed, list) and all(isinstance(name, str) for name in failed)
    if not named or not isinstance(checks, dict) or not all(map(is_check, checks.values())):
        message = '%s reports `failed` that is no list of names, or checks that are no objects; correct the script'
        raise SystemExit(message % os.environ['SSM_Script'])
    report = {name: found.get(name) for name in ('healthy', 'verdict', 'failed', 'trading') if name in found}
    own = {name: numbers(found, name) for name in checks if name not in report}
    for name in sorted(own, key=lambda name: name not in failed):
        shown = {**report, name: own[name]}
        report = shown if len(json.dumps(shown)) <= SHOWN_CHARACTERS else {**report, name: 'too long'}
    return report


def is_check(check):
    return check is None or isinstance(check, dict)


def numbers(found, name):
    check = (found.get('checks') or {}).get(name) or {}
    return {key: value for key, value in check.items() if key != 'ok' and value is not None}
