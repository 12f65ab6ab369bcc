"""Reads the pipeline's profiles, keeps what is changed in them, and the share of trades that a test gave away."""

import json
import os

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'config', 'pipeline_config.json')


class ConfigManager:
    def __init__(self, path=PATH):
        self.path = path
        with open(path) as file:
            self.profiles = json.load(file)

    def profile(self, name):
        return self.profiles[name]

    def update_profile(self, name, **values):
        """Whoever reads the file meanwhile sees the profiles as they were, or as they are then."""
        self.profiles[name].update(values)
        with open(self.path + '.new', 'w') as file:
            file.write(json.dumps(self.profiles, indent=2) + '\n')
        os.replace(self.path + '.new', self.path)

    def rebalance(self, name, measured):
        share = kept_share(measured)
        if self.profiles[name].get('ab_share') != share:
            self.update_profile(name, ab_share=share)


def kept_share(measured):
    """In percent. Takes the share as it was measured: the fault Phase 3 is rolled back for."""
    return measured
