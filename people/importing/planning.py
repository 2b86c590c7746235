"""What a file means for the company: who is new, what is to change, and what cannot be."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import date

from django.utils.translation import gettext as _

from people.importing import departments
from people.importing.company import (
    Company,
    Member,
    Span,
    Spell,
    brought_by_imports,
    chosen,
    name_key,
    zones_unknown,
)
from people.importing.departments import Departments
from people.importing.problems import Problem, quoted
from people.importing.reading import LOCAL, Row, Sheet
from people.importing.spans import Changes, Moved, Wish, fit, held_on, plan, turn
from people.models import Employment
from people.passwords import own_addresses


@dataclass
class Plan:
    """All that an import would write, and what it has to say."""

    new_people: list[Member] = field(default_factory=list)
    changed_people: list[Member] = field(default_factory=list)
    given_emails: list[Member] = field(default_factory=list)  #: an address that was somebody else's
    #: field, as it was and is to be → who gets that language or time zone
    localised: defaultdict[tuple[str, str, str], list[Member]] = field(
        default_factory=lambda: defaultdict(list)
    )
    readdressed: set[Member] = field(default_factory=set)  #: with another address, or a password, before
    passed_on: list[str] = field(default_factory=list)  #: of these, what was that of who has left
    own_addresses: list[str] = field(default_factory=list)  #: of who has left, noted by HR
    new_spells: list[tuple[Member, Spell]] = field(default_factory=list)
    changed_spells: list[tuple[Member, Spell]] = field(default_factory=list)
    positions: Changes = field(default_factory=Changes)
    lines: Changes = field(default_factory=Changes)
    departments: Departments = field(default_factory=Departments)
    problems: list[Problem] = field(default_factory=list)

    unsorted: Counter[str] = field(default_factory=Counter)  #: reasons recorded as "other"
    #: as the file has them → whose they would be, in however many rows
    unknown_managers: defaultdict[str, dict[Member, str]] = field(default_factory=lambda: defaultdict(dict))
    ambiguous_managers: defaultdict[str, dict[Member, str]] = field(default_factory=lambda: defaultdict(dict))
    apart: list[str] = field(default_factory=list)  #: never employed on the same day as their manager
    unmanaged: list[str] = field(default_factory=list)  #: the file names no manager any more
    still_managed: list[str] = field(default_factory=list)  #: nor ever did: HR has
    still_left: list[str] = field(default_factory=list)  #: recorded as left; the file does not know
    returned: list[str] = field(default_factory=list)  #: the file has their first day of an earlier spell
    missing: list[str] = field(default_factory=list)  #: employed, but not in the file


class Planner:
    def __init__(self, sheet: Sheet, company: Company, as_of: date, today: date) -> None:
        self.sheet, self.company, self.as_of, self.today = sheet, company, as_of, today
        self.plan = Plan(problems=sheet.problems)
        self.columns = sheet.mapping.columns
        self.spells: dict[Row, Spell] = {}  #: the spell that the row speaks of
        self.of_today: set[Row] = set()  #: with the first day of a spell that is over, before another
        #: as they were recorded and are to be, where they change
        self.changed: dict[Member, list[Moved]] = {}

    def make(self) -> Plan:
        people = [(row, self._match(row)) for row in self.sheet.rows]
        for row, member in people:
            self._spells([*row.earlier, row], member)
        self._keep_own_addresses(people)
        self._emails(people)
        self._local(people)
        for row, member in people:
            self._person(row, member)
        if not self.plan.problems:
            self._fit()
            self.names = self.company.by_name() if "manager_name" in self.columns else {}
            if {"manager_number", "manager_name"} & set(self.columns):
                unnamed = (
                    member
                    for row, member in people
                    if not all(each.manager_number or each.manager_name for each in self._not_over(row))
                )
                self.brought = brought_by_imports(line.pk for member in unnamed for line in member.lines)
            for row, member in people:
                for each in (*row.earlier, row):
                    self._position(each, member)
                for each in self._not_over(row):
                    self._manager(each, member)
            self._departments()
        self._missing()
        return self.plan

    def _not_over(self, row: Row) -> list[Row]:
        """Who is the manager is said of the latest employment, and of one before that still runs."""
        runs = [each for each in row.earlier if each.left_on and each.left_on >= self.as_of]
        return [*runs, row]

    def _problem(self, row: Row, field: str, reason: str) -> None:
        self.plan.problems.append(Problem(reason, row.line, self.columns.get(field, field)))

    def _match(self, row: Row) -> Member:
        """By number; else, by e-mail address, somebody who has no number yet; else they are new."""
        member = self.company.by_number.get(row.number)
        if member is None:
            known = self.company.by_email.get(row.email)
            member = known if known and known.number is None and known.row is None else None
        if member is None:
            member = Member(row.number, row.name, row.email or None)
            self.company.add(member)
            self.plan.new_people.append(member)
        member.row = row
        return member

    def _keep_own_addresses(self, people: list[tuple[Row, Member]]) -> None:
        """The mailbox of their work says nothing any more of who has left, where HR has noted their own: also
        where the file corrects a last day that was over when it was noted to one that was not."""
        on = min(self.as_of, self.today)
        left = [
            (row, member)
            for row, member in people
            if member.pk and member.email and row.email not in ("", member.email) and member.has_left(on)
        ]
        own = own_addresses({member.key: member.begun_last for _row, member in left}) if left else set()
        for row, member in left:
            if member.pk in own:
                row.email = ""
                self.plan.own_addresses.append(f"{row.name}: {member.email}")

    def _emails(self, people: list[tuple[Row, Member]]) -> None:
        """An address is one person's; it passes on only when the file gives its owner another, or when
        they have left and the file does not know them."""
        kept = {
            member.email: member
            for member in self.company.members.values()
            if member.email and (member.row is None or not member.row.email)
        }
        for row, member in people:
            owner = kept.get(row.email)
            has_left = owner and owner.row is None and owner.has_left(min(self.as_of, self.today))
            if owner and owner is not member and has_left:
                self.plan.passed_on.append(f"{row.email}: {owner.name} → {row.name}")
            elif owner and owner is not member:
                number = owner.number or _("none")
                reason = _("%(email)s belongs to %(name)s already (employee number %(number)s).")
                values = {"email": quoted(row.email), "name": owner.name, "number": number}
                self._problem(row, "email", reason % values)
            former = self.company.by_email.get(row.email)
            if former and former is not member:
                self.plan.given_emails.append(former)
                self.plan.readdressed.add(former)

    def _person(self, row: Row, member: Member) -> None:
        wanted = (row.number, row.name, row.email or member.email)
        if member.pk and member.email != wanted[2] and (member.email or member.has_password):
            self.plan.readdressed.add(member)
        changed = (member.number, member.name, member.email) != wanted
        if changed:
            member.number, member.name, member.email = wanted
            self.company.by_number[row.number] = member
        if changed or member in self.localised:
            self.plan.changed_people.append(member)

    def _local(self, people: list[tuple[Row, Member]]) -> None:
        """Language and time zone are a person's own: a file fills in what was never there, or what none but
        an import ever said."""
        for name in LOCAL.keys() & self.columns.keys():
            other = [each for each in people if getattr(each[0], name) not in ("", getattr(each[1], name))]
            known = {member.pk: getattr(member, name) for _row, member in other if member.pk}
            own = chosen(name, known) if known else set()
            nowhere = (
                zones_unknown({row.time_zone for row, _member in other}) if name == "time_zone" else set()
            )
            for row, member in other:
                change = name, getattr(member, name), getattr(row, name)
                if change[2] in nowhere:
                    self.sheet.unknown[change[2]].add(row.line)
                if member.pk in own or change[2] in nowhere:
                    continue
                setattr(member, name, change[2])
                if member.pk:
                    self.plan.localised[change].append(member)
        self.localised = {member for members in self.plan.localised.values() for member in members}

    def _spells(self, rows: list[Row], member: Member) -> None:
        """Each row's spell: with its day of hiring; else the only other one it meets, corrected; else a new
        one. Whether two overlap is asked when all are as the rows say."""
        begun = {spell.hired_on: spell for spell in member.spells}
        taken = [begun[row.hired_on] for row in rows if row.hired_on in begun]
        changed: list[Moved] = []
        for row in rows:
            free = [spell for spell in member.spells if spell not in taken]
            meeting = [spell for spell in free if spell.meets(row.hired_on, row.left_on)]
            if spell := begun.get(row.hired_on) or next(iter(meeting), None):
                taken.append(spell)
                self._correct(row, member, spell, changed)
            else:
                taken.append(self._new_spell(row, member))
        for row in rows if rows[-1].number not in self.sheet.overlapping else ():
            spell = self.spells[row]
            others = [other for other in member.spells if other is not spell]
            # A row with another day of hiring and no last day may be of any spell from then on: refused.
            until = spell.left_on if row.hired_on in begun else row.left_on
            if any(other.meets(spell.hired_on, until) for other in others):
                reason = _("These days overlap two spells of employment already recorded.")
                self._problem(row, "hired_on", reason)
        if changed:
            changed.sort(key=lambda each: turn(each[0].hired_on, each[1].hired_on))
            self.changed[member] = changed
            self.plan.changed_spells += [(member, spell) for _old, spell in changed]

    def _correct(self, row: Row, member: Member, spell: Spell, changed: list[Moved]) -> None:
        left_on = row.left_on or spell.left_on
        if spell.left_on and not row.left_on:
            self._still_left(row, member, spell)
        self.spells[row] = spell
        ending = (row.ending or spell.ending) if row.left_on else spell.ending
        if left_on and not ending:
            ending = Employment.Ending.OTHER
        self._unsorted(row, ending)
        wanted = (row.hired_on, left_on, ending, row.reason or spell.note)
        if (spell.hired_on, spell.left_on, spell.ending, spell.note) != wanted:
            changed.append((replace(spell), spell))
            spell.hired_on, spell.left_on, spell.ending, spell.note = wanted

    def _still_left(self, row: Row, member: Member, spell: Spell) -> None:
        """The file does not know it; or it has one row a person, with the day of first hiring, also of who
        came back. What that says of today is not to be written into the spell that is over."""
        name = member.row.name if member.row else member.name
        if spell.left_on and spell.left_on < self.as_of and member.spells[-1] is not spell:
            self.of_today.add(row)
            self.plan.returned.append(name)
        else:
            self.plan.still_left.append(name)

    def _new_spell(self, row: Row, member: Member) -> Spell:
        ending = (row.ending or Employment.Ending.OTHER) if row.left_on else None
        spell = Spell(row.hired_on, row.left_on, ending, row.reason)
        self._unsorted(row, row.ending)
        member.spells = sorted([*member.spells, spell], key=lambda spell: spell.hired_on)
        self.spells[row] = spell
        self.plan.new_spells.append((member, spell))
        return spell

    def _unsorted(self, row: Row, ending: str | None) -> None:
        if row.left_on and not row.ending and ending in {None, Employment.Ending.OTHER}:
            self.plan.unsorted[row.reason] += 1

    def _fit(self) -> None:
        for member in self.company.members.values() if self.changed else ():
            if member in self.changed:
                fit(member, member.positions, self.changed, self.plan.positions)
            if self.changed.keys() & {member, *(line.content for line in member.lines)}:
                fit(member, member.lines, self.changed, self.plan.lines)

    def _departments(self) -> None:
        spans = [*self.plan.positions.update.values(), *self.plan.positions.create]
        column, worked_in = self.columns.get("department_above", ""), {span.content[0] for _, span in spans}
        self.plan.departments = departments.plan(self.sheet.rows, worked_in, self.company, column)
        self.plan.problems += self.plan.departments.circles

    def _wish(self, spell: Spell, content: object, start: date, end: date | None) -> Wish:
        """As of the day asked for, or the nearest on which the person is employed."""
        on = max(self.as_of, spell.hired_on)
        over = bool(spell.left_on and spell.left_on < self.as_of)
        return Wish(content, start, end, min(on, spell.left_on) if spell.left_on else on, over)

    def _position(self, row: Row, member: Member) -> None:
        if not row.department or row in self.of_today:
            return
        spell = self.spells[row]
        spans = [span for span in member.positions if spell.meets(span.since, span.until)]
        title = row.title if "title" in self.columns else _title(spans, self.as_of)
        content = (self.company.called(row.department), title)
        wish = self._wish(spell, content, spell.hired_on, spell.left_on)
        plan(member, spans, wish, self.plan.positions)

    def _manager(self, row: Row, member: Member) -> None:
        if row in self.of_today or not {"manager_number", "manager_name"} & self.columns.keys():
            return
        manager = self._find_manager(row, member)
        if manager is None and (row.manager_number or row.manager_name):
            return
        spell = self.spells[row]
        spans = [span for span in member.lines if spell.meets(span.since, span.until)]
        start, end = spell.hired_on, spell.left_on
        if manager is None and not self._may_end(member, spans, self._wish(spell, None, start, end)):
            return
        if manager:
            together = [other for other in manager.spells if other.meets(start, end)]
            if not together:
                self.plan.apart.append(f"{member.name} / {manager.name}")
                return
            start = max(start, together[-1].hired_on)
            end = min((day for day in (end, together[-1].left_on) if day), default=None)
        plan(member, spans, self._wish(spell, manager, start, end), self.plan.lines)

    def _may_end(self, member: Member, spans: list[Span], wish: Wish) -> bool:
        """By a row that names no manager: what an import began, and of nobody whose spell is over."""
        held = held_on(spans, wish.on)
        if held is None or wish.correction:
            return False
        if (held.pk or held.part_of) in self.brought:
            self.plan.unmanaged.append(member.name)
            return True
        self.plan.still_managed.append(f"{member.name} / {held.content.name}")
        return False

    def _find_manager(self, row: Row, member: Member) -> Member | None:
        """By number; where none is given, by name if that is one person's only. Who is not found is listed,
        not guessed: somebody else of that name may have another number."""
        named: list[Member] = []
        if row.manager_number:
            manager = self.company.by_number.get(row.manager_number)
        else:
            named = self.names.get(name_key(row.manager_name), []) if row.manager_name else []
            manager = named[0] if len(named) == 1 else None
        if manager is member:
            field = "manager_number" if row.manager_number else "manager_name"
            self._problem(row, field, _("%(name)s would manage themselves.") % {"name": member.name})
            return None
        told = ", ".join(each for each in (row.manager_number, row.manager_name) if each)
        if manager is None and told:
            of = self.plan.ambiguous_managers if named else self.plan.unknown_managers
            of[told][member] = member.name
        return manager

    def _missing(self) -> None:
        """By name: the order in which they lie would tell who has signed in last."""
        self.plan.missing = sorted(
            member.name
            for member in self.company.members.values()
            if member.row is None and any(spell.meets(self.as_of, self.as_of) for spell in member.spells)
        )


def _title(spans: list[Span], on: date) -> str:
    """The file does not say: what was the title stays."""
    titles = [span.content[1] for span in spans if span.since <= on]
    return str(titles[-1]) if titles else ""
