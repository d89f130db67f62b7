"""Every trouble a table may have, alone and in pairs: exactly the numbers and exactly the problems."""

from datetime import UTC, datetime

import pytest
from troubles import Case, cases

from smsdesk.core.importing import Setting, import_sheet
from smsdesk.core.mapping import guess_mapping
from smsdesk.core.sheet import Reading, read_sheet

SETTING = Setting("DE", datetime(2026, 3, 1, 12, tzinfo=UTC), "Europe/Berlin")
CASES = [*cases()]
PAIRS_EVERY = 4
"""Of the troubles in pairs, each so-manieth is in the default run; the rest are among the slow tests."""
PAIRS = [case for case in CASES if " + " in case.name]
LATER = {case.name for at, case in enumerate(PAIRS) if at % PAIRS_EVERY}


@pytest.mark.parametrize(
    "case",
    [pytest.param(c, id=c.name, marks=pytest.mark.slow if c.name in LATER else ()) for c in CASES],
)
def test_the_truth_and_nothing_else(case: Case) -> None:
    sheet = read_sheet(case.name, case.content, Reading(**case.reading))
    mapping = guess_mapping(sheet, SETTING.region)
    found, truth = import_sheet(sheet, mapping, SETTING), case.truth
    assert sheet.header_line == truth.header_line
    assert [*found.recipients.dst] == [*truth.valid]
    assert [*found.doubtful.dst] == [*truth.doubtful]
    assert [(problem.where.line, problem.code) for problem in found.problems] == [*truth.problems]
    assert {kind: getattr(found.counts, kind) for kind in truth.counts} == truth.counts
    assert found.counts.rows == len(sheet)
    assert {key: mapping.get(key) for key in truth.mapping} == truth.mapping
    if (first := sheet.header[0]) in found.recipients.fields:
        assert [*found.recipients.fields[first]] == [*truth.names]


def test_there_are_enough_of_them() -> None:
    assert len({case.name for case in CASES}) == len(CASES) > 900
