"""Every "no" of identity."""

from skillhall.kernel.refusals import Conflict, Forbidden, NotFound, Refused, TooMany, Unauthenticated, Unavailable


class AccountNotFound(NotFound):
    """No such account, or none the caller may know of."""

    code = "identity.account_not_found"
    message = "There is no such account."


class AccountNotActive(Refused):
    """The account is suspended, banned, deactivated, closing or erased."""

    code = "identity.account_not_active"
    message = "This account is not active."


class WrongState(Refused):
    """The account's state does not allow the verb."""

    code = "identity.wrong_state"
    message = "An account that is {state} cannot {verb}."


class Outranked(Forbidden):
    """Staff acts on lower ranks only, and never on itself."""

    code = "identity.outranked"
    message = "You can only do this to accounts of a lower rank than yours."


class OperatorsAreExempt(Refused):
    """A super_admin can't be suspended, banned or closed."""

    code = "identity.operators_are_exempt"
    message = "Take the role super_admin away first."


class LastOperator(Refused):
    """Taking this role would leave nobody to give it back."""

    code = "identity.last_operator"
    message = "The last super_admin cannot lose that role."


class EmailTaken(Conflict):
    """The address belongs to an account already."""

    code = "identity.email_taken"
    message = "There is already an account with this e-mail address."


class WrongCode(Unauthenticated):
    """The code is wrong, expired, used, or tried too often. The try stays counted."""

    code = "identity.wrong_code"
    message = "This code is wrong or no longer valid. Ask for a new one."
    keeps = True


class TooManyCodes(TooMany):
    """This address was mailed as often as it may be within the hour."""

    code = "identity.too_many_codes"
    message = "Too many mails were requested for this address. Try again in {retry_after} seconds."


class WrongPassword(Unauthenticated):
    """Address or password are wrong; which, is not said. The failure stays counted."""

    code = "identity.wrong_password"
    message = "The e-mail address or the password is wrong."
    keeps = True


class SignInLocked(TooMany):
    """Too many wrong passwords for this address."""

    code = "identity.sign_in_locked"
    message = "Too many failed sign-ins. Try again in {retry_after} seconds, or sign in by code."


class PasswordMoved(Conflict):
    """The password was changed while it was being checked."""

    code = "identity.password_moved"
    message = "The password has just been changed. Try again."


class WeakPassword(Refused):
    """The password is among the first that anybody would try."""

    code = "identity.weak_password"
    message = "This password is too common or too much like your address. Choose another one."


class WrongToken(Unauthenticated):
    """The access token, refresh token or API key is malformed, expired or of a login that has ended."""

    code = "identity.wrong_token"
    message = "This token is not valid or has expired. Sign in again."


class TokenOutdated(Unauthenticated):
    """The login has changed since this access token was made: refresh it."""

    code = "identity.token_outdated"
    message = "This access token is out of date. Refresh it."


class TokenReused(Unauthenticated):
    """A refresh token was used again after its successor: the login has ended, for whoever stole it may hold either."""

    code = "identity.token_reused"
    message = "This refresh token was already used. The login has ended; sign in again."
    keeps = True


class WrongOrigin(Forbidden):
    """The refresh cookie was sent from a page of another origin."""

    code = "identity.wrong_origin"
    message = "This page may not use the sign-in cookie."


class LinkInvalid(Refused):
    """The token of a mailed link is wrong, expired or used."""

    code = "identity.link_invalid"
    message = "This link is not valid any more. Ask for a new one."


class AlreadyVerified(Conflict):
    """There is nothing to verify."""

    code = "identity.already_verified"
    message = "This e-mail address is already verified."


class LoginNotFound(NotFound):
    """No such login of this account, or it has ended."""

    code = "identity.login_not_found"
    message = "There is no such login."


class LoginRequired(Forbidden):
    """An API key can't do this; a person must be signed in."""

    code = "identity.login_required"
    message = "This needs a person who is signed in; an API key cannot do it."


class KeyNotFound(NotFound):
    """No such API key of this account."""

    code = "identity.key_not_found"
    message = "There is no such API key."


class TooManyKeys(Refused):
    """The account has as many API keys as it may have."""

    code = "identity.too_many_keys"
    message = "You can have at most {allowed} API keys. Delete one first."


class ScopeUnknown(Refused):
    """A scope is neither read, write nor a permission that the account holds."""

    code = "identity.scope_unknown"
    message = "You cannot give an API key the scope {scope}."


class ProviderNotFound(NotFound):
    """This hall has no sign-in through that provider."""

    code = "identity.provider_not_found"
    message = "Signing in through {provider} is not set up here."


class ProviderUnavailable(Unavailable):
    """The provider did not answer, or not as it should."""

    code = "identity.provider_unavailable"
    message = "{provider} does not answer as it should. Try again later."


class ProviderRefused(Unauthenticated):
    """The provider does not vouch: the code is wrong, expired or used, or its answer does not hold."""

    code = "identity.provider_refused"
    message = "{provider} did not confirm this sign-in. Start again."


class ProviderUnverified(Refused):
    """The provider knows no verified address of this person."""

    code = "identity.provider_unverified"
    message = "Your account at {provider} has no verified e-mail address."


class RedirectNotAllowed(Refused):
    """The address to return to is not one of this hall's clients."""

    code = "identity.redirect_not_allowed"
    message = "Signing in may not return to {redirect_uri}."


class SelfBlock(Refused):
    """One can't block oneself."""

    code = "identity.self_block"
    message = "You cannot block yourself."


class ObligationsOpen(Refused):
    """Something must be finished before the account can close; `obligations` lists what."""

    code = "identity.obligations_open"
    message = "Finish what is open before you close the account."


class ExportNotReady(NotFound):
    """No such export of this account, or it is not ready, or it has expired."""

    code = "identity.export_not_ready"
    message = "There is no such export, or it is not ready yet."
