"""Reads a flag as this host has it, from both AppConfig layers. Changes nothing, and may run at any time.

    SSM_FlagFolder   var/lib/appconfig, with <application>/<environment>/<profile>.json as the AppConfig agent writes
                     them to disk (its manifest's `writeTo`)
    SSM_Flag         data_source
    SSM_Expected     barchart; true or false for a flag without a value

The environment <name>-safety holds the overrides: a flag that stands there wins. A disabled flag's value is false.
As a check it exits 0 when it could look, whatever it saw: `as_expected` says. As a step it fails where it is not.
"""

import glob
import json
import os
import sys

OVERRIDES = '-safety'
SHOWN_CHARACTERS = 200


def main():
    folder, flag, expected = required('SSM_FlagFolder'), required('SSM_Flag'), required('SSM_Expected')
    effective, layer = effective_value(read_layers(folder), flag)
    as_expected = layer is not None and as_text(effective) == expected
    report = {'flag': flag, 'effective': shown(effective), 'layer': layer, 'as_expected': as_expected}
    print(json.dumps(report, sort_keys=True))
    if not as_expected and os.environ['SSM_Kind'] == 'step':
        where = 'in %s' % layer if layer else 'in no layer'
        raise SystemExit('%s is %s (%s), not %s' % (flag, shown(effective), where, expected))


def required(name):
    value = os.environ.get(name)
    if not value:
        raise SystemExit('%s is not set; the SSM document passes it' % name)
    return value


def read_layers(folder):
    """Environment -> its flags, over all applications and profiles."""
    if not os.path.isdir(folder):
        raise SystemExit('There is no folder %s; does the AppConfig agent write its copies there?' % folder)
    layers = {}
    for path in sorted(glob.glob(os.path.join(glob.escape(folder), '*', '*', '*.json'))):
        environment = os.path.basename(os.path.dirname(path))
        for flag, entry in read_flags(path).items():
            if flag in layers.setdefault(environment, {}):
                raise SystemExit('Two files of %s hold the flag %s; one must go' % (environment, flag))
            layers[environment][flag] = entry
    return layers


def read_flags(path):
    try:
        with open(path) as file:
            flags = json.load(file)
    except (OSError, ValueError) as problem:
        raise SystemExit('%s cannot be read: %s' % (path, problem))
    if not isinstance(flags, dict) or not all(isinstance(entry, dict) for entry in flags.values()):
        raise SystemExit('%s does not hold flags as AppConfig writes them, {"name": {"enabled": true}}' % path)
    return flags


def effective_value(layers, flag):
    """The value and the environment it is from; None and None where no layer has the flag."""
    holding = [environment for environment, flags in layers.items() if flag in flags]
    for kind in (True, False):
        found = [environment for environment in holding if environment.endswith(OVERRIDES) == kind]
        if len(found) > 1:
            raise SystemExit('The environments %s both hold the flag %s; a host has one' % (' and '.join(found), flag))
        if found:
            entry = layers[found[0]][flag]
            return entry.get('enabled') is True and entry.get('value', True), found[0]
    return None, None


def as_text(value):
    return value if isinstance(value, str) else json.dumps(value)


def shown(value):
    return value if len(as_text(value)) <= SHOWN_CHARACTERS else as_text(value)[:SHOWN_CHARACTERS] + '…'


if __name__ == '__main__':
    sys.exit(main())
