"""Calendars on other servers: fetching their files, and reading them in a process of its own."""
