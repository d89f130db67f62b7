"""The catalogues: both languages say everything, nothing is said outside them, nothing is left over."""

import ast
import importlib.util
import re
import string
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import ModuleType

import pytest

import smsdesk
from smsdesk.core import errors, status
from smsdesk.core.outbox import EntryState
from smsdesk.core.shipped import shipped
from smsdesk.core.status import Outcome

SOURCE = Path(smsdesk.__file__).parent


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
    """What is filled in; a name with a capital or a blank is a merge field that is shown to people."""
    return set(TOOL.PLACEHOLDER.findall(words))


def trees() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(SOURCE.rglob("*.py")):
        yield path.relative_to(SOURCE).as_posix(), ast.parse(path.read_text("utf-8"))


ERRORS = {
    name: kind.code
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.SmsDeskError)
}


def test_both_languages_have_the_same_codes() -> None:
    assert ENGLISH.keys() == GERMAN.keys()


def test_each_sentence_is_whole_in_both_languages() -> None:
    assert {code: odd for code in ENGLISH if (odd := [*oddities(ENGLISH[code], GERMAN[code])])} == {}


def oddities(english: Sequence[str], german: Sequence[str]) -> Iterator[str]:
    """What is wrong with the forms of one sentence."""
    if len(english) != len(german) or placeholders(english[-1]) != placeholders(german[-1]):
        yield "not the same in both languages"
    for words in (*english, *german):
        if not words.strip() or "!" in words:
            yield f"empty, or an exclamation: {words!r}"
        try:
            fields = {name for _, name, _, _ in string.Formatter().parse(words) if name is not None}
        except ValueError as wrong:
            yield f"{wrong}: {words!r}"
        else:
            if placeholders(words) not in (fields, set()):
                yield f"neither filled nor shown as it is: {words!r}"


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


def unfilled(tree: ast.Module) -> list[tuple[int, str]]:
    """Sentences that are said, or errors that are made, without a value that the sentence names."""
    out = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or any(keyword.arg is None for keyword in node.keywords):
            continue
        given = {str(keyword.arg) for keyword in node.keywords}
        name = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
        if name == "say" and node.args and isinstance(node.args[0], ast.Constant):
            codes, given = [str(node.args[0].value)], given | ({"n"} if len(node.args) > 1 else set())
        elif name in ERRORS:
            codes = list(spoken(ERRORS[name], node))
        else:
            continue
        needed = {code: set().union(*map(placeholders, ENGLISH.get(code, ()))) for code in codes}
        out += [(node.lineno, code) for code in codes if needed[code] - given]
    return out


def either(value: ast.expr) -> Iterator[ast.expr]:
    """What is written, or what of it is chosen by an ``if``."""
    if isinstance(value, ast.IfExp):
        yield from either(value.body)
        yield from either(value.orelse)
    else:
        yield value


def spoken(code: str, made: ast.Call) -> Iterator[str]:
    """The sentences that may be said of an error that is made so: all reasons where it is not written."""
    reasons = [
        part.value
        for keyword in made.keywords
        if keyword.arg == "reason"
        for part in either(keyword.value)
        if isinstance(part, ast.Constant)
    ]
    special = {f"error.{code}.{reason}" for reason in reasons} & ENGLISH.keys()
    anyhow = {name for name in ENGLISH if name.startswith(f"error.{code}.") and name != f"error.{code}.hint"}
    written = reasons or not any(keyword.arg == "reason" for keyword in made.keywords)
    for name in special or ({f"error.{code}"} if written else {*anyhow, f"error.{code}"}):
        yield name
        yield f"{name}.hint"


def test_every_sentence_is_given_its_values() -> None:
    found = [f"{file}:{line} {code}" for file, tree in trees() for line, code in unfilled(tree)]
    assert found == []


def test_a_sentence_without_its_values_would_be_found() -> None:
    planted = ast.parse("""say('account.edit')
FileError(reason='empty')
say('time.d', 3)
UsageError(reason='export_job' if job else 'option_name')
""")
    assert unfilled(planted) == [(1, "account.edit"), (2, "error.file.empty"), (4, "error.usage.option_name")]


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
    """All string literals and names of fields in the source, and the beginnings of what is put together."""
    whole, begun = set(), set()
    for _, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                whole.add(node.target.id)
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                begun.add(str(node.values[0].value))
    return whole, {words for words in begun if "." in words and " " not in words}


def left_over(codes: Iterable[str], whole: set[str], begun: set[str]) -> list[str]:
    """The codes that nobody says: neither written out, nor put together from pieces that are written."""
    known = {words.lower().replace("-", "") for words in whole}
    ends = tuple(words for words in whole if words.startswith("."))

    def written(piece: str) -> bool:
        piece = piece.removeprefix("option_").replace("-", "")
        return piece in known or f".{piece}" in known or piece.isdigit()

    def used(code: str) -> bool:
        rests = [code.removeprefix(words) for words in begun if code.startswith(words)]
        extended = any(code.removesuffix(end) in whole for end in ends)
        return extended or any(all(map(written, rest.split("."))) for rest in rests)

    return [code for code in codes if code not in whole and not used(code)]


def test_no_code_is_left_over() -> None:
    assert left_over(ENGLISH, *_literals()) == []


def test_a_code_that_is_left_over_would_be_found() -> None:
    whole, begun = {"page.title", "landline", ".hint"}, {"problem.", "status."}
    codes = ["page.title", "page.old", "problem.landline", "problem.landline.hint", "problem.moon"]
    assert left_over(codes, whole, begun) == ["page.old", "problem.moon"]


KEYED = {"start": 0, "runs": 0, "Live": 1}
"""Which argument of a call is the key of a task."""
ALLOWED = re.compile(r"[\w.]*\[.*\]|\w+ \| None|SMS Desk|Mac Roman|%Z \(UTC%z\)|yyyy-MM-dd HH:mm")
"""Types that are named before they exist, names of their own, forms of times."""


def _technical(tree: ast.Module) -> set[int]:
    """Docstrings and keys of tasks: nobody sees them."""
    out = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        for part in body if isinstance(body, list) else ():
            if isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant):
                out.add(id(part.value))
        if isinstance(node, ast.Call):
            at = KEYED.get(getattr(node.func, "attr", getattr(node.func, "id", "")), len(node.args))
            out |= {id(part) for argument in node.args[at : at + 1] for part in ast.walk(argument)}
    return out


def outside(tree: ast.Module) -> list[tuple[int, str]]:
    """Literals that look like sentences: a blank, and a word of more than two letters."""
    technical = _technical(tree)
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in technical
        and " " in node.value.strip()
        and re.search(r"[^\W\d_]{3}", node.value)
        and not ALLOWED.fullmatch(node.value)
    ]


def test_no_sentence_stands_outside_the_catalogues() -> None:
    found = [
        f"{file}:{line} {words!r}"
        for file, tree in trees()
        if file.startswith(("ui/", "desk/", "cli/", "app.py"))
        for line, words in outside(tree)
    ]
    assert found == []


def test_a_sentence_outside_would_be_found() -> None:
    planted = '''"""Doc string of it."""
label("Nothing to send here.")
label(f"still waiting: {n}")
tasks.start("jobs page", load("not yet"))
'''
    found = [(2, "Nothing to send here."), (3, "still waiting: "), (4, "not yet")]
    assert outside(ast.parse(planted)) == found
