"""The one walker reads a record along its form, whatever the phone did to the order."""

from __future__ import annotations

from server.xforms.record import Extra
from tests.xforms.making import form_of, tree_of

FORM = form_of("""
| | text         | ten | A |
| | begin_group  | g   | G |
| | image        | anh | B |
| | end_group    |     |   |
| | begin_repeat | tre | T |
| | text         | ho  | C |
| | begin_repeat | lop | L |
| | text         | mon | D |
| | end_repeat   |     |   |
| | text         | sau | E |
| | end_repeat   |     |   |
| | image        | anh2 | F |
""")


def texts(inside: str) -> list[tuple[str, str]]:
    return [
        ("/".join(node.field.path), node.text)
        for node in tree_of(FORM, inside).walk()
        if not node.field.children
    ]


def test_siblings_in_any_order_are_read_in_the_forms_order() -> None:
    """As JavaRosa writes them: children of one name together, the rest anywhere."""
    inside = (
        "<tre><lop><mon>1</mon></lop><lop><mon>2</mon></lop><ho>a</ho><sau>b</sau></tre>"
        "<tre><sau>d</sau><ho>c</ho></tre><g><anh>x.jpg</anh></g><ten>An</ten>"
    )
    assert texts(inside) == [
        ("ten", "An"),
        ("g/anh", "x.jpg"),
        ("tre/ho", "a"),
        ("tre/lop/mon", "1"),
        ("tre/lop/mon", "2"),
        ("tre/sau", "b"),
        ("tre/ho", "c"),
        ("tre/sau", "d"),
    ]


def test_repeats_are_counted_from_one_within_their_parent() -> None:
    inside = "<tre><lop/><lop/></tre><tre><lop/></tre>"
    nodes = [node for node in tree_of(FORM, inside).walk() if node.number]
    assert [(node.field.name, node.number) for node in nodes] == [
        ("tre", 1),
        ("lop", 1),
        ("lop", 2),
        ("tre", 2),
        ("lop", 1),
    ]


def test_an_answer_the_form_does_not_know_is_kept_as_an_extra() -> None:
    """R52"""
    inside = "<moi>m</moi><g><la><sau>s</sau></la><trong/></g><tre><ho>x<con>c</con></ho></tre>"
    tree = tree_of(FORM, inside)
    assert set(tree.extras) == {
        Extra(("moi",), "m"),
        Extra(("g", "la", "sau"), "s"),
        Extra(("tre", "ho", "con"), "c"),
    }


def test_a_group_that_stands_twice_loses_nothing() -> None:
    tree = tree_of(FORM, "<g><anh>a.jpg</anh></g><g><anh>b.jpg</anh></g>")
    assert tree.files() == ("a.jpg",)
    assert tree.extras == (Extra(("g", "anh"), "b.jpg"),)


def test_of_a_question_that_stands_twice_the_answered_one_counts() -> None:
    """R53"""
    assert texts("<ten/><ten>An</ten>") == [("ten", "An")]
    tree = tree_of(FORM, "<ten>An</ten><ten>Bình</ten>")
    assert tree.children[0].text == "An"
    assert tree.extras == (Extra(("ten",), "Bình"),)


def test_what_makes_an_edit_an_edit_is_no_unknown_answer() -> None:
    """R30: Collect adds deprecatedID, which no form declares."""
    orx = 'xmlns:orx="http://openrosa.org/xforms"'
    names = "<instanceName>x</instanceName><deprecatedID>a</deprecatedID>"
    meta = f"<orx:meta><orx:instanceID>b</orx:instanceID>{names}</orx:meta>"
    tree = tree_of(FORM, meta, orx)
    assert tree.extras == ()
    assert tree_of(FORM, "<meta><la>x</la></meta>").extras == (Extra(("meta", "la"), "x"),)


def test_two_questions_with_one_file_expect_it_once() -> None:
    """R11"""
    tree = tree_of(FORM, "<anh2>a.jpg</anh2><g><anh>a.jpg</anh></g>")
    assert tree.files() == ("a.jpg",)


def test_ten_thousand_children_are_read() -> None:
    tree = tree_of(FORM, "<tre><ho>a</ho></tre>" * 10_000)
    assert len(tree.children) == 10_000
    assert tree.children[-1].number == 10_000


def test_an_empty_record_is_a_record() -> None:
    assert tree_of(FORM, "").children == ()
