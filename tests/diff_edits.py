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
        "Kinder Where no special rule holds: money back within 30 days instead of within 14 days",
        "Labvēlīgāk Kur nav īpaša noteikuma: naudas atmaksa 30 dienu laikā, nevis 14 dienu laikā",
    ),
    "shorter": Edit(
        OLD,
        OLD.replace('exchange = "30 days"', 'exchange = "2 weeks"'),
        "Stricter Where no special rule holds: exchange within 14 days instead of within 30 days",
        "Stingrāk Kur nav īpaša noteikuma: apmaiņa 14 dienu laikā, nevis 30 dienu laikā",
    ),
    "opens-later": Edit(
        OLD,
        OLD.replace("14 days", "3 to 14 days"),
        "Stricter Where no special rule holds: money back from day 3 to day 14 instead of within 14 days",
        "Stingrāk Kur nav īpaša noteikuma: naudas atmaksa no 3. līdz 14. dienai, nevis 14 dienu laikā",
    ),
    "new": Edit(
        OLD,
        OLD.replace(" }", ', store-credit = "1 year" }', 1),
        "Kinder Where no special rule holds: store credit within 1 year (new)",
        "Labvēlīgāk Kur nav īpaša noteikuma: dāvanu karte 1 gada laikā (jaunums)",
    ),
    "gone": Edit(
        OLD,
        OLD.replace(', exchange = "30 days"', ""),
        "Stricter Where no special rule holds: no exchange any more (was within 30 days)",
        "Stingrāk Kur nav īpaša noteikuma: vairs nav: apmaiņa (bija 30 dienu laikā)",
    ),
    "unlimited": Edit(
        OLD,
        OLD.replace('exchange = "30 days"', 'exchange = "unlimited"'),
        "Kinder Where no special rule holds: exchange at any time instead of within 30 days",
        "Labvēlīgāk Kur nav īpaša noteikuma: apmaiņa jebkurā laikā, nevis 30 dienu laikā",
    ),
    "fee": Edit(
        OLD,
        OLD + 'restocking-fee = "10 %"\n',
        "Stricter Where no special rule holds: restocking fee: 10% (until now: none)",
        "Stingrāk Kur nav īpaša noteikuma: apstrādes maksa: 10 % (līdz šim: nav)",
    ),
    "fee-other": Edit(
        OLD + 'restocking-fee = "10 %"\n',
        OLD + 'restocking-fee = "5.00"\n',
        "Different Where no special rule holds: restocking fee: €5.00 (until now: 10%)",
        "Citādi Kur nav īpaša noteikuma: apstrādes maksa: 5,00 € (līdz šim: 10 %)",
    ),
    "approval": Edit(
        OLD,
        OLD + 'approval = "manager"\n',
        "Stricter Where no special rule holds: who must agree first: the manager (until now: nobody)",
        "Stingrāk Kur nav īpaša noteikuma: kas vispirms piekrīt: vadītājs (līdz šim: neviens)",
    ),
    "counts-from": Edit(
        OLD,
        OLD + 'counts-from = "delivery"\n',
        "Kinder Where no special rule holds: counted from: the day of delivery (until now: the day of purchase)",
        "Labvēlīgāk Kur nav īpaša noteikuma: termiņu skaita: no piegādes dienas (līdz šim: no pirkuma dienas)",
    ),
    "if-closed": Edit(
        OLD,
        OLD + 'if-closed = "next working day"\n',
        (
            "Kinder Where no special rule holds: if we are closed on the last day: the next working day counts "
            "(until now: it stays the last day)"
        ),
        (
            "Labvēlīgāk Kur nav īpaša noteikuma: ja pēdējā dienā veikals ir slēgts: termiņš ir līdz nākamajai "
            "darbdienai (līdz šim: pēdējā diena nemainās)"
        ),
    ),
    "season": Edit(
        OLD,
        OLD + SEASON,
        (
            "Kinder Where no special rule holds, bought from 15 November 2026 until 24 December 2026: open at "
            "least: until 31 January 2027 (until now: no longer than usual)"
        ),
        (
            "Labvēlīgāk Kur nav īpaša noteikuma, pirkts no 2026. gada 15. novembra līdz 2026. gada 24. decembrim:"
            " vismaz: līdz 2027. gada 31. janvārim (līdz šim: ne ilgāk kā parasti)"
        ),
    ),
    "season-shorter": Edit(
        OLD + SEASON,
        OLD + SEASON.replace("01-31", "01-15"),
        (
            "Stricter Where no special rule holds, bought from 15 November 2026 until 24 December 2026: open at "
            "least: until 15 January 2027 (until now: until 31 January 2027)"
        ),
        (
            "Stingrāk Kur nav īpaša noteikuma, pirkts no 2026. gada 15. novembra līdz 2026. gada 24. decembrim: "
            "vismaz: līdz 2027. gada 15. janvārim (līdz šim: līdz 2027. gada 31. janvārim)"
        ),
    ),
    "value": Edit(
        OLD,
        OLD + 'value = "lowest price"\n',
        ("Stricter Where no special rule holds: the amount goes by: its lowest recent price (until now: what was paid)"),
        ("Stingrāk Kur nav īpaša noteikuma: summu nosaka: pēc zemākās cenas pēdējā laikā (līdz šim: pēc samaksātās cenas)"),
    ),
    "refund-to": Edit(
        OLD,
        OLD + 'refund-to = "cash"\n',
        "Different Where no special rule holds: money goes back: in cash (until now: the way it was paid)",
        "Citādi Kur nav īpaša noteikuma: naudu atmaksā: skaidrā naudā (līdz šim: tā, kā maksāts)",
    ),
    "return-to": Edit(
        OLD + 'return-to = { store = "free", mail = "free" }\n',
        OLD + 'return-to = { store = "free", mail = "4.90" }\n',
        (
            "Stricter Where no special rule holds: ways back: sending it back by post: €4.90 (until now: sending "
            "it back by post: free of charge)"
        ),
        ("Stingrāk Kur nav īpaša noteikuma: kā atgriezt: sūtot pa pastu: 4,90 € (līdz šim: sūtot pa pastu: bez maksas)"),
    ),
    "return-to-none": Edit(
        OLD,
        OLD + 'return-to = { store = "free" }\n',
        ("Kinder Where no special rule holds: ways back: bringing it back to the shop: free of charge (until now: none named)"),
        "Labvēlīgāk Kur nav īpaša noteikuma: kā atgriezt: atnesot uz veikalu: bez maksas (līdz šim: nav norādīts)",
    ),
    "order": Edit(
        OLD,
        OLD.replace('refund = "14 days", exchange = "30 days"', 'exchange = "30 days", refund = "14 days"'),
        ("Different Where no special rule holds: what is offered first: exchange, money back (until now: money back, exchange)"),
        ("Citādi Kur nav īpaša noteikuma: ko piedāvā vispirms: apmaiņa, naudas atmaksa (līdz šim: naudas atmaksa, apmaiņa)"),
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
            "Stricter Where no special rule holds, without proof of purchase: no money back any more (was within "
            "14 days) Where no special rule holds, without proof of purchase: no exchange any more (was within 30"
            " days)"
        ),
        (
            "Stingrāk Kur nav īpaša noteikuma, bez pirkuma apliecinājuma: vairs nav: naudas atmaksa (bija 14 "
            "dienu laikā) Kur nav īpaša noteikuma, bez pirkuma apliecinājuma: vairs nav: apmaiņa (bija 30 dienu "
            "laikā)"
        ),
    ),
    "condition": Edit(
        OLD,
        OLD.replace('"any"', '"resaleable"'),
        (
            "Stricter Where no special rule holds, used or damaged: no money back any more (was within 14 days) "
            "Where no special rule holds, used or damaged: no exchange any more (was within 30 days)"
        ),
        (
            "Stingrāk Kur nav īpaša noteikuma, ar lietošanas pēdām vai ar bojājumiem: vairs nav: naudas atmaksa "
            "(bija 14 dienu laikā) Kur nav īpaša noteikuma, ar lietošanas pēdām vai ar bojājumiem: vairs nav: "
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
        ("Stricter Where no special rule holds, from 8 days after the purchase on: restocking fee: 15% (until now: none)"),
        "Stingrāk Kur nav īpaša noteikuma, sākot ar 8. dienu pēc pirkuma: apstrādes maksa: 15 % (līdz šim: nav)",
    ),
    "extra": Edit(
        OLD,
        OLD + '[[also]]\nwhen = { member = "gold" }\nextra = "30 days"\n',
        (
            "Kinder Where no special rule holds, members: gold: money back within 44 days instead of within 14 "
            "days Where no special rule holds, members: gold: exchange within 60 days instead of within 30 days"
        ),
        (
            "Labvēlīgāk Kur nav īpaša noteikuma, klienta karte: gold: naudas atmaksa 44 dienu laikā, nevis 14 "
            "dienu laikā Kur nav īpaša noteikuma, klienta karte: gold: apmaiņa 60 dienu laikā, nevis 30 dienu "
            "laikā"
        ),
    ),
    "only": Edit(
        OLD,
        OLD + '[[also]]\nwhen = { receipt = ["no", "gift"] }\nonly = ["exchange", "store-credit"]\n',
        (
            "Stricter Where no special rule holds, with a gift receipt or without proof of purchase: no money "
            "back any more (was within 14 days) Kinder Where no special rule holds, with a gift receipt or "
            "without proof of purchase: store credit within 14 days (new)"
        ),
        (
            "Stingrāk Kur nav īpaša noteikuma, ar dāvanas čeku vai bez pirkuma apliecinājuma: vairs nav: naudas "
            "atmaksa (bija 14 dienu laikā) Labvēlīgāk Kur nav īpaša noteikuma, ar dāvanas čeku vai bez pirkuma "
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
