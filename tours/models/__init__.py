"""A tour of duty, the numbered versions of its terms, and who signed which.

What must never be otherwise is kept by the database: proposed terms are immutable, a signature
belongs to a party of the version it signs, and a tour names terms in force only when both parties
have signed exactly those (see migration 0002).
"""

from tours.models.calendars import CalendarFeed, CalendarOrigin
from tours.models.handovers import taken_over_by
from tours.models.ledger import LedgerEntry
from tours.models.next_steps import NextStep
from tours.models.partings import Parting
from tours.models.policy import Policy
from tours.models.programmes import Given, Giving, Pledge, Programme, Revision
from tours.models.promises import Promise
from tours.models.rhythm import Rhythm
from tours.models.seals import Seal
from tours.models.sides import Side
from tours.models.signatures import Signature
from tours.models.terms import Comment, Terms, newest_versions
from tours.models.tours import Tour, TourQuerySet
