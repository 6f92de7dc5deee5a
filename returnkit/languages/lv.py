"""Latviešu valoda. Teikumus pircējam saka pārdevējs: mierīgi, laipni, par to, kas ir iespējams."""

from datetime import date

from returnkit.languages import grouped

MONTHS = (
    "janvāris", "februāris", "marts", "aprīlis", "maijs", "jūnijs",
    "jūlijs", "augusts", "septembris", "oktobris", "novembris", "decembris",
)  # fmt: skip
MONTHS_DATIVE = (
    "janvārim", "februārim", "martam", "aprīlim", "maijam", "jūnijam",
    "jūlijam", "augustam", "septembrim", "oktobrim", "novembrim", "decembrim",
)  # fmt: skip
MONTHS_GENITIVE = (
    "janvāra", "februāra", "marta", "aprīļa", "maija", "jūnija",
    "jūlija", "augusta", "septembra", "oktobra", "novembra", "decembra",
)  # fmt: skip
SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$"}
TEN, TWENTY, HUNDRED = 10, 20, 100


def plural(n: int) -> str:
    """Return the CLDR plural class of a whole number: zero for 0, 10 to 20, 30 …; one for 1, 21 …; else other."""
    if n % TEN == 0 or TEN < n % HUNDRED < TWENTY:
        return "zero"
    return "one" if n % TEN == 1 else "other"


def day(ordinal: int) -> str:
    """Return `2026. gada 5. marts`."""
    when = date.fromordinal(ordinal)
    return f"{when.year}. gada {when.day}. {MONTHS[when.month - 1]}"


def until(ordinal: int) -> str:
    """Return `līdz 2026. gada 5. martam`."""
    when = date.fromordinal(ordinal)
    return f"līdz {when.year}. gada {when.day}. {MONTHS_DATIVE[when.month - 1]}"


def since(ordinal: int) -> str:
    """Return `no 2026. gada 5. marta`."""
    when = date.fromordinal(ordinal)
    return f"no {when.year}. gada {when.day}. {MONTHS_GENITIVE[when.month - 1]}"


def money(minor: int, digits: int, currency: str) -> str:
    """Return `49,90 €`."""
    return f"{grouped(minor, digits, ',', chr(0xA0))}\xa0{SYMBOLS.get(currency, currency)}"


MESSAGES: dict[str, str | dict[str, str]] = {
    "list.or": " vai ",
    "list.and": " un ",
    "decimal.point": ",",
    "percent": "{number}\xa0%",
    # atbilde
    "answer.yes": "Jā",
    "answer.no": "Nē",
    "answer.manager": "Izlemj {who}",
    "answer.ask": "Viens jautājums",
    # ko pircējs var, pēc "varat"
    "do.refund": "saņemt atpakaļ naudu",
    "do.refund.amount": "saņemt atpakaļ {amount}",
    "do.exchange": "apmainīt to pret citu preci",
    "do.replacement": "saņemt tādu pašu jaunu preci",
    "do.repair": "nodot to bezmaksas remontam",
    "do.store-credit": "saņemt dāvanu karti",
    "do.store-credit.amount": "saņemt dāvanu karti {amount} vērtībā",
    "do.price-reduction": "paturēt to par zemāku cenu",
    # tas pats kā lietvārdi
    "remedy.refund": "naudas atmaksa",
    "remedy.exchange": "apmaiņa",
    "remedy.replacement": "tāda pati jauna prece",
    "remedy.repair": "bezmaksas remonts",
    "remedy.store-credit": "dāvanu karte",
    "remedy.price-reduction": "cenas samazinājums",
    # atbildot uz atgriešanu
    "say.yes": "Protams, varat {options}.",
    "say.exception": "Labprāt izdarīšu Jums izņēmumu: varat {options}.",
    "say.manager": "Vienu mirkli, lūdzu: to var izlemt {who}, tūlīt pajautāšu.",
    "say.was-open": "Šim pirkumam termiņš bija šāds: {remedies}.",
    "say.was-open.one": "{remedy} {until}",
    "say.opens": "Jau {since} varēsiet {options}.",
    "say.fee": "No summas jau ir atskaitīta apstrādes maksa {amount}.",
    "say.lowest-price": "Summu rēķinām pēc preces pēdējā laika zemākās cenas.",
    "say.nothing": "Pēc iegādes šī prece paliek Jums.",
    "say.condition.unopened": "Šo preci varētu pieņemt atpakaļ tikai neatvērtā iepakojumā.",
    "say.condition.resaleable": "Preci varam pieņemt atpakaļ, ja tā ir kā jauna, lai arī nākamais pircējs saņemtu jaunu preci.",
    "say.condition.worn": "Preci varam pieņemt atpakaļ arī lietotu, ja tā nav bojāta.",
    "say.with-receipt": "Uzrādot {proof}, varat {options}.",
    "say.if-faulty": "Ja ar preci kaut kas nav kārtībā, lūdzu, pasakiet mums: tad varat {options}.",
    "say.sorry": "Ļoti žēl, ka prece nederēja. Vai drīkstu palīdzēt atrast piemērotāku?",
    "say.sorry.faulty": "Man ļoti žēl, ka prece Jūs pievīla.",
    "say.instead": "Varu piedāvāt citu risinājumu: varat {options}.",
    "proof.required": "čeku vai dāvanas čeku",
    "proof.any-proof": "čeku vai citu pirkuma apliecinājumu, piemēram, konta izrakstu",
    "proof.not-needed": "čeku",
    # pārdodot
    "sell.mind": "Ja pārdomāsiet: {options}.",
    "sell.option": "{remedy} {time}",
    "sell.nothing": "Lūdzu, ņemiet vērā, ka šo preci pēc iegādes nevaram pieņemt atpakaļ.",
    "sell.faulty": "Ja ar preci kaut kas nav kārtībā: {options}.",
    "sell.fee": "No atmaksājamās summas tiek atskaitīta apstrādes maksa {fee}.",
    "sell.unopened": "Tas attiecas tikai uz neatvērtu iepakojumu.",
    "sell.opened": "Ja iepakojums ir atvērts: {options}.",
    "sell.opened.fee": "Ja iepakojums atvērts, no atmaksājamās summas tiek atskaitīta apstrādes maksa {fee}.",
    "at-least": "vismaz {until}",
    "sell.keep.required": "Lūdzu, saglabājiet čeku.",
    "sell.keep.any-proof": "Lūdzu, saglabājiet čeku vai citu pirkuma apliecinājumu.",
    "sell.keep.not-needed": "",
    "sell.state.unopened": "Lūdzu, atnesiet preci neatvērtā iepakojumā.",
    "sell.state.resaleable": "Lūdzu, atnesiet preci nelietotu un nebojātu.",
    "sell.state.worn": "",
    "sell.state.any": "",
    # termiņi
    "within.days": {"zero": "{n} dienu laikā", "one": "{n} dienas laikā", "other": "{n} dienu laikā"},
    "within.months": {"zero": "{n} mēnešu laikā", "one": "{n} mēneša laikā", "other": "{n} mēnešu laikā"},
    "within.years": {"zero": "{n} gadu laikā", "one": "{n} gada laikā", "other": "{n} gadu laikā"},
    "within.today": "tajā pašā dienā",
    "within.always": "jebkurā laikā",
    "within.between": "no {first}. līdz {last}. dienai",
    "within.between-months": "no {first}. līdz {last}. mēnesim",
    "after.days": {"zero": "pēc {n} dienām", "one": "pēc {n} dienas", "other": "pēc {n} dienām"},
    "after.months": {"zero": "pēc {n} mēnešiem", "one": "pēc {n} mēneša", "other": "pēc {n} mēnešiem"},
    "after.years": {"zero": "pēc {n} gadiem", "one": "pēc {n} gada", "other": "pēc {n} gadiem"},
    "span.days": {"zero": "{n} dienu", "one": "{n} diena", "other": "{n} dienas"},
    "span.months": {"zero": "{n} mēnešu", "one": "{n} mēnesis", "other": "{n} mēneši"},
    "span.years": {"zero": "{n} gadu", "one": "{n} gads", "other": "{n} gadi"},
    "counts-from.purchase": "skaitot no pirkuma dienas",
    "counts-from.delivery": "skaitot no piegādes dienas",
    "counts-from.last-item": "skaitot no pasūtījuma pēdējās preces saņemšanas dienas",
    "if-closed.next-open-day": "Ja pēdējā dienā veikals ir slēgts, pagarinām termiņu līdz nākamajai dienai, kad esam atvērti.",
    "if-closed.next-working-day": "Ja pēdējā diena ir brīvdiena vai svētku diena, pagarinām termiņu līdz nākamajai darba dienai.",
    # noteikumi, kā tos lasa pircējs
    "receipt.term.required": "Lūdzu, paņemiet līdzi čeku vai dāvanas čeku.",
    "receipt.term.any-proof": "Lūdzu, paņemiet līdzi čeku vai citu pirkuma apliecinājumu, piemēram, konta izrakstu.",
    "receipt.term.not-needed": "Čeks nav vajadzīgs.",
    "condition.term.unopened": "Pieņemam preci neatvērtā iepakojumā.",
    "condition.term.resaleable": "Pieņemam nelietotu un nebojātu preci; atvērt iepakojumu un apskatīt drīkst.",
    "condition.term.worn": "Pieņemam arī lietotu preci, ja tā nav bojāta.",
    "condition.term.any": "Pieņemam preci jebkādā stāvoklī.",
    "way.store": "Atnesot uz veikalu: {cost}.",
    "way.mail": "Sūtot pa pastu: {cost}.",
    "way.pick-up": "Ja atbraucam pakaļ: {cost}.",
    "cost.free": "bez maksas",
    "cost.customer": "sūtīšanas izdevumus sedzat Jūs",
    "refund-to.original": "Naudu atmaksājam tādā pašā veidā, kādā tika maksāts.",
    "refund-to.cash": "Naudu atmaksājam skaidrā naudā.",
    "value.lowest-price": "Summu rēķinām pēc preces pēdējā laika zemākās cenas.",
    "fee.charged": "No atmaksājamās naudas vai dāvanu kartes vērtības tiek atskaitīta apstrādes maksa {fee}.",
    "extra": "visiem termiņiem klāt nāk {span}",
    "only": "tikai {remedies}",
    "approval": "vispirms tam piekrīt {role}.",
    "season": "Pirkts {since} {until}{conditions}: termiņš vismaz {last}.",
    "except": "ja vien nav {conditions}",
    "show.title": "Preču atgriešana un apmaiņa",
    "show.since": "Pirkumiem {since}.",
    "show.between": "Pirkumiem {since} {until}.",
    "show.order": "Ja atbilst vairāki no turpmākajiem īpašajiem gadījumiem, spēkā ir pirmais no tiem.",
    "show.general": "Vispārīgie noteikumi",
    "show.nothing": "Atpakaļ nepieņemam un nemainām.",
    "show.also": "Papildu noteikumi",
    "show.seasons": "Garāki termiņi īpašos periodos",
    "show.offer": "{remedy} {window}",
    # nosacījumi vārdos
    "when.sku": "artikuls {names}",
    "when.category": "{names}",
    "when.tag": "{names}",
    "when.channel": "pirkums {names}",
    "when.reason": "{names}",
    "when.condition": "{names}",
    "when.receipt": "{names}",
    "when.member": "klienta karte: {names}",
    "when.paid-with": "maksāšanas veids: {names}",
    "when.seller": "pārdevējs: {names}",
    "when.country": "piegādes valsts: {names}",
    "when.price": "cena {names}",
    "when.quantity": "gabalu skaits {names}",
    "when.bought": "pirkts {since} {until}",
    "range.from": "no {low}",
    "range.under": "zem {high}",
    "range.between": "no {low}, bet zem {high}",
    "channel.store": "veikalā",
    "channel.online": "internetā",
    "channel.phone": "pa tālruni",
    "channel.doorstep": "pie mājas durvīm",
    "condition.unopened": "neatvērtā iepakojumā",
    "condition.opened": "atvērtā iepakojumā",
    "condition.resaleable": "bez lietošanas pēdām",
    "condition.worn": "ar lietošanas pēdām",
    "condition.damaged": "ar bojājumiem",
    "receipt.yes": "ar čeku",
    "receipt.gift": "ar dāvanas čeku",
    "receipt.other-proof": "ar citu pirkuma apliecinājumu",
    "receipt.no": "bez pirkuma apliecinājuma",
    "reason.faulty": "prece ar defektu",
    "reason.wrong-item": "saņemta cita prece",
    "reason.not-as-described": "aprakstam neatbilstoša prece",
    "reason.changed-mind": "pārdomāja",
    "reason.wrong-size": "neder izmērs",
    "reason.unwanted-gift": "nederīga dāvana",
    "reason.not-said": "iemesls nav minēts",
    # viss, ko noteikumi nenosauc
    "member.none": "nav",
    "sku.another": "cits",
    "category.another": "cita",
    "reason.another": "cits",
    "paid-with.another": "citā veidā",
    "seller.another": "cits",
    "country.another": "cita",
    # fakti
    "fact.sku": "artikuls",
    "fact.category": "preču grupa",
    "fact.tag": "pazīme",
    "fact.price": "cena",
    "fact.quantity": "gabalu skaits",
    "fact.bought": "pirkuma diena",
    "fact.delivered": "piegādes diena",
    "fact.channel": "kur pirkts",
    "fact.reason": "iemesls",
    "fact.condition": "stāvoklis",
    "fact.receipt": "čeks",
    "fact.member": "klienta karte",
    "fact.paid-with": "maksāšanas veids",
    "fact.seller": "pārdevējs",
    "fact.country": "piegādes valsts",
    "fact.on": "atgriešanas diena",
    "fact.role": "kas izlemj",
    "fact.within": "pagājis ne vairāk kā",
    "fact.after": "pagājis vairāk nekā",
    # jautājumi, vienreiz
    "ask.receipt": "Vai Jums ir čeks vai cits pirkuma apliecinājums?",
    "ask.bought": "Kad prece pirkta?",
    "ask.delivered": "Kad preci saņēmāt?",
    "ask.channel": "Vai prece pirkta šeit, veikalā, vai internetā?",
    "ask.seller": "Kas preci pārdeva?",
    "ask.paid-with": "Kā par pirkumu tika maksāts?",
    "ask.price": "Cik maksāja viens gabals?",
    "ask.sku": "Kura prece tā ir?",
    "ask.category": "Kāda veida prece tā ir?",
    "ask.condition": "Vai drīkstu apskatīt: vai iepakojums ir atvērts, vai prece ir lietota?",
    "ask.reason": "Vai drīkstu jautāt, kāds ir iemesls?",
    "ask.member": "Vai Jums ir klienta karte?",
    "ask.country": "Uz kuru valsti prece tika piegādāta?",
    "ask.option": "atbildiet ar {option}",
    "lead.exception": "izņēmuma kārtā",
    "lead.ask": "vēl viens jautājums",
    # paskaidrojums
    "explain.decides": "nosaka atbildi",
    "explain.applies": "attiecas",
    "explain.not": "neattiecas",
    "explain.not-one": "nevis {names}",
    "explain.change": "{fact}: {values} → {options}",
    "explain.change.role": "Ja izlemj {values} → {options}",
    "explain.change.on": "{values} → {options}",
    "receipt.want.required": "čeks vai dāvanas čeks",
    "receipt.want.any-proof": "jebkāds pirkuma apliecinājums",
    "receipt.want.not-needed": "nav vajadzīgs",
    "condition.want.unopened": "neatvērtā iepakojumā",
    "condition.want.resaleable": "bez lietošanas pēdām un bojājumiem",
    "condition.want.worn": "bez bojājumiem",
    "condition.want.any": "jebkāds",
    "explain.rule": "Noteikums {id}",
    "explain.terms": "Vispārīgie noteikumi",
    "explain.also": "Papildu noteikums {id}",
    "explain.season": "Sezona {id}",
    "explain.unknown": "nav zināms, neko nemaina",
    "explain.here": "šeit: {value}",
    "explain.none": "nav",
    "explain.always": "jebkurā laikā",
    "explain.offer-nothing": "atgriešana nav paredzēta",
    "explain.yes-if": "Kas dotu atbildi “jā”",
    "explain.never": "Atbildi “jā” nedotu neviena atsevišķa izmaiņa.",
    "explain.by-day": "atgriešana pieteikta {until}",
    "explain.from-day": "atgriešana pieteikta {since}",
    "explain.policy": "Noteikumi: {file} (pirkumiem {since}), {hash}",
    # lomas, ja veikalā ir parastās
    "role.staff": "darbinieki",
    "role.manager": "vadītājs",
    "role.owner": "īpašnieks",
    # a return in the books
    "slip.open": "spēkā {until}",
    "slip.together": "Kopā {amount}",
    "slip.taken": "Apmainīts pret: {pieces} × {sku}",
    "slip.difference.more": "Pircējs piemaksā {amount}.",
    "slip.difference.less": "Pircējs papildus saņem atpakaļ {amount}.",
    "slip.difference.even": "Nekas nav jāpiemaksā.",
    "slip.voided": "{id} vairs netiek skaitīts.",
    "slip.voided-by": "Anulēts ar {id}: {because}",
    "slip.refused": "Atteikts; nekas nav atmaksāts.",
    # complaints
    "state.open": "atvērta",
    "state.acknowledged": "apstiprināta",
    "state.resolved": "atrisināta",
    "state.closed": "slēgta",
    "event.opened": "saņemta",
    "event.acknowledged": "apstiprināta",
    "event.noted": "piezīme",
    "event.resolved": "atrisināta",
    "event.closed": "slēgta",
    "event.reopened": "atvērta no jauna",
    "case.now": "Tagad {state}.",
    "case.next": "Iespējams tālāk: {verbs}",
    "case.elsewhere": "Kontaktinformācija neglabājas šeit.",
    "case.skipped": "Netiek ņemts vērā, jo cita kase bija pirmā:",
}
