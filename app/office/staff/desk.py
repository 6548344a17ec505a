from flask import Blueprint

bp = Blueprint("office_staff", __name__, url_prefix="/staff")
