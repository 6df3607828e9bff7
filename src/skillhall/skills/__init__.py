"""The skill catalogue and who does what with it: categories, prerequisites, relations, proposals; skills taught, learned, worked with.

Asks identity whether the account may act; tells profiles which skills a person offers. Hears from above, by `note`, of sessions held and
ratings given. Answers identity's port `PersonalData`.
Says what became of skills and proposals, of duplicates, and of what members list, reach and have verified (`events.py`).
"""
