"""Create every table of the first release."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "app_user",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account", sa.String(length=12), nullable=False),
        sa.Column("display_name", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("lang", sa.String(length=2), nullable=False),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("password_set_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_app_user")),
        sa.UniqueConstraint("account", name=op.f("uq_app_user_account")),
    )
    op.create_index(op.f("ix_app_user_email"), "app_user", ["email"], unique=False)
    op.create_index(op.f("ix_app_user_phone"), "app_user", ["phone"], unique=False)

    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=60), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("facts", sa.Text().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index("ix_audit_entry_subject", "audit_entry", ["subject_kind", "subject_id"], unique=False)

    op.create_table(
        "category",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name_es", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("code", name=op.f("uq_category_code")),
    )
    op.create_table(
        "feed_copy",
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("scope", sa.String(length=60), nullable=False),
        sa.Column("built_stamp", sa.BigInteger(), nullable=False),
        sa.Column("etag", sa.String(length=40), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_feed_copy")),
    )
    op.create_table(
        "feed_stamp",
        sa.Column("scope", sa.String(length=60), nullable=False),
        sa.Column("stamp", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_feed_stamp")),
    )
    op.create_table(
        "import_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("caller", sa.String(length=60), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("headers", sa.Text().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("unknown", sa.Text().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("lines", sa.Text().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("to_correct", sa.Integer(), nullable=False),
        sa.Column("follows_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["follows_id"], ["import_run.id"], name=op.f("fk_import_run_follows_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    op.create_index(op.f("ix_import_run_follows_id"), "import_run", ["follows_id"], unique=False)
    op.create_index("ix_import_run_organisation_id", "import_run", ["organisation_id", "id"], unique=False)

    op.create_table(
        "kept_answer",
        sa.Column("principal", sa.String(length=60), nullable=False),
        sa.Column("route", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("body_digest", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.String(length=400), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("principal", "route", "key", name=op.f("pk_kept_answer")),
    )
    op.create_index("ix_kept_answer_made_at", "kept_answer", ["made_at"], unique=False)

    op.create_table(
        "key_date",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name_es", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("notice_weeks", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(country) = 2", name=op.f("ck_key_date_country_is_iso")),
        sa.CheckConstraint("notice_weeks between 0 and 52", name=op.f("ck_key_date_notice_bounded")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_date")),
        sa.UniqueConstraint("country", "year", "code", name=op.f("uq_key_date_country_year_code")),
    )
    op.create_index("ix_key_date_country_on_date_id", "key_date", ["country", "on_date", "id"], unique=False)

    op.create_table(
        "ledger_posting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("recorded_by", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_posting")),
        sa.UniqueConstraint(
            "subject_kind",
            "subject_id",
            "reason",
            name=op.f("uq_ledger_posting_subject_kind_subject_id_reason"),
        ),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_folded", sa.String(length=200), nullable=False),
        sa.Column("acronym", sa.String(length=60), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "producer_group",
                "cooperative",
                "network",
                "union",
                "consumer_group",
                "consumer_network",
                "municipality",
                "municipal_network",
                "buyer",
                "exporter",
                "certifier",
                "support",
                "finance",
                "shop",
                "fair",
                "territory",
                "academic",
                "barter_club",
                name="organisation_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "legal_status",
            sa.Enum(
                "informal",
                "association",
                "cooperative",
                "company",
                "public",
                "other",
                name="organisation_legal_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("tax_id", sa.String(length=30), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=True),
        sa.Column("territory_code", sa.String(length=20), nullable=True),
        sa.Column("place", sa.String(length=200), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("phone_consent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("website", sa.String(length=200), nullable=True),
        sa.Column("facts", sa.String(length=2000), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_by", sa.String(length=60), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(country) = 2", name=op.f("ck_organisation_country_is_iso")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("code", name=op.f("uq_organisation_code")),
    )
    op.create_index("ix_organisation_name_folded", "organisation", ["name_folded", "id"], unique=False)
    op.create_index("ix_organisation_region_id", "organisation", ["country", "region"], unique=False)

    op.create_table(
        "outbox_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("facts", sa.Text().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_event")),
    )
    op.create_index("ix_outbox_event_sequence", "outbox_event", ["sequence"], unique=False)

    op.create_table(
        "producer_line",
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name_es", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("also", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_producer_line")),
    )
    op.create_table(
        "stored_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media", sa.String(length=60), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unused_since", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
    )
    op.create_index("ix_stored_file_owner", "stored_file", ["owner"], unique=False)
    op.create_index("ix_stored_file_unused_since", "stored_file", ["unused_since"], unique=False)

    op.create_table(
        "territory",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "district",
                "municipality",
                "commune",
                name="territory_level",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_folded", sa.String(length=120), nullable=False),
        sa.Column("parent_name", sa.String(length=120), nullable=False),
        sa.CheckConstraint(
            "substr(code, 1, 3) = country || '-'", name=op.f("ck_territory_code_names_country")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_territory")),
    )
    op.create_index("ix_territory_name_folded_code", "territory", ["name_folded", "code"], unique=False)
    op.create_index(
        "ix_territory_region_name_folded", "territory", ["region", "name_folded", "code"], unique=False
    )

    op.create_table(
        "affiliation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "accepted",
                "refused",
                "ended",
                name="affiliation_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("asked_by_group", sa.Boolean(), nullable=False),
        sa.Column("see_stock", sa.Boolean(), nullable=False),
        sa.Column("answer_for", sa.Boolean(), nullable=False),
        sa.Column("invoice_for", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("group_id <> network_id", name=op.f("ck_affiliation_not_itself")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["organisation.id"], name=op.f("fk_affiliation_group_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["network_id"], ["organisation.id"], name=op.f("fk_affiliation_network_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_affiliation")),
    )
    op.create_index(op.f("ix_affiliation_group_id"), "affiliation", ["group_id"], unique=False)
    op.create_index(op.f("ix_affiliation_network_id"), "affiliation", ["network_id"], unique=False)
    op.create_index(
        "uq_affiliation_live",
        "affiliation",
        ["group_id", "network_id"],
        unique=True,
        sqlite_where=sa.text("state in ('asked', 'accepted')"),
        postgresql_where=sa.text("state in ('asked', 'accepted')"),
    )

    op.create_table(
        "api_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", sa.String(length=200), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_api_key_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_key_digest")),
    )
    op.create_index(op.f("ix_api_key_organisation_id"), "api_key", ["organisation_id"], unique=False)

    op.create_table(
        "buyer_order",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("buyer_id", sa.Uuid(), nullable=False),
        sa.Column("coordinator_id", sa.Uuid(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "proposed",
                "awaiting_producers",
                "confirmed",
                "partially_confirmed",
                "expired",
                "cancelled",
                "collecting",
                "delivered",
                "settled",
                name="order_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("delivery", sa.String(length=400), nullable=False),
        sa.Column("max_share_base", sa.BigInteger(), nullable=True),
        sa.Column("source_kind", sa.String(length=40), nullable=True),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("plan_id", sa.Uuid(), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cutoff_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("has_hole", sa.Boolean(), nullable=False),
        sa.Column("close_reason", sa.String(length=500), nullable=True),
        sa.Column("created_by", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["organisation.id"], name=op.f("fk_buyer_order_buyer_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["coordinator_id"],
            ["organisation.id"],
            name=op.f("fk_buyer_order_coordinator_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buyer_order")),
        sa.UniqueConstraint("code", name=op.f("uq_buyer_order_code")),
    )
    op.create_index("ix_buyer_order_buyer_id_id", "buyer_order", ["buyer_id", "id"], unique=False)
    op.create_index("ix_buyer_order_buyer_id_state", "buyer_order", ["buyer_id", "state"], unique=False)
    op.create_index("ix_buyer_order_coordinator_id_id", "buyer_order", ["coordinator_id", "id"], unique=False)
    op.create_index("ix_buyer_order_state_cutoff_at", "buyer_order", ["state", "cutoff_at"], unique=False)
    op.create_index("ix_buyer_order_state_valid_until", "buyer_order", ["state", "valid_until"], unique=False)

    op.create_table(
        "capacity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("producer_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("base_unit", sa.String(length=3), nullable=False),
        sa.Column("per_week_base", sa.BigInteger(), nullable=False),
        sa.Column("notice_weeks", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("notice_weeks between 0 and 52", name=op.f("ck_capacity_notice_weeks_in_bounds")),
        sa.CheckConstraint("per_week_base >= 0", name=op.f("ck_capacity_per_week_not_negative")),
        sa.ForeignKeyConstraint(
            ["producer_id"], ["organisation.id"], name=op.f("fk_capacity_producer_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capacity")),
        sa.UniqueConstraint("producer_id", "name", name=op.f("uq_capacity_producer_id_name")),
    )
    op.create_index(op.f("ix_capacity_producer_id"), "capacity", ["producer_id"], unique=False)

    op.create_table(
        "coordination_policy",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("release_at_once", sa.Boolean(), nullable=False),
        sa.Column("repair_at_once", sa.Boolean(), nullable=False),
        sa.Column("show_table", sa.Boolean(), nullable=False),
        sa.Column("answer_hours", sa.Integer(), nullable=False),
        sa.Column("weight_cap", sa.Integer(), nullable=False),
        sa.Column("history_days", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "answer_hours between 48 and 720", name=op.f("ck_coordination_policy_answer_hours_fair")
        ),
        sa.CheckConstraint(
            "history_days between 0 and 3650", name=op.f("ck_coordination_policy_history_days_sane")
        ),
        sa.CheckConstraint(
            "weight_cap between 1 and 1000", name=op.f("ck_coordination_policy_weight_cap_sane")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_coordination_policy_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_coordination_policy")),
    )
    op.create_table(
        "device",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("secret_digest", sa.LargeBinary(), nullable=False),
        sa.Column("pin_digest", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("failures between 0 and 5", name=op.f("ck_device_failures_bounded")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app_user.id"], name=op.f("fk_device_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("secret_digest", name=op.f("uq_device_secret_digest")),
    )
    op.create_index(op.f("ix_device_user_id"), "device", ["user_id"], unique=False)

    op.create_table(
        "feed_token",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=60), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_feed_token_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_feed_token_digest")),
    )
    op.create_index(op.f("ix_feed_token_organisation_id"), "feed_token", ["organisation_id"], unique=False)

    op.create_table(
        "file_body",
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column(
            "size",
            sa.Enum(
                "whole",
                "large",
                "medium",
                "small",
                name="file_body_size",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_file_body_file_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("file_id", "size", name=op.f("pk_file_body")),
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("code_digest", sa.LargeBinary(), nullable=False),
        sa.Column("roles", sa.String(length=120), nullable=False),
        sa.Column("display_name", sa.String(length=120), nullable=True),
        sa.Column("invited_by", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_by", sa.Uuid(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["accepted_by"], ["app_user.id"], name=op.f("fk_invitation_accepted_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_invitation_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("code_digest", name=op.f("uq_invitation_code_digest")),
    )
    op.create_index(op.f("ix_invitation_accepted_by"), "invitation", ["accepted_by"], unique=False)
    op.create_index(op.f("ix_invitation_organisation_id"), "invitation", ["organisation_id"], unique=False)

    op.create_table(
        "ledger_account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "cash",
                "receivable",
                "credit_owed",
                "income",
                "waived",
                name="ledger_account_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("counterparty_id", sa.Uuid(), nullable=True),
        sa.Column("counterparty_key", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(currency) = 3", name=op.f("ck_ledger_account_currency_is_iso")),
        sa.ForeignKeyConstraint(
            ["counterparty_id"],
            ["organisation.id"],
            name=op.f("fk_ledger_account_counterparty_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["organisation.id"], name=op.f("fk_ledger_account_owner_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_account")),
        sa.UniqueConstraint(
            "owner_id",
            "kind",
            "currency",
            "counterparty_key",
            name=op.f("uq_ledger_account_owner_id_kind_currency_counterparty_key"),
        ),
    )
    op.create_index(
        op.f("ix_ledger_account_counterparty_id"), "ledger_account", ["counterparty_id"], unique=False
    )
    op.create_index(op.f("ix_ledger_account_owner_id"), "ledger_account", ["owner_id"], unique=False)

    op.create_table(
        "membership",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "member",
                "seller",
                "coordinator",
                "operator",
                "treasurer",
                "publisher",
                name="membership_role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_membership_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app_user.id"], name=op.f("fk_membership_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint(
            "organisation_id", "user_id", "role", name=op.f("uq_membership_organisation_id_user_id_role")
        ),
    )
    op.create_index(op.f("ix_membership_organisation_id"), "membership", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_membership_user_id"), "membership", ["user_id"], unique=False)

    op.create_table(
        "message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("sender_organisation_id", sa.Uuid(), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("topic_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "offer",
                "changed_offer",
                "reminder",
                "noted",
                "confirmed",
                "withdrawn",
                "plan_ready",
                "cancelled",
                "moved",
                "observed",
                "not_admitted",
                name="message_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("short", sa.String(length=160), nullable=False),
        sa.Column("link_version", sa.Integer(), nullable=True),
        sa.Column("facts", sa.Text().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("lang", sa.String(length=5), nullable=False),
        sa.Column("act_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_by", sa.String(length=60), nullable=True),
        sa.Column(
            "sent_channel",
            sa.Enum(
                "whatsapp",
                "sms",
                "call",
                "in_person",
                "app",
                name="message_channel",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(sent_at is null) = (sent_channel is null)", name=op.f("ck_message_sent_by_a_channel")
        ),
        sa.CheckConstraint("length(short) <= 160", name=op.f("ck_message_short_is_short")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_message_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["sender_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_message_sender_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app_user.id"], name=op.f("fk_message_user_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    op.create_index("ix_message_inbox", "message", ["organisation_id", "act_by", "id"], unique=False)
    op.create_index("ix_message_outbox", "message", ["sender_organisation_id", "act_by", "id"], unique=False)
    op.create_index("ix_message_subject", "message", ["subject_id", "id"], unique=False)
    op.create_index("ix_message_topic", "message", ["topic_id", "id"], unique=False)
    op.create_index(op.f("ix_message_user_id"), "message", ["user_id"], unique=False)

    op.create_table(
        "organisation_word",
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("word", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["organisation.id"],
            name=op.f("fk_organisation_word_subject_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("subject_id", "word", name=op.f("pk_organisation_word")),
    )
    op.create_index(
        "ix_organisation_word_word_subject_id", "organisation_word", ["word", "subject_id"], unique=False
    )

    op.create_table(
        "place",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "collection_point",
                "venue",
                "pick_up_point",
                name="place_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_folded", sa.String(length=120), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=True),
        sa.Column("territory_code", sa.String(length=20), nullable=True),
        sa.Column("infrastructure", sa.Text().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("reference", sa.String(length=300), nullable=False),
        sa.Column("latitude_e6", sa.Integer(), nullable=True),
        sa.Column("longitude_e6", sa.Integer(), nullable=True),
        sa.Column("location_consent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contact_name", sa.String(length=120), nullable=True),
        sa.Column("contact_phone", sa.String(length=20), nullable=True),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(latitude_e6 is null) = (longitude_e6 is null)", name=op.f("ck_place_location_has_both")
        ),
        sa.CheckConstraint(
            "latitude_e6 between -90000000 and 90000000 and longitude_e6 between -180000000 and 180000000",
            name=op.f("ck_place_location_on_earth"),
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["organisation.id"], name=op.f("fk_place_owner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
    )
    op.create_index("ix_place_name_folded_id", "place", ["name_folded", "id"], unique=False)
    op.create_index(op.f("ix_place_owner_id"), "place", ["owner_id"], unique=False)
    op.create_index(
        "ix_place_region_name_folded", "place", ["country", "region", "name_folded"], unique=False
    )

    op.create_table(
        "producer_profile",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("women", sa.Integer(), nullable=True),
        sa.Column("men", sa.Integer(), nullable=True),
        sa.Column("active", sa.Integer(), nullable=True),
        sa.Column("verified", sa.Integer(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_by_id", sa.Uuid(), nullable=True),
        sa.Column("verified_by", sa.String(length=60), nullable=True),
        sa.Column("women_led", sa.Boolean(), nullable=False),
        sa.Column("founded_year", sa.Integer(), nullable=True),
        sa.Column("story", sa.String(length=4000), nullable=False),
        sa.Column("needs", sa.String(length=2000), nullable=False),
        sa.Column("strengths", sa.String(length=2000), nullable=False),
        sa.Column("invoiced_by_id", sa.Uuid(), nullable=True),
        sa.Column("latitude_e6", sa.Integer(), nullable=True),
        sa.Column("longitude_e6", sa.Integer(), nullable=True),
        sa.Column("location_consent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(latitude_e6 is null) = (longitude_e6 is null)",
            name=op.f("ck_producer_profile_location_has_both"),
        ),
        sa.CheckConstraint(
            "(women is null) = (men is null)", name=op.f("ck_producer_profile_members_by_sex")
        ),
        sa.CheckConstraint(
            "active is null or women is null or active <= women + men",
            name=op.f("ck_producer_profile_active_are_members"),
        ),
        sa.CheckConstraint(
            "latitude_e6 between -90000000 and 90000000 and longitude_e6 between -180000000 and 180000000",
            name=op.f("ck_producer_profile_location_on_earth"),
        ),
        sa.CheckConstraint(
            "verified = 0 or verified_at is not null", name=op.f("ck_producer_profile_verified_is_dated")
        ),
        sa.CheckConstraint(
            "verified >= 0 and verified <= coalesce(active, 0)",
            name=op.f("ck_producer_profile_verified_are_active"),
        ),
        sa.CheckConstraint(
            "women >= 0 and men >= 0 and active >= 0", name=op.f("ck_producer_profile_members_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["invoiced_by_id"],
            ["organisation.id"],
            name=op.f("fk_producer_profile_invoiced_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_producer_profile_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["verified_by_id"],
            ["organisation.id"],
            name=op.f("fk_producer_profile_verified_by_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_producer_profile")),
    )
    op.create_index(
        op.f("ix_producer_profile_invoiced_by_id"), "producer_profile", ["invoiced_by_id"], unique=False
    )
    op.create_index(
        op.f("ix_producer_profile_verified_by_id"), "producer_profile", ["verified_by_id"], unique=False
    )

    op.create_table(
        "product",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_folded", sa.String(length=120), nullable=False),
        sa.Column("quality", sa.String(length=2000), nullable=False),
        sa.Column("base_unit", sa.String(length=3), nullable=False),
        sa.Column("unit", sa.String(length=3), nullable=False),
        sa.Column("price_unit_base", sa.BigInteger(), nullable=False),
        sa.Column("step_base", sa.BigInteger(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("base_unit in ('GRM', 'MLT', 'H87')", name=op.f("ck_product_base_unit_known")),
        sa.CheckConstraint("price_unit_base > 0 and step_base > 0", name=op.f("ck_product_units_positive")),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f("fk_product_category_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["organisation.id"], name=op.f("fk_product_owner_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("code", name=op.f("uq_product_code")),
    )
    op.create_index(op.f("ix_product_category_id"), "product", ["category_id"], unique=False)
    op.create_index(
        "ix_product_category_id_name_folded", "product", ["category_id", "name_folded", "id"], unique=False
    )
    op.create_index("ix_product_name_folded_id", "product", ["name_folded", "id"], unique=False)
    op.create_index(op.f("ix_product_owner_id"), "product", ["owner_id"], unique=False)

    op.create_table(
        "sanction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organiser_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("cause_id", sa.Uuid(), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_why", sa.String(length=500), nullable=False),
        sa.Column("decided_by", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_sanction_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_sanction_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organiser_id"], ["organisation.id"], name=op.f("fk_sanction_organiser_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sanction")),
        sa.UniqueConstraint(
            "organiser_id",
            "organisation_id",
            "cause_id",
            name=op.f("uq_sanction_organiser_id_organisation_id_cause_id"),
        ),
    )
    op.create_index(op.f("ix_sanction_organisation_id"), "sanction", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_sanction_organiser_id"), "sanction", ["organiser_id"], unique=False)

    op.create_table(
        "seal_scheme",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name_es", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "third_party",
                "participatory",
                "own",
                name="seal_scheme_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind <> 'own' or owner_id is not null", name=op.f("ck_seal_scheme_own_has_an_owner")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["organisation.id"], name=op.f("fk_seal_scheme_owner_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal_scheme")),
        sa.UniqueConstraint("code", name=op.f("uq_seal_scheme_code")),
    )
    op.create_index(op.f("ix_seal_scheme_owner_id"), "seal_scheme", ["owner_id"], unique=False)

    op.create_table(
        "sign_in_code",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("made_by", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app_user.id"], name=op.f("fk_sign_in_code_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sign_in_code")),
    )
    op.create_index(op.f("ix_sign_in_code_expires_at"), "sign_in_code", ["expires_at"], unique=False)
    op.create_index(op.f("ix_sign_in_code_user_id"), "sign_in_code", ["user_id"], unique=False)

    op.create_table(
        "territory_word",
        sa.Column("subject_id", sa.String(length=20), nullable=False),
        sa.Column("word", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["territory.code"], name=op.f("fk_territory_word_subject_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("subject_id", "word", name=op.f("pk_territory_word")),
    )
    op.create_index(
        "ix_territory_word_word_subject_id", "territory_word", ["word", "subject_id"], unique=False
    )

    op.create_table(
        "upload",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("opened_by", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("refused", sa.String(length=40), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("file_id is null or received = size", name=op.f("ck_upload_file_of_all_bytes")),
        sa.CheckConstraint("file_id is null or refused is null", name=op.f("ck_upload_kept_or_refused")),
        sa.CheckConstraint("received between 0 and size", name=op.f("ck_upload_received_within_size")),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_upload_file_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    op.create_index("ix_upload_expires_at", "upload", ["expires_at"], unique=False)
    op.create_index(op.f("ix_upload_file_id"), "upload", ["file_id"], unique=False)
    op.create_index("ix_upload_opened_by", "upload", ["opened_by"], unique=False)

    op.create_table(
        "capacity_week",
        sa.Column("capacity_id", sa.Uuid(), nullable=False),
        sa.Column("week_on", sa.Date(), nullable=False),
        sa.Column("available_base", sa.BigInteger(), nullable=False),
        sa.Column("reserved_base", sa.BigInteger(), nullable=False),
        sa.Column("is_off", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "reserved_base >= 0 and reserved_base <= available_base",
            name=op.f("ck_capacity_week_reserved_in_bounds"),
        ),
        sa.ForeignKeyConstraint(
            ["capacity_id"], ["capacity.id"], name=op.f("fk_capacity_week_capacity_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("capacity_id", "week_on", name=op.f("pk_capacity_week")),
    )
    op.create_table(
        "fair",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("uid", sa.String(length=80), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("organiser_id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("supersedes_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "weekly",
                "craft",
                "expo",
                "barter",
                "night",
                "workshop",
                name="fair_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "published",
                "suspended",
                "ended",
                name="fair_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_folded", sa.String(length=120), nullable=False),
        sa.Column("description", sa.String(length=4000), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("website", sa.String(length=200), nullable=True),
        sa.Column("policy", sa.String(length=4000), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("rule", sa.Text().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("starts_minute", sa.Integer(), nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("rolled_until", sa.Date(), nullable=False),
        sa.Column("fee_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("is_own_production_first", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=True),
        sa.Column("territory_code", sa.String(length=20), nullable=True),
        sa.Column("latitude_e6", sa.Integer(), nullable=True),
        sa.Column("longitude_e6", sa.Integer(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(fee_minor is null) = (currency is null)", name=op.f("ck_fair_fee_has_currency")),
        sa.CheckConstraint(
            "(latitude_e6 is null) = (longitude_e6 is null)", name=op.f("ck_fair_location_has_both")
        ),
        sa.CheckConstraint("duration_minutes between 15 and 10080", name=op.f("ck_fair_duration_bounded")),
        sa.CheckConstraint("fee_minor is null or fee_minor >= 0", name=op.f("ck_fair_fee_not_negative")),
        sa.CheckConstraint("starts_minute between 0 and 1439", name=op.f("ck_fair_starts_within_day")),
        sa.ForeignKeyConstraint(
            ["organiser_id"], ["organisation.id"], name=op.f("fk_fair_organiser_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["place.id"], name=op.f("fk_fair_place_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["fair.id"], name=op.f("fk_fair_supersedes_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fair")),
        sa.UniqueConstraint("code", name=op.f("uq_fair_code")),
        sa.UniqueConstraint("organiser_id", "source", name=op.f("uq_fair_organiser_id_source")),
        sa.UniqueConstraint("uid", name=op.f("uq_fair_uid")),
    )
    op.create_index("ix_fair_latitude_e6", "fair", ["latitude_e6", "longitude_e6"], unique=False)
    op.create_index("ix_fair_name_folded_id", "fair", ["name_folded", "id"], unique=False)
    op.create_index(op.f("ix_fair_organiser_id"), "fair", ["organiser_id"], unique=False)
    op.create_index(op.f("ix_fair_place_id"), "fair", ["place_id"], unique=False)
    op.create_index(
        "ix_fair_region_name_folded", "fair", ["country", "region", "name_folded", "id"], unique=False
    )
    op.create_index("ix_fair_state_rolled_until", "fair", ["state", "rolled_until"], unique=False)
    op.create_index(op.f("ix_fair_supersedes_id"), "fair", ["supersedes_id"], unique=False)

    op.create_table(
        "ledger_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("posting_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_minor <> 0", name=op.f("ck_ledger_entry_amount_moves")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["ledger_account.id"],
            name=op.f("fk_ledger_entry_account_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["posting_id"],
            ["ledger_posting.id"],
            name=op.f("fk_ledger_entry_posting_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
    )
    op.create_index("ix_ledger_entry_account_id_id", "ledger_entry", ["account_id", "id"], unique=False)
    op.create_index(op.f("ix_ledger_entry_posting_id"), "ledger_entry", ["posting_id"], unique=False)

    op.create_table(
        "order_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("variant", sa.String(length=40), nullable=True),
        sa.Column("quantity_base", sa.BigInteger(), nullable=False),
        sa.Column("over_base", sa.BigInteger(), nullable=False),
        sa.Column("under_base", sa.BigInteger(), nullable=True),
        sa.Column("max_price_minor", sa.BigInteger(), nullable=True),
        sa.Column("min_grade", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("min_shelf_days", sa.Integer(), nullable=False),
        sa.Column("seals", sa.Text().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("regions", sa.Text().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.CheckConstraint("over_base >= 0", name=op.f("ck_order_line_over_not_negative")),
        sa.CheckConstraint("quantity_base > 0", name=op.f("ck_order_line_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["buyer_order.id"], name=op.f("fk_order_line_order_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_order_line_product_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_line")),
        sa.UniqueConstraint("order_id", "number", name=op.f("uq_order_line_order_id_number")),
    )
    op.create_index(op.f("ix_order_line_product_id"), "order_line", ["product_id"], unique=False)

    op.create_table(
        "plan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "first", "repair", name="plan_kind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "drafted",
                "released",
                "accepted",
                "void",
                name="plan_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("rule", sa.String(length=20), nullable=False),
        sa.Column("input_digest", sa.String(length=64), nullable=False),
        sa.Column("document", sa.Text().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("changes", sa.Text().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("lines", sa.Text().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("shares", sa.Text().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("records", sa.Text().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("answer_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_by", sa.String(length=60), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["buyer_order.id"], name=op.f("fk_plan_order_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("order_id", "number", name=op.f("uq_plan_order_id_number")),
    )
    op.create_table(
        "producer_profile_line",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("line_code", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["line_code"],
            ["producer_line.code"],
            name=op.f("fk_producer_profile_line_line_code"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["producer_profile.organisation_id"],
            name=op.f("fk_producer_profile_line_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", "line_code", name=op.f("pk_producer_profile_line")),
    )
    op.create_index(
        op.f("ix_producer_profile_line_line_code"), "producer_profile_line", ["line_code"], unique=False
    )

    op.create_table(
        "producer_word",
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("word", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["producer_profile.organisation_id"],
            name=op.f("fk_producer_word_subject_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("subject_id", "word", name=op.f("pk_producer_word")),
    )
    op.create_index("ix_producer_word_word_subject_id", "producer_word", ["word", "subject_id"], unique=False)

    op.create_table(
        "product_pack",
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("quantity_base", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity_base > 0", name=op.f("ck_product_pack_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_product_pack_product_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("product_id", "code", name=op.f("pk_product_pack")),
    )
    op.create_table(
        "product_unit",
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("factor_base", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("factor_base > 0", name=op.f("ck_product_unit_factor_positive")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_product_unit_product_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("product_id", "code", name=op.f("pk_product_unit")),
    )
    op.create_table(
        "product_variant",
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_product_variant_product_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("product_id", "code", name=op.f("pk_product_variant")),
    )
    op.create_table(
        "product_word",
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("word", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["product.id"], name=op.f("fk_product_word_subject_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("subject_id", "word", name=op.f("pk_product_word")),
    )
    op.create_index("ix_product_word_word_subject_id", "product_word", ["word", "subject_id"], unique=False)

    op.create_table(
        "seal_grant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("producer_id", sa.Uuid(), nullable=False),
        sa.Column("issuer_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("evidence", sa.String(length=2000), nullable=False),
        sa.Column("granted_by", sa.String(length=60), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_why", sa.String(length=500), nullable=True),
        sa.Column("revoked_by", sa.String(length=60), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(revoked_at is null) = (revoked_why is null)", name=op.f("ck_seal_grant_revoked_with_a_reason")
        ),
        sa.CheckConstraint("producer_id <> issuer_id", name=op.f("ck_seal_grant_not_to_itself")),
        sa.CheckConstraint("valid_from <= valid_until", name=op.f("ck_seal_grant_validity_in_order")),
        sa.ForeignKeyConstraint(
            ["issuer_id"], ["organisation.id"], name=op.f("fk_seal_grant_issuer_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["producer_id"], ["organisation.id"], name=op.f("fk_seal_grant_producer_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["scheme_id"], ["seal_scheme.id"], name=op.f("fk_seal_grant_scheme_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal_grant")),
    )
    op.create_index(
        "ix_seal_grant_issuer_id_valid_until", "seal_grant", ["issuer_id", "valid_until", "id"], unique=False
    )
    op.create_index(
        "ix_seal_grant_producer_id_valid_until", "seal_grant", ["producer_id", "valid_until"], unique=False
    )
    op.create_index(op.f("ix_seal_grant_scheme_id"), "seal_grant", ["scheme_id"], unique=False)

    op.create_table(
        "upload_piece",
        sa.Column("upload_id", sa.Uuid(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["upload.id"], name=op.f("fk_upload_piece_upload_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("upload_id", "start", name=op.f("pk_upload_piece")),
    )
    op.create_table(
        "user_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refreshed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["device_id"], ["device.id"], name=op.f("fk_user_session_device_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app_user.id"], name=op.f("fk_user_session_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_session")),
    )
    op.create_index(op.f("ix_user_session_device_id"), "user_session", ["device_id"], unique=False)
    op.create_index(op.f("ix_user_session_user_id"), "user_session", ["user_id"], unique=False)

    op.create_table(
        "access_token",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["user_session.id"], name=op.f("fk_access_token_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_access_token")),
    )
    op.create_index(op.f("ix_access_token_expires_at"), "access_token", ["expires_at"], unique=False)
    op.create_index(op.f("ix_access_token_session_id"), "access_token", ["session_id"], unique=False)

    op.create_table(
        "allocation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("producer_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "offered",
                "confirmed",
                "partially_confirmed",
                "declined",
                "expired",
                "not_told",
                "withdrawn",
                "handed_over",
                "accepted",
                "rejected",
                "settled",
                name="allocation_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("offered_base", sa.BigInteger(), nullable=False),
        sa.Column("quantity_base", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("answer_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "answer_channel",
            sa.Enum(
                "app",
                "one_tap",
                "phone",
                "whatsapp",
                "in_person",
                name="answer_channel",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("answered_by", sa.String(length=60), nullable=True),
        sa.Column("spoke", sa.String(length=120), nullable=True),
        sa.Column("spoke_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("late_base", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "quantity_base >= 0 and quantity_base <= offered_base",
            name=op.f("ck_allocation_quantity_within_offer"),
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["order_line.id"], name=op.f("fk_allocation_line_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["buyer_order.id"], name=op.f("fk_allocation_order_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_allocation_plan_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["producer_id"], ["organisation.id"], name=op.f("fk_allocation_producer_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation")),
    )
    op.create_index(op.f("ix_allocation_line_id"), "allocation", ["line_id"], unique=False)
    op.create_index("ix_allocation_order_id_line_id", "allocation", ["order_id", "line_id"], unique=False)
    op.create_index(op.f("ix_allocation_plan_id"), "allocation", ["plan_id"], unique=False)
    op.create_index("ix_allocation_producer_id_state", "allocation", ["producer_id", "state"], unique=False)
    op.create_index("ix_allocation_state_answer_until", "allocation", ["state", "answer_until"], unique=False)

    op.create_table(
        "fair_call",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("organiser_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "published",
                "reviewed",
                "final",
                "cancelled",
                name="fair_call_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("resolution", sa.String(length=120), nullable=False),
        sa.Column("bases", sa.String(length=20000), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("documents", sa.Text().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("categories", sa.Text().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("quotas", sa.Text().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("weights", sa.Text().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("mend_days", sa.Integer(), nullable=False),
        sa.Column("claim_days", sa.Integer(), nullable=False),
        sa.Column("offer_hours", sa.Integer(), nullable=False),
        sa.Column("no_show_limit", sa.Integer(), nullable=False),
        sa.Column("no_show_days", sa.Integer(), nullable=False),
        sa.Column("sanction_days", sa.Integer(), nullable=False),
        sa.Column("seed_sha256", sa.String(length=64), nullable=True),
        sa.Column("seed", sa.String(length=64), nullable=True),
        sa.Column("claims_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_fair_call_closes_after_opening")),
        sa.CheckConstraint(
            "mend_days between 1 and 60 and claim_days between 1 and 60",
            name=op.f("ck_fair_call_days_bounded"),
        ),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_fair_call_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["fair_id"], ["fair.id"], name=op.f("fk_fair_call_fair_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["organiser_id"], ["organisation.id"], name=op.f("fk_fair_call_organiser_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fair_call")),
    )
    op.create_index(op.f("ix_fair_call_fair_id"), "fair_call", ["fair_id"], unique=False)
    op.create_index(op.f("ix_fair_call_organiser_id"), "fair_call", ["organiser_id"], unique=False)
    op.create_index("ix_fair_call_state_closes_at", "fair_call", ["state", "closes_at"], unique=False)

    op.create_table(
        "fair_co_organiser",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=80), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["fair_id"], ["fair.id"], name=op.f("fk_fair_co_organiser_fair_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_fair_co_organiser_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("fair_id", "organisation_id", name=op.f("pk_fair_co_organiser")),
    )
    op.create_index(
        op.f("ix_fair_co_organiser_organisation_id"), "fair_co_organiser", ["organisation_id"], unique=False
    )

    op.create_table(
        "fair_sponsor",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("gives", sa.String(length=500), nullable=False),
        sa.Column("conditions", sa.String(length=2000), nullable=False),
        sa.Column("website", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["fair_id"], ["fair.id"], name=op.f("fk_fair_sponsor_fair_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fair_sponsor")),
    )
    op.create_index(op.f("ix_fair_sponsor_fair_id"), "fair_sponsor", ["fair_id"], unique=False)

    op.create_table(
        "fair_word",
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("word", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["fair.id"], name=op.f("fk_fair_word_subject_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("subject_id", "word", name=op.f("pk_fair_word")),
    )
    op.create_index("ix_fair_word_word_subject_id", "fair_word", ["word", "subject_id"], unique=False)

    op.create_table(
        "lot",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("producer_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("variant", sa.String(length=40), nullable=True),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "stock",
                "pledged",
                "capacity",
                name="lot_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("capacity_id", sa.Uuid(), nullable=True),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("pack_base", sa.BigInteger(), nullable=False),
        sa.Column("available_base", sa.BigInteger(), nullable=False),
        sa.Column("reserved_base", sa.BigInteger(), nullable=False),
        sa.Column("declared_base", sa.BigInteger(), nullable=True),
        sa.Column("ready_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("grade", sa.Integer(), nullable=True),
        sa.Column("point_id", sa.Uuid(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "paused",
                "closed",
                name="lot_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'capacity') = (capacity_id is not null)", name=op.f("ck_lot_capacity_has_weeks")
        ),
        sa.CheckConstraint(
            "kind <> 'capacity' or available_base = 0", name=op.f("ck_lot_capacity_has_no_stock")
        ),
        sa.CheckConstraint(
            "expires_on is null or expires_on >= ready_on", name=op.f("ck_lot_expires_after_ready")
        ),
        sa.CheckConstraint("pack_base >= 1", name=op.f("ck_lot_pack_positive")),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_lot_price_not_negative")),
        sa.CheckConstraint(
            "reserved_base >= 0 and reserved_base <= available_base", name=op.f("ck_lot_reserved_in_bounds")
        ),
        sa.ForeignKeyConstraint(
            ["capacity_id"], ["capacity.id"], name=op.f("fk_lot_capacity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["producer_id"], ["organisation.id"], name=op.f("fk_lot_producer_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["product_id", "variant"],
            ["product_variant.product_id", "product_variant.code"],
            name=op.f("fk_lot_product_id_variant"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_lot_product_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot")),
        sa.UniqueConstraint("producer_id", "code", name=op.f("uq_lot_producer_id_code")),
        postgresql_with={"fillfactor": 80},
    )
    op.create_index(op.f("ix_lot_capacity_id"), "lot", ["capacity_id"], unique=False)
    op.create_index("ix_lot_producer_id_id", "lot", ["producer_id", "id"], unique=False)
    op.create_index(
        "ix_lot_product_id_variant_status", "lot", ["product_id", "variant", "status"], unique=False
    )

    op.create_table(
        "occurrence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("organiser_id", sa.Uuid(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=True),
        sa.Column("recurrence_key", sa.String(length=16), nullable=False),
        sa.Column("is_extra", sa.Boolean(), nullable=False),
        sa.Column("is_published", sa.Boolean(), nullable=False),
        sa.Column("starts_local", sa.String(length=16), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "scheduled",
                "open",
                "closed",
                "reported",
                "cancelled",
                name="occurrence_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("moved_from", sa.String(length=16), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'cancelled' or reason <> ''", name=op.f("ck_occurrence_cancelled_has_reason")
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_occurrence_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["fair_id"], ["fair.id"], name=op.f("fk_occurrence_fair_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organiser_id"],
            ["organisation.id"],
            name=op.f("fk_occurrence_organiser_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["place.id"], name=op.f("fk_occurrence_place_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occurrence")),
        sa.UniqueConstraint("fair_id", "recurrence_key", name=op.f("uq_occurrence_fair_id_recurrence_key")),
    )
    op.create_index(
        "ix_occurrence_changed",
        "occurrence",
        ["fair_id"],
        unique=False,
        sqlite_where=sa.text("(is_extra or sequence > 0)"),
        postgresql_where=sa.text("(is_extra or sequence > 0)"),
    )
    op.create_index("ix_occurrence_fair_id_starts_at", "occurrence", ["fair_id", "starts_at"], unique=False)
    op.create_index(
        "ix_occurrence_organiser_id_starts_at",
        "occurrence",
        ["organiser_id", "starts_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_occurrence_place_id",
        "occurrence",
        ["place_id", "starts_at"],
        unique=False,
        sqlite_where=sa.text("place_id is not null"),
        postgresql_where=sa.text("place_id is not null"),
    )
    op.create_index(
        "ix_occurrence_region_starts_at", "occurrence", ["country", "region", "starts_at", "id"], unique=False
    )
    op.create_index("ix_occurrence_starts_at_id", "occurrence", ["starts_at", "id"], unique=False)
    op.create_index(
        "ix_occurrence_to_come",
        "occurrence",
        ["starts_at", "id"],
        unique=False,
        sqlite_where=sa.text("state in ('scheduled', 'open')"),
        postgresql_where=sa.text("state in ('scheduled', 'open')"),
    )

    op.create_table(
        "refresh_token",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"], ["user_session.id"], name=op.f("fk_refresh_token_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_refresh_token")),
    )
    op.create_index(op.f("ix_refresh_token_expires_at"), "refresh_token", ["expires_at"], unique=False)
    op.create_index(op.f("ix_refresh_token_session_id"), "refresh_token", ["session_id"], unique=False)

    op.create_table(
        "stall_layout",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("gap_cm", sa.Integer(), nullable=False),
        sa.Column("aisles", sa.Text().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("gap_cm between 0 and 10000", name=op.f("ck_stall_layout_gap_bounded")),
        sa.ForeignKeyConstraint(
            ["fair_id"], ["fair.id"], name=op.f("fk_stall_layout_fair_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stall_layout")),
        sa.UniqueConstraint("fair_id", "number", name=op.f("uq_stall_layout_fair_id_number")),
    )
    op.create_index(op.f("ix_stall_layout_fair_id"), "stall_layout", ["fair_id"], unique=False)

    op.create_table(
        "allocation_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("occurrence_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=20), nullable=False),
        sa.Column("layout_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("inputs", sa.Text().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("outcome", sa.Text().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("is_final", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["fair_call.id"], name=op.f("fk_allocation_run_call_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["layout_id"], ["stall_layout.id"], name=op.f("fk_allocation_run_layout_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["occurrence_id"],
            ["occurrence.id"],
            name=op.f("fk_allocation_run_occurrence_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation_run")),
        sa.UniqueConstraint("occurrence_id", "number", name=op.f("uq_allocation_run_occurrence_id_number")),
    )
    op.create_index(op.f("ix_allocation_run_call_id"), "allocation_run", ["call_id"], unique=False)
    op.create_index(op.f("ix_allocation_run_layout_id"), "allocation_run", ["layout_id"], unique=False)
    op.create_index(
        op.f("ix_allocation_run_occurrence_id"), "allocation_run", ["occurrence_id"], unique=False
    )

    op.create_table(
        "allocation_take",
        sa.Column("allocation_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("week_on", sa.Date(), nullable=True),
        sa.Column("quantity_base", sa.BigInteger(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("seals", sa.Text().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.CheckConstraint("quantity_base >= 0", name=op.f("ck_allocation_take_quantity_not_negative")),
        sa.ForeignKeyConstraint(
            ["allocation_id"],
            ["allocation.id"],
            name=op.f("fk_allocation_take_allocation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("allocation_id", "source", name=op.f("pk_allocation_take")),
    )
    op.create_index(op.f("ix_allocation_take_lot_id"), "allocation_take", ["lot_id"], unique=False)

    op.create_table(
        "announcement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("occurrence_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("is_own_production", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["occurrence_id"],
            ["occurrence.id"],
            name=op.f("fk_announcement_occurrence_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_announcement_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_announcement_product_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement")),
        sa.UniqueConstraint(
            "occurrence_id",
            "organisation_id",
            "product_id",
            name=op.f("uq_announcement_occurrence_id_organisation_id_product_id"),
        ),
    )
    op.create_index(
        op.f("ix_announcement_organisation_id"), "announcement", ["organisation_id"], unique=False
    )
    op.create_index(
        "ix_announcement_product_id_occurrence_id",
        "announcement",
        ["product_id", "occurrence_id"],
        unique=False,
    )

    op.create_table(
        "application",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "in_review",
                "needs_info",
                "approved",
                "waitlisted",
                "rejected",
                "withdrawn",
                "revoked",
                name="application_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "channel",
            sa.Enum(
                "group",
                "network",
                "counter",
                name="application_channel",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("category", sa.String(length=60), nullable=False),
        sa.Column("offers", sa.String(length=1000), nullable=False),
        sa.Column("is_own_production", sa.Boolean(), nullable=False),
        sa.Column("needs_power", sa.Boolean(), nullable=False),
        sa.Column("needs_water", sa.Boolean(), nullable=False),
        sa.Column("needs_roof", sa.Boolean(), nullable=False),
        sa.Column("needs_access", sa.Boolean(), nullable=False),
        sa.Column("width_cm", sa.Integer(), nullable=True),
        sa.Column("attendants", sa.Text().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("mend_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entered_by", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["fair_call.id"], name=op.f("fk_application_call_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_application_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        sa.UniqueConstraint("call_id", "number", name=op.f("uq_application_call_id_number")),
    )
    op.create_index(op.f("ix_application_call_id"), "application", ["call_id"], unique=False)
    op.create_index(
        "ix_application_call_id_state", "application", ["call_id", "state", "number"], unique=False
    )
    op.create_index(op.f("ix_application_organisation_id"), "application", ["organisation_id"], unique=False)
    op.create_index("ix_application_state_mend_until", "application", ["state", "mend_until"], unique=False)
    op.create_index(
        "uq_application_live_group",
        "application",
        ["call_id", "organisation_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'withdrawn'"),
        postgresql_where=sa.text("state <> 'withdrawn'"),
    )

    op.create_table(
        "barter_post",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("occurrence_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "offer", "seek", name="barter_post_kind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("amount", sa.String(length=60), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=True),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["occurrence_id"],
            ["occurrence.id"],
            name=op.f("fk_barter_post_occurrence_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_barter_post_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_barter_post_product_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_barter_post")),
    )
    op.create_index(
        "ix_barter_post_occurrence_id_kind", "barter_post", ["occurrence_id", "kind", "id"], unique=False
    )
    op.create_index(op.f("ix_barter_post_organisation_id"), "barter_post", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_barter_post_product_id"), "barter_post", ["product_id"], unique=False)

    op.create_table(
        "lot_seal",
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("scheme_code", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_lot_seal_lot_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["scheme_code"], ["seal_scheme.code"], name=op.f("fk_lot_seal_scheme_code"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("lot_id", "scheme_code", name=op.f("pk_lot_seal")),
    )
    op.create_index(op.f("ix_lot_seal_scheme_code"), "lot_seal", ["scheme_code"], unique=False)

    op.create_table(
        "movement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delta_base", sa.BigInteger(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "received",
                "pledged",
                "harvested",
                "correction",
                "sold",
                "spoiled",
                "delivered",
                name="movement_reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("caller", sa.String(length=60), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.CheckConstraint("delta_base <> 0 or reason = 'harvested'", name=op.f("ck_movement_delta_moves")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_movement_lot_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_movement")),
    )
    op.create_index("ix_movement_lot_id_id", "movement", ["lot_id", "id"], unique=False)

    op.create_table(
        "reservation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("capacity_id", sa.Uuid(), nullable=True),
        sa.Column("week_on", sa.Date(), nullable=True),
        sa.Column("holder_kind", sa.String(length=40), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("quantity_base", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "live",
                "released",
                "consumed",
                name="reservation_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_why", sa.String(length=40), nullable=True),
        sa.CheckConstraint(
            "(capacity_id is null) = (week_on is null)", name=op.f("ck_reservation_week_of_a_capacity")
        ),
        sa.CheckConstraint("quantity_base > 0", name=op.f("ck_reservation_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["capacity_id", "week_on"],
            ["capacity_week.capacity_id", "capacity_week.week_on"],
            name=op.f("fk_reservation_capacity_id_week_on"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["lot.id"], name=op.f("fk_reservation_lot_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservation")),
    )
    op.create_index(
        "ix_reservation_capacity_id_week_on", "reservation", ["capacity_id", "week_on"], unique=False
    )
    op.create_index(
        "ix_reservation_expires_at",
        "reservation",
        ["expires_at"],
        unique=False,
        sqlite_where=sa.text("expires_at is not null"),
        postgresql_where=sa.text("expires_at is not null"),
    )
    op.create_index(op.f("ix_reservation_holder_id"), "reservation", ["holder_id"], unique=False)
    op.create_index(op.f("ix_reservation_lot_id"), "reservation", ["lot_id"], unique=False)

    op.create_table(
        "stall",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("layout_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("x_cm", sa.Integer(), nullable=True),
        sa.Column("y_cm", sa.Integer(), nullable=True),
        sa.Column("w_cm", sa.Integer(), nullable=True),
        sa.Column("d_cm", sa.Integer(), nullable=True),
        sa.Column("has_power", sa.Boolean(), nullable=False),
        sa.Column("has_water", sa.Boolean(), nullable=False),
        sa.Column("has_roof", sa.Boolean(), nullable=False),
        sa.Column("is_accessible", sa.Boolean(), nullable=False),
        sa.Column("quality", sa.Integer(), nullable=False),
        sa.Column("fixed_holder_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(x_cm is null) = (y_cm is null) and (x_cm is null) = (w_cm is null) and (x_cm is null) = (d_cm is null)",
            name=op.f("ck_stall_box_is_whole"),
        ),
        sa.CheckConstraint("quality between 0 and 100", name=op.f("ck_stall_quality_bounded")),
        sa.ForeignKeyConstraint(
            ["fixed_holder_id"],
            ["organisation.id"],
            name=op.f("fk_stall_fixed_holder_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["layout_id"], ["stall_layout.id"], name=op.f("fk_stall_layout_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stall")),
        sa.UniqueConstraint("layout_id", "code", name=op.f("uq_stall_layout_id_code")),
        sa.UniqueConstraint("layout_id", "number", name=op.f("uq_stall_layout_id_number")),
    )
    op.create_index(op.f("ix_stall_fixed_holder_id"), "stall", ["fixed_holder_id"], unique=False)
    op.create_index(op.f("ix_stall_layout_id"), "stall", ["layout_id"], unique=False)

    op.create_table(
        "application_claim",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=2000), nullable=False),
        sa.Column("is_upheld", sa.Boolean(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "answered_at is null or answer <> ''", name=op.f("ck_application_claim_answer_has_reason")
        ),
        sa.CheckConstraint(
            "(answered_at is null) = (is_upheld is null)", name=op.f("ck_application_claim_answer_is_whole")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_application_claim_application_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_claim")),
    )
    op.create_index(
        op.f("ix_application_claim_application_id"), "application_claim", ["application_id"], unique=False
    )

    op.create_table(
        "application_document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("is_accepted", sa.Boolean(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_application_document_application_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_application_document_file_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_document")),
        sa.UniqueConstraint(
            "application_id", "code", name=op.f("uq_application_document_application_id_code")
        ),
    )
    op.create_index(
        op.f("ix_application_document_application_id"),
        "application_document",
        ["application_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_application_document_file_id"), "application_document", ["file_id"], unique=False
    )

    op.create_table(
        "assignment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("occurrence_id", sa.Uuid(), nullable=False),
        sa.Column("stall_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "offered",
                "confirmed",
                "declined",
                "expired",
                "released",
                "checked_in",
                "no_show",
                "completed",
                "cancelled",
                name="assignment_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("category", sa.String(length=60), nullable=False),
        sa.Column("attendants", sa.Text().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("quality", sa.Integer(), nullable=False),
        sa.Column("is_substitute", sa.Boolean(), nullable=False),
        sa.Column("is_excused", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'offered' or expires_at is not null", name=op.f("ck_assignment_offer_expires")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_assignment_application_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["occurrence_id"],
            ["occurrence.id"],
            name=op.f("fk_assignment_occurrence_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_assignment_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["allocation_run.id"], name=op.f("fk_assignment_run_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["stall_id"], ["stall.id"], name=op.f("fk_assignment_stall_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
    )
    op.create_index(op.f("ix_assignment_application_id"), "assignment", ["application_id"], unique=False)
    op.create_index(op.f("ix_assignment_occurrence_id"), "assignment", ["occurrence_id"], unique=False)
    op.create_index(op.f("ix_assignment_organisation_id"), "assignment", ["organisation_id"], unique=False)
    op.create_index(
        "ix_assignment_organisation_id_occurrence_id",
        "assignment",
        ["organisation_id", "occurrence_id"],
        unique=False,
    )
    op.create_index(op.f("ix_assignment_run_id"), "assignment", ["run_id"], unique=False)
    op.create_index(op.f("ix_assignment_stall_id"), "assignment", ["stall_id"], unique=False)
    op.create_index("ix_assignment_state_expires_at", "assignment", ["state", "expires_at"], unique=False)
    op.create_index(
        "uq_assignment_live_group",
        "assignment",
        ["occurrence_id", "organisation_id"],
        unique=True,
        sqlite_where=sa.text("state in ('offered', 'confirmed', 'checked_in', 'completed')"),
        postgresql_where=sa.text("state in ('offered', 'confirmed', 'checked_in', 'completed')"),
    )
    op.create_index(
        "uq_assignment_live_stall",
        "assignment",
        ["occurrence_id", "stall_id"],
        unique=True,
        sqlite_where=sa.text("state in ('offered', 'confirmed', 'checked_in', 'completed')"),
        postgresql_where=sa.text("state in ('offered', 'confirmed', 'checked_in', 'completed')"),
    )

    op.create_table(
        "waitlist_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("occurrence_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "offered",
                "taken",
                "passed",
                "left",
                name="waitlist_entry_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("passed_over", sa.Text().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_waitlist_entry_application_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["occurrence_id"],
            ["occurrence.id"],
            name=op.f("fk_waitlist_entry_occurrence_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_waitlist_entry_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waitlist_entry")),
        sa.UniqueConstraint(
            "occurrence_id", "organisation_id", name=op.f("uq_waitlist_entry_occurrence_id_organisation_id")
        ),
        sa.UniqueConstraint(
            "occurrence_id", "position", name=op.f("uq_waitlist_entry_occurrence_id_position")
        ),
    )
    op.create_index(
        op.f("ix_waitlist_entry_application_id"), "waitlist_entry", ["application_id"], unique=False
    )
    op.create_index(
        "ix_waitlist_entry_next", "waitlist_entry", ["occurrence_id", "state", "position"], unique=False
    )
    op.create_index(
        op.f("ix_waitlist_entry_organisation_id"), "waitlist_entry", ["organisation_id"], unique=False
    )

    op.create_table(
        "attendance",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column(
            "presence",
            sa.Enum(
                "checked_in",
                "no_show",
                "excused",
                "completed",
                name="attendance_presence",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["assignment.id"],
            name=op.f("fk_attendance_assignment_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
    )
    op.create_index(
        "ix_attendance_assignment_id_at", "attendance", ["assignment_id", "noted_at"], unique=False
    )

    op.create_table(
        "sales_declaration",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column(
            "sold",
            sa.Enum(
                "none",
                "low",
                "middle",
                "high",
                "very_high",
                name="sales_declaration_sold",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["assignment.id"],
            name=op.f("fk_sales_declaration_assignment_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("assignment_id", name=op.f("pk_sales_declaration")),
    )
    op.create_table(
        "stall_fee",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("organiser_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "due",
                "paid",
                "waived",
                "overdue",
                "credited",
                name="stall_fee_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("receipt", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state <> 'paid' or receipt <> ''", name=op.f("ck_stall_fee_paid_has_receipt")),
        sa.CheckConstraint("state <> 'waived' or reason <> ''", name=op.f("ck_stall_fee_waived_has_reason")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_stall_fee_amount_positive")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_stall_fee_assignment_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_stall_fee_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organiser_id"], ["organisation.id"], name=op.f("fk_stall_fee_organiser_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stall_fee")),
        sa.UniqueConstraint("assignment_id", name=op.f("uq_stall_fee_assignment_id")),
    )
    op.create_index(op.f("ix_stall_fee_organisation_id"), "stall_fee", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_stall_fee_organiser_id"), "stall_fee", ["organiser_id"], unique=False)
    op.create_index("ix_stall_fee_state_due_on", "stall_fee", ["state", "due_on"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_stall_fee_state_due_on", table_name="stall_fee")
    op.drop_index(op.f("ix_stall_fee_organiser_id"), table_name="stall_fee")
    op.drop_index(op.f("ix_stall_fee_organisation_id"), table_name="stall_fee")

    op.drop_table("stall_fee")
    op.drop_table("sales_declaration")
    op.drop_index("ix_attendance_assignment_id_at", table_name="attendance")

    op.drop_table("attendance")
    op.drop_index(op.f("ix_waitlist_entry_organisation_id"), table_name="waitlist_entry")
    op.drop_index("ix_waitlist_entry_next", table_name="waitlist_entry")
    op.drop_index(op.f("ix_waitlist_entry_application_id"), table_name="waitlist_entry")

    op.drop_table("waitlist_entry")
    op.drop_index(
        "uq_assignment_live_stall",
        table_name="assignment",
        sqlite_where=sa.text("state in ('offered', 'confirmed', 'checked_in', 'completed')"),
        postgresql_where=sa.text("state in ('offered', 'confirmed', 'checked_in', 'completed')"),
    )
    op.drop_index(
        "uq_assignment_live_group",
        table_name="assignment",
        sqlite_where=sa.text("state in ('offered', 'confirmed', 'checked_in', 'completed')"),
        postgresql_where=sa.text("state in ('offered', 'confirmed', 'checked_in', 'completed')"),
    )
    op.drop_index("ix_assignment_state_expires_at", table_name="assignment")
    op.drop_index(op.f("ix_assignment_stall_id"), table_name="assignment")
    op.drop_index(op.f("ix_assignment_run_id"), table_name="assignment")
    op.drop_index("ix_assignment_organisation_id_occurrence_id", table_name="assignment")
    op.drop_index(op.f("ix_assignment_organisation_id"), table_name="assignment")
    op.drop_index(op.f("ix_assignment_occurrence_id"), table_name="assignment")
    op.drop_index(op.f("ix_assignment_application_id"), table_name="assignment")

    op.drop_table("assignment")
    op.drop_index(op.f("ix_application_document_file_id"), table_name="application_document")
    op.drop_index(op.f("ix_application_document_application_id"), table_name="application_document")

    op.drop_table("application_document")
    op.drop_index(op.f("ix_application_claim_application_id"), table_name="application_claim")

    op.drop_table("application_claim")
    op.drop_index(op.f("ix_stall_layout_id"), table_name="stall")
    op.drop_index(op.f("ix_stall_fixed_holder_id"), table_name="stall")

    op.drop_table("stall")
    op.drop_index(op.f("ix_reservation_lot_id"), table_name="reservation")
    op.drop_index(op.f("ix_reservation_holder_id"), table_name="reservation")
    op.drop_index(
        "ix_reservation_expires_at",
        table_name="reservation",
        sqlite_where=sa.text("expires_at is not null"),
        postgresql_where=sa.text("expires_at is not null"),
    )
    op.drop_index("ix_reservation_capacity_id_week_on", table_name="reservation")

    op.drop_table("reservation")
    op.drop_index("ix_movement_lot_id_id", table_name="movement")

    op.drop_table("movement")
    op.drop_index(op.f("ix_lot_seal_scheme_code"), table_name="lot_seal")

    op.drop_table("lot_seal")
    op.drop_index(op.f("ix_barter_post_product_id"), table_name="barter_post")
    op.drop_index(op.f("ix_barter_post_organisation_id"), table_name="barter_post")
    op.drop_index("ix_barter_post_occurrence_id_kind", table_name="barter_post")

    op.drop_table("barter_post")
    op.drop_index(
        "uq_application_live_group",
        table_name="application",
        sqlite_where=sa.text("state <> 'withdrawn'"),
        postgresql_where=sa.text("state <> 'withdrawn'"),
    )
    op.drop_index("ix_application_state_mend_until", table_name="application")
    op.drop_index(op.f("ix_application_organisation_id"), table_name="application")
    op.drop_index("ix_application_call_id_state", table_name="application")
    op.drop_index(op.f("ix_application_call_id"), table_name="application")

    op.drop_table("application")
    op.drop_index("ix_announcement_product_id_occurrence_id", table_name="announcement")
    op.drop_index(op.f("ix_announcement_organisation_id"), table_name="announcement")

    op.drop_table("announcement")
    op.drop_index(op.f("ix_allocation_take_lot_id"), table_name="allocation_take")

    op.drop_table("allocation_take")
    op.drop_index(op.f("ix_allocation_run_occurrence_id"), table_name="allocation_run")
    op.drop_index(op.f("ix_allocation_run_layout_id"), table_name="allocation_run")
    op.drop_index(op.f("ix_allocation_run_call_id"), table_name="allocation_run")

    op.drop_table("allocation_run")
    op.drop_index(op.f("ix_stall_layout_fair_id"), table_name="stall_layout")

    op.drop_table("stall_layout")
    op.drop_index(op.f("ix_refresh_token_session_id"), table_name="refresh_token")
    op.drop_index(op.f("ix_refresh_token_expires_at"), table_name="refresh_token")

    op.drop_table("refresh_token")
    op.drop_index(
        "ix_occurrence_to_come",
        table_name="occurrence",
        sqlite_where=sa.text("state in ('scheduled', 'open')"),
        postgresql_where=sa.text("state in ('scheduled', 'open')"),
    )
    op.drop_index("ix_occurrence_starts_at_id", table_name="occurrence")
    op.drop_index("ix_occurrence_region_starts_at", table_name="occurrence")
    op.drop_index(
        "ix_occurrence_place_id",
        table_name="occurrence",
        sqlite_where=sa.text("place_id is not null"),
        postgresql_where=sa.text("place_id is not null"),
    )
    op.drop_index("ix_occurrence_organiser_id_starts_at", table_name="occurrence")
    op.drop_index("ix_occurrence_fair_id_starts_at", table_name="occurrence")
    op.drop_index(
        "ix_occurrence_changed",
        table_name="occurrence",
        sqlite_where=sa.text("(is_extra or sequence > 0)"),
        postgresql_where=sa.text("(is_extra or sequence > 0)"),
    )

    op.drop_table("occurrence")
    op.drop_index("ix_lot_product_id_variant_status", table_name="lot")
    op.drop_index("ix_lot_producer_id_id", table_name="lot")
    op.drop_index(op.f("ix_lot_capacity_id"), table_name="lot")

    op.drop_table("lot")
    op.drop_index("ix_fair_word_word_subject_id", table_name="fair_word")

    op.drop_table("fair_word")
    op.drop_index(op.f("ix_fair_sponsor_fair_id"), table_name="fair_sponsor")

    op.drop_table("fair_sponsor")
    op.drop_index(op.f("ix_fair_co_organiser_organisation_id"), table_name="fair_co_organiser")

    op.drop_table("fair_co_organiser")
    op.drop_index("ix_fair_call_state_closes_at", table_name="fair_call")
    op.drop_index(op.f("ix_fair_call_organiser_id"), table_name="fair_call")
    op.drop_index(op.f("ix_fair_call_fair_id"), table_name="fair_call")

    op.drop_table("fair_call")
    op.drop_index("ix_allocation_state_answer_until", table_name="allocation")
    op.drop_index("ix_allocation_producer_id_state", table_name="allocation")
    op.drop_index(op.f("ix_allocation_plan_id"), table_name="allocation")
    op.drop_index("ix_allocation_order_id_line_id", table_name="allocation")
    op.drop_index(op.f("ix_allocation_line_id"), table_name="allocation")

    op.drop_table("allocation")
    op.drop_index(op.f("ix_access_token_session_id"), table_name="access_token")
    op.drop_index(op.f("ix_access_token_expires_at"), table_name="access_token")

    op.drop_table("access_token")
    op.drop_index(op.f("ix_user_session_user_id"), table_name="user_session")
    op.drop_index(op.f("ix_user_session_device_id"), table_name="user_session")

    op.drop_table("user_session")
    op.drop_table("upload_piece")
    op.drop_index(op.f("ix_seal_grant_scheme_id"), table_name="seal_grant")
    op.drop_index("ix_seal_grant_producer_id_valid_until", table_name="seal_grant")
    op.drop_index("ix_seal_grant_issuer_id_valid_until", table_name="seal_grant")

    op.drop_table("seal_grant")
    op.drop_index("ix_product_word_word_subject_id", table_name="product_word")

    op.drop_table("product_word")
    op.drop_table("product_variant")
    op.drop_table("product_unit")
    op.drop_table("product_pack")
    op.drop_index("ix_producer_word_word_subject_id", table_name="producer_word")

    op.drop_table("producer_word")
    op.drop_index(op.f("ix_producer_profile_line_line_code"), table_name="producer_profile_line")

    op.drop_table("producer_profile_line")
    op.drop_table("plan")
    op.drop_index(op.f("ix_order_line_product_id"), table_name="order_line")

    op.drop_table("order_line")
    op.drop_index(op.f("ix_ledger_entry_posting_id"), table_name="ledger_entry")
    op.drop_index("ix_ledger_entry_account_id_id", table_name="ledger_entry")

    op.drop_table("ledger_entry")
    op.drop_index(op.f("ix_fair_supersedes_id"), table_name="fair")
    op.drop_index("ix_fair_state_rolled_until", table_name="fair")
    op.drop_index("ix_fair_region_name_folded", table_name="fair")
    op.drop_index(op.f("ix_fair_place_id"), table_name="fair")
    op.drop_index(op.f("ix_fair_organiser_id"), table_name="fair")
    op.drop_index("ix_fair_name_folded_id", table_name="fair")
    op.drop_index("ix_fair_latitude_e6", table_name="fair")

    op.drop_table("fair")
    op.drop_table("capacity_week")
    op.drop_index("ix_upload_opened_by", table_name="upload")
    op.drop_index(op.f("ix_upload_file_id"), table_name="upload")
    op.drop_index("ix_upload_expires_at", table_name="upload")

    op.drop_table("upload")
    op.drop_index("ix_territory_word_word_subject_id", table_name="territory_word")

    op.drop_table("territory_word")
    op.drop_index(op.f("ix_sign_in_code_user_id"), table_name="sign_in_code")
    op.drop_index(op.f("ix_sign_in_code_expires_at"), table_name="sign_in_code")

    op.drop_table("sign_in_code")
    op.drop_index(op.f("ix_seal_scheme_owner_id"), table_name="seal_scheme")

    op.drop_table("seal_scheme")
    op.drop_index(op.f("ix_sanction_organiser_id"), table_name="sanction")
    op.drop_index(op.f("ix_sanction_organisation_id"), table_name="sanction")

    op.drop_table("sanction")
    op.drop_index(op.f("ix_product_owner_id"), table_name="product")
    op.drop_index("ix_product_name_folded_id", table_name="product")
    op.drop_index("ix_product_category_id_name_folded", table_name="product")
    op.drop_index(op.f("ix_product_category_id"), table_name="product")

    op.drop_table("product")
    op.drop_index(op.f("ix_producer_profile_verified_by_id"), table_name="producer_profile")
    op.drop_index(op.f("ix_producer_profile_invoiced_by_id"), table_name="producer_profile")

    op.drop_table("producer_profile")
    op.drop_index("ix_place_region_name_folded", table_name="place")
    op.drop_index(op.f("ix_place_owner_id"), table_name="place")
    op.drop_index("ix_place_name_folded_id", table_name="place")

    op.drop_table("place")
    op.drop_index("ix_organisation_word_word_subject_id", table_name="organisation_word")

    op.drop_table("organisation_word")
    op.drop_index(op.f("ix_message_user_id"), table_name="message")
    op.drop_index("ix_message_topic", table_name="message")
    op.drop_index("ix_message_subject", table_name="message")
    op.drop_index("ix_message_outbox", table_name="message")
    op.drop_index("ix_message_inbox", table_name="message")

    op.drop_table("message")
    op.drop_index(op.f("ix_membership_user_id"), table_name="membership")
    op.drop_index(op.f("ix_membership_organisation_id"), table_name="membership")

    op.drop_table("membership")
    op.drop_index(op.f("ix_ledger_account_owner_id"), table_name="ledger_account")
    op.drop_index(op.f("ix_ledger_account_counterparty_id"), table_name="ledger_account")

    op.drop_table("ledger_account")
    op.drop_index(op.f("ix_invitation_organisation_id"), table_name="invitation")
    op.drop_index(op.f("ix_invitation_accepted_by"), table_name="invitation")

    op.drop_table("invitation")
    op.drop_table("file_body")
    op.drop_index(op.f("ix_feed_token_organisation_id"), table_name="feed_token")

    op.drop_table("feed_token")
    op.drop_index(op.f("ix_device_user_id"), table_name="device")

    op.drop_table("device")
    op.drop_table("coordination_policy")
    op.drop_index(op.f("ix_capacity_producer_id"), table_name="capacity")

    op.drop_table("capacity")
    op.drop_index("ix_buyer_order_state_valid_until", table_name="buyer_order")
    op.drop_index("ix_buyer_order_state_cutoff_at", table_name="buyer_order")
    op.drop_index("ix_buyer_order_coordinator_id_id", table_name="buyer_order")
    op.drop_index("ix_buyer_order_buyer_id_state", table_name="buyer_order")
    op.drop_index("ix_buyer_order_buyer_id_id", table_name="buyer_order")

    op.drop_table("buyer_order")
    op.drop_index(op.f("ix_api_key_organisation_id"), table_name="api_key")

    op.drop_table("api_key")
    op.drop_index(
        "uq_affiliation_live",
        table_name="affiliation",
        sqlite_where=sa.text("state in ('asked', 'accepted')"),
        postgresql_where=sa.text("state in ('asked', 'accepted')"),
    )
    op.drop_index(op.f("ix_affiliation_network_id"), table_name="affiliation")
    op.drop_index(op.f("ix_affiliation_group_id"), table_name="affiliation")

    op.drop_table("affiliation")
    op.drop_index("ix_territory_region_name_folded", table_name="territory")
    op.drop_index("ix_territory_name_folded_code", table_name="territory")

    op.drop_table("territory")
    op.drop_index("ix_stored_file_unused_since", table_name="stored_file")
    op.drop_index("ix_stored_file_owner", table_name="stored_file")

    op.drop_table("stored_file")
    op.drop_table("producer_line")
    op.drop_index("ix_outbox_event_sequence", table_name="outbox_event")

    op.drop_table("outbox_event")
    op.drop_index("ix_organisation_region_id", table_name="organisation")
    op.drop_index("ix_organisation_name_folded", table_name="organisation")

    op.drop_table("organisation")
    op.drop_table("ledger_posting")
    op.drop_index("ix_key_date_country_on_date_id", table_name="key_date")

    op.drop_table("key_date")
    op.drop_index("ix_kept_answer_made_at", table_name="kept_answer")

    op.drop_table("kept_answer")
    op.drop_index("ix_import_run_organisation_id", table_name="import_run")
    op.drop_index(op.f("ix_import_run_follows_id"), table_name="import_run")

    op.drop_table("import_run")
    op.drop_table("feed_stamp")
    op.drop_table("feed_copy")
    op.drop_table("category")
    op.drop_index("ix_audit_entry_subject", table_name="audit_entry")

    op.drop_table("audit_entry")
    op.drop_index(op.f("ix_app_user_phone"), table_name="app_user")
    op.drop_index(op.f("ix_app_user_email"), table_name="app_user")

    op.drop_table("app_user")
