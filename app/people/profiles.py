"""What a person says about themselves."""

from app.people import auditing
from app.people.models import User


def change_profile(user: User, *, name: str, locale: str) -> None:
    before = {"name": user.name, "locale": user.locale}
    user.name, user.locale = name, locale
    after = {"name": name, "locale": locale}
    if after != before:
        auditing.record("user.profile_changed", user, before=before, after=after)
