"""What skills refuses."""

from skillhall.kernel.refusals import Conflict, Forbidden, NotFound, Refused


class SkillNotFound(NotFound):
    """There is no such skill in the catalogue, or none the caller may see."""

    code = "skills.not_found"
    message = "There is no skill {skill}."


class CategoryNotFound(NotFound):
    """There is no such category."""

    code = "skills.category_not_found"
    message = "There is no category {category}."


class SkillExists(Conflict):
    """A skill of that name is in the catalogue, proposed or deprecated."""

    code = "skills.exists"
    message = "There is a skill of that name: {slug}."


class PrerequisiteCycle(Refused):
    """A prerequisite builds, directly or not, on the skill that is to require it."""

    code = "skills.prerequisite_cycle"
    message = "A skill cannot come before itself: one of these prerequisites builds on it."


class ChainTooLong(Refused):
    """The prerequisites would stand more than ten deep."""

    code = "skills.chain_too_long"
    message = "Prerequisites may stand {allowed} deep."


class NotYourProposal(Forbidden):
    """Only staff changes the catalogue; a member changes an own proposal while it is under review."""

    code = "skills.not_yours"
    message = "Only your own proposals, while they are under review, can be changed by you."


class TooManyProposals(Refused):
    """So many proposals of one person wait already."""

    code = "skills.too_many_proposals"
    message = "{allowed} proposals of yours are waiting; wait until they are decided."


class MemberSkillNotFound(NotFound):
    """The caller has no such skill in any list."""

    code = "skills.member_skill_not_found"
    message = "You have no skill {member_skill_id} in your lists."


class AlreadyListed(Conflict):
    """The skill is in that list already."""

    code = "skills.already_listed"
    message = "This skill is in your list already ({purpose})."


class TooManySkills(Refused):
    """A list holds as many skills as the operator allows."""

    code = "skills.too_many"
    message = "You may list {allowed} skills to {purpose}."
