"""A return as it stands in the books: the slip that is read at the counter, and the rows of the list."""

from returnkit.commands.session import Session
from returnkit.model.dates import iso, parse_iso
from returnkit.model.jsonl import Json
from returnkit.model.money import decimal_text
from returnkit.policy.decide import Remedy
from returnkit.policy.words import Words, sentence
from returnkit.render import Report, Section
from returnkit.service.returns import lines_of

SCHEMA = "returnkit.recorded/1"
COLUMNS = ("id", "time", "receipt_no", "sku", "category", "quantity", "remedy", "amount", "currency", "disposition", "staff")


SCREEN = ("id", "day", "receipt_no", "sku", "remedy", "amount", "disposition")  # what fits into 80 columns


def slip(session: Session, record: Json, said: str, form: str) -> Report:
    """Return the slip: the id, what is given back for each article until when, what is to pay, and what to say."""
    words = session.words()
    lines = [str(record["id"]), *(f"  {line}" for line in given_back(record, words))]
    said = said or _said(record, words)
    lines.append(f"  “{said}”")
    data = {"schema": SCHEMA, "id": record["id"], "record": record, "say": said} if form in ("json", "jsonl") else None
    rows = tuple(rows_of(record, session.shop.digits))
    return Report("", words.language.code, (Section("", tuple(lines)),), COLUMNS, rows, data)


def given_back(record: Json, words: Words) -> list[str]:
    """Return what is given back for each article, the sum of several, and what an exchange leaves to pay."""
    lines = []
    for line in lines_of(record):
        if line.get("remedy"):
            remedy = _remedy(line)
            named = f"{line['sku']}: " if line.get("sku") else ""
            lines.append(named + _offered(remedy, words, str(record.get("time"))[:10]))
    if len(lines) > 1 and isinstance(record.get("amount"), int):
        lines.append(words.language.say("slip.together", amount=words.money(_whole(record["amount"]))))
    taken, difference = record.get("taken"), record.get("difference")
    if isinstance(taken, dict):
        lines.append(words.language.say("slip.taken", pieces=taken.get("quantity"), sku=taken.get("sku", "")))
    if isinstance(difference, int):
        key = f"slip.difference.{'more' if difference > 0 else 'less' if difference else 'even'}"
        lines.append(words.language.say(key, amount=words.money(abs(difference))))
    return lines


def rows_of(record: Json, digits: int, columns: tuple[str, ...] = COLUMNS) -> list[tuple[str, ...]]:
    """Return a row of columns for each article of a return."""
    shared = {field: record.get(field) for field in ("id", "time", "receipt_no", "currency", "staff")}
    shared["day"] = str(record.get("time"))[:10]
    return [tuple(_cell({**shared, **line}.get(column), column, digits) for column in columns) for line in lines_of(record)]


def _cell(value: object, column: str, digits: int) -> str:
    if value is None:
        return ""
    return decimal_text(_whole(value), digits) if column == "amount" else str(value)


def _said(record: Json, words: Words) -> str:
    """Return the sentence to say of all articles together: each is given, so they are joined by an and."""
    options = [words.options((remedy,)) for remedy in _together(list(map(_remedy, lines_of(record))))]
    return words.language.say("say.yes", options=words.language.all_of(options))


def _offered(remedy: Remedy, words: Words, day: str) -> str:
    text = sentence(words.name("remedy", remedy.remedy))
    if remedy.amount is not None:
        text = f"{text} {words.money(remedy.amount)}"
    if remedy.until is None or iso(remedy.until) < day:
        return text  # an exception after the last day
    return f"{text} ({words.language.say('slip.open', until=words.language.until(remedy.until))})"


def _remedy(line: Json) -> Remedy:
    until, amount = line.get("until"), line.get("amount")
    try:
        day = parse_iso(until) if isinstance(until, str) else None
    except ValueError:  # a line from elsewhere
        day = None
    return Remedy(str(line.get("remedy")), None, day, amount if isinstance(amount, int) else None)


def _together(remedies: list[Remedy]) -> tuple[Remedy, ...]:
    """Return remedies with the amounts of those added up that are the same until the same day."""
    sums: dict[tuple[str, int | None], int | None] = {}
    for remedy in remedies:
        key = remedy.remedy, remedy.until
        sums[key] = None if remedy.amount is None else (sums.get(key) or 0) + remedy.amount
    return tuple(Remedy(name, None, until, amount) for (name, until), amount in sums.items())


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
