"""The rules of calendar, pure: entries, hours, zones, free time."""
