"""Diagrams against plain tables: every function has the value that trying all facts gives."""

from collections.abc import Callable, Hashable, Iterator
from itertools import product
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from returnkit.policy.diagram import MOST_LEVELS, MOST_NODES, Box, Diagrams, Node, TooComplexError

Case = tuple[int, ...]  # the case of every fact
Table = dict[Case, Hashable]

OPERATIONS: dict[str, tuple[Callable[[Diagrams, Node, Node], Node], Callable[[bool, bool], bool]]] = {
    "both": (Diagrams.both, lambda one, other: one and other),
    "either": (Diagrams.either, lambda one, other: one or other),
    "without": (Diagrams.without, lambda one, other: one and not other),
}

tried = settings(max_examples=40, deadline=None)


class Function(NamedTuple):
    """The same function twice: as a diagram, and as a table of its values."""

    node: Node
    table: Table


class World(NamedTuple):
    """Some facts with their cases, and functions of them."""

    diagrams: Diagrams
    functions: tuple[Function, ...]


def every_case(diagrams: Diagrams) -> Iterator[Case]:
    return product(*map(range, diagrams.sizes))


def table_of(diagrams: Diagrams, node: Node) -> Table:
    return {case: diagrams.at(node, dict(enumerate(case))) for case in every_case(diagrams)}


def in_box(box: Box, case: Case) -> bool:
    return all(case[level] in cases for level, cases in box.items())


def within(path: dict[int, int], case: Case) -> bool:
    return all(case[level] == chosen for level, chosen in path.items())


def drawn_cases(draw: DrawFn, size: int) -> frozenset[int]:
    return frozenset(draw(st.sets(st.integers(0, size - 1), min_size=1)))


def drawn_box(draw: DrawFn, diagrams: Diagrams) -> Box:
    levels = draw(st.sets(st.integers(0, len(diagrams.sizes) - 1)))
    return {level: drawn_cases(draw, diagrams.sizes[level]) for level in levels}


def condition(draw: DrawFn, diagrams: Diagrams, depth: int) -> Function:
    """Build a condition of selections, put together in any way."""
    kind = draw(st.sampled_from(["both", "either", "without", "choose", "select", "constant"])) if depth else "select"
    if kind == "select":
        level = draw(st.integers(0, len(diagrams.sizes) - 1))
        cases = drawn_cases(draw, diagrams.sizes[level])
        return Function(diagrams.select(level, cases), {case: case[level] in cases for case in every_case(diagrams)})
    if kind == "constant":
        value = draw(st.booleans())
        return Function(diagrams.true if value else diagrams.false, dict.fromkeys(every_case(diagrams), value))
    one, other = (condition(draw, diagrams, depth - 1) for _ in range(2))
    if kind == "choose":
        return chosen(diagrams, condition(draw, diagrams, depth - 1), one, other)
    operation, holds = OPERATIONS[kind]
    node = operation(diagrams, one.node, other.node)
    return Function(node, {case: holds(bool(one.table[case]), bool(other.table[case])) for case in one.table})


def chosen(diagrams: Diagrams, condition: Function, yes: Function, no: Function) -> Function:
    table = {case: yes.table[case] if holds else no.table[case] for case, holds in condition.table.items()}
    return Function(diagrams.choose(condition.node, yes.node, no.node), table)


def valued(draw: DrawFn, diagrams: Diagrams, depth: int) -> Function:
    """Build a function of several values; that 1 is equal to true must not confuse it."""
    if not depth or draw(st.integers(0, 3)) == 0:
        value = draw(st.sampled_from(["a", "b", ("a", 1), 1, 0, True, None]))
        return Function(diagrams.leaf(value), dict.fromkeys(every_case(diagrams), value))
    one, other = (valued(draw, diagrams, depth - 1) for _ in range(2))
    return chosen(diagrams, condition(draw, diagrams, 1), one, other)


@st.composite
def worlds(draw: DrawFn, *kinds: Callable[[DrawFn, Diagrams, int], Function]) -> World:
    sizes = draw(st.lists(st.integers(2, 4), min_size=3, max_size=5).filter(lambda sizes: len(sizes) < 5 or sum(sizes) < 15))
    diagrams = Diagrams(tuple(sizes))
    return World(diagrams, tuple(kind(draw, diagrams, 3) for kind in kinds))


@st.composite
def boxed_worlds(draw: DrawFn) -> tuple[World, Box]:
    world = draw(worlds(condition))
    return world, drawn_box(draw, world.diagrams)


@st.composite
def levelled_worlds(draw: DrawFn, kind: Callable[[DrawFn, Diagrams, int], Function] = valued) -> tuple[World, int]:
    world = draw(worlds(kind))
    return world, draw(st.integers(0, len(world.diagrams.sizes)))


one_condition: SearchStrategy[World] = worlds(condition)
one_valued: SearchStrategy[World] = worlds(valued)


def exact(table: Table) -> dict[Case, tuple[type, Hashable]]:
    """Return a table in which true and 1 differ."""
    return {case: (type(value), value) for case, value in table.items()}


def by_single_cases(diagrams: Diagrams, table: Table) -> Node:
    """Build a function case by case, the last one first."""
    found = diagrams.false
    for case, value in reversed(table.items()):
        box = {level: frozenset({chosen}) for level, chosen in enumerate(case)}
        found = diagrams.choose(diagrams.boxed(box), diagrams.leaf(value), found)
    return found


# --- building ---------------------------------------------------------------------------------------------------------


@tried
@given(worlds(condition, valued))
def test_a_function_has_the_values_it_was_built_of(world: World) -> None:
    for function in world.functions:
        assert exact(table_of(world.diagrams, function.node)) == exact(function.table)


@tried
@given(worlds(condition, valued))
def test_a_function_is_the_same_node_however_it_was_built(world: World) -> None:
    for function in world.functions:
        assert by_single_cases(world.diagrams, function.table) == function.node


@tried
@given(worlds(condition, condition, valued, valued))
def test_two_functions_are_the_same_node_only_if_they_are_equal(world: World) -> None:
    for one, other in product(world.functions, repeat=2):
        assert (one.node == other.node) == (exact(one.table) == exact(other.table))


def test_true_and_one_are_two_values() -> None:
    diagrams = Diagrams((2,))
    assert len({diagrams.leaf(value=True), diagrams.leaf(1), diagrams.leaf(1.0), diagrams.true}) == 3
    assert diagrams.value(diagrams.leaf(1)) == 1


@tried
@given(worlds(condition, valued, valued))
def test_combine_works_on_the_values(world: World) -> None:
    tables = [function.table for function in world.functions]
    for operation in (lambda *values: values, lambda *values: len(set(map(str, values))), lambda first, _, third: (third, first)):
        node = world.diagrams.combine(operation, *(function.node for function in world.functions))
        expected = {case: operation(*(table[case] for table in tables)) for case in tables[0]}
        assert table_of(world.diagrams, node) == expected


@tried
@given(one_valued, st.sets(st.sampled_from(["a", "b", None, 0])))
def test_where_keeps_the_accepted_values(world: World, accepted: set[str | int | None]) -> None:
    (function,) = world.functions
    node = world.diagrams.where(function.node, lambda value: value in accepted)
    assert table_of(world.diagrams, node) == {case: value in accepted for case, value in function.table.items()}


def test_a_policy_too_complex_is_refused() -> None:
    diagrams = Diagrams((2,))
    for value in range(MOST_NODES):
        diagrams.leaf(value)
    with pytest.raises(TooComplexError):
        diagrams.select(0, {1})


def test_as_many_facts_as_are_taken_can_be_walked_and_more_are_refused() -> None:
    with pytest.raises(TooComplexError):
        Diagrams((2,) * (MOST_LEVELS + 1))
    diagrams = Diagrams((2,) * MOST_LEVELS)
    one_of_them = diagrams.false
    for level in reversed(range(MOST_LEVELS)):
        one_of_them = diagrams.either(diagrams.select(level, {1}), one_of_them)
    assert diagrams.without(one_of_them, one_of_them) == diagrams.false


# --- looking ----------------------------------------------------------------------------------------------------------


@tried
@given(levelled_worlds(), st.data())
def test_given_sets_one_fact(levelled: tuple[World, int], data: st.DataObject) -> None:
    world, level = levelled
    (function,), diagrams = world.functions, world.diagrams
    level = min(level, len(diagrams.sizes) - 1)
    known = data.draw(st.integers(0, diagrams.sizes[level] - 1))
    node = diagrams.given(function.node, level, known)
    expected = {case: function.table[*case[:level], known, *case[level + 1 :]] for case in function.table}
    assert exact(table_of(diagrams, node)) == exact(expected)


@tried
@given(one_valued)
def test_the_level_is_the_first_fact_that_matters(world: World) -> None:
    (function,), diagrams = world.functions, world.diagrams
    table = exact(function.table)

    def matters(level: int) -> bool:
        return any(table[case] != table[*case[:level], 0, *case[level + 1 :]] for case in table)

    mattering = [level for level in range(len(diagrams.sizes)) if matters(level)]
    first = diagrams.level(function.node)
    assert first == (mattering[0] if mattering else len(diagrams.sizes))
    if not mattering:
        (value,) = set(table.values())
        assert (type(diagrams.value(function.node)), diagrams.value(function.node)) == value
    for level in range(min(first + 1, len(diagrams.sizes))):
        children = diagrams.children(function.node, level)
        assert children == tuple(diagrams.given(function.node, level, case) for case in range(diagrams.sizes[level]))


@tried
@given(one_valued)
def test_at_takes_the_first_case_of_what_is_left_out(world: World) -> None:
    (function,), diagrams = world.functions, world.diagrams
    for case, value in function.table.items():
        told = {level: chosen for level, chosen in enumerate(case) if chosen}
        assert diagrams.at(function.node, told) == value


@tried
@given(levelled_worlds(condition))
def test_upper_asks_what_the_facts_above_leave(levelled: tuple[World, int]) -> None:
    world, level = levelled
    (function,), diagrams = world.functions, world.diagrams
    node = diagrams.upper(function.node, level, lambda rest: diagrams.path(rest) is not None)
    possible = {case[:level] for case, holds in function.table.items() if holds}
    assert table_of(diagrams, node) == {case: case[:level] in possible for case in function.table}


@tried
@given(levelled_worlds())
def test_rests_are_all_that_the_facts_above_leave(levelled: tuple[World, int]) -> None:
    world, level = levelled
    (function,), diagrams = world.functions, world.diagrams

    def rest_after(case: Case) -> Node:
        node = function.node
        for at, chosen in enumerate(case[:level]):
            node = diagrams.given(node, at, chosen)
        return node

    rests = diagrams.rests(function.node, level)
    after = {case[:level]: rest_after(case) for case in function.table}
    assert set(rests) == set(after.values())
    for rest, path in rests.items():
        assert all(at < level for at in path)
        assert {after[case[:level]] for case in function.table if within(path, case)} == {rest}


@tried
@given(one_valued)
def test_values_have_a_way_that_leads_to_them(world: World) -> None:
    (function,), diagrams = world.functions, world.diagrams
    found = diagrams.values(function.node)
    assert set(found) == set(function.table.values())
    for value, path in found.items():
        assert {function.table[case] for case in function.table if within(path, case)} == {value}


@tried
@given(one_condition)
def test_a_path_leads_to_where_a_condition_is_true(world: World) -> None:
    (function,), diagrams = world.functions, world.diagrams
    path = diagrams.path(function.node)
    if path is None:
        assert not any(function.table.values())
    else:
        assert all(holds for case, holds in function.table.items() if within(path, case))


# --- boxes ------------------------------------------------------------------------------------------------------------


@tried
@given(boxed_worlds())
def test_boxed_is_true_in_the_box_alone(boxed: tuple[World, Box]) -> None:
    world, box = boxed
    node = world.diagrams.boxed(box)
    assert table_of(world.diagrams, node) == {case: in_box(box, case) for case in every_case(world.diagrams)}


@tried
@given(boxed_worlds())
def test_inside_means_true_in_the_whole_box(boxed: tuple[World, Box]) -> None:
    world, box = boxed
    (function,), diagrams = world.functions, world.diagrams
    assert diagrams.inside(box, function.node) == all(holds for case, holds in function.table.items() if in_box(box, case))
    assert diagrams.inside(box, diagrams.either(function.node, diagrams.boxed(box)))


def one_step_wider(box: Box, sizes: tuple[int, ...]) -> Iterator[Box]:
    for level, cases in box.items():
        for case in set(range(sizes[level])) - cases:
            yield {**box, level: cases | {case}}


@tried
@given(one_condition)
def test_boxes_are_together_the_condition_and_none_can_grow(world: World) -> None:
    (function,), diagrams = world.functions, world.diagrams
    boxes = diagrams.boxes(function.node)
    assert {case: any(in_box(box, case) for box in boxes) for case in function.table} == function.table
    for box in boxes:
        assert all(0 < len(cases) < diagrams.sizes[level] for level, cases in box.items())
        for wider in one_step_wider(box, diagrams.sizes):
            assert not all(function.table[case] for case in function.table if in_box(wider, case))


@tried
@given(worlds(condition, condition))
def test_boxes_may_reach_where_nobody_cares_and_nowhere_else(world: World) -> None:
    (function, care), diagrams = world.functions, world.diagrams
    boxes = diagrams.boxes(function.node, care.node)
    allowed = {case: holds or not care.table[case] for case, holds in function.table.items()}
    assert all(any(in_box(box, case) for box in boxes) for case, holds in function.table.items() if holds)
    for box in boxes:
        assert all(allowed[case] for case in allowed if in_box(box, case))
        assert any(function.table[case] for case in allowed if in_box(box, case))
        for wider in one_step_wider(box, diagrams.sizes):
            more = [case for case in allowed if in_box(wider, case) and not in_box(box, case)]
            assert not all(allowed[case] for case in more) or not any(function.table[case] for case in more)
        for level in box:
            for one in box[level]:
                assert any(function.table[case] for case in allowed if in_box({**box, level: frozenset({one})}, case))
            assert not all(allowed[case] for case in allowed if in_box({**box, level: frozenset(range(9))}, case))
    assert len(boxes) <= sum(map(bool, function.table.values()))


def test_no_condition_has_no_box_and_the_whole_is_one_without_limits() -> None:
    diagrams = Diagrams((2, 3))
    assert diagrams.boxes(diagrams.false) == []
    assert diagrams.boxes(diagrams.true) == [{}]
    assert diagrams.path(diagrams.false) is None
    assert diagrams.path(diagrams.true) == {}
