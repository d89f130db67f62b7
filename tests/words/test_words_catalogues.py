"""The catalogues: both languages say everything, nothing is said outside them, nothing is left over."""

import ast
import importlib.util
import re
import string
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import smsdesk
from smsdesk.core import errors, status
from smsdesk.core.outbox import EntryState
from smsdesk.core.shipped import shipped
from smsdesk.core.status import Outcome

SOURCE = Path(smsdesk.__file__).parent
FAMILIES = ("error.", "problem.", "status.", "outcome.", "entry.", "step.", "time.")
"""Codes that are put together from the core's own; each is checked against those below."""


SHOWS_A_FIELD = {"cli.text", "compose.text.placeholder"}
"""Sentences that show a merge field to people; they are said as they are."""


def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("catalogues", shipped("catalogues.py"))
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOL = tool()


def sentences(language: str) -> dict[str, tuple[str, ...]]:
    """By code: the sentence, or its singular and plural."""
    out = {}
    for message in TOOL.load(language):
        if message.id:
            plural = isinstance(message.id, tuple)
            out[message.id[0] if plural else message.id] = (
                tuple(message.string) if plural else (message.string,)
            )
    return out


ENGLISH, GERMAN = sentences("en"), sentences("de")


def placeholders(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name is not None}


def trees() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(SOURCE.rglob("*.py")):
        yield path.relative_to(SOURCE).as_posix(), ast.parse(path.read_text("utf-8"))


def test_both_languages_have_the_same_codes() -> None:
    assert ENGLISH.keys() == GERMAN.keys()


@pytest.mark.parametrize("code", ENGLISH)
def test_a_sentence_is_whole_in_both_languages(code: str) -> None:
    assert len(ENGLISH[code]) == len(GERMAN[code])
    for words in (*ENGLISH[code], *GERMAN[code]):
        assert words.strip()
        assert "!" not in words
    if code not in SHOWS_A_FIELD:
        assert placeholders(ENGLISH[code][-1]) == placeholders(GERMAN[code][-1])


@pytest.mark.parametrize("language", ["en", "de"])
def test_what_is_read_is_what_was_written(language: str) -> None:
    compiled = shipped("words", f"{language}.mo").read_bytes()
    assert compiled == TOOL.compiled(TOOL.load(language))


def said() -> Iterator[tuple[str, int, str]]:
    """Every literal code handed to ``say``."""
    for file, tree in trees():
        for node in ast.walk(tree):
            named = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say"
            if named and node.args and isinstance(node.args[0], ast.Constant):
                yield file, node.lineno, node.args[0].value


def test_every_code_that_is_said_exists() -> None:
    assert [f"{file}:{line} {code}" for file, line, code in said() if code not in ENGLISH] == []


def _codes(kind: type) -> Iterator[type]:
    yield kind
    for below in kind.__subclasses__():
        yield from _codes(below)


def test_every_error_has_a_sentence_and_a_hint() -> None:
    codes = [f"error.{kind.code}" for kind in _codes(errors.SmsDeskError) if kind is not errors.SmsDeskError]
    assert [code for code in codes if code not in ENGLISH or f"{code}.hint" not in ENGLISH] == []


def test_every_problem_has_a_sentence_and_a_hint() -> None:
    """Codes are the second argument of Problem, of Number, of _invalid, or begin with ``option_``."""
    codes = set()
    for file, tree in trees():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and file.startswith("core/")):
                continue
            name, at = getattr(node.func, "id", ""), {"Problem": 1, "Number": 2, "_invalid": 0}
            if name in at and len(node.args) > at[name]:
                arguments = ast.walk(node.args[at[name]])
                codes |= {
                    n.value for n in arguments if isinstance(n, ast.Constant) and isinstance(n.value, str)
                }
    assert "number_letters" in codes
    missing = [
        code
        for code in codes - {"", "option_"}
        if not {f"problem.{code}", f"problem.{code}.hint"} <= ENGLISH.keys()
    ]
    assert missing == []


def test_every_status_has_its_words() -> None:
    meanings = [value for value in vars(status).values() if isinstance(value, status.Meaning)]
    meanings += status._DONE.values()
    codes = {f"status.{means.code}" for means in meanings}
    assert len(codes) > 15
    assert {*codes, *(f"{code}.next" for code in codes)} <= ENGLISH.keys()
    assert {f"outcome.{outcome.value}" for outcome in Outcome} <= ENGLISH.keys()
    assert {f"entry.{state.value}" for state in EntryState} <= ENGLISH.keys()


def _literals() -> tuple[set[str], set[str]]:
    """All string literals of the source, and the beginnings of those that are put together."""
    whole, begun = set(), set()
    for _, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                begun.add(str(node.values[0].value))
    return whole, {words for words in begun if "." in words and " " not in words}


def test_no_code_is_left_over() -> None:
    whole, begun = _literals()

    def used(code: str) -> bool:
        known = code in whole or code.startswith(FAMILIES) or code.startswith(tuple(begun))
        return known or any(
            code.startswith(f"{words}.") and code[len(words) :] in (".hint", ".caption") for words in whole
        )

    assert [code for code in ENGLISH if not used(code)] == []


def _docstrings(tree: ast.Module) -> set[int]:
    out = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            for part in body:
                if isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant):
                    out.add(id(part.value))
    return out


def looks_like_a_sentence(words: Any) -> bool:
    return (
        isinstance(words, str)
        and len(re.findall(r"[A-Za-zÄÖÜäöüß]{3,}", words)) >= 2
        and " " in words.strip()
    )


def outside(tree: ast.Module) -> list[tuple[int, str]]:
    """Literals that look like sentences, docstrings apart."""
    docs = _docstrings(tree)
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and id(node) not in docs
        and looks_like_a_sentence(node.value)
        and not TYPE.search(node.value)
    ]


TYPE = re.compile(r"\[.*\]|\| None$")
"""A type that is named before it exists."""
NAMES = {"SMS Desk", "SMS Desk sandbox", "page accounts", "two", "three"}
"""The program's own name, and keys of tasks."""


def test_no_sentence_stands_outside_the_catalogues() -> None:
    keys = re.compile(r"^[a-z ]+$")
    found = [
        f"{file}:{line} {words!r}"
        for file, tree in trees()
        if file.startswith(("ui/", "desk/", "cli/", "app.py"))
        for line, words in outside(tree)
        if words not in NAMES and not keys.match(words)
    ]
    assert found == []


def test_a_sentence_outside_would_be_found() -> None:
    planted = ast.parse('"""Doc string of it."""\nlabel("Nothing to send here.")\n')
    assert outside(planted) == [(2, "Nothing to send here.")]
