from improvement.models.agenda import AgendaItem
from improvement.models.attachment import Attachment
from improvement.models.deviation import Deviation, DeviationTransition
from improvement.models.effect_check import EffectCheck
from improvement.models.exchange import Exchange, ExchangeTransition
from improvement.models.investigation import Cause, DeviationUserPermission, InvestigationEntry
from improvement.models.lesson import Lesson, LessonProcess, LessonTransition
from improvement.models.measure import Measure, MeasureCase, MeasureTransition
from improvement.models.pace import AnswerNotice, ClockNotice, DeadlineRule, RepeatRule, StandardPhrase
from improvement.models.proposal import Proposal, ProposalTransition, ProposalVote
from improvement.models.remedy import Remedy
from improvement.models.source import Analysis, ExternalReview, ReviewDocument, Shortcoming
from improvement.models.spread import SpreadAnswer, SpreadPrompt
from improvement.models.taxonomy import DeviationCategory, RiskMatrix

__all__ = [
    "AgendaItem",
    "Analysis",
    "AnswerNotice",
    "Attachment",
    "Cause",
    "ClockNotice",
    "DeadlineRule",
    "Deviation",
    "DeviationCategory",
    "DeviationTransition",
    "DeviationUserPermission",
    "EffectCheck",
    "Exchange",
    "ExchangeTransition",
    "ExternalReview",
    "InvestigationEntry",
    "Lesson",
    "LessonProcess",
    "LessonTransition",
    "Measure",
    "MeasureCase",
    "MeasureTransition",
    "Proposal",
    "ProposalTransition",
    "ProposalVote",
    "Remedy",
    "RepeatRule",
    "ReviewDocument",
    "RiskMatrix",
    "Shortcoming",
    "SpreadAnswer",
    "SpreadPrompt",
    "StandardPhrase",
]
