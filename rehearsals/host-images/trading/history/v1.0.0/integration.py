"""Joins ingestion and analysis: events in, signals out."""

from config_manager import ConfigManager


def pipeline(client, analysis):
    profile = ConfigManager().profile('production')
    return analysis.signal(client.events(profile['data_source']))
