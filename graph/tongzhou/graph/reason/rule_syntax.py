"""Reads files of rules; `ontology/rules/owl2-rl.rules` explains the notation in its first lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pyoxigraph as ox

from tongzhou.graph.errors import Fault, SourceError
from tongzhou.graph.namespaces import RDF, XSD
from tongzhou.graph.reason.rules import (
    Atom,
    LeftOut,
    ListAll,
    ListMember,
    ListPair,
    ListPath,
    Pattern,
    Rule,
    Rules,
    RuleTerm,
    Scan,
    Variable,
    merge,
    variables,
)

SCANS = frozenset({"dt-diff", "dt-not-type"})
_COLUMN = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^|])+')  # a bar in a string does not end a column
_PREFIX = re.compile(r"prefix\s+([A-Za-z][\w-]*)?:\s+<([^<>\s]*)>")
_REGIME = re.compile(r"regime\s+([a-z][\w-]*)\s*=\s*(.+)")
_TOKEN = re.compile(
    r"""\s*(?:(?P<variable>\?\w+) | (?P<iri><[^<>"\s]*>) | (?P<integer>[+-]?\d+(?![\w:]))
    | (?P<string>"(?:[^"\\]|\\.)*")(?:@(?P<language>[\w-]+) | \^\^(?P<datatype><[^<>"\s]*>|[\w-]*:[\w-]+))?
    | (?P<name>(?:[A-Za-z][\w-]*)?:[\w-]+(?:\.[\w-]+)*) | (?P<word>LIST(?=\[)|all\b|path\b|a\b)
    | (?P<mark>[\[\],.:]))""",
    re.VERBOSE,
)


def load_rules(paths: Iterable[Path]) -> Rules:
    """Read rules from files, and from the `*.rules` of folders in order of their names.

    Raises SourceError, which names file, line and remedy of each fault.
    """
    parts: list[Rules] = []
    faults: list[Fault] = []
    for path in paths:
        for file in sorted(path.glob("*.rules")) if path.is_dir() else [path]:
            try:
                parts.append(_read_file(file))
            except SourceError as error:
                faults += error.faults
    if faults:
        raise SourceError(faults)
    return merge(parts)


def _read_file(file: Path) -> Rules:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"the rules can't be read: {error}."
        raise SourceError([Fault(str(file), None, "", message, "Name a text file in UTF-8.")]) from error
    return _FileReader(str(file)).read(text)


class _RefusedError(Exception):
    """Why a line is no rule, and what to do."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


class _FileReader:
    """Reads one file, with the prefixes that it declares."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.prefixes: dict[str, str] = {}
        self.regimes: dict[str, frozenset[str]] = {}
        self.rules: list[Rule] = []
        self.scans: list[Scan] = []
        self.left_out: list[LeftOut] = []

    def read(self, text: str) -> Rules:
        faults: list[Fault] = []
        for number, line in enumerate(text.splitlines(), start=1):
            content = line.strip()
            if not content or content.startswith("#"):
                continue
            try:
                self._read_line(content, number)
            except _RefusedError as refusal:
                subject = content.split("|")[0].strip() if "|" in content else ""
                faults.append(Fault(self.path, number, subject, str(refusal), refusal.remedy))
        if faults:
            raise SourceError(faults)
        ids = [rule.id for rule in self.rules] + [scan.id for scan in self.scans] if self.regimes else []
        return Rules(tuple(self.rules), tuple(self.scans), tuple(self.left_out), self.regimes, frozenset(ids))

    def _read_line(self, line: str, number: int) -> None:
        if prefix := _PREFIX.fullmatch(line):
            self.prefixes[prefix[1] or ""] = prefix[2]
        elif regime := _REGIME.fullmatch(line):
            self.regimes[regime[1]] = frozenset(regime[2].split())
        else:
            self._read_rule([column.strip() for column in _COLUMN.findall(line)], number)

    def _read_rule(self, columns: list[str], number: int) -> None:
        if len(columns) != 5:
            message = f"{len(columns)} columns where a rule has five."
            raise _RefusedError(message, "Write: id | body | head | name in Chinese | name in English.")
        identifier, body, head, chinese, english = columns
        if not re.fullmatch(r"[A-Za-z][\w.-]*", identifier):
            raise _RefusedError("the id is no word.", "Use letters, digits, full stops and hyphens.")
        labels = {"zh": chinese, "en": english}
        if body == "left out":
            self.left_out.append(LeftOut(identifier, head, labels))
        elif body == "scan":
            if identifier not in SCANS:
                raise _RefusedError("there is no such scan.", f"Scans are {', '.join(sorted(SCANS))}.")
            self.scans.append(Scan(identifier, labels))
        else:
            atoms = tuple(_Parser(body, self.prefixes).atoms())
            patterns = () if head == "false" else tuple(_Parser(head, self.prefixes).patterns())
            _require_sound(atoms, patterns)
            self.rules.append(Rule(identifier, atoms, patterns, labels, self.path, number))


class _Parser:
    """Parses a body or a head."""

    def __init__(self, text: str, prefixes: Mapping[str, str]) -> None:
        self.text = text.strip()
        self.prefixes = prefixes
        self.position = 0

    def atoms(self) -> Iterator[Atom]:
        yield self._list() if self._take("LIST") else self._pattern()
        while self.position < len(self.text):
            self._require(".")
            yield self._list() if self._take("LIST") else self._pattern()

    def patterns(self) -> Iterator[Pattern]:
        yield self._pattern()
        while self._take("."):
            yield self._pattern()
        if self.position < len(self.text) and not self.text[self.position :].lstrip().startswith("]"):
            self._require(".")

    def _list(self) -> Atom:
        self._require("[")
        cells = self._variable()
        self._require(",")
        atom: Atom
        if self._take("all"):
            member = self._variable()
            self._require(":")
            atom = ListAll(cells, member, tuple(self.patterns()))
        elif self._take("path"):
            atom = ListPath(cells, self._variable(), self._variable())
        else:
            member = self._variable()
            atom = ListPair(cells, member, self._variable()) if self._take(",") else ListMember(cells, member)
        self._require("]")
        return atom

    def _pattern(self) -> Pattern:
        return Pattern(self._term(), self._term(), self._term())

    def _variable(self) -> Variable:
        term = self._term()
        if not isinstance(term, Variable):
            raise _RefusedError(f"{term} where a variable is due.", "Write a variable, such as ?m.")
        return term

    def _term(self) -> RuleTerm:
        match = self._match()
        if variable := match["variable"]:
            return Variable(variable[1:])
        if match["iri"]:
            return ox.NamedNode(match["iri"][1:-1])
        if match["integer"]:
            return ox.Literal(match["integer"], datatype=ox.NamedNode(f"{XSD}integer"))
        if match["name"]:
            return self._expand(match["name"])
        if match["word"] == "a":
            return ox.NamedNode(f"{RDF}type")
        if match["string"] is not None:
            return self._literal(match)
        raise _RefusedError(
            f"{match[0].strip()!r} where a term is due.", "Write triples with ' . ' between them."
        )

    def _literal(self, match: re.Match[str]) -> ox.Literal:
        text = re.sub(r"\\(.)", r"\1", match["string"][1:-1])
        if match["language"]:
            return ox.Literal(text, language=match["language"])
        if name := match["datatype"]:
            datatype = ox.NamedNode(name[1:-1]) if name.startswith("<") else self._expand(name)
            return ox.Literal(text, datatype=datatype)
        return ox.Literal(text)

    def _expand(self, name: str) -> ox.NamedNode:
        prefix, _, local = name.partition(":")
        if prefix not in self.prefixes:
            raise _RefusedError(f"the prefix {prefix}: is not declared.", f"Add a line: prefix {prefix}: <…>")
        return ox.NamedNode(self.prefixes[prefix] + local)

    def _match(self) -> re.Match[str]:
        match = _TOKEN.match(self.text, self.position)
        if match is None:
            rest = self.text[self.position :].strip()
            found = repr(rest) if rest else "the end"
            raise _RefusedError(
                f"nothing can be made of {found}.", "Write triples as in Turtle, with ' . ' between."
            )
        self.position = match.end()
        return match

    def _take(self, token: str) -> bool:
        match = _TOKEN.match(self.text, self.position)
        if match is None or match[0].strip() != token:
            return False
        self.position = match.end()
        return True

    def _require(self, token: str) -> None:
        if not self._take(token):
            found = self.text[self.position :].strip() or "the end"
            raise _RefusedError(
                f"{token!r} is due before {found!r}.", "See the head of owl2-rl.rules for the notation."
            )


def _require_sound(body: tuple[Atom, ...], head: tuple[Pattern, ...]) -> None:
    """Refuse a rule that would conclude something of a variable which nothing binds, or walk lists that nothing names."""
    bound = {name for atom in body for name in _outer(atom)}
    free = [name for pattern in head for name in variables(pattern) if name not in bound]
    if free:
        raise _RefusedError(f"?{free[0]} of the head is not in the body.", "Use a variable of the body.")
    for pattern in head:
        if isinstance(pattern.subject, ox.Literal) or not isinstance(
            pattern.predicate, Variable | ox.NamedNode
        ):
            raise _RefusedError(
                "a literal heads a triple.", "Literals stand in the place of the object only."
            )
    named = {
        atom.object for atom in body if isinstance(atom, Pattern) and isinstance(atom.predicate, ox.NamedNode)
    }
    for atom in body:
        if not isinstance(atom, Pattern) and atom.list not in named:
            message = f"no triple with a property by name leads to the list {atom.list}."
            raise _RefusedError(message, f"Add one, such as ?c owl:unionOf {atom.list}.")
        if isinstance(atom, ListAll) and atom.member.name not in {
            name for pattern in atom.patterns for name in variables(pattern)
        }:
            raise _RefusedError(f"nothing is said of {atom.member}.", "Use the member between ':' and ']'.")


def _outer(atom: Atom) -> Iterator[str]:
    """Yield the variables that an atom binds for the head: all but the member of `all`."""
    for name in variables(atom):
        if not (isinstance(atom, ListAll) and name == atom.member.name):
            yield name
