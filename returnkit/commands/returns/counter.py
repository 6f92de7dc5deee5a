"""At the counter: what was typed becomes a return that is judged, recorded and answered."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from click import prompt

from returnkit.books import Books
from returnkit.clock import seconds_between
from returnkit.commands.judging import EXIT_CODES, on_a_terminal, report, say, settled
from returnkit.commands.recording import salted
from returnkit.commands.session import Session
from returnkit.commands.streams import note, to_stderr
from returnkit.errors import BadInputError, BeyondRoomError, MissingFactError, Problem, instead
from returnkit.model.dates import iso
from returnkit.model.jsonl import Json
from returnkit.model.money import line_value, parse_amount, parse_price, shared_out
from returnkit.model.record import DISPOSITIONS, filled
from returnkit.model.text import LONGEST_NAME, has_control
from returnkit.model.toml import word
from returnkit.policy import as_record
from returnkit.policy.decide import Decision, Remedy, whole_value, with_amount
from returnkit.policy.facts import Facts
from returnkit.policy.judge import Judge
from returnkit.policy.language import FACE_VALUE, PAYS_MONEY
from returnkit.policy.words import sentence
from returnkit.render import Report

SCHEMA = "returnkit.recorded/1"
OPTIONS = (
    "receipt_no", "amount", "because", "override", "refused", "disposition", "for", "for_price", "began", "key", "staff",
)  # fmt: skip
SEVERAL = ("sku", "category", "price", "lowest_price", "quantity", "reason", "condition")
OF_THE_PURCHASE = ("receipt", "bought", "delivered", "channel", "member", "paid_with", "seller", "country")
GIVES_BACK = PAYS_MONEY | {"price-reduction"}


class Request(NamedTuple):
    """What was typed: the facts of each article, and what is to be done. Money in minor units, a price in ten-thousandths."""

    items: tuple[dict[str, object], ...]
    dispositions: tuple[str, ...]
    receipt_no: str
    amount: int | None
    because: str
    override: bool
    refused: bool
    taken: str
    taken_price: int | None
    began: str
    key: str
    staff: str


class Outcome(NamedTuple):
    """What came of it: the exit code, the id of the record (empty where none was written), and how to report it."""

    code: int
    saved: str
    report: Callable[[str], Report]


class Judged(NamedTuple):
    """One article with its decision, and the remedy that was chosen (None where it is refused)."""

    decision: Decision
    judge: Judge
    remedy: Remedy | None
    sku: str


def read_request(session: Session, given: Mapping[str, object]) -> Request:
    """Return what was typed, as options or as the keys of a JSON line. Raises BadInputError with every problem at once."""
    problems: list[Problem] = []

    def read(option: str, parse: Callable[[str], object]) -> object:
        value = given.get(option)
        if value is None:
            return None
        try:
            if not isinstance(value, str):
                raise ValueError("write it as text in quotes")  # noqa: TRY004, TRY301
            return parse(value)
        except ValueError as error:
            problems.append(Problem(f"--{option.replace('_', '-')} {str(value)[:80]!r} is not understood", str(error)))
        return None

    facts = {name: value for name, value in given.items() if name not in OPTIONS}
    if given.get("for") is not None:
        facts.setdefault("remedy", "exchange")
    staff = str(read("staff", _name) or session.staff())
    if "staff" in given:
        facts.setdefault("role", session.shop.roles[session.shop.role_of(staff)])
    request = Request(
        items=tuple(_items(facts, problems)),
        dispositions=_dispositions(given.get("disposition"), problems),
        receipt_no=str(read("receipt_no", _name) or ""),
        amount=read("amount", lambda text: parse_amount(text, session.shop.currency)),  # type: ignore[arg-type]
        because=str(read("because", str.strip) or ""),
        override=given.get("override") is True,
        refused=given.get("refused") is True,
        taken=str(read("for", _name) or ""),
        taken_price=read("for_price", parse_price),  # type: ignore[arg-type]
        began=str(read("began", session.clock.moment) or ""),
        key=str(read("key", _name) or ""),
        staff=staff,
    )
    problems += _missing(request)
    if problems:
        raise BadInputError(*problems)
    return request


def _missing(request: Request) -> list[Problem]:
    """Return what is not there that something else needs."""
    found = []
    if len(request.dispositions) not in (0, 1, len(request.items)):
        found.append(Problem("there are not as many --disposition as articles", "give one for all, or one for each"))
    if request.taken_price is not None and not request.taken:
        found.append(Problem("--for-price is given without --for", "name the article that is taken instead"))
    if request.override and not request.because:
        found.append(Problem("--override needs --because", "say why, in a few words"))
    return found


def _name(text: str) -> str:
    text = text.strip()
    if not text or len(text) > LONGEST_NAME or has_control(text):
        raise ValueError(f"write 1 to {LONGEST_NAME} characters on one line")
    return text


def _items(facts: dict[str, object], problems: list[Problem]) -> list[dict[str, object]]:
    """Return the facts of each article: what is given once holds for all of them, else each has its own."""
    for fact, value in facts.items():
        if isinstance(value, tuple) and fact not in (*SEVERAL, "tag"):
            facts[fact] = value[0]
            if len(value) > 1:
                option = fact.replace("_", "-")
                what = f"--{option} is given {len(value)} times"
                problems.append(Problem(what, "it holds for all articles of a return: give it once, or make two returns"))
    lists = {fact: value for fact, value in facts.items() if fact in SEVERAL and isinstance(value, tuple)}
    count = max((len(value) for value in lists.values()), default=1)
    for fact, value in lists.items():
        if len(value) not in (1, count):
            option = fact.replace("_", "-")
            what = f"--{option} is given {len(value)} times for {count} articles"
            problems.append(Problem(what, "give it once for all of them, or once for each"))
    return [
        {fact: value[at if len(value) == count else 0] if fact in lists else value for fact, value in facts.items()}  # type: ignore[index, arg-type]
        for at in range(count)
    ]


def _dispositions(value: object, problems: list[Problem]) -> tuple[str, ...]:
    given = value if isinstance(value, list | tuple) else [] if value is None else [value]
    problems += [
        Problem(f"--disposition {str(entry)[:80]!r} is not known", instead(str(entry), DISPOSITIONS))
        for entry in given
        if not isinstance(entry, str) or word(entry) not in DISPOSITIONS
    ]
    return tuple(word(str(entry)) for entry in given)


def log_return(session: Session, request: Request, *, asking: bool) -> Outcome:
    """Judge what was typed and record it. Raises a refusal where nothing may be recorded; then nothing was."""
    books = session.books()
    typed = _typed(session, request)
    # A refusal that is repeated is judged again: its answer is no, whether it was recorded before or not.
    if request.key and not request.refused and (found := books.with_key(request.key, typed)) is not None:
        return _recorded(session, found, "")
    if request.receipt_no:
        from returnkit.commands.sold import filled_in

        request = request._replace(items=tuple(filled_in(session, request.items, request.receipt_no, asking=asking)))
    started = session.clock.real()
    articles = _judged_all(session, request.items, asking=asking)
    code = _worst([EXIT_CODES[article.decision.answer] for article in articles])
    if code in (1, 4) and request.override:
        articles = [_overridden(session, article) for article in articles]
    elif code:
        return _not_yes(session, request, books, typed, articles, code)
    elif request.refused:
        raise BadInputError(Problem("--refused is given, but the policy says yes", "leave it out; or see policy explain"))
    articles = _with_amount(session, request, [_chosen(session, article, asking=asking) for article in articles])
    request = _with_because(request, articles, asking=asking)
    if request.override:
        _check_room(session, articles)
    body = _body(session, request, articles, started if asking and on_a_terminal() and not session.clock.set else "")
    written = books.log_return(typed, body, request.key)
    return _recorded(session, written.record, _said(session, articles))


def log_lines(session: Session, source: str, given: Mapping[str, object], output: str | None) -> int:
    """Judge and record every line of `source`, and answer each in its place; exit code 2 if a line was bad."""
    from returnkit.commands.lines import answered
    from returnkit.errors import RefusedError
    from returnkit.records.journal import let_signals_through

    def answer(line: Json) -> Json:
        if let_signals_through():
            raise KeyboardInterrupt
        try:
            outcome = log_return(session, read_request(session, {**_single(given), **line}), asking=False)
        except (RefusedError, BeyondRoomError, MissingFactError) as error:
            return {"error": "; ".join(problem.what for problem in error.problems), "exit": error.exit_code}
        data = outcome.report("json").data
        return {**(data if isinstance(data, dict) else {"answers": data}), "exit": outcome.code}

    try:
        return answered(source, output, answer)
    finally:
        let_signals_through()


def _single(given: Mapping[str, object]) -> dict[str, object]:
    """Return options given beside lines: one value each, since a line is one article."""
    return {
        name: value[0] if name != "tag" and isinstance(value, tuple) and len(value) == 1 else value
        for name, value in given.items()
    }


def _typed(session: Session, request: Request) -> Json:
    """Return what a repetition with the same key must say again; what the policy makes of it may have changed since."""
    facts = [session.facts(item) for item in request.items]
    lines = []
    for at, (fact, item) in enumerate(zip(facts, request.items, strict=True)):
        goods = as_record.goods(fact, _sku(item), session.shop.digits)
        line = {field: goods.get(field) for field in ("sku", "category", "quantity", "paid")}
        asked = {field: goods[field] for field in ("reason", "condition") if field in goods}
        wanted = {"remedy": fact.remedy} if fact.remedy and not request.refused else {}
        line |= asked | wanted | {"disposition": _disposition(request, at) or None}
        # What a receipt fills in is in the record, too, and was not typed.
        lines.append(filled(line) if request.receipt_no else line)
    return {
        "kind": "return.refused" if request.refused else "return",
        "receipt_no": request.receipt_no or None,
        "because": request.because or None,
        "lines": lines,
    } | ({} if request.amount is None else {"amount": request.amount})


def _sku(item: Mapping[str, object]) -> str:
    return str(item.get("sku") or "").strip()


def _disposition(request: Request, at: int) -> str:
    if not request.dispositions:
        return ""
    return request.dispositions[at if len(request.dispositions) > 1 else 0]


def _judged_all(session: Session, items: Sequence[Mapping[str, object]], *, asking: bool) -> list[Judged]:
    """Return the articles with their decisions; what is answered of the purchase of one holds for those after it."""
    articles: list[Judged] = []
    answered: dict[str, object] = {}
    for item in items:
        own = {**answered, **item}
        if len(items) > 1 and asking and on_a_terminal():
            to_stderr(f"{_sku(item) or item.get('category', '')}:")
        articles.append(_judged(session, own, asking=asking))
        answered = {fact: own[fact] for fact in OF_THE_PURCHASE if fact in own}
    return articles


def _judged(session: Session, item: dict[str, object], *, asking: bool) -> Judged:
    decision, judge = settled(session, item, asking=asking)
    return Judged(decision, judge, None, _sku(item))


def _worst(codes: list[int]) -> int:
    return next((code for code in (5, 1, 4) if code in codes), 0)


def _overridden(session: Session, article: Judged) -> Judged:
    """Return a refused article as one that is taken back all the same. Raises BeyondRoomError below the highest role."""
    decision, roles = article.decision, session.shop.roles
    if decision.answer == "yes":
        return article
    highest = len(roles) - 1
    if decision.facts.role < highest:
        who = session.spoken_who(decision) if decision.who is not None else session.shop.who_may(highest) or (roles[highest],)
        what = f"this is beyond the room of the role {roles[decision.facts.role]}"
        raise BeyondRoomError(Problem(what, f"ask {' or '.join(who)}"))
    digits = article.judge.setting.digits
    value = whole_value(decision.value, decision.facts, digits)
    remedy = with_amount(Remedy(decision.facts.remedy or "refund", None, None), value, 0)
    return article._replace(decision=decision._replace(remedies=(remedy,), closed=(), exception=None))


def _not_yes(  # noqa: PLR0913, PLR0917 - what was typed, and what came of it
    session: Session, request: Request, books: Books, typed: Json, articles: list[Judged], code: int
) -> Outcome:
    """Return the answer that is not yes; a refusal is recorded where that was asked for."""
    record: Json = {}
    if request.refused and code in (1, 4):
        body = _body(session, request, articles, "")
        record = books.append(typed, lambda _now: body, request.key).record
    saved = str(record.get("id", ""))
    if not saved and on_a_terminal():
        note("nothing was recorded")

    def show(form: str) -> Report:
        found = [report(session, article.decision, article.judge, form) for article in articles]
        sections = tuple(section for one in found for section in one.sections)
        data: object = found[0].data if len(found) == 1 else [one.data for one in found]
        if saved:
            sections = (sections[0]._replace(lines=(saved, *sections[0].lines)), *sections[1:])
            data = {"schema": SCHEMA, "id": saved, "record": record, "decision": data}
        return found[0]._replace(sections=sections, rows=tuple(row for one in found for row in one.rows), data=data)

    return Outcome(code, saved, show)


def _chosen(session: Session, article: Judged, *, asking: bool) -> Judged:
    """Return the article with the remedy that is taken: the only one, the one that a person chooses, or the first."""
    remedies = article.decision.remedies
    if len(remedies) == 1 or not (asking and on_a_terminal()):
        return article._replace(remedy=remedies[0])
    words = session.words()
    names = [remedy.remedy for remedy in remedies]
    options = ", ".join(f"{remedy.remedy} ({words.option(remedy)})" for remedy in remedies)
    while True:
        typed = word(prompt(sentence(options), default=names[0], err=True))
        if typed in names:
            return article._replace(remedy=remedies[names.index(typed)])
        note(instead(typed, names))


def _with_amount(session: Session, request: Request, articles: list[Judged]) -> list[Judged]:
    """Return the articles with what is given back for each; `--amount` is shared out over them.

    Raises MissingFactError where nobody knows how much.
    """
    remedies = [article.remedy for article in articles if article.remedy is not None]
    if request.taken and any(remedy.remedy not in FACE_VALUE for remedy in remedies):
        raise BadInputError(Problem("--for is given, but this is no exchange", "leave it out, or say --remedy exchange"))
    promised = [remedy.amount for remedy in remedies]
    free = all(remedy.remedy == "price-reduction" for remedy in remedies)
    if request.amount is None:
        for remedy in remedies:
            if remedy.amount is None and remedy.remedy in GIVES_BACK:
                fact = "--amount" if remedy.remedy == "price-reduction" else "--price"
                raise MissingFactError(Problem("it is not known how much is given back", f"say it with {fact}"))
        return articles
    if any(remedy.remedy not in GIVES_BACK | FACE_VALUE for remedy in remedies):
        raise BadInputError(Problem("nothing is given back with this remedy", "leave --amount out"))
    known = None not in promised
    if not free and known and sum(amount or 0 for amount in promised) != request.amount:
        _check_amount(session, request, sum(amount or 0 for amount in promised))
    if free:
        paid = [whole_value("price-paid", article.decision.facts, session.shop.digits) for article in articles]
        if None not in paid and request.amount > sum(amount or 0 for amount in paid):
            raise BadInputError(Problem("--amount is more than was paid", "a price reduction is a part of the price"))
    parts = shared_out(request.amount, [amount or 0 for amount in promised])
    return [
        article._replace(remedy=article.remedy and article.remedy._replace(amount=part))
        for article, part in zip(articles, parts, strict=True)
    ]


def _check_amount(session: Session, request: Request, promised: int) -> None:
    """Refuse an amount that is not the policy's, unless a person decides so."""
    if not request.override:
        words = session.words()
        what = f"--amount {words.money(request.amount or 0)} is not what the policy gives back: {words.money(promised)}"
        raise BadInputError(Problem(what, "leave it out; or decide so yourself: --override --because"))


def _check_room(session: Session, articles: list[Judged]) -> None:
    """Refuse what is decided beside the policy and beyond the room of who decides. Raises BeyondRoomError."""
    roles, role = session.shop.roles, articles[0].decision.facts.role
    policy = articles[0].decision.policy or articles[0].judge.versions[-1]
    amounts = [article.remedy.amount for article in articles if article.remedy is not None]
    amount = sum(part or 0 for part in amounts) if None not in amounts else None
    if not as_record.has_room(policy, role, amount):
        holding = next(rank for rank in range(role, len(roles)) if as_record.has_room(policy, rank, amount))
        who = session.shop.who_may(holding) or (roles[holding],)
        what = f"this is beyond the room of the role {roles[role]}"
        raise BeyondRoomError(Problem(what, f"ask {' or '.join(who)}"))


def _with_because(request: Request, articles: list[Judged], *, asking: bool) -> Request:
    """Return the request with the reason of an exception, asked for on a terminal. Raises BadInputError where there is none."""
    waived = sorted(
        {waiver for article in articles if article.decision.exception for waiver in article.decision.exception.waived}
    )
    if waived and not request.because:
        what = f"this is an exception ({', '.join(waived)}), and an exception has a reason"
        typed = prompt(sentence(what), default="", show_default=False, err=True).strip() if asking and on_a_terminal() else ""
        if not typed:
            raise BadInputError(Problem(what, "say it with --because"))
        return request._replace(because=typed)
    return request


def _body(session: Session, request: Request, articles: list[Judged], asked_from: str) -> Json:
    """Return the record, but for what only the journal knows."""
    first = articles[0].decision.facts
    digits, currency = session.shop.digits, session.shop.currency
    lines = []
    for at, article in enumerate(articles):
        goods = as_record.goods(article.decision.facts, article.sku, digits)
        disposition = {"disposition": _disposition(request, at)} if _disposition(request, at) else {}
        lines.append(goods | as_record.judgement(article.decision, article.remedy) | disposition)
    amounts = [article.remedy.amount for article in articles if article.remedy is not None]
    amount = sum(part for part in amounts if part is not None) if any(part is not None for part in amounts) else None
    on_another_day = iso(first.on) if first.on != session.today else None
    refused = any(article.remedy is None for article in articles)
    body: Json = {
        "kind": "return.refused" if refused else "return",
        "currency": currency,
        "amount": None if refused else amount,
        "lines": lines,
        "receipt_no": request.receipt_no,
        "on": on_another_day,
        "role": session.shop.roles[first.role],
        "staff": request.staff,
        "because": request.because,
        "override": request.override or None,
        "handling": _handling(session, request.began or asked_from),
    } | as_record.sale(first)
    body |= salted(body)
    if request.taken and not refused:
        body |= _taken(request, [article.decision.facts for article in articles], amount, digits)
    return filled(body)


def _taken(request: Request, facts: list[Facts], amount: int | None, digits: int) -> Json:
    """Return what is taken instead, as many pieces as come back, and what it costs more (or less) than what came back."""
    pieces = sum(fact.quantity for fact in facts)
    taken: Json = {"sku": request.taken, "quantity": pieces}
    if request.taken_price is None:
        return {"taken": taken}
    taken["paid"] = line_value(request.taken_price, pieces, digits)
    return {"taken": taken} if amount is None else {"taken": taken, "difference": int(str(taken["paid"])) - amount}


def _handling(session: Session, began: str) -> int | None:
    """Return how long it took, in seconds; None where nobody measured it."""
    if not began:
        return None
    seconds = seconds_between(began, session.clock.now())
    if seconds < 0:
        raise BadInputError(Problem(f"--began {began} is later than now", "write when the customer stepped up, such as 15:28"))
    return seconds


def _said(session: Session, articles: list[Judged]) -> str:
    """Return the sentence to say of what was recorded."""
    if len(articles) > 1:
        return ""  # the slip says it of all of them together
    (article,) = articles
    assert article.remedy is not None
    return say(session, article.decision._replace(answer="yes", remedies=(article.remedy,)), article.judge, session.words())


def _recorded(session: Session, record: Json, said: str) -> Outcome:
    """Return the outcome of a return that is in the books; a repetition is told the same, from the record."""
    from returnkit.commands.returns.slip import slip

    return Outcome(0, str(record["id"]), lambda form: slip(session, record, said, form))
