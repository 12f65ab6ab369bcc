"""Phase 3's part: routes events to algorithms, and runs the A/B test of two."""

import sys

import controls
import trading_files
from trading_system.loading import fresh
from trading_system.phases import UNSCALED

HALF = 50
MOST_SHARE = 100


class Traffic:
    def __init__(self):
        self.code = None
        self.layer = None
        self.test = None
        self.stops = None
        self.v1_percent = None
        self.throughput = None
        sys.path.append(trading_files.TREE)

    def follow(self, seen):
        """Starts and ends the A/B test. An open test keeps its layer until the flag or an emergency stop ends the test."""
        if seen['integration'] != self.code:
            self.code, self.layer = seen['integration'], Layer()
        if trading_files.validated() is None:  # the deployment tested the layer that it installed
            trading_files.store('pipeline.json', {'validated': self.code})
        halted = trading_files.trading() != 'running'
        if halted or seen['testing_mode_flag'] == 'production' or seen['stops'] != self.stops:
            self.test = None
        if not halted and not self.test and self.layer.tests and seen['testing_mode'] == 'ab':
            self.test = self.layer
        self.stops = seen['stops']

    @property
    def fragile(self):
        """Returns whether faults strike: they strike the layer with A/B testing, installed or still in use."""
        return bool(self.layer.tests or self.test)

    def work(self, events, struck, unscaled):
        """Returns the trades for v1.0 beside the algorithm in use, and the trades for the algorithm in use."""
        crashed = self.layer.broken or 'system_failure' in struck
        profile = {'testing_mode': 'ab' if self.test else 'production'}
        beside, in_use = ([], []) if crashed else (self.test or self.layer).route(events, profile)
        if self.test and not crashed:
            self.rebalance(unscaled)
        self.v1_percent = round(len(beside) * 100 / len(events)) if events else None
        self.throughput = round((len(beside) + len(in_use)) * 100 / len(events)) if events else None
        return beside, in_use

    def rebalance(self, unscaled):
        """Measures the share again and stores it. A corrupt share stays, because the router uses the profile's share."""
        kept = controls.profile().get('ab_share', HALF)
        self.test.manager().rebalance('production', measured(unscaled) if is_share(kept) else kept)

    def metrics(self, unscaled):
        corrupt = int(not is_share(controls.profile().get('ab_share', HALF)))
        held = trading_files.trading() == 'running' and trading_files.validated() != self.code
        return {
            'SystemFailures': self.layer.broken,
            'DataIntegrityErrors': corrupt + int(not is_share(self.layer.keeps(measured(unscaled)))),
            'PipelineHeld': int(held),
        }

    def state(self):
        return {'testing': bool(self.test), 'v1_percent': self.v1_percent}


class Layer:
    """The integration layer with the code of its two files when it was loaded."""

    def __init__(self):
        try:
            integration = fresh('integration', 'integration', 'config_manager')
            config_manager = sys.modules.get('config_manager') or fresh('config_manager', 'config_manager')
            self.route, self.tests = integration.route, getattr(integration, 'AB_TESTING', False)
            self.route([], {'testing_mode': 'production'})
            self.manager = config_manager.ConfigManager
            self.keeps = getattr(config_manager, 'kept_share', lambda measured: HALF)
            self.broken = 0
        except Exception as problem:
            print('The integration layer does not load: %s' % problem, file=sys.stderr)
            self.tests, self.keeps, self.broken = False, lambda measured: HALF, 1


def is_share(percent):
    return 0 <= percent <= MOST_SHARE


def measured(unscaled):
    """Returns the share of trades that the second algorithm got, in the router's own unit."""
    return HALF * UNSCALED if unscaled else HALF
