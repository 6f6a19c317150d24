from celery import shared_task
from celery.schedules import crontab


@shared_task(ignore_result=True)
def mail_password_link(email: str, welcome: bool) -> None:
    from kvalitet.organisation.actions.accounts import send_password_link

    send_password_link(email, welcome=welcome)


@shared_task(name="organisation.sweep_logins", ignore_result=True)
def sweep_logins() -> None:
    """Logins that have ended, what was written when one did and nobody came back to, and old counts."""
    from kvalitet import limits
    from kvalitet.organisation import kept
    from kvalitet.organisation.models import Session
    from kvalitet.organisation.sessions import SessionStore

    kept.drop_old()
    limits.sweep()
    SessionStore.clear_expired()
    # However an account was closed.
    Session.objects.filter(user__is_active=False).delete()


sweep_logins.schedule = crontab(minute=20)
