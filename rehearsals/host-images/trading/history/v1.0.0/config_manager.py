"""Reads the pipeline's profiles and stores changes to them."""

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
        """Updates a profile. A concurrent reader of the file gets either the old or the new profiles."""
        self.profiles[name].update(values)
        with open(self.path + '.new', 'w') as file:
            file.write(json.dumps(self.profiles, indent=2) + '\n')
        os.replace(self.path + '.new', self.path)
