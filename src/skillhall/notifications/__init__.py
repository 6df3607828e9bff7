"""Notifications: what everybody is told, in their language, by the channels and at the times they like.

Owns notices, inboxes with their unread count, preferences, batches, deliveries and digests. Asks every context below for names and titles,
and hears the events of all of them. Says nothing itself: nobody is above it but administration.
"""
