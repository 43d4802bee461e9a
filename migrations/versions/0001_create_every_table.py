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
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
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


def downgrade() -> None:
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
    op.drop_index(op.f("ix_allocation_take_lot_id"), table_name="allocation_take")
    op.drop_table("allocation_take")
    op.drop_index(op.f("ix_refresh_token_session_id"), table_name="refresh_token")
    op.drop_index(op.f("ix_refresh_token_expires_at"), table_name="refresh_token")
    op.drop_table("refresh_token")
    op.drop_index("ix_lot_product_id_variant_status", table_name="lot")
    op.drop_index("ix_lot_producer_id_id", table_name="lot")
    op.drop_index(op.f("ix_lot_capacity_id"), table_name="lot")
    op.drop_table("lot")
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
    op.drop_table("capacity_week")
    op.drop_index("ix_territory_word_word_subject_id", table_name="territory_word")
    op.drop_table("territory_word")
    op.drop_index(op.f("ix_sign_in_code_user_id"), table_name="sign_in_code")
    op.drop_index(op.f("ix_sign_in_code_expires_at"), table_name="sign_in_code")
    op.drop_table("sign_in_code")
    op.drop_index(op.f("ix_seal_scheme_owner_id"), table_name="seal_scheme")
    op.drop_table("seal_scheme")
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
    op.drop_index(op.f("ix_invitation_organisation_id"), table_name="invitation")
    op.drop_index(op.f("ix_invitation_accepted_by"), table_name="invitation")
    op.drop_table("invitation")
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
    op.drop_table("producer_line")
    op.drop_index("ix_outbox_event_sequence", table_name="outbox_event")
    op.drop_table("outbox_event")
    op.drop_index("ix_organisation_region_id", table_name="organisation")
    op.drop_index("ix_organisation_name_folded", table_name="organisation")
    op.drop_table("organisation")
    op.drop_index("ix_kept_answer_made_at", table_name="kept_answer")
    op.drop_table("kept_answer")
    op.drop_index("ix_import_run_organisation_id", table_name="import_run")
    op.drop_table("import_run")
    op.drop_table("category")
    op.drop_index("ix_audit_entry_subject", table_name="audit_entry")
    op.drop_table("audit_entry")
    op.drop_index(op.f("ix_app_user_phone"), table_name="app_user")
    op.drop_index(op.f("ix_app_user_email"), table_name="app_user")
    op.drop_table("app_user")
