"""The columns that the application writes, by table: what each insert gives; of a new series, what differs."""

RESERVATION = (
    "id", "lot_id", "capacity_id", "week_on", "holder_kind", "holder_id", "quantity_base", "state", "expires_at",
    "created_at",
)  # fmt: skip
ALLOCATION = (
    "id", "order_id", "line_id", "producer_id", "plan_id", "state", "offered_base", "quantity_base", "amount_minor",
    "answer_until", "created_at", "version",
)  # fmt: skip
TAKE = (
    "allocation_id", "source", "position", "lot_id", "week_on", "quantity_base", "price_minor", "seals",
)  # fmt: skip
MESSAGE = (
    "id", "organisation_id", "user_id", "phone", "sender_organisation_id", "subject_kind", "subject_id", "topic_id",
    "kind", "text", "short", "link_version", "facts", "lang", "act_by", "created_at",
)  # fmt: skip
AUDIT = (
    "id", "at", "subject_kind", "subject_id", "facts", "actor", "request_id", "action",
)  # fmt: skip
EVENT = ("id", "at", "subject_kind", "subject_id", "facts", "kind", "sequence")
KEPT = (
    "principal", "route", "key", "body_digest", "status", "headers", "body", "made_at",
)  # fmt: skip
FAIR = (
    "id", "uid", "code", "organiser_id", "place_id", "latitude_e6", "longitude_e6", "created_at", "updated_at",
)  # fmt: skip
DATE = ("id", "fair_id", "organiser_id", "updated_at")
