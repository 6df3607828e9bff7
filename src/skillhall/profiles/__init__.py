"""The faces of an account: seven kinds of profile, one of them primary; cards, the directory, people and workers, who sees what.

Asks identity whether the account may act, and to change the profile of a login. Answers identity's ports: first and other
faces, a person's own data. Keeps the facts contexts above note down, pictures, preferences and verification requests. Says
`profiles.profile_opened`, `profile_changed`, `profile_deleted`, `verification_requested`, `verification_decided`.
"""
