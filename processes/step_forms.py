"""The forms of a card in the list of steps. ``apply`` writes what they hold into the map."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from kvalitet.forms import Form
from processes.bpmn.build import FACTS
from processes.bpmn.edit import EditError, Sheet, verbs
from processes.bpmn.edit.verbs import Way
from processes.bpmn.model import TASKS
from processes.bpmn.reader import FORBIDDEN
from processes.outline import MAX_NODES, Card, Outline

STEP_KINDS = [("task", "Steg"), ("subprocess", "Steg med egna steg inuti")]
CHOICE_KINDS = [
    ("decision", "Val: en av vägarna"),
    ("inclusive", "Val: flera vägar kan gälla"),
    ("parallel", "Samtidigt: alla vägar"),
]
KIND_OF = {
    "subProcess": "subprocess",
    "exclusiveGateway": "decision",
    "inclusiveGateway": "inclusive",
    "parallelGateway": "parallel",
}
NEW_KINDS = [("task", "Steg"), ("decision", "Val"), ("parallel", "Samtidigt"), ("end", "Slut")]
NEW_WAY = "ny"
FULL = f"Kartan har {MAX_NODES} steg och val, som är det mesta. Dela upp den i delprocesser."


class OneLine(forms.CharField):
    """A short text without what XML cannot hold."""

    def clean(self, value: Any) -> str:
        return super().clean(" ".join(FORBIDDEN.sub("", str(value or "")).split()))


class CardForm(Form):
    """What stands on a card, whichever it is of."""

    hide_optional = True
    fields: Any
    data: Any

    name = OneLine(label="Vad görs?", max_length=200, help_text="Börja med ett verb: Gör skyddsbedömning.")
    lane = OneLine(
        label="Funktion",
        max_length=200,
        required=False,
        help_text="Den som gör det, till exempel gruppledare. Aldrig ett personnamn.",
        widget=forms.TextInput(attrs={"list": "funktioner", "autocomplete": "off"}),
    )
    text = forms.CharField(
        label="Beskrivning", max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    deadline = OneLine(
        label="Tidsgräns", max_length=250, required=False, help_text="Till exempel: Inom 14 dagar (SoL 20:2)."
    )
    system = OneLine(
        label="Systemstöd", max_length=250, required=False, help_text="Var i verksamhetssystemet det görs."
    )

    def __init__(self, *args: Any, outline: Outline, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.outline = outline

    def clean_text(self) -> str:
        lines = FORBIDDEN.sub("", self.cleaned_data["text"]).replace("\r\n", "\n")
        return lines.strip()

    def documentation(self) -> str:
        """The text with its facts on lines of their own, as ``maps.facts`` reads them."""
        data = self.cleaned_data
        facts = [f"{label}: {data[name]}" for label, name in FACTS if data.get(name)]
        return "\n".join(filter(None, [data.get("text", ""), *facts]))


class ChangeForm(CardForm):
    """A card that is there. ``apply`` writes what differs; who saves must have seen the card as it is."""

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label="Slag", required=False, choices=[])

    def __init__(self, data: Any = None, *, card: Card, outline: Outline) -> None:
        super().__init__(data, outline=outline, initial=_initial(card), auto_id="steg_%s")
        self.card = card
        self._fit(card)
        self.ways = self._add_ways(card)

    def _fit(self, card: Card) -> None:
        """Only what a card of its kind can say, in the words of its kind."""
        kinds = STEP_KINDS if card.kind in {*TASKS, "subProcess"} else CHOICE_KINDS
        if card.kind in TASKS or card.kind in KIND_OF:
            self.fields["kind"].choices = kinds
        else:
            del self.fields["kind"]
        self.fields["name"].max_length = max(200, len(card.name))
        if not card.is_step:
            self.fields["name"].required = False
            self.fields["name"].label = "Fråga" if card.is_choice else "Vad har hänt?"
            self.fields["name"].help_text = "Till exempel: Ska utredning inledas?" if card.is_choice else ""
            del self.fields["deadline"], self.fields["system"]
        if card.level > 1 or card.kind == "boundaryEvent":
            del self.fields["lane"]

    def _add_ways(self, card: Card) -> list[tuple[str, str]]:
        """A row for each way on, and an empty one where there may be more; names of their fields."""
        rows = []
        goals = [("", "Ingen, ta bort vägen"), *card.goals]
        spare = [None] if card.is_choice or not card.ways else []
        for number, way in enumerate([*card.ways, *([] if card.kind == "endEvent" else spare)]):
            name = f"vag{number}"
            choices = goals if way else [("", "Ingen"), *card.goals]
            label = "Leder till" if card.is_choice else "Sedan"
            self.fields[f"{name}_flow"] = forms.CharField(
                required=False, max_length=300, widget=forms.HiddenInput, initial=way.flow if way else ""
            )
            self.fields[f"{name}_target"] = forms.ChoiceField(
                label=label, choices=choices, required=False, initial=way.target if way else ""
            )
            self.fields[f"{name}_label"] = OneLine(
                label="När?",
                max_length=max(100, len(way.label) if way else 0),
                required=False,
                initial=way.label if way else "",
            )
            rows.append((f"{name}_target", f"{name}_label"))
        return rows

    @property
    def rows(self) -> list[tuple[Any, Any]]:
        """The ways as pairs of fields; a plain step does not say when."""
        shows_label = self.card.is_choice or any(way.label for way in self.card.ways)
        return [(self[target], self[label] if shows_label else None) for target, label in self.ways]

    @property
    def plain(self) -> list[Any]:
        """The fields that are not ways."""
        names = [
            name for name in ("name", "lane", "kind", "text", "deadline", "system") if name in self.fields
        ]
        return [self[name] for name in names]

    @property
    def hidden(self) -> list[Any]:
        return [field for field in self if field.is_hidden]

    def was_changed_by_another(self) -> bool:
        return bool(self.data.get("seen")) and self.data["seen"] != self.card.seen()

    def show_theirs(self) -> None:
        """Put what stands there now beside what was typed, and count it as seen."""
        now = _initial(self.card)
        for name in ("name", "lane", "text", "deadline", "system"):
            if name in self.fields and self.cleaned_data.get(name, "") != now[name]:
                vars(self.fields[name])["theirs"] = now[name] or "(tomt)"
        self.data = {**self.data.dict(), "seen": self.card.seen()}
        self.add_error(
            None, "Någon annan ändrade samma steg medan du skrev. Jämför, skriv ihop och spara igen."
        )

    def apply(self, sheet: Sheet) -> str:
        """Write what differs from the card into the map; raises EditError. Returns the id."""
        data, card = self.cleaned_data, self.card
        if data["name"] != card.name:
            verbs.rename(sheet, card.id, data["name"])
        said = (card.text, card.deadline, card.system)
        given = (data["text"], data.get("deadline", card.deadline), data.get("system", card.system))
        if given != said:
            self.cleaned_data |= {"deadline": given[1], "system": given[2]}
            verbs.describe(sheet, card.id, self.documentation())
        if data.get("kind") and data["kind"] != KIND_OF.get(card.kind, "task"):
            verbs.set_kind(sheet, card.id, data["kind"])
        if data.get("lane", card.lane) != card.lane:
            verbs.move_to_lane(sheet, card.id, data["lane"])
        self._apply_ways(sheet)
        return card.id

    def _apply_ways(self, sheet: Sheet) -> None:
        had = {way.flow: way for way in self.card.ways}
        changed = []
        for target, label in self.ways:
            flow = self.cleaned_data.get(target.replace("_target", "_flow"), "")
            way = Way(self.cleaned_data.get(target, ""), self.cleaned_data.get(label, ""), flow)
            old = had.get(flow)
            if old is None or (old.target, old.label) != (way.target, way.label):
                changed.append(way)
        verbs.set_ways(sheet, self.card.id, changed)


def _initial(card: Card) -> dict[str, str]:
    names = ("name", "lane", "text", "deadline", "system")
    values = {name: getattr(card, name) for name in names}
    return {**values, "kind": KIND_OF.get(card.kind, "task"), "seen": card.seen()}


class AddForm(CardForm):
    """A new card after another, inside an empty one, or the first of a map."""

    kind = forms.ChoiceField(label="Slag", choices=NEW_KINDS, initial="task")
    way = forms.ChoiceField(label="På vägen", required=False, choices=[])
    label = OneLine(label="Den nya vägen gäller när", max_length=100, required=False)
    field_order = ("name", "kind", "way", "label", "lane", "text", "deadline", "system")

    def __init__(
        self, data: Any = None, *, outline: Outline, after: Card | None, inside: bool = False
    ) -> None:
        lane = after.lane if after else ""
        super().__init__(data, outline=outline, initial={"lane": lane}, auto_id="nytt_%s")
        self.after, self.inside = after, inside
        self.fields["name"].required = False
        if after is None or inside:
            del self.fields["kind"]
        if inside or (after is not None and after.level > 1):
            del self.fields["lane"]
        if after is None or inside or not after.is_choice:
            del self.fields["way"], self.fields["label"]
            return
        ways = [(way.flow, f"{way.label or 'Utan text'}: före {way.goal}") for way in after.ways]
        self.fields["way"].choices = [(NEW_WAY, "En ny väg"), *ways]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("kind", "task") != "end" and not data.get("name") and "name" not in self.errors:
            self.add_error("name", "Skriv vad som görs, eller frågan i valet.")
        if self.outline.count >= MAX_NODES:
            raise ValidationError(FULL)
        return data

    def apply(self, sheet: Sheet) -> str:
        """Put the new card into the map; raises EditError. Returns its id."""
        data = self.cleaned_data
        if self.after is None:
            raise EditError("Kartan har redan steg. Lägg till efter ett av dem.")
        if self.inside:
            key = verbs.add_inside(sheet, self.after.id, name=data["name"])
        else:
            way = data.get("way", "")
            way = "" if way == NEW_WAY else way
            kind, label = data.get("kind", "task"), data.get("label", "")
            key = verbs.add_after(sheet, self.after.id, kind=kind, name=data["name"], way=way, label=label)
        if data.get("lane", self.after.lane) != self.after.lane:
            sheet.set_lane(key, data["lane"])
        if said := self.documentation():
            verbs.describe(sheet, key, said)
        return key

    def first(self, title: str) -> Mapping[str, Any]:
        """The description of a map with only this step, between a start and an end."""
        data = self.cleaned_data
        key, lane = verbs.key_of(data["name"]), data.get("lane", "")
        lanes = [lane] if lane else []
        here = {"lane": lane} if lane else {}
        key = key if key not in ("start", "slut") else f"steg-{key}"
        facts = {name: data.get(name, "") for name in ("text", "deadline", "system")}
        return {
            "name": title,
            "lanes": lanes,
            "step": [
                {"id": "start", "kind": "start", "name": "Start", "next": [[key]], **here},
                {"id": key, "kind": "user", "name": data["name"], "next": [["slut"]], **facts, **here},
                {"id": "slut", "kind": "end", "name": "Slut", **here},
            ],
        }
