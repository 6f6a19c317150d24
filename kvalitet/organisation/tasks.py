from celery import shared_task
from celery.schedules import crontab


@shared_task(ignore_result=True)
def mail_password_link(email: str, welcome: bool) -> None:
    from kvalitet.organisation.actions.accounts import send_password_link

    send_password_link(email, welcome=welcome)


@shared_task(name="organisation.sweep_logins", ignore_result=True)
def sweep_logins() -> None:
    """Logins that have ended, and what somebody had written when theirs did and never came back to."""
    from kvalitet.organisation import kept
    from kvalitet.organisation.sessions import SessionStore

    kept.drop_old()
    SessionStore.clear_expired()


sweep_logins.schedule = crontab(minute=20)
