"""What a WSGI server loads: `gunicorn -c gunicorn.conf.py wsgi:web`."""

from app import create_app
from app.kernel.settings import SettingsError

try:
    web = create_app()
except SettingsError as reason:
    raise SystemExit(reason.format_message()) from None  # a server would print where in the code it noticed
