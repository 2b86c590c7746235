"""What somebody writes down for themselves: nobody else reads it, counts it, or learns that it is there."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Case, Exists, Func, OuterRef, Q, Value, When
from django.db.models.functions import Length, StrIndex, Upper
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from alliance_site.addresses import address
from feedback.limits import TEXT_LIMIT
from feedback.models.checkins import CheckIn
from feedback.models.releases import released_to
from people.models import Person
from tours.models import Tour, taken_over_by


class Normalized(Func):
    """One way of writing each letter, where Unicode has two."""

    function = "normalize"
    output_field = models.TextField()


class NoteQuerySet(models.QuerySet["Note"]):
    def of(self, author: Person) -> NoteQuerySet:
        """The one door: there is no other reader."""
        return self.filter(author=author)

    def saying(self, term: str) -> NoteQuerySet:
        """Anywhere in the words, capital or not, however an accent was typed."""
        if not term:
            return self
        at = StrIndex(Normalized(Upper("words")), Normalized(Upper(Value(term))))
        return self.alias(at=at).filter(at__gt=0)

    def with_places(self, author: Person, on: date) -> NoteQuerySet:
        """With what each is about, and whether its author can still open that: `opens`; and with who took
        the tour over from them."""
        own = Q(employee=author) | Q(manager=author) | Q(released_to(author))
        checkins = CheckIn.objects.filter(own, pk=OuterRef("checkin"))
        tours = Tour.objects.known_to(author, on).filter(pk=OuterRef("tour"))
        opens = Case(When(checkin=None, then=Exists(tours)), default=Exists(checkins))
        people = ("author", "tour__employee", "tour__manager", "checkin__employee", "checkin__manager")
        told = taken_over_by(author, on, "tour")
        return self.select_related(*people).annotate(opens=opens, taken_over_by=told)  # type: ignore[no-redef]  # as promised


class Note(models.Model):
    """One author's, of one tour or one check-in in it. Tracked by no history, and gone when it is deleted.

    A check-in that planning removes leaves the note to the author, as of the tour.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    author = models.ForeignKey(Person, models.CASCADE, related_name="+")
    tour = models.ForeignKey(Tour, models.CASCADE, related_name="notes")
    # Planning deletes check-ins in SQL; the foreign key of the migration then empties this.
    checkin = models.ForeignKey(
        CheckIn, models.DO_NOTHING, null=True, db_constraint=False, related_name="notes"
    )
    of_tour = models.BooleanField(default=False)  #: rather than of a check-in
    words = models.TextField()
    #: Another with every save, so that a window that has fallen behind can be told.
    state = models.UUIDField(default=uuid.uuid4)
    saved_at = models.DateTimeField()

    opens: bool  # of a note that came by `with_places`
    taken_over_by: dict[str, Any] | None  # of such a one, too

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("private note")
        ordering = ["-saved_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["author", "tour"], condition=Q(of_tour=True), name="note_one_of_a_tour"
            ),
            models.UniqueConstraint(fields=["author", "checkin"], name="note_one_of_a_checkin"),
            models.CheckConstraint(condition=Q(of_tour=False) | Q(checkin=None), name="note_of_one_thing"),
            models.CheckConstraint(condition=~Q(words__regex=r"^\s*$"), name="note_says_something"),
            models.CheckConstraint(condition=LessThanOrEqual(Length("words"), TEXT_LIMIT), name="note_limit"),
        ]
        indexes = [models.Index(fields=["author", "-saved_at"], name="note_by_author")]
        triggers = [
            pgtrigger.Protect(
                name="notes_stay_their_authors",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("author", "tour", "of_tour"),
            ),
            pgtrigger.Trigger(
                name="by_who_takes_part_or_reads_it",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF NEW.of_tour AND NOT EXISTS (
                    SELECT FROM tours_tour t WHERE t.id = NEW.tour_id AND (
                        NEW.author_id IN (t.employee_id, t.manager_id)
                        OR EXISTS (
                            SELECT FROM tours_terms v WHERE v.tour_id = t.id AND v.manager_id = NEW.author_id
                        ) OR EXISTS (
                            SELECT FROM people_reportingline l
                            WHERE l.person_id = t.employee_id AND l.manager_id = NEW.author_id
                        )
                    )
                ) OR NOT NEW.of_tour AND NOT EXISTS (
                    SELECT FROM feedback_checkin c
                    WHERE (c.id, c.tour_id) = (NEW.checkin_id, NEW.tour_id) AND (
                        NEW.author_id IN (c.employee_id, c.manager_id)
                        OR EXISTS (
                            SELECT FROM feedback_release r
                            WHERE r.checkin_id = c.id AND r.reader_id = NEW.author_id
                                AND r.taken_back_at IS NULL
                        )
                    )
                ) THEN
                    RAISE EXCEPTION 'pgtrigger: a note is by who takes part in it or reads it';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def get_absolute_url(self) -> str:
        return address("note", self.pk)
