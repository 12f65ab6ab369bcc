"""Reads JSON as its standard defines it. Python's own reader also takes NaN, Infinity and numbers of any size."""

import json


def parse(text):
    """Returns the value. Raises ValueError, whose message names what is no JSON."""
    try:
        return json.loads(text, parse_constant=refuse, parse_float=finite)
    except RecursionError:
        raise ValueError('it is nested too deeply')


def finite(digits):
    number = float(digits)
    return number if number - number == 0 else refuse(digits[:40])


def refuse(constant):
    raise NoNumber('%s is not a JSON number' % constant)


class NoNumber(ValueError):
    """The text would be JSON but for this number."""
