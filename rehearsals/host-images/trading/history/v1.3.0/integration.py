"""Joins ingestion and analysis: events in, signals out, half of them from each algorithm."""

from config_manager import ConfigManager


def pipeline(client, v1, v3):
    profile = ConfigManager().profile('production')
    events = client.events(profile['data_source'])
    if profile['testing_mode'] != 'ab':
        return (v3 if profile['algorithm_version'] == 'v3.0' else v1).signal(events)
    return v1.signal(events[::2]) + v3.signal(events[1::2])
