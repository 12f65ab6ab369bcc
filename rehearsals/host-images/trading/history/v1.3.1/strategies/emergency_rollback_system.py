"""Stops Phase 4's components immediately.

    from strategies.emergency_rollback_system import EmergencyRollback
    EmergencyRollback().execute_immediate()
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'scripts'))
import trading_files  # noqa: E402


class EmergencyRollback:
    def execute_immediate(self):
        """Holds the tick's lock. When this returns, no component is running, and none starts again by itself."""
        with trading_files.locked():
            emergencies = trading_files.emergency()['emergencies'] + 1
            trading_files.store('emergency.json', {'emergencies': emergencies, 'held': True})
        return {'emergencies': emergencies, 'state': 'stopped'}
