"""The frame. The Celery application is loaded with it, so that tasks sent from anywhere find their queue."""

from kvalitet.celery import app as celery_app

__all__ = ["celery_app"]
