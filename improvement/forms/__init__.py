from improvement.forms.handling import (
    AnswerForm,
    AssessForm,
    BarForm,
    CauseForm,
    EntryForm,
    HandOverForm,
    InquiryForm,
    OpenForm,
    ReasonForm,
    RedirectForm,
    SimpleForm,
)
from improvement.forms.measures import CaseForm, JudgeForm, MeasureForm, PostponeForm
from improvement.forms.reporting import ReportForm, SupplementForm

__all__ = [
    "AnswerForm",
    "AssessForm",
    "BarForm",
    "CaseForm",
    "CauseForm",
    "EntryForm",
    "HandOverForm",
    "InquiryForm",
    "JudgeForm",
    "MeasureForm",
    "OpenForm",
    "PostponeForm",
    "ReasonForm",
    "RedirectForm",
    "ReportForm",
    "SimpleForm",
    "SupplementForm",
]
