"""The stories there are, by name. The first is played when none is asked for."""

from collections.abc import Awaitable, Callable

from msgspec import Struct

from skillhall.deploy.tours import first_lessons, group_lesson, hired, paying, talking
from skillhall.deploy.tours.stage import Stage


class Story(Struct, frozen=True, kw_only=True):
    """A story: `about` is one line for people."""

    about: str
    play: Callable[[Stage], Awaitable[None]]


STORIES = {
    "first": Story(about="the first lessons: held and paid, cancelled late, never confirmed, refused", play=first_lessons.play),
    "lesson": Story(
        about="a group of five with a waiting list: left, filled, moved, met, paid, and another called off", play=group_lesson.play
    ),
    "gigs": Story(about="projects in milestones: approved, disputed and divided, appealed, paid by silence, reviewed", play=hired.play),
    "pay": Story(about="cards and banks: bought, refunded, protected, subscribed, paid out, charged back, reconciled", play=paying.play),
    "talk": Story(
        about="messages live and caught up, a group, a block; notices by four channels, in one mail, not at night", play=talking.play
    ),
}
