from reports.models.report import Chapter, QualityReport, QualityReportTransition
from reports.models.snapshot import ReportFile, Snapshot
from reports.models.template import ReportTemplate

__all__ = ["Chapter", "QualityReport", "QualityReportTransition", "ReportFile", "ReportTemplate", "Snapshot"]
