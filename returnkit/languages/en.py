"""English. Sentences are said by staff to customers: calm, friendly, saying what is possible."""

from datetime import date

from returnkit.languages import grouped

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "US$"}


def plural(n: int) -> str:
    """Return the CLDR plural class of a whole number."""
    return "one" if n == 1 else "other"


def day(ordinal: int) -> str:
    """Return `5 March 2026`."""
    when = date.fromordinal(ordinal)
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def until(ordinal: int) -> str:
    """Return `until 5 March 2026`."""
    return f"until {day(ordinal)}"


def since(ordinal: int) -> str:
    """Return `from 5 March 2026`."""
    return f"from {day(ordinal)}"


def money(minor: int, digits: int, currency: str) -> str:
    """Return `€49.90`, or the code and the number for a currency without a sign of its own."""
    number = grouped(minor, digits, ".", ",")
    return SYMBOLS[currency] + number if currency in SYMBOLS else f"{currency}\xa0{number}"


MESSAGES: dict[str, str | dict[str, str]] = {
    "list.or": " or ",
    "list.and": " and ",
    "decimal.point": ".",
    "percent": "{number}%",
    # the answer, as a heading
    "answer.yes": "Yes",
    "answer.no": "No",
    "answer.manager": "Ask {who}",
    "answer.ask": "One question",
    # what a customer can do, after "you can"
    "do.refund": "have your money back",
    "do.refund.amount": "have {amount} back",
    "do.exchange": "exchange it for something else",
    "do.replacement": "have it replaced with a new one",
    "do.repair": "have it repaired",
    "do.store-credit": "take store credit",
    "do.store-credit.amount": "take {amount} in store credit",
    "do.price-reduction": "keep it at a lower price",
    # the same as things, in lists and headings
    "remedy.refund": "money back",
    "remedy.exchange": "exchange",
    "remedy.replacement": "replacement",
    "remedy.repair": "repair",
    "remedy.store-credit": "store credit",
    "remedy.price-reduction": "price reduction",
    # answering a return
    "say.yes": "Of course: you can {options}.",
    "say.exception": "I will gladly make an exception for you: you can {options}.",
    "say.manager": "One moment, please: I will ask {who}, who can decide this right away.",
    "say.was-open": "For this purchase the dates were: {remedies}.",
    "say.was-open.one": "{remedy} {until}",
    "say.opens": "{since} on you can {options}.",
    "say.fee": "A restocking fee of {amount} has already been taken off.",
    "say.lowest-price": "The amount goes by its lowest recent price.",
    "say.nothing": "Once bought, this one stays with you.",
    "say.condition.unopened": "We can take it back as long as it is unopened.",
    "say.condition.resaleable": "We can take it back as long as it is as new, so that the next customer gets a new one too.",
    "say.condition.worn": "We can take it back used, too, as long as it is not damaged.",
    "say.with-receipt": "With {proof} you can {options}.",
    "say.if-faulty": "If anything is wrong with it, please tell us: then you can {options}.",
    "say.sorry": "I am sorry that it was not the right one. May I help you find something that suits you better?",
    "proof.required": "the receipt or the gift receipt",
    "proof.any-proof": "the receipt or another proof of purchase, such as a bank statement,",
    "proof.not-needed": "the receipt",
    # selling
    "sell.mind": "If you change your mind: {options}.",
    "sell.option": "{remedy} {time}",
    "sell.nothing": "Please note that this one cannot come back once it is bought.",
    "sell.faulty": "If anything is wrong with it: {options}.",
    "sell.fee": "A restocking fee of {fee} is taken off the amount you get back.",
    "sell.keep.required": "Please keep the receipt.",
    "sell.keep.any-proof": "Please keep the receipt or another proof of purchase.",
    "sell.keep.not-needed": "",
    "sell.state.unopened": "Please bring it back unopened.",
    "sell.state.resaleable": "Please bring it back as new.",
    "sell.state.worn": "",
    "sell.state.any": "",
    # windows
    "within.days": {"one": "within {n} day", "other": "within {n} days"},
    "within.months": {"one": "within {n} month", "other": "within {n} months"},
    "within.years": {"one": "within {n} year", "other": "within {n} years"},
    "within.today": "on the same day",
    "within.always": "at any time",
    "within.between": "from day {first} to day {last}",
    "within.between-months": "from month {first} to month {last}",
    "after.days": {"one": "after {n} day", "other": "after {n} days"},
    "after.months": {"one": "after {n} month", "other": "after {n} months"},
    "after.years": {"one": "after {n} year", "other": "after {n} years"},
    "span.days": {"one": "{n} day", "other": "{n} days"},
    "span.months": {"one": "{n} month", "other": "{n} months"},
    "span.years": {"one": "{n} year", "other": "{n} years"},
    "counts-from.purchase": "counted from the day of purchase",
    "counts-from.delivery": "counted from the day of delivery",
    "counts-from.last-item": "counted from the day the last item of the order arrived",
    "if-closed.next-open-day": "If we are closed on the last day, the next open day counts.",
    "if-closed.next-working-day": "If the last day is a weekend or a holiday, the next working day counts.",
    # terms, as a customer reads them
    "receipt.term.required": "Please bring the receipt or the gift receipt.",
    "receipt.term.any-proof": "Please bring the receipt or another proof of purchase, such as a bank statement.",
    "receipt.term.not-needed": "No receipt is needed.",
    "condition.term.unopened": "We take it back unopened.",
    "condition.term.resaleable": "We take it back as new; opening the box to look is fine.",
    "condition.term.worn": "We take it back used, too, as long as it is not damaged.",
    "condition.term.any": "We take it back in any condition.",
    "way.store": "Bringing it back to the shop: {cost}.",
    "way.mail": "Sending it back by post: {cost}.",
    "way.pick-up": "If we collect it: {cost}.",
    "cost.free": "free of charge",
    "cost.customer": "you pay the carrier",
    "refund-to.original": "Money goes back the way it was paid.",
    "refund-to.cash": "Money is paid back in cash.",
    "value.lowest-price": "The amount goes by its lowest recent price.",
    "fee.charged": "A restocking fee of {fee} is taken off the money or store credit you get back.",
    "extra": "{span} longer on everything",
    "only": "only {remedies}",
    "approval": "{role} agrees to it first.",
    "season": "Bought {since} {until}{conditions}: open at least {last}.",
    "except": "unless {conditions}",
    "show.title": "Returns and exchanges",
    "show.since": "For everything bought {since} on.",
    "show.order": "If more than one of the special cases below fits, the first of them counts.",
    "show.general": "In general",
    "show.nothing": "No return and no exchange.",
    "show.also": "In addition",
    "show.seasons": "Longer at special times",
    "show.offer": "{remedy} {window}",
    # conditions in words
    "when.sku": "article {names}",
    "when.category": "{names}",
    "when.tag": "{names}",
    "when.channel": "bought {names}",
    "when.reason": "{names}",
    "when.condition": "{names}",
    "when.receipt": "{names}",
    "when.member": "members: {names}",
    "when.paid-with": "paid with {names}",
    "when.seller": "sold by {names}",
    "when.country": "delivered to {names}",
    "when.price": "price {names}",
    "when.quantity": "pieces: {names}",
    "when.bought": "bought {since} {until}",
    "range.from": "from {low}",
    "range.under": "under {high}",
    "range.between": "from {low} but under {high}",
    "channel.store": "in the shop",
    "channel.online": "online",
    "channel.phone": "by phone",
    "channel.doorstep": "at the door",
    "condition.unopened": "unopened",
    "condition.opened": "opened",
    "condition.resaleable": "as new",
    "condition.worn": "used",
    "condition.damaged": "damaged",
    "receipt.yes": "with the receipt",
    "receipt.gift": "with a gift receipt",
    "receipt.other-proof": "with another proof of purchase",
    "receipt.no": "without proof of purchase",
    "reason.faulty": "faulty",
    "reason.wrong-item": "not the item that was ordered",
    "reason.not-as-described": "not as described",
    "reason.changed-mind": "changed mind",
    "reason.wrong-size": "wrong size",
    "reason.unwanted-gift": "unwanted gift",
    "reason.not-said": "reason not said",
    # whatever the policy does not name
    "member.none": "none",
    "sku.another": "another",
    "category.another": "another",
    "reason.another": "another",
    "paid-with.another": "in another way",
    "seller.another": "another",
    "country.another": "another",
    # facts
    "fact.sku": "article number",
    "fact.category": "category",
    "fact.tag": "tag",
    "fact.price": "price",
    "fact.quantity": "pieces",
    "fact.bought": "bought",
    "fact.delivered": "delivered",
    "fact.channel": "where bought",
    "fact.reason": "reason",
    "fact.condition": "condition",
    "fact.receipt": "receipt",
    "fact.member": "member of",
    "fact.paid-with": "paid with",
    "fact.seller": "seller",
    "fact.country": "country",
    "fact.on": "asked on",
    "fact.role": "who decides",
    "fact.within": "within",
    "fact.after": "after",
    # questions, asked once
    "ask.receipt": "Do you have the receipt or another proof of purchase?",
    "ask.bought": "When was it bought?",
    "ask.delivered": "When did it arrive?",
    "ask.channel": "Was it bought here in the shop or online?",
    "ask.seller": "Who sold it?",
    "ask.paid-with": "How was it paid?",
    "ask.price": "What did one piece cost?",
    "ask.sku": "Which article is it?",
    "ask.category": "What kind of article is it?",
    "ask.condition": "May I have a look: is it unopened, opened or used?",
    "ask.reason": "May I ask what the reason is?",
    "ask.member": "Are you a member?",
    "ask.country": "To which country was it delivered?",
    "ask.option": "answer with {option}",
    "lead.ask": "one more question",
    # explain
    "explain.decides": "decides",
    "explain.applies": "applies",
    "explain.not": "does not apply",
    "explain.not-one": "not {names}",
    "explain.change": "{fact}: {values} → {options}",
    "explain.change.role": "If {values} decides → {options}",
    "explain.change.on": "{values} → {options}",
    "receipt.want.required": "the receipt or a gift receipt",
    "receipt.want.any-proof": "any proof of purchase",
    "receipt.want.not-needed": "none needed",
    "condition.want.unopened": "unopened",
    "condition.want.resaleable": "neither used nor damaged",
    "condition.want.worn": "not damaged",
    "condition.want.any": "any",
    "explain.rule": "Rule {id}",
    "explain.terms": "The general terms",
    "explain.also": "Overlay {id}",
    "explain.season": "Season {id}",
    "explain.unknown": "not known, makes no difference",
    "explain.here": "here: {value}",
    "explain.none": "none",
    "explain.always": "open at any time",
    "explain.offer-nothing": "nothing is offered",
    "explain.yes-if": "What would make it a yes",
    "explain.never": "No single change would make it a yes.",
    "explain.by-day": "asked {until}",
    "explain.from-day": "asked {since} on",
    "explain.policy": "Policy: {file}, for sales {since} on, {hash}",
    # roles, where a shop keeps the usual ones
    "role.staff": "the staff",
    "role.manager": "the manager",
    "role.owner": "the owner",
    # columns of a table
    "column.remedy": "remedy",
    "column.until": "until",
    "column.amount": "amount",
}
