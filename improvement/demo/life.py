"""What becomes of a case: received, assessed, investigated, acted upon, answered, closed, each on its day.

Nothing happens after ``until``: a case that is not so far stands where it stood then.
"""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from improvement.demo.bank import Bank
from improvement.demo.places import World
from improvement.demo.story import POSTPONED, Case, Plan, at, later
from improvement.enums import CaseLaw, DeviationStatus, Effect, EntryKind

LIFE = DeviationStatus
# What is older has been found and seen to.
FORGOTTEN = timedelta(days=100)
# The step after which a case stands in a status.
LAST_STEP = {LIFE.REPORTED: "", LIFE.RECEIVED: "receive", LIFE.INVESTIGATING: "investigate"}
COUNTS = ("per_quarter_before", "per_quarter_after")


class Life:
    def __init__(self, world: World, bank: Bank, rng: Random, until: datetime) -> None:
        self.world, self.bank, self.rng, self.until = world, bank, rng, until
        self.plans: list[Plan] = []
        self._open: dict[tuple[str, str], Plan] = {}

    def decides(self, case: Case, moment: datetime) -> object:
        """Who receives the case: the manager, or the next one up where the manager is jävig."""
        return self.world.manager(case.unit, moment.date(), above=int(case.is_manager_involved))

    def live(self, case: Case, *, stop: str = "") -> None:
        """Bring the case as far as it would be now, at most to the status ``stop``."""
        if stop == LIFE.REPORTED or not self._receive(case):
            return
        if case.is_suspected and not self._suspicion(case, is_waiting=bool(stop)):
            return
        if stop == LIFE.RECEIVED or self._over_at_once(case):
            return
        if self._investigate(case) and stop != LIFE.INVESTIGATING and self._act(case):
            self._plan(case)

    def bring_to(self, case: Case, status: str) -> None:
        """Let the case stand there now: where chance would have it otherwise, it is asked again."""
        self.live(case, stop=status)
        while (case.steps[-1].name if case.steps else "") != LAST_STEP[LIFE(status)]:
            case.assessed, case.steps, case.entries, case.causes = {}, [], [], []
            self.live(case, stop=status)

    def _receive(self, case: Case) -> bool:
        when = case.reported_at
        if case.first_unit:
            when = later(when, 1)
            if when > self.until:
                case.first_unit = ""
                return False
            by = self.world.manager(case.first_unit, when.date())
            case.did_step("redirect", when, by, self.bank.one("redirected"), unit=case.unit)
        slow = self.rng.random() < 0.08
        when = later(when, self.rng.uniform(5, 12) if slow else self.rng.uniform(0.1, 2.5))
        if when > self.until:
            return False
        case.did_step("receive", when, self.decides(case, when))
        self.assess(case)
        return True

    def assess(self, case: Case) -> None:
        likelihood, consequence = self.rng.choice(case.area.risks)
        case.assessed = {
            "code": case.area.code,
            "law": case.law or case.area.law or CaseLaw.SOL,
            "summary": self.rng.choice(case.area.summary),
            "likelihood": likelihood,
            "consequence": consequence,
            "assessment_reason": self.bank.one("reason"),
            "consequence_text": self.bank.one("consequence"),
        }

    def _suspicion(self, case: Case, *, is_waiting: bool) -> bool:
        """Whether the case goes on as an avvikelse."""
        when = later(case.steps[-1].at, self.rng.uniform(1, 4))
        if is_waiting or when > self.until:
            return False
        by = next(row.user for row in self.world.roles if row.role == "lex_sarah_officer")
        if self.rng.random() < 0.6:
            case.did_step("return", when, by, self.bank.one("returned"))
            return True
        number = self.rng.randint(110, 890)
        case.did_step("inquire", when, by, inquiry_dnr=f"NSN {when.year}/LS-{number}")
        case.did_step("to_inquiry", when + timedelta(seconds=1), by)
        return False

    def _over_at_once(self, case: Case) -> bool:
        """Dismissed, or of the kind that is handled on one screen."""
        when = later(case.steps[-1].at, self.rng.uniform(0.1, 8))
        by, chance = self.decides(case, when), self.rng.random()
        likelihood, consequence = case.assessed["likelihood"], case.assessed["consequence"]
        is_green = likelihood * consequence <= 3 and consequence < 3
        is_simple = is_green and chance < 0.72
        if not is_simple and chance < 0.95:
            return False
        if when > self.until:
            return True
        if is_simple:
            said = self.bank.one("simple")
            case.causes.append((self.rng.choice(case.area.cause)[0], "", by, when))
            case.did_step("close_simply", when, by, answer=said, answered_at=when, answered_by=by)
            return True
        said = self.bank.one("dismissed")
        case.did_step("dismiss", when, by, said, answer=said, answered_at=when, answered_by=by)
        return True

    def _investigate(self, case: Case) -> bool:
        when = later(case.steps[-1].at, self.rng.uniform(0.5, 5))
        if when > self.until:
            return False
        by = self.decides(case, when)
        case.did_step("investigate", when, by)
        for kind in (EntryKind.FACT, EntryKind.ASSESSMENT)[: self.rng.choice((1, 2, 2))]:
            when = later(when, self.rng.uniform(0.2, 2))
            if when > self.until:
                break
            said = self.bank.one("fact") if kind == EntryKind.FACT else (self.bank.one("assessment"), "")
            case.entries.append((kind, said[0], said[1], by, when))
        return True

    def _act(self, case: Case) -> bool:
        when = later(max([case.steps[-1].at, *(one[4] for one in case.entries)]), self.rng.uniform(0.5, 6))
        # A few are forgotten while they are investigated, until somebody finds them.
        if when > self.until or (self.rng.random() < 0.05 and self._is_lately(when)):
            return False
        by = self.decides(case, when)
        k = 2 if len(case.area.cause) > 1 and self.rng.random() < 0.15 else 1
        for area, sentence in self.rng.sample(list(case.area.cause), k=k):
            case.causes.append((area, sentence, by, when - timedelta(minutes=40)))
        case.did_step("act", when, by)
        return True

    def _is_lately(self, when: datetime) -> bool:
        return self.until - when < FORGOTTEN

    def _plan(self, case: Case) -> None:
        """Under the åtgärd that others of the kind share in the unit or its avdelning, or one of its own."""
        when, kind = case.acts_from - timedelta(minutes=15), case.area.key or case.area.code
        here, around = (case.unit, kind), (str(self.world.units[case.unit].parent_id), kind)
        for key, chance in ((here, 0.95), (around, 0.5)):
            shared = self._open.get(key)
            if shared and self._fits(shared, when) and self.rng.random() < chance:
                shared.answer(case, when)
                return
        plan = self.planned(case, when)
        self.plans.append(plan)
        self._open[here] = self._open[around] = plan

    def _fits(self, plan: Plan, when: datetime) -> bool:
        is_early = plan.created_at <= when and when.date() < plan.effect_on - timedelta(days=12)
        return is_early and len(plan.cases) < 8 and not plan.is_dropped

    def planned(self, case: Case, when: datetime, *, second: bool = False) -> Plan:
        title, text, kind, content, strength, expected = self.rng.choice(case.area.measure)
        by = self.decides(case, when)
        due = later(when, self.rng.choice((4, 7, 7, 10, 12, 14, 18, 28))).date()
        plan = Plan(
            title=title,
            description=text,
            type=kind,
            content=content,
            strength=strength,
            expected=expected,
            unit=case.unit,
            responsible=self.rng.choice([by, by, *self.world.staff(case.unit, when.date())]),
            by=by,
            created_at=when,
            due=due,
            effect_on=due + timedelta(days=self.rng.choice((90, 120, 150, 180))),
            cases=[(case, when)],
        )
        self._fate(plan, second=second)
        return plan

    def _fate(self, plan: Plan, *, second: bool) -> None:
        chance = self.rng.random()
        if not second and chance < 0.04:
            plan.is_dropped = True
        elif second or chance > 0.06 or not self._is_lately(plan.created_at):
            hours = self.rng.choice((-72, -48, -24, -24, -5, 0, 0, 30, 150))
            plan.done_at = max(later(plan.created_at, 1), later(_noon(plan), hours / 24))
        weak = plan.strength == "weak"
        roll = self.rng.random()
        no, partly = (0.24, 0.6) if weak else (0.07, 0.3)
        plan.effect = Effect.YES
        if roll < partly:
            plan.effect = Effect.NO if roll < no and not second else Effect.PARTLY
        plan.effect_text = self.bank.one(f"effect_{plan.effect}")

    def carry_out(self) -> None:
        """The second half of every case: its åtgärd done, the answer, the effect."""
        for plan in list(self.plans):
            self.finish(plan)

    def finish(self, plan: Plan) -> None:
        start = later(plan.created_at, self.rng.uniform(0.5, 4))
        if plan.is_dropped:
            self._drop(plan)
            return
        done = plan.done_at if plan.done_at and plan.done_at <= self.until else None
        if start <= self.until and (done is None or start < done) and self.rng.random() < 0.8:
            plan.did_step("start", start, plan.responsible)
        if done is None:
            return
        plan.did_step("done", done, plan.responsible)
        for case, _ in plan.cases:
            when = later(max(done, case.acts_from), self.rng.uniform(0.1, 3))
            if when <= self.until:
                case.did_step(
                    "finish", when, self.decides(case, when), answer=self.rng.choice(case.area.answer)
                )
        self._judge(plan)

    def _judge(self, plan: Plan) -> None:
        when = later(_noon(plan, effect=True), self.rng.uniform(0.1, 5))
        by = self.world.manager(plan.unit, when.date())
        if plan.effect == Effect.PARTLY and self.rng.random() < 0.12 and when <= self.until:
            plan.effect_on += POSTPONED
            plan.did_step("postpone", when, by, self.bank.one("postponed"), effect_on=plan.effect_on)
            when = later(_noon(plan, effect=True), 1)
        if plan.is_unjudged or when > self.until:
            return
        by = self.world.manager(plan.unit, when.date())
        counts: dict[str, Any] = dict(zip(COUNTS, plan.per_quarter, strict=True))
        plan.did_step("judge", when, by, effect=plan.effect, effect_text=plan.effect_text, **counts)
        answered = [case for case, _ in plan.cases if case.steps[-1].name == "finish"]
        if plan.effect == Effect.NO:
            self._again(plan, answered, when, by)
            return
        for case in answered:
            closed = later(when, self.rng.uniform(0.02, 2))
            if closed <= self.until:
                case.did_step("close", closed, self.decides(case, closed))

    def _drop(self, plan: Plan) -> None:
        """Struck; another åtgärd takes its place."""
        when = later(plan.created_at, self.rng.uniform(8, 25))
        if when > self.until:
            return
        plan.did_step("drop", when, plan.by, self.bank.one("dropped"))
        self._replace(plan, [case for case, _ in plan.cases], when)

    def _again(self, plan: Plan, answered: list[Case], when: datetime, by: object) -> None:
        """No effect: the cases go back to åtgärdas, and something else is planned."""
        for case in answered:
            case.did_step("redo", when + timedelta(seconds=1), by, self.bank.one("redone"))
        if answered:
            self._replace(plan, answered, when)

    def _replace(self, plan: Plan, cases: list[Case], when: datetime) -> None:
        planned = later(when, 0.5)
        if planned > self.until:
            return
        fresh = self.planned(cases[0], planned, second=True)
        fresh.cases += [(case, planned) for case in cases[1:]]
        if fresh.title == plan.title:
            fresh.title = f"{fresh.title}, nytt försök"
        self.plans.append(fresh)
        self.finish(fresh)


def _noon(plan: Plan, *, effect: bool = False) -> datetime:
    return at(plan.effect_on if effect else plan.due, 12)
