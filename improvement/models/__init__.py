from improvement.models.deviation import Deviation, DeviationTransition
from improvement.models.exchange import Exchange, ExchangeTransition
from improvement.models.investigation import Cause, DeviationUserPermission, InvestigationEntry
from improvement.models.measure import Measure, MeasureCase, MeasureTransition
from improvement.models.pace import ClockNotice, DeadlineRule, RepeatRule, StandardPhrase
from improvement.models.proposal import Proposal
from improvement.models.source import Analysis, ExternalReview
from improvement.models.taxonomy import DeviationCategory, RiskMatrix

__all__ = [
    "Analysis",
    "Cause",
    "ClockNotice",
    "DeadlineRule",
    "Deviation",
    "DeviationCategory",
    "DeviationTransition",
    "DeviationUserPermission",
    "Exchange",
    "ExchangeTransition",
    "ExternalReview",
    "InvestigationEntry",
    "Measure",
    "MeasureCase",
    "MeasureTransition",
    "Proposal",
    "RepeatRule",
    "RiskMatrix",
    "StandardPhrase",
]
