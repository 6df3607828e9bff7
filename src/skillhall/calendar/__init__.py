"""When people have time: weekly hours, overrides, blocks, and the one table of entries that keeps anybody from being booked twice.

Asks identity for zones and visibility. Says nothing; whoever reserves time publishes its own facts.
"""
