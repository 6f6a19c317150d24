"""Closed classes of Swedish inflection: vowels that change, and the words that do it.

These classes take no new members, but every compound inherits them (kontaktmän, huvudstäder, ledamöter),
so they are matched at the end of a word. Each form points at its base form.
"""

from kvalitet.search.listed import listed

# base form: forms that share no stem with it
_NOUNS = """
man män männen männens mäns | hand händer | tand tänder | stad städer | natt nätter | land länder
strand stränder | rand ränder | brand bränder | tång tänger | stång stänger | spång spänger | bok böcker
fot fötter | rot rötter | bot böter | ledamot ledamöter | son söner | bonde bönder | mus möss mössen
lus löss lössen | gås gäss gässen | mor moder modern moders mödrar | bror broder brodern bröder
far fader fadern fäder | dotter döttrar | öga ögon ögonen ögat | öra öron öronen örat | sommar somrar
morgon morgnar | afton aftnar | djävul djävlar | get getter | nöt nötter | mormor mormödrar
farfar farfäder
"""
_ADJECTIVES = """
gammal gamla gamle äldre äldst äldsta | stor större störst största | ung yngre yngst yngsta
lång längre längst längsta | hög högre högst högsta | låg lägre lägst lägsta
tung tyngre tyngst tyngsta | grov grövre grövst grövsta | god gott bättre bäst bästa
liten litet lilla små mindre minst minsta | dålig sämre sämst sämsta | få färre
många fler flera flest flesta | nära närmare närmast närmaste | bra bättre bäst bästa | ny nytt
fri fritt | blå blått | grå grått | röd rött | bred brett
"""
# infinitive: present, past, supine and participles
_VERBS = """
ta tar tas tog togs tagit tagits tagen taget tagna
ge ger ges gav gavs gett getts givit givits given givet givna | få får fick fått
gå går gick gått gången | stå står stod stått | slå slår slog slogs slagit slagits slagen slagna
se ser sett sågs setts sedd | dra drar dras drog drogs dragit dragits dragen draget dragna
dö dör dog dött | göra gör görs gjorde gjordes gjort gjorts gjord gjorda
säga säger sägs sade sades sagt sagts sagd sagda | lägga lägger läggs lade lades lagt lagts lagd lagda
sätta satte sattes satt satts | veta vet visste vetat | komma kom kommit kommen kommet komna
hålla höll hölls hållit hållits hållen hållet hållna | falla föll fallit fallen fallet fallna
låta lät låtit | gråta grät gråtit | sova sov sovit
skriva skrev skrevs skrivit skrivits skriven skrivet skrivna | bli blir blev blivit bliven blivna
driva drev drevs drivit drivits driven drivet drivna | stiga steg stigit | tiga teg tigit
vika vek vikit | bita bet bitit biten bitna | lida led lidit | rida red ridit | strida stred stridit
skrida skred skridit | gripa grep greps gripit gripits gripen gripna | kliva klev klivit
sprida spred spreds spritt spridit | vrida vred vridit vriden vridna | slita slet slitit sliten slitna
skilja skilde skilt | svika svek svikit | bryta bröt bröts brutit brutits bruten brutet brutna
bjuda bjöd bjöds bjudit bjudits bjuden bjudet bjudna | ljuga ljög ljugit | njuta njöt njutit
skjuta sköt sköts skjutit skjutits skjuten skjutna | flyta flöt flutit | flyga flög flugit
krypa kröp krupit | sluta slöt slöts slutit slutits sluten slutet slutna
besluta beslöt beslöts beslutit beslutits | frysa frös frusit
stryka strök ströks strukit strukits struken strukna
binda band bands bundit bundits bunden bundet bundna | finna fann fanns funnit funnits funnen funna
försvinna försvann försvunnit försvunnen försvunna | hinna hann hunnit
vinna vann vunnit vunnits vunnen | rinna rann runnit | spricka sprack spruckit | dricka drack druckit
sticka stack stuckit | springa sprang sprungit | tvinga tvang tvungit tvungen | sjunga sjöng sjungit
sjunka sjönk sjunkit | nysa nös | välja valde valdes valt valts vald valda
sälja sålde såldes sålt sålts såld sålda | dölja dolde dolt dold dolda | vänja vande vant vand vanda
följa följde följt | bära bar bars burit burits buren buret burna | skära skar skurit skuren skurna
stjäla stal stulit stulen stulna | äta åt ätit | fara for farit | ligga låg legat | sitta satt suttit
be bad bads bett | vara är var varit | ha har hade haft | kunna kan kunde kunnat
vilja vill ville velat | skola ska skall skulle | böra bör borde bort | heta hette hetat
spörja sporde sport | smörja smorde smort | töra tordes | leva levt levde | förstöra förstörde
träda trädde trätt | utreda utredde utrett utredd | bedriva bedrev | förmå förmådde förmått
råda rådde rått
"""
_PARTICLES = listed("""
an av be bi bort efter er fast för före fram från ge genom hän hop igen in inne kvar med miss mot ned ner om
på sam sönder till und under upp ur ut vid å åter över
""")
_NOT_HEADS = ("allmän", "gemän")
_LIKE_OTHER_WORDS = {"låg", "satt", "åt", "for", "bort", "led", "bad", "bar", "band", "sov", "vara"}


def _forms(table: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for group in table.replace("\n", " | ").split(" | "):
        base, *forms = group.split() or [""]
        for form in forms:
            found[form] = (*found.get(form, ()), base)
    return found


def _with_endings(forms: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    plural = {form: bases for form, bases in forms.items() if form.endswith(("er", "ar"))}
    endings = ("s", "na", "nas")
    return forms | {form + ending: bases for form, bases in plural.items() for ending in endings}


_NOUN_FORMS = _with_endings(_forms(_NOUNS))
_ADJECTIVE_FORMS = _forms(_ADJECTIVES)
_VERB_FORMS = {form: bases for form, bases in _forms(_VERBS).items() if form not in _LIKE_OTHER_WORDS}
_LONGEST = max(map(len, (*_NOUN_FORMS, *_ADJECTIVE_FORMS, *_VERB_FORMS)))


def base_forms(word: str) -> tuple[str, ...]:
    """The base forms that ``word`` (lower case) may be an irregular form of; empty for all ordinary words."""
    if word.startswith(_NOT_HEADS):
        return ()
    for start in range(max(0, len(word) - _LONGEST), len(word) - 1):
        prefix, form = word[:start], word[start:]
        bases = _bases(prefix, form)
        if bases:
            return tuple(prefix + base for base in bases)
    return ()


def _bases(prefix: str, form: str) -> tuple[str, ...]:
    if not prefix:
        return (*_NOUN_FORMS.get(form, ()), *_ADJECTIVE_FORMS.get(form, ()), *_VERB_FORMS.get(form, ()))
    if form in _VERB_FORMS and prefix in _PARTICLES:
        return _VERB_FORMS[form]
    if form in _NOUN_FORMS and len(prefix) > 1 and any(letter in "aeiouyåäö" for letter in prefix):
        return _NOUN_FORMS[form]
    return ()
