from improvement.models.deviation import Deviation, DeviationTransition
from improvement.models.effect_check import EffectCheck
from improvement.models.investigation import Cause, DeviationUserPermission, InvestigationEntry
from improvement.models.measure import Measure, MeasureCase, MeasureTransition
from improvement.models.proposal import Proposal
from improvement.models.remedy import Remedy
from improvement.models.source import Analysis, ExternalReview, ReviewDocument, Shortcoming
from improvement.models.taxonomy import DeviationCategory, RiskMatrix

__all__ = [
    "Analysis",
    "Cause",
    "Deviation",
    "DeviationCategory",
    "DeviationTransition",
    "DeviationUserPermission",
    "EffectCheck",
    "ExternalReview",
    "InvestigationEntry",
    "Measure",
    "MeasureCase",
    "MeasureTransition",
    "Proposal",
    "Remedy",
    "ReviewDocument",
    "RiskMatrix",
    "Shortcoming",
]
