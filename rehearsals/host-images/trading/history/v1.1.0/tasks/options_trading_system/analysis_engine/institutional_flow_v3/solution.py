"""Institutional flow, v3.0 in waiting: returns the signals of v1.0."""

from institutional_flow_v1.solution import ALGORITHM, signal

__all__ = ['ALGORITHM', 'signal']
