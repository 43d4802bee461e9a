"""The strict door of the interchange document: every problem by name, and nothing but DocumentError."""

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec import structs

from app.aggregation import model
from app.aggregation.canonical import canonical
from app.aggregation.document import PREVIEW, Limits, _read_fast, _read_strictly, parse
from app.aggregation.plan import answer_document
from app.aggregation.problems import DocumentError
from app.aggregation.texts import LANGUAGES, sentence, texts

LOT = {"id": "a", "producer": "A", "product": "quinua", "available": 5, "unit_price": 8}
LINE = {"id": "1", "product": "quinua", "qty": 9}
ORDER = {"id": "o", "lines": [LINE]}
GOOD = {"orders": [ORDER], "lots": [LOT]}


def problems(document, limits=None):
    with pytest.raises(DocumentError) as refused:
        answer_document(json.dumps(document).encode(), limits)
    return [(problem.pointer, problem.code) for problem in refused.value.problems]


def with_lot(**fields):
    return GOOD | {"lots": [LOT | fields]}


def with_line(**fields):
    return GOOD | {"orders": [ORDER | {"lines": [LINE | fields]}]}


def with_order(**fields):
    return GOOD | {"orders": [ORDER | fields]}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({}, [("/orders", "missing_field")]),
        (with_lot(quantity=3), [("/lots/0/quantity", "unknown_field")]),
        (with_lot(**{"a/b~c": 3}), [("/lots/0/a~1b~0c", "unknown_field")]),
        (with_lot(available=-1), [("/lots/0/available", "out_of_range")]),
        (with_lot(available=10**12 + 1), [("/lots/0/available", "out_of_range")]),
        (with_lot(available="5"), [("/lots/0/available", "wrong_type")]),
        (with_lot(available=True), [("/lots/0/available", "wrong_type")]),
        (with_lot(available=None), [("/lots/0/available", "wrong_type")]),
        (with_lot(available=5.0), [("/lots/0/available", "not_an_integer")]),
        (with_lot(pack=0), [("/lots/0/pack", "out_of_range")]),
        (with_lot(seals="organic"), [("/lots/0/seals", "wrong_type")]),
        (with_lot(seals=["organic", 3]), [("/lots/0/seals/1", "wrong_type")]),
        (with_lot(id=""), [("/lots/0/id", "empty")]),
        (with_lot(id="x" * 201), [("/lots/0/id", "too_long")]),
        (with_lot(currency="pen"), [("/lots/0/currency", "bad_currency")]),
        (with_lot(currency="PE\n"), [("/lots/0/currency", "bad_text")]),
        (with_lot(point="\x00"), [("/lots/0/point", "bad_text")]),
        (with_line(qty=0), [("/orders/0/lines/0/qty", "out_of_range")]),
        (with_line(price_unit=0), [("/orders/0/lines/0/price_unit", "out_of_range")]),
        (with_order(lines=[]), [("/orders/0/lines", "empty")]),
        (with_order(max_points=3), [("/orders/0/max_points", "not_served")]),
        (with_order(max_avg_price=3), [("/orders/0/max_avg_price", "not_served")]),
        (with_order(points_eps="0.05"), [("/orders/0/points_eps", "not_served")]),
        (with_order(standing_order={}), [("/orders/0/standing_order", "not_served")]),
        (GOOD | {"mode": "batch"}, [("/mode", "not_served")]),
        (GOOD | {"mode": "best"}, [("/mode", "not_one_of")]),
        (GOOD | {"producers": [{"id": "A", "members": 1001}]}, [("/producers/0/members", "out_of_range")]),
        (GOOD | {"producers": [{"id": "A", "women_led": 1}]}, [("/producers/0/women_led", "wrong_type")]),
        (GOOD | {"producers": [{"id": "A"}, {"id": "A"}]}, [("/producers/1/id", "duplicate_id")]),
        (GOOD | {"lots": [LOT, LOT]}, [("/lots/1/id", "duplicate_id")]),
        (GOOD | {"orders": [ORDER, ORDER]}, [("/orders/1/id", "duplicate_id")]),
        (with_order(lines=[LINE, LINE]), [("/orders/0/lines/1/id", "duplicate_id")]),
        (
            GOOD | {"orders": [ORDER | {"id": "o/1", "lines": [LINE | {"id": "2"}]}, ORDER | {"lines": [LINE | {"id": "1/2"}]}]},
            [("/orders/1/lines/0/id", "duplicate_id")],
        ),
        (GOOD | {"event": {}}, [("/event/decline", "missing_field")]),
        (GOOD | {"event": {"decline": {}}}, [("/event/decline", "empty")]),
        (GOOD | {"event": {"decline": {"Z": 1}}}, [("/event/decline/Z", "unknown_producer")]),
        (GOOD | {"event": {"decline": {"A": -1}}}, [("/event/decline/A", "out_of_range")]),
        (
            with_order(changes=[{"act": "fix", "producer": "Z", "line": "7"}]),
            [
                ("/orders/0/changes/0/producer", "unknown_producer"),
                ("/orders/0/changes/0/line", "unknown_line"),
                ("/orders/0/changes/0/qty", "qty_required"),
            ],
        ),
        (with_order(changes=[{"act": "leave_out", "producer": "A", "qty": 3}]), [("/orders/0/changes/0/qty", "qty_not_allowed")]),
        (with_order(changes=[{"act": "raise", "producer": "A"}]), [("/orders/0/changes/0/act", "not_one_of")]),
        (
            with_order(changes=[{"act": "fix", "producer": "A", "qty": 1}, {"act": "leave_out", "producer": "A", "line": "1"}]),
            [("/orders/0/changes/1", "conflicting_changes")],
        ),
        (with_order(changes=[{"act": "fix", "producer": "A", "qty": 6}]), [("/orders/0/changes/0/qty", "fix_not_reachable")]),
        (
            GOOD | {"lots": [LOT | {"bucket": "w"}, LOT | {"id": "b", "product": "kiwicha", "bucket": "w", "available": 4}]},
            [("/lots/1/bucket", "bucket_mismatch")],
        ),
        (GOOD | {"lots": [LOT | {"bucket": "w"}, LOT | {"id": "b", "bucket": "w"}]}, [("/lots/1/bucket", "bucket_mismatch")]),
        (
            GOOD | {"lots": [LOT | {"currency": "PEN"}, LOT | {"id": "b", "currency": "BOB"}]},
            [("/orders/0/currency", "mixed_currencies")],
        ),
        ({"basket": {"id": "b", "members": []}}, [("/basket/members", "empty")]),
        ({"basket": {"id": "b", "members": [{"id": "ana", "want": 1}]}, "lots": []}, [("/lots", "unknown_field")]),
        ({"basket": {"id": "b", "members": [{"id": "ana", "want": 1}] * 2}}, [("/basket/members/1/id", "duplicate_id")]),
    ],
)  # fmt: skip
def test_a_problem_is_named_by_pointer_and_code(document, expected):
    assert problems(document) == expected


def test_every_problem_is_named_not_only_the_first():
    document = {"orders": [{"lines": [{"qty": "9"}]}], "lots": [{}], "more": 1}

    assert problems(document) == [
        ("/more", "unknown_field"),
        ("/lots/0/available", "missing_field"),
        ("/lots/0/id", "missing_field"),
        ("/lots/0/producer", "missing_field"),
        ("/lots/0/product", "missing_field"),
        ("/lots/0/unit_price", "missing_field"),
        ("/orders/0/id", "missing_field"),
        ("/orders/0/lines/0/id", "missing_field"),
        ("/orders/0/lines/0/product", "missing_field"),
        ("/orders/0/lines/0/qty", "wrong_type"),
    ]


def test_the_preview_is_limited_and_the_command_is_not():
    two = GOOD | {"lots": [LOT, LOT | {"id": "b"}], "orders": [ORDER, ORDER | {"id": "p"}]}

    assert problems(two, Limits(lots=1, lines=1, orders=1, pairs=3)) == [
        ("/lots", "too_many"),
        ("/orders", "too_many"),
        ("/orders", "too_many_lines"),
        ("/orders", "too_many_pairs"),
    ]
    assert answer_document(json.dumps(two).encode(), Limits(lots=2, lines=2, orders=2, pairs=4))
    assert answer_document(json.dumps(two).encode(), PREVIEW) == answer_document(json.dumps(two).encode())


@pytest.mark.parametrize("field", ['"qty": 9', '"available": 5', '"lots": [', '"id": "o"'])
def test_a_key_that_stands_twice_in_a_good_document_is_refused(field):
    text = json.dumps(GOOD)
    assert parse(text.encode())
    name = field.split(":")[0]

    with pytest.raises(DocumentError) as refused:
        parse(text.replace(field, f"{name}: {'[]' if '[' in field else '1'}, {field}", 1).encode())

    assert "duplicate_key" in [problem.code for problem in refused.value.problems]


ONE_ORDER = '"orders":[{"id":"o","lines":[{"id":"1","product":"quinua","qty":9}]}]'


@pytest.mark.parametrize(
    "text",
    [
        '{"orders":[], "orders":[]}',
        '{"orders":[{"id":"o","id":"o","lines":[]}]}',
        f'{{{ONE_ORDER}, "lots":[], "lots":[]}}',
        f'{{{ONE_ORDER}, "producers":[{{"id":"A","id":"A"}}]}}',
    ],
)
def test_a_key_that_stands_twice_is_refused_even_where_the_last_would_do(text):
    with pytest.raises(DocumentError) as refused:
        parse(text.encode())

    assert "duplicate_key" in [problem.code for problem in refused.value.problems]


def test_what_many_lots_have_in_common_is_kept_once():
    lots = [LOT | {"id": id_, "currency": "PEN", "seals": ["organic"], "point": "Juli"} for id_ in "ab"]

    document = parse(json.dumps(GOOD | {"lots": lots, "producers": [{"id": "A"}]}).encode())

    one, other = document.lots
    assert one.producer is other.producer is document.producers[0].id
    assert all(
        getattr(one, name) is getattr(other, name) for name in ("currency", "point", "product", "seals")
    )


def test_a_colon_in_a_text_is_no_key():
    document = with_lot(id="a:1", point="a \"quoted\": 'point'")

    assert json.loads(answer_document(json.dumps(document).encode()))["lines"]["o/1"]["by_lot"] == {"a:1": 5}


def test_escapes_spaces_and_a_byte_order_mark_change_no_byte_of_the_answer():
    plain = json.dumps(with_lot(point="Juli, año 1"), ensure_ascii=False).encode()
    escaped = b"\xef\xbb\xbf" + json.dumps(with_lot(point="Juli, año 1"), indent=3).encode()

    assert answer_document(plain) == answer_document(escaped)


def test_defaults_filled_in_and_lists_permuted_have_the_same_digest():
    def digest(document):
        return json.loads(answer_document(json.dumps(document).encode()))["input_digest"]

    lots = [LOT | {"seals": ["b", "a"]}, LOT | {"id": "b", "producer": "B"}]
    explicit = [
        LOT | {"id": "b", "producer": "B", "pack": 1, "grade": None},
        LOT | {"seals": ["a", "b", "a"], "bucket": None},
    ]

    assert digest(GOOD | {"lots": lots}) == digest(
        {"producers": [{"id": "B"}, {"id": "A", "members": 1}], "mode": "sequence", "event": None}
        | GOOD
        | {"lots": explicit}
    )
    assert digest(GOOD | {"lots": lots}) != digest(GOOD | {"lots": [LOT | {"seals": ["a"]}, lots[1]]})
    assert digest(GOOD | {"orders": [ORDER, ORDER | {"id": "p"}]}) != digest(
        GOOD | {"orders": [ORDER | {"id": "p"}, ORDER]}
    )


def test_the_digest_is_the_sha256_of_the_document_as_anybody_can_write_it():
    from hashlib import sha256

    lot = (
        dict.fromkeys(("bucket", "currency", "expiry_day", "grade", "point", "ready_day"))
        | {"pack": 1, "seals": []}
        | LOT
    )
    line = dict.fromkeys(("due_day", "max_unit_price", "min_grade", "under_tolerance")) | LINE
    line |= {
        "min_shelf_days": 0,
        "over_tolerance": 0,
        "price_unit": 1,
        "reference_price": 1,
        "seals": [],
        "territories": [],
    }
    order = dict.fromkeys(("currency", "max_avg_price", "max_points", "max_share_qty", "points_eps"))
    order |= {"changes": [], "id": "o", "lines": [line]}
    producer = {
        "id": "A",
        "last_served_day": None,
        "members": 1,
        "min_qty": 0,
        "recent": 0,
        "territory": None,
        "women_led": False,
    }
    document = {"event": None, "lots": [lot], "mode": "sequence", "orders": [order], "producers": [producer]}

    written = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    assert (
        json.loads(answer_document(json.dumps(GOOD).encode()))["input_digest"] == sha256(written).hexdigest()
    )


def test_the_answer_is_written_as_anybody_can_write_it():
    answer = answer_document(
        json.dumps(with_lot(id='año «"quinua"» \u2028 \U0001f33e', producer="Ñ")).encode()
    )

    assert (
        answer
        == json.dumps(json.loads(answer), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    )


def test_models_declare_their_fields_in_the_order_they_are_written():
    for name in dir(model):
        kind = getattr(model, name)
        if isinstance(kind, type) and issubclass(kind, model.Model):
            assert list(kind.__struct_fields__) == sorted(kind.__struct_fields__)


def test_every_code_has_a_text_in_both_languages_with_the_same_parameters():
    import re

    spanish, english = (texts(language) for language in LANGUAGES)

    assert {code: set(re.findall(r"{\w+}", text)) for code, text in spanish.items()} == {
        code: set(re.findall(r"{\w+}", text)) for code, text in english.items()
    }


NAMES = sorted({name for kind in (model.OrdersDocument, model.Order, model.Line, model.Lot, model.Producer, model.Change, model.BasketDocument, model.Basket, model.Member, model.Event) for name in kind.__struct_fields__})  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers(-2, 12) | st.integers() | st.floats() | st.text(max_size=3)
SCALARS |= st.sampled_from(["A", "a", "quinua", "PEN", "fix", "cap", "leave_out", "sequence", "batch"])
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=3), inner, max_size=6)
    ),
    max_leaves=25,
)
TOUCHED = st.sampled_from(["lots", "orders", "producers", "event", "mode", "basket"])


def answers_or_says_why(raw):
    found = ()
    try:
        assert json.loads(answer_document(raw))
    except DocumentError as error:
        found = error.problems
    said = [sentence(problem, language) for problem in found for language in LANGUAGES]
    assert all(text.encode() for text in said)


@settings(max_examples=200, deadline=None)
@given(JSON)
@example([])
def test_any_json_value_is_answered_or_refused(value):
    answers_or_says_why(json.dumps(value).encode())


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_good_document_with_anything_put_anywhere_is_answered_or_refused(data):
    document = json.loads(
        json.dumps(GOOD | {"producers": [{"id": "A", "members": 2}], "event": {"decline": {"A": 2}}})
    )
    document["orders"][0]["changes"] = [{"act": "cap", "producer": "A", "qty": 4}]
    for _ in range(data.draw(st.integers(1, 3))):
        place = document
        while isinstance(place, dict | list) and place:
            key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
            if not isinstance(place[key], dict | list) or not place[key] or data.draw(st.booleans()):
                place[data.draw(st.sampled_from([key, *NAMES])) if isinstance(place, dict) else key] = (
                    data.draw(JSON)
                )
                break
            place = place[key]

    answers_or_says_why(json.dumps(document).encode())


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_are_refused_in_words(raw):
    answers_or_says_why(raw)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_the_fast_reader_and_the_strict_one_agree(data):
    lot = LOT | data.draw(st.dictionaries(st.sampled_from(model.Lot.__struct_fields__), SCALARS, max_size=3))
    raw = json.dumps(GOOD | {"lots": [lot]}).encode()

    fast = _read_fast(raw)
    try:
        strict = _read_strictly(raw)
    except DocumentError:
        assert fast is None
    else:
        assert fast in (None, strict)
        assert canonical(strict) == canonical(structs.replace(strict))
