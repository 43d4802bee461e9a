import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.pages import CursorError, read_cursor, write_cursor

KEY, SCOPE = b"k" * 32, "lots:PE:name"
VALUES = st.lists(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), st.text(max_size=30)), max_size=4
)


@given(VALUES)
def test_cursor_gives_back_what_was_put_in(values):
    cursor = write_cursor(KEY, SCOPE, values)

    assert read_cursor(KEY, SCOPE, cursor) == values
    assert cursor.isascii()
    assert not set(cursor) & set("+/= ")


@pytest.mark.parametrize(("key", "scope"), [(b"x" * 32, SCOPE), (KEY, "lots:BO:name"), (KEY, "")])
def test_cursor_of_another_server_or_list_is_refused(key, scope):
    with pytest.raises(CursorError):
        read_cursor(key, scope, write_cursor(KEY, SCOPE, ["Quinua"]))


@given(st.text(max_size=60))
def test_invented_cursor_is_refused(cursor):
    with pytest.raises(CursorError):
        read_cursor(KEY, SCOPE, cursor)


@given(st.integers(0, 30), st.sampled_from("ABCabc019-_"))
def test_changed_cursor_is_refused_or_says_the_same(position, letter):
    cursor = write_cursor(KEY, SCOPE, ["Quinua", 7])
    changed = cursor[:position] + letter + cursor[position + 1 :]

    try:
        found = read_cursor(KEY, SCOPE, changed)
    except CursorError:
        return
    assert found == ["Quinua", 7]
