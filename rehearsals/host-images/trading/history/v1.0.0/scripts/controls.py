"""Reads the controls of the trading system: the flags, the pipeline's profile, the code, and the stops.

    config/pipeline_config.json    the profile `production`: data_source, algorithm_version, testing_mode
    config/components.json         Phase 4's components, {"success_metrics": {"enabled": true}, ...}

    <root>/var/lib/appconfig/<application>/<environment>/<profile>.json    the flags, as the AppConfig agent writes them

A flag that is set wins over the profile. For the data source the flag is the only switch. For the algorithm, the
testing mode and the components, the health check reports a flag that differs from the configuration.
"""

import hashlib
import json
import os

import trading_files

FLAGS = os.path.join(trading_files.HOST, 'var', 'lib', 'appconfig')
FLOWS = 'tasks/options_trading_system/analysis_engine'
LAYER = ('integration.py', 'config_manager.py')


def profile():
    return json.loads(trading_files.content_of(trading_files.path('config', 'pipeline_config.json')))['production']


def source():
    """Returns the source of events and the AppConfig environment of its flag; without a flag, the profile's source."""
    value, layer = flags().get('data_source', (None, None))
    return (value, layer) if value else (profile()['data_source'], None)


def effective(setting, flags, profile):
    return flags.get(setting, (None, None))[0] or profile[setting]


def components(flags):
    """Returns the configuration and the flag of each Phase 4 component; the flag is None if it is not set."""
    configured = json.loads(trading_files.content_of(trading_files.path('config', 'components.json')) or '{}')
    return {name: (entry['enabled'], flags.get(name, (None,))[0]) for name, entry in sorted(configured.items())}


def enabled(components):
    return [name for name, (configured, flag) in components.items() if configured and flag is not False]


def disagreements():
    """Returns one sentence per flag that differs from the configuration."""
    set_flags, configured = flags(), profile()
    found = []
    for setting in ('algorithm_version', 'testing_mode'):
        flag = set_flags.get(setting, (None,))[0]
        if flag and flag != configured[setting]:
            found.append('%s is %s by flag and %s by the profile' % (setting, flag, configured[setting]))
    for name, (on, flag) in components(set_flags).items():
        if flag is not None and bool(flag) != on:
            found.append('%s is %s by flag and %s by its configuration' % (name, on_off(flag), on_off(on)))
    return found


def on_off(value):
    return 'on' if value else 'off'


def flags():
    """Returns each flag's value and AppConfig environment. An override (<name>-safety) wins; a flag that is off is False."""
    found = {}
    for environment, entries in sorted(flag_files(), key=lambda one: one[0].endswith('-safety')):
        for flag, entry in entries.items():
            found[flag] = (entry.get('enabled') is True and entry.get('value', True), environment)
    return found


def flag_files():
    for application in trading_files.listed(FLAGS):
        for environment in trading_files.listed(os.path.join(FLAGS, application)):
            folder = os.path.join(FLAGS, application, environment)
            for name in trading_files.listed(folder):
                if name.endswith('.json'):
                    yield environment, json.loads(trading_files.content_of(os.path.join(folder, name)))


def seen():
    """Returns the controls of a tick or a health report, which is out of date once one of them changes."""
    set_flags, configured, stopped = flags(), profile(), trading_files.ingestion()
    return {
        'head': trading_files.text('.git', 'HEAD').strip(),
        'client': digest([trading_files.CLIENT]),
        'source': set_flags.get('data_source', (None,))[0] or configured['data_source'],
        'databento': stopped['databento'],
        'stops': stopped['stops'],
        'institutional_flow': digest(flow_files()),
        'in_use': effective('algorithm_version', set_flags, configured),
        'integration': digest(LAYER),
        'testing_mode': effective('testing_mode', set_flags, configured),
        'testing_mode_flag': set_flags.get('testing_mode', (None,))[0],
        'new_features': enabled(components(set_flags)),
        'stops_of_new_features': trading_files.emergency()['emergencies'],
    }


def flow_files():
    for package in trading_files.listed(trading_files.path(FLOWS)):
        for name in trading_files.listed(trading_files.path(FLOWS, package)):
            if name.endswith('.py'):
                yield '%s/%s/%s' % (FLOWS, package, name)


def digest(files):
    """Returns one hash over the content of files; a missing file counts as empty."""
    total = hashlib.sha256()
    for name in files:
        content = trading_files.content_of(trading_files.path(name)) or b''
        total.update(b'%s %d ' % (name.encode(), len(content)) + content)
    return total.hexdigest()[:12]
