from django.urls import path

from kvalitet.organisation.views import (
    account,
    people,
    roles,
    session,
    system_health,
    unit_changes,
    units,
)

app_name = "organisation"
urlpatterns = [
    path("logga-in/", session.Login.as_view(), name="login"),
    path("bekrafta/", session.confirm, name="confirm"),
    path("logga-ut/", session.Logout.as_view(), name="logout"),
    path("glomt-losenord/", session.password_link, name="password_link"),
    path("glomt-losenord/skickat/", session.password_link_sent, name="password_link_sent"),
    path("valj-losenord/<uidb64>/<token>/", session.PasswordSet.as_view(), name="password_set"),
    path("konto/", account.account, name="account"),
    path("konto/losenord/", session.PasswordChange.as_view(), name="password_change"),
    path("konto/inloggning/<slug:handle>/avsluta/", session.login_end, name="login_end"),
    path("konto/borta/", account.absence_add, name="absence_add"),
    path("konto/borta/<int:pk>/avsluta/", account.absence_end, name="absence_end"),
    path("systemhalsa/", system_health.system_health, name="system_health"),
    path("systemhalsa/mejl/<int:pk>/skicka/", system_health.mail_again, name="mail_again"),
    path("organisation/", units.index, name="index"),
    path("organisation/ny/", unit_changes.unit_add, name="unit_add"),
    path("organisation/roller/", roles.role_list, name="roles"),
    path("organisation/roller/ny/", roles.role_add, name="role_add"),
    path("organisation/roller/<int:pk>/avsluta/", roles.role_end, name="role_end"),
    path("organisation/personer/ny/", people.person_add, name="person_add"),
    path("organisation/personer/<int:pk>/", people.person, name="person"),
    path("organisation/personer/<int:pk>/borta/", account.absence_add, name="absence_add_for"),
    path("organisation/personer/<int:pk>/historik/", people.person_history, name="person_history"),
    path("organisation/<slug:slug>/", units.unit, name="unit"),
    path("organisation/<slug:slug>/andra/", unit_changes.unit_change, name="unit_change"),
    path("organisation/<slug:slug>/flytta/", unit_changes.unit_move, name="unit_move"),
    path("organisation/<slug:slug>/avsluta/", unit_changes.unit_close, name="unit_close"),
    path("organisation/<slug:slug>/vem-far-vad/", units.rights, name="unit_rights"),
    path("organisation/<slug:slug>/historik/", units.unit_history, name="unit_history"),
]
