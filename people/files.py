"""What somebody takes along from a page."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "pdf": "application/pdf",
    "txt": "text/plain; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def attached(content: str | bytes, name: str) -> HttpResponse:
    """As a file of that name, whose end says what it is."""
    disposition = content_disposition_header(as_attachment=True, filename=name)
    type_ = TYPES[name.rpartition(".")[2]]
    return HttpResponse(content, type_, headers={"Content-Disposition": disposition})
