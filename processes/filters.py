import django_filters as filters

from processes.enums import Outcome
from processes.models import ImportedFile


class ImportedFileFilter(filters.FilterSet):
    utfall = filters.ChoiceFilter(
        field_name="outcome", choices=Outcome.choices, label="Utfall", empty_label="Alla"
    )

    class Meta:
        model = ImportedFile
        fields: list[str] = []
