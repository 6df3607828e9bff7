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


class SkillMerged(Conflict):
    """The skill was merged into another one; change that one."""

    code = "skills.merged"
    message = "This skill was merged into {into}."


class NotPublished(Refused):
    """Only a skill in the catalogue can take another one in or be verified."""

    code = "skills.not_published"
    message = "The skill {skill} is not published."


class MergedIntoItself(Refused):
    """A skill cannot be merged into itself."""

    code = "skills.merged_into_itself"
    message = "A skill cannot be merged into itself."


class ProposalDecided(Conflict):
    """The proposal is no longer under review: staff has decided, or its proposer has withdrawn it."""

    code = "skills.proposal_decided"
    message = "This proposal is {state} already."


class CategoryExists(Conflict):
    """There is a category of that slug."""

    code = "skills.category_exists"
    message = "There is a category {slug}."


class CategoryInUse(Conflict):
    """Skills or subcategories are in the category."""

    code = "skills.category_in_use"
    message = "The category {slug} is not empty."


class ResourceNotFound(NotFound):
    """The skill has no such resource, or none the caller may see."""

    code = "skills.resource_not_found"
    message = "There is no resource {resource_id}."


class ResourceExists(Conflict):
    """The skill has a resource at that address, published, proposed or rejected."""

    code = "skills.resource_exists"
    message = "This address is among the resources of the skill already."


class NotYourResource(Forbidden):
    """Staff changes every resource; a member an own one while it is proposed."""

    code = "skills.not_your_resource"
    message = "Only your own proposals, until staff has decided, can be changed by you."


class VerificationNotFound(NotFound):
    """There is no such request for verification."""

    code = "skills.verification_not_found"
    message = "There is no request {verification_id}."


class AlreadyVerified(Conflict):
    """The skill is verified at this level."""

    code = "skills.already_verified"
    message = "This skill is verified at this level."


class VerificationPending(Conflict):
    """A request for this skill waits already."""

    code = "skills.verification_pending"
    message = "You have asked for this already; staff will decide."


class VerificationDecided(Conflict):
    """The request is no longer pending."""

    code = "skills.verification_decided"
    message = "This request is {state} already."


class OwnVerification(Forbidden):
    """Nobody verifies an own skill."""

    code = "skills.own_verification"
    message = "Somebody else must decide about your own skill."


class SheetTooLong(Refused):
    """More lines than one request may bring."""

    code = "skills.sheet_too_long"
    message = "A file may have {allowed} lines here; import a longer one at the command line (`skillhall skills import`)."


class SheetUnreadable(Refused):
    """The file is no table of skills: not UTF-8, no head line, or columns unknown or missing."""

    code = "skills.sheet_unreadable"
    message = "The file cannot be read: {problem}."
