from improvement.forms.aside import ConsequenceForm, MergeForm, SplitForm, TakeOverForm
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
    "ConsequenceForm",
    "EntryForm",
    "HandOverForm",
    "InquiryForm",
    "JudgeForm",
    "MeasureForm",
    "MergeForm",
    "OpenForm",
    "PostponeForm",
    "ReasonForm",
    "RedirectForm",
    "ReportForm",
    "SimpleForm",
    "SplitForm",
    "SupplementForm",
    "TakeOverForm",
]
