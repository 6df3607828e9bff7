"""Processes killed at named points: nothing lost, nothing done twice."""
