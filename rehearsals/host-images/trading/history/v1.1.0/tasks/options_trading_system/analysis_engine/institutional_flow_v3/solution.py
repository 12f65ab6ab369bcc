"""Institutional flow, v3.0 in waiting: answers what v1.0 answers."""

from institutional_flow_v1.solution import ALGORITHM, signal

__all__ = ['ALGORITHM', 'signal']
