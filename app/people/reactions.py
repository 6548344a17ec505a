"""What the people do when something was announced."""

from app.kernel.events import reaction
from app.people import resetting
from app.people.events import PasswordForgotten


@reaction("PasswordForgotten")
def look_up_who_forgot(fact: PasswordForgotten) -> None:
    resetting.answer(fact)
