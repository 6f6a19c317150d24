"""What no single page can promise: that in the whole project nothing is undeclared, unused or out of date."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import models
from pghistory.models import Event

from kvalitet import registries
from kvalitet.history import tracked_models
from kvalitet.workflow import TransitionRecord

ROOT = Path(settings.BASE_DIR)
APPS = ("kvalitet", "organisation", "processes", "documents", "improvement", "reports")
PACKAGES = ("kvalitet", "processes", "documents", "improvement", "reports")
TEMPLATES = ROOT / "templates"
GLOSSARY = (ROOT / "docs/ordlista.md").read_text(encoding="utf-8")

# Rows that are no domain data, with the reason why their changes are not kept.
NOT_TRACKED = {
    "documents.FrozenCopy": "insert only itself",
    "documents.LinkCheck": "derived from how the web answers",
    "documents.LinkPlace": "derived",
    "documents.TextPrint": "derived",
    "documents.UploadBatch": "says what was sent; what was made of it is tracked in the documents",
    "documents.UploadItem": "said once; what was made of the file is tracked in its document",
    "improvement.AnswerNotice": "insert only itself",
    "improvement.ClockNotice": "insert only itself",
    "kvalitet.AccessLog": "append only itself",
    "kvalitet.Blob": "insert only itself",
    "kvalitet.Job": "says how far work has come; its result is tracked where it ends",
    "kvalitet.Notification": "a copy of what stands elsewhere",
    "kvalitet.RateCount": "counts that lapse",
    "kvalitet.SearchDirty": "derived",
    "kvalitet.SearchEntry": "derived",
    "kvalitet.SearchTerm": "derived",
    "documents.ReadablePage": "derived from bytes that never change",
    "documents.TextReference": "derived from the text of a version",
    "documents.ReadingReminder": "insert only itself",
    "documents.Reminder": "insert only itself",
    "organisation.KeptForm": "read once by who wrote it, then gone",
    "organisation.Session": "a login, gone when it ends",
    "processes.ImportedFile": "said once; what was made of the file is tracked in its process",
    "processes.MapImport": "says what was sent; what was made of it is tracked in the processes",
    "processes.MapSignature": "derived from bytes that never change",
    "processes.ProcessAddress": "insert only itself",
    "reports.ReportFile": "insert only itself",
    "reports.Snapshot": "insert only itself",
}

# Templates whose name is put together, or known to Django or a library, and by whom.
FOUND_BY_NAME = {
    "403_csrf.html": "django",
    "500.html": "django",
    "organisation/mail/welcome.txt": "kvalitet.organisation.actions.accounts",
    "organisation/mail/password_link.txt": "kvalitet.organisation.actions.accounts",
}

# What higher layers show and trigger in lower ones, in order. A new entry is written here too.
REGISTERED = {
    "panels": [
        "improvement.report",
        "documents.own",
        "documents.process",
        "processes_of_unit",
        "start_map",
        "improvement.document",
        "improvement.process",
        "documents.governing",
        "documents.unit",
        "documents.reading_unit",
        "improvement.unit",
    ],
    "step_links": ["documents"],
    "paper_links": ["documents"],
    "apt": ["improvement"],
    "apt_waiting": ["improvement"],
    "apt_held": ["improvement"],
    "apt_record": ["improvement"],
    "work": [
        "improvement",
        "improvement.sources",
        "improvement.exchanges",
        "improvement.learning",
        "documents",
        "documents.reading",
        "processes",
        "reports",
        "organisation",
    ],
    "week": ["improvement", "documents", "organisation.away"],
    "news": ["improvement", "processes", "documents"],
    "layers": ["improvement.cases", "improvement.measures", "documents", "improvement.questions"],
    "where_used": ["process_units", "documents", "documents.texts", "improvement"],
    "step_uses": ["documents", "documents.texts", "improvement", "process_units"],
    "step_moves": ["documents", "process_units"],
    "assurance": ["processes", "documents"],
    "appointable_units": ["processes"],
    "drafted_processes": ["processes"],
    "demo": [
        "organisation",
        "processes",
        "documents",
        "documents.reading",
        "improvement",
        "improvement.exchanges",
        "reports",
    ],
    "synthetic": ["organisation", "processes", "documents", "improvement"],
    "periodic": [
        "documents.check_links",
        "documents.fill_prints",
        "documents.freeze_missing",
        "documents.reading_day",
        "documents.remind",
        "documents.sweep_batches",
        "documents.turn_the_day",
        "improvement.remind",
        "improvement.remind_reviews",
        "improvement.settle_measures",
        "improvement.throw_unsent_files",
        "improvement.turn_the_day",
        "mail_digest",
        "mail_urgent",
        "organisation.sweep_logins",
        "processes_put_in_force",
        "processes_sweep_prints",
        "search_drain",
        "search_relearn",
        "wake_waiting_jobs",
    ],
}

INLINE = {
    "script": re.compile(r"<script(?![^>]*\bsrc=)", re.I),
    "style element": re.compile(r"<style\b", re.I),
    "style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "javascript address": re.compile(r"javascript:", re.I),
}


def own_models() -> list[type[models.Model]]:
    """The project's models, without the history's and the workflows' own rows."""
    found = [model for label in APPS for model in apps.get_app_config(label).get_models()]
    return [model for model in found if not issubclass(model, Event | TransitionRecord)]


def own_modules() -> Iterator[tuple[str, ast.Module]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def template_files() -> list[Path]:
    return sorted(path for path in TEMPLATES.rglob("*") if path.is_file())


def used_by(wanted: str) -> set[str]:
    """Files that import ``wanted``, or read it as an attribute."""
    module, _, name = wanted.rpartition(".")
    found = set()
    for path, tree in own_modules():
        for node in ast.walk(tree):
            imports = isinstance(node, ast.Import) and any(alias.name == wanted for alias in node.names)
            takes = isinstance(node, ast.ImportFrom) and (
                node.module == wanted
                or (node.module == module and any(alias.name == name for alias in node.names))
            )
            reads = isinstance(node, ast.Attribute) and ast.unparse(node) == wanted
            if imports or takes or reads:
                found.add(path)
    return found


def test_every_model_is_tracked_or_says_why_not():
    tracked = {model._meta.label.lower() for model in tracked_models()}
    exempt = {label.lower() for label in NOT_TRACKED}
    labels = {model._meta.label.lower() for model in own_models()}
    assert labels - tracked == exempt
    assert not tracked & exempt


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model._meta.label)
def test_every_model_is_in_the_glossary(model):
    assert re.search(rf"`{model.__name__}`", GLOSSARY), f"docs/ordlista.md does not explain {model.__name__}"


def test_every_enum_of_a_column_is_in_the_glossary():
    names = {
        node.name
        for path, tree in own_modules()
        if Path(path).name == "enums.py"
        for node in tree.body
        if isinstance(node, ast.ClassDef)
    }
    assert [name for name in sorted(names) if not re.search(rf"`{name}[`.]", GLOSSARY)] == []


def test_every_template_is_used():
    texts = [path.read_text(encoding="utf-8") for path in template_files()]
    texts += [
        path.read_text(encoding="utf-8") for package in PACKAGES for path in (ROOT / package).rglob("*.py")
    ]
    whole = "\n".join(texts)
    names = {str(path.relative_to(TEMPLATES)) for path in template_files()}
    unused = {name for name in names if not re.search(rf"""["']{re.escape(name)}[#"']""", whole)}
    assert unused - set(FOUND_BY_NAME) == set()


def test_every_template_found_by_name_is_there():
    missing = [name for name in FOUND_BY_NAME if not (TEMPLATES / name).is_file()]
    assert missing == []


@pytest.mark.parametrize("kind", INLINE)
def test_no_template_holds_what_the_security_policy_stops(kind):
    found = [
        str(path.relative_to(TEMPLATES))
        for path in template_files()
        if INLINE[kind].search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_no_template_asks_another_host():
    asked = re.compile(r"""(?:src|action)=["'](?:https?:)?//|<link[^>]*href=["'](?:https?:)?//""", re.I)
    assert [path.name for path in template_files() if asked.search(path.read_text(encoding="utf-8"))] == []


def test_the_diagram_of_the_workflows_is_current():
    call_command("workflow_docs", check=True)


def test_guardian_is_read_in_one_place():
    assert used_by("guardian.shortcuts") == {"kvalitet/organisation/grants.py"}


def test_triggers_are_switched_off_only_where_it_is_meant():
    assert used_by("pgtrigger.ignore") <= {"kvalitet/secrecy.py", "kvalitet/bulk.py"}


def test_no_rule_reads_is_superuser():
    reads = [
        path
        for path, tree in own_modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "is_superuser"
    ]
    assert reads == []


def test_every_entry_of_a_registry_is_known():
    found = {
        name: registry.names()
        for name, registry in vars(registries).items()
        if isinstance(registry, registries.Registry)
    }
    assert found == REGISTERED
