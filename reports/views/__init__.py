from reports.views.behind import published_versions, without_routine
from reports.views.overview import index, reports, statistics
from reports.views.report import compare, report, report_file, report_history
from reports.views.work import chapter_edit, compile_report, create, decide, transition

__all__ = [
    "chapter_edit",
    "compare",
    "compile_report",
    "create",
    "decide",
    "index",
    "published_versions",
    "report",
    "report_file",
    "report_history",
    "reports",
    "statistics",
    "transition",
    "without_routine",
]
