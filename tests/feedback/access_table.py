from typing import Any

from tests.access import ALL, Page


def pk(world: Any) -> dict[str, Any]:
    return {"pk": world.checkin.pk}


ACCESS = {
    "checkins": Page(get=ALL),
    "checkin": Page(get="alice bob", post="alice bob", args=pk),
    "checkin_skip": Page(get="alice bob", post="alice bob", args=pk),
    "checkin_show": Page(post="alice bob", args=pk),
}
