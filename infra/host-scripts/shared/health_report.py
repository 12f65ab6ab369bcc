"""What the customer's health check printed, cut to what the wrapper's line has room for."""

import json


def brief(found):
    """The verdict and the numbers, as far as they fit."""
    report = {name: found.get(name) for name in ('healthy', 'verdict', 'failed', 'trading') if name in found}
    for name in found.get('checks') or {}:
        report[name] = numbers(found, name)
        if len(json.dumps(report)) > 1200:
            return {**report, name: 'too long'}
    return report


def numbers(found, name):
    check = (found.get('checks') or {}).get(name) or {}
    return {key: value for key, value in check.items() if key != 'ok' and value is not None}
