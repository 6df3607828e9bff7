"""What somebody is written who was invited by address and is no member yet: plain English. Pure."""

from skillhall.kernel.letters import Letter, framed


def invite_letter(other: str, title: str, words: str, *, is_offer: bool, link: str, community: str) -> Letter:
    """Return the letter to an address; `other` is who invites, `words` what they wrote."""
    title = " ".join(title.split())
    subject = "A direct offer" if is_offer else "An invite"
    text = f'{other} offers you "{title}" for a fixed price.' if is_offer else f'{other} invites you to "{title}".'
    quoted = "\n".join(f"> {line}" for line in words.splitlines())
    return framed(f"{subject}: {title}", text, quoted, name="", link=link, community=community)
