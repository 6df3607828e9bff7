"""Reviews: what people who have learned or worked together say of each other, what it comes to, and skills they vouch for.

It asks learning and gigs what is finished and between whom, and notes ratings down to profiles, offers and skills.
"""
