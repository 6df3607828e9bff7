"""The skill catalogue and who does what with it: categories, prerequisites, relations, proposals; skills taught, learned, worked with.

Asks identity whether the account may act; tells profiles which skills a person offers. Answers identity's port `PersonalData`.
Says `skills.skill_proposed`, `skill_published`, `skill_changed`, `member_skills_changed`.
"""
