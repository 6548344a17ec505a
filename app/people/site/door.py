"""The front door: everything a person meets before they are inside."""

from flask import Blueprint

bp = Blueprint("people_door", __name__)
