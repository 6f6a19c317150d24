"""One of every kind of page, and who opens it, on the demo content."""

from dataclasses import dataclass

from tests.browser.demo_site import Site

DOCUMENT = "SELECT id FROM documents_document WHERE title = %s"
IN_REVIEW = """
    SELECT document_id FROM documents_revision WHERE status = 'in_review' ORDER BY document_id LIMIT 1
"""
REMISS = """
    SELECT r.document_id || '/version/' || r.number || '.' || r.minor FROM documents_reviewround w
    JOIN documents_revision r ON r.id = w.revision_id ORDER BY w.id LIMIT 1
"""
REMISS_ANSWER = "SELECT id FROM documents_reviewanswer ORDER BY id LIMIT 1"
VERSION = (
    "SELECT number || '.' || minor FROM documents_revision WHERE document_id = %s ORDER BY id DESC LIMIT 1"
)
BATCH = "SELECT id FROM documents_uploadbatch ORDER BY id LIMIT 1"
STEP = """
    SELECT slug FROM processes_process WHERE level = 2 AND state = 'active' AND visibility = 'public'
    AND slug LIKE 'barn-och-unga-aktualisera-%%' ORDER BY position LIMIT 1
"""
DRAFT = """
    SELECT p.slug || '/versioner/' || r.number FROM processes_processrevision r
    JOIN processes_process p ON p.id = r.process_id WHERE r.status IN ('draft', 'in_review') LIMIT 1
"""
WRITTEN = DRAFT.replace("IN ('draft', 'in_review')", "= 'draft'")
ASKED = DRAFT.replace("IN ('draft', 'in_review')", "= 'in_review'")
REPORT = "SELECT id FROM reports_qualityreport WHERE status = %s"
CASE = """
    SELECT d.id FROM improvement_deviation d JOIN organisation_unit u ON u.id = d.unit_id
    WHERE u.slug = 'mottagning-barn-och-unga' AND d.status = %s AND d.suspicion = 'none'
    AND NOT d.is_manager_involved ORDER BY d.id DESC LIMIT 1
"""
MEASURE = """
    SELECT m.id FROM improvement_measure m JOIN improvement_deviation d ON d.id = m.deviation_id
    JOIN organisation_unit u ON u.id = d.unit_id WHERE u.slug = 'mottagning-barn-och-unga'
    AND m.status = %s AND d.suspicion = 'none' AND NOT d.is_manager_involved ORDER BY m.id DESC LIMIT 1
"""
FIRST = "SELECT id FROM improvement_{} ORDER BY id LIMIT 1"
LESSON = "SELECT id FROM improvement_lesson WHERE status = 'published' ORDER BY id LIMIT 1"
PERSON = "SELECT id FROM organisation_user WHERE email = 'ombud@demo.invalid'"


HELD = "SELECT id FROM documents_groupreading ORDER BY id LIMIT 1"
PLAN = """
    SELECT i.id FROM documents_introduction i JOIN organisation_user u ON u.id = i.user_id
    WHERE u.email = 'nyanstalld@demo.invalid'
"""
PACKAGE = "SELECT id FROM documents_introductionpackage ORDER BY id LIMIT 1"
LOOKUPS: dict[str, tuple[str, ...]] = {
    "held": (HELD,),
    "plan": (PLAN,),
    "package": (PACKAGE,),
    "document": (DOCUMENT, "Rutin för skyddsbedömning"),
    "text": (DOCUMENT, "Rutin för digitala samtal"),
    "batch": (BATCH,),
    "like": (DOCUMENT, "Lathund: tolk på mottagningen"),
    "dead": (DOCUMENT, "Blanketter hos regionen"),
    "review": (IN_REVIEW,),
    "remiss": (REMISS,),
    "remissvar": (REMISS_ANSWER,),
    "published": (REPORT, "published"),
    "report": (REPORT, "draft"),
    "judged": (MEASURE, "judged"),
    "reported": (CASE, "reported"),
    "closed": (CASE, "closed"),
    "merged": (CASE, "merged"),
    "withdrawn": (CASE, "withdrawn"),
    "investigating": (CASE, "investigating"),
    "acting": (CASE, "acting"),
    "done": (MEASURE, "done"),
    "prompt": (FIRST.format("spreadprompt"),),
    "lesson": (LESSON,),
    "proposal": (FIRST.format("proposal"),),
    "analysis": (FIRST.format("analysis"),),
    "granskning": (FIRST.format("externalreview"),),
    "step": (STEP,),
    "draft": (DRAFT,),
    "written": (WRITTEN,),
    "asked": (ASKED,),
    "person": (PERSON,),
}


@dataclass(frozen=True)
class Kind:
    """``path`` may name what is first looked up in the database: {document}, {step}, {person} and so on."""

    name: str
    who: str
    path: str

    def address(self, site: Site) -> str:
        found = {name: site.value(*query) for name, query in LOOKUPS.items() if f"{{{name}}}" in self.path}
        if "review" in found:
            found["version"] = site.value(VERSION, found["review"])
        return self.path.format(**found)


KINDS = [
    Kind("start", "anonym", "/"),
    Kind("start of an employee", "medarbetare", "/"),
    Kind("start of a manager", "chef", "/"),
    Kind("about", "anonym", "/om/"),
    Kind("accessibility", "anonym", "/tillganglighet/"),
    Kind("login", "anonym", "/logga-in/"),
    Kind("lost password", "anonym", "/glomt-losenord/"),
    Kind("search", "medarbetare", "/sok/?q=skyddsbed%C3%B6mning"),
    Kind("search without hits", "anonym", "/sok/?q=qwxz"),
    Kind("start map", "anonym", "/processer/"),
    Kind("processes of a unit", "medarbetare", "/processer/?enhet=mottagning-barn-och-unga"),
    Kind("process as map", "medarbetare", "/processer/barn-och-unga-aktualisera/"),
    Kind("process as map only", "anonym", "/processer/barn-och-unga-aktualisera/karta/"),
    Kind("process standing", "medarbetare", "/processer/barn-och-unga/laget/"),
    Kind("process in all units", "processagare", "/processer/barn-och-unga/enheter/"),
    Kind("process as text", "medarbetare", "/processer/barn-och-unga-aktualisera/text/"),
    Kind("process as table", "medarbetare", "/processer/barn-och-unga-aktualisera/vem-gor-vad/"),
    Kind("activity", "anonym", "/processer/{step}/"),
    Kind("print of a process", "medarbetare", "/processer/barn-och-unga/utskrift/"),
    Kind("process history", "medarbetare", "/processer/barn-och-unga-aktualisera/historik/"),
    Kind("process versions", "medarbetare", "/processer/barn-och-unga-aktualisera/versioner/"),
    Kind("process comparison", "processagare", "/processer/barn-och-unga-folja-upp/versioner/1/jamfor/2/"),
    Kind("process settings", "processhandledare", "/processer/barn-och-unga-aktualisera/uppgifter/"),
    Kind("processes under work", "processhandledare", "/processer/under-arbete/"),
    Kind("process draft", "processhandledare", "/processer/{draft}/"),
    Kind("process text form", "processhandledare", "/processer/{draft}/redigera/"),
    Kind("drawing", "processhandledare", "/processer/{draft}/rita/"),
    Kind("steps", "processhandledare", "/processer/{draft}/steg/"),
    Kind("workshop", "processhandledare", "/processer/{draft}/workshop/"),
    Kind("question to review", "processhandledare", "/processer/{written}/send/"),
    Kind("handing over", "processhandledare", "/processer/{asked}/hand_over/"),
    Kind("assurance of a process", "medarbetare", "/processer/barn-och-unga-aktualisera/kvalitetssakring/"),
    Kind("assurance of all", "processhandledare", "/processer/har-och-saknar/"),
    Kind("import of a map", "processhandledare", "/processer/importera/"),
    Kind("import of many maps", "processhandledare", "/processer/importera/flera/"),
    Kind("move of a process", "processhandledare", "/processer/barn-och-unga/flytta/"),
    Kind("address of a process", "processhandledare", "/processer/barn-och-unga/adress/"),
    Kind("new process", "processhandledare", "/processer/ny/"),
    Kind("documents", "medarbetare", "/dokument/"),
    Kind("documents without hits", "anonym", "/dokument/?q=qwxz"),
    Kind("document", "medarbetare", "/dokument/{document}/"),
    Kind("document in review", "processhandledare", "/dokument/{review}/"),
    Kind("document version", "processhandledare", "/dokument/{review}/version/{version}/"),
    Kind("document written here", "medarbetare", "/dokument/{text}/"),
    Kind("written version under work", "ombud", "/dokument/{text}/version/3.0/"),
    Kind("writing", "ombud", "/dokument/{text}/version/3.0/skriv/"),
    Kind("replaced version", "medarbetare", "/dokument/{text}/version/1.0/"),
    Kind("document comparison", "medarbetare", "/dokument/{text}/version/1.0/jamfor/2.0/"),
    Kind("new version of a document", "processagare", "/dokument/{document}/ny-version/"),
    Kind("link finder", "ombud", "/dokument/infoga-lank/?q=tolk"),
    Kind("own documents", "ombud", "/dokument/mina/"),
    Kind("documents changed lately", "medarbetare", "/dokument/nyligen-andrade/"),
    Kind("decided version", "medarbetare", "/dokument/{document}/version/3.1/"),
    Kind("paper that holds", "anonym", "/dokument/{document}/galler/3.1/"),
    Kind("paper that does not hold", "medarbetare", "/dokument/{document}/galler/1.0/"),
    Kind("document history", "medarbetare", "/dokument/{document}/historik/"),
    Kind("new document", "ombud", "/dokument/nytt/"),
    Kind("many documents", "ombud", "/dokument/flera/"),
    Kind("files looked over", "ombud", "/dokument/flera/{batch}/"),
    Kind("document like another", "ombud", "/dokument/{like}/version/1.0/"),
    Kind("document with a dead link", "medarbetare", "/dokument/{dead}/"),
    Kind("links", "samordnare", "/dokument/lankar/"),
    Kind("document facts", "processhandledare", "/dokument/{document}/andra/"),
    Kind("link to a process", "processhandledare", "/dokument/{document}/koppla/?q=besluta"),
    Kind("documents to review", "chef", "/dokument/granska/"),
    Kind("review of documents", "chef", "/dokument/oversyn/"),
    Kind("still valid", "processagare", "/dokument/oversyn/bekrafta/?dokument={document}"),
    Kind("replacement", "processhandledare", "/dokument/{document}/ersatter/?q=rutin"),
    Kind("new version", "processhandledare", "/dokument/{document}/ny-version/"),
    Kind("remiss", "processhandledare", "/dokument/{remiss}/remiss/"),
    Kind("remiss to answer", "medarbetare", "/dokument/{remiss}/remiss/"),
    Kind("remiss answers", "processhandledare", "/dokument/{remiss}/remiss/svar/"),
    Kind("remiss comment", "processhandledare", "/dokument/{remiss}/remiss/svar/{remissvar}/"),
    Kind("more time for a remiss", "processhandledare", "/dokument/{remiss}/remiss/andra/"),
    Kind("closing a remiss", "processhandledare", "/dokument/{remiss}/remiss/stang/"),
    Kind("document to confirm", "medarbetare", "/dokument/{document}/"),
    Kind("who has read", "samordnare", "/dokument/{document}/lasning/"),
    Kind("ask to read", "processhandledare", "/dokument/{document}/lasning/begar/"),
    Kind("put on the list", "ombud", "/dokument/{document}/apt/"),
    Kind("list for APT", "chef", "/dokument/apt/mottagning-barn-och-unga/"),
    Kind("APT on the wall", "chef", "/dokument/apt/mottagning-barn-och-unga/visa/?nr=2"),
    Kind("APT on paper", "chef", "/dokument/apt/mottagning-barn-och-unga/skriv-ut/"),
    Kind("who was there", "chef", "/dokument/apt/mottagning-barn-och-unga/genomgang/"),
    Kind("record of a reading", "chef", "/dokument/apt/mottagning-barn-och-unga/genomgang/{held}/"),
    Kind("documents of a unit", "chef", "/dokument/enhet/mottagning-barn-och-unga/"),
    Kind("stand on documents", "ombud", "/dokument/enhet/mottagning-barn-och-unga/ta-stallning/"),
    Kind("news for a unit", "ombud", "/dokument/enhet/mottagning-barn-och-unga/nytt/?dagar=90"),
    Kind("introductions", "chef", "/dokument/introduktion/"),
    Kind("introduction", "chef", "/dokument/introduktion/{plan}/"),
    Kind("introduction packages", "samordnare", "/dokument/introduktion/paket/"),
    Kind("introduction package", "samordnare", "/dokument/introduktion/paket/{package}/"),
    Kind("reports", "anonym", "/rapporter/"),
    Kind("statistics", "medarbetare", "/rapporter/statistik/?ar=2025"),
    Kind("statistics of a unit", "chef", "/rapporter/statistik/?enhet=mottagning-barn-och-unga&ar=2025"),
    Kind("published versions", "samordnare", "/rapporter/statistik/processversioner/?ar=2025"),
    Kind("activities without routine", "chef", "/rapporter/statistik/utan-rutin/"),
    Kind("reports as a list", "samordnare", "/rapporter/kvalitetsberattelser/"),
    Kind("new report", "samordnare", "/rapporter/kvalitetsberattelser/ny/"),
    Kind("published report", "anonym", "/rapporter/kvalitetsberattelser/{published}/"),
    Kind("report under work", "samordnare", "/rapporter/kvalitetsberattelser/{report}/"),
    Kind("reports of two years", "samordnare", "/rapporter/kvalitetsberattelser/{report}/jamfor/"),
    Kind("chapter", "samordnare", "/rapporter/kvalitetsberattelser/{report}/kapitel/avvikelser/"),
    Kind("report form", "medarbetare", "/avvikelser/ny/"),
    Kind("deviations of an employee", "medarbetare", "/avvikelser/"),
    Kind("deviations of a manager", "chef", "/avvikelser/"),
    Kind("deviations without hits", "chef", "/avvikelser/?q=qwxz"),
    Kind("new deviation", "chef", "/avvikelser/{reported}/"),
    Kind("closed deviation", "chef", "/avvikelser/{closed}/"),
    Kind("deviation in short", "samordnare", "/avvikelser/{closed}/"),
    Kind("deviation history", "chef", "/avvikelser/{closed}/historik/"),
    Kind("opening with a reason", "samordnare", "/avvikelser/{closed}/oppna/"),
    Kind("assessment", "chef", "/avvikelser/{reported}/bedom/"),
    Kind("simple handling", "chef", "/avvikelser/{reported}/close_simply/"),
    Kind("note", "chef", "/avvikelser/{reported}/anteckning/"),
    Kind("cause", "chef", "/avvikelser/{reported}/orsak/"),
    Kind("new measure", "chef", "/avvikelser/{reported}/atgard/"),
    Kind("right unit", "chef", "/avvikelser/{reported}/redirect/"),
    Kind("jäv", "chef", "/avvikelser/{reported}/jav/"),
    Kind("exchange form", "chef", "/avvikelser/{reported}/samverkan/"),
    Kind("several at once", "chef", "/avvikelser/tillsammans/?val={reported}"),
    Kind("own phrases", "chef", "/avvikelser/fraser/"),
    Kind("new phrase", "chef", "/avvikelser/fraser/ny/"),
    Kind("what cases are measured by", "processhandledare", "/avvikelser/installningar/"),
    Kind("new deadline", "processhandledare", "/avvikelser/installningar/frist/"),
    Kind("risk matrix form", "processhandledare", "/avvikelser/installningar/riskmatris/"),
    Kind("the person", "chef", "/avvikelser/{reported}/foljd/"),
    Kind("merging", "chef", "/avvikelser/{reported}/merge/"),
    Kind("two parts", "chef", "/avvikelser/{reported}/dela/"),
    Kind("deviation under inquiry", "chef", "/avvikelser/{investigating}/"),
    Kind("deviation acted on", "chef", "/avvikelser/{acting}/"),
    Kind("answer to the reporter", "chef", "/avvikelser/{acting}/finish/"),
    Kind("question to other units", "chef", "/avvikelser/{closed}/sprid/"),
    Kind("deviation for APT", "chef", "/avvikelser/{closed}/apt/"),
    Kind("merged deviation", "chef", "/avvikelser/{merged}/"),
    Kind("withdrawn report", "medarbetare", "/avvikelser/{withdrawn}/"),
    Kind("access log", "chef", "/avvikelser/atkomst/"),
    Kind("exchanges", "chef", "/samverkan/"),
    Kind("exchanges of a provider", "utforare", "/samverkan/"),
    Kind("measures", "chef", "/atgarder/"),
    Kind("board", "chef", "/atgarder/?visa=tavla"),
    Kind("analyses", "chef", "/analyser/"),
    Kind("new analysis", "chef", "/analyser/ny/"),
    Kind("reviews", "chef", "/granskningar/"),
    Kind("new review", "chef", "/granskningar/ny/"),
    Kind("measure", "chef", "/atgarder/{judged}/"),
    Kind("measure history", "chef", "/atgarder/{judged}/historik/"),
    Kind("questions between units", "samordnare", "/spridning/"),
    Kind("question and answers", "samordnare", "/spridning/{prompt}/"),
    Kind("lessons", "medarbetare", "/lardomar/"),
    Kind("lesson", "medarbetare", "/lardomar/{lesson}/"),
    Kind("proposal", "medarbetare", "/forslag/{proposal}/"),
    Kind("analysis", "chef", "/analyser/{analysis}/"),
    Kind("review", "samordnare", "/granskningar/{granskning}/"),
    Kind("measure done", "chef", "/atgarder/{done}/"),
    Kind("effect", "chef", "/atgarder/{done}/judge/"),
    Kind("lesson form", "chef", "/lardomar/ny/"),
    Kind("proposals", "medarbetare", "/forslag/"),
    Kind("proposal form", "medarbetare", "/forslag/nytt/"),
    Kind("my work", "ombud", "/mitt-arbete/"),
    Kind("notices", "ombud", "/aviseringar/"),
    Kind("account", "chef", "/konto/"),
    Kind("system health", "admin", "/systemhalsa/"),
    Kind("the password again", "chef", "/bekrafta/?next=/avvikelser/"),
    Kind("two steps set up", "chef", "/konto/tvastegsinloggning/"),
    Kind("receipt", "anonym", "/avvikelser/ny/kvitto/x/"),
    Kind("absence", "chef", "/konto/borta/"),
    Kind("change of password", "medarbetare", "/konto/losenord/"),
    Kind("organisation", "medarbetare", "/organisation/"),
    Kind("unit", "anonym", "/organisation/mottagning-barn-och-unga/"),
    Kind("unit for its manager", "chef", "/organisation/mottagning-barn-och-unga/"),
    Kind("unit form", "samordnare", "/organisation/mottagning-barn-och-unga/andra/"),
    Kind("who may do what", "samordnare", "/organisation/mottagning-barn-och-unga/vem-far-vad/"),
    Kind("unit history", "samordnare", "/organisation/mottagning-barn-och-unga/historik/"),
    Kind("roles", "samordnare", "/organisation/roller/"),
    Kind("appointment", "samordnare", "/organisation/roller/ny/"),
    Kind("person", "samordnare", "/organisation/personer/{person}/"),
    Kind("missing", "anonym", "/finns-inte/"),
    Kind("refused", "medarbetare", "/processer/importera/"),
]
