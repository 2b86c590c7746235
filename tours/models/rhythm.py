"""How often the two sides of a tour check in."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Rhythm(models.IntegerChoices):
    """Months between two check-ins."""

    MONTHLY = 1, _("every month")
    TWO_MONTHS = 2, _("every two months")
    QUARTERLY = 3, _("every three months")
    HALF_YEARLY = 6, _("every six months")
