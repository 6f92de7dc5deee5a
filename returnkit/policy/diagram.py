"""Decision diagrams: a function of facts with finitely many cases each, as a graph in which nothing stands twice.

After R. E. Bryant, "Graph-Based Algorithms for Boolean Function Manipulation", IEEE Transactions on Computers C-35 (1986),
with as many children as a fact has cases. Two functions are equal exactly when they are the same node.
"""

from collections.abc import Callable, Collection, Hashable, Iterator

MOST_NODES = 500_000
MOST_LEVELS = 400  # they are gone through by recursion

Node = int
Path = dict[int, int]  # the case of each level that was decided on the way; of the others any will do
Box = dict[int, frozenset[int]]  # the cases of each level that are not all of them


class TooComplexError(Exception):
    """The facts of a policy hang together in more ways than can be worked out."""


class Diagrams:
    """All functions over the same facts. `sizes` is the number of cases of each fact, in the order of the levels."""

    def __init__(self, sizes: tuple[int, ...]) -> None:
        if len(sizes) > MOST_LEVELS:
            raise TooComplexError
        self.sizes = sizes
        self._nodes: list[tuple[int, tuple[Node, ...]]] = []
        self._values: dict[Node, Hashable] = {}
        self._known: dict[object, Node] = {}
        self.false, self.true = self.leaf(value=False), self.leaf(value=True)

    def leaf(self, value: Hashable) -> Node:
        """Return the function that has one value whatever the facts are."""
        key = ("leaf", type(value), value)
        if key not in self._known:
            self._known[key] = len(self._nodes)
            self._values[len(self._nodes)] = value
            self._nodes.append((len(self.sizes), ()))
        return self._known[key]

    def node(self, level: int, children: tuple[Node, ...]) -> Node:
        """Return the function that goes on as one of `children`, by the case of the fact at a level. Raises TooComplexError."""
        if children.count(children[0]) == len(children):
            return children[0]
        key = (level, children)
        known = self._known.get(key)
        if known is None:
            known = len(self._nodes)
            if known > MOST_NODES:
                raise TooComplexError
            self._known[key] = known
            self._nodes.append(key)
        return known

    def select(self, level: int, cases: Collection[int]) -> Node:
        """Return the function that is true for some cases of one fact."""
        return self.node(level, tuple(self.true if case in cases else self.false for case in range(self.sizes[level])))

    def combine(self, operation: Callable[..., Hashable], *roots: Node) -> Node:
        """Return the function whose value is that of `operation` on the values of some functions."""
        done: dict[tuple[Node, ...], Node] = {}
        last = len(self.sizes)

        def go(nodes: tuple[Node, ...]) -> Node:
            found = done.get(nodes)
            if found is None:
                level = min([self._nodes[node][0] for node in nodes])
                if level == last:
                    found = self.leaf(operation(*[self._values[node] for node in nodes]))
                else:
                    found = self.node(level, tuple(map(go, self._children_of(nodes, level))))
                done[nodes] = found
            return found

        return go(roots)

    def choose(self, condition: Node, yes: Node, no: Node) -> Node:
        """Return the function that is `yes` where the condition is true, and `no` elsewhere."""
        done: dict[tuple[Node, ...], Node] = {}

        def go(nodes: tuple[Node, ...]) -> Node:
            condition, yes, no = nodes
            if condition == self.true or yes == no:
                return yes
            if condition == self.false:
                return no
            found = done.get(nodes)
            if found is None:
                level = min([self._nodes[node][0] for node in nodes])
                found = done[nodes] = self.node(level, tuple(map(go, self._children_of(nodes, level))))
            return found

        return go((condition, yes, no))

    def both(self, one: Node, other: Node) -> Node:
        """Return where both are true."""
        return self.choose(one, other, self.false)

    def either(self, one: Node, other: Node) -> Node:
        """Return where one of them is true."""
        return self.choose(one, self.true, other)

    def without(self, one: Node, other: Node) -> Node:
        """Return where the first is true and the other is not."""
        return self.choose(other, self.false, one)

    def where(self, root: Node, accept: Callable[[Hashable], bool]) -> Node:
        """Return where the value of a function is one that is accepted."""
        return self.combine(accept, root)

    def _children_of(self, nodes: tuple[Node, ...], level: int) -> Iterator[tuple[Node, ...]]:
        columns = [
            children if at == level else (node,) * self.sizes[level]
            for node, (at, children) in ((node, self._nodes[node]) for node in nodes)
        ]
        return zip(*columns, strict=True)

    def given(self, root: Node, level: int, case: int) -> Node:
        """Return what becomes of a function once one fact is known."""
        done: dict[Node, Node] = {}

        def go(node: Node) -> Node:
            if node not in done:
                at, children = self._nodes[node]
                if at >= level:
                    done[node] = children[case] if at == level else node
                else:
                    done[node] = self.node(at, tuple(map(go, children)))
            return done[node]

        return go(root)

    def level(self, node: Node) -> int:
        """Return the level of the first fact that a function looks at; the number of levels where it looks at none."""
        return self._nodes[node][0]

    def children(self, node: Node, level: int) -> tuple[Node, ...]:
        """Return what becomes of a function for each case of a fact, none of those before having been decided."""
        at, children = self._nodes[node]
        return children if at == level else (node,) * self.sizes[level]

    def value(self, node: Node) -> Hashable:
        """Return the value of a function that looks at no fact."""
        return self._values[node]

    def upper(self, root: Node, level: int, accept: Callable[[Node], bool]) -> Node:
        """Return where, the facts above a level being decided, what is left of a function is accepted."""
        done: dict[Node, Node] = {}

        def go(node: Node) -> Node:
            if node not in done:
                at, children = self._nodes[node]
                if at >= level:
                    done[node] = self.leaf(accept(node))
                else:
                    done[node] = self.node(at, tuple(map(go, children)))
            return done[node]

        return go(root)

    def rests(self, root: Node, level: int) -> dict[Node, Path]:
        """Return everything that is left of a function once the facts above a level are decided, each with a way to it."""
        found: dict[Node, Path] = {root: {}}
        waiting: dict[int, list[Node]] = {self.level(root): [root]}
        while waiting and min(waiting) < level:
            for node in waiting.pop(min(waiting)):
                at, children = self._nodes[node]
                for case, child in enumerate(children):
                    if child not in found:
                        found[child] = {**found[node], at: case}
                        waiting.setdefault(self.level(child), []).append(child)
        return {node: path for node, path in found.items() if self.level(node) >= level}

    def values(self, root: Node) -> dict[Hashable, Path]:
        """Return every value that a function can have, with facts that lead to it."""
        return {self._values[node]: path for node, path in self.rests(root, len(self.sizes)).items()}

    def path(self, root: Node) -> Path | None:
        """Return facts for which a condition is true, None where there are none: the first cases, wherever they will do."""
        found: Path = {}
        if root == self.false:
            return None
        while self._nodes[root][1]:
            level, children = self._nodes[root]
            # Whatever is not false itself is true for something.
            found[level], root = next((case, child) for case, child in enumerate(children) if child != self.false)
        return found

    def path_to(self, root: Node, value: Hashable) -> Path:
        """Return facts for which a function has a value, as `path` does; it must be one that it can have."""
        path = self.path(self.where(root, lambda found: found == value))
        assert path is not None
        return path

    def at(self, root: Node, path: Path) -> Hashable:
        """Return the value of a function for facts; those that the path leaves out have their first case."""
        node = root
        while True:
            level, children = self._nodes[node]
            if not children:
                return self._values[node]
            node = children[path.get(level, 0)]

    def inside(self, box: Box, root: Node) -> bool:
        """Tell whether a condition is true everywhere in a box."""
        done: dict[Node, bool] = {}

        def go(node: Node) -> bool:
            if node not in done:
                level, children = self._nodes[node]
                if not children:
                    return self._values[node] is True
                cases = box.get(level)
                done[node] = all(go(child) for case, child in enumerate(children) if cases is None or case in cases)
            return done[node]

        return go(root)

    def boxed(self, box: Box) -> Node:
        """Return the condition that is true in a box alone."""
        found = self.true
        for level, cases in box.items():
            found = self.both(found, self.select(level, cases))
        return found

    def boxes(self, root: Node, care: Node | None = None) -> list[Box]:
        """Return boxes, as large as can be, that together are where a condition is true.

        Where `care` is not true a box may reach as well: nobody is told anything about it. It reaches there only to do without
        a fact, never for the sake of one more case.
        """
        care = self.true if care is None else care
        allowed = self.either(root, self.choose(care, self.false, self.true))
        found = []
        left = root
        while (path := self.path(left)) is not None:
            box = self._widened({level: frozenset({path.get(level, 0)}) for level in range(len(self.sizes))}, root, allowed)
            found.append(box)
            left = self.without(left, self.boxed(box))
        return found

    def _widened(self, box: Box, root: Node, allowed: Node) -> Box:
        """Return the box with as many cases as it can hold; a fact that does not matter is gone."""
        for level in range(len(self.sizes)):
            wider = {at: cases for at, cases in box.items() if at != level}
            if self.inside(wider, allowed):
                box = wider
        for level in sorted(box):
            for case in range(self.sizes[level]):
                wider = {**box, level: box[level] | {case}}
                more = {**box, level: frozenset({case})}
                if case not in box[level] and self.inside(wider, allowed) and not self._outside(more, root):
                    box = wider
        return box

    def _outside(self, box: Box, root: Node) -> bool:
        """Tell whether a condition is true nowhere in a box."""
        return self.both(self.boxed(box), root) == self.false
