from celery import shared_task


@shared_task(ignore_result=True)
def mail_password_link(email: str, welcome: bool) -> None:
    from kvalitet.organisation.actions.accounts import send_password_link

    send_password_link(email, welcome=welcome)
