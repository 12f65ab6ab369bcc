"""The metrics of the four phases, and the effects of faults on them."""

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
    'data_corruption': {},  # counted in the phase's stored data and in what its code returns
    'performance_degradation': {'LatencyMs': 620, 'Accuracy': 45, 'PerformanceDegradationPercent': 417},
    'security_issue': {'SecurityIncidents': 2},
    'cost_explosion': {'CostPercentOfBudget': 260},
    'cascade_failure': {'DownstreamErrors': 40},
}
# Metrics that the log reports as errors.
ERRORS = ('SystemFailures', 'DataIntegrityErrors', 'SecurityIncidents', 'DownstreamErrors')

# The factor of a feed that does not divide its integers of 1e-9.
UNSCALED = 1_000_000_000


def checked(fault):
    """Returns per phase and trigger the degradation in percent, or None. Raises ValueError for an unknown fault."""
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


def jitter(host, now, phase):
    """Returns -2 to 2 milliseconds, the same for the same host, time and phase."""
    return digest('%s %s%s' % (host, now, '' if phase == 1 else ' %d' % phase), 1) % 5 - 2


def metrics_of(own, jitter_ms, struck):
    """Returns a phase's metrics: the healthy values, then its own, then the effects of its faults."""
    metrics = {**HEALTHY, **own}
    metrics['LatencyMs'] += jitter_ms
    for trigger, degradation in struck.items():
        metrics.update(STRUCK[trigger] if degradation is None else slower(metrics, degradation))
    return metrics


def slower(metrics, percent):
    return {'LatencyMs': round(metrics['LatencyMs'] * (1 + percent / 100), 1), 'PerformanceDegradationPercent': percent}


def digest(text, size):
    """Returns a number that looks random and is the same for the same text."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:size], 'big')
