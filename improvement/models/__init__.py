from improvement.models.attachment import Attachment
from improvement.models.deviation import Deviation, DeviationTransition
from improvement.models.investigation import Cause, DeviationUserPermission, InvestigationEntry
from improvement.models.measure import Measure, MeasureCase, MeasureTransition
from improvement.models.proposal import Proposal
from improvement.models.source import Analysis, ExternalReview
from improvement.models.taxonomy import DeviationCategory, RiskMatrix

__all__ = [
    "Analysis",
    "Attachment",
    "Cause",
    "Deviation",
    "DeviationCategory",
    "DeviationTransition",
    "DeviationUserPermission",
    "ExternalReview",
    "InvestigationEntry",
    "Measure",
    "MeasureCase",
    "MeasureTransition",
    "Proposal",
    "RiskMatrix",
]
