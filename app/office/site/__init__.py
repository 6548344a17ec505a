"""The office's doors that belong to no face alone: the first page, and what a person hears from us."""

from app.office.site import home, notifications, preferences, stopping

blueprints = (home.bp, notifications.bp, preferences.bp, stopping.bp)
