"""`flask people …` and `flask audit …`."""

from flask.cli import AppGroup

people_cli = AppGroup("people", help="Colleagues and their access.")
audit_cli = AppGroup("audit", help="The audit log.")
