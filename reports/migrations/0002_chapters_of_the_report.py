"""The starter template: those chapters of a kvalitetsberättelse whose data exists. All can be changed."""

from django.db import migrations

CHAPTERS = [
    (
        "sammanfattning",
        "Sammanfattning",
        "Fem till tio rader: vad som gick bra, vad som inte gjorde det, och det viktigaste nästa år.",
        ["deviations", "open", "median_days", "measures", "measures_with_effect"],
    ),
    (
        "ledningssystemet",
        "Ledningssystemet: ansvar, roller och organisation",
        "Vem som ansvarar för vad, hur styrgruppen har arbetat och vad som har ändrats under året.",
        [],
    ),
    (
        "processer-och-rutiner",
        "Processer och rutiner",
        "Vad som har utvecklats, vad som är försenat och varför.",
        ["area_system"],
    ),
    (
        "avvikelser",
        "Avvikelser",
        "Mönster: vad återkommer, var, och vad säger orsakerna? Skriv inget om enskilda personer.",
        [
            "deviations",
            "dismissed",
            "median_days",
            "closed_with_effect",
            "open",
            "deviations_by_quarter",
            "deviations_by_category",
            "deviations_by_unit",
            "deviations_by_law",
            "deviations_by_zone",
            "deviations_by_cause",
        ],
    ),
    (
        "atgarder-och-effekt",
        "Åtgärder och effekt",
        "Vilka åtgärder som gav effekt, vilka som inte gjorde det, och vad ni gör i stället.",
        [
            "measures",
            "measures_in_time",
            "measures_with_effect",
            "measures_by_status",
            "measures_by_strength",
            "measures_by_effect",
        ],
    ),
    (
        "utvecklingsomraden",
        "Utvecklingsområden kommande år",
        "Tre till fem områden i den ordning ni tar dem, och vem som ansvarar.",
        [],
    ),
]


def load(apps, schema_editor):
    keys = ("key", "title", "guidance", "figures")
    chapters = [dict(zip(keys, chapter, strict=True)) for chapter in CHAPTERS]
    template = apps.get_model("reports", "ReportTemplate")
    template.objects.create(name="Kvalitetsberättelse", chapters=chapters, is_default=True)


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_quality_reports")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
