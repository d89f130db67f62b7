"""Accounts: the dialog says what is wrong beside its field, the test speaks plainly, nothing leaks."""

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring
from PySide6.QtWidgets import QLineEdit
from screens import Play, Scene

from smsdesk.core.account import Account
from smsdesk.core.errors import PasswordMissing
from smsdesk.ui.account import AccountDialog
from smsdesk.ui.accounts import Accounts
from smsdesk.ui.ask import Question


async def opened(scene: Scene) -> tuple[Accounts, AccountDialog]:
    page = await scene.show(Accounts(scene.desk))
    return page, page.open_new()


def fill(dialog: AccountDialog, scene: Scene, **other: str) -> None:
    """Fills the dialog with what is right for the sandbox, and with ``other`` where named."""
    right = {
        "name": "Shop",
        "send_url": scene.box.url,
        "user": scene.box.user,
        "password": scene.box.password,
    }
    for name, words in {**right, **other}.items():
        getattr(dialog, name).box.setText(words)


def results(dialog: AccountDialog) -> list[str]:
    items = [dialog.results.itemAt(at).widget() for at in range(dialog.results.count())]
    return [item.accessibleName() for item in items if item is not None]


def test_what_is_missing_stands_beside_its_field(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        _, dialog = await opened(scene)
        dialog.save_button.click()
        assert dialog.name.wrong.text() == "The account needs a name."
        assert dialog.send_url.wrong.text().startswith("This is not a complete address.")
        assert dialog.user.wrong.text() == "The user is missing."
        assert dialog.password.wrong.text() == "The password is missing."
        assert dialog.isVisible()
        dialog.name.box.clear()
        scene.qtbot.keyClicks(dialog.name.box, "Shop")
        assert dialog.name.wrong.isHidden()

    play(act)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://sms.example/rest", "not encrypted"),
        ("https://u:p@sms.example", "holds a user or password"),
        ("https://sms.example/?a=1", "more than server and path"),
        ("sms.example", "not a complete address"),
    ],
)
def test_an_unusable_address_says_why(play: Play[None], url: str, says: str) -> None:
    async def act(scene: Scene) -> None:
        _, dialog = await opened(scene)
        fill(dialog, scene, send_url=url)
        dialog.save_button.click()
        assert says in dialog.send_url.wrong.text()
        await scene.settled()
        assert [account.name for account in await scene.desk.accounts.every()] == ["Try-out"]

    play(act)


def test_several_report_addresses_are_added_and_removed(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        _, dialog = await opened(scene)
        fill(dialog, scene)
        dialog.reports.fields[0].box.setText("https://de1.example/v1/")
        dialog.reports.more.click()
        dialog.reports.more.click()
        assert len(dialog.reports.fields) == 3
        dialog.reports.fields[2].box.setText("https://de2.example/v1")
        dialog.reports._remove(dialog.reports.fields[1])
        account = dialog.account()
        assert account is not None
        assert account.report_urls == ("https://de1.example/v1", "https://de2.example/v1")

    play(act)


def test_the_connection_test_asks_each_address(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        _, dialog = await opened(scene)
        fill(dialog, scene)
        dialog.reports.fields[0].box.setText(scene.box.url)
        dialog.reports.add("http://127.0.0.1:9/rest/v1")
        dialog.test_button.click()
        assert not dialog.save_button.isEnabled()
        await scene.settled()
        good, bad = results(dialog)
        assert "answers and accepts user and password" in good
        assert bad.startswith("Nothing answers at 127.0.0.1")
        assert dialog.save_button.isEnabled()

    play(act)


def test_a_wrong_password_is_said_at_the_password(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        _, dialog = await opened(scene)
        fill(dialog, scene, password="wrong horse")
        dialog.test_button.click()
        await scene.settled()
        assert dialog.password.wrong.text() == "The service does not accept this user and password."
        assert "wrong horse" not in " ".join(results(dialog))
        assert dialog.password.box.echoMode() == QLineEdit.EchoMode.Password

    play(act)


def test_saving_makes_the_account_and_closes(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page, dialog = await opened(scene)
        fill(dialog, scene)
        dialog.save_button.click()
        await scene.settled()
        assert not page.findChildren(AccountDialog) or not dialog.isVisible()
        url = scene.box.url
        assert Account("Shop", url, (url,), scene.box.user) in await scene.desk.accounts.every()
        assert await scene.desk.passwords.of("Shop") == scene.box.password
        assert page.table.rows.rowCount() == 2
        assert not page.this_run.isVisible()

    play(act)


def test_without_a_keyring_the_page_says_how_long_the_password_is_known(play: Play[None]) -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(NoKeyring())

    async def act(scene: Scene) -> None:
        page, dialog = await opened(scene)
        fill(dialog, scene)
        dialog.save_button.click()
        await scene.settled()
        assert page.this_run.isVisible()

    try:
        play(act)
    finally:
        keyring.set_keyring(before)


def test_editing_keeps_the_password_that_is_known(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page, dialog = await opened(scene)
        fill(dialog, scene)
        dialog.save_button.click()
        await scene.settled()
        page.table.choose("Shop")
        page.edit.trigger()
        again = page.findChildren(AccountDialog)[-1]
        assert again.name.box.isReadOnly()
        assert again.password.text == ""
        again.test_button.click()
        await scene.settled()
        assert "answers and accepts" in results(again)[0]
        again.user.box.setText("someone")
        again.save_button.click()
        await scene.settled()
        assert (await scene.desk.accounts.named("Shop")).user == "someone"
        assert await scene.desk.passwords.of("Shop") == scene.box.password

    play(act)


def test_an_unknown_password_is_asked_for_where_it_is_typed(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        url = scene.box.url
        await scene.desk.accounts.save(Account("Shop", url, (url,), "desk"), None)
        with pytest.raises(PasswordMissing):
            await scene.desk.passwords.of("Shop")
        page = await scene.show(Accounts(scene.desk))
        page.table.choose("Shop")
        page.edit.trigger()
        dialog = page.findChildren(AccountDialog)[-1]
        dialog.test_button.click()
        await scene.settled()
        assert dialog.password.wrong.text().startswith("The password for Shop is not known.")
        assert scene.notices == []

    play(act)


def test_two_accounts_of_one_name_are_refused(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        _, dialog = await opened(scene)
        fill(dialog, scene, name="Try-out")
        dialog.save_button.click()
        assert dialog.name.wrong.text() == "There is an account of this name already."

    play(act)


def test_removing_asks_and_the_sandbox_comes_back(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page = await scene.show(Accounts(scene.desk))
        page.table.choose("Try-out")
        assert not page.edit.isEnabled()
        page.remove.trigger()
        question = page.findChild(Question)
        assert question is not None
        question.yes.click()
        await scene.settled()
        assert page.empty.isVisible()
        page.try_out.trigger()
        await scene.settled()
        assert [account.sandbox for account in await scene.desk.accounts.every()] == [True]
        assert not page.empty.isVisible()

    play(act)
