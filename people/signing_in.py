"""In, out, and the way to a password. Django's own views, with our words, limits and outbox."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView, PasswordResetConfirmView
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_supported_language_variant
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.http import require_safe

from alliance_site.outbox import gate
from people import preferences
from people.clicks import is_clicked, page_of
from people.forms import ChangePasswordForm, ForgottenForm, NewPasswordForm, SignInForm
from people.models import Person
from people.passwords import send_link, tell_of_change
from people.requests import INVALID

TOO_MANY = 429
KEPT_WORDS = '"storage"'  #: where a browser keeps what could not be saved


def refusal(form: BaseForm) -> int:
    return TOO_MANY if form.has_error("__all__", "throttled") else INVALID


def language_asked_for(request: HttpRequest) -> str:
    """The first of the browser's that is here; nothing where none is, though the page has one."""
    for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        with suppress(LookupError):
            return get_supported_language_variant(code)
    return ""


def keep_what_the_browser_says(request: HttpRequest, person: Person, zone: str) -> None:
    """The language and the zone, for letters, calendar and days; and it is told once."""
    kept = preferences.keep(person, language=language_asked_for(request), time_zone=zone)
    told = []
    if language := kept.get("language"):
        told.append(
            _("Pages, letters and your calendar are in %(language)s from now on: your browser’s language.")
            % {"language": dict(settings.LANGUAGES)[language]}
        )
    if kept.get("time_zone"):
        told.append(
            _("Your time zone is %(zone)s from now on, as your browser has it.")
            % {"zone": zone.replace("_", " ")}
        )
    if told:
        link = reverse("my_settings"), _("My settings")
        messages.info(request, format_html('{} <a href="{}">{}</a>', " ".join(told), *link))


def leave_nothing_to(person: Person, request: HttpRequest, response: HttpResponse) -> None:
    """What somebody else had typed, whose session ended at this screen, is not there for who comes next; who
    comes back finds their own. Until the browser is closed, as long as its windows keep such words."""
    name, secure = settings.LAST_HERE_COOKIE_NAME, settings.SESSION_COOKIE_SECURE
    # It outlives the session, for whose end it is made, and tells nobody at this screen who was here.
    them = salted_hmac("last here", str(person.pk), algorithm="sha256").hexdigest()
    if request.COOKIES.get(name, them) != them:
        response["Clear-Site-Data"] = KEPT_WORDS
    response.set_cookie(name, them, secure=secure, httponly=True, samesite="Lax")


class SignIn(LoginView):
    template_name = "people/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_redirect_url(self, request: HttpRequest | None = None) -> str:
        """Not back to this page, which would send those who are signed in round in a circle."""
        url = super().get_redirect_url()
        return "" if url == self.request.path else url

    def get_success_url(self) -> str:
        """After a click that met the end of a session there is nothing to be read where it went."""
        url: str = super().get_success_url()
        if not is_clicked(url):
            return url
        messages.warning(self.request, _("You had been signed out: what you clicked was not done."))
        page = page_of(self._was_on() or url)
        return reverse("home") if page == self.request.path else page

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(was_on=self._was_on(), **more)

    def _was_on(self) -> str:
        """The page of ours that brought here; a browser still names it after the redirect."""
        said = self.request.POST.get("was_on", self.request.headers.get("Referer", ""))
        ours = url_has_allowed_host_and_scheme(said, {self.request.get_host()}, self.request.is_secure())
        return said if ours and urlsplit(said).path != self.request.path else ""

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        keep_what_the_browser_says(self.request, form.get_user(), form.cleaned_data["time_zone"])
        leave_nothing_to(form.get_user(), self.request, response)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=refusal(form))


@method_decorator(login_not_required, name="dispatch")  # whoever is signed out already is as they wished
class SignOut(LogoutView):
    """Words that a page kept in this browser, because they could not be saved, leave with their author."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().post(request, *args, **kwargs)
        response["Clear-Site-Data"] = KEPT_WORDS
        return response


@login_not_required
def password_forgotten(request: HttpRequest) -> HttpResponse:
    form = ForgottenForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        send_link(form.cleaned_data["email"], timezone.now())
        return redirect("password_sent")
    status = refusal(form) if form.errors else 200
    return render(request, "people/password_forgotten.html", {"form": form}, status=status)


@login_not_required
@require_safe
def password_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "people/password_sent.html", {"held": gate.is_held()})


class NewPassword(PasswordResetConfirmView):
    template_name = "people/password_new.html"
    form_class = NewPasswordForm
    post_reset_login = True
    success_url = reverse_lazy("home")

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, _("Your password is set, and you are signed in."))
        with transaction.atomic():
            response = super().form_valid(form)
            # First, so that already the letter about it is in their language.
            keep_what_the_browser_says(self.request, form.user, form.cleaned_data["time_zone"])
            tell_of_change(form.user, timezone.now())
        leave_nothing_to(form.user, self.request, response)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=INVALID)


class ChangePassword(PasswordChangeView):
    template_name = "people/password_change.html"
    form_class = ChangePasswordForm
    success_url = reverse_lazy("my_settings")

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, _("Your password is changed."))
        with transaction.atomic():
            tell_of_change(form.user, timezone.now())
            return super().form_valid(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=INVALID)
