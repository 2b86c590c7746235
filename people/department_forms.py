"""What HR may type about departments."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance_site.forms import fields_only, over_type
from people import uniting
from people.departments import Departments, Node, by_todays_name
from people.forms import MANY_DEPARTMENTS, RecordForm
from people.services import Cycle


class DepartmentsFilter(forms.Form):
    q = forms.CharField(label=gettext_lazy("Name"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = fields_only("q")


class NamingForm(RecordForm):
    """Names another department, by a former name, too: then the field has today's, and says so."""

    tree: Departments
    formerly = ""

    def meant(self, field: str) -> Node | None:
        name = " ".join(self.cleaned_data[field].split())
        asked, self.formerly = by_todays_name({"department": name}, self.tree)
        found = self.tree.called_today(asked["department"])
        if name and found is None:
            raise ValidationError(_("There is no department called “%s”.") % name)
        if found and self.formerly:
            over_type(self, field, found.name)
            self[field].help_text = self.formerly
        return found


class DepartmentForm(NamingForm):
    """What one is called, and which is above it; `node` is None for a new one."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    above = forms.CharField(label=gettext_lazy("Department above"), max_length=200, required=False)

    def __init__(self, *args: Any, tree: Departments, node: Node | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tree, self.node = tree, node
        below = set(tree.with_below(node.pk)) if node else set()
        if not _offer(self.fields["above"], _("none"), tree, below):
            self.fields["above"].help_text = _("By its name; empty for none.")
        self.helper = fields_only("seen", "name", "above")

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        other = self.tree.called_today(name)
        if other and not (self.node and self.node.pk == other.pk):
            raise ValidationError(_("There is a department called “%s” already.") % other.name)
        return name

    def clean_above(self) -> int | None:
        found = self.meant("above")
        above = found.pk if found else None
        if self.node and (circle := self.tree.circle(self.node.pk, above)):
            raise ValidationError(str(Cycle([node.name for node in circle])))
        return above


class UniteForm(NamingForm):
    """Which department that one is the same as."""

    department = forms.CharField(label=gettext_lazy("Department that it becomes part of"), max_length=200)

    def __init__(self, *args: Any, tree: Departments, node: Node, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tree, self.node = tree, node
        below = set(tree.with_below(node.pk))
        if not _offer(self.fields["department"], "–", tree, below):
            self.fields["department"].help_text = _("By its name.")
        self.helper = fields_only("department")

    def clean_department(self) -> Node:
        found = self.meant("department")
        assert found, "the field must be filled in"
        if why := uniting.why_not(self.tree, self.node.pk, found.pk):
            raise ValidationError(why)
        return found


def _offer(field: forms.Field, empty: str, tree: Departments, without: Collection[int]) -> bool:
    """All but these, to choose from; False where they are too many, and one is typed."""
    names = [each.name for each in tree.by_key.values() if each.pk not in without]
    if len(names) > MANY_DEPARTMENTS:
        return False
    field.widget = forms.Select(choices=[("", empty), *((name, name) for name in names)])
    return True
