"""Do not contact on the command line: an import counts them, a send leaves them out."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from smsdesk.store import do_not_contact
from smsdesk.store.workspace import Store

Start = Callable[..., Any]


def list_in(terminal: Any, *numbers: str) -> None:
    with Store.open(terminal.workspace) as store:
        rows = [do_not_contact.Listed(number, "asked", "", datetime.now(UTC)) for number in numbers]
        store.write(do_not_contact.add, rows).result()


def test_an_import_counts_who_is_on_the_list(terminal: Any, customers: Any) -> None:
    file, truth = customers(20)
    list_in(terminal, *list(truth)[:3], "+436601234567")
    done = terminal.run("recipients", str(file))
    told = json.loads(done.stdout)
    assert (told["rows"], told["valid"], told["do_not_contact"]) == (20, 17, 3)


def test_a_send_leaves_out_who_is_on_the_list(near_box: Start, terminal: Any, customers: Any) -> None:
    file, truth = customers(20)
    box, out = near_box("--speed", "100"), next(iter(truth))
    list_in(terminal, out)
    send = ("send", "--to", str(file), "--text", "Hello {Name}", "--user", "desk", "--url", box.url)
    planned = json.loads(terminal.run(*send, "--dry-run").stdout)
    assert planned["sms"] == 19
    (request,) = planned["requests"]
    assert out not in {person["dst"] for m in request["messages"] for person in m["recipients"]}
    done = terminal.run(*send, "--wait")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["do_not_contact"] == 1
    del truth[out]
    assert box.accepted() == truth
