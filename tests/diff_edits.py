"""Edits of a small policy, one of each kind, and what is said of them in English and in Latvian."""

from typing import NamedTuple

PLAIN = 'receipt = "not needed"\ncondition = "any"\n'
OLD = 'schema = 1\neffective = 2026-11-01\n\n[terms]\noffer = { refund = "14 days", exchange = "30 days" }\n' + PLAIN
TOYS = '[[rule]]\nid = "toys"\nwhen = { category = ["toys"] }\n'
SEASON = '[[season]]\nid = "christmas"\nbought = [2026-11-15, 2026-12-24]\nuntil = 2027-01-31\n'
ROOM = '[discretion]\nstaff = { amount = "25.00", late = "7 days" }\n'


class Edit(NamedTuple):
    """A policy and what an edit makes of it; the sentences, headings included, on one line."""

    old: str
    new: str
    english: str
    latvian: str


EDITS = {
    "longer": Edit(
        OLD,
        OLD.replace("14 days", "30 days"),
        "Kinder Everything: money back within 30 days instead of within 14 days",
        "Labvēlīgāk Viss: naudas atmaksa 30 dienu laikā, nevis 14 dienu laikā",
    ),
    "shorter": Edit(
        OLD,
        OLD.replace('exchange = "30 days"', 'exchange = "2 weeks"'),
        "Stricter Everything: exchange within 14 days instead of within 30 days",
        "Stingrāk Viss: apmaiņa 14 dienu laikā, nevis 30 dienu laikā",
    ),
    "opens-later": Edit(
        OLD,
        OLD.replace("14 days", "3 to 14 days"),
        "Stricter Everything: money back from day 3 to day 14 instead of within 14 days",
        "Stingrāk Viss: naudas atmaksa no 3. līdz 14. dienai, nevis 14 dienu laikā",
    ),
    "new": Edit(
        OLD,
        OLD.replace(" }", ', store-credit = "1 year" }', 1),
        "Kinder Everything: store credit within 1 year (new)",
        "Labvēlīgāk Viss: dāvanu karte 1 gada laikā (jaunums)",
    ),
    "gone": Edit(
        OLD,
        OLD.replace(', exchange = "30 days"', ""),
        "Stricter Everything: no exchange any more (was within 30 days)",
        "Stingrāk Viss: vairs nav: apmaiņa (bija 30 dienu laikā)",
    ),
    "unlimited": Edit(
        OLD,
        OLD.replace('exchange = "30 days"', 'exchange = "unlimited"'),
        "Kinder Everything: exchange at any time instead of within 30 days",
        "Labvēlīgāk Viss: apmaiņa jebkurā laikā, nevis 30 dienu laikā",
    ),
    "fee": Edit(
        OLD,
        OLD + 'restocking-fee = "10 %"\n',
        "Stricter Everything: restocking fee: 10% (until now: none)",
        "Stingrāk Viss: apstrādes maksa: 10 % (līdz šim: nav)",
    ),
    "fee-other": Edit(
        OLD + 'restocking-fee = "10 %"\n',
        OLD + 'restocking-fee = "5.00"\n',
        "Different Everything: restocking fee: €5.00 (until now: 10%)",
        "Citādi Viss: apstrādes maksa: 5,00 € (līdz šim: 10 %)",
    ),
    "approval": Edit(
        OLD,
        OLD + 'approval = "manager"\n',
        "Stricter Everything: who must agree first: the manager (until now: nobody)",
        "Stingrāk Viss: kas vispirms piekrīt: vadītājs (līdz šim: neviens)",
    ),
    "counts-from": Edit(
        OLD,
        OLD + 'counts-from = "delivery"\n',
        "Kinder Everything: counted from: the day of delivery (until now: the day of purchase)",
        "Labvēlīgāk Viss: termiņu skaita: no piegādes dienas (līdz šim: no pirkuma dienas)",
    ),
    "if-closed": Edit(
        OLD,
        OLD + 'if-closed = "next working day"\n',
        ("Kinder Everything: if we are closed on the last day: the next working day counts (until now: it stays the last day)"),
        (
            "Labvēlīgāk Viss: ja pēdējā dienā veikals ir slēgts: termiņš ir līdz nākamajai "
            "darbdienai (līdz šim: pēdējā diena nemainās)"
        ),
    ),
    "season": Edit(
        OLD,
        OLD + SEASON,
        (
            "Kinder Bought from 15 November 2026 until 24 December 2026: open at "
            "least: until 31 January 2027 (until now: no longer than usual)"
        ),
        (
            "Labvēlīgāk Pirkts no 2026. gada 15. novembra līdz 2026. gada 24. decembrim:"
            " vismaz: līdz 2027. gada 31. janvārim (līdz šim: ne ilgāk kā parasti)"
        ),
    ),
    "season-shorter": Edit(
        OLD + SEASON,
        OLD + SEASON.replace("01-31", "01-15"),
        (
            "Stricter Bought from 15 November 2026 until 24 December 2026: open at "
            "least: until 15 January 2027 (until now: until 31 January 2027)"
        ),
        (
            "Stingrāk Pirkts no 2026. gada 15. novembra līdz 2026. gada 24. decembrim: "
            "vismaz: līdz 2027. gada 15. janvārim (līdz šim: līdz 2027. gada 31. janvārim)"
        ),
    ),
    "value": Edit(
        OLD,
        OLD + 'value = "lowest price"\n',
        ("Stricter Everything: the amount goes by: its lowest recent price (until now: what was paid)"),
        ("Stingrāk Viss: summu nosaka: pēc zemākās cenas pēdējā laikā (līdz šim: pēc samaksātās cenas)"),
    ),
    "refund-to": Edit(
        OLD,
        OLD + 'refund-to = "cash"\n',
        "Different Everything: money goes back: in cash (until now: the way it was paid)",
        "Citādi Viss: naudu atmaksā: skaidrā naudā (līdz šim: tā, kā maksāts)",
    ),
    "return-to": Edit(
        OLD + 'return-to = { store = "free", mail = "free" }\n',
        OLD + 'return-to = { store = "free", mail = "4.90" }\n',
        ("Stricter Everything: ways back: sending it back by post: €4.90 (until now: sending it back by post: free of charge)"),
        ("Stingrāk Viss: kā atgriezt: sūtot pa pastu: 4,90 € (līdz šim: sūtot pa pastu: bez maksas)"),
    ),
    "return-to-none": Edit(
        OLD,
        OLD + 'return-to = { store = "free" }\n',
        ("Kinder Everything: ways back: bringing it back to the shop: free of charge (until now: none named)"),
        "Labvēlīgāk Viss: kā atgriezt: atnesot uz veikalu: bez maksas (līdz šim: nav norādīts)",
    ),
    "order": Edit(
        OLD,
        OLD.replace('refund = "14 days", exchange = "30 days"', 'exchange = "30 days", refund = "14 days"'),
        ("Different Everything: what is offered first: exchange, money back (until now: money back, exchange)"),
        ("Citādi Viss: ko piedāvā vispirms: apmaiņa, naudas atmaksa (līdz šim: naudas atmaksa, apmaiņa)"),
    ),
    "discretion": Edit(
        OLD + ROOM,
        OLD + ROOM.replace("7 days", "14 days"),
        "Beyond the policy The staff: 14 days late (until now: 7 days late)",
        "Ārpus noteikumiem Darbinieki: kavējums 14 dienu (līdz šim: kavējums 7 dienas)",
    ),
    "discretion-new": Edit(
        OLD,
        OLD + ROOM,
        "Beyond the policy The staff: up to €25.00, 7 days late (until now: no room)",
        "Ārpus noteikumiem Darbinieki: līdz 25,00 €, kavējums 7 dienas (līdz šim: nekas)",
    ),
    "receipt": Edit(
        OLD,
        OLD.replace("not needed", "any proof"),
        (
            "Stricter Without proof of purchase: no money back any more (was within "
            "14 days) Without proof of purchase: no exchange any more (was within 30"
            " days)"
        ),
        (
            "Stingrāk Bez pirkuma apliecinājuma: vairs nav: naudas atmaksa (bija 14 "
            "dienu laikā) Bez pirkuma apliecinājuma: vairs nav: apmaiņa (bija 30 dienu "
            "laikā)"
        ),
    ),
    "condition": Edit(
        OLD,
        OLD.replace('"any"', '"resaleable"'),
        (
            "Stricter Used or damaged: no money back any more (was within 14 days) "
            "Used or damaged: no exchange any more (was within 30 days)"
        ),
        (
            "Stingrāk Ar lietošanas pēdām vai ar bojājumiem: vairs nav: naudas atmaksa "
            "(bija 14 dienu laikā) Ar lietošanas pēdām vai ar bojājumiem: vairs nav: "
            "apmaiņa (bija 30 dienu laikā)"
        ),
    ),
    "rule": Edit(
        OLD,
        OLD + TOYS + 'offer = { exchange = "30 days" }\n',
        "Stricter Toys: no money back any more (was within 14 days)",
        "Stingrāk Rotaļlietas: vairs nav: naudas atmaksa (bija 14 dienu laikā)",
    ),
    "rule-price": Edit(
        OLD,
        OLD + TOYS.replace(" }", ', price = "from 50.00" }') + 'offer = { exchange = "30 days", refund = "20 days" }\n',
        (
            "Kinder Toys, price from €50.00: money back within 20 days instead of within 14 days Different Toys, "
            "price from €50.00: what is offered first: exchange, money back (until now: money back, exchange)"
        ),
        (
            "Labvēlīgāk Rotaļlietas, cena no 50,00 €: naudas atmaksa 20 dienu laikā, nevis 14 dienu laikā Citādi "
            "Rotaļlietas, cena no 50,00 €: ko piedāvā vispirms: apmaiņa, naudas atmaksa (līdz šim: naudas "
            "atmaksa, apmaiņa)"
        ),
    ),
    "late-fee": Edit(
        OLD,
        OLD + '[[also]]\nwhen = { after = "7 days" }\nrestocking-fee = "15 %"\n',
        ("Stricter From 8 days after the purchase on: restocking fee: 15% (until now: none)"),
        "Stingrāk Sākot ar 8. dienu pēc pirkuma: apstrādes maksa: 15 % (līdz šim: nav)",
    ),
    "extra": Edit(
        OLD,
        OLD + '[[also]]\nwhen = { member = "gold" }\nextra = "30 days"\n',
        (
            "Kinder Members: gold: money back within 44 days instead of within 14 "
            "days Members: gold: exchange within 60 days instead of within 30 days"
        ),
        (
            "Labvēlīgāk Klienta karte: gold: naudas atmaksa 44 dienu laikā, nevis 14 "
            "dienu laikā Klienta karte: gold: apmaiņa 60 dienu laikā, nevis 30 dienu "
            "laikā"
        ),
    ),
    "only": Edit(
        OLD,
        OLD + '[[also]]\nwhen = { receipt = ["no", "gift"] }\nonly = ["exchange", "store-credit"]\n',
        (
            "Stricter With a gift receipt or without proof of purchase: no money "
            "back any more (was within 14 days) Kinder With a gift receipt or "
            "without proof of purchase: store credit within 14 days (new)"
        ),
        (
            "Stingrāk Ar dāvanas čeku vai bez pirkuma apliecinājuma: vairs nav: naudas "
            "atmaksa (bija 14 dienu laikā) Labvēlīgāk Ar dāvanas čeku vai bez pirkuma "
            "apliecinājuma: dāvanu karte 14 dienu laikā (jaunums)"
        ),
    ),
    "unless": Edit(
        OLD,
        OLD + '[[rule]]\nid = "sale"\nwhen = { tag = ["clearance"] }\nunless = { reason = ["faulty"] }\noffer = "nothing"\n',
        (
            "Stricter Clearance, unless faulty: no money back any more (was within 14 days) Clearance, unless "
            "faulty: no exchange any more (was within 30 days)"
        ),
        (
            "Stingrāk Izpārdošanas prece, ja vien nav prece ar defektu: vairs nav: naudas atmaksa (bija 14 dienu "
            "laikā) Izpārdošanas prece, ja vien nav prece ar defektu: vairs nav: apmaiņa (bija 30 dienu laikā)"
        ),
    ),
}
