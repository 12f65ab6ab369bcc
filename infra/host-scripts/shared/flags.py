"""Reads the flags on this host, from both AppConfig layers.

    SSM_FlagFolder   var/lib/appconfig, with <application>/<environment>/<profile>.json as the AppConfig agent writes
                     them to disk (its manifest's `writeTo`)
    SSM_Flags        data_source=barchart success_metrics=false: the values that the rollback sets, separated by spaces

The AppConfig environment <name>-safety holds the overrides: its value of a flag wins. A disabled flag's value is false.
"""

import glob
import json
import os

from shared.rights import open_file, rights_at
from shared.settings import required, words
from shared.strict_json import parse

OVERRIDES = '-safety'
SHOWN_CHARACTERS = 100


def wanted_flags():
    """Returns each flag with the value that the rollback sets, as text."""
    pairs = [pair.split('=') for pair in words('SSM_Flags')]
    if any(len(pair) != 2 for pair in pairs):
        raise SystemExit('SSM_Flags must be flag=value pairs, found %s; correct the runbook' % os.environ['SSM_Flags'])
    return dict(pairs)


def effective_flags():
    """Returns each wanted flag's effective value here, the environment it comes from, and whether it is as wanted."""
    layers = read_layers(required('SSM_FlagFolder'))
    found = {}
    for flag, wanted in wanted_flags().items():
        value, layer = effective_value(layers, flag)
        as_expected = layer is not None and as_text(value) == wanted
        found[flag] = {'effective': shown(value), 'layer': layer, 'as_expected': as_expected}
    return found


def flag_mismatches(found):
    """Returns one sentence per flag that is not as wanted: `data_source is databento (in local), not barchart`."""
    problems = []
    for flag, wanted in wanted_flags().items():
        seen = found[flag]
        if seen['layer'] is None:
            problems.append('no layer sets %s yet; expected %s' % (flag, wanted))
        elif not seen['as_expected']:
            problems.append('%s is %s (in %s), not %s' % (flag, as_text(seen['effective']), seen['layer'], wanted))
    return problems


def read_layers(folder):
    """Returns the flags of each environment, over all applications and profiles."""
    with rights_at(folder):
        if not os.path.isdir(folder):
            raise SystemExit('There is no folder %s; check that the AppConfig agent runs and writes flags there' % folder)
        paths = sorted(glob.glob(os.path.join(glob.escape(folder), '*', '*', '*.json')))
    layers = {}
    for path in paths:
        environment = os.path.basename(os.path.dirname(path))
        for flag, entry in read_flags(path).items():
            if flag in layers.setdefault(environment, {}):
                raise SystemExit('Two files of %s hold the flag %s; remove it from one' % (environment, flag))
            layers[environment][flag] = entry
    return layers


def read_flags(path):
    try:
        with open_file(path, rights_at(path)) as file:
            flags = parse(file.read())
    except (OSError, ValueError) as problem:
        raise SystemExit('%s cannot be read: %s; check the AppConfig agent' % (path, problem))
    if not isinstance(flags, dict) or not all(isinstance(entry, dict) for entry in flags.values()):
        message = '%s holds no flags as AppConfig writes them, {"name": {"enabled": true}}; check the AppConfig agent'
        raise SystemExit(message % path)
    return flags


def effective_value(layers, flag):
    """Returns a flag's value and the environment it comes from; None and None if no layer has the flag."""
    holding = [environment for environment, flags in layers.items() if flag in flags]
    for kind in (True, False):
        found = [environment for environment in holding if environment.endswith(OVERRIDES) == kind]
        if len(found) > 1:
            message = 'The environments %s both hold the flag %s; a host belongs to one: remove the other folder'
            raise SystemExit(message % (' and '.join(found), flag))
        if found:
            entry = layers[found[0]][flag]
            return entry.get('enabled') is True and entry.get('value', True), found[0]
    return None, None


def as_text(value):
    return value if isinstance(value, str) else json.dumps(value)


def shown(value):
    return value if len(as_text(value)) <= SHOWN_CHARACTERS else as_text(value)[:SHOWN_CHARACTERS] + '\u2026'
