"""What a WSGI server loads: `gunicorn -c gunicorn.conf.py wsgi:web`."""

from app import create_app

web = create_app()
