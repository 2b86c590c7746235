"""HR hears that an import has finished, and that one has failed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alliance_site.outbox.models import Message
from alliance_site.outbox.notices import notices_of
from alliance_site.outbox.planning import plan_occasion
from people.importing.problems import Unreadable
from people.importing.run import import_people
from people.models import Import
from people.reminders import import_finished
from tests.factories import DAY, NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_missing_words")]


def make_import(**kw) -> Import:
    return Import.objects.create(**{"at": NOW, "file": "hr.csv", "rows": 9, "created": 2, "changed": 1} | kw)


def test_hr_hears_of_the_newest_import_that_changed_anything(cast):
    make_import(file="old.csv")
    make_import(at=NOW + timedelta(hours=1))
    make_import(at=NOW + timedelta(hours=2), created=0, changed=0)
    assert plan_occasion(import_finished, NOW + timedelta(hours=3)) == 1
    letter = Message.objects.get()
    assert (letter.recipient, letter.subject) == (cast.heidi, "The import of hr.csv has finished")
    assert "New: 2. Changed: 1." in letter.text
    assert plan_occasion(import_finished, NOW + timedelta(days=1)) == 0


def test_after_a_week_an_import_is_history(cast):
    make_import()
    assert plan_occasion(import_finished, NOW + timedelta(days=8)) == 0


@pytest.mark.parametrize(("dry_run", "told"), [(False, 1), (True, 0)])
def test_hr_hears_of_an_import_that_failed_but_not_of_a_trial(cast, tmp_path, dry_run, told):
    (tmp_path / "mapping.toml").write_text("nonsense")
    (tmp_path / "<b>hr.csv").write_text("")
    for _attempt in range(2):
        with pytest.raises(Unreadable):
            import_people(
                tmp_path / "<b>hr.csv", tmp_path / "mapping.toml", as_of=DAY, now=NOW, dry_run=dry_run
            )
    assert Message.objects.count() == told
    for letter in Message.objects.all():
        assert (letter.recipient, letter.subject) == (cast.heidi, "The import of <b>hr.csv has failed")
        assert "Problems found: 1." in letter.text
        assert "<b>hr" not in letter.html
        assert list(notices_of(cast.heidi.pk, NOW)) == [letter]
