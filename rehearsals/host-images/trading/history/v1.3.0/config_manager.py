"""Reads the pipeline's profiles."""

import json

PATH = 'config/pipeline_config.json'


class ConfigManager:
    def __init__(self, path=PATH):
        with open(path) as file:
            self.profiles = json.load(file)

    def profile(self, name):
        return self.profiles[name]

    def update_profile(self, name, **values):
        self.profiles[name].update(values)
