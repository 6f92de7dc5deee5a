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


def money(minor: int, digits: int, currency: str) -> str:
    """Return `49,90 €`."""
    return f"{grouped(minor, digits, ',', chr(0xA0))}\xa0{SYMBOLS.get(currency, currency)}"


MESSAGES: dict[str, str | dict[str, str]] = {
    "language": "Latviešu",
    "list.or": " vai ",
    "list.and": " un ",
    # atbilde
    "answer.yes": "Jā",
    "answer.no": "Nē",
    "answer.manager": "Jautājiet: {who}",
    "answer.ask": "Viens jautājums",
    # ko pircējs var, pēc "varat"
    "do.refund": "saņemt atpakaļ naudu",
    "do.refund.amount": "saņemt atpakaļ {amount}",
    "do.exchange": "apmainīt to pret citu preci",
    "do.replacement": "saņemt tādu pašu jaunu preci",
    "do.repair": "nodot to bezmaksas remontam",
    "do.store-credit": "saņemt dāvanu karti",
    "do.store-credit.amount": "saņemt dāvanu karti par {amount}",
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
    "say.exception": "Jums labprāt izdarīsim izņēmumu: varat {options}.",
    "say.manager": "Vienu mirkli, lūdzu: tūlīt pajautāšu, to var izlemt {who}.",
    "say.was-open": "Termiņš bija šāds: {remedies}.",
    "say.was-open.one": "{remedy} {until}",
    "say.opens": "Varēsiet {options}, sākot no šīs dienas: {day}.",
    "say.fee": "Apstrādes maksa {amount} jau ir atskaitīta.",
    "say.fee.percent": "Tiek atskaitīta apstrādes maksa {percent} %.",
    "say.fee.unknown": "Tiek atskaitīta apstrādes maksa.",
    "say.lowest-price": "Bez pilna pirkuma apliecinājuma rēķinām pēc zemākās cenas.",
    "say.nothing": "Šī prece pēc pirkuma paliek pie Jums.",
    "say.condition.unopened": "Šo preci varam pieņemt tikai neatvērtu.",
    "say.condition.resaleable": "Varam to pieņemt kā jaunu, lai arī nākamais pircējs saņem jaunu preci.",
    "say.condition.worn": "Varam to pieņemt lietotu, bet ne bojātu.",
    "say.with-receipt": "Uzrādot {proof}, varat {options}.",
    "say.if-faulty": "Ja precei kas nav kārtībā, sakiet mums: tad varat {options}.",
    "say.sorry": "Ļoti žēl, ka prece nederēja. Vai drīkstu palīdzēt atrast piemērotāku?",
    "proof.required": "čeku vai dāvanas čeku",
    "proof.any-proof": "čeku vai citu pirkuma apliecinājumu, piemēram, konta izrakstu",
    # pārdodot
    "sell.mind": "Ja pārdomājat: {options}.",
    "sell.option": "{remedy} {time}",
    "sell.nothing": "Lūdzu, ņemiet vērā, ka šo preci pēc pirkuma atpakaļ nepieņemam.",
    "sell.faulty": "Ja precei kas nav kārtībā: {options}.",
    "sell.fee": "Tiek atskaitīta apstrādes maksa {fee}.",
    "sell.keep.required": "Lūdzu, saglabājiet čeku.",
    "sell.keep.any-proof": "Lūdzu, saglabājiet čeku vai citu pirkuma apliecinājumu.",
    "sell.keep.not-needed": "",
    "sell.state.unopened": "Lūdzu, atnesiet to neatvērtu.",
    "sell.state.resaleable": "Lūdzu, atnesiet to kā jaunu.",
    "sell.state.worn": "",
    "sell.state.any": "",
    # termiņi
    "within.days": {"zero": "{n} dienu laikā", "one": "{n} dienas laikā", "other": "{n} dienu laikā"},
    "within.months": {"zero": "{n} mēnešu laikā", "one": "{n} mēneša laikā", "other": "{n} mēnešu laikā"},
    "within.years": {"zero": "{n} gadu laikā", "one": "{n} gada laikā", "other": "{n} gadu laikā"},
    "within.today": "tajā pašā dienā",
    "within.always": "jebkurā laikā",
    "within.between": "no {first}. līdz {last}. dienai",
    "span.days": {"zero": "{n} dienu", "one": "{n} diena", "other": "{n} dienas"},
    "span.months": {"zero": "{n} mēnešu", "one": "{n} mēnesis", "other": "{n} mēneši"},
    "span.years": {"zero": "{n} gadu", "one": "{n} gads", "other": "{n} gadi"},
    "counts-from.purchase": "skaitot no pirkuma dienas",
    "counts-from.delivery": "skaitot no piegādes dienas",
    "counts-from.last-item": "skaitot no pasūtījuma pēdējās preces saņemšanas dienas",
    "if-closed.as-it-is": "",
    "if-closed.next-open-day": "Ja pēdējā dienā veikals ir slēgts, der nākamā darba diena veikalā.",
    "if-closed.next-working-day": "Ja pēdējā diena ir brīvdiena vai svētku diena, der nākamā darba diena.",
    # noteikumi, kā tos lasa pircējs
    "receipt.term.required": "Lūdzu, paņemiet līdzi čeku vai dāvanas čeku.",
    "receipt.term.any-proof": "Lūdzu, paņemiet līdzi čeku vai citu pirkuma apliecinājumu, piemēram, konta izrakstu.",
    "receipt.term.not-needed": "Čeks nav vajadzīgs.",
    "condition.term.unopened": "Pieņemam neatvērtu preci.",
    "condition.term.resaleable": "Pieņemam preci kā jaunu; atvērt kasti un apskatīt drīkst.",
    "condition.term.worn": "Pieņemam arī lietotu, bet ne bojātu preci.",
    "condition.term.any": "Pieņemam preci jebkādā stāvoklī.",
    "way.store": "Veikalā: {cost}.",
    "way.mail": "Pa pastu: {cost}.",
    "way.pick-up": "Atbrauksim pakaļ: {cost}.",
    "cost.free": "bez maksas",
    "cost.customer": "sūtīšanu apmaksā pircējs",
    "refund-to.original": "Naudu atmaksājam tāpat, kā tika maksāts.",
    "refund-to.cash": "Naudu atmaksājam skaidrā naudā.",
    "value.lowest-price": "Rēķinām pēc pēdējā laika zemākās cenas.",
    "fee.charged": "No naudas vai dāvanu kartes summas tiek atskaitīta apstrādes maksa {fee}.",
    "extra": "viss termiņš garāks: {span}",
    "only": "tikai {remedies}",
    "approval": "Vispirms piekrīt {role}.",
    "season": "Pirkts laikā {first} – {last}{conditions}: vismaz {until}.",
    "except": "izņemot: {conditions}",
    "show.title": "Preču atgriešana un apmaiņa",
    "show.since": "Pirkumiem, sākot no šīs dienas: {day}.",
    "show.general": "Vispārīgi",
    "show.nothing": "Atpakaļ nepieņemam un nemainām.",
    "show.also": "Visos gadījumos",
    "show.seasons": "Ilgāk īpašos laikos",
    "show.offer": "{remedy} {window}",
    # nosacījumi vārdos
    "when.sku": "artikuls {names}",
    "when.category": "{names}",
    "when.tag": "{names}",
    "when.channel": "{names}",
    "when.reason": "{names}",
    "when.condition": "{names}",
    "when.receipt": "{names}",
    "when.member": "klienti ar karti: {names}",
    "when.paid-with": "maksāts ar: {names}",
    "when.seller": "pārdevējs: {names}",
    "when.country": "piegādāts uz: {names}",
    "when.price": "cena {names}",
    "when.quantity": "gabalu skaits: {names}",
    "when.bought": "pirkts laikā {first} – {last}",
    "when.within": "termiņā: {span}",
    "when.after": "vēlāk nekā: {span}",
    "range.from": "no {low}",
    "range.under": "zem {high}",
    "range.between": "no {low}, zem {high}",
    "channel.store": "pirkts veikalā",
    "channel.online": "pirkts internetā",
    "channel.phone": "pirkts pa tālruni",
    "channel.doorstep": "pirkts pie durvīm",
    "condition.unopened": "neatvērta",
    "condition.opened": "atvērta",
    "condition.resaleable": "kā jauna",
    "condition.worn": "lietota",
    "condition.damaged": "bojāta",
    "receipt.yes": "ar čeku",
    "receipt.gift": "ar dāvanas čeku",
    "receipt.other-proof": "ar citu pirkuma apliecinājumu",
    "receipt.no": "bez pirkuma apliecinājuma",
    "reason.faulty": "bojāta prece",
    "reason.wrong-item": "cita prece nekā pasūtīta",
    "reason.not-as-described": "neatbilst aprakstam",
    "reason.changed-mind": "pārdomāja",
    "reason.wrong-size": "neder izmērs",
    "reason.unwanted-gift": "nederīga dāvana",
    "reason.not-said": "iemesls nav minēts",
    "way-name.store": "uz veikalu",
    "way-name.mail": "pa pastu",
    "way-name.pick-up": "ar izbraukumu",
    # fakti
    "fact.sku": "artikuls",
    "fact.category": "preču grupa",
    "fact.tag": "pazīme",
    "fact.price": "cena",
    "fact.lowest-price": "zemākā cena",
    "fact.quantity": "gabali",
    "fact.bought": "pirkts",
    "fact.delivered": "piegādāts",
    "fact.channel": "kur pirkts",
    "fact.reason": "iemesls",
    "fact.condition": "stāvoklis",
    "fact.receipt": "čeks",
    "fact.member": "klienta karte",
    "fact.paid-with": "maksāts ar",
    "fact.seller": "pārdevējs",
    "fact.country": "valsts",
    "fact.on": "lūgts",
    "fact.role": "loma",
    "fact.within": "termiņā",
    "fact.after": "vēlāk nekā",
    # jautājumi, vienreiz
    "ask.receipt": "Vai Jums ir čeks vai cits pirkuma apliecinājums?",
    "ask.bought": "Kad tas pirkts?",
    "ask.delivered": "Kad preci saņēmāt?",
    "ask.channel": "Vai tas pirkts šeit veikalā vai internetā?",
    "ask.seller": "Kas preci pārdeva?",
    "ask.paid-with": "Kā par to maksāja?",
    "ask.price": "Cik maksāja viens gabals?",
    "ask.sku": "Kura prece tā ir?",
    "ask.category": "Kāda veida prece tā ir?",
    "ask.condition": "Vai drīkstu apskatīt: tā ir neatvērta, atvērta vai lietota?",
    "ask.reason": "Vai drīkstu jautāt, kāds ir iemesls?",
    "ask.member": "Vai Jums ir klienta karte?",
    "ask.country": "Uz kuru valsti prece tika piegādāta?",
    "ask.option": "atbildiet ar {option}",
    "lead.ask": "vēl viens jautājums",
    # paskaidrojums
    "explain.decides": "izlemj",
    "explain.applies": "ir spēkā",
    "explain.not": "nav spēkā",
    "explain.not-one": "nav: {names}",
    "explain.change": "{fact}: {values} → {options}",
    "explain.change.role": "Ja izlemj {values} → {options}",
    "explain.change.on": "{values} → {options}",
    "receipt.want.required": "čeks vai dāvanas čeks",
    "receipt.want.any-proof": "jebkāds pirkuma apliecinājums",
    "receipt.want.not-needed": "nav vajadzīgs",
    "condition.want.unopened": "neatvērta",
    "condition.want.resaleable": "kā jauna vai labāka",
    "condition.want.worn": "lietota vai labāka",
    "condition.want.any": "jebkāds",
    "explain.rule": "Noteikums {id}",
    "explain.terms": "Vispārīgie noteikumi",
    "explain.also": "Papildu noteikums {id}",
    "explain.season": "Sezona {id}",
    "explain.unknown": "nav zināms, neko nemaina",
    "explain.here": "šeit: {value}",
    "explain.none": "nav",
    "explain.always": "iespējams jebkurā laikā",
    "explain.offer-nothing": "nekas netiek piedāvāts",
    "explain.discretion": "Pāri noteikumiem: {role} drīkst atlaist {waived}.",
    "explain.yes-if": "Atbilde būtu jā",
    "explain.never": "Neviena atsevišķa izmaiņa nedotu atbildi jā.",
    "explain.by-day": "lūgts {day}",
    "explain.from-day": "lūgts, sākot no šīs dienas: {day}",
    "explain.policy": "Noteikumi: {file}, pirkumiem no šīs dienas: {day}, {hash}",
    "waiver.late": "termiņu",
    "waiver.receipt": "čeku",
    "waiver.condition": "preces stāvokli",
    # lomas, ja veikalā ir parastās
    "role.staff": "darbinieki",
    "role.manager": "vadītājs",
    "role.owner": "īpašnieks",
    # tabulas ailes
    "column.remedy": "risinājums",
    "column.until": "līdz",
    "column.amount": "summa",
}
