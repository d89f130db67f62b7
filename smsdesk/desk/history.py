"""What a draft was before each change, and what must be written so that the disk holds what it is now.

Lists share their columns, so an earlier state costs little. Each list has a trail: the patches that led to
it. The disk holds a base and patches too; what the trails have in common need not be written again.
"""

from dataclasses import dataclass, field, replace

from smsdesk.core.campaign import Campaign, LeftOut, Message
from smsdesk.core.columns import Column
from smsdesk.core.recipients import (
    Added,
    Blackened,
    Edited,
    ListChange,
    Patch,
    Recipients,
    Removed,
    Written,
    in_columns,
    patched,
)
from smsdesk.core.replacing import EVERYWHERE, columns_of, replaced_cells
from smsdesk.core.templates import text_in_gsm_form

UNDO_DEPTH = 100
FOLD_AFTER = 300
"""So many patches over a base; then the list as it is becomes the next one."""
UNDO_CELLS = 60_000_000
"""So many copied cells (16 bytes each) earlier states may hold; beyond that the oldest go."""
_APART = 200
"""More rows than these, apart, are not changed without copying the whole column."""
_CELLS_PER_UNIT = 100


@dataclass(frozen=True, slots=True, eq=False)
class Trail:
    """How a list came about: patches over some base. Told apart by identity, patch by patch."""

    patches: tuple[Patch, ...] = ()
    base: object = field(default_factory=object)

    def on(self, patch: Patch) -> "Trail":
        """The trail one patch further; a long one begins anew."""
        return Trail() if len(self.patches) >= FOLD_AFTER else replace(self, patches=(*self.patches, patch))

    def shared(self, other: "Trail") -> int | None:
        """How many patches two trails have in common; None where not even the base."""
        if self.base is not other.base:
            return None
        pairs = zip(self.patches, other.patches, strict=False)
        return next(
            (at for at, (one, two) in enumerate(pairs) if one is not two), min(self.length, other.length)
        )

    @property
    def length(self) -> int:
        """The number of patches."""
        return len(self.patches)


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """A draft at one moment: the campaign, its lists in columns, and the trail of each message's list.

    ``copied``: about how many cells it does not share with the state before.
    """

    campaign: Campaign
    trails: tuple[Trail, ...]
    copied: int = 0

    @classmethod
    def of(cls, campaign: Campaign) -> "State":
        """A campaign from elsewhere."""
        lists = tuple(replace(one, recipients=in_columns(one.recipients)) for one in campaign.messages)
        return cls(replace(campaign, messages=lists), tuple(Trail() for _ in lists))

    def head(self, campaign: Campaign) -> "State":
        """With other texts, options or names; the lists are the same."""
        return State(campaign, self.trails)

    def patched(self, index: int, patches: tuple[Patch, ...]) -> "State":
        """With patches laid over the list of a message."""
        message, trail = self.campaign.messages[index], self.trails[index]
        rows, copied = message.recipients, 0
        for patch in patches:
            copied += _copied(rows, patch)
            rows, trail = patched(rows, patch), trail.on(patch)
        campaign = self.campaign.with_message(index, replace(message, recipients=rows))
        return State(campaign, (*self.trails[:index], trail, *self.trails[index + 1 :]), copied)

    def leaving_out(self, left_out: LeftOut | None) -> "State":
        """With more that an import left behind."""
        if left_out is None:
            return self
        campaign = replace(self.campaign, left_out=self.campaign.left_out + left_out)
        return replace(self, campaign=campaign)

    def with_added(self, message: Message) -> "State":
        """With one more message, whose list is empty."""
        campaign = replace(self.campaign, messages=(*self.campaign.messages, message))
        return State(campaign, (*self.trails, Trail()))

    def without(self, index: int) -> "State":
        """Without a message; an empty one stands for the last."""
        messages = self.campaign.messages[:index] + self.campaign.messages[index + 1 :]
        trails = self.trails[:index] + self.trails[index + 1 :]
        return State(replace(self.campaign, messages=messages or (Message(),)), trails or (Trail(),))

    def split(self, index: int, cuts: tuple[Message, ...]) -> "State":
        """With others in place of one message, their lists as they are given, their text the one of now."""
        old = self.campaign.messages[index]
        if len(cuts) < 2:
            return self
        new = tuple(replace(old, name=cut.name, recipients=in_columns(cut.recipients)) for cut in cuts)
        messages = (*self.campaign.messages[:index], *new, *self.campaign.messages[index + 1 :])
        trails = (*self.trails[:index], *(Trail() for _ in new), *self.trails[index + 1 :])
        copied = len(old.recipients) * (2 + len(old.recipients.fields))
        return State(replace(self.campaign, messages=messages), trails, copied)

    def replaced(self, index: int, source: str) -> "State":
        """With the cells that a replacement in ``source`` is about in their GSM form."""
        message = self.campaign.messages[index]
        cells = replaced_cells(message.recipients, columns_of(message, source))
        return self.patched(index, cells) if cells else self

    def in_gsm(self, index: int, source: str) -> "State":
        """With the text of a message in its GSM form, where ``source`` is about it."""
        message = self.campaign.messages[index]
        text = text_in_gsm_form(message) if source in ("", EVERYWHERE) else message.text
        if text == message.text:
            return self
        return replace(self, campaign=self.campaign.with_message(index, replace(message, text=text)))

    def rebased(self, now: "State") -> "State":
        """These lists with the texts, options and names of ``now``, which has as many messages."""
        if self.trails == now.trails:
            return now
        pairs = zip(now.campaign.messages, self.campaign.messages, strict=True)
        messages = tuple(replace(theirs, recipients=mine.recipients) for theirs, mine in pairs)
        return replace(self, campaign=replace(now.campaign, messages=messages))


class History:
    """The states before and after this one, as far as they can be gone back to."""

    def __init__(self, state: State) -> None:
        self.state = state
        self._undo: list[State] = []
        self._redo: list[State] = []

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return bool(self._undo)

    @property
    def can_redo(self) -> bool:
        """Whether there is a change to bring back."""
        return bool(self._redo)

    def become(self, state: State, *, more_of_the_same: bool = False) -> None:
        """Another state; ``more_of_the_same``: undone together with the change before."""
        if not more_of_the_same:
            self._undo = [*self._undo[1 - UNDO_DEPTH :], self.state]
        self._redo.clear()
        self.state = state
        while len(self._undo) > 1 and sum(one.copied for one in (*self._undo, state)) > UNDO_CELLS:
            del self._undo[0]

    def undo(self) -> None:
        """Back to the state before."""
        self._redo.append(self.state)
        self.state = self._undo.pop()

    def redo(self) -> None:
        """On to the state that was taken back."""
        self._undo.append(self.state)
        self.state = self._redo.pop()


@dataclass(frozen=True, slots=True)
class Stored:
    """What the disk holds of a list: where its trail has led, and how many patches lie over its base."""

    trail: Trail
    patches: int


def changes(stored: tuple[Stored, ...], state: State) -> tuple[tuple[ListChange, ...], tuple[Stored, ...]]:
    """What to write so that the disk holds the lists of ``state``, and what it holds then."""
    out, after = [], []
    for index, (message, trail) in enumerate(zip(state.campaign.messages, state.trails, strict=True)):
        old = stored[index] if index < len(stored) else None
        change, new = _change(old, index, message.recipients, trail)
        after.append(new)
        if change is not None:
            out.append(change)
    return tuple(out), tuple(after)


def _change(
    old: Stored | None, index: int, rows: Recipients, trail: Trail
) -> tuple[ListChange | None, Stored]:
    shared = old.trail.shared(trail) if old is not None else None
    if old is None or shared is None or old.trail.length - shared > old.patches:
        return ListChange(index, base=rows), Stored(trail, 0)
    dropped, added = old.trail.length - shared, trail.patches[shared:]
    new = Stored(trail, old.patches - dropped + len(added))
    return ListChange(index, dropped, added) if dropped or added else None, new


def _copied(rows: Recipients, patch: Patch) -> int:
    """About how many cells of a list a patch copies."""
    match patch:
        case Removed(indices) if indices and _apart(len(indices), indices[-1] - indices[0]):
            return len(rows) * (2 + len(rows.fields))
        case Written(_, values) if values and _apart(len(values), max(values) - min(values)):
            return len(rows)
    return 0


def _apart(count: int, span: int) -> bool:
    return count > _APART and span >= count


def effort(rows: Recipients, patch: Patch) -> int:
    """About how many cells are handled one by one for a patch; a few tens of thousands are felt."""
    own = len(rows.blackouts)
    match patch:
        case Added(new):
            columns = (new.dst, new.reference, *new.fields.values())
            return own + sum(len(new) for column in columns if not isinstance(column, Column))
        case Removed(indices):
            return own + len(indices) + _copied(rows, patch) // _CELLS_PER_UNIT
        case Blackened(periods):
            return own + len(periods)
        case Edited():
            return 1
    return 2 * len(patch.values)


def is_idle(rows: Recipients, patch: Patch) -> bool:
    """Whether a patch of one cell writes what stands there."""
    if not isinstance(patch, Edited):
        return False
    columns = {"dst": rows.dst, "reference": rows.reference}
    column = columns.get(patch.column, rows.fields.get(patch.column.removeprefix("field:"), ()))
    return patch.index < len(column) and column[patch.index] == patch.value
