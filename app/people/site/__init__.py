from app.people.site import prove, register, reset, sign_in, verify
from app.people.site.door import bp

__all__ = ["blueprints", "prove", "register", "reset", "sign_in", "verify"]

blueprints = (bp,)
