"""Phase 4's part: its components, their data, and their monitoring."""

import json
import os

import new_features
import trading_files
from trading_system.phases import UNSCALED

VALUES = {'success_metrics': 94, 'websocket_backfill': 3, 'budget_dashboard': 82}


class Features:
    def __init__(self):
        self.enabled = []
        self.running = []
        self.stops = None
        self.last = {}
        self.connection = None

    def follow(self, seen):
        """Starts and stops components. A component reads flag and configuration at its start, and runs until stopped."""
        self.enabled = seen['new_features']
        halted, stops = trading_files.trading() != 'running', (seen['stops'], seen['stops_of_new_features'])
        if halted or stops != self.stops:
            self.running = []
        if not halted and not trading_files.emergency()['held']:
            self.running = sorted({*self.running, *self.enabled})
        self.stops = stops

    @property
    def fragile(self):
        """Returns whether faults strike: they strike components that run or may start."""
        return bool(self.enabled or self.running)

    def work(self, now, struck, unscaled):
        """Stores each component's measurement: at once if it changed or is missing, else once per minute."""
        if 'system_failure' in struck:
            return
        values = {name: VALUES[name] * (UNSCALED if unscaled else 1) for name in self.running}
        due = {name: value for name, value in values.items() if self.is_due(name, now, value)}
        self.last.update({name: (now[:16], value) for name, value in due.items()})
        if due:
            self.write(now, due)
            self.insert(now, due)

    def is_due(self, name, now, value):
        return self.last.get(name) != (now[:16], value) or not os.path.exists(state_file(name))

    def write(self, now, measured):
        os.makedirs(trading_files.path(new_features.STATE), exist_ok=True)
        for name, value in measured.items():
            trading_files.write_over(state_file(name), json.dumps({'at': now, 'value': value}, sort_keys=True) + '\n')

    def insert(self, now, measured):
        database = self.database()
        database.execute('BEGIN IMMEDIATE')
        for name, value in measured.items():
            query = 'INSERT INTO %s (timestamp, value) VALUES (?, ?)' % new_features.TABLES[name]
            database.execute(query, (now.replace('T', ' ')[:19], value))
        database.execute('COMMIT')

    def metrics(self, unscaled):
        found = {'Unwatched': new_features.unwatched(self.enabled), 'FeaturesHeldBack': 0}
        if trading_files.trading() == 'running':
            found['FeaturesHeldBack'] = len(set(self.enabled) - set(self.running))
        if not new_features.deployed():
            return {**found, 'LeftoverState': 0}
        files = new_features.state_files()
        corrupt = new_features.corrupt_rows(self.database()) + sum(files.values())
        # A component that may start would write the next corrupt value.
        found['DataIntegrityErrors'] = corrupt + int(unscaled and bool(self.enabled))
        return {**found, 'LeftoverState': new_features.left_over(files, self.enabled, self.running)}

    def state(self):
        return {'running': self.running}

    def database(self):
        if self.connection is None:
            self.connection = new_features.connect()
            self.connection.execute('PRAGMA synchronous=OFF')
        return self.connection


def state_file(name):
    return trading_files.path(new_features.STATE, name + '.json')
