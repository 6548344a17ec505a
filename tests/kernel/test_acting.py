import pytest
from flask import Flask

from app.kernel import acting
from app.kernel.acting import VISITOR, Actor

ANNA = Actor("customer", "usr_anna", "Anna")


@pytest.fixture
def door():
    """A small app whose one page lets Anna in and says who was acting on arrival."""
    app = Flask("door")
    acting.init_app(app)

    @app.get("/")
    def enter():
        arrived_as = acting.current().name
        acting.become(ANNA)
        return arrived_as

    @app.get("/break")
    def enter_and_break():
        acting.become(ANNA)
        raise KeyError

    return app.test_client()


def test_nobody_in_particular_is_a_visitor():
    assert acting.current() == VISITOR


def test_a_block_acts_as_somebody_and_gives_way_again():
    with acting.as_actor(ANNA):
        with acting.as_actor(Actor.system("outbox")) as outbox:
            assert acting.current() == outbox
        assert acting.current() == ANNA
    assert acting.current() == VISITOR


@pytest.mark.parametrize("path", ["/", "/break"])
def test_who_came_in_one_request_is_gone_in_the_next(door, path):
    door.get(path)
    assert acting.current() == VISITOR
    assert door.get("/").text == "visitor"


def test_a_request_does_not_inherit_who_made_it(door):
    with acting.as_actor(Actor.system("tests")) as tests:
        assert door.get("/").text == "visitor"
        assert acting.current() == tests


@pytest.mark.parametrize(
    ("actor", "house"),
    [
        (VISITOR, False),
        (ANNA, False),
        (Actor.system("dunning"), True),
        (Actor("staff", "usr_sam", "Sam"), True),
        (Actor("staff", "usr_sam", "Sam", "usr_anna", "Anna"), False),
    ],
)
def test_only_the_house_itself_may_do_what_is_the_houses(actor, house):
    assert actor.is_house is house
