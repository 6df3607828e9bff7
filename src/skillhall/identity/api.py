"""What the contexts above may use of identity."""

from skillhall.identity.commands.adopt import Newcomer, adopt
from skillhall.identity.commands.change_roles import grant_role
from skillhall.identity.commands.use_profile import replace_profile, use_profile
from skillhall.identity.model.account import Account, Email, IdentityRules, OutsidePerson
from skillhall.identity.model.refusals import AccountNotActive, AccountNotFound, EmailTaken, LoginRequired
from skillhall.identity.ports import Face, Faces, Obligation, Obligations, PersonalData, SignInProvider, Verified
from skillhall.identity.queries.devices import NewDevice, find_new_device
from skillhall.identity.queries.people import Person, check_active, check_not_blocked, holders, people, person
from skillhall.identity.schemas.views import AccessView
from skillhall.identity.store.accounts import account, is_blocked

__all__ = [
    "AccessView",
    "Account",
    "AccountNotActive",
    "AccountNotFound",
    "Email",
    "EmailTaken",
    "Face",
    "Faces",
    "IdentityRules",
    "LoginRequired",
    "NewDevice",
    "Newcomer",
    "Obligation",
    "Obligations",
    "OutsidePerson",
    "Person",
    "PersonalData",
    "SignInProvider",
    "Verified",
    "account",
    "adopt",
    "check_active",
    "check_not_blocked",
    "find_new_device",
    "grant_role",
    "holders",
    "is_blocked",
    "people",
    "person",
    "replace_profile",
    "use_profile",
]
