"""The starter labels: categories in two levels and one risk matrix. All can be changed afterwards."""

from django.db import migrations

SOL_LSS = [
    (
        "ARB",
        "Brister i arbetssätt, metod och rutin",
        [
            "Rutin saknas",
            "Rutin följs inte",
            "Otydligt ansvar",
            "Kompetens saknas",
            "Bristande introduktion",
            "Metod utan kunskapsstöd",
            "Metod använd fel",
        ],
    ),
    (
        "BEM",
        "Brister i bemötande",
        [
            "Respektlöst bemötande",
            "Bristande delaktighet",
            "Bristande kommunikation",
            "Diskriminering",
        ],
    ),
    (
        "MIL",
        "Brister i fysisk miljö, utrustning och teknik",
        [
            "Otrygg miljö",
            "Utrustning saknas eller fungerar inte",
            "Hjälpmedel använt fel",
            "Brandskydd och lås",
            "Driftstopp i verksamhetssystem",
        ],
    ),
    (
        "RATT",
        "Brister i rättssäkerhet",
        [
            "Dokumentation saknas eller är försenad",
            "Beslut verkställs inte",
            "Tidsgräns överskriden",
            "Bristande barnperspektiv",
            "Samtycke eller information saknas",
            "Bristande saklighet",
            "Åtgärd utan lagstöd",
            "Sekretessbrott",
        ],
    ),
    (
        "UTF",
        "Brister i utförande av insats",
        [
            "Utebliven insats",
            "Försenad, delvis eller fel insats",
            "Avvikelse från genomförandeplan",
            "Bristande kontinuitet",
            "Försummelse",
        ],
    ),
    (
        "EKO",
        "Ekonomiska övergrepp och oegentligheter",
        [
            "Stöld",
            "Otillåten användning av medel",
            "Brist i redovisning av privata medel",
            "Påtryckning",
        ],
    ),
    ("FYS", "Fysiskt övergrepp", ["Av personal", "Mellan dem som får insatser"]),
    ("PSY", "Psykiskt övergrepp", ["Kränkning eller hot", "Kontroll eller tvång"]),
    ("SEX", "Sexuellt övergrepp", []),
    (
        "SAM",
        "Brist i samverkan och informationsöverföring",
        [
            "Internt",
            "Med region",
            "Med skola",
            "Med annan kommun",
            "Med utförare",
        ],
    ),
]
HSL = [
    ("FALL", "Fall", ["Vid egen aktivitet", "Vid förflyttning med personal", "Med hjälpmedel", "Utan skada"]),
    (
        "LAK",
        "Läkemedel",
        [
            "Utebliven dos",
            "Fördröjd dos",
            "Fel dos",
            "Fel person",
            "Felaktig administrering",
            "Läkemedel saknas",
            "Förlust eller stöld",
            "Brist i kommunikation",
        ],
    ),
    ("AUT", "Läkemedelsautomat", []),
    ("KAD", "Kateter", []),
    ("NUT", "Nutrition", []),
    ("MUN", "Munhälsa", []),
    (
        "REH",
        "Rehabilitering och hjälpmedel",
        [
            "Utebliven bedömning",
            "Ej utförd ordination",
            "Hjälpmedel saknas eller är fel",
        ],
    ),
    ("SAR", "Trycksår", ["Grad 1", "Grad 2", "Grad 3", "Grad 4"]),
    ("VRI", "Vårdrelaterad infektion", []),
    ("LIV", "Vård i livets slut", []),
    ("MTP", "Medicinteknisk produkt", []),
    ("HYG", "Hygienrutin", []),
    ("INF", "Informationsbrist i hälso- och sjukvård", []),
    ("SUI", "Självmord eller självmordsförsök", []),
]
MATRIX = {
    "likelihoods": ["Mycket liten", "Liten", "Stor", "Mycket stor"],
    "consequences": ["Mindre", "Måttlig", "Betydande", "Katastrofal"],
    "green_to": 3,
    "yellow_to": 6,
    "grave_from": 3,
    "is_default": True,
}


def load(apps, schema_editor):
    category = apps.get_model("improvement", "DeviationCategory")
    position = 0
    for is_hsl, table in ((False, SOL_LSS), (True, HSL)):
        for code, name, below in table:
            position += 100
            rehab = code == "REH"
            values = {"is_hsl": is_hsl, "is_rehab": rehab}
            parent = category.objects.create(code=code, name=name, position=position, **values)
            category.objects.bulk_create(
                category(code=f"{code}-{n}", name=title, parent=parent, position=position + n, **values)
                for n, title in enumerate(below, start=1)
            )
    apps.get_model("improvement", "RiskMatrix").objects.create(name="Händelseanalys 4 × 4", **MATRIX)


class Migration(migrations.Migration):
    dependencies = [("improvement", "0001_deviations_and_measures")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
