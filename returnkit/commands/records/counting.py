"""What a backup holds, in numbers."""

from returnkit.records.archive import Contents
from returnkit.records.contacts import ENDING
from returnkit.records.contacts import FOLDER as CONTACTS


class Count:
    """How many files, records, contacts there are in a backup, and how many lines of records that nobody can trust."""

    def __init__(self, contents: Contents) -> None:
        self.tills = contents.tills
        self.files = len(contents.files)
        self.damaged = sum(till.damaged for till in contents.tills.values())
        self.newer = sum(till.newer for till in contents.tills.values())
        self.records = sum(till.lines for till in contents.tills.values()) - self.damaged
        kept = f"records/{CONTACTS}/"
        self.contacts = sum(name.startswith(kept) and name.endswith(ENDING) for name in contents.files)

    def __str__(self) -> str:
        tills = f"{_number(self.records, 'record')} of {_number(len(self.tills), 'till')}"
        return f"{_number(self.files, 'file')}, {tills}, {_number(self.contacts, 'contact')}"

    def as_json(self) -> dict[str, object]:
        """Return the numbers, and how far each till goes."""
        tills = {name: till.head._asdict() for name, till in self.tills.items() if till.head}
        numbers = {"files": self.files, "records": self.records, "contacts": self.contacts, "damaged": self.damaged}
        return {**numbers, "tills": tills}


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
