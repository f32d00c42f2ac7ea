"""An explanation as text, in Chinese or English: what it rests on stands further to the right."""

from __future__ import annotations

from collections.abc import Iterator

from tongzhou.graph.explanation.explainer import Explainer, Explanation
from tongzhou.graph.explanation.outline import Line, outline
from tongzhou.graph.explanation.sources import BACKGROUND, DEFINITION, NAME, STATED, Source
from tongzhou.graph.namespaces import shorten
from tongzhou.graph.reason import Proof

_BASES = {
    "zh": {STATED: "文中所述", NAME: "据名称", BACKGROUND: "背景知识", DEFINITION: "定义"},
    "en": {STATED: "stated", NAME: "by the name", BACKGROUND: "background", DEFINITION: "definition"},
}
_WORDS = {
    "zh": {
        "asserted": "已在图中写明：",
        "since": "由规则“{label}”（{rule}），因为：",
        "again": "由规则“{label}”（{rule}），见上文",
        "proof": "另一证明（{number}）：",
        "contradiction": "矛盾",
        "line": "原文第 {line} 行",
        "also": "也可推出：",
    },
    "en": {
        "asserted": "It is asserted:",
        "since": "by “{label}” ({rule}), since:",
        "again": "by “{label}” ({rule}), as above",
        "proof": "another proof ({number}):",
        "contradiction": "contradiction",
        "line": "line {line} of the text",
        "also": "It also follows:",
    },
}


def as_text(explanation: Explanation, explainer: Explainer, language: str) -> str:
    """Return an explanation as text that ends with a newline: where it is asserted, then its proofs."""
    words = _WORDS[language]
    lines: list[str] = []
    if explanation.is_asserted:
        lines += [_statement(explainer, explanation, language), f"  {words['asserted']}"]
        lines += [f"    {line}" for source in explanation.sources for line in source_lines(source, language)]
    for number, proof in enumerate(explanation.proofs, start=1):
        if explanation.is_asserted and number == 1:
            lines.append(words["also"])
        elif number > 1:
            lines.append(words["proof"].format(number=number))
        lines += proof_lines(proof, explainer, language)
    return "\n".join(lines) + "\n"


def proof_lines(proof: Proof, explainer: Explainer, language: str) -> Iterator[str]:
    """Yield the lines of a proof."""
    for line in outline(proof, explainer.sources):
        indent = "    " * line.depth
        yield indent + _words_of(line, explainer, language)
        yield from (f"{indent}  {part}" for part in _reason(line, explainer, language))


def source_lines(source: Source, language: str) -> list[str]:
    """Return the lines that say where a triple stands: basis, file and line, then what backs it."""
    place = f" {source.place[0]}:{source.place[1]}" if source.place else ""
    about = [name for code, name in source.names if code in (language, "zh")][-1:]
    first = " · ".join(
        (f"[{_BASES[language][source.basis]}]{place}", *about, *map(shorten, source.references))
    )
    open_, close = ("（", "）") if language == "zh" else (" (", ")")
    quotes = [
        f"“{quote.exact}”"
        + (f"{open_}{_WORDS[language]['line'].format(line=quote.line)}{close}" if quote.line else "")
        for quote in source.quotes
    ]
    return [first, *(f"  {quote}" for quote in quotes)]


def _words_of(line: Line, explainer: Explainer, language: str) -> str:
    if line.statement is None:
        return _WORDS[language]["contradiction"]
    return " · ".join(explainer.names.words(line.statement, language))


def _reason(line: Line, explainer: Explainer, language: str) -> list[str]:
    if line.rule is None:
        return [text for source in line.sources for text in source_lines(source, language)]
    label = explainer.closure.rules.label(line.rule, language)
    key = "again" if line.is_again else "since"
    return [_WORDS[language][key].format(label=label, rule=line.rule)]


def _statement(explainer: Explainer, explanation: Explanation, language: str) -> str:
    return " · ".join(explainer.names.words(explanation.statement, language))
