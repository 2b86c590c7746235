"""Which channels of the company's chat hear of what."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages as notes
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance_site.forms import InOurVoice, fields_only
from alliance_site.outbox.chat import end, host_of
from alliance_site.outbox.models import Hook
from alliance_site.outbox.occasions import occasions
from people.clicks import clicked
from people.requests import SignedInRequest, form_page, require_hr


class HookForm(InOurVoice, forms.ModelForm):  # type: ignore[type-arg]
    occasions = forms.MultipleChoiceField(
        label=gettext_lazy("What the channel hears of"), widget=forms.CheckboxSelectMultiple
    )

    url = forms.URLField(
        label=gettext_lazy("Address"),
        help_text=gettext_lazy("What the chat calls an incoming webhook; it is not shown again."),
        max_length=500,
        assume_scheme="https",
    )

    class Meta:
        model = Hook
        fields = ("name", "kind", "url", "occasions")
        labels = {"name": gettext_lazy("The channel’s name")}

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        field = self.fields["occasions"]
        assert isinstance(field, forms.MultipleChoiceField)
        # What is posted rather than due, such as a link to a password, is nothing for a channel.
        field.choices = [
            (key, each.title) for key, each in occasions().items() if each.due and not each.private
        ]
        self.fields["kind"].initial = Hook.Kind.SLACK
        self.helper = fields_only("name", "kind", "url", "occasions")

    def clean_url(self) -> str:
        url = str(self.cleaned_data["url"])
        try:
            host_of(url)
        except ValueError as error:
            raise forms.ValidationError(_(str(error))) from error
        return url


def chat(request: SignedInRequest) -> HttpResponse:
    require_hr(request)
    form = HookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.instance.made_by, form.instance.made_at = request.user, timezone.now()
        form.save()
        notes.success(request, _("From now on this channel hears of what becomes due."))
        return redirect("chat")
    titles = {key: occasion.title for key, occasion in occasions().items()}
    hooks = [
        (hook, [titles.get(key, key) for key in hook.occasions])
        for hook in Hook.objects.filter(ended_at=None).order_by("name", "pk")
    ]
    context = {"form": form, "hooks": hooks}
    return form_page(request, "dashboards/chat.html", context, form)


@clicked
def chat_end(request: SignedInRequest, pk: int) -> HttpResponse:
    require_hr(request)
    hook = get_object_or_404(Hook, pk=pk)
    if end(hook, actor=request.user, now=timezone.now()):
        notes.success(request, _("This channel hears nothing any more."))
    else:
        notes.warning(request, _("This channel was ended before."))
    return redirect("chat")
