"""How a new shop speaks with its customers: the text of its policies/phrases.toml, by language.

It is text with comments, because it is meant to be read and changed by the owner. A shop without such a file is served by this.
"""

from collections.abc import Sequence

LANGUAGES = ("en", "lv")


def phrases_text(languages: Sequence[str] = LANGUAGES) -> str:
    """Return policies/phrases.toml in those of the languages that are known here; English is always there, as a stand-in."""
    spoken = [code for code in LANGUAGES if code == "en" or code in languages]
    parts = [
        (_INTRODUCTION, _SAME), ("\n[skip]\n", _SKIP), ("\n[when]\n", _WHEN), ("", _PHRASES), (_REPLIES, _REPLY),
    ]  # fmt: skip
    return "".join(head + "".join(texts[code] for code in spoken) for head, texts in parts)


_INTRODUCTION = r"""# How we speak with customers: what not to say, what to say instead and why, and the drafts of our replies.
# `returnkit phrases check FILE` marks it in any text; `returnkit complaint reply ID` drafts a reply.
# A word that ends in * stands for every word that begins so, a * alone for any one word, a … for up to three words or
# none, this/that for either word, a # for a number; capitals, accents, apostrophes and hyphens make no difference. It is
# all right where something of `unless` stands in the same sentence. What is a promise (promise = true) is all right where
# the same sentence says by when, in words of [when] or as a date or a time of day. A text is read as it stands, and once
# more with the first word of a line of [same] for the others and without the words of [skip]: so 'we cannot help' finds
# "I really can't help", too. Add your own; what you take out is no longer marked.
schema = 1

[same]
"""
_REPLIES = r"""
# A reply is put together from these, by how the complaint stands. In braces stands what is filled in: {shop} in all of them;
# what else, stands beside. `sorry` is by category or flag, and other for the rest: admit the trouble, and blame nobody.
"""

_SAME = {
    "en": """en = [
  'we = i', 'our = my', 'us = me', 'ours = mine', 'ourselves = myself', 'are = am', "we are = im = we're",
  'we have = ive = weve', "we will = i'll = we'll = we shall", "we would = i'd = we'd", 'you are = youre',
  'you have = youve', 'you will = youll', 'you would = youd', 'they are = theyre', 'he is = hes', 'she is = shes',
  "it is = it's", 'that is = thats', 'there is = theres', 'here is = heres', 'what is = whats', 'who is = whos',
  'where is = wheres', 'how is = hows', 'do not = dont', 'does not = doesnt', 'did not = didnt', 'is not = isnt',
  'are not = arent = aint', 'was not = wasnt', 'were not = werent', 'has not = hasnt', 'have not = havent',
  'had not = hadnt', 'will not = wont', 'would not = wouldnt', 'should not = shouldnt', 'could not = couldnt',
  'cannot = cant = can not = am unable to = are unable to = is unable to',
  'cannot = am not able to = are not able to = is not able to = not in a position to',
  'cannot = will not be able to = wont be able to', 'should have = shouldve = ought to have',
  'could have = couldve = might have',
  'have to = must = need to = got to = have got to = are required to = are obliged to',
  'has to = needs to = is required to', 'nobody = no one = noone = not a single person', 'somebody = someone',
  'anybody = anyone', 'everybody = everyone', 'told = said = explained = mentioned = informed = stated',
  'call = ring = phone = telephone', 'refund = money back = reimburse = reimbursement', 'refunds = refunded = refunding',
  'exchange = swap', 'manager = boss = owner = supervisor = management = director',
  'courier = carrier = driver = post office = postal service',
  'courier = delivery company = delivery firm = delivery service = shipping company',
  'supplier = manufacturer = maker = factory = wholesaler = producer = distributor', 'shop = store = branch',
  'problem = issue', 'customer = client = shopper', 'customers = clients = shoppers',
  'computer = system = software = till = cash register', 'email = e-mail = mail', 'perhaps = maybe',
  'sorry = apologise = apologize', 'clear = clearly', 'fault = mistake', 'colleague = coworker = co-worker',
  'website = web site = webshop = web shop = web page = homepage'
]
""",
    "lv": """lv = [
  'mēs = es', 'mums = man', 'mūsu = mans = mana = manā = manas', 'nevaram = nevaru = nespējam = nespēju', 'varam = varu',
  'nezinām = nezinu', 'nedrīkstam = nedrīkstu',
  'teicām = teicu = sacīju = sacījām = paskaidroju = paskaidrojām = minēju = minējām', 'jāsazinās = jāsazinas',
  'jums = tev', 'jūs = tu', 'kāds = kāda', 'piegādātājs = ražotājs', 'piegādātāja = ražotāja',
  'piegādātājam = ražotājam', 'piegādātāju = ražotāju'
]
""",
}

_SKIP = {
    "en": """en = [
  'really', 'just', 'simply', 'actually', 'quite', 'very', 'also', 'even', 'still', 'already', 'ever', 'please',
  'kindly', 'sir', 'madam', "ma'am", 'certainly', 'definitely', 'absolutely', 'perfectly', 'totally', 'completely',
  'literally', 'basically', 'honestly', 'truly', 'merely', 'obviously', 'personally', 'afterwards', 'then', 'now'
]
""",
    "lv": """lv = [
  'taču', 'gan', 'gluži', 'vienkārši', 'tiešām', 'patiešām', 'pilnīgi', 'absolūti', 'vispār', 'nemaz', 'tomēr', 'ļoti',
  'tik', 'diemžēl', 'lūdzu', 'jau', 'nu'
]
""",
}

_WHEN = {
    "en": """en = [
  'today', 'tonight', 'tomorrow', 'this morning', 'this afternoon', 'this evening', 'monday*', 'tuesday*', 'wednesday*',
  'thursday*', 'friday*', 'saturday*', 'sunday*', 'january', 'february', 'march', 'april', 'by may', 'of may', 'may #',
  '# may', 'june', 'july', 'august', 'september', 'october', 'november', 'december', 'noon', 'midnight', 'oclock',
  'lunchtime', 'within the hour', 'within an hour', 'in an hour', 'half an hour', 'within a day', 'within a week',
  'in a minute', 'in a moment', 'the same day', 'that same day', 'end of the day', 'end of the week', 'straight away',
  'right away', 'at once', 'immediately', 'right now', 'while you wait',
  'in/within/by/before/at #', 'in/within one/two/three/four/five/six/seven/eight/nine/ten/eleven/twelve *',
  'by/before/at one/two/three/four/five/six/seven/eight/nine/ten/eleven/twelve'
]
""",
    "lv": """lv = [
  'šodien*', 'rīt', 'rītdien*', 'parīt', 'šovakar', 'šorīt', 'šopēcpusdien', 'pirmdien*', 'otrdien*', 'trešdien*',
  'ceturtdien*', 'piektdien*', 'sestdien*', 'svētdien*', 'plkst', 'pulksten', 'janvār*', 'februār*', 'marts', 'marta',
  'martam', 'martu', 'martā', 'aprīl*', 'līdz * maijam', 'jūnij*', 'jūlij*', 'august*', 'septembr*', 'oktobr*', 'novembr*',
  'decembr*', '# maij*', '# dien*', '# stund*', '# minū*', 'līdz #', 'līdz vieniem', 'līdz diviem', 'līdz trijiem',
  'līdz četriem', 'līdz pieciem', 'līdz sešiem', 'līdz septiņiem', 'līdz astoņiem', 'līdz deviņiem', 'līdz desmitiem',
  'līdz vienpadsmitiem', 'līdz divpadsmitiem', 'līdz pusdienlaikam', 'līdz vakaram', 'līdz dienas beigām', 'stundas laikā',
  'pusstundas laikā', 'minūtes laikā', 'dienas laikā', 'nedēļas laikā', 'divu stundu laikā', 'divu dienu laikā',
  'trīs stundu laikā', 'trīs dienu laikā', 'pēc stundas', 'pēc pusstundas', 'pēc minūtes', 'pēc divām', 'tūlīt',
  'nekavējoties', 'uzreiz', 'tajā pašā dienā', 'tai pašā dienā', 'tagad pat'
]
""",
}

_PHRASES = {
    "en": r"""
[[en]]  # The rules as an answer
not = [
  'company/shop/against policy', 'our policy/rules/procedures/rights', 'policy clear/is/that/to/on',
  'against the policy', 'not our practice/decision', 'these/those are the rules', 'the rules of the company',
  'rules are rules', 'that is the rule*/rule/way', 'not permitted to', 'head office says', 'head office will not',
  'corporate/law says', 'corporate will not', 'we do not make the rules', 'that is not how it works',
  'that is not how we', 'it is the law here', 'not up to us', 'the answer is no', 'we told no',
  'absolutely/certainly not', 'not a chance', 'no chance', 'forget it', 'rules do not', 'policy does not',
  'standard procedure', 'set a precedent', 'how things work', 'how it works here', 'how we do things', 'legally we',
  'are not obliged', 'not entitled/qualify/eligible/allowed', 'no right to', 'no longer eligible', 'not owe you',
  'owe you nothing/anything', 'that is not an option', 'is not how this works', 'orders from above', 'we only follow',
  'we have our instructions', 'under no circumstances', 'no longer an option', 'policies', 'only allowed',
  'no obligation to', 'the law does not', 'we do not have to', 'we are not required', 'rules for a reason',
  'rules apply to', 'same rules', 'same for everybody', 'applies to everybody', 'treat everybody the same',
  'that is how we do/have', 'always been that way', 'always done it', 'always been like', 'that is what it says',
  'that is what the/they/happens', 'what we were told', 'this is a business', 'run a business',
  'running a business/shop', 'store/shop/company/return/refund protocol/rules/procedure/regulations',
  'the rules say/state/are', 'policy … states/says/allows/requires',
  'head office/corporate … decides/controls/decided/handles', 'we do not make/set/decide the',
  'that is how it works/goes'
]
unless = [
  'our policy is simple', 'policy is kind', 'not allowed to ask', 'privacy policy', 'not how we want',
  'exception for you you can', 'gladly'
]
say = "What I can do for you is …"
why = "A rule is no answer to a person in trouble. Say what is possible, and do that."

[[en]]  # The small print
not = [
  'clear printed/told/states/posted/marked/says/written/visible/displayed', 'right on the receipt', 'posted at all/the',
  'says on the sign', 'read the sign/terms/label/receipt', 'it is on the sign', 'terms and conditions state/say',
  'it is in the terms', 'you agreed to', 'you accepted the terms', 'you signed', 'on your receipt', 'there is a sign',
  'see the sign', 'says right there/here', 'right here on', 'says/told so', 'your contract', 'black and white',
  'small/fine print', 'is quite clear', 'perfectly/it clear', 'very/are/is clear on', 'clear on this',
  'read what it says', 'refer you to', 'see/in our terms', 'clear you did not', 'it says on the', 'our terms and/say',
  'is/was written on the', 'terms are clear/quite', 'by buying', 'when you bought it you', 'by ordering you',
  'right there on/in', 'printed right', 'in your hand', 'it rang up', 'printed/says on … receipt',
  'printed/made … clear', 'the sign right/over/clear', 'plainly told/states',
  'read your contract/receipt/terms/invoice/warranty/guarantee', 'you ticked/accepted', 'sign … says', 'signs … say',
  'it is on your/the receipt/box/label/door/invoice', 'you … accepted the'
]
unless = [
  'let us make it clear', 'make it clear*', 'more/not clear', 'should have been clear', 'made it clear enough',
  'not made … clear'
]
say = "Let me go through it with you."
why = "Pointing at the small print says that it is the customer's own fault."

[[en]]  # Nothing can be done
not = [
  'nothing more we can do', 'nothing else we can do', 'nothing to be done', 'cannot help you/with', 'unable to help',
  'not able to help', 'cannot do anything', 'hands are tied', 'out of our hands/control', 'no can do',
  'beyond/outside our control', 'no way we/to', 'nobody here can', 'all/little we can do',
  'do not have the power*/authority', 'do not have any authority', 'not authorised/authorized', 'nothing we could',
  'anything more that can', 'not help you', 'help you any further', 'no other option', 'leaves us no',
  'not in our power', 'not within our power', 'outside of our control', 'what can we do about', 'what more do you want',
  'what else do you want', 'what would you have us', 'do our hands', 'have no influence', 'no power to', 'no authority',
  'there is little we', 'that is all there is', 'no further action/assistance', 'further assist', 'can/could/may only',
  'not able to do anything', 'cannot change it/that/the', 'nothing here', 'nothing for you', 'nothing in your',
  'there is no/not', 'nothing … we/you can do', 'nothing … can be done', 'nothing … could be done',
  'not … anything we/you can do', 'not … anything more', 'not much … can do', 'what do/did you want/expect us to do',
  'what are we meant/supposed to', 'there is nothing … can', 'how are we supposed/meant'
]
unless = [
  'all we can do for you', 'can only sorry/thank', 'is there nothing',
  'no charge/cost/need/hurry/fee/end/limit/rush/extra/doubt/excuse/waiting/trouble/difference', 'no catch/minimum',
  'no reason to worry', 'there is no longer any'
]
say = "Let me see what I can do: …"
why = "There is always something: ask a colleague, offer another way, or say when somebody can."

[[en]]  # Not my job
not = [
  'nothing to do with us', 'we only work here', 'we just work here', 'above our pay grade', 'do not deal with',
  'not responsible for', 'not who you should', 'we do not handle', 'not handled by/here', 'is/are handled by',
  'you want the other', 'you want customer service*/service', 'you will want customer service*/service', 'we work here',
  'do/does not pay us', 'not get paid/involved', 'not liable/accountable/our', 'accept no', 'no longer our',
  'before our time', 'was/were not here that', 'not here that day', 'somebody else does/handles', 'your responsibility',
  'not what we are here', 'not in our job', 'job description', 'that is not for us', 'not for us to', 'leave us out of',
  'wrong person', 'not dealt with here', 'we only do', 'up to you to', 'that is between', 'is between you and',
  'it is yours now', 'once it leaves', 'once it has left', 'once they leave', 'customer service* deals', 'is it our',
  'is that our', 'not what we do', 'your problem now', 'yours now do', 'not something we deal/handle',
  'not our department/area/team/desk/section', 'on their end/side', 'different/another/wrong department',
  'the other department/counter/desk'
]
unless = ['not our best/intention/way/idea/usual/standard/wish/aim', 'was our fault', 'why not our']
say = "I will take care of it: …"
why = "To the customer everybody here is the shop. Whoever is asked has it, until somebody else has taken it over."

[[en]]  # Whose fault
not = [
  'not our fault', 'was not us/we', 'couriers/carriers/suppliers/manufacturers/their fault',
  'fault of the courier/supplier', 'blame the/us/you', 'our colleague made/should/says/did', 'whoever served you',
  'whoever told you', 'whoever sold you', 'who told you that', 'our records show', 'according to our records',
  'we did nothing wrong', 'we did everything right', 'not done anything wrong',
  'customer/somebody/they/he/she have to have', 'happened afterwards', 'happened/not after you', 'happened at your',
  'happened in your', 'happened when you', 'was not like that when', 'it/everything was fine when',
  'they were fine when', 'was in perfect', 'not from here/us', 'not one of ours', 'is not ours', 'did not buy it here',
  'did not buy that here', 'have to have missed/happened', 'no way of knowing', 'no way to know',
  'courier/supplier does not', 'courier has it', 'with the courier', 'waiting on the supplier', 'supplier has not',
  'not we who', 'not us who', 'colleague should not', 'shop should not have', 'should not have told you',
  'should not have promised', 'left here in', 'proof of delivery', 'shows/marked/showing as delivered',
  'as far as we are concerned', 'no record of', 'have no record', 'confused us', 'us confused', 'confuse* us with',
  'late/delayed/happened/failed/broke because you', 'circumstances outside/beyond', 'on strike', 'holding things up',
  'holding us up', 'to/not be blamed', 'cannot be held', 'not of our making', 'through no fault', 'the last person',
  'in good condition when', 'in perfect condition', 'somebody else have to', 'were not at home', 'nobody was home',
  'it is you who', 'it was you who', 'put the blame', 'to blame', 'because of you', 'because you ordered during',
  'we have proof', 'have to have been damaged by', 'have to have been dropped', 'it left our', 'you/was signed for',
  'you were out', 'you were at home', 'we know what we', 'know our job', 'know better', 'been doing this',
  'we are the experts', 'pride ourselves', 'stand by our', 'our reputation/regulars', 'happy/satisfied customers',
  'our staff did', 'supplier … holding/stopped', 'according to the courier/supplier', 'told by the courier/supplier',
  'we did not sell/take/make/do/damage/break/serve/promise/order', 'left our warehouse/shop/store',
  'once the items/goods have left', 'due to … circumstances/demand', 'nobody … touched',
  'our staff would/never/always/are'
]
unless = [
  'not/nobody to blame', 'we are to blame', 'blame nobody', 'blame is ours', 'to blame ourselves',
  'we should know better', 'should have known better', 'not what our', 'fault'
]
say = "I am sorry, that was our mistake. This is what I will do now: …"
why = "Who is to blame is our business, the customer wants it put right."

[[en]]  # Sent away
not = [
  'contact the supplier/courier/bank', 'call the supplier/courier', 'have to call/contact/ask', 'have to speak to',
  'have to go to/through', 'contact/email/call head office', 'up with the/them/your', 'send it back to the',
  'take it back to the/where', 'you could always', 'ask whoever/somebody', 'whoever you spoke', 'the person you spoke',
  'whoever dealt', 'try the internet/other', 'have a look yourself', 'check with the', 'redirect you',
  'have a look at the back', 'somewhere at the back', 'take it to the', 'take that to the',
  'contact/call/ask/with your bank', 'with the bank', 'ask the supplier/courier/person', 'write to the supplier',
  'complain to the', 'take it up', 'take that up', 'take this up', 'go and ask', 'ask over there',
  'return it to the courier/supplier', 'speak to/with whoever', 'speak to/with somebody else',
  'speak to/with the supplier/courier'
]
unless = ['we have to', 'do not have to', 'we will ask/call/contact', 'we take it']
say = "I will ask them for you and call you by …"
why = "The customer bought it here. Whoever has to be asked, we ask."

[[en]]  # I do not know
not = [
  'we do not know', 'no idea/clue', 'do not ask us', 'your guess is as good', 'beats us', 'not sure what to tell you',
  'not sure about that', 'we would not know', 'not know anything about', 'could not say/tell',
  'cannot tell/remember/know', 'nobody told us', 'cannot be expected', 'not heard anything', 'first we hear',
  'first we have heard', 'news to us', 'do not recall', 'could not possibly know', 'dunno', 'have not got a clue',
  'not the faintest', 'cannot say when/if/why', 'we are no expert', 'not sure what you', 'not sure why you',
  'how would/should we know', 'no way of telling/verifying/checking'
]
unless = ['find out', 'we will ask', 'let us ask/look/check']
say = "Good question: let me find out."
why = "Nobody has to know everything, but finding out is our work, not the customer's."

[[en]]  # Nobody is there who may
not = [
  'manager will say the same', 'tell you exactly the same', 'only the manager can', 'when the manager is back',
  'manager is busy/gone/around/not/away/out/off/on', 'manager will not', 'manager does not', 'manager has left/gone',
  'in a meeting', 'on holiday', 'not/nobody in today', 'is off today/this', 'is away this', 'nobody else can',
  'left the company', 'no longer works/employed', 'no longer with us', 'person who dealt', 'need/needs a manager',
  'tell you the same', 'nobody is available', 'nobody available', 'nobody here who/to', 'wait for the manager',
  'wait for our manager', 'ask the manager tomorrow', 'no manager', 'not have the manager', 'manager around',
  'has gone home', 'gone/left for the day', 'not at our desk', 'out of office', 'out of the office',
  'manager says the same', 'get the manager', 'come in again when', 'only … may decide'
]
unless = ['we will/answer', 'we look after', 'let us', 'is here', 'so we']
say = "I will ask my manager and call you today before …"
why = "Nobody is sent away because somebody else decides: take it over, and say by when there is an answer."

[[en]]  # New here
not = [
  'we are new here', 'our first day/week', 'we just started', 'we are only the/a', 'we are just the/a',
  'we are a trainee/temp', 'only the weekend', 'only temporary/started', 'only part time', 'we are an apprentice',
  'not been here long', 'not worked here long'
]
say = "One moment, please: I will ask a colleague who knows."
why = "The customer cannot choose whom to ask. Get help at once."

[[en]]  # Calm down
not = [
  'calm down/yourself', 'please/just relax', 'relax sir/madam/maam', 'no have to shout/yell/get/raise/swear',
  'no have to be rude/so', 'no reason to be upset', 'no reason to get', 'lower/keep/raise/raising your voice',
  'overreact*', 'over reacting', 'being difficult/ridiculous/dramatic/rude/unfair/impolite', 'that is ridiculous',
  'chill out', 'need for that kind', 'no need for that/this', 'aggressive', 'hysterical', 'unreasonable',
  'be reasonable/realistic/sensible/civil/polite', 'your tone/language/attitude', 'that tone/attitude',
  'shout/shouting/yell/yelling at us', 'talk/speak to us like', 'do not shout/yell/swear/raise/be', 'do not take that',
  'settle/cool down', 'take a breath', 'deep breath', 'let us finish/not',
  'you are being/getting/making/upsetting/shouting', 'such a fuss/drama', 'interrupting', 'interrupt us',
  'pull/compose/behave yourself', 'control yourself/your', 'ease/lighten/worked up', 'tantrum', 'childish', 'exaggerat*',
  'rude about it', 'out of proportion', 'too sensitive', 'oversensitive', 'get over it', 'hostile', 'abusive',
  'be so rude', 'that/this kind of language', 'what are you so', 'see what you are so', 'so upset about',
  'so angry about', 'being so difficult', 'call somebody', 'not appreciate your/being', 'not have to listen/take',
  'not going to be shouted', 'being shouted at', 'being yelled at', 'stop it/that/being/doing/touching', 'watch your',
  'having a bad day', 'side of the bed', 'somebody is having',
  'stop shouting/yelling/interrupting/complaining/whining/arguing/calling/writing/emailing/asking/bothering/wasting',
  'do not get angry/upset/cross/emotional/clever/smart'
]
unless = ['if you do not', 'do not be afraid/shy', 'watch your step/parcel', 'control your order']
say = "I understand that this is annoying. Let us look at it together."
why = "Nobody ever became calm by being told to. Listening calms."

[[en]]  # You should have
not = [
  'you should have', 'you should not have', 'you could have', 'you were supposed to', 'should have bought',
  'should have told us', 'why have not you', 'if only you', 'had you read/kept/told/only/come/asked/checked/called',
  'perhaps you should', 'more careful', 'could have been avoided', 'if your party had', 'did you not', 'did not you',
  'you had plenty', 'you had enough time', 'you waited too long', 'too late now/to', 'it is too late',
  'in future please', 'in the future please', 'lesson learned/learnt', 'let that be a', 'bit late', 'little late now',
  'forced you', 'nobody made you', 'supposed to do', 'what did you think', 'what were you thinking', 'why did you',
  'why are you only', 'why would you', 'thought of that', 'think twice', 'ordered earlier/sooner', 'shopped around',
  'you have had plenty', 'happened to you if', 'avoided this', 'if you had/would/were', 'you chose to/it',
  'you decided to', 'your own choice/decision', 'it was your choice/decision', 'that was your choice/decision',
  'why have you', 'why were you', 'you have had it for/since', 'would not have happened', 'late to complain',
  'late for that', 'you were told/given', 'you have been told', 'you had been told', 'it was up to you',
  'nobody/who forced', 'nobody asked you', 'who told you to', 'you bought it on', 'you are supposed/late',
  'were supposed to be', 'next time', 'who gave you', 'who let you', 'are too late', 'you came too late',
  'should have come/looked/asked/read/kept/brought/told/checked/called/contacted/known/thought',
  'should have considered/measured/tried/ordered/noticed/seen/reported/chosen/listened/waited',
  'should not have bought/ordered/opened/used/washed/worn/left/thrown/waited', 'if you … had read', 'left it … late',
  'call us sooner/earlier', 'called us sooner/earlier', 'called sooner/earlier', 'contact us sooner/earlier',
  'contacted us sooner/earlier', 'brought it sooner/earlier', 'asked sooner/earlier',
  'next time you read/check/try/look/think', 'next time read/check/ask/order/look/try/bring/choose', 'you … knew'
]
unless = [
  'you should have received/your/the/it/a/had', 'you could have it/a/the/your/both', 'if your new/parcel/order',
  'if you would like/prefer/rather/want/love/be/tell/let/come/send/give/need/leave/care', 'did you not like',
  'we/it/parcel/order/delivery/that/this/which should have', 'should have been',
  'if you had a/any/rather/trouble/questions', 'if you were not/dis*/un*/overcharged/charged/sent/given',
  'you did not like', 'next time is/on/we', 'better next time', 'next time you visit/are', 'who gave you the wrong'
]
say = "Let us see how we put it right."
why = "What is past cannot be changed, and the customer knows. Say what happens now."

[[en]]  # The customer's mistake
not = [
  'you made a fault', 'you have made a fault', 'your fault/error/handling/negligence', 'you got it wrong',
  'you have got it wrong', 'you did it wrong', 'you are doing it wrong', 'you are wrong/mistaken/confus*/not',
  'you misunderstood/misread/forgot/neglected/broke/damaged/ruined/typed/failed/refused',
  'you ignored/caused/washed/overlooked/skipped/assumed/never/confused', 'did you not read', 'cannot you read',
  'you used it wrong', 'the wrong way', 'you ordered the wrong', 'you bought the wrong', 'you chose the wrong',
  'you picked the wrong', 'you entered the wrong', 'you gave us the wrong',
  'you have to have/accept/understand/realise/realize', 'user error', 'misused', 'misuse of',
  'improper/incorrect/wrong use', 'you were warned/aware', 'you have damaged/broken/confused/not',
  'you were not careful', 'you put the wrong', 'customer error/damage', 'mishandl*', 'misus*', 'negligen*', 'improper*',
  'used incorrectly/wrong*', 'used it wrong*', 'you do not understand/seem', 'not understand how', 'you fail to',
  'you brought this', 'you are getting confused', 'not our fault that you', 'please understand that',
  'understand that we', 'next time remember', 'you did not', 'looked after it', 'treated/handled it properly',
  'you got that wrong', 'you seem confused', 'you seem to have', 'you lost it', 'you wanted it', 'you dropped it',
  'you left it in/on/out', 'by/figured/assumed/assume/presume/because you', 'not how you use', 'wrong with you',
  'have to have confused', 'plugged it in wrong', 'you mixed up', 'you are the one who', 'we thought you',
  'happens when you', 'what you get', 'as for your', 'you wrote … wrong', 'you used … wrong', 'you entered … wrong',
  'not … meant to be used', 'your own fault/doing/risk',
  'perhaps you have/are/were/did/forgot/missed/misread/misheard/misunderstood/ordered/dropped',
  'it/that/this is your problem/fault/choice/own/decision/responsibility/opinion/business/job/duty'
]
unless = [
  'have to have been annoying/upsetting', 'have to have been a disappointment', 'you have to have been',
  'not your fault', 'was not your', 'you did not get/receive/like/have', 'you did not do anything',
  'you have not received/got/had/heard/done/lost', 'you never have/need/got/received', 'you are not at fault/home',
  'you are not to blame', 'you are not alone/happy/satisfied/charged/bound/sure', 'if/when/while you are not',
  'nothing/not wrong', 'chosen/preferred/paid/returned/kept/reported by you', 'by you today', 'why you',
  'that you never', 'that you did not', 'did you not', 'as you have not', 'sorry that',
  'because you bought/told/asked/waited/are/can/paid/were/returned/sent', 'because you have been',
  'this is your own/choice', 'your choice entirely', 'what you get for'
]
say = "Let us look at it together."
why = "Never point out the customer's mistake, even where it was one: you win the point and lose the customer."

[[en]]  # How lucky they are
not = [
  'you are lucky', 'lucky that/you/we', 'just be glad', 'be grateful/thankful', 'count/consider yourself',
  'you should be happy/glad', 'at least you/he/she/it/they/we', 'could have been worse', 'could be worse',
  'end of the world', 'big deal', 'not that bad/important', 'it is not so bad', 'not so serious',
  'only/just a small thing', 'as a favour to you', 'as a favor to you', 'for that price/money', 'at that price',
  'for what you paid', 'get what you pay for', 'all its worth', 'what did you expect', 'what do you expect',
  'worse things', 'not a disaster/catastrophe', 'nobody died', 'so cheap/dramatic', 'it is cheap/only',
  'on sale so/what', 'got it on sale', 'you got a discount', 'want for that/free', 'doing you a', 'will survive',
  'you will live', 'not the end', 'world will not end', 'look on the bright', 'bright side', 'silver lining',
  'first world', 'more than generous/fair', 'already done more', 'we have done everything', 'other shops would',
  'other shops do not', 'appreciate that we', 'appreciate what we', 'treasure it', 'luckily for you',
  'be glad we/you/it', 'be glad that it', 'as a courtesy', 'goodwill gesture', 'this is a courtesy', 'out of our way',
  'such a big', 'it was only', 'a mere', 'was cheap', 'cheap was it', 'for this money', 'you paid so little',
  'already on sale', 'already reduced', 'we have been more than', 'be happy we/you', 'be happy that it', 'how/got lucky',
  'only a scratch/toy/small/little/few/minor/tiny/cheap/bit', 'what do/did you expect/want for', 'been … kind to',
  'should be glad/happy/grateful/thankful', 'be grateful that/we/for', 'be thankful that/we/for'
]
unless = [
  'we are lucky', 'lucky to have', 'would/will be glad', 'be glad to', 'it is only fair/right/natural/the',
  'it was only right/possible', 'it is only a minute', 'if it is only', 'only that'
]
say = "I am sorry that it let you down."
why = "Never tell customers how lucky they are: it makes their trouble small."

[[en]]  # Nobody else complained
not = [
  'nobody else has/complain*/is/ever', 'nobody has ever', 'nobody ever complain*', 'nobody complain*/complains',
  'never had this problem', 'never had that problem', 'never had a problem/complaint',
  'never had any problem*/complaint*', 'never had complaints/anybody', 'the first to complain', 'first customer to',
  'the only person who', 'everybody else is/likes/can/has/manages/seems', 'never heard of that/such',
  'works fine for everybody', 'only one who/complaining/to', 'only customer', 'no other customer', 'none of the other',
  'other customers', 'other people manage', 'manages fine', 'been fine for', 'we have one at home', 'odd/funny that you',
  'the first person', 'first/only person to', 'first one to', 'you are the only/first', 'others manage',
  'never heard that/such', 'heard such a', 'like everybody else', 'none of our other', 'we have never had',
  'we never had', 'years and never', 'years we have never', 'in all our years', 'first … to complain', 'the first … who',
  'none of our … customers', 'other people … happy', 'never … such a', 'never … complaint*', 'years … never'
]
unless = ['that nobody else']
say = "Thank you for telling us: others may have had the same."
why = "The customer hears \"you are the problem\". Most of those who are disappointed never say so."

[[en]]  # As I already said
not = [
  'as we already', 'as we have told', 'we/have told you', 'we just told', 'as previously/told', 'how many times',
  'for the last time', 'we keep telling', 'we will not repeat', 'told you so/that/already/all/three/not/never',
  'told this to you', 'given you our answer', 'given you an answer', 'given you the answer', 'read it again',
  'previous correspondence', 'repeat/repeating ourselves', 'telling you again', 'again and again', 'over and over',
  'once and for all', 'per our', 'were/are you listening', 'listen to us', 'if you listened', 'if you had listened',
  'not read what/our', 'slowly/again for you', 'to you slowly', 'going round in circles', 'going in circles',
  'been/gone through this', 'been/gone/went over this', 'we went through', 'discussed this', 'had this conversation',
  'same answer', 'asked that already', 'asked us that', 'answered that/this', 'told all this', 'already told',
  'our last message/email/letter', 'our previous message/email', 'our earlier message', 'not hearing/listening',
  'times now', 'let us repeat', 'we/to repeat', 'had our answer', 'had your answer', 'never to call', 'as/like we told',
  'told you … times', 'our answer … same', 'read our … message/email/reply/letter/answer', 'previous message/email',
  'told … times'
]
unless = [
  'than/what/that we told', 'had told', 'told you wrong/otherwise', 'we told you a', 'we told you the wrong',
  'when/and we told you', 'we have told the', 'we told you that it', 'wrongly', 'by fault', 'we should have told',
  'not have told'
]
say = "Gladly once more: …"
why = "It says that the customer did not listen. Saying it again costs nothing."

[[en]]  # To be honest
not = [
  'to be perfectly', 'frankly', 'quite honestly', 'honestly speaking', 'to tell you the truth', 'with all due respect',
  'no offence/offense/disrespect', 'do not take this personally', 'not to be rude', 'be honest/frank',
  'let us face/clear', 'with respect', 'the fact is/remains', 'fact of the matter', 'the reality is',
  'in all honesty/fairness', 'between you and us', 'if we are honest', 'being honest', 'not being funny',
  'do not take it', 'do not mean to', 'do not want to be rude', 'you surely', 'fair enough', 'truth be',
  'be serious now'
]
say = "…"
why = "Leave it out: what follows is seldom kind, and was the rest not honest?"

[[en]]  # Empty apologies
not = [
  'any/the/this inconvenience', 'inconvenience/inconveniences caused', 'sorry/regret that you feel',
  'sorry about that but', 'mistakes/things/accidents happen', 'nobody is perfect', 'nobodys perfect', 'regret any',
  'if we offended', 'if anybody was', 'if you were offended', 'if it offended', 'such is life', 'that is how life',
  'please everybody', 'errare', 'bear with us', 'appreciate your patience', 'your understanding',
  'patience and understanding', 'patience in this', 'we are human', 'we are all human', 'to err is', 'sorry for any',
  'sorry about any', 'sorry you have that', 'have that impression/feeling', 'feel that way', 'feel this way',
  'sorry you see it', 'regret … you feel', 'sorry … if/disappointed', 'regret … if', 'sorry … you feel/think'
]
say = "I am sorry that the parcel came late and you waited in vain."
why = "Apologise for what happened, in its own words. \"If\" and \"any\" take it back."

[[en]]  # Sorry, but
not = [
  'sorry to say', 'we hear you but', 'we appreciate that but', 'we get that but', 'we get it but', 'we know but',
  'understand your frustration but/however', 'that is fine but', 'yes but', 'we would love to but',
  'we would like to but', 'we wish we could', 'all well and', 'having told that', 'that being told', 'but you',
  'and you did', 'well we', 'sorry … but/however', 'we understand … but', 'we see … point but', 'sorry * * * * * but',
  'sorry * * * * * * but', 'sorry * * * * * * * but', 'we would … but', 'we understand * * * * but', 'we get … but',
  'understand … but/however', 'appreciate … but/however', 'see … point but', 'regret/respect/agree … but',
  'would love to … but', 'want to help … but', 'and you want/expect'
]
unless = [
  'but we can/will/would', 'but what we can', 'but you can/may/will/choose/could/keep/get', 'but you need not',
  'but you do not', 'but you are welcome/right', 'but you have our', 'but you should not', 'but you still have'
]
say = "I am sorry. What I can do is …"
why = "Everything before \"but\" is not heard. Two sentences are kinder than one."

[[en]]  # Unfortunately
not = [
  'unfortunately', 'regrettably', 'we regret to/that', 'we are afraid', 'bad news', 'what a pity', 'pity that',
  'regret that we', 'regret we', 'to our regret', 'hate to say/tell', 'sorry/regret to inform',
  'have to inform/disappoint', 'unlucky', 'alas', 'it pains us', 'we wish we had', 'wish it was/were',
  'it is a shame that', 'that is too bad'
]
unless = ['but we can', 'what we can do', 'instead']
say = "What is possible is …"
why = "It announces a no. Begin with what is possible."

[[en]]  # It cannot be done
not = [
  'cannot', 'not possible/feasible/doable/willing/able', 'impossible',
  'not going to happen/give/pay/refund/replace/take', 'out of the question', 'we could not', 'turned down',
  'no longer possible', 'unwilling', 'we refuse', 'decline your', 'does not work like/that', 'do not work that',
  'not how that works', 'no we/sorry/sir/madam', 'sorry/under no', 'we are not going to', 'not be possible',
  'we would not', 'would not be', 'will not', 'unable', 'been declined/rejected/refused/denied',
  'was declined/rejected/refused/denied', 'is declined/rejected/refused/denied',
  'we have declined/rejected/refused/denied', 'we decline/reject/deny'
]
unless = [
  'but we can', 'what we can do', 'can offer', 'instead', 'if/why you cannot', 'cannot find it yet', 'cannot see it yet',
  'cannot wait to', 'we cannot thank', 'if we cannot', 'no we do not mind', 'so that it will not',
  'will not happen again', 'if it is not possible', 'would it not be', 'not able to come', 'if it is impossible',
  'will not be charged/long', 'you are not able', 'we were not able', 'cannot come back once', 'cannot be read',
  'will not cost/need/forget/keep/share', 'will not have to', 'wrong', 'will not take long', 'hear from us',
  'will not let you down', 'but you can/may', 'if that will not'
]
say = "What I can do for you is …"
why = "Say a no by what is possible: an exchange, a repair, store credit, somebody who may decide."

[[en]]  # No exceptions
not = [
  'no refund*/returns/exceptions/warranty/ifs/buts', 'not refundable/covered/defective/refunds/replacing',
  'non refundable', 'final sale', 'do not do refunds/returns/exchanges/that', 'do not give refunds',
  'do not offer refunds', 'do not take returns/back', 'cannot make an exception', 'do not make exceptions',
  'if we did it for', 'if we did that for everybody', 'if we made an exception', 'do not have to give you',
  'do not have to take', 'sold as seen/is', 'does not cover', 'voids the/your', 'void the', 'too long ago',
  'outside the return', 'outside of our', 'outside our', 'past your/the', 'it is expired', 'has expired/ended',
  'only accept/take/give/offer/covered/guaranteed/valid/within', 'only do exchanges', 'no cash back',
  'no longer covered', 'out of warranty/guarantee', 'not under warranty/guarantee', 'no guarantee on', 'never done that',
  'shop credit only', 'full stop', 'you bought it you', 'everybody who asks', 'lapsed', 'ended yesterday/last',
  'not a defect/fault', 'not our guarantee', 'we never', 'never did that', 'exception/exceptions for you',
  'cash refunds', 'be a full refund', 'refund opened', 'for everybody who', 'one for everybody', 'give everybody',
  'everybody would want/come', 'handing/hand out', 'not in the guarantee', 'not refund you', 'no full refund',
  'bought it you keep', 'is/are/was final', 'past it is', 'we do not owe', 'is what you get', 'you cannot have both',
  'this once', 'this one time', 'only this time', 'you owe us', 'you still owe', 'only if you', 'only when you',
  'only after you', 'unless you', 'not until you', 'past the … days',
  'do not refund/exchange/return/accept/replace/repair/take/offer/give',
  'exchanges/refunds/returns/cash/card/vouchers only', 'only … exchanges', 'only … shop credit', 'not … full refund',
  'never refund/do/give/take/accept/offer/exchange/replace', 'make an/any exception',
  'outside your guarantee/warranty/return', 'until you bring/send/pay/return/give/show'
]
unless = [
  'what we can do', 'but we can', 'we never want/ask/share/charge', 'past the shop/counter', 'never give up/away',
  'never take', 'gladly', 'unless you want/would/like/prefer/tell'
]
say = "Let me see which way is open to you."
why = "Staff have room of their own, and know who has more."

[[en]]  # A no without a way
not = [
  'we/they do not', 'we/they did not', 'we/they are not', 'we have none', 'we are out of', 'out of stock', 'sold out',
  'not in stock', 'not available/included', 'none left/of', 'there is none', 'there are none/no', 'you do not get',
  'you cannot get', 'is not part of', 'that/he/she is not', 'it is not our/a/that/the/for/like/in/on',
  'they/he/she will not', 'they cannot/never', 'he/she does not', 'not going to',
  'why/is/are/was/were/do/does/did/has/have/had/would/should/could/am not', 'nobody here/is/has/told/can/will',
  'nothing', 'never', 'no longer available/sell/make/have/stock/do/offer',
  'do not do/ask/call/start/tell/make/expect/think/blame/look/try/push/open/waste/argue',
  'do not complain/say/put/act/talk/speak/bring/leave/touch', 'he/she never', 'there was no', 'there were no',
  'there has no', 'there have no', 'we/they have/had no', 'no you/he/she/they/it/there/this/that'
]
unless = [
  'instead', 'let/reach us', 'we have ordered', 'do not mind/throw',
  'we did not mean/keep/reach/do/tell/look/call/meet/send/give/treat/take/notice/see/serve',
  'we did not pack/check/listen', 'not yet/only/arrived/your/everybody/known/told', 'sorry', 'that we did not',
  'that we do not', 'that we are not', 'that we were', 'we are not proud/satisfied', 'our fault', 'so that', 'but we',
  'again on/in', 'from monday', 'we do not expect/ask/keep/share', 'we do not sell your', 'that is not the experience',
  'is not how we', 'is not good enough', 'is not fair/enough/all/acceptable', 'is not our standard',
  'is not the standard/service', 'you do not', 'do not look any further', 'that they do not', 'when/that it is not',
  'is not a problem', 'why that is not', 'it is not the first', 'it does not', 'do not be afraid/shy', 'why they',
  'do not touch the', 'can', 'could', 'will', 'shall', 'may', 'would', 'please', 'need', 'have/has to', 'matter',
  'matters', 'whether', 'if', 'or not', 'yours', 'choose', 'chose', 'gladly', 'glad', 'happy', 'thank*', 'welcome',
  'free', 'should', 'problem with', 'no problem/reason/questions/end', 'you did nothing', 'you have done nothing',
  'trouble', 'hurry', 'cost', 'costs', 'charge', 'fee', 'extra', 'no longer than', 'no later than', 'nothing else/more',
  'better', 'worry', 'hesitate', 'question', 'wrong', 'guarantee', 'still', 'also', 'too', 'today', 'tomorrow',
  'understand', 'right', 'want', 'like', 'did not know', 'not know yet', 'more than', 'new', 'we/you were not',
  'we had not', 'which was not', 'reasons', 'asked', 'until', 'apply', 'applies', 'count', 'counts', 'closed',
  'held here', 'kept', 'missed', 'answer', 'answered', 'due', 'offered', 'left to pay', 'to say', 'damaged', 'back',
  'as described', 'used nor', 'customers who', 'never share/ask/give/sell/let', 'what/who is not'
]
say = "We do not have it here; what I can do is …"
why = "A no alone sends people away. Say in the same breath what is possible."

[[en]]  # Somebody else's trouble
not = [
  'courier says/told/claims/lost/confirmed/marked/who', 'courier/supplier did not', 'courier is to', 'courier has to',
  'courier delivered it to', 'supplier says/told/claims/confirmed/forgot/who', 'supplier let us', 'supplier no longer',
  'supplier is late/responsible', 'not us', 'depends/waiting on the', 'up to the supplier/courier',
  'waiting for the supplier/courier', 'waiting to hear from', 'in the hands of', 'somebody else', 'our colleague told',
  'the other shop', 'head office has not', 'head office did not', 'headquarters'
]
unless = [
  'our fault', 'that was our', 'sorry', 'we have asked', 'we asked/ask', 'we will ask', 'by', 'or/for somebody else',
  'so/and we', 'or to somebody'
]
say = "I have asked the courier, and I call you today before five."
why = "Who works for us speaks for us: the customer bought it here."

[[en]]  # Without a receipt
not = [
  'without a receipt we cannot', 'without the receipt we cannot', 'without a receipt there', 'without the receipt there',
  'where is your receipt', 'where is the receipt', 'lost the receipt', 'produce/lost your', 'no receipt/proof',
  'no box no', 'require/need/show/provide proof', 'proof/receipt is required', 'you lost the', 'keep your receipt next',
  'kept your receipt', 'original receipt/packaging/box', 'in the original', 'with all tags', 'all the labels',
  'the labels on', 'show us the/your receipt', 'need … receipt', 'have to have the/a/your receipt',
  'without a/the/your receipt'
]
unless = [
  'fine', 'no problem', 'all right', 'not need/needed', 'need not/no', 'no receipt is', 'even/also/or without',
  'in the original', 'receipt needed', 'if there is no', 'let us', 'anything else', 'possible'
]
say = "Do you have anything else that shows when it was bought? If not, let us see what is possible."
why = "Ask for what helps, and say what is possible without it."

[[en]]  # The system
not = [
  'computer cannot/says/only', 'computer/register will not', 'computer does not', 'computer is not/down',
  'computers are down', 'will not let/allow', 'does not let/allow', 'would not let', 'glitch',
  'technical problem*/difficult*/error', 'scanned everything', 'internet/website is down', 'website does',
  'cannot see it here', 'the computer does/will/shows', 'not in the computer', 'not let us do',
  'according to the computer', 'what the computer'
]
say = "I will write it down and do it by hand: …"
why = "The system is ours, and so is its trouble."

[[en]]  # Go somewhere else
not = [
  'business/shop/go/try/custom/service/look/purchase/buy/money/better/luck elsewhere', 'shop/go/try somewhere else',
  'buy/bought it somewhere else', 'if you do not like it', 'your loss/custom/budget/league', 'suit yourself',
  'do not come back/here', 'there is the door', 'not welcome here', 'no longer welcome', 'please leave', 'get out of',
  'do not need your business', 'do not want your business', 'or leave them/it', 'do you want it or',
  'do you want them or', 'are you going to buy', 'are you or are you not', 'make up your mind', 'going to buy that/it',
  'cannot afford', 'put it back', 'you break it you', 'not a charity/library', 'not a fast food', 'we are not a',
  'this is not a', 'hurry up', 'step aside', 'get in line', 'get to the back', 'not the right place', 'not the shop for',
  'welcome to leave/complain', 'at home next time', 'you can afford', 'nobody is forcing', 'nobody forces',
  'not forcing you', 'if that is not good', 'if this is not good', 'not good enough for you', 'need customers like',
  'stop coming', 'not to come back', 'show you the door', 'the door is', 'leave the shop', 'leave now', 'out of here',
  'move along', 'see if we care', 'time wast*', 'waste/wasting our', 'tyre kick*', 'cheaper online/somewhere/then',
  'luck with that', 'good luck with', 'go ahead and', 'free to take/go/leave/complain/shop', 'then do not', 'do not buy',
  'write whatever', 'write what you', 'complain to whoever', 'complain all you', 'complain as much',
  'perhaps this is not', 'is/are not for you', 'not a shop for', 'walk in', 'we can do without', 'do without customers',
  'lose you as', 'not lose sleep', 'will not miss you', 'one customer more/less', 'your business is not',
  'order something you', 'something cheaper', 'come back here', 'too expensive for', 'is expensive',
  'can get it cheaper', 'big enough for you', 'will not fit you', 'not your size',
  'feel free to complain/leave/shop/go/contact'
]
unless = ['walk in any', 'come back here any/and', 'do not come back to', 'free to choose', 'customers who']
say = "I would be glad if you stayed with us: what can I do?"
why = "To win a new customer is about five times as dear as to keep one."

[[en]]  # I do not believe you
not = [
  'do not lie to', 'not true', 'not what happened', 'do not believe', 'we doubt/bet', 'never told that/you',
  'did not say that', 'did not tell you that', 'that cannot be', 'cannot be right', 'you claim/allege*', 'allegedly',
  'supposedly', 'so you say/received/want/think/expect/did/bought/lost', 'that is what you say',
  'that is what they all say', 'you say that it', 'let us get this straight', 'your word against',
  'in/only your opinion', 'so you are saying', 'are you saying/accusing/calling', 'are you telling us',
  'what do you mean', 'you expect us to', 'do you really/expect/realise/realize/understand', 'not what you want/asked',
  'not what he wants', 'not what she wants', 'you did not order', 'everybody could say', 'everybody says/claims',
  'hard to believe', 'conveniently', 'funny/interesting how', 'after free', 'free stuff', 'something for free', 'alleg*',
  'so called', 'stole*', 'fraud*', 'scam*', 'trick us', 'lying', 'liar', 'making it up', 'make/made that up',
  'your story/version/accusations/allegations', 'we have evidence', 'checked the camera', 'on camera', 'accus*',
  'slander', 'libel', 'defam*', 'says who', 'told otherwise', 'our colleague remembers', 'never paid/bought/happened',
  'nobody told you', 'we would never', 'not sound like', 'unlikely', 'doubtful', 'how convenient',
  'convenient/strange/believe/evidence that', 'that is strange', 'suspicious', 'stealing', 'shoplift*',
  'you want your money/refund', 'want/wanted a free', 'want something for', 'not what our colleague/records',
  'that is not what', 'not the truth', 'nice story/try', 'good story/try', 'likely story', 'how do we',
  'how can we be sure', 'how should we believe/sure', 'to believe you', 'sure it came from', 'sure it is ours',
  'prove that/you', 'any evidence', 'courier says he', 'courier remembers', 'you have to be mistaken',
  'you have to have it', 'so you have to', 'so it arrived', 'so you got it', 'did not happen', 'happened to us',
  'trying to get/cheat/return', 'trying it on', 'take/taking advantage', 'abuse our', 'abusing', 'do you think this',
  'do you think it is', 'you think you/that/we', 'who told', 'do you have any idea', 'do you know how/what',
  'did you think', 'what makes you think', 'forgot/failed to mention', 'side of the story', 'for/set the record',
  'misleading', 'misrepresent*', 'your post is', 'your refund do not', 'only want', 'anybody could say/tell/claim',
  'anybody can say/tell/claim', 'how do we know/sure', 'how can we know/sure', 'how are we know/sure',
  'find it strange/odd/hard/difficult/funny', 'find that … unlikely/strange/odd/hard/difficult/funny',
  'sounds unlikely/strange/odd/suspicious', 'your review is/was/does'
]
unless = [
  'the truth is that we', 'we believe that', 'what do you think', 'let us know if you think', 'so that nobody is',
  'cannot be read'
]
say = "Please tell me what happened."
why = "Listen first. Those who want to cheat are few, and the others hear the doubt."

[[en]]  # Are you sure
not = [
  'did you drop/wash/even/actually/really/plug/turn/read/check/follow/try', 'did you get it wet', 'have you been using',
  'have you even/actually', 'prove it', 'can you prove', 'have to prove', 'is it really', 'plug it in', 'turn it on',
  'what did you do', 'what have you done', 'you did read', 'assume you did', 'you are sure/certain',
  'what were you doing', 'are you … sure/certain', 'you did … plug/turn/switch/charge',
  'have you … checked/tried/read/charged/cleaned/dropped', 'have you tried turning/reading/looking/plugging/switching'
]
unless = ['so/if/when you are sure', 'to make sure you are']
say = "May I have a look?"
why = "It sounds like an interrogation. Look yourself instead."

[[en]]  # Why, twice
not = [
  'but/so why', 'why exactly/then', 'why on earth', 'what is wrong with it', 'what exactly is wrong',
  'that is not a reason', 'not a good reason', 'not a valid reason', 'give us a reason', 'justify', 'why should we',
  'telling us this/that', 'tell us this', 'tell us that for', 'what was wrong with this', 'what makes you',
  'do you have a reason', 'explain yourself', 'explain to us', 'why do you', 'why are you', 'why is that our',
  'what is the real', 'what do you need it', 'what for'
]
say = "May I ask what the reason is? You need not say."
why = "Ask why, once, and take what is said."

[[en]]  # Data that nobody needs
not = [
  'some/photo id', 'id card/please/number', 'your passport/signature/id', 'date of birth', 'loyalty card/number',
  'are you a member of', 'need your call/email/address/full', 'what is your email/postcode', 'what is your call number',
  'zip code', 'sign up for our', 'join/install our', 'fill in the form', 'fill out this form', 'fill out the form',
  'fill out a form', 'fill in a form', 'complete this form', 'complete the form', 'put it in writing',
  'put that in writing', 'submit a request/ticket', 'open a ticket', 'create/need/without an account',
  'copy of your/the', 'utility bill', 'driving licence/license', 'courier licence', 'drivers license', 'social security',
  'need all your', 'fill in this', 'by letter only', 'by email only', 'proof of address', 'own cost/expense',
  'at the customers', 'complaints are only', 'online/website form', 'through/download the app', 'your full name',
  'name address', 'name and address', 'address and call', 'at your own', 'made/complaints/only in writing',
  'in writing only/within', 'send it by post', 'and send it by', 'an account for that', 'before we can even',
  'before we even', 'can even look', 'your bank details', 'signature here', 'have to see', 'at your cost/expense',
  'need your/his/her signature'
]
unless = ['if you like/want']
say = "If you leave us a number, we call you. You need not."
why = "Ask for nothing that this matter does not need."

[[en]]  # You must
not = [
  'expect/require/need you to', 'kindly ensure', 'follow procedure', 'compulsory', 'obligatory', 'we suggest you',
  'we suggest that you', 'may we suggest', 'we advise you', 'going to need', 'we require', 'you need a/an/the',
  'you will need a/an/the', 'we expect you', 'we ask you to', 'we would ask', 'we ask that', 'make sure you',
  'ensure you', 'ensure that you', 'you are expected to', 'you are requested/advised', 'you should', 'you had better',
  'you would better', 'you would be better', 'better check', 'if we were you', 'you might want to', 'you may want to',
  'it/that/this yourself', 'have/has to', 'you may/might/would/could/first/always have to'
]
unless = [
  'all/everything/anything/whatever/if/what/nothing you have to', 'you have to be/feel', 'you have to have been',
  'not/never have to', 'have to do nothing/is', 'you need a hand/moment/new', 'if you need/like/prefer',
  'whenever/do/anything you need', 'need not', 'you need the', 'you should receive/get/hear/see/feel',
  'you should be able', 'you should not have had', 'as you should', 'you should have your/the/it/had/received/been/got',
  'if you would like/rather', 'we have to do better', 'we have to thank/admit', 'today', 'tomorrow',
  'we have to say sorry', 'had to', 'who have to agree'
]
say = "The quickest way is …; may I do it for you?"
why = "An order makes people do the opposite. Ask, or do it yourself."

[[en]]  # Wait
not = [
  'have to wait', 'wait/take your turn', 'wait in line', 'just wait', 'be patient/quick', 'have/some patience',
  'hang/hold on', 'cannot you see/wait', 'were/very/too/so/really/are busy', 'do not have time', 'have no time',
  'have not got time', 'no time for', 'short staffed', 'understaffed', 'only one pair of hands', 'high call volume*',
  'unusually high', 'not the only customer/one', 'we are on the call', 'we was talking',
  'we are talking/serving/helping', 'one at a time', 'we are with another', 'not serving', 'not open yet',
  'not our turn', 'when we are done/finished', 'when we finish', 'while/little/bit/much longer', 'please allow/hurry',
  'allow up to', 'allow at least', 'on its way', 'in/see the queue', 'in progress', 'being processed',
  'still processing', 'wait for it', 'wait until/like/outside', 'still waiting on', 'wait over there',
  'people/queue/line behind', 'hurry please/a', 'can/could you hurry', 'make it quick', 'quick/quickly please',
  'speed it up', 'get a move', 'when we have a moment/minute', 'waiting list', 'have other things', 'other things to do',
  'better things', 'only two hands', 'only one of us', 'on our own today', 'busy period/season/today/now',
  'high demand/volume*', 'backlog', 'swamped', 'snowed', 'staff shortage', 'short of staff', 'christmas rush',
  'get/gets round to', 'get around to', 'done when it is', 'join the', 'back of the', 'end of the queue',
  'queue of people/customers', 'got a queue/line', 'have a queue', 'we have other/delays', 'you are holding up',
  'holding up the', 'experiencing delays', 'delays due', 'when we get to', 'not in a hurry', 'in a hurry are',
  'it is being', 'be done when', 'ready when', 'takes as long as', 'as long as it takes', 'only got two',
  'only have two/one', 'go to the other', 'use the other', 'behind you', 'step/stand back', 'back off',
  'until we are done/finished/ready/free', 'others/people/customers are waiting', 'people/customers waiting',
  'the other queue/line', 'give us a minute/second/moment'
]
unless = [
  'do not have to wait', 'need not wait', 'on its way to you and', 'if you are in a hurry', 'or go to the',
  'behind you to'
]
say = "I will be with you in two minutes."
why = "People wait gladly when they know how long."

[[en]]  # Come back later
not = [
  'call back later/when/tomorrow/on/next/in', 'come back later/another/when/with/tomorrow', 'come back some other',
  'come again another', 'call us back/next/again/tomorrow', 'try calling/ringing/again/tomorrow', 'come in again',
  'check back', 'call again/later/tomorrow', 'tomorrow perhaps', 'perhaps tomorrow/next', 'again next week',
  'in again next', 'try to call', 'try us again', 'ask tomorrow/next', 'come another', 'come some other', 'call us in a',
  'again on monday/tuesday/wednesday/thursday/friday/saturday'
]
unless = ['ask again']
say = "I will call you back today by …"
why = "Call back instead of making people call again."

[[en]]  # The clock on the wall
not = [
  'were/after closing', 'we are closing', 'about to close/shut/leave', 'we close in', 'we just closed',
  'our break/shift/lunch', 'off the clock', 'we finish in', 'end of the day here', 'closing now', 'so decide',
  'lunch break', 'want/time to go home', 'finish work/now/at', 'finished for the day', 'knocking off',
  'past closing/our', 'cashed/cashing up', 'we shut in', 'shut in five/ten', 'going on our', 'go home too', 'long day',
  'too late in the day', 'our day off', 'computer/counter/kitchen/desk is closed'
]
unless = ['before the end', 'sunday*', 'monday*', 'public holiday*', 'holidays']
say = "Let me see what we can do before we close; the rest I will do tomorrow by ten."
why = "The customer is the reason for the working day, not what stands in its way."

[[en]]  # There is nothing wrong with it
not = [
  'nothing wrong with', 'looks fine/ok', 'seems fine', 'it is fine/working', 'works fine/perfectly',
  'working fine/perfectly', 'perfectly normal/fine', 'completely/is/are normal', 'it is supposed to', 'it is meant to',
  'that is how it is', 'that is just how', 'that is the way it is', 'is what it is', 'within tolerance',
  'cannot find anything wrong', 'do not see the problem', 'do not see a problem', 'do not see any problem',
  'do not see what the problem', 'wear and tear', 'just/will happen again', 'happen again anyway', 'all of them do',
  'they all do/are', 'just/only cosmetic', 'you will not notice', 'nobody will notice',
  'hardly notice/notic*/visible/see', 'you cannot see it', 'barely see/notic*/visible', 'how they come/are/look',
  'come/comes/all/always like that', 'only to be expected', 'nothing is wrong', 'could find no', 'as designed',
  'not that dirty/late/cold/noticeable', 'not so bad', 'that is the look', 'nobody sees/cares', 'fussing',
  'difficult/hard to please', 'perfectionist', 'pedantic', 'nitpick*', 'like that anyway', 'they are like',
  'how it comes', 'will not see it', 'will not even see', 'not see it once', 'a small scratch', 'tiny scratch',
  'cannot see anything', 'see nothing wrong', 'cannot find any/a', 'is/are not faulty', 'not broken', 'get used to',
  'worked perfectly/yesterday', 'a bit of glue', 'not a big', 'not such a', 'such a small', 'so small', 'being fussy',
  'it worked', 'you are the expert', 'nothing … wrong'
]
unless = [
  'should not be like', 'should not look/come', 'is/are not normal', 'not supposed to', 'it worked only',
  'it worked for two', 'worked for a', 'you have done nothing', 'you did nothing'
]
say = "Please show me what it does; I want to see it as you do."
why = "The customer is not satisfied: that is what is wrong."

[[en]]  # Short and rude
not = [
  'whatever', 'so/now/yes what', 'deal with it', 'too bad', 'tough luck', 'hard luck/cheese', 'that is life/enough',
  'who cares', 'your problem/spelling/grammar', 'not interested/today/care/rocket', 'do not bother/interrupt',
  'leave us alone', 'get lost/paid', 'shut/fed up', 'stupid', 'idiot*', 'dumb/silly question',
  'what/happy/satisfied now', 'what seems to be the problem', 'what do you want', 'that is it then',
  'we are not here to', 'oh well/you/please/dear', 'come/shame on', 'seriously',
  'are you kidding/deaf/blind/done/finished/buying/paying/ordering', 'you have to be joking', 'you are joking',
  'give us a break', 'mind your', 'who is next', 'next please', 'next in line', 'yeah we/that/well/so/right/but', 'nope',
  'nah', 'ugh', 'duh', 'sweetie', 'sweetheart', 'darling', 'buddy', 'dude', 'look we/sir/this/that/lady/madam',
  'use your eyes/head', 'ridiculous', 'absurd', 'laughable', 'insane', 'moron*', 'stupid*', 'dumb*', 'cheapskate',
  'greedy', 'pathetic', 'dare/poor you', 'how dare/sad/clever', 'cry about', 'boo hoo', 'get/got a life', 'grow up/a',
  'spare/bother/why us', 'save your breath', 'drag out', 'sick/tired of', 'enough is', 'could not be bothered',
  'pay us to/enough', 'learn to live/spell/read', 'suck it up', 'fine then', 'what is it now', 'look there is',
  'lady we/this/that', 'well that/if/it/there/this/what/perhaps/sorry/no/then/did/he/she/they', 'to care', 'paid enough',
  'care less', 'for all we care', 'going to make us', 'make us drag/look/go/get', 'not in the mood', 'not in a mood',
  'had enough of', 'waste of time', 'wasting our time', 'what a shame', 'you serious/joking', 'you cannot be serious',
  'joking right', 'is that all', 'anything else or', 'do we look like', 'look like to you', 'never mind', 'huh',
  'speak up/english', 'good/bully for you', 'bravo', 'nice life', 'see a doctor', 'therapist', 'psychologist',
  'need glasses', 'eyes tested/checked', 'learn english', 'can you read', 'can you not read', 'anything smaller',
  'smaller notes/change', 'what part of', 'who are you', 'do you know who', 'only human'
]
unless = [
  'your problem with', 'whatever suits/it/the/you', 'come on in', 'not now or later', 'in/worth our time', 'well if you',
  'to care for', 'take care', 'our time with you', 'use your coupon/voucher/card/shop/gift',
  'what is your name/size/preferred/favourite', 'get well', 'is that enough', 'never mind the receipt',
  'is that all right', 'take/save … time'
]
say = "How can I help you?"
why = "It closes the door before the customer has come in."

[[en]]  # Everybody knows
not = [
  'obviously', 'clear you/enough', 'you clear', 'common sense/knowledge', 'everybody knows', 'any child/fool/normal',
  'as you know', 'you should know', 'you would know/see', 'read the manual/instructions', 'in the manual/instructions',
  'did/have you read the', 'simply read', 'look for it yourself', 'look it up', 'look yourself/there',
  'find it yourself', 'google it', 'on/check/see/visit our website', 'on the website/internet', 'check online',
  'order it online', 'is there a price on', 'whatever is on the shelf', 'over there somewhere', 'did you bring',
  'even a child', 'a child can', 'every fool', 'thought you knew', 'somewhere at', 'rocket science', 'brain surgery',
  'not that hard/difficult/complicated', 'simple enough', 'think about it', 'logically', 'needless to', 'goes without',
  'self explanatory', 'speaks for itself', 'if it is not out', 'not on the shelf', 'do your research/homework',
  'did your research', 'educate yourself', 'obvious', 'all told', 'in our faq', 'the faq', 'faqs', 'the instructions if',
  'bothered', 'bother reading', 'should be clear', 'is clear to', 'would know that', 'would see that', 'could put this',
  'child could', 'refer to our', 'everything is on', 'not out we/there', 'as everybody', 'like any other',
  'normal people/person', 'a normal', 'who does not know', 'how can you not', 'how could you not', 'logic',
  'with a bit of', 'think a little', 'let us explain it to you', 'slowly', 'thought that was'
]
unless = [
  'did you bring the receipt', 'if you like', 'for you', 'not obvious', 'not clear enough', 'was not clear',
  'should have been', 'obvious/our fault', 'obviously our', 'was obvious*'
]
say = "Let me show you."
why = "It says that the customer is slow. Show it instead."

[[en]]  # People like you
not = [
  'you people/again/lot/guys/always', 'your kind/generation/age/sort', 'customers these days', 'typical customer',
  'always complain*/complaining', 'something for nothing', 'those people', 'people these', 'customers nowadays/today',
  'difficult/problem customer*', 'professional/serial complainer*', 'troublemaker*', 'always want something',
  'like yourself/yourselves', 'people/customers/somebody/women/men/types like you/yourself'
]
unless = ['you always wanted/have', 'people who bought/help*/look/made', 'you never have/need', 'as you always']
say = "…"
why = "Leave it out: everybody here is served alike."

[[en]]  # The last word
not = [
  'decision is final', 'final decision/answer', 'our last word', 'end of story/discussion',
  'discussion/conversation is over', 'case is closed', 'not going to argue/discuss/change', 'not open to discussion',
  'nothing more to say', 'nothing to discuss', 'that is final/that', 'that is the best we can', 'best we can do',
  'best we could', 'does not change the fact', 'is all we can', 'answer stands/remains', 'consider it closed',
  'not discuss/argue/negotiable/monitored/respond', 'position remains/stands/is',
  'further discussion/correspondence/emails/messages', 'unmonitored', 'noreply', 'stop contacting',
  'not be answered/answering/read', 'made our decision', 'decision remains', 'case rests', 'subject closed',
  'leave it at', 'are done here', 'done talking/arguing', 'agree to disagree', 'like it or not', 'take it or',
  'no discussion/arguments/negotiation/point/use/reply', 'without discussion', 'not up for', 'will not change',
  'change anything', 'change our mind', 'remains unchanged', 'matter is', 'pointless', 'argue with you', 'argue about',
  'discussing', 'do not reply/contact/write/email', 'not reply to this', 'refrain', 'not contact us', 'contact us again',
  'end of the discussion/matter/conversation', 'our/the final', 'been/already/have decided', 'finished with',
  'matter/case/ticket/discussion/consider … closed'
]
unless = ['the answer is yes/on', 'the answer by', 'answer is here', 'by five', 'the final price/amount/bill']
say = "Is there anything else that would help you?"
why = "Leave the last word to the customer."

[[en]]  # Threats
not = [
  'call security', 'or else', 'legal department/steps/action', 'our lawyer*/solicitor', 'we will sue',
  'ban/report/block/blocked/warning/warn/warned you', 'blacklist*', 'hang up', 'we are hanging up',
  'refuse to serve/speak', 'refuse service', 'if you are rude', 'if you keep/post', 'if you continue to',
  'or we will not', 'otherwise we', 'solicitor*', 'lawyer*', 'attorney*', 'suing', 'banning', 'barred', 'trespass*',
  'escort*', 'if you do not stop/leave/pay', 'if this continues', 'keep this up', 'you will regret',
  'final/last warning', 'debt collect*', 'collection agency', 'bailiff*', 'end this conversation/call/chat',
  'the police', 'police on you', 'to sue', 'sue you/us', 'in court', 'post that review', 'consequences',
  'charge you for', 'cancel/close your', 'keep doing this', 'banned', 'a ban', 'you are out', 'before we call/get',
  'not be served', 'will not serve', 'not serve you', 'serve you again', 'let you in'
]
unless = [
  'security code/number/seal', 'safety', 'to the police with', 'not charge you', 'cancel your order for you',
  'as you asked', 'at your request', 'no consequences', 'not be charged'
]
say = "I want to help you; let us find a way."
why = "Where there is real danger, act; to say it makes every quarrel worse."

[[en]]  # Officialese
not = [
  'please/kindly be advised', 'be told', 'be advised that', 'hereby', 'pursuant/forwarded/owing to',
  'in accordance with our', 'as per', 'aforementioned', 'with reference to your', 'with regard to your',
  'at your earliest convenience', 'do the needful', 'duly noted', 'your complaint has been', 'your feedback has been',
  'your ticket/correspondence/communication/submission', 'relevant department/team/people/person/colleagues',
  'appropriate/responsible department', 'valued/loyal customer*', 'dear customer/customer*/client*/guest*',
  'dear sir or madam', 'your call is important', 'your opinion is important', 'your feedback is important',
  'important to us', 'strive', 'endeavour*', 'endeavor*', 'rest assured', 'utmost', 'top priority',
  'highest priority/standard*', 'satisfaction is', 'into consideration', 'passed on to', 'passed it on',
  'wish to inform', 'acknowledge receipt', 'receipt of your', 'in receipt of', 'at all times', 'high standards',
  'regards to your', 'in reference to', 'has come to our', 'have taken note', 'feedback seriously', 'your feedback will',
  'quality/training purposes', 'internal review', 'due process/diligence/to', 'stakeholder*', 'to whom it', 'esteemed',
  'the undersigned', 'therein', 'thereof', 'aforesaid', 'abovementioned', 'in lieu/question', 'inter alia',
  'in order to proceed', 'proceed further', 'touch base', 'circle back', 'hope this clarif*', 'for future reference',
  'your request has', 'request/case/complaint is being', 'your case is/has', 'claim has been', 'request was',
  'take all feedback', 'on board', 'comments have been', 'been passed/forwarded/escalated/noted/logged/registered',
  'number one priority', 'provide excellent', 'provide the best', 'at the highest', 'our commitment', 'remain at your',
  'at your disposal', 'further questions please', 'this matter', 'in this regard', 'in that regard', 'in respect of',
  'in light of', 'with respect to', 'we confirm receipt', 'receipt confirmed', 'take … seriously',
  'take … very seriously', 'passed … to the'
]
unless = ['due to arrive/be', 'is/are/was due to']
say = "Thank you for telling us. I have it now, and you hear from me by …"
why = "One person writes to another one: say who has it, and by when."

[[en]]  # Not a promise
not = [
  'we will try/see', 'well try', 'try/doing our best', 'do our best/utmost', 'see what we can do', 'hopefully',
  'with any luck', 'cannot promise/guarantee', 'do not hold your breath', 'no guarantee*/promises', 'might get/be',
  'trying our', 'with luck', 'fingers crossed', 'not guarantee/promise', 'any guarantees', 'in theory', 'theoretically',
  'wait and see', 'not say when', 'no idea when', 'an attempt', 'would like to think', 'see whether we', 'see if we',
  'we hope to', 'hope to have', 'could have', 'may be able', 'should be able to', 'all going well', 'if all goes',
  'if we are lucky', 'if it works', 'if nothing', 'at best', 'with some luck', 'an answer for you at',
  'see what happens', 'as best we', 'best effort/efforts', 'do everything we', 'everything in our power',
  'we may/suppose/guess', 'make … guarantees'
]
unless = [
  'let us see what we can do', 'may we', 'we may/might', 'what/that could have', 'could have been/had',
  'which/you might'
]
say = "I will … by …"
why = "Say what you will do. What may fail is said with what happens then."

[[en]]  # Reviews
not = [
  'delete/remove/edit/update your review', 'change your review/stars', 'take down your review',
  'remove/delete/change the review', 'take down the review', 'in return for a good review', 'in exchange for a review',
  'give us five stars', 'leave us a good review', 'better rating', 'fake/false/that/nice/positive review',
  'revise/reconsider your', 'before you post', 'instead of posting/writing/complaining', 'rather than post*',
  'posting lies', 'internet hero', 'post that', 'your review down', 'review back', 'a bad review', 'a negative review',
  'more stars', 'review … removed/deleted/down'
]
say = "Thank you for writing it. May we put it right?"
why = "Nobody is asked to take back a review, and nothing is given for one: in many countries the law says so, too."

[[en]]  # What it costs us
not = [
  'we lose money', 'losing/our money', 'it costs us', 'out of our pocket/pay', 'out of our own pocket',
  'our manager will kill', 'we will get in trouble', 'we would get in trouble', 'id get in trouble', 'get fired',
  'lose our job', 'cost/fire us', 'hand out money', 'come/comes out of our', 'out of business', 'who pays',
  'who will pay', 'who is going to pay', 'trouble with our manager', 'if everybody did', 'what if everybody',
  'made of money', 'money to everybody', 'on our account', 'on us again', 'we would have to pay', 'we have to pay',
  'pay for it ourselves', 'get into trouble', 'to prevent abuse'
]
say = "I will gladly do that."
why = "What it costs is our business. Losing the customer is dearer."

[[en]]  # Promises without a date
not = [
  'get back to you', 'will/well/shall contact you', 'contact you when/once', 'will/well call you', 'call you back',
  'will write to you', 'will email you',
  'will reply/respond/answer/arrive/inform/notify/update/process/handle/resolve/fix',
  'will investigate/forward/arrange/organise/organize/sort/receive/follow/credit/problem', 'respond/reply to you',
  'hear from us', 'let you know', 'keep you posted/updated/told', 'follow up with you', 'look into it and',
  'will/well look into', 'well see to it', 'sort it out',
  'will be sent/shipped/delivered/refunds/replaced/repaired/processed/dealt/handled/resolved',
  'will be fixed/looked/ready/along', 'somebody will/from', 'will get back', 'is being processed', 'will deal with',
  'being looked/investigated/reviewed', 'under review', 'sort this', 'colleague/manager will', 'the team will',
  'will see to/about', 'one of us will', 'expect to hear', 'will be in contact', 'in contact with you', 'get in contact',
  'when we get round', 'in touch', 'will keep you', 'will pass it', 'passed it to', 'passed to', 'will come round',
  'will be with you', 'will write you'
]
unless = [
  'could/can you let', 'please let', 'may we call you back', 'may we get in touch', 'getting/keep/got in touch',
  'get in touch with us', 'when it suits', 'wants to hear', 'hear from us no'
]
promise = true
say = "… you hear from me today by five."
why = "A promise has a time: without one it is forgotten here and waited for there."

[[en]]  # Times that are none
not = [
  'soon', 'shortly', 'asap', 'as quickly as possible', 'at the earliest', 'at our earliest', 'in due course',
  'in the near future', 'in a while/bit/couple', 'some time/weeks/stage', 'sometime', 'sooner or later', 'a few days',
  'several days/weeks', 'few weeks', 'couple of weeks', 'when we can', 'when we get a chance', 'when we have time',
  'once/when we know more', 'eventually', 'any day now', 'any time now', 'someday', 'in the coming', 'coming days/weeks',
  'a couple of', 'as and when', 'until further', 'in no time', 'within a few', 'without undue delay', 'one of these',
  'at some', 'next month/season', 'at a later', 'later date', 'another time', 'when it is done/ready',
  'when it arrives/comes', 'at some point/stage'
]
unless = ['see you soon', 'again/how/too soon', 'get well soon']
promise = true
say = "… today by five."
why = "Everybody understands another time by it. Name one, and keep it."
""",
    "lv": r"""
[[lv]]  # Noteikumi atbildes vietā
not = [
  'uzņēmuma/veikala/mūsu/firmas politika', 'noteikumi neļauj/neatļauj/paredz/nosaka/visiem', 'noteikumi ir noteikumi',
  'tādi ir noteikumi/mūsu', 'mums tādi noteikumi', 'mums ir tādi noteikumi', 'tāda ir kārtība/politika', 'tāda kārtība',
  'pēc noteikumiem ne*', 'neesam tiesīgi/spiesti', 'mēs nedrīkstam/tādus', 'nedrīkstam to', 'es nedrīkstu',
  'man/mums/priekšniecība neļauj', 'vadība neļauj/nolēma/noteica', 'nav atļauts/paredzēts/pieļaujam*',
  'ne es izdomāju/lemju', 'tā tas nenotiek', 'tā mēs nestrādājam', 'tas nav atkarīgs no manis', 'nav atkarīgs no mums',
  'es par to nelemju', 'atbilde ir nē', 'es teicu nē', 'nekā nebūs', 'aizmirstiet', 'mēs tādas lietas', 'mēs tā ne*',
  'kārtība ir tāda', 'noteikumos ir', 'noteikumu dēļ', 'kārtība visiem', 'mums nav pienākum*', 'likums mums/neuzliek',
  'neparedz', 'nepieļauj', 'tādas iespējas', 'tādu iespēju', 'mums tā nav'
]
unless = ['bet', 'varam', 'varu', 'varat']
say = "Es Jums varu …"
why = "Noteikums nav atbilde cilvēkam, kuram ir nepatīkšanas. Sakiet, kas ir iespējams, un dariet to."

[[lv]]  # Sīkie burti
not = [
  'rakstīts uz čeka', 'rakstīts čekā', 'tur ir rakstīts', 'tur taču ir rakstīts',
  'skaidri rakstīts/uzrakstīts/norādīts/pateikts', 'melns uz balta', 'redzamā vietā', 'izlasiet noteikumus/čeku',
  'jālasa noteikumi', 'jūs piekritāt/parakstījāt/akceptējāt/apstiprinājāt',
  'lasiet uzmanīgi/uzmanīgāk/līgumu/noteikum*/kas', 'kas uz * rakstīts', 'līgumā ir', 'ir taču rakstīts', 'tur viss ir'
]
say = "Apskatīsimies to kopā."
why = "Rādīt uz sīkajiem burtiem nozīmē sacīt, ka pircējs pats vainīgs."

[[lv]]  # Neko nevar darīt
not = [
  'neko nevaru darīt/izdarīt', 'neko nevaram darīt/izdarīt', 'neko nevar darīt/izdarīt', 'nekas nav darāms',
  'ko lai dara', 'neko vairāk', 'te neko ne*', 'rokas ir sasietas', 'nav manos spēkos', 'nav mūsu spēkos/varā',
  'es te neko', 'man nav ko/tiesību/pilnvar*', 'es varu tikai', 'varam tikai/vienīgi', 'neesmu pilnvarot*',
  'man nav tādu tiesību', 'neko * nevar*', 'nevar* neko/palīdzēt/līdzēt/jums', 'ko jūs gribat lai', 'ko mēs varam darīt',
  'ko es varu darīt', 'nav manā varā', 'no mums nav atkarīgs', 'cita varianta', 'citu variantu', 'citas iespējas',
  'nekas cits', 'varam piedāvāt tikai'
]
unless = ['vai nevar*', 'ja nevar*', 'bet', 'ko mēs varam darīt jūsu', 'jūsu labā']
say = "Paskatīšos, ko varu Jums piedāvāt: …"
why = "Vienmēr ir kāda iespēja: pajautāt kolēģim, piedāvāt ko citu vai pateikt, kad kāds varēs."

[[lv]]  # Nav mans darbs
not = [
  'nav mans darbs/pienākums', 'tas nav mans', 'tā nav mana/mūsu', 'nav mana darīšana/problēma/nodaļa/atbild*/vaina',
  'nav mūsu problēma/atbildība/darīšana/ziņā/darb*/uzdevum*/kompetenc*', 'nav manos pienākumos',
  'neattiecas uz mani/mums', 'ar to nenodarbojos/nenodarbojamies', 'neesmu/neesam atbildīg*', 'es neatbildu par',
  'mēs neatbildam par', 'es tikai šeit strādāju', 'es tikai te strādāju', 'es te tikai strādāju',
  'es šeit tikai strādāju', 'tas nav pie manis/mums', 'par to nemaksā', 'man nemaksā', 'tas uz mani',
  'mēs par to neatbild*', 'neuzņemamies', 'jūsu pašu ziņā', 'tas attiecas uz citu', 'ne mūsu'
]
unless = ['vai nav']
say = "Es par to parūpēšos: …"
why = "Pircējam veikals ir katrs no mums. Kam jautā, tas arī rūpējas, līdz kāds cits ir pārņēmis."

[[lv]]  # Kurš vainīgs
not = [
  'nav mūsu vaina', 'tā nav mana vaina', 'neesmu/neesam vainīg*', 'kurjera vaina/atbildīb*/kļūda',
  'kurjers vainīgs/ne*/ir/teica/apgalvo', 'vainīgs kurjers/piegādātājs/ražotājs',
  'vainīgs ir kurjers/piegādātājs/ražotājs', 'piegādātāja vaina/atbildīb*', 'ražotāja vaina/atbildīb*',
  'pasta/kolēģes/kolēģa vaina', 'kas jums tā teica', 'kurš/kas jums to teica', 'pēc mūsu datiem', 'mūsu datos/vainas',
  'mēs neko nepareiz*', 'kāds cits pircējs', 'tas notika vēlāk', 'tas noticis pēc', 'kad pārdevām', 'bija vesel*',
  'ne/nav pie mums pirkt*', 'jūs to nepirkāt', 'tas nav mūsu', 'nav no mums', 'laikam aizmirsa/pats/pati/paši',
  'droši vien aizmirsa', 'nevarējām zināt', 'nevarējām to zināt', 'piegādātājs ne*/kavē*/ir', 'ražotājs ne*', 'vaino*',
  'jūs laikam', 'no mums tika nosūtīt*', 'no noliktavas izgāja', 'pie mums viss', 'ārpus mūsu kontrol*',
  'no mums neatkarīg*', 'neparedzēt* apstākļ*'
]
say = "Piedodiet, tā bija mūsu kļūda. Es tagad …"
why = "Kurš vainīgs, ir mūsu darīšana; pircējs grib, lai tas ir nokārtots."

[[lv]]  # Sūtīt pie citiem
not = [
  'vērsieties/griezieties/jāvēršas/jāgriežas pie', 'jāsazinās/sazinieties ar',
  'zvaniet ražotājam/uz/pats/viņiem/kurjer*/birojam', 'jautājiet citam/kolēģim/kolēģei/vadīb*', 'jautājiet kādam citam',
  'pajautājiet citam/kolēģim', 'cita nodaļa', 'citā nodaļā', 'ejiet pie/uz', 'rakstiet uz/vadīb*/centr*', 'aizejiet',
  'pats sazinieties', 'prasiet vadīb*/kolēģ*'
]
unless = ['varat']
say = "Es viņiem pajautāšu un atzvanīšu Jums līdz …"
why = "Pircējs pirka pie mums. Kam jājautā, tam jautājam mēs."

[[lv]]  # Nezinu
not = [
  'nav ne jausmas/mazākās/jēgas', 'kā lai es zinu', 'kā lai zinu', 'no kurienes lai es zinu', 'nemācēšu teikt/pateikt',
  'neprotu teikt', 'nevaru pateikt', 'nevaru jums pateikt', 'man neprasiet/nejautājiet', 'nezin*', 'nav informācij*',
  'man to neteica', 'mums neviens neteica', 'pirmo reizi dzirdu/dzirdam', 'nebiju klāt', 'ne pie manis',
  'tajā dienā nestrādāju'
]
unless = ['noskaidrošu', 'uzzināšu', 'pajautāšu', 'paskatīšos']
say = "Labs jautājums: tūlīt noskaidrošu."
why = "Visu zināt nevar neviens, bet noskaidrot ir mūsu darbs, nevis pircēja."

[[lv]]  # Nav, kas lemj
not = [
  'nav vadītāj*/īpašniek*', 'īpašnieka/īpašnieces/priekšnieka/priekšnieces nav',
  'kad būs vadītāj*/īpašniek*/priekšniek*', 'pateiks/teiks to pašu', 'teiks tāpat', 'vadītāj* aizņemt*/nav',
  'ir atvaļinājumā/slim*', 'vairs/šodien nestrādā', 'bez vadītāj*', 'tikai vadītāj*/īpašniek*'
]
say = "Es pajautāšu vadītājai un šodien līdz … Jums piezvanīšu."
why = "Nevienu nesūta prom tāpēc, ka lemj kāds cits: pārņemiet to un pasakiet, kad būs atbilde."

[[lv]]  # Esmu jauns
not = [
  'esmu jauniņ*/praktikant*', 'esmu te jaun*', 'es te esmu jaun*', 'es šeit esmu jaun*', 'mana/man pirmā diena',
  'man ir pirmā diena', 'tikko/nesen sāku', 'esmu tikai pārdevēj*', 'es esmu tikai', 'es tikai aizvietoju'
]
say = "Vienu mirkli, lūdzu: pasaukšu kolēģi, kas to zina."
why = "Pircējs nevar izvēlēties, kam jautāt. Tūlīt pasauciet palīgā."

[[lv]]  # Nomierinieties
not = [
  'nomierinieties', 'nomierinies', 'mierīgāk', 'nevajag kliegt/dramatizēt/pārspīlēt/uzreiz', 'nav ko kliegt/uztraukties',
  'nedramatizējiet', 'jūs pārspīlējat', 'runājiet pieklājīgi/normāli', 'uzvedieties', 'izturieties pieklājīgi',
  'nepaaugstiniet balsi', 'atslābstiet', 'esat rupj*', 'nekrītiet panikā', 'nekrenķējieties', 'nekliedz*', 'nebļauj*',
  'nelamāj*', 'nepārspīlē*', 'jūsu toni*', 'tādā/šādā tonī', 'pieklājīgāk', 'agresīv*', 'histērij*',
  'nav iemesla uztraukties', 'neuztrauc*', 'nestrīdieties', 'nepārtrauciet', 'ļaujiet man pabeigt'
]
unless = ['neuztrauc* viss']
say = "Saprotu, ka tas ir nepatīkami. Apskatīsimies kopā."
why = "Neviens nekļūst mierīgs tāpēc, ka to liek. Mierina tas, ka uzklausa."

[[lv]]  # Jums vajadzēja
not = [
  'jums vajadzēja/nevajadzēja', 'jums gan vajadzēja',
  'vajadzēja laikus/agrāk/uzreiz/pārbaudīt/izlasīt/saglabāt/teikt/domāt/prasīt/skatīties/nākt',
  'bija jāizlasa/jāpārbauda/jāsaglabā/jādomā', 'kādēļ jūs ne*', 'kāpēc tikai tagad', 'kāpēc tik vēlu', 'ja jūs būtu',
  'ja būtu laikus', 'skatieties ko', 'varēja izvairīties/padomāt', 'tas nebūtu noticis', 'jau/ir par vēlu',
  'par vēlu atnācāt', 'varbūt/ātrāk vajadzēja', 'jums bija jā*', 'nākt ātrāk', 'kāpēc ne*/jūs', 'kādēļ ne*', 'citreiz',
  'nākamreiz', 'nākamajā reizē', 'pašam/pašai/pašiem bija', 'jūs varējāt', 'paši/pats/pati izvēlējāties',
  'neviens jūs nespieda'
]
unless = [
  'mums bija jā*', 'mums vajadzēja', 'nākamreiz būs', 'piedod*', 'atvainoj*', 'citreiz kaf*', 'varējāt pie',
  'ja jūs būtu tik', 'lai jūs varētu'
]
say = "Nokārtosim to tagad."
why = "Pagājušo mainīt nevar, un pircējs to zina. Sakiet, kas notiks tagad."

[[lv]]  # Pircēja kļūda
not = [
  'jūsu kļūda/vaina/neuzmanīb*/rīcīb*', 'jūsu pašu kļūda/vaina', 'jūsu paša kļūda', 'jūsu pašas kļūda',
  'pats vainīgs/salauzāt/sabojājāt/pirkāt', 'pati vainīga/salauzāt/sabojājāt/pirkāt',
  'paši vainīgi/salauzāt/sabojājāt/pirkāt',
  'jūs kļūdāties/kļūdījāties/aizmirsāt/salauzāt/sabojājāt/pārpratāt/zinājāt/redzējāt',
  'jūs brīdināja/ne*/jaucat/pati/pats/paši', 'esat kļūdīj*/aizmirs*/pārprat*', 'nav taisnība', 'jums nav taisnīb*',
  'neizlasījāt', 'nepareizi lietoj*/lietots/lietota/ekspluat*/pasūtīj*', 'neatbilstoši lietoj*', 'nepamanījāt',
  'jūs ievadījāt nepareiz*', 'jūs norādījāt nepareiz*', 'jūs droši vien', 'jūs taču redzējāt/zinājāt',
  'jūs esat sabojāj*/salauz*', 'jūs gaidījāt par ilgu', 'nemākat', 'neprotat', 'nesaprotat', 'nometāt',
  'lietotāja kļūda/vaina', 'klienta vaina/kļūda', 'pircēja vaina', 'nolaidīb*', 'neuzmanīg*', 'ar varu'
]
unless = [
  'nav jūsu vaina', 'nav jūsu kļūda', 'jūs neko', 'jūs nesaņēm*', 'jūs nesagaidī*', 'ja jūs ne*', 'jūs nesasniedz*',
  'ka jūs nesa*', 'jūs nepievīl*', 'lai jūs ne*', 'piedod*', 'atvainoj*', 'jūs ne tikai', 'jūs neesat vainīg*',
  'jūs nemaksā*', 'jūs netraucē*'
]
say = "Apskatīsimies to kopā."
why = "Nekad nerādiet uz pircēja kļūdu, arī tad, ja tā bija: strīdu vinnē, pircēju zaudē."

[[lv]]  # Cik viņiem paveicies
not = [
  'jums paveicās/laimējās', 'jums vēl paveicās/laimējās', 'jums ir paveicies', 'priecājieties',
  'esiet priecīg*/pateicīg*', 'varēja būt sliktāk', 'varēja būt vēl sliktāk', 'pasakiet/sakiet paldies', 'tāda sīkuma',
  'par sīkumu', 'nieks vien', 'nekas traks', 'nav tik traki', 'nav pasaules gals', 'tas nav nekas',
  'par tādu cenu/naudu/summu', 'par šādu cenu', 'par šo cenu', 'ko tad jūs gribējāt/gaidījāt',
  'ko jūs gribējāt/gaidījāt', 'ko tad gribējāt', 'labi ka vispār', 'ko gribējāt', 'paldies sakiet', 'tik lēti',
  'bija/ir lēt*', 'pretimnākšan*', 'nākam/nācām pretī', 'tikai sīk*', 'sīkums', 'nav traģēdija', 'vismaz jūs/jums/kaut'
]
say = "Man ļoti žēl, ka tas Jūs pievīla."
why = "Nekad nesakiet pircējam, cik viņam paveicies: tas viņa nepatikšanas padara mazas."

[[lv]]  # Neviens cits nesūdzas
not = [
  'neviens cits', 'neviens vēl nav', 'jūs vienīg*', 'jūs esat vienīg*', 'vienīgais kas/kurš/klients', 'vienīgā kas/kura',
  'citiem patīk/viss/strādā', 'visi pārējie ir', 'visiem patīk/citiem', 'nekad nav bijis/bijusi/bijuš*',
  'nekad neesmu dzirdēj*', 'par to neviens', 'nevienam citam', 'visi citi', 'pirmais kurš/kas', 'pirmā kura/kas',
  'citi klienti/pircēji', 'nekad neesam', 'nav sūdzēj*', 'nesūdz*'
]
unless = ['lai neviens cits', 'lai nevienam citam', 'paldies']
say = "Paldies, ka pateicāt: varbūt tā ir bijis arī citiem."
why = "Pircējs dzird: \"vaina ir Jūsos\". Lielākā daļa vīlušos neko nesaka."

[[lv]]  # Kā jau teicu
not = [
  'kā jau sacīju', 'kā teicu/minēts/iepriekš/teicām/minēj*/rakstīj*',
  'jau teicu/skaidroju/vairākkārt/teicām/paskaidroj*/minēj*/rakstīj*', 'es taču teicu', 'es/mēs jums jau',
  'cik reižu vēl/man/jā*/teicu', 'cik reizes', 'neatkārtošu', 'jums teicu/teicām', 'vēlreiz atkārto*', 'atkārtoju',
  'kārtējo/trešo/pēdējo reizi'
]
say = "Labprāt pateikšu vēlreiz: …"
why = "Tas nozīmē, ka pircējs nav klausījies. Pateikt vēlreiz neko nemaksā."

[[lv]]  # Godīgi sakot
not = [
  'godīgi sakot/teikšu', 'atklāti/taisnību sakot', 'ja godīgi', 'neapvainojieties', 'bez apvainošanās',
  'pie visas cieņas', 'ar visu cieņu'
]
say = "…"
why = "Izlaidiet: tam reti seko kas laipns, un vai pārējais nebija godīgi?"

[[lv]]  # Tukša atvainošanās
not = [
  'neērtīb*', 'žēl ka jūs tā/jūtaties', 'žēl ka jums šķiet/liekas', 'žēl ka tā jūtaties',
  'žēl/piedodiet/atvainojiet/atvainojamies/atvainojos ja', 'gadās', 'visi kļūdās/kļūdāmies', 'cilvēki vien esam',
  'esam tikai cilvēki', 'ja jūs jūtaties/aizvainoj*', 'ja aizskār*/sagādāj*', 'par sapratni', 'jūsu sapratni/pacietību',
  'visi esam cilvēki', 'kļūdās visi'
]
unless = ['ja gadās']
say = "Man žēl, ka sūtījums kavējās un Jūs velti gaidījāt."
why = "Atvainojieties par to, kas notika, un nosauciet to. \"Ja\" un \"sagādātās neērtības\" atvainošanos atņem."

[[lv]]  # Atvainojiet, bet
not = [
  'atvainojiet/atvainojos/atvainojamies/piedodiet/piedod/žēl/saprotu/saprotam/piekrītu/jā bet', 'labi bet',
  'saprotu jūs bet', 'saprotu jūsu * bet'
]
unless = ['bet varu', 'bet varam', 'bet es varu', 'bet mēs varam']
say = "Man žēl. Es varu …"
why = "Visu, kas ir pirms \"bet\", nedzird. Divi teikumi ir laipnāki nekā viens."

[[lv]]  # Diemžēl
not = ['diemžēl', 'baidos ka', 'nākas/nāksies jūs apbēdināt', 'nākas atteikt', 'esmu spiest*', 'esam spiesti', 'jāatsaka']
unless = ['bet varu', 'bet varam', 'varu piedāvāt', 'varam piedāvāt']
say = "Iespējams ir …"
why = "Tas vēsta atteikumu. Sāciet ar to, kas ir iespējams."

[[lv]]  # Nav iespējams
not = [
  'nav iespējams/iespējama', 'nebūs iespējams', 'neiespējami', 'nav ne runas', 'nekādā gadījumā', 'nevar*',
  'naudu * neatdod*', 'nepieņem*', 'neatmaksā*', 'neņem*', 'nepiedāvā*', 'neveic*', 'neatdodam', 'neatdošu', 'neatdosim',
  'naudu atpakaļ ne*', 'tādas/tādus/tādu * ne*', 'mēs ne*', 'mums nav'
]
unless = [
  'bet varu', 'bet varam', 'varu piedāvāt', 'varam piedāvāt', 'tā vietā', 'lūdzu ņemiet vērā', 'nevaram sagaidīt',
  'nevaru sagaidīt', 'ja nevarat', 'ja nevaram', 'ja nevaru', 'nevaru vien', 'ja nevar*', 'mēs nekavē*',
  'mums nav vajadzīg*', 'varat', 'varam', 'varu', 'bet', 'piedod*', 'atvainoj*', 'neaizmirs*', 'vai nevar*',
  'nemainās cena', 'nemaksā*', 'ja to ne*', 'jums nav', 'mēs neprasām', 'vai mēs ne*', 'kamēr'
]
say = "Es Jums varu …"
why = "Arī atteikumā sakiet, kas ir iespējams: apmaiņa, remonts, dāvanu karte, cilvēks, kas drīkst lemt."

[[lv]]  # Izņēmumu nav
not = [
  'izņēmumu nav', 'bez izņēmumiem', 'izņēmumus netaisām/nepieļaujam/neveicam', 'nevaru/nevaram taisīt izņēmum*',
  'nevaram pieļaut izņēmum*', 'naudu neatdodam', 'neatmaksājam', 'atpakaļ neņemam/nepieņemam/neņem', 'nemainām',
  'tādas lietas ne*', 'mēs tā nedarām', 'mēs to nedarām', 'tā mēs nedarām', 'atdot/mainīt/apmainīt nevar',
  'mums nav pienākuma', 'man nav jā*', 'garantija nesedz/neattiecas', 'uz to garantija', 'nav garantijas gadījums',
  'termiņš ir beidzies/pagāj*', 'termiņš jau beidz*', 'akcijas/atlaižu prec* ne*', 'mainām/pieņemam tikai'
]
unless = ['bet varu', 'bet varam', 'varu piedāvāt', 'varam piedāvāt']
say = "Paskatīšos, kura iespēja Jums der."
why = "Katram no mums ir sava rīcības brīvība, un mēs zinām, kam tās ir vairāk."

[[lv]]  # Bez čeka
not = [
  'bez čeka ne*/naudu', 'nav čeka nav', 'ja nav čeka', 'kur ir čeks', 'kur jums čeks', 'bez iepakojuma ne*',
  'oriģināl* iepakojum*', 'bez kastes ne*'
]
unless = ['ja nav čeka der', 'ja nav čeka varat']
say = "Vai Jums ir kas cits, kas rāda, kad tas pirkts? Ja nav, paskatīsimies, kas ir iespējams."
why = "Jautājiet pēc tā, kas palīdz, un sakiet, kas ir iespējams bez tā."

[[lv]]  # Sistēma
not = ['sistēma ne*/saka', 'sistēma rāda ka ne*', 'dators/programma/kase ne*', 'kases aparāts ne*', 'sistēmā nav']
say = "Es to pierakstīšu un izdarīšu ar roku: …"
why = "Sistēma ir mūsu, un arī tās nebūšanas."

[[lv]]  # Ejiet citur
not = [
  'ejiet citur/prom', 'meklējiet/mēģiniet/pirkt/pērkat citur', 'ja jums nepatīk', 'ja nepatīk', 'nenāciet vairs',
  'vairs nenāciet', 'neviens jūs nespiež/neaicin*/neturēs', 'neviens jums nelika', 'jūsu darīšana/izvēle', 'kā gribat',
  'ņemiet vai nē', 'tur ir durvis', 'pirksiet/ņemsiet vai ne*', 'neaiztieciet', 'neaiztiec', 'nolieciet atpakaļ/vietā',
  'ātrāk izlemiet', 'ja nevarat atļauties', 'tas jums par dārgu', 'netraucē/netraucējiet citiem', 'šī/te nav bibliotēka',
  'labdarīb*', 'ja jums kas nepatīk', 'durvis ir', 'laimīgu ceļu', 'sūdzieties', 'pērciet', 'iepērcieties',
  'citā veikalā pērc*'
]
say = "Priecāšos, ja paliksiet pie mums: ko varu darīt?"
why = "Iegūt jaunu pircēju ir apmēram piecreiz dārgāk nekā noturēt esošo."

[[lv]]  # Es Jums neticu
not = [
  'nemelojiet', 'tā nav taisnība', 'tas nav tiesa', 'tā nebija', 'neticu', 'neticam', 'grūti noticēt',
  'tā/tas nevar būt', 'nevar būt ka', 'es tā neteicu', 'es to neteicu', 'mēs tā neteicām', 'mēs to neteicām',
  'nekas tāds netika', 'visi tā saka', 'tā saka visi', 'jūs tā sakāt', 'it kā nestrādā', 'jūs izdomājat',
  'jūsu vārds pret', 'tās ir jūsu domas', 'tas ir jūsu viedoklis', 'jūs gribat teikt ka', 'jūs sakāt ka',
  'jūs mani apvain*', 'kā mēs varam zināt', 'kā varam zināt', 'kā lai mēs zinām', 'kā mēs zinām', 'katrs tā var',
  'tā var teikt', 'apgalvojat', 'šaub*', 'pierādiet', 'pierādījum*', 'aizdomīg*', 'interesanti ka', 'jūs gribat tikai',
  'melo*', 'krāp*'
]
unless = ['kas ar to nebija']
say = "Lūdzu, pastāstiet, kas notika."
why = "Vispirms uzklausiet. Krāpties grib nedaudzi, bet šaubas dzird visi."

[[lv]]  # Vai esat pārliecināts
not = [
  'vai esat pārliecināt*/droš*', 'vai tiešām/nenometāt/nometāt/mazgājāt', 'vai jūs tiešām', 'vai neesat nomet*',
  'vai jūs to lietojāt', 'ko jūs ar to darījāt', 'ko jūs esat izdarīj*', 'kā/vai varat pierādīt',
  'kā jūs varat pierādīt', 'kā lai es zinu ka'
]
say = "Vai drīkstu apskatīt?"
why = "Tas izklausās pēc pratināšanas. Labāk apskatiet paši."

[[lv]]  # Kāpēc, otrreiz
not = [
  'bet kāpēc', 'kāpēc tieši/atnesāt/nesat', 'kāpēc jūs gribat/vēlaties', 'kāpēc gribat atdot', 'kāpēc vēlaties atdot',
  'kāds ir īstais iemesls', 'kas tieši nepatīk', 'kas tad nepatīk', 'kas jums nepatīk', 'tas nav iemesls',
  'nav pamatots iemesls', 'paskaidrojiet iemeslu', 'pamatojiet'
]
say = "Vai drīkstu jautāt, kāds ir iemesls? Varat arī neteikt."
why = "Jautājiet vienreiz un pieņemiet atbildi."

[[lv]]  # Dati, kas nav vajadzīgi
not = [
  'personas kod*', 'uzrādiet pasi/dokument*', 'rādiet pasi', 'vajag dokumentu', 'personu apliecinoš*',
  'pases/dzimšanas dat*', 'rādiet/uzrādiet klienta karti', 'klienta kartes numur*', 'lojalitātes karte',
  'vajag jūsu telefon*', 'vajadzēs jūsu telefon*/adres*', 'aizpildiet veidlapu/anketu', 'jāaizpilda veidlapa/anketa',
  'rakstiet/uzrakstiet iesniegumu', 'jāraksta iesniegums', 'iesniedziet rakstiski/pieteikumu', 'tikai rakstiski',
  'rakstveidā', 'reģistrējieties'
]
unless = ['ja vēlaties']
say = "Ja vēlaties, atstājiet tālruņa numuru. Varat arī neatstāt."
why = "Neprasiet neko, kas šai lietai nav vajadzīgs."

[[lv]]  # Jums jādara
not = [
  'jums jāiet/jāzvana/jāpiezvana/jāraksta/jāuzraksta/jāgaida/jāpagaida/jāaizpilda/jāuzrāda',
  'jums jāsazinās/jāgriežas/jāvēršas/jāierodas/jāatnes/jāatved/jāpierāda/jāpieņem',
  'jums jāsamierinās/jāmaksā/jāsaprot/jāzina',
  'jums ir jāiet/jāzvana/jāraksta/jāgaida/jāaizpilda/jāuzrāda/jāsazinās/jāierodas/jāpierāda', 'jums ir jāsaprot/jāatnes',
  'jums būs jāiet/jāraksta/jāmaksā/jāzvana/jānāk', 'jūsu pienākums'
]
unless = ['jums jāmaksā mazāk']
say = "Visātrāk būs, ja …; vai drīkstu to izdarīt Jūsu vietā?"
why = "Pavēle mudina darīt pretējo. Lūdziet vai izdariet paši."

[[lv]]  # Gaidiet
not = [
  'būs jāpagaida', 'stājieties rindā', 'neesat vienīg*', 'pacietību', 'esiet pacietīg*', 'man/mums nav laika',
  'esam aizņemti', 'esmu aizņemt*', 'vai neredzat', 'jūs taču redzat', 'redzat taču', 'trūkst/maz darbinieku',
  'ļoti liels zvanu', 'daudz zvanu/klientu/darba', 'ir arī citi klienti', 'man ir tikai divas rokas',
  'runāju pa telefonu', 'apkalpoju citu', 'kad pabeigšu', 'vai nevarat pagaidīt', 'mazliet/nedaudz ilgāk', 'vēl mazliet',
  'vēl nedaudz jāpagaida', 'tiek apstrādāt*', 'ir ceļā', 'gaidiet', 'jāgaida', 'pagaidiet', 'slodz*', 'citi gaida',
  'citi arī gaida', 'pasteidzieties', 'rinda ir gara'
]
unless = ['nav jāgaida', 'nebūs jāgaida', 'lai nebūtu', 'piedod*', 'atvainoj*']
say = "Būšu pie Jums pēc divām minūtēm."
why = "Cilvēki labprāt gaida, ja zina, cik ilgi."

[[lv]]  # Nāciet vēlāk
not = [
  'nāciet vēlāk/rīt/citreiz/kad/nākam*', 'zvaniet vēlāk/rīt/citreiz/kad', 'piezvaniet vēlāk/rīt/kad/pēc/nākam*',
  'pazvaniet/pamēģiniet vēlāk', 'atnāciet rīt/citreiz/citu/kad/ar/nākam*/pēc/vēl*', 'nāciet citu reizi',
  'nākamajā nedēļā', 'varbūt tad/būs', 'citu dienu', 'pēc pusdienām', 'mēģiniet piezvanīt/zvanīt/vēl*'
]
say = "Es Jums šodien līdz … piezvanīšu."
why = "Zvaniet paši, nevis lieciet zvanīt vēlreiz."

[[lv]]  # Pulkstenis pie sienas
not = [
  'mēs/jau/drīz slēdzam', 'mēs jau taisām', 'taisāmies/veramies/veram ciet', 'esam jau slēgti', 'maiņa/darbs beidz*',
  'mana maiņa', 'man/pusdienas/mans pārtraukums', 'man ir pārtraukums', 'darba laiks beidz*', 'man jāiet mājās'
]
say = "Paskatīsimies, ko paspējam tagad; pārējo izdarīšu rīt līdz desmitiem."
why = "Pircējs ir darba dienas iemesls, nevis šķērslis."

[[lv]]  # Nekas tam nekaiš
not = [
  'nekas nekaiš', 'nekas tam nekaiš', 'viss ir kārtībā ar', 'prece ir kārtībā', 'ar preci viss', 'nekādu defektu',
  'defektu neredzu', 'neredzu problēmu/nekādu', 'nekā nav', 'tā tam jābūt', 'tā tam ir jābūt', 'tam tā jābūt',
  'tā ir jābūt', 'pilnīgi/ir normāli', 'normāla parādība', 'man/viss strādā', 'pie mums strādā', 'tāds/tāda nu ir',
  'tā nu tas ir', 'dabisks/normāls nolietojums', 'atkal saplīsīs', 'visām tā ir', 'tikai vizuāls/skrāpējum*',
  'neviens to nepamanīs', 'gandrīz nemana', 'to nemaz nevar redzēt', 'sīks skrāpējum*', 'nav traki/brāķis/defekts',
  'visiem/vienmēr tā', 'tā mēdz būt', 'darbojas/strādā labi'
]
say = "Lūdzu, parādiet; gribu to redzēt tāpat kā Jūs."
why = "Pircējs nav apmierināts: tas arī kaiš."

[[lv]]  # Īsi un rupji
not = [
  'vienalga', 'nu un/bet', 'kas tur ko', 'tiec* galā pats', 'tieciet galā', 'jūsu problēma/problēmas', 'neinteresē',
  'lieciet mieru', 'liecieties mierā', 'netraucējiet', 'stulb*', 'muļķīg* jautājum*', 'idiot*', 'ko jums',
  'ko tad jums/tagad', 'ko jūs gribat', 'ko jūs vēl gribat', 'ko vēl gribat', 'kas par problēmu',
  'kas jums par problēmu', 'kāda jums problēma', 'kas atkal', 'atkal jūs', 'nu ko vēl', 'apnicis',
  'nākamais/nākošais lūdzu', 'kurš nākamais', 'protams ka', 'apnik*', 'muļķīb*', 'smieklīg*', 'absurd*', 'jokojat'
]
unless = ['ko jums piedāvāt', 'ko jums varu', 'ko jums vajag', 'ko jums ieteikt']
say = "Kā varu Jums palīdzēt?"
why = "Tas aizver durvis, pirms pircējs ir ienācis."

[[lv]]  # Visi to zina
not = [
  'acīmredzot', 'acīmredzami', 'taču skaidrs/redzams', 'skaidrs taču', 'pats par sevi saprotams', 'pašsaprotami',
  'visi to zina', 'katrs zina/bērns', 'kā jūs zināt', 'kā zināms', 'jums būtu jāzina', 'jums vajadzētu zināt',
  'izlasiet/lasiet instrukciju', 'instrukciju/vai lasījāt', 'instrukcijā ir/viss', 'tik grūti saprast',
  'ko te nesaprast', 'kas te nesaprotams', 'paskatieties pats/pati', 'meklējiet pats/pati/paši', 'skatieties mājaslapā',
  'mājaslapā ir', 'internetā ir viss', 'viss ir plauktā', 'ja nav plauktā', 'ir skaidrs', 'nav grūti', 'tik vienkārši',
  'pats varat', 'tur viss rakst*'
]
say = "Parādīšu, kā tas darbojas."
why = "Tas nozīmē, ka pircējs ir lēns. Labāk parādiet."

[[lv]]  # Tādi kā Jūs
not = [
  'tādi kā jūs', 'tādi klienti/pircēji', 'tādiem kā jums', 'jūs visi', 'kārtējais klients', 'kārtējā sūdzība',
  'klienti mūsdienās'
]
say = "…"
why = "Izlaidiet: šeit visus apkalpo vienādi."

[[lv]]  # Pēdējais vārds
not = [
  'lēmums ir galīg*', 'galīgais/galīgs lēmums', 'lēmums netiks/paliek', 'sarunas beigas', 'saruna beigusies',
  'saruna ir beigusies', 'un punkts', 'tur vairs nav ko', 'nav ko runāt/strīdēties/apspriest', 'nestrīdēšos',
  'nediskutēšu', 'negrasos', 'netiks mainīts', 'tas arī viss', 'vairāk neko/neatbildēsim', 'jautājums ir slēgts',
  'jautājums slēgts', 'atbilde paliek', 'nemainīg*', 'lēmumu nemain*', 'vairs neatbildēsim', 'nerakstiet', 'nezvaniet',
  'nav jēgas', 'lieta ir slēgta', 'uzskatām par slēgt*', 'diskut*'
]
say = "Vai varu Jums vēl kā palīdzēt?"
why = "Pēdējo vārdu atstājiet pircējam."

[[lv]]  # Draudi
not = [
  'izsaukšu apsard*', 'mūsu jurist*', 'tiesāsimies', 'citādi es', 'melnajā sarakstā', 'beigšu sarunu',
  'nolikšu klausuli', 'neapkalpošu', 'jūs neapkalposim', 'advokāt*', 'policij*', 'apsarg*', 'sodīs', 'vērsīsimies tiesā'
]
say = "Es gribu Jums palīdzēt; atradīsim risinājumu."
why = "Ja ir īstas briesmas, rīkojieties; draudi katru strīdu tikai saasina."

[[lv]]  # Kancelejas valoda
not = [
  'ar šo informējam/paziņojam', 'informējam jūs ka', 'informējam ka', 'saskaņā ar mūsu/noteikumiem', 'pamatojoties uz',
  'augstākminēt*', 'iepriekšminēt*', 'jūsu iesniegums ir', 'jūsu sūdzība ir saņemta/reģistrēt*', 'jūsu pieteikums ir',
  'reģistrēts ar numuru', 'nodot*/pārsūtīt* attiecīg*', 'nodots/nodota izskatīšanai', 'atbildīgajai nodaļai',
  'atbildīgajam darbiniekam', 'pieņemts/pieņemta/pieņemsim zināšanai', 'uztveram nopietni', 'uztveram ļoti nopietni',
  'cienījamais/cienītais/godātais klient', 'jūsu zvans mums ir', 'jūsu viedoklis mums ir', 'lūgums ņemt vērā',
  'tiek izskatīt*', 'ir pieņemt* izskatīšan*', 'jūsu jautājums/pieprasījums', 'augsti vērtējam', 'mēs rūpējamies',
  'apmierinātība'
]
say = "Paldies, ka pateicāt. Tagad par to rūpējos es un atbildēšu Jums līdz …"
why = "Cilvēks raksta cilvēkam: sakiet, kurš rūpējas un līdz kuram laikam."

[[lv]]  # Nav solījums
not = [
  'mēģināsim', 'pamēģināsim', 'mēģināšu', 'pamēģināšu', 'centīsimies', 'centīšos', 'pacentīsimies', 'pacentīšos',
  'darīsim/darīšu visu iespējamo', 'darīsim ko varam', 'cerams', 'cerēsim', 'droši vien', 'nevaru apsolīt/garantēt',
  'nevaram apsolīt/garantēt', 'negarantēj*', 'skatīsimies', 'redzēsim', 'ja izdosies/paspēsim', 'domāju ka', 'gan jau',
  'kaut kā', 'redzēs'
]
say = "Es … līdz …"
why = "Sakiet, ko darīsiet. Ja kas var neizdoties, sakiet, kas notiks tad."

[[lv]]  # Atsauksmes
not = [
  'izdzēsiet/dzēsiet/izdzēst/dzēst/noņemiet/noņemt/izņemiet/mainiet/nomainiet atsauksm*',
  'izlabojiet/labojiet atsauksm*', 'par labu atsauksm*', 'par pozitīv* atsauksm*', 'piecas zvaigznes'
]
say = "Paldies, ka uzrakstījāt. Vai drīkstam to nokārtot?"
why = "Nevienam nelūdz atsaukt atsauksmi un par labu neko nedod: daudzās valstīs to prasa arī likums."

[[lv]]  # Ko tas maksā mums
not = [
  'zaudējam naudu', 'tas mums maksā', 'mums tas maksā', 'no manas kabatas/algas', 'no savas kabatas',
  'atskaitīs no algas', 'mani atlaidīs/sabārs', 'man būs nepatikšanas', 'man teiks'
]
say = "To es labprāt izdarīšu."
why = "Cik tas maksā, ir mūsu darīšana. Zaudēt pircēju ir dārgāk."

[[lv]]  # Solījumi bez laika
not = [
  'sazināsimies', 'sazināšos', 'sazināsies', 'atzvanīsim', 'atzvanīšu', 'atzvanīs', 'piezvanīsim', 'piezvanīšu',
  'piezvanīs', 'zvanīsim', 'zvanīšu', 'uzrakstīsim', 'uzrakstīšu', 'atrakstīsim', 'atrakstīšu', 'rakstīsim jums',
  'atbildēsim', 'atbildēšu', 'paziņosim', 'paziņošu', 'paziņos', 'ziņosim', 'informēsim', 'informēšu',
  'dosim ziņu/zināt/atbildi', 'došu ziņu/zināt',
  'tiks izskatīt*/atrisināt*/nokārtot*/nosūtīt*/atmaksāt*/piegādāt*/salabot*/sazināt*', 'tiks risināt*', 'izskatīsim',
  'izskatīšu', 'noskaidrosim un', 'nosūtīsim', 'nosūtīšu', 'atmaksāsim', 'piegādāsim', 'salabosim', 'kāds jums/ar',
  'kāds no mums', 'saņemsiet atbildi', 'atbildi saņemsiet', 'risināsim', 'nodosim'
]
unless = ['vai drīkst*', 'vai varu', 'bez maksas']
promise = true
say = "… atbildēšu Jums šodien līdz pieciem."
why = "Solījumam ir laiks: bez tā to šeit aizmirst, bet tur gaida."

[[lv]]  # Laiki, kas nav laiki
not = [
  'drīz', 'drīzumā', 'tuvākajā/visdrīzākajā laikā', 'tuvākajās dienās', 'tuvāko/dažu dienu laikā', 'cik ātri vien',
  'iespējami ātri', 'pēc iespējas/laika', 'tiklīdz', 'kad varēsim/varēšu', 'kad būs laiks', 'kaut kad', 'kādreiz',
  'kādu dienu', 'pēc kāda laika', 'dažas dienas/nedēļas', 'pāris dienu/dienās/dienas/nedēļ*', 'dažu nedēļu', 'ar laiku',
  'agri vai vēlu', 'jebkurā brīdī'
]
unless = ['tiekamies drīz', 'tiksimies drīz']
promise = true
say = "… šodien līdz pieciem."
why = "Katrs ar to saprot citu laiku. Nosauciet to un turiet."
""",
}

_REPLY = {
    "en": r"""
[reply.en]
greeting = "Dear {name},"         # {name}: of the contact
hello = "Hello,"                  # where no name is held here
thanks = "Thank you for telling us."
# by when: from the promise that stands, else until it is to be put right; {time} and {day}; {until} is `until` with the day
next = "We are looking into it, and you will hear from us by {time} on {day}."
# the same where the whole day counts
next-day = "We are looking into it, and you will hear from us by {day}."
# where no time is known
next-open = "We are looking into it now."
# where a time that they were told is over
late = "This takes longer than we told you, and we are sorry for that, too."
# {need}: what --need says
need = "To put it right we need one thing from you: {need}."
need-open = "To put it right we need only your answer to our last question."
answer = "A short answer to this message is enough."
# the choices follow
choose = "How shall we put it right? You choose:"
choose-then = "A word from you is enough."
chosen = "You chose: {choice}."   # {choice}: what they chose
# {done}: remedy and token
done = "We have put it right: {done}."
done-open = "We have put it right."
thanks-again = "Thank you for giving us the chance. If anything is not as it should be, please tell us: we want to know."
# reviews and posts: short, no names, no numbers; {reach}: telephone, e-mail or web
public = "We want to put it right for you. Please reach us here: {reach}."
public-done = "We have put it right, and we thank you for giving us the chance."
farewell = "Kind regards"

[reply.en.sorry]
delivery = "We are sorry that your order did not reach you as we promised."
quality = "We are sorry that what you bought from us let you down."
service = "We are sorry that we did not look after you as you may expect of us."
price = "We are sorry that the price was not what we had told you."
safety = "We are sorry that something from our shop put you at risk, and we hope that you are well."
privacy = "We are sorry that we were not careful enough with what you entrusted to us."
other = "We are sorry that we let you down."
""",
    "lv": r"""
[reply.lv]
greeting = "Labdien, {name}!"
hello = "Labdien!"
thanks = "Paldies, ka mums to pateicāt."
next = "Mēs to jau risinām, un atbildi no mums saņemsiet {until} plkst. {time}."
next-day = "Mēs to jau risinām, un atbildi no mums saņemsiet {until}."
next-open = "Mēs to jau risinām."
late = "Tas aizņem vairāk laika, nekā solījām, un arī par to atvainojamies."
need = "Lai to nokārtotu, no Jums vajadzīgs vēl tikai viens: {need}."
need-open = "Lai to nokārtotu, vajadzīga tikai Jūsu atbilde uz mūsu pēdējo jautājumu."
answer = "Pietiek ar īsu atbildi uz šo vēstuli."
choose = "Kā lai to nokārtojam? Izvēlieties Jūs:"
choose-then = "Pietiek ar vienu vārdu."
chosen = "Jūs izvēlējāties: {choice}."
done = "Esam to nokārtojuši: {done}."
done-open = "Esam to nokārtojuši."
thanks-again = "Paldies, ka devāt mums šo iespēju. Ja vēl kas nav, kā nākas, lūdzu, pasakiet: priecāsimies Jūs uzklausīt."
public = "Gribam to nokārtot. Lūdzu, dodiet mums ziņu šeit: {reach}."
public-done = "Esam to nokārtojuši un pateicamies, ka devāt mums šo iespēju."
farewell = "Ar cieņu"

[reply.lv.sorry]
delivery = "Atvainojamies, ka pasūtījums Jūs nesasniedza tā, kā solījām."
quality = "Atvainojamies, ka pie mums pirktā prece Jūs pievīla."
service = "Atvainojamies, ka neapkalpojām Jūs tā, kā pienākas."
price = "Atvainojamies, ka cena nebija tāda, kādu bijām norādījuši."
safety = "Atvainojamies, ka mūsu prece Jūs apdraudēja, un ceram, ka jūtaties labi."
privacy = "Atvainojamies, ka nebijām pietiekami uzmanīgi ar to, ko mums uzticējāt."
other = "Atvainojamies, ka Jūs pievīlām."
""",
}
