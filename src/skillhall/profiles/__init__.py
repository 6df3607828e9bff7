"""The faces of an account: seven kinds of profile, one of them primary; cards, the directory, facts noted by contexts above.

Asks identity whether the account may act, and to change the profile of a login. Answers identity's ports: first and other
faces, a person's own data. Says `profiles.profile_opened`, `profile_changed`, `profile_deleted`.
"""
