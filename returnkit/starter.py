"""The first files of a new shop: a policy that is sound by the law of its country and kind to its customers.

Texts are templates with comments, because they are meant to be read and changed by the owner.
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from returnkit.model.dates import Span, add, iso
from returnkit.model.money import decimal_text, minor_digits
from returnkit.model.union import EUROPEAN_UNION
from returnkit.public_holidays import NOTHING, Fetched, Whose, fetched_of
from returnkit.starter_flags import flags_text
from returnkit.starter_phrases import phrases_text

ELSEWHERE = {"GB": ("GBP", "Europe/London"), "KG": ("KGS", "Asia/Bishkek"), "US": ("USD", "America/New_York")}
USUAL = EUROPEAN_UNION | ELSEWHERE
ALSO_CALLED = {"UK": "GB", "EL": "GR"}
# ISO 3166-1 alpha-2
COUNTRIES = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ "
    "CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO "
    "FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE "
    "JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO "
    "MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW "
    "PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM "
    "TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW"
)
LANGUAGES = {"LV": "lv", "EE": "et", "HR": "hr", "KG": "ky"}


class Newcomer(NamedTuple):
    """What a new shop has to say of itself; `today` is the first day of its policy."""

    name: str
    country: str
    currency: str
    languages: tuple[str, ...]
    time_zone: str
    today: int


KPIS = """# What each figure should be: internal is what you aim at (the report measures against it), public what you promise to
# everybody. `returnkit kpi list` says which figures there are.
schema = 1

[first-response-within-target]    # from a complaint's opening to your first answer
internal = "4 hours"
public = "8 hours"
share = "90 %"                    # of all complaints
clock = "open hours"              # those of shop.toml; without this line all hours count

[resolution-within-target]        # from its opening until it is put right, without the time in which you waited for the customer
internal = "24 hours"
public = "40 hours"
share = "80 %"
clock = "open hours"
"""


def files(shop: Newcomer) -> dict[str, str]:
    """Return the text of each file of a new shop folder, by path."""
    return {
        "policies/shop.toml": _shop(shop),
        "policies/returns.toml": _returns(shop),
        "policies/returns.cases.toml": _cases(shop),
        "policies/items.toml": _items(shop),
        "policies/calendar.toml": _calendar(shop),
        "policies/complaints.toml": _complaints(shop),
        "policies/followups.toml": _followups(shop),
        "policies/kpis.toml": KPIS,
        "policies/phrases.toml": phrases_text(shop.languages),
        "policies/archive/.gitkeep": "",
        "records/.gitkeep": "",
        ".gitignore": GITIGNORE,
        ".gitattributes": GITATTRIBUTES,
    }


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _shop(shop: Newcomer) -> str:
    languages = ", ".join(map(_quoted, shop.languages))
    return f"""# Who we are. This file marks the shop folder; everything else stands beside it.
schema = 1
name = {_quoted(shop.name)}
# phone = "+371 20 000 000"       # where customers reach you; replies to them name it
# email = "shop@example.org"
country = "{shop.country}"
languages = [{languages}]          # the first one is spoken unless --lang says otherwise
currency = "{shop.currency}"
time-zone = "{shop.time_zone}"
roles = ["staff", "manager", "owner"]   # lowest first

[hours]                           # a day that is not named is closed
monday = ["10:00-18:00"]          # with a lunch break: ["10:00-14:00", "14:30-18:00"]
tuesday = ["10:00-18:00"]
wednesday = ["10:00-18:00"]
thursday = ["10:00-18:00"]
friday = ["10:00-18:00"]
saturday = ["10:00-16:00"]

# [[staff]]                       # everybody who stands at the counter, with a role from above
# name = "Anna"
# role = "owner"
"""


def _returns(shop: Newcomer) -> str:
    return _TERMS.format(effective=iso(shop.today), terms=_general(shop.country)) + _rules(shop) + _room(shop)


def _general(country: str) -> str:
    if country == "US":
        return 'offer = { refund = "30 days", exchange = "30 days" }   # several states ask for 30 days unless you post less'
    if country == "KG":
        return 'offer = { exchange = "14 days", refund = "14 days" }'
    return 'offer = { refund = "14 days", exchange = "30 days" }'


_TERMS = """# What we promise when something comes back. Rules are read from top to bottom: the first whose conditions hold decides;
# what it does not say comes from [terms]. Try it: returnkit policy check --category toys --bought today
# See it as your customers will: returnkit policy show
schema = 1
effective = {effective}            # for everything bought from this day on; before you change it: returnkit policy archive
# kinder = "applies"              # judge earlier purchases by this text, too, where it is kinder to the customer

[terms]                           # holds where no rule says otherwise
{terms}
receipt = "any proof"             # required | any proof | not needed
condition = "resaleable"          # the worst state you accept: unopened | resaleable (as new, box may be open) | worn | any
counts-from = "purchase"          # purchase | delivery | last item (of an order)
if-closed = "next open day"       # when the last day is one on which you are closed; or: as it is | next working day
restocking-fee = "0 %"            # or a sum such as "5.00"; taken off money and store credit only
return-to = {{ store = "free", mail = "customer" }}   # what each way back costs: free, customer, or a sum
"""


def _rules(shop: Newcomer) -> str:
    years = "6 years" if shop.country == "GB" else "2 years"
    rules = f"""
[[rule]]
id = "faulty"                     # no fee, any condition, and the way back is on us
when = {{ reason = ["faulty", "wrong-item", "not-as-described"] }}
offer = {{ repair = "{years}", replacement = "{years}", refund = "{years}" }}
condition = "any"
restocking-fee = "0 %"
return-to = {{ store = "free", mail = "free" }}

[[rule]]
id = "made-for-you"
when = {{ tag = ["engraved", "cut-to-size", "made-to-measure"] }}
offer = "nothing"
because = {_because(shop, "made-for-you")}

[[rule]]
id = "hygiene"                    # sealed goods that were unsealed
when = {{ tag = ["hygiene"] }}
unless = {{ condition = ["unopened"] }}
offer = "nothing"
because = {_because(shop, "hygiene")}
"""
    if shop.country in EUROPEAN_UNION or shop.country == "GB":
        source = "Consumer Contracts Regulations 2013, 29-38" if shop.country == "GB" else "Directive 2011/83/EU Art. 9-16"
        rules += f"""
[[rule]]
id = "withdrawal"                 # {source}: no reason, no fee, from the last parcel on
when = {{ channel = ["online", "phone", "doorstep"] }}
offer = {{ refund = "14 days", exchange = "30 days" }}
counts-from = "last item"
if-closed = "next working day"
receipt = "not needed"            # the order is the proof
condition = "any"
restocking-fee = "0 %"
"""
    return (
        rules
        + f"""
[[rule]]
id = "clearance"                  # say so on the shelf and on the receipt
when = {{ tag = ["clearance"] }}
offer = {{ exchange = "14 days" }}
because = {_because(shop, "clearance")}

# [[season]]                      # presents have time until the end of January
# id = "christmas"
# bought = [2026-11-15, 2026-12-24]
# until = 2027-01-31
"""
    )


def _because(shop: Newcomer, rule: str) -> str:
    texts = _REASONS[rule]
    own = {code: texts[code] for code in shop.languages if code in texts} or {"en": texts["en"]}
    return "{ " + ", ".join(f"{code} = {_quoted(text)}" for code, text in own.items()) + " }"


# Why something cannot come back, in the languages of the shops that this is for.
_REASONS = {
    "made-for-you": {
        "en": "This one was made for you alone.",
        "lv": "Šī prece ir izgatavota tieši Jums.",
        "et": "See ese on valmistatud just Teile.",
        "hr": "Ovaj je proizvod izrađen samo za Vas.",
        "ky": "Бул буюм атайын Сиз үчүн жасалган.",
    },
    "hygiene": {
        "en": "Once unsealed, this stays with you for hygiene.",
        "lv": "Atvērta higiēnas prece veselības apsvērumu dēļ paliek pie Jums.",
        "et": "Avatud hügieenitoode jääb tervise kaitseks Teile.",
        "hr": "Otvoren higijenski proizvod radi zaštite zdravlja ostaje kod Vas.",
        "ky": "Ачылган гигиеналык буюм ден соолукту коргоо үчүн Сизде калат.",
    },
    "clearance": {
        "en": "Clearance is for exchange only.",
        "lv": "Izpārdošanas preces tikai mainām.",
        "et": "Tühjendusmüügi kaupu ainult vahetame.",
        "hr": "Robu s rasprodaje samo mijenjamo.",
        "ky": "Арзандатылган буюмдар алмаштырылат гана.",
    },
}


def _room(shop: Newcomer) -> str:
    digits = minor_digits(shop.currency)
    small, large = (decimal_text(amount * 10**digits, digits) for amount in _ROOM.get(shop.currency, _ROOM[""]))
    return f"""
[discretion]                      # room beyond the policy, so that nobody is sent away: an amount, days late, what may be waived
staff = {{ amount = "{small}", late = "7 days", waive = ["receipt"] }}
manager = {{ amount = "{large}", late = "30 days", waive = ["receipt", "condition"] }}
owner = {{ late = "1 year", waive = ["receipt", "condition"] }}
"""


_ROOM = {"": (25, 250), "KGS": (2000, 20000), "HUF": (10000, 100000), "CZK": (500, 5000), "SEK": (250, 2500),
         "DKK": (200, 2000), "PLN": (100, 1000), "RON": (100, 1000), "JPY": (3000, 30000)}  # fmt: skip


def _cases(shop: Newcomer) -> str:
    bought, year = shop.today, add(shop.today, Span(12, 0))
    distance = shop.country in EUROPEAN_UNION or shop.country == "GB"
    text = f"""# Examples of what returns.toml means. Each must come out as it says; add those that you argue about.
schema = 1

[[case]]
name = "Faulty after a year, the box is gone"
given = {{ category = "household", bought = "{iso(bought)}", on = "{iso(year)}", reason = "faulty", condition = "worn", receipt = "yes", channel = "store" }}
expect = {{ answer = "yes", rule = "faulty", remedies = ["repair", "replacement", "refund"] }}

[[case]]
name = "Changed mind on the next day, as new"
given = {{ category = "household", bought = "{iso(bought)}", on = "{iso(bought + 1)}", reason = "changed-mind", condition = "opened", receipt = "yes", channel = "store" }}
expect = {{ answer = "yes", rule = "terms" }}
"""
    if distance:
        text += f"""
[[case]]
name = "Bought on line: the two weeks count from the parcel, and the box may be open"
given = {{ category = "household", bought = "{iso(bought)}", delivered = "{iso(bought + 20)}", on = "{iso(bought + 30)}", reason = "not-said", condition = "worn", receipt = "yes", channel = "online" }}
expect = {{ answer = "yes", rule = "withdrawal", remedies = ["refund", "exchange"] }}
"""
    return text


TAG_NAMES = {
    "clearance": {"en": "clearance", "lv": "izpārdošanas prece", "et": "allahinnatud kaup", "hr": "sniženje"},
    "hygiene": {"en": "sealed hygiene goods", "lv": "higiēnas prece"},
    "engraved": {"en": "engraved", "lv": "gravēta prece"},
    "cut-to-size": {"en": "cut to size", "lv": "piegriezta pēc mēra"},
    "made-to-measure": {"en": "made to measure", "lv": "izgatavota pēc pasūtījuma"},
}


def _items(shop: Newcomer) -> str:
    text = """# What is sold: the number on the label, or its beginning with a *, and what it is. The longest beginning that fits decides.
schema = 1

[items]
# "TOY-*" = { category = "toys" }
# "TOY-0042" = { category = "toys", tags = ["clearance"] }

# What customers call the tags that the policy speaks of.
"""
    for tag, names in TAG_NAMES.items():
        own = {code: names[code] for code in shop.languages if code in names} or {"en": names["en"]}
        texts = ", ".join(f"{code} = {_quoted(name)}" for code, name in own.items())
        text += f"\n[tag.{tag}]\nname = {{ {texts} }}\n"
    return text


def _calendar(shop: Newcomer) -> str:
    """Return the public holidays of this year and the next two; on which of them the shop is closed, the owner knows."""
    text = """# Public holidays, and the days on which the shop is closed. A holiday that does not stand under [closed] is a day on which
# you open as on any other; the clocks of complaints stand still then, unless complaints.toml counts holidays, too.
schema = 1

[holidays]
"""
    year = date.fromordinal(shop.today).year
    found = _holidays(shop, (year, year + 1, year + 2))
    text += _days(found.holidays)
    if found.worked:
        text += f"\n[worked]                          # weekend days worked in place of a day off\n{_days(found.worked)}"
    return (
        text
        + """
[closed]
# 2026-12-25 = "Christmas Day"
# 2027-01-04 = "Stock-taking"
"""
    )


def _days(days: Mapping[int, str]) -> str:
    return "".join(f"{iso(day)} = {_quoted(name)}\n" for day, name in sorted(days.items()))


def _holidays(shop: Newcomer, years: tuple[int, ...]) -> Fetched:
    """Return the public holidays of a country in its shop's language; none where they are not known."""
    from holidays import list_supported_countries

    if shop.country not in list_supported_countries():
        return NOTHING
    return fetched_of(Whose(shop.country, "", years), shop.languages)


def _complaints(shop: Newcomer) -> str:
    digits = minor_digits(shop.currency)
    coffee, coupon, visit = (decimal_text(amount * 10**digits, digits) for amount in _TOKENS.get(shop.currency, _TOKENS[""]))
    return _COMPLAINTS.format(coffee=coffee, coupon=coupon, visit=visit) + flags_text(shop.country, shop.languages)


# What a coffee costs the shop, the worth of a coupon, and what a customer spends each time.
_TOKENS = {"": (3, 5, 20), "KGS": (150, 300, 1500), "HUF": (1000, 2000, 8000), "CZK": (60, 120, 500), "SEK": (30, 50, 250),
           "DKK": (20, 40, 150), "PLN": (12, 20, 90), "RON": (12, 25, 100), "JPY": (400, 800, 3000)}  # fmt: skip
_COMPLAINTS = """# What you promise to those who complain, and who may put what right. Of [[clock]], [[route]], [[offer]] and [[token]] the first
# one whose conditions hold decides. A complaint keeps the clocks that it was promised when it was opened.
schema = 1
# categories = ["delivery", "quality", "service", "price"]    # what complaints are about; another one is noted
# causes = ["packaging", "supplier", "description", "staff"]  # what was behind them

[clocks]                          # internal is what you aim at, public what you promise
count = "open hours"              # of shop.toml, but for closed days and public holidays (calendar.toml); or
                                  # "open hours and holidays", for those who open then; or "always"
first-response = {{ internal = "2 hours", public = "8 hours" }}   # until the customer hears from you; a note is not an answer
next-response = {{ internal = "4 hours", public = "8 hours" }}    # whenever they come back with something
resolution = {{ internal = "16 hours", public = "40 hours" }}     # until it is put right; stands still while you wait for them

[[clock]]                         # at the counter and on the telephone nobody waits
when = {{ channel = ["counter", "phone"] }}
first-response = {{ internal = "30 minutes", public = "2 hours" }}

[[clock]]                         # everybody reads along, on Sundays, too
when = {{ channel = ["social", "review"] }}
count = "always"
first-response = {{ internal = "4 hours", public = "24 hours" }}
next-response = {{ internal = "8 hours", public = "24 hours" }}
resolution = {{ internal = "2 days", public = "5 days" }}

# [[route]]                       # whose business it is from the beginning: a role, or a name from shop.toml
# when = {{ category = ["delivery"] }}
# to = "Anna"

[[escalate]]                      # goes to somebody else by itself, once a clock is late by so much
late = "first-response"
by = "1 hour"
to = "manager"

[[escalate]]
late = "resolution"
by = "8 hours"
to = "owner"

[[offer]]                         # what the customer may choose from, at least two
when = {{ category = ["delivery", "quality"] }}
choices = ["replacement", "refund"]

[[token]]                         # the same token of goodwill for the same trouble; worth is what it costs you
id = "coffee"
when = {{ category = ["service"] }}
what = {{ en = "a coffee on us", lv = "kafija no mums", et = "kohv meie kulul", hr = "kava na naš račun" }}
worth = "{coffee}"

[[token]]
id = "coupon"
when = {{ category = ["delivery", "quality"] }}
what = {{ en = "{coupon} off the next purchase", lv = "{coupon} atlaide nākamajam pirkumam" }}
worth = "{coupon}"
coupon = "6 months"               # for how long its code is good; the code is printed once, and redeemed once
role = "staff"                    # who may give it

[value]                           # what a customer whom nobody knows spends with you in a year
per-visit = "{visit}"
visits = 10

[recurring]
from = 3                          # the same trouble in one month is pointed out from the third time on

"""


def _followups(shop: Newcomer) -> str:
    own = {code: _HAPPY[code] for code in shop.languages if code in _HAPPY} or {"en": _HAPPY["en"]}
    texts = ", ".join(f"{code} = {_quoted(text)}" for code, text in own.items())
    digits = minor_digits(shop.currency)
    _, _, visit = _TOKENS.get(shop.currency, _TOKENS[""])
    return _FOLLOWUPS.format(ask=texts, much=decimal_text(10 * visit * 10**digits, digits))


_HAPPY = {
    "en": "Are you happy with how we put it right? Do come again!",
    "lv": "Vai esat apmierināti ar to, kā visu nokārtojām? Gaidīsim Jūs atkal!",
    "et": "Kas olete rahul sellega, kuidas me asja lahendasime? Tulge jälle!",
    "hr": "Jeste li zadovoljni time kako smo to riješili? Dođite nam opet!",
    "ky": "Маселени чечкенибизге ыраазысызбы? Дагы келиңиз!",
}
_FOLLOWUPS = """# Whom you ask how it went, and when somebody is reminded of what is due (`returnkit remind`). The first [[follow-up]] whose
# conditions hold decides. Who asked not to be contacted is never asked, and nobody is asked twice.
schema = 1
again = "3 months"                # nobody is asked again within
let-go = "2 weeks"                # what could not be done for so long is let go

[[follow-up]]
id = "after-complaint"
after = "complaint"               # one that was closed, where the customer left a way to reach them; or return, or sale
# when = {{ severity = ["high"] }}  # also category, channel, flag; of goods category, tag, sku, channel, member, reason, remedy
in = "3 days"                     # on that day, or the next one on which you are open
ask = {{ {ask} }}
# to = "manager"                  # a role, or a name from shop.toml; without it anybody

# [[follow-up]]
# id = "after-big-sale"
# after = "sale"                  # the receipt number says in your till or web shop who it was
# from = "{much}"                 # only where so much was paid
# in = "2 weeks"
# ask = {{ en = "Does it do what you hoped for?" }}

[remind]
before = "2 hours"                # of opening hours, before something is due or you aim to have it done
law = "3 days"                    # before a day that the law sets
silent = "1 week"                 # a customer who does not answer is asked again
unclosed = "1 week"               # what was put right is closed, with its cause
survey = "1 week"                 # until somebody looks at a survey that did not come back
"""


GITIGNORE = """# this machine only
.returnkit/
# personal data of customers never enters the shop's history
records/contacts/
# what a crash left
records/*/.*
"""

GITATTRIBUTES = """# records are compared byte by byte, and two tills never write one file: git must not change or merge them
records/**/*.jsonl -text -merge
# a policy is known by the hash of its bytes
*.toml text eol=lf
"""
