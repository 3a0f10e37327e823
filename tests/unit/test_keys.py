"""Keys: different things never share one, and no prefix of one collection reaches into another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connection_overrides.store import keys
from connection_overrides.store.keys import Collection, Key

PARTS = st.text(st.characters(exclude_characters="/", exclude_categories=["Cs"]), min_size=1, max_size=20)
THINGS = {
    "project": (keys.project, 2),
    "state": (keys.project_state, 2),
    "environment": (keys.environment, 3),
    "connection": (keys.connection, 3),
    "override": (keys.override, 4),
}
SIMILAR = st.one_of(PARTS, st.sampled_from(["P", "E", "C", "O", "a", "a b"]))
THING = st.sampled_from(sorted(THINGS)).flatmap(
    lambda kind: st.tuples(st.just(kind), st.tuples(*[SIMILAR] * THINGS[kind][1]))
)


def key_of(kind: str, parts: tuple[str, ...]) -> Key:
    make, _ = THINGS[kind]
    key: Key = make(*parts)  # type: ignore[operator] # a function of that many parts
    return key


@given(THING, THING)
def test_different_things_have_different_keys(
    one: tuple[str, tuple[str, ...]], other: tuple[str, tuple[str, ...]]
) -> None:
    assert (key_of(*one) == key_of(*other)) == (one == other)


@given(THING, SIMILAR, SIMILAR, SIMILAR)
def test_a_collection_holds_its_own_things_only(
    thing: tuple[str, tuple[str, ...]], account: str, project: str, environment: str
) -> None:
    kind, parts = thing
    collections: dict[str, tuple[Collection, tuple[str, ...]]] = {
        "project": (keys.projects(account), (account,)),
        "environment": (keys.environments(account, project), (account, project)),
        "connection": (keys.connections(account, project), (account, project)),
        "override": (keys.overrides(account, project, environment), (account, project, environment)),
    }
    key = key_of(kind, parts)
    for owner_kind, (collection, owner) in collections.items():
        inside = key.pk == collection.pk and key.sk.startswith(collection.sk_prefix)
        assert inside == (kind == owner_kind and parts[:-1] == owner)


@pytest.mark.parametrize("part", ["", "a/b", "/"])
def test_a_part_that_would_break_a_key_is_refused(part: str) -> None:
    with pytest.raises(ValueError, match="part of a key"):
        keys.environment("acme", "p", part)
    with pytest.raises(ValueError, match="part of a key"):
        keys.projects(part)


def test_the_longest_names_fit_into_a_key() -> None:
    name = "\U0001f600" * 255
    key = keys.override("a" * 128, "0" * 36, name, name)

    assert len(key.pk.encode()) <= 2048
    assert len(key.sk.encode()) <= 1024
