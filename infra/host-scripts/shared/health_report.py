"""Cuts the report of the customer's health check to what fits the wrapper's line."""

import json


SHOWN_CHARACTERS = 1400


def brief(found):
    """Returns the verdict and as many checks' numbers as fit, failed checks first."""
    report = {name: found.get(name) for name in ('healthy', 'verdict', 'failed', 'trading') if name in found}
    failed = found.get('failed') or []
    for name in sorted(found.get('checks') or {}, key=lambda name: name not in failed):
        shown = {**report, name: numbers(found, name)}
        report = shown if len(json.dumps(shown)) <= SHOWN_CHARACTERS else {**report, name: 'too long'}
    return report


def numbers(found, name):
    check = (found.get('checks') or {}).get(name) or {}
    return {key: value for key, value in check.items() if key != 'ok' and value is not None}
