"""Reads JSON as its standard defines it. Python's own reader also takes NaN, Infinity and numbers of any size."""

import json


def parse(text):
    """Returns the value. Raises ValueError, whose message names what is no JSON."""
    try:
        return json.loads(text, parse_constant=refuse, parse_float=finite, object_pairs_hook=once)
    except RecursionError:
        raise ValueError('it is nested too deeply')


def finite(digits):
    number = float(digits)
    return number if number - number == 0 else refuse(digits[:40])


def refuse(constant):
    raise NoReport('%s is not a JSON number' % constant)


def once(pairs):
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise NoReport('it has the key %s twice' % next(name for name in names if names.count(name) > 1)[:40])
    return found


class NoReport(ValueError):
    """The text is JSON for other readers; the message names the reason why it is none here."""
