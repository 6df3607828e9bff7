"""Who talks with whom: conversations, messages, how far each has read, and what the hall itself says in them.

Asks identity whether accounts may act and who blocks whom, profiles for names, connections who is a stranger. Learning, gigs and disputes
let it speak (`say`) in their own transactions, and ask it for evidence. Answers the kernel's `Room`, `Devices` and `FileAccess`, identity's
`PersonalData`. Says `messaging.conversation_opened`, `messaging.message_sent`.
"""
