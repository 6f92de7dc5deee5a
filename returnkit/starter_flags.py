"""The first words by which a new shop knows a serious complaint, and what must be done then.

They are the `[flags.*]` tables of policies/complaints.toml: text with comments, because it is meant to be read and changed by the
owner. A law is named only where it is known for the country, and it is never advice.
"""

import json
from collections.abc import Sequence
from textwrap import wrap
from typing import NamedTuple

from returnkit.model.union import EUROPEAN_UNION

WIDTH = 120


class _Clock(NamedTuple):
    """What holds in a part of the world: the law, the time that is left, and a remark for the owner beside either."""

    law: str = ""
    within: str = ""
    about_law: str = ""
    about_time: str = ""


class _Flag(NamedTuple):
    """A serious matter: the words that point to it and what to do, by language, and what holds where.

    `clocks` are by part of the world: EU, GB, US, or empty for all others. Where it has none, the shop has no such flag.
    """

    name: str
    about: str
    words: dict[str, str]
    duty: dict[str, str]
    clocks: dict[str, _Clock]


_CHECK = "check this with somebody who knows"
_AT_ONCE = "the law says at once"
_OURS = "our own time"
_REFUND = "for the refund, once we are told"
_EVERYWHERE = ("EU", "GB", "US", "")
_NO_LAW = dict.fromkeys(_EVERYWHERE, _Clock())

# The three ways to say no to advertising: three flags where the law has three clocks, else one.
_MAIL = {
    "en": "unsubscrib*, stop emailing, stop mailing, stop sending me, no more emails, off your list, off your mailing list, "
    "from your mailing list, spam*, opted out, opt out, unwanted marketing, unwanted email*",
    "lv": "atrakstīties, atrakstiet mani, izņem* mani no, no jaunumiem, nesūtiet, vairs nesūt*, beidziet sūtīt, mēstul*, "
    "nevēlos saņemt, nevēlos reklām*",
}
_CALL = {
    "en": "stop calling, stop phoning, do not call me, dont call me, do not call list, no more calls, keep* calling me, "
    "calling me every, unwanted call*, cold call*, robocall*, telemarket*, after i asked not to, asked you not to",
    "lv": "nezvaniet, beidziet zvan*, pārtrauciet zvan*, uzmācīg* zvan*, nevēlam* zvan*, zvan* katru dienu, telemārketing*",
}
_TEXT = {
    "en": "stop texting, no more texts, unwanted text*, texts from you, text messages from you, replied stop, texted stop",
    "lv": "reklāmas sms, reklāmas īsziņ*, nesūtiet sms, nevēlos sms",
}


_FLAGS = (
    _Flag(
        "safety",
        "somebody was hurt, or could be",
        {
            "en": "injur*, burn* my, burned me, cut * finger*, cut * hand*, got hurt, was hurt, was bleeding, caught fire, "
            "fire hazard, smoke came, started smoking, exploded, overheat*, electric shock*, electrocut*, choking, "
            "choked on, swallowed a, allergic reaction*, allergen*, a rash, hospital, unsafe, dangerous*, hazard*, "
            "toxic, poison*, been recalled, sharp edge*, piece of glass, made me sick",
            "lv": "apdeg*, apdedzin*, ievainoj*, savainoj*, traum*, sagriez* pirkst*, sagriez* roku, aizrij*, nosmak*, "
            "aizdeg*, uzsprāg*, eksplod*, pārkars*, strāvas trieci*, alerģisk* reakcij*, sākās alerģij*, izsitum*, "
            "saindē*, slimnīc*, bīstam*, nedroš*, asiņo*, stikla lausk*",
        },
        {
            "en": "Ask whether the customer is well, take it off the shelf at once, and report it where the law asks for it.",
            "lv": "Apjautājieties, kā pircējs jūtas, tūlīt izņemiet preci no plaukta un ziņojiet, ja to prasa likums.",
        },
        {
            "EU": _Clock("Regulation (EU) 2023/988", "24 hours", _CHECK, "the law says without undue delay"),
            "GB": _Clock("", "24 hours", "", _OURS),
            "US": _Clock("Consumer Product Safety Act, section 15(b)", "24 hours", _CHECK),
            "": _Clock("", "24 hours", "", _OURS),
        },
    ),
    _Flag(
        "false-advertising",
        "not what we said it was, or not the price that we showed",
        {
            "en": "as advertised, was advertised, advertised as, false* advertis*, mislead*, misled, misrepresent*, "
            "inaccurate*, deceptive*, is described as, was described as, not as described, not as pictured, "
            "not as shown, different than pictured, picture online, not like the pic*, not like the photo*, "
            "not like photo*, nothing like, not the one in the, the description, the listing, nowhere does it, "
            "bait and switch, counterfeit*, is fake, is a fake, not genuine, fake discount*, higher price at the, "
            "price on the shelf",
            "lv": "maldin*, neatbilst aprakst*, neatbilst reklām*, neatbilst attēl*, neatbilst bild*, nepaties* reklām*, "
            "nekā attēlā, nekā bildē, nav tād* kā bild*, nav tād* kā attēl*, aprakstā bija, viltojum*, "
            "viltus atlaid*, cen* plauktā, cena kasē, kasē dārgāk, cit* cen* kasē, kasē cit* cen*",
        },
        {
            "en": "Look at what the customer saw (text, picture, price), put it right today, and honour what was shown.",
            "lv": "Apskatiet to, ko redzēja pircējs (tekstu, attēlu, cenu), šodien izlabojiet un turiet, kas solīts.",
        },
        {
            "EU": _Clock("Directive 2005/29/EC"),
            "GB": _Clock("Digital Markets, Competition and Consumers Act 2024"),
            "US": _Clock("FTC Act, section 5"),
            "": _Clock(),
        },
    ),
    _Flag(
        "fake-review",
        "somebody was asked to take back a bad review, or paid for a good one",
        {
            "en": "delete my review, remove my review, change my review, take down my review, fake review*, paid "
            "review*, for a good review, for a positive review, for a 5 star review",
            "lv": "dzēst atsauksm*, izdzēst atsauksm*, noņemt atsauksm*, viltus atsauksm*, par labu atsauksm*, par "
            "pozitīv* atsauksm*",
        },
        {
            "en": "Ask nobody to take back a review, give nothing for a good one, and answer it in public, kindly.",
            "lv": "Nelūdziet dzēst atsauksmi, neko nedodiet par labu un atbildiet publiski un laipni.",
        },
        _NO_LAW | {"US": _Clock("16 CFR 465; Consumer Review Fairness Act of 2016")},
    ),
    _Flag(
        "email-optout",
        "no more mail from us",
        _MAIL,
        {
            "en": "Take the address off every list, and confirm it once.",
            "lv": "Izņemiet adresi no visiem sarakstiem un vienreiz to apstipriniet.",
        },
        {"US": _Clock("CAN-SPAM Act, 15 USC 7701", "10 working days")},
    ),
    _Flag(
        "call-optout",
        "no more calls from us",
        _CALL,
        {
            "en": "Put the number on our own do-not-call list, for good.",
            "lv": "Ierakstiet numuru to sarakstā, kuriem vairs nekad nezvanām.",
        },
        {"US": _Clock("16 CFR 310", "24 hours", "", _AT_ONCE)},
    ),
    _Flag(
        "sms-optout",
        "no more text messages from us",
        _TEXT,
        {
            "en": "Send this number no more text messages.",
            "lv": "Uz šo numuru īsziņas vairs nesūtiet.",
        },
        {"US": _Clock("Telephone Consumer Protection Act", "10 working days", _CHECK)},
    ),
    _Flag(
        "marketing-objection",
        "no more mail, calls or text messages from us",
        {code: ", ".join(each[code] for each in (_MAIL, _CALL, _TEXT)) for code in _MAIL},
        {
            "en": "Stop all advertising to this person, by whichever way, and confirm it once.",
            "lv": "Pārtrauciet jebkādu reklāmu šim cilvēkam un vienreiz to apstipriniet.",
        },
        {
            "EU": _Clock("GDPR Art. 21(2)-(3); Directive 2002/58/EC Art. 13", "24 hours", "", _AT_ONCE),
            "GB": _Clock("", "24 hours", "", _OURS),
            "": _Clock("", "24 hours", "", _OURS),
        },
    ),
    _Flag(
        "late-order",
        "ordered long ago, and still not there",
        {
            "en": "never arrived, order never came, parcel never came, not arrived, hasnt arrived, didnt arrive, "
            "not been delivered, never received my, not received my, still waiting for my, where is my order, "
            "where is my parcel, weeks late, months late, waited * months, waiting * months, over a month ago",
            "lv": "pasūtījum* nav, pasūtījumu neesmu, sūtījum* nav, nesaņēmu pasūt*, nesaņēmu prec*, neesmu saņēm* pasūt*, "
            "neesmu saņēm* prec*, nav piegādāt*, nav atnāk*, nav pienāk*, nav atnāc*, nav pienāc*, sūtījum* vēl nav, "
            "pasūtījum* vēl nav, gaidu jau mēnes*, kur ir mans pasūt*, "
            "kur ir mana paka, piegād* kavē*",
        },
        {
            "en": "Say today when it comes; after 30 days offer the money back.",
            "lv": "Šodien pasakiet, kad pasūtījums būs; pēc 30 dienām piedāvājiet atmaksu.",
        },
        _NO_LAW
        | {
            "EU": _Clock("Directive 2011/83/EU Art. 18"),
            "US": _Clock("16 CFR 435", "7 working days", "", _REFUND),
        },
    ),
    _Flag(
        "withdrawal-refused",
        "bought at a distance, and we would not take it back",
        {
            "en": "within 14 days, 14 day return*, right of withdrawal, right to withdraw, cooling off period, "
            "refus* to refund, refus* a refund, refus* me a refund, refus* my return, refused to take it, "
            "refused to take the, wont refund, would not refund, said no refund*, wont take it back, "
            "would not take it back",
            "lv": "14 dienu laikā, atteikuma tiesīb*, atteikties no pirkum*, atteikties no līgum*, atteic* atmaks*, "
            "atsak* atmaks*, atsak* pieņemt, atteic* pieņemt, neatmaks*, neatdod* naud*, nepieņem* atpakaļ",
        },
        {
            "en": "If it was bought on line, by phone or at the door, and came in the last 14 days, take it back: a clock runs.",
            "lv": "Ja pirkts internetā, pa tālruni vai pie durvīm un saņemts pēdējās 14 dienās, pieņemiet atpakaļ: termiņš rit.",
        },
        {
            "EU": _Clock("Directive 2011/83/EU Art. 9-16", "14 days", "", _REFUND),
            "GB": _Clock("Consumer Contracts Regulations 2013, 29-38", "14 days", "", "for the refund, once the goods are back"),
        },
    ),
    _Flag(
        "door-to-door",
        "bought at home or at a fair",
        {
            "en": "door to door, came to my door, knocked on my door, salesman came, salesman at my, sold to me at "
            "home, at the fair, trade fair, home demonstration",
            "lv": "pieklauvē*, durvju tirdzniec*, pārdev* pie durvīm, pārdev* mājās, gadatirg*, nopirk* izstādē",
        },
        {
            "en": "It can be cancelled without a reason: look at the day of the purchase, and give the money back in time.",
            "lv": "No šāda pirkuma var atteikties bez iemesla: apskatiet tā dienu un laikus atmaksājiet naudu.",
        },
        {
            "EU": _Clock("Directive 2011/83/EU Art. 9-16", "14 days", "", _REFUND),
            "GB": _Clock(),
            "US": _Clock("16 CFR 429", "10 working days", "", _REFUND),
        },
    ),
    _Flag(
        "chargeback",
        "the bank is asked to take the money back",
        {
            "en": "chargeback*, charge back, disput* the charge, disput* the payment, disput* it with, "
            "disput* with my bank, contacted my bank, told my bank, credit card company, card issuer, fraud, "
            "fraudulent*, scam*, unauthori*, identity theft",
            "lv": "krāp*, apkrāp*, apstrīd* maksājum*, apstrīd* darījum*, apstrīd* bankā, manai bankai, caur banku, neautorizēt*",
        },
        {
            "en": "Keep receipt, messages and proof of delivery together, and answer the bank before its date.",
            "lv": "Saglabājiet čeku, saraksti un piegādes apliecinājumu un atbildiet bankai līdz tās noteiktajai dienai.",
        },
        dict.fromkeys(_EVERYWHERE, _Clock(about_law="how long you have stands in your contract about card payments")),
    ),
    _Flag(
        "regulator-or-lawyer",
        "an authority, a court or a lawyer is named",
        {
            "en": "lawyer*, attorney*, solicitor*, sue you, suing, threat* to sue, going to sue, will sue, sued, "
            "lawsuit*, legal action, you to court, go* to court, small claims, ombudsman, trading standards, "
            "consumer protection, bbb, better business bureau, ptac, ttja, dirh, report you",
            "lv": "patērētāju tiesību aizsardz*, advokāt*, jurist*, vērs* tiesā, sūdz* tiesā, iesnieg* tiesā, "
            "tiksimies tiesā, tiesas ceļā, prasīb* tiesā, tiesāties, tiesāšos, inspekcij*, tiesībsarg*",
        },
        {
            "en": "The owner answers, on the same day; nobody else writes or says anything about it.",
            "lv": "Tajā pašā dienā atbild īpašnieks; neviens cits par to neko neraksta un nesaka.",
        },
        dict.fromkeys(_EVERYWHERE, _Clock("", "24 hours", "", _OURS)),
    ),
    _Flag(
        "privacy",
        "what we know about somebody",
        {
            "en": "delete my data, delete my account, erase my data, personal data, my personal information, "
            "copy of my data, what data you, how did you get my, data protection, gdpr, my privacy",
            "lv": "personas dat*, manus datus, mani dati, manu kontu, datu aizsardz*, vdar, privātum*",
        },
        {
            "en": "Make sure who asks, give or delete what we know about them, and answer in writing.",
            "lv": "Pārliecinieties, kas jautā, izsniedziet vai dzēsiet, ko par viņu zinām, un atbildiet rakstiski.",
        },
        _NO_LAW | {"EU": _Clock("GDPR Art. 12, 15 and 17", "1 month")},
    ),
    _Flag(
        "data-leak",
        "somebody else got to know it",
        {
            "en": "data breach, data leak, leaked my, hacked, someone elses order, someone elses data, another "
            "customers, shared my, improperly shared, gave my * to, to a third party, with third parties, without "
            "my consent, without consent, w/o consent",
            "lv": "datu noplūd*, dati noplūd*, cita klienta, cita pircēja, cita cilvēka, svešam cilvēkam, trešajām "
            "personām, bez manas piekrišanas, uzlauz*",
        },
        {
            "en": "Stop the leak, write down what got out and about whom, and tell the authority if the law asks for it.",
            "lv": "Apturiet noplūdi, pierakstiet, kas un par ko ir noplūdis, un ziņojiet iestādei, ja to prasa likums.",
        },
        _NO_LAW | {"EU": _Clock("GDPR Art. 33", "72 hours")},
    ),
    _Flag(
        "discrimination",
        "treated worse for who they are",
        {
            "en": "discriminated, discrimination, racis*, racial*, sexis*, homophob*, because of my skin, "
            "because of my age, because of my religion, because of my disab*, my disability, i am disabled, "
            "im disabled, wheelchair*, refused to serve",
            "lv": "diskrimin*, rasis*, seksis*, homofob*, ādas krās*, tautīb*, vecuma dēļ, dzimuma dēļ, invaliditāt*, "
            "ratiņkrēsl*, atteicās apkalpot",
        },
        {
            "en": "Listen without defending anybody, apologise, and talk with all who were there on the same day.",
            "lv": "Uzklausiet, nevienu neaizstāvot, atvainojieties un tajā pašā dienā runājiet ar klātesošajiem.",
        },
        _NO_LAW,
    ),
    _Flag(
        "minor-or-restricted",
        "sold to somebody too young",
        {
            "en": "underage, sold to a minor, to minors, sold alcohol to, sold cigarettes to, sold * to a child, "
            "sold * to my son, sold * to my daughter, never asked for id, no id check",
            "lv": "nepilngadīg*, mazgadīg*, pārdev* alkohol*, pārdev* cigaret*, nepārbaud* vecum*",
        },
        {
            "en": "Find out what was sold to whom and who was at the till, and go through the rules with all staff.",
            "lv": "Noskaidrojiet, kas kam pārdots un kas bija pie kases, un pārrunājiet noteikumus ar visiem.",
        },
        _NO_LAW,
    ),
)

_INTRODUCTION = """# Which words of a complaint point to a serious one, what must be done then, and by when. What is found is a
# suspicion: you say whether it is so. A word that ends in * stands for every word that begins so, a * alone for any
# one word; capitals, accents, apostrophes and hyphens make no difference. Add your own words: better a phrase than a
# word that people use for other things, too. Each is the owner's business unless you say otherwise (role = "manager").
# Within so many hours, days or months, closed days included, or "10 working days". A law is named so that you can look
# it up. This is not legal advice.
"""


def flags_text(country: str, languages: Sequence[str] = ("en", "lv")) -> str:
    """Return the `[flags.*]` tables of a new shop in a country (ISO 3166-1 alpha-2): words, duties, laws and times.

    Duties are in those of `languages` that are known here, else in English; words are in English, too: many customers use it.
    """
    part = "EU" if country in EUROPEAN_UNION else country if country in {"GB", "US"} else ""
    spoken = [code for code in ("en", "lv") if code in languages] or ["en"]
    unknown = [code for code in languages if code not in ("en", "lv")]
    missing = (
        f"# There are no words in {' and '.join(unknown)} yet: write your own, as words.{unknown[0]} = [...].\n"
        if unknown
        else ""
    )
    return _INTRODUCTION + missing + "".join(_table(flag, flag.clocks[part], spoken) for flag in _FLAGS if part in flag.clocks)


def _table(flag: _Flag, clock: _Clock, spoken: Sequence[str]) -> str:
    words = "\n".join(_words(code, listed) for code, listed in flag.words.items() if code == "en" or code in spoken)
    duty = "\n".join(f"duty.{code} = {_quoted(flag.duty[code])}" for code in spoken)
    text = f"\n[flags.{flag.name}]  # {flag.about}\n{words}\n{duty}\n"
    if clock.law:
        text += f"law = {_quoted(clock.law)}{_remark(clock.about_law)}\n"
    elif clock.about_law:
        text += f"# {clock.about_law}\n"
    within, about = (clock.within, clock.about_time) if clock.within else ("24 hours", _OURS)
    text += f'within = "{within}"{_remark(about)}\n'
    return text


def _words(code: str, listed: str) -> str:
    """Return the words of one language, on one line or, wrapped, on several."""
    words = ", ".join(f"'{word}'" for word in listed.split(", "))  # in single quotes: read in two thirds of the time
    line = f"words.{code} = [{words}]"
    if len(line) <= WIDTH:
        return line
    # A line is broken between phrases, not within one.
    lines = wrap(words.replace(" ", "\0").replace(",\0", ", "), WIDTH - len("  "), break_on_hyphens=False)
    return f"words.{code} = [\n" + "".join(f"  {each}\n" for each in lines).replace("\0", " ") + "]"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _remark(text: str) -> str:
    return f"  # {text}" if text else ""
