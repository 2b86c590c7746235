"""What `manage.py check` finds amiss with an installation, each with what to do about it.

Errors keep every command from running. What only an installation needs, which others can reach, is
under `deploy`: `manage.py check --deploy` says it, and `make run` does outside the demonstration.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.http.request import validate_host


@register
def site_address(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Letters and calendars carry the site's address to places from where nothing can be corrected."""
    parts = urlsplit(settings.SITE_URL)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
        return [
            Error(
                f"SITE_URL is {settings.SITE_URL!r}, which is not a site's address.",
                hint="Say where people open Alliance, such as https://alliance.example.com",
                id="alliance.E003",
            )
        ]
    return []


@register
def data_folder(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    if settings.DATA_DIR.is_dir() and os.access(settings.DATA_DIR, os.W_OK | os.X_OK):
        return []
    return [
        Error(
            f"The data folder {settings.DATA_DIR} cannot be written to.",
            hint="Make it, owned by the user as whom Alliance runs, or name another one with DATA_DIR.",
            id="alliance.E004",
        )
    ]


@register
def company_language(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    known = [code for code, _name in settings.LANGUAGES]
    if settings.COMPANY_LANGUAGE in known:
        return []
    return [
        Error(
            f"LANGUAGE_CODE is {settings.COMPANY_LANGUAGE!r}, which Alliance does not speak.",
            hint=f"Choose one of {', '.join(known)}.",
            id="alliance.E005",
        )
    ]


@register(Tags.security, deploy=True)
def behind_https(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    if settings.HTTPS:
        return []
    return [
        Warning(
            "SITE_URL does not begin with https://, so sessions travel in the open.",
            hint="Put Alliance behind a proxy that speaks HTTPS, and give its address as SITE_URL.",
            id="alliance.W001",
        )
    ]


@register(Tags.security, deploy=True)
def known_visitors(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """How often somebody tries to sign in is counted by where they come from: people/throttle.py."""
    if not settings.HTTPS or settings.SECURE_PROXY_SSL_HEADER:
        return []
    return [
        Warning(
            "SITE_URL begins with https://, and no proxy is said to speak it: behind one, all visitors look "
            "like one, and a few wrong passwords of anybody lock everybody out.",
            hint="BEHIND_PROXY=1; the proxy sets X-Forwarded-Proto and adds to X-Forwarded-For.",
            id="alliance.W004",
        )
    ]


@register(Tags.security, deploy=True)
def the_sites_own_host(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    host = urlsplit(settings.SITE_URL).hostname or ""
    if validate_host(host, settings.ALLOWED_HOSTS):
        return []
    return [
        Warning(
            f"ALLOWED_HOSTS does not name {host or 'the host of SITE_URL'}, so visitors get an error.",
            hint=f"ALLOWED_HOSTS={host}",
            id="alliance.W002",
        )
    ]


@register(Tags.security, deploy=True)
def not_the_demonstration(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    if not settings.DEMONSTRATION:
        return []
    return [
        Warning(
            "This is the demonstration: its passwords are known to all, and it sends no letter out.",
            hint="Set DEMONSTRATION=0 and SECRET_KEY, DATABASE_URL, REDIS_URL and EMAIL_URL.",
            id="alliance.W003",
        )
    ]
