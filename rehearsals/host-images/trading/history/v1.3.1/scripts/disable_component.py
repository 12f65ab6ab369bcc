"""Disables a component of Phase 4 in config/components.json. May be repeated.

    python scripts/disable_component.py --name success_metrics

The AppConfig flag of the same name must be off too. The script reports that flag and does not change it. If the two
differ, the health check reports them. A running component continues until strategies/emergency_rollback_system.py stops
it.
"""

import argparse
import json
import os

import controls
import new_features
import trading_files


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--name', required=True, choices=sorted(new_features.TABLES))
    name = parser.parse_args().name
    path = trading_files.path('config', 'components.json')
    with trading_files.locked():
        components = json.loads(trading_files.text('config', 'components.json'))
        components[name]['enabled'] = False
        with open(path + '.new', 'w') as file:
            file.write(json.dumps(components, indent=2) + '\n')
        os.replace(path + '.new', path)
    flag, layer = controls.flags().get(name, (None, None))
    print(json.dumps({'component': name, 'enabled': False, 'flag': flag, 'layer': layer}, sort_keys=True))


if __name__ == '__main__':
    main()
