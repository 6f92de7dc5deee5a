import pytest

from returnkit.errors import UnreadableError
from returnkit.policy.language import Policy
from returnkit.policy.read import read_policy

ROLES = ("staff", "manager", "owner")
SOUND = """schema = 1
effective = 2026-01-01

[terms]
offer = { refund = "14 days" }
"""


def read(text: str) -> Policy:
    return read_policy(text.encode(), "returns.toml", ROLES, "EUR")


def refused(text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(UnreadableError) as caught:
        read(text)
    return [(problem.line, problem.what, problem.remedy) for problem in caught.value.problems]


def test_all_mistakes_are_found_at_once_each_with_its_line() -> None:
    found = refused("""schema = 1
effective = "2026-02-30"

[terms]
offer = { refnd = "14 days", exchange = "a while" }
reciept = "any proof"
condition = "mint"
restocking-fee = 5.0
return-to = { store = "free", drone = "free" }

[[rule]]
when = { categry = ["toys"] }

[[rule]]
id = "faulty"
when = { condition = ["brokn"], category = [] }
offer = { refund = "30 to 10 days" }

[[rule]]
id = "faulty"
approval = "boss"

[[also]]
only = ["exchnge"]
extra = "200 years"

[[season]]
bought = [2026-11-15]
when = { within = "3 days" }

[discretion]
staff = { amount = 25.0, late = "soon", waive = ["recipt"] }
clerk = { amount = "1.00" }
""")  # fmt: skip
    assert [(line, what.split(" ")[0]) for line, what, _ in found] == [
        (2, "effective"), (5, '"refnd"'), (5, "exchange"), (6, '"reciept"'), (7, "condition"), (8, "restocking-fee"),
        (9, '"drone"'), (11, "the"), (12, '"categry"'), (16, '"brokn"'), (16, "category"), (17, "refund"), (20, "the"),
        (21, '"boss"'), (24, '"exchnge"'), (25, "extra"), (27, "the"), (28, "bought"), (29, '"within"'), (32, "amount"),
        (32, "late"), (32, '"recipt"'), (33, '"clerk"'),
    ]  # fmt: skip
    remedies = {what: remedy for _, what, remedy in found}
    assert remedies['"refnd" is not a key of [terms offer]'] == "did you mean refund?"
    assert remedies['"reciept" is not a key of [terms]'] == "did you mean receipt?"
    assert remedies['"categry" is not a key of [rule 1 when]'] == "did you mean category?"
    assert remedies['"clerk" is not a key of [discretion]'].startswith("known here: staff")
    assert 'write "15 %" or "25.00", in quotes' in remedies["restocking-fee = 5.0 is not understood"]


@pytest.mark.parametrize(
    ("text", "line", "remedy"),
    [
        ("", 1, "schema = 1"),
        ("schema = 2\neffective = 2026-01-01\n[terms]\noffer = 'nothing'\n", 1, "schema = 1"),
        ("schema = 1\neffective = 2026-01-01\n", 1, "[terms]"),
        (SOUND.replace("offer", "ofer"), 5, "offer"),
        (SOUND + "[[season]]\nbought = [2026-01-01, 2026-01-02]\nuntil = 2026-02-01\neffective = 2026-01-01\n", 9, "at the top"),
        (SOUND + "[[rule]]\nid = 'a'\n[rule.when]\ntag = ['x']\noffer = 'nothing'\n", 10, "above its"),
        (SOUND + "[[rule]]\nid = 'terms'\n", 7, "own id"),
        (SOUND + "[[rule]]\nid = 'a'\nwhen = { price = 'from ten' }\n", 8, "from 10"),
        (SOUND + "[[rule]]\nid = 'a'\nwhen = { price = 'from 10 under 10' }\n", 8, "in between"),
        (SOUND + "[rule]\nid = 'a'\n", 6, "[[rule]]"),
        (SOUND + "restocking-fee = '101 %'\n", 6, "100 %"),
        (SOUND + "restocking-fee = '1.234'\n", 6, "25.00"),
        (SOUND + "refund-to = 'card'\n", 6, "original"),
        (SOUND.replace("14 days", "-3 days"), 5, "30 days"),
        (SOUND.replace("14 days", "10000000000 days"), 5, "30 days"),
        (SOUND.replace("14 days", "101 years"), 5, "100 years"),
        (SOUND.replace("2026-01-01", "2026-01-01T10:00:00"), 2, "2026-11-21"),
        (SOUND + "because = 'why'\n", 6, "known here"),
    ],
)
def test_a_mistake_names_its_line_and_what_to_do(text: str, line: int, remedy: str) -> None:
    found = refused(text)
    assert any(at == line and remedy in (what + " " + said) for at, what, said in found), found


def test_spellings_that_mean_the_same() -> None:
    one = read("""schema = 1
effective = 2026-01-01
[terms]
offer = { refund = "2 weeks", store-credit = "1 year" }
receipt = "any-proof"
if-closed = "next-open-day"
[[rule]]
id = "Faulty"
when = { reason = "Faulty ", receipt = ["other proof"] }
offer = "Nothing"
[[season]]
bought = [2026-11-15, 2026-12-24]
until = 2027-01-31
[discretion]
staff = { amount = 25 }
""")
    other = read("""schema = 1
effective = "2026-01-01"
[terms]
offer = { refund = "2  Weeks", "store credit" = "1 year" }
receipt = "Any proof"
if-closed = "next open day"
[[rule]]
id = "faulty"
offer = {}
[rule.when]
reason = ["faulty"]
receipt = ["other-proof"]
[[season]]
bought = ["2026-11-15", "2026-12-24"]
until = "2027-01-31"
[discretion]
staff = { amount = "25.00" }
""")
    assert one._replace(source=b"") == other._replace(source=b"")


def test_a_rule_replaces_whole_keys_and_inherits_the_rest() -> None:
    policy = read(
        SOUND
        + "receipt = 'required'\n[[rule]]\nid = 'a'\noffer = { exchange = '3 days' }\n[[rule]]\nid = 'b'\ncondition = 'any'\n"
    )
    assert [remedy for remedy, _ in policy.rules[0].terms.offer] == ["exchange"]
    assert [remedy for remedy, _ in policy.rules[1].terms.offer] == ["refund"]
    assert {rule.terms.receipt for rule in policy.rules} == {"required"}
