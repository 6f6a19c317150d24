from improvement.models.deviation import Deviation, DeviationTransition
from improvement.models.investigation import Cause, DeviationUserPermission, InvestigationEntry
from improvement.models.measure import Measure, MeasureCase, MeasureTransition
from improvement.models.taxonomy import DeviationCategory, RiskMatrix

__all__ = [
    "Cause",
    "Deviation",
    "DeviationCategory",
    "DeviationTransition",
    "DeviationUserPermission",
    "InvestigationEntry",
    "Measure",
    "MeasureCase",
    "MeasureTransition",
    "RiskMatrix",
]
