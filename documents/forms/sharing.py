from django import forms

from documents.permissions import Permission
from kvalitet.forms import Form
from kvalitet.organisation.forms import PersonField


class InviteForm(Form):
    person = PersonField(label="Personens e-postadress")
    permission = forms.ChoiceField(
        label="Får",
        choices=[
            (Permission.COAUTHOR.value, "Skriva: läsa utkast och lägga in nya versioner"),
            (
                Permission.GUEST.value,
                "Läsa det som är fastställt, fast dokumentet inte är öppet för personen",
            ),
        ],
        widget=forms.RadioSelect,
    )
