"""A rule says no, in words for the person who asked."""


class Refusal(Exception):
    """`reason` is shown as it stands, `field` names the input at fault, `code` is for programs.

    A lazily translated reason is put into words only when it is shown, in the reader's language.
    """

    def __init__(self, reason: object, *, field: str | None = None, code: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field
        self.code = code

    def __str__(self) -> str:
        return str(self.reason)
