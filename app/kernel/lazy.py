"""Text that is translated when it is read: `from app.kernel.lazy import lazy as _l`, typed as what it becomes."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:

    def lazy(text: str, **values: object) -> str: ...

else:
    from flask_babel import lazy_gettext as lazy

__all__ = ["lazy"]
