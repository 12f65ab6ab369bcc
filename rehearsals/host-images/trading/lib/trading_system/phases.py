"""The metrics of the four phases, and what the faults do to them."""

import hashlib

PHASES = (1, 2, 3, 4)

HEALTHY = {
    'SystemFailures': 0,
    'DataIntegrityErrors': 0,
    'LatencyMs': 120,
    'Accuracy': 94,
    'PerformanceDegradationPercent': 0,
    'SecurityIncidents': 0,
    'CostPercentOfBudget': 82,
    'DownstreamErrors': 0,
}
STRUCK = {
    'system_failure': {'SystemFailures': 3},
    'data_corruption': {},  # counted where it shows: in what the phase keeps, and what its code answers
    'performance_degradation': {'LatencyMs': 620, 'Accuracy': 45, 'PerformanceDegradationPercent': 417},
    'security_issue': {'SecurityIncidents': 2},
    'cost_explosion': {'CostPercentOfBudget': 260},
    'cascade_failure': {'DownstreamErrors': 40},
}
# Those that the log has a line of, as errors.
ERRORS = ('SystemFailures', 'DataIntegrityErrors', 'SecurityIncidents', 'DownstreamErrors')

# What a feed sends that forgot to divide.
UNSCALED = 1_000_000_000


def checked(fault):
    """Phase -> trigger -> degradation in percent, or None."""
    found = {phase: {} for phase in PHASES}
    for one in fault if isinstance(fault, list) else [fault] if fault else []:
        if one['phase'] not in PHASES:
            raise ValueError('the sample trading system has the phases 1 to 4, found %s' % one['phase'])
        if one['trigger'] not in STRUCK:
            raise ValueError('trigger must be one of %s, found %s' % (', '.join(STRUCK), one['trigger']))
        if 'degradation' in one and one['trigger'] != 'performance_degradation':
            raise ValueError('only performance_degradation has a degradation, found it with %s' % one['trigger'])
        found[one['phase']][one['trigger']] = one.get('degradation')
    return found


def metrics_of(host, now, phase, struck, own):
    """A phase's metrics: healthy, then its own, then what its faults do."""
    metrics = {**HEALTHY, **own}
    metrics['LatencyMs'] += digest('%s %s%s' % (host, now, '' if phase == 1 else ' %d' % phase), 1) % 5 - 2
    for trigger, degradation in struck.items():
        metrics.update(STRUCK[trigger] if degradation is None else slower(metrics, degradation))
    return metrics


def slower(metrics, percent):
    return {'LatencyMs': round(metrics['LatencyMs'] * (1 + percent / 100), 1), 'PerformanceDegradationPercent': percent}


def digest(text, size):
    """A number that looks drawn, and is the same for the same text."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:size], 'big')
