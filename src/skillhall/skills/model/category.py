"""Categories, one level of subcategories below them: the fields on the wire."""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from skillhall.kernel.shapes import Body
from skillhall.skills.model.skill import Description, Slug

Title = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"\S", description="Text that is not blank", examples=["Early Music"])]


class NewCategory(Body, frozen=True, kw_only=True):
    """A category, or with `parent` (a slug) a subcategory of it. Without a slug it gets one from its name."""

    name: Title
    slug: Slug | None = None
    description: Description = ""
    parent: str | None = None


class ChangeCategory(Body, frozen=True, kw_only=True):
    """The fields to change; the slug stays, so that links hold."""

    name: Title | UnsetType = UNSET
    description: Description | UnsetType = UNSET


class Category(Struct, frozen=True, kw_only=True):
    """One category, as stored."""

    slug: str
    name: str
    description: str
    parent_slug: str | None = None
