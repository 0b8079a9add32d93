"""What lies beside an export and says what it is."""

from collections.abc import ItemsView

from domain.archives.archive import Archive
from domain.archives.exported import LEFT_OUT, WITHIN

TEXT = """\
Your data, as this service keeps it
===================================

Asked for on {asked}. {what}

photos/             your photos, as we keep them: drawn anew, upright, without EXIF and GPS. The files that
                    you sent are not kept
uploads/            style images and masks that you sent, likewise
images/             everything that was made for you, with its content credentials. Adult images are not in it:
                    fetch them one by one
metadata.json       account, personas, influencers, jobs (each with its recipe), trainings, archives; and of
                    each photo, upload and image what is known of it and where it lies in here
consents.json       consents as they were signed, and receipts of what was deleted
ledger.json         credits: the balance, every movement, every reservation
ledger.csv          the movements once more, as a table
notifications.json  what you were told
decisions.json      what was decided of your words and of what you agreed to. Each one's hash covers the one before
activity.json       what the app told us of how it was used

All times are UTC. Ids of one thing are the same in all files. {packed} files are packed.

Not in it
---------

Images that you deleted. Weights of trained models: they work with nothing but the model they were trained on; ask the
operator for them. And of what we keep to do our work:

{left_out}

Parts of other lists:

{within}
"""


def readme_of(archive: Archive, *, packed: int) -> str:
    what = (
        "It holds everything."
        if archive.subject_id is None
        else "It holds what there is of one persona or influencer; other lists are empty."
    )
    return TEXT.format(
        asked=archive.created_at.isoformat(timespec="seconds"),
        what=what,
        packed=packed,
        left_out=_list(LEFT_OUT.items()),
        within=_list(WITHIN.items()),
    )


def _list(items: ItemsView[str, str]) -> str:
    return "\n".join(f"- {name}: {reason}" for name, reason in items)
