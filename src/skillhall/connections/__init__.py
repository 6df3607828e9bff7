"""Who knows whom: connections between profiles, follows, and what members put aside to find again.

Asks identity whether accounts may act, profiles for cards. Answers `profiles.Relations` and identity's `PersonalData`; asks the contexts
above for cards of what is put aside (`Savable`). Says `connections.requested`, `accepted`, `rejected`, `withdrawn`, `removed`, `followed`,
`unfollowed`.
"""
