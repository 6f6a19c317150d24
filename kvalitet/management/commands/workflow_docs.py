from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from kvalitet.workflow import Workflow, all_workflows

TARGET = Path(settings.BASE_DIR) / "docs" / "workflows.md"


class Command(BaseCommand):
    help = "Write docs/workflows.md from the workflow tables, or with --check say whether it is current."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        text = document()
        if not check:
            TARGET.write_text(text, encoding="utf-8")
            return
        if not TARGET.exists() or TARGET.read_text(encoding="utf-8") != text:
            raise CommandError("docs/workflows.md is not current: run manage.py workflow_docs")


def document() -> str:
    parts = [section(one) for _, one in sorted(all_workflows.items())]
    head = (
        "# Arbetsflöden\n\nSkriven av `manage.py workflow_docs` ur tabellerna i varje apps `workflow.py`.\n"
    )
    return "\n".join([head, *parts])


def section(one: Workflow) -> str:
    rows = [
        f"| {transition.label} | {', '.join(one.statuses(source).label for source in transition.sources)} "
        f"| {one.statuses(transition.target).label} | {'ja' if transition.comment_required else ''} |"
        for transition in one.transitions.values()
    ]
    table = "\n".join(["| steg | från | till | kommentar krävs |", "|---|---|---|---|", *rows])
    return f"## {one.name}\n\n```mermaid\n{one.diagram()}\n```\n\n{table}\n"
