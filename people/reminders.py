"""What people are written about, apart from their tours."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from alliance_site.outbox.occasions import Occasion

password_reset = Occasion(
    key="people.password_reset",
    title=_("A link to choose a password"),
    template="people/password_reset",
    any_hour=True,  # somebody is waiting for it
    lasts=timedelta(hours=1),  # the link in it is as good as a password
)
