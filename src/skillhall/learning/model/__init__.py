"""The rules of learning: pure, no I/O, no clock. A lesson is a session with its seats; its verbs are beside it."""
