"""Adapters to the parties that vouch for people; loaded only when one is configured."""
