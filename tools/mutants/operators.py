"""The changes that a mutation run makes to a module: one small edit of its source each."""

import ast
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

_COMPARISONS: Final = {
    ast.Lt: "<=",
    ast.LtE: "<",
    ast.Gt: ">=",
    ast.GtE: ">",
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.Is: "is not",
    ast.IsNot: "is",
    ast.In: "not in",
    ast.NotIn: "in",
}
_NAMES: Final = {"fullmatch": "match", "min": "max", "max": "min", "any": "all", "all": "any"}
_EMPTY: Final = {
    "bool": ("True", "False"),
    "None": ("None",),
    "dict": ("{}",),
    "frozenset": ("frozenset()",),
    "int": ("0",),
    "list": ("[]",),
    "set": ("set()",),
    "str": ("''",),
    "tuple": ("()",),
}
_FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)
# Without one of these, the code does not run at all, or does the same.
_KEPT_DECORATORS: Final = re.compile(
    r"property|setter|staticmethod|classmethod|dataclass|abstract|override|context|cache"
)
type _Located = ast.expr | ast.stmt | ast.keyword | ast.excepthandler
_QUANTIFIER: Final = re.compile(r"\{(\d+)?(,)?(\d+)?\}")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module with one edit."""

    line: int
    old: str
    new: str
    source: str
    statement: range
    """The lines of the changed statement. A test that runs one of them may notice the change."""


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    end: int
    text: str
    node: _Located


def mutants_of(source: str) -> Iterator[Mutant]:
    """Yield every mutant of a module, in the order of its lines, except those that do not compile."""
    finder = _Finder(source)
    finder.visit(finder.tree)
    seen = {source}
    for edit in sorted(finder.edits, key=lambda edit: (edit.start, edit.end)):
        mutated = (finder.code[: edit.start] + edit.text.encode() + finder.code[edit.end :]).decode()
        if mutated in seen or not _compiles(mutated):
            continue
        seen.add(mutated)
        line, old, new = _changed_lines(source, mutated)
        yield Mutant(line, old, new, mutated, finder.statement_of(edit.node))


def _compiles(source: str) -> bool:
    try:
        with warnings.catch_warnings(action="error"):
            compile(source, "mutant", "exec")
    except SyntaxError:
        return False
    return True


def _changed_lines(old: str, new: str) -> tuple[int, str, str]:
    """Return the number of the first line that differs, and the differing lines, joined, before and after."""
    before, after = old.splitlines(), new.splitlines()
    first = next(number for number, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1])
    same = 0
    while before[-1 - same] == after[-1 - same] and same < min(len(before), len(after)) - first - 1:
        same += 1
    was, now = (" ".join(line.strip() for line in lines[first : len(lines) - same]) for lines in (before, after))
    return first + 1, was, now


class _Finder(ast.NodeVisitor):
    def __init__(self, source: str) -> None:
        self.code = source.encode()
        self.tree = ast.parse(source)
        self.edits: list[_Edit] = []
        self._line_starts = [0]
        for line in self.code.splitlines(keepends=True):
            self._line_starts.append(self._line_starts[-1] + len(line))
        self._parents = {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}

    def statement_of(self, node: _Located) -> range:
        """Return the lines of the node's statement; of a compound one, those before its body."""
        statement = next(one for one in (node, *self._above(node)) if isinstance(one, ast.stmt | ast.excepthandler))
        body: list[ast.stmt] = getattr(statement, "body", [])
        last = body[0].lineno - 1 if body else statement.end_lineno or statement.lineno
        return range(statement.lineno, max(statement.lineno, last) + 1)

    def visit(self, node: ast.AST) -> None:
        if isinstance(node, ast.If) and self._text(node.test) == "TYPE_CHECKING":
            return
        super().visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        for operator, (left, right) in zip(node.ops, pairwise([node.left, *node.comparators]), strict=True):
            start, end = self._end(left), self._start(right)
            found = re.search(rb"<=|>=|==|!=|<|>|is\s+not|not\s+in|is|in", self.code[start:end])
            if found:
                self._replace(node, start + found.start(), start + found.end(), _COMPARISONS[type(operator)])
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        for left, right in pairwise(node.values):
            gap = self.code[self._end(left) : self._start(right)]
            found = re.search(rb"\b(and|or)\b", gap)
            if found:
                start = self._end(left) + found.start()
                self._replace(node, start, start + len(found[0]), "or" if found[0] == b"and" else "and")
        neutral = "True" if isinstance(node.op, ast.And) else "False"
        for value in node.values:
            self._replace_node(value, neutral)
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        if isinstance(node.op, ast.Not):
            self._replace_node(node, f"({self._text(node.operand)})")
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if isinstance(node.op, ast.Add | ast.Sub) and not _is_sequence(node.left) and not _is_sequence(node.right):
            gap = self.code[self._end(node.left) : self._start(node.right)]
            found = re.search(rb"[+-]", gap)
            if found:
                start = self._end(node.left) + found.start()
                self._replace(node, start, start + 1, "-" if found[0] == b"+" else "+")
        elif isinstance(node.op, ast.Add | ast.BitOr | ast.BitAnd | ast.Sub):
            self._replace_node(node, f"({self._text(node.left)})")
            self._replace_node(node, f"({self._text(node.right)})")
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        value = node.value
        if isinstance(value, bool):
            self._replace_node(node, str(not value))
        elif isinstance(value, int):
            self._replace_node(node, str(value + 1))
            self._replace_node(node, str(value - 1))
        elif isinstance(value, str):
            self._visit_string(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        self._visit_string(node)
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                self.visit(part.value)

    def visit_List(self, node: ast.List) -> None:
        if isinstance(node.ctx, ast.Load):
            self._drop_each(node, node.elts)
        self.generic_visit(node)

    def visit_Set(self, node: ast.Set) -> None:
        for element in node.elts if len(node.elts) > 1 else []:
            self._drop(node, element, element)
        self.generic_visit(node)

    def visit_Tuple(self, node: ast.Tuple) -> None:
        # Without parentheses, it is several values rather than a list of them.
        if isinstance(node.ctx, ast.Load) and self._text(node).startswith("(") and len(node.elts) > 1:
            self._drop_each(node, node.elts)
        self.generic_visit(node)

    def visit_Dict(self, node: ast.Dict) -> None:
        for key, value in zip(node.keys, node.values, strict=True):
            if key is not None:
                self._drop(node, key, value)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        name = self._text(node.func).rpartition(".")[2]
        if name in _NAMES:
            end = self._end(node.func)
            self._replace(node, end - len(name), end, _NAMES[name])
        if self._text(node.func) == "re.compile":
            for flags in node.args[1:]:
                self._replace_node(flags, "0")
        # Calls at import declare rules, such as Field(max_length=…).
        is_declaration = not any(isinstance(one, ast.Lambda | ast.FunctionDef) for one in self._above(node))
        dropped = [keyword for keyword in node.keywords if keyword.arg] if is_declaration else []
        for keyword in dropped:
            self._drop(node, keyword, keyword)
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if isinstance(node.slice, ast.Slice) and isinstance(node.ctx, ast.Load):
            self._replace_node(node, self._text(node.value))
        if self._text(node.value) == "Annotated" and isinstance(node.slice, ast.Tuple):
            for metadata in node.slice.elts[1:]:
                if len(node.slice.elts) > 2:  # noqa: PLR2004 - Annotated needs one
                    self._drop(node, metadata, metadata)
                self.visit(metadata)
        elif not isinstance(node.slice, ast.Tuple):
            self.generic_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        for condition in node.ifs:
            self._replace_node(condition, "True")
        self.generic_visit(node)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self._visit_condition(node)

    def visit_If(self, node: ast.If) -> None:
        self._visit_condition(node)

    def visit_While(self, node: ast.While) -> None:
        if not isinstance(node.test, ast.Constant):
            self._replace_node(node.test, "False")
            self.generic_visit(node)
        else:
            for statement in node.body:
                self.visit(statement)

    def visit_match_case(self, node: ast.match_case) -> None:
        if node.guard:
            self._replace_node(node.guard, "True")
            self.visit(node.guard)
        for statement in node.body:
            self.visit(statement)

    def visit_Expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Call):
            self._replace_node(node, "pass")
        if not isinstance(node.value, ast.Constant):
            self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> None:
        parent = self._parents[node]
        if not (isinstance(parent, ast.If) and parent.body == [node] and not parent.orelse):
            self._replace_node(node, "pass")
        self.generic_visit(node)

    def visit_Break(self, node: ast.Break) -> None:
        self._replace_node(node, "pass")

    def visit_Continue(self, node: ast.Continue) -> None:
        self._replace_node(node, "pass")

    def visit_Return(self, node: ast.Return) -> None:
        function: ast.AST = node
        while not isinstance(function, _FUNCTIONS):
            function = self._parents[function]
        if node.value and function.returns and not isinstance(node.value, ast.Constant):
            for annotation in self._text(function.returns).split(" | "):
                for constant in _EMPTY.get(annotation.partition("[")[0], ()):
                    self._replace_node(node.value, constant)
        self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._visit_decorators(node)
        for default in (*node.args.defaults, *node.args.kw_defaults):
            if default is not None:
                self.visit(default)
        for argument in (*node.args.args, *node.args.kwonlyargs):
            self._visit_annotation(argument.annotation)
        for statement in node.body:
            self.visit(statement)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._visit_decorators(node)
        for statement in node.body:
            self.visit(statement)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self._visit_annotation(node.annotation)
        if node.value:
            self.visit(node.value)

    def visit_Import(self, node: ast.Import) -> None:
        pass

    def visit_TypeAlias(self, node: ast.TypeAlias) -> None:
        self._visit_annotation(node.value)

    def _visit_decorators(self, node: ast.FunctionDef | ast.ClassDef) -> None:
        for decorator in node.decorator_list:
            if not _KEPT_DECORATORS.search(self._text(decorator)):
                self._replace(decorator, self._start(decorator) - 1, self._end(decorator), "")
                self.visit(decorator)

    def _visit_annotation(self, annotation: ast.expr | None) -> None:
        for node in ast.walk(annotation) if annotation else ():
            if isinstance(node, ast.Subscript) and self._text(node.value) == "Annotated":
                self.visit(node)

    def _visit_condition(self, node: ast.If | ast.IfExp) -> None:
        if not isinstance(node.test, ast.Constant):
            self._replace_node(node.test, "True")
            self._replace_node(node.test, "False")
        self.generic_visit(node)

    def _visit_string(self, node: ast.Constant | ast.JoinedStr) -> None:
        """Drop each conjunct of a DynamoDB condition, and shift each quantifier of a regular expression by one."""
        start, end = self._start(node), self._end(node)
        quoted = self.code[start:end].decode()
        for first, last in _conjuncts(quoted):
            self._replace_text(node, quoted, first, last, "")
        if isinstance(node, ast.JoinedStr):
            return
        for found in _QUANTIFIER.finditer(quoted):
            for group in (1, 3):
                for shift in (-1, 1) if found[group] else ():
                    bound = max(0, int(found[group]) + shift)
                    self._replace_text(node, quoted, *found.span(group), str(bound))
        if quoted.startswith("r"):
            for first, last in _alternatives(quoted):
                self._replace_text(node, quoted, first, last, "")

    def _replace_text(self, node: _Located, quoted: str, first: int, last: int, text: str) -> None:
        start = self._start(node)
        self._replace(node, start + len(quoted[:first].encode()), start + len(quoted[:last].encode()), text)

    def _drop_each(self, node: _Located, elements: Sequence[ast.expr]) -> None:
        for element in elements:
            self._drop(node, element, element)

    def _drop(self, node: _Located, first: _Located, last: _Located) -> None:
        """Drop an element with the comma after it, or before it if it is the last."""
        start, end = self._start(first), self._end(last)
        if not isinstance(node, ast.Call):
            while self.code[start - 1 : start] == b"(" and self.code[end : end + 1] == b")":
                start, end = start - 1, end + 1
        behind = re.match(rb"\s*,[ ]*", self.code[end : self._end(node)])
        before = re.search(rb",\s*$", self.code[self._start(node) : start])
        if behind:
            end += len(behind[0])
        elif before:
            start -= len(before[0])
        elif isinstance(node, ast.Tuple | ast.Subscript):
            return
        self._replace(first, start, end, "")

    def _replace_node(self, node: _Located, text: str) -> None:
        self._replace(node, self._start(node), self._end(node), text)

    def _replace(self, node: _Located, start: int, end: int, text: str) -> None:
        self.edits.append(_Edit(start, end, text, node))

    def _above(self, node: ast.AST) -> Iterator[ast.AST]:
        while node in self._parents:
            node = self._parents[node]
            yield node

    def _start(self, node: _Located) -> int:
        return self._line_starts[node.lineno - 1] + node.col_offset

    def _end(self, node: _Located) -> int:
        return self._line_starts[(node.end_lineno or 1) - 1] + (node.end_col_offset or 0)

    def _text(self, node: _Located) -> str:
        return self.code[self._start(node) : self._end(node)].decode()


def _is_sequence(node: ast.expr) -> bool:
    return isinstance(node, ast.List | ast.Tuple | ast.JoinedStr | ast.Set) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def _conjuncts(text: str) -> Iterator[tuple[int, int]]:
    """Yield the positions of each side of an AND or OR of an expression, with the operator itself."""
    words = [match.span() for match in re.finditer(r" (?:AND|OR) ", text)]
    if not words or '"""' in text:
        return
    begin = text.index(text[-1]) + 1
    edges = [(begin, begin), *words, (len(text) - 1, len(text) - 1)]
    for number in range(1, len(edges)):
        left, right = edges[number - 1], edges[number]
        yield (left[1], right[1]) if number == 1 else (left[0], right[0])


def _alternatives(text: str) -> Iterator[tuple[int, int]]:
    """Yield the positions of each alternative of a regular expression, with one of the bars beside it."""
    text = text.removesuffix('"')
    opened: list[list[int]] = [[text.find('"') + 1]]
    in_class = False
    position = opened[0][0]
    while position <= len(text):
        character = text[position : position + 1]
        if character == "\\":
            position += 1
        elif in_class:
            in_class = character != "]"
        elif character == "[":
            in_class = True
        elif character == "(":
            start = re.compile(r"\((\?(:|<?[=!]|P<\w+>|\w+:))?").match(text, position)
            opened.append([start.end() if start else position + 1])
        elif character == "|":
            opened[-1].append(position + 1)
        elif character in {")", ""} and opened:
            starts = [*opened.pop(), position + 1]
            if len(starts) > 2:  # noqa: PLR2004 - one alternative is none
                yield starts[0], starts[1]
                yield from ((first - 1, last - 1) for first, last in pairwise(starts[1:]))
        position += 1
