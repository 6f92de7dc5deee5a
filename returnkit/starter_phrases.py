"""How a new shop speaks with its customers: the text of its policies/phrases.toml, by language.

It is text with comments, because it is meant to be read and changed by the owner. A shop without such a file is served by this.
"""

from collections.abc import Sequence

LANGUAGES = ("en", "lv")


def phrases_text(languages: Sequence[str] = LANGUAGES) -> str:
    """Return policies/phrases.toml in those of the languages that are known here; English is always there, as a stand-in."""
    spoken = [code for code in LANGUAGES if code == "en" or code in languages]
    parts = [_INTRODUCTION, *(_WHEN[code] for code in spoken), *(_PHRASES[code] for code in spoken), _REPLIES]
    return "".join([*parts, *(_REPLY[code] for code in spoken)])


_INTRODUCTION = r"""# How we speak with customers: what not to say, what to say instead and why, and the drafts of our replies.
# `returnkit phrases check FILE` marks it in any text; `returnkit complaint reply ID` drafts a reply.
# A word that ends in * stands for every word that begins so, a * or … alone for any one word, a # for a number; capitals,
# accents, apostrophes and hyphens make no difference. It is all right where something of `unless` stands in the same
# sentence. What is a promise (promise = true) is all right where the same sentence says by when, in words of [when] or as
# a date or a time of day. Add your own; what you take out is no longer marked.
schema = 1

[when]
"""
_REPLIES = r"""
# A reply is put together from these, by how the complaint stands. In braces stands what is filled in: {shop} in all of them;
# what else, stands beside. `sorry` is by category or flag, and other for the rest: admit the trouble, and blame nobody.
"""

_WHEN = {
    "en": """en = [
  'today', 'tonight', 'tomorrow', 'this morning', 'this afternoon', 'this evening', 'monday*', 'tuesday*', 'wednesday*',
  'thursday*', 'friday*', 'saturday*', 'sunday*', 'january', 'february', 'march', 'april', 'by may', 'of may', 'may #',
  '# may', 'june', 'july', 'august', 'september', 'october', 'november', 'december', 'noon', 'midnight', 'oclock',
  'lunchtime', 'within the hour', 'within an hour', 'in an hour', 'half an hour', 'within a day', 'within a week',
  'in a minute', 'in a moment', 'the same day', 'that same day', 'end of the day', 'end of the week', 'straight away',
  'right away', 'at once', 'immediately', 'right now', 'while you wait', 'in #', 'in one *', 'in two *', 'in three *',
  'in four *', 'in five *', 'in six *', 'in seven *', 'in eight *', 'in nine *', 'in ten *', 'in eleven *', 'in twelve *',
  'within #', 'within one *', 'within two *', 'within three *', 'within four *', 'within five *', 'within six *',
  'within seven *', 'within eight *', 'within nine *', 'within ten *', 'within eleven *', 'within twelve *', 'by #',
  'by one', 'by two', 'by three', 'by four', 'by five', 'by six', 'by seven', 'by eight', 'by nine', 'by ten', 'by eleven',
  'by twelve', 'before #', 'before one', 'before two', 'before three', 'before four', 'before five', 'before six',
  'before seven', 'before eight', 'before nine', 'before ten', 'before eleven', 'before twelve', 'at #', 'at one', 'at two',
  'at three', 'at four', 'at five', 'at six', 'at seven', 'at eight', 'at nine', 'at ten', 'at eleven', 'at twelve'
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
  'company policy', 'store policy', 'shop policy', 'our policy', 'policy says', 'policy states', 'policy clearly',
  'policy is clear', 'against policy', 'against the policy', 'not our practice', 'these are the rules',
  'those are the rules', 'the rules of the company', 'rules are rules', 'thats the rule*', 'that is the rule',
  'not allowed to', 'not permitted to', 'head office says', 'head office wont', 'corporate says', 'corporate wont',
  'i dont make the rules', 'thats not how it works', 'that is not how it works', 'thats not how we', 'that is not how we',
  'not how it works here', 'its the law here', 'not up to me', 'not up to us', 'not my decision', 'the answer is no',
  'i said no', 'absolutely not', 'certainly not', 'not a chance', 'no chance', 'forget it'
]
say = "What I can do for you is …"
why = "A rule is no answer to a person in trouble. Say what is possible, and do that."

[[en]]  # The small print
not = [
  'printed on * receipt', 'printed * clearly', 'clearly printed', 'says on * receipt', 'says so on', 'right on the receipt',
  'clearly stated', 'clearly states', 'clearly posted', 'clearly marked', 'clearly says', 'posted at all', 'posted at the',
  'sign says', 'says on the sign', 'read the sign', 'its on the sign', 'read the terms', 'terms and conditions state',
  'terms and conditions say', 'its in the terms', 'you agreed to', 'you accepted the terms', 'you signed', 'read the label',
  'read the receipt'
]
say = "Let me go through it with you."
why = "Pointing at the small print says that it is the customer's own fault."

[[en]]  # Nothing can be done
not = [
  'nothing i can do', 'nothing we can do', 'nothing more i can do', 'nothing more we can do', 'nothing else i can do',
  'nothing else we can do', 'nothing to be done', 'cant help you', 'cannot help you', 'cant help with', 'cannot help with',
  'unable to help', 'not able to help', 'cant do anything', 'cannot do anything', 'hands are tied', 'out of my hands',
  'out of our hands', 'no can do', 'beyond my control', 'beyond our control', 'out of our control', 'no way we',
  'no way to', 'nobody here can', 'no one here can', 'we can only', 'i can only', 'all we can do', 'all i can do',
  'dont have the power*', 'do not have the power*', 'dont have the authority', 'do not have the authority',
  'dont have any authority', 'not authorised', 'not authorized', 'not in a position to'
]
unless = ['all i can do for you']
say = "Let me see what I can do: …"
why = "There is always something: ask a colleague, offer another way, or say when somebody can."

[[en]]  # Not my job
not = [
  'not my job', 'not my department', 'not my area', 'not my problem', 'not our problem', 'not my responsibility',
  'not our responsibility', 'not my concern', 'not my business', 'nothing to do with me', 'nothing to do with us',
  'i only work here', 'i just work here', 'above my pay grade', 'dont deal with', 'do not deal with', 'not responsible for',
  'not who you should', 'wrong department'
]
say = "I will take care of it: …"
why = "To the customer everybody here is the shop. Whoever is asked has it, until somebody else has taken it over."

[[en]]  # Whose fault
not = [
  'not my fault', 'not our fault', 'wasnt me', 'wasnt our mistake', 'couriers fault', 'carriers fault', 'suppliers fault',
  'manufacturers fault', 'fault of the courier', 'fault of the supplier', 'fault of the manufacturer', 'blame the',
  'my colleague made', 'my colleague should', 'whoever served you', 'whoever told you', 'whoever sold you',
  'who told you that', 'our records show', 'according to our records', 'we did nothing wrong', 'we did everything right',
  'havent done anything wrong', 'not done anything wrong', 'customer must have', 'somebody must have', 'someone must have',
  'happened afterwards', 'happened after you', 'happened at your', 'happened in your', 'happened when you',
  'wasnt like that when', 'was not like that when', 'it was fine when', 'they were fine when', 'left here in perfect',
  'was in perfect', 'not from here', 'not from us', 'not one of ours', 'isnt ours', 'is not ours', 'didnt buy it here',
  'did not buy it here', 'didnt buy that here', 'did not buy that here', 'must have missed', 'they must have',
  'he must have', 'she must have', 'no way of knowing', 'no way to know', 'it was not us', 'it wasnt us',
  'courier does not', 'carrier does not', 'supplier does not', 'courier has it', 'with the courier',
  'waiting on the supplier', 'supplier hasnt'
]
say = "I am sorry, that was our mistake. This is what I will do now: …"
why = "Who is to blame is our business, the customer wants it put right."

[[en]]  # Sent away
not = [
  'take it up with', 'take that up with', 'contact the manufacturer', 'contact the courier', 'contact the carrier',
  'contact the supplier', 'call the manufacturer', 'call the courier', 'have to call', 'have to contact', 'must contact',
  'must call', 'have to ask', 'have to speak to', 'need to speak to', 'need to contact', 'need to call', 'ask someone else',
  'ask somebody else', 'have to go to', 'need to go to'
]
unless = ['we have to', 'i have to', 'i need to', 'we need to', 'dont have to', 'do not have to']
say = "I will ask them for you and call you by …"
why = "The customer bought it here. Whoever has to be asked, we ask."

[[en]]  # I do not know
not = [
  'i dont know', 'i do not know', 'we dont know', 'we do not know', 'no idea', 'no clue', 'dont ask me',
  'how should i know', 'how would i know', 'your guess is as good', 'beats me', 'couldnt tell you', 'could not tell you',
  'cant tell you', 'cannot tell you', 'not sure what to tell you', 'not sure about that'
]
unless = ['find out', 'i will ask', 'ill ask', 'let me ask', 'let me look', 'let me check']
say = "Good question: let me find out."
why = "Nobody has to know everything, but finding out is our work, not the customer's."

[[en]]  # Nobody is there who may
not = [
  'no manager available', 'no manager here', 'no manager on duty', 'manager isnt here', 'manager is not here',
  'manager isnt in', 'manager is not in', 'manager isnt available', 'manager is not available', 'owner isnt here',
  'owner is not here', 'owner isnt in', 'owner is not in', 'manager will say the same', 'manager will tell you the same',
  'tell you the same thing', 'tell you exactly the same', 'only the manager can', 'only the owner can',
  'when the manager is back', 'when the owner is back', 'manager is busy'
]
say = "I will ask my manager and call you today before …"
why = "Nobody is sent away because somebody else decides: take it over, and say by when there is an answer."

[[en]]  # New here
not = [
  'im new here', 'i am new here', 'my first day', 'its my first week', 'i just started', 'i only started', 'im only the',
  'im just the', 'i am only the', 'i am just the', 'im only a', 'im just a', 'i am just a', 'i am only a'
]
say = "One moment, please: I will ask a colleague who knows."
why = "The customer cannot choose whom to ask. Get help at once."

[[en]]  # Calm down
not = [
  'calm down', 'calm yourself', 'please relax', 'just relax', 'relax sir', 'relax madam', 'relax maam', 'no need to shout',
  'no need to yell', 'no need to be rude', 'no need to get', 'no reason to be upset', 'no reason to get', 'dont get upset',
  'dont be upset', 'dont raise your voice', 'lower your voice', 'stop shouting', 'stop yelling', 'take that tone',
  'watch your tone', 'watch your language', 'overreact*', 'over reacting', 'being unreasonable', 'being difficult',
  'being ridiculous', 'dont be ridiculous', 'thats ridiculous', 'that is ridiculous', 'being dramatic', 'chill out',
  'youre being rude'
]
say = "I understand that this is annoying. Let us look at it together."
why = "Nobody ever became calm by being told to. Listening calms."

[[en]]  # You should have
not = [
  'you should have', 'you shouldve', 'you shouldnt have', 'you should not have', 'you ought to have', 'you could have',
  'you couldve', 'you were supposed to', 'youre supposed to', 'you are supposed to', 'shouldnt have bought',
  'should have bought', 'should have kept', 'should have read', 'should have checked', 'should have told us',
  'why didnt you', 'why did you not', 'why did you wait', 'why havent you', 'why have you not', 'if you had only',
  'if only you', 'had you read', 'had you kept', 'had you told', 'next time read', 'next time check', 'maybe you should',
  'perhaps you should', 'more careful', 'be careful next time', 'could have been avoided', 'couldve been avoided',
  'would not have happened if', 'wouldnt have happened if', 'if you had told', 'if you had kept', 'if you had come',
  'if you had asked', 'if you had read', 'if you had checked', 'if your party had', 'did you not', 'didnt you',
  'you had plenty', 'you had enough time', 'you had * to', 'you waited too long', 'too late now', 'its too late',
  'it is too late'
]
unless = [
  'you should have received', 'you should have your', 'you should have the', 'you should have it', 'you should have a',
  'you could have it', 'you could have a', 'you could have the', 'you could have your', 'if your new', 'if your parcel',
  'if your order', 'if you had a moment', 'if youd like', 'if youd prefer', 'did you not like'
]
say = "Let us see how we put it right."
why = "What is past cannot be changed, and the customer knows. Say what happens now."

[[en]]  # The customer's mistake
not = [
  'you made a mistake', 'youve made a mistake', 'you have made a mistake', 'your mistake', 'your own mistake', 'your error',
  'your fault', 'your own fault', 'you got it wrong', 'youve got it wrong', 'you did it wrong', 'youre doing it wrong',
  'you are wrong', 'youre wrong', 'you are mistaken', 'youre mistaken', 'you misunderstood', 'you misread',
  'you didnt read', 'you did not read', 'didnt you read', 'did you not read', 'cant you read', 'you failed to',
  'you forgot', 'you neglected', 'you broke', 'you damaged', 'you ruined', 'you didnt follow', 'you did not follow',
  'you didnt do', 'you did not do', 'you didnt tell', 'you did not tell', 'you didnt check', 'you did not check',
  'you didnt ask', 'you did not ask', 'you used it wrong', 'the wrong way', 'you ordered the wrong', 'you bought the wrong',
  'you chose the wrong', 'you picked the wrong', 'you entered the wrong', 'you gave us the wrong', 'you must have',
  'user error', 'misused', 'misuse of', 'improper use', 'you knew', 'you were informed', 'you were warned',
  'you were aware', 'you have damaged', 'youve damaged', 'you have broken', 'youve broken', 'you werent careful'
]
unless = [
  'must have been annoying', 'must have been upsetting', 'must have been a disappointment', 'you must have been',
  'not your fault', 'not your mistake', 'was not your', 'isnt your fault'
]
say = "Let us look at it together."
why = "Never point out the customer's mistake, even where it was one: you win the point and lose the customer."

[[en]]  # How lucky they are
not = [
  'youre lucky', 'you are lucky', 'lucky that', 'just be glad', 'be grateful', 'be thankful', 'count yourself',
  'consider yourself', 'you should be happy', 'you should be glad', 'at least you', 'at least he', 'at least she',
  'at least it', 'at least they', 'at least we', 'could have been worse', 'couldve been worse', 'could be worse',
  'end of the world', 'big deal', 'not that bad', 'it isnt so bad', 'not so serious', 'only a small thing',
  'just a small thing', 'doing you a favour', 'doing you a favor', 'as a favour to you', 'as a favor to you',
  'for that price', 'at that price', 'for what you paid', 'get what you pay for', 'all its worth', 'all it is worth',
  'what did you expect', 'what do you expect'
]
say = "I am sorry that it let you down."
why = "Never tell customers how lucky they are: it makes their trouble small."

[[en]]  # Nobody else complained
not = [
  'nobody else has', 'no one else has', 'nobody else complain*', 'no one else complain*', 'nobody has ever',
  'no one has ever', 'nobody ever complain*', 'no one ever complain*', 'nobody complain*', 'never had this problem',
  'never had that problem', 'never had a problem', 'never had any problem*', 'never had a complaint',
  'never had any complaint*', 'never had complaints', 'the first to complain', 'first one to complain',
  'first person to complain', 'first customer to', 'the only one who', 'the only person who', 'the only customer who',
  'other customers dont', 'other customers never', 'other customers are happy', 'everybody else is', 'everyone else is',
  'everyone else likes', 'everybody else likes', 'never heard of that', 'never heard of such', 'works fine for everyone'
]
say = "Thank you for telling us: others may have had the same."
why = "The customer hears \"you are the problem\". Most of those who are disappointed never say so."

[[en]]  # As I already said
not = [
  'as i said', 'as i already', 'as i told', 'as i have said', 'as ive said', 'as ive told', 'as i explained', 'as we said',
  'as we told', 'as we already', 'as we explained', 'like i said', 'like i told you', 'i already told', 'i already said',
  'i already explained', 'ive already told', 'ive already explained', 'ive already said', 'i have already told',
  'we already told', 'weve already told', 'we have already told', 'i told you', 'i just told you', 'i just said',
  'i just explained', 'already explained to you', 'as previously', 'as stated', 'as explained', 'as already mentioned',
  'as mentioned', 'as per my', 'how many times', 'for the last time', 'i keep telling', 'im not going to repeat',
  'i wont repeat'
]
say = "Gladly once more: …"
why = "It says that the customer did not listen. Saying it again costs nothing."

[[en]]  # To be honest
not = [
  'to be honest', 'to be perfectly', 'to be frank', 'frankly', 'quite honestly', 'honestly speaking',
  'to tell you the truth', 'truth be told', 'with all due respect', 'no offence', 'no offense', 'dont take this personally',
  'dont take it personally', 'not to be rude', 'i dont mean to be rude'
]
say = "…"
why = "Leave it out: what follows is seldom kind, and was the rest not honest?"

[[en]]  # Empty apologies
not = [
  'any inconvenience', 'the inconvenience', 'this inconvenience', 'inconvenience caused', 'inconveniences caused',
  'sorry you feel', 'sorry that you feel', 'sorry you think', 'sorry if', 'apologise if', 'apologize if',
  'regret that you feel', 'sorry about that but', 'mistakes happen', 'these things happen', 'things happen',
  'nobody is perfect', 'nobodys perfect', 'no one is perfect'
]
say = "I am sorry that the parcel came late and you waited in vain."
why = "Apologise for what happened, in its own words. \"If\" and \"any\" take it back."

[[en]]  # Sorry, but
not = [
  'sorry but', 'sorry * but', 'sorry to say', 'i understand but', 'i understand * but', 'i hear you but',
  'i see * point but', 'i appreciate that but', 'i get that but', 'i get it but', 'i know but', 'apologise but',
  'apologize but', 'understand your frustration but', 'understand your frustration however', 'thats fine but', 'yes but',
  'sorry * * but', 'sorry * * * but', 'i would * but', 'i would love to but', 'i would like to but', 'i wish i could',
  'i wish we could', 'i understand * * but', 'i get * but'
]
unless = ['but i can', 'but we can', 'but i will', 'but we will', 'but what i can', 'but i would']
say = "I am sorry. What I can do is …"
why = "Everything before \"but\" is not heard. Two sentences are kinder than one."

[[en]]  # Unfortunately
not = [
  'unfortunately', 'regrettably', 'im afraid not', 'im afraid we', 'im afraid i', 'im afraid that', 'im afraid there',
  'i am afraid not', 'i am afraid we', 'i am afraid i', 'i am afraid that', 'i am afraid there', 'we regret to',
  'i regret to', 'im afraid', 'i am afraid'
]
unless = ['but i can', 'but we can', 'what i can do', 'what we can do', 'instead']
say = "What is possible is …"
why = "It announces a no. Begin with what is possible."

[[en]]  # It cannot be done
not = [
  'cant do that', 'cannot do that', 'cant do this', 'cannot do this', 'cant do it', 'cannot do it', 'cant do returns',
  'cant do refunds', 'cant do exchanges', 'cant take this', 'cannot take this', 'cant take that', 'cannot take that',
  'cant take it back', 'cannot take it back', 'cant take them back', 'cant refund', 'cannot refund', 'cant return',
  'cannot return', 'cant exchange', 'cannot exchange', 'cant replace', 'cannot replace', 'cant give you', 'cannot give you',
  'cant offer you', 'cannot offer you', 'cant accept', 'cannot accept', 'cant process', 'cannot process', 'unable to',
  'wont be able to', 'will not be able to', 'not able to', 'wont refund', 'will not refund', 'wont take',
  'will not take it', 'not possible', 'impossible', 'isnt possible', 'wont happen', 'not going to happen',
  'out of the question', 'sorry we cant', 'sorry i cant', 'sorry we cannot', 'sorry i cannot', 'we just cant',
  'i just cant', 'we simply cant', 'i simply cant', 'we cant', 'we cannot', 'i cant', 'i cannot', 'you cant', 'you cannot',
  'we couldnt', 'i couldnt', 'we are unable', 'we were unable', 'he cant', 'she cant', 'they cant', 'cant be done',
  'cannot be done', 'cant be returned', 'cannot be returned', 'cant be exchanged', 'cannot be exchanged',
  'cant be refunded', 'cannot be refunded', 'we wont', 'i wont', 'they wont'
]
unless = [
  'but i can', 'but we can', 'what i can do', 'what we can do', 'can offer', 'instead', 'if you are unable to',
  'if you are not able to', 'cannot find it yet', 'cant find it yet', 'cannot see it yet', 'cant wait to', 'cannot wait to',
  'i cannot thank', 'we cannot thank', 'if you cannot', 'if you cant', 'if we cannot', 'if we cant', 'you cant go wrong'
]
say = "What I can do for you is …"
why = "Say a no by what is possible: an exchange, a repair, store credit, somebody who may decide."

[[en]]  # No exceptions
not = [
  'no refund*', 'no returns', 'no exceptions', 'not refundable', 'non refundable', 'sales are final', 'sale is final',
  'final sale', 'dont do refunds', 'do not do refunds', 'dont give refunds', 'do not give refunds', 'dont offer refunds',
  'dont do returns', 'dont do exchanges', 'dont do that', 'do not do that', 'dont accept', 'do not accept',
  'dont take returns', 'dont take back', 'do not take back', 'cant make an exception', 'cannot make an exception',
  'dont make exceptions', 'do not make exceptions', 'if i did it for you', 'if we did it for',
  'if we did that for everyone', 'if i did that for everyone', 'if we made an exception', 'dont have to give you',
  'do not have to give you', 'dont have to take', 'do not have to take', 'i dont have to', 'we dont have to',
  'sold as seen', 'sold as is', 'not covered', 'isnt covered', 'doesnt cover', 'does not cover', 'voids the', 'voids your',
  'void the', 'too long ago', 'outside the return', 'outside of our', 'outside our', 'past the return', 'past the * days',
  'past your', 'its expired', 'has expired', 'only accept', 'only take', 'only do exchanges', 'only give', 'only offer',
  'no cash back', 'only covered', 'only guaranteed', 'only valid', 'only within', 'no longer covered', 'out of warranty',
  'out of guarantee', 'not under warranty', 'no warranty', 'no guarantee on'
]
unless = ['what i can do', 'what we can do', 'but i can', 'but we can']
say = "Let me see which way is open to you."
why = "Staff have room of their own, and know who has more."

[[en]]  # Without a receipt
not = [
  'no receipt no', 'without a receipt i cant', 'without a receipt we cant', 'without a receipt i cannot',
  'without a receipt we cannot', 'without the receipt i cant', 'without the receipt we cant',
  'without the receipt i cannot', 'without the receipt we cannot', 'without a receipt there', 'without the receipt there',
  'where is your receipt', 'wheres your receipt', 'wheres the receipt', 'no original packaging',
  'need the original packaging', 'need the original box'
]
say = "Do you have anything else that shows when it was bought? If not, let us see what is possible."
why = "Ask for what helps, and say what is possible without it."

[[en]]  # The system
not = [
  'system cant', 'system cannot', 'system wont', 'system will not', 'system doesnt', 'system does not', 'system says',
  'system isnt', 'computer says', 'computer wont', 'computer will not', 'computer doesnt', 'computer cant', 'till wont',
  'till does not let', 'register wont', 'software wont', 'system is down', 'computers are down'
]
say = "I will write it down and do it by hand: …"
why = "The system is ours, and so is its trouble."

[[en]]  # Go somewhere else
not = [
  'business elsewhere', 'shop elsewhere', 'shop somewhere else', 'go elsewhere', 'go somewhere else', 'try elsewhere',
  'try somewhere else', 'buy it somewhere else', 'bought it somewhere else', 'take it or leave it', 'if you dont like it',
  'your loss', 'suit yourself', 'dont come back', 'theres the door', 'there is the door', 'not welcome here',
  'no longer welcome', 'please leave', 'get out of', 'dont need your business', 'dont want your business', 'or leave them',
  'or leave it', 'do you want it or', 'do you want them or', 'are you going to buy', 'are you or are you not',
  'make up your mind', 'going to buy that', 'going to buy it', 'if you cant afford', 'cant afford', 'too expensive for you',
  'dont touch', 'do not touch', 'put it back', 'you break it you', 'not a charity', 'not a library', 'not a fast food',
  'we are not a', 'this is not a', 'this isnt a', 'hurry up', 'dont come here', 'step aside', 'get in line',
  'get to the back'
]
say = "I would be glad if you stayed with us: what can I do?"
why = "To win a new customer is about five times as dear as to keep one."

[[en]]  # I do not believe you
not = [
  'youre lying', 'you are lying', 'dont lie to', 'not true', 'isnt true', 'not what happened', 'dont believe',
  'do not believe', 'find it hard to believe', 'i doubt', 'we doubt', 'never said that', 'didnt say that', 'never told you',
  'didnt tell you that', 'that cant be', 'that cannot be true', 'that cannot be so', 'cant be right', 'cannot be right',
  'you claim', 'you allege*', 'allegedly', 'supposedly', 'so you say', 'that is what you say', 'thats what they all say',
  'everybody says that', 'everyone says that', 'you say that it', 'let me get this straight', 'your word against',
  'in your opinion', 'thats your opinion', 'that is your opinion', 'only your opinion', 'so youre saying', 'are you saying',
  'are you accusing', 'are you calling', 'are you telling me', 'what do you mean', 'you expect me to', 'do you expect me',
  'do you really', 'not what you want', 'thats not what you', 'that is not what you', 'not what he wants',
  'not what she wants', 'not what you asked', 'you didnt order', 'you did not order', 'you never'
]
say = "Please tell me what happened."
why = "Listen first. Those who want to cheat are few, and the others hear the doubt."

[[en]]  # Are you sure
not = [
  'are you sure', 'are you certain', 'did you drop', 'did you wash', 'did you get it wet', 'have you dropped',
  'have you been using', 'did you even', 'did you actually', 'have you even', 'have you actually', 'did you really',
  'what did you do to', 'what have you done to', 'prove it', 'can you prove', 'need to prove', 'how do i know',
  'how do we know', 'is it really'
]
say = "May I have a look?"
why = "It sounds like an interrogation. Look yourself instead."

[[en]]  # Why, twice
not = [
  'but why', 'why exactly', 'why on earth', 'why would you', 'why do you want to return', 'why do you want your money',
  'why are you returning', 'why are you bringing', 'whats the real reason', 'what is the real reason',
  'whats wrong with it', 'what exactly is wrong', 'thats not a reason', 'that is not a reason', 'not a good reason',
  'not a valid reason', 'give me a reason', 'justify'
]
say = "May I ask what the reason is? You need not say."
why = "Ask why, once, and take what is said."

[[en]]  # Data that nobody needs
not = [
  'need your id', 'see your id', 'show me your id', 'some id', 'photo id', 'id card', 'your passport', 'date of birth',
  'loyalty card', 'loyalty number', 'are you a member of', 'need your phone', 'need your telephone', 'need your email',
  'need your address', 'whats your email', 'whats your phone number', 'whats your postcode', 'zip code', 'sign up for our',
  'join our', 'fill in this form', 'fill in the form', 'fill out this form', 'fill out the form', 'fill out a form',
  'fill in a form', 'complete this form', 'complete the form', 'put it in writing', 'put that in writing',
  'submit a request', 'submit a ticket', 'open a ticket', 'create an account'
]
unless = ['if you like', 'if you want']
say = "If you leave us a number, we call you. You need not."
why = "Ask for nothing that this matter does not need."

[[en]]  # You must
not = [
  'you have to', 'you must', 'you need to', 'youll have to', 'you will have to', 'youll need to', 'you will need to',
  'you are required to', 'youre required to', 'you are obliged to', 'youve got to', 'you have got to'
]
unless = [
  'all you have to', 'all you need to', 'everything you need to', 'anything you need to', 'whatever you need to',
  'if you need to', 'what you need to', 'you must be', 'you must feel', 'you must have been'
]
say = "The quickest way is …; may I do it for you?"
why = "An order makes people do the opposite. Ask, or do it yourself."

[[en]]  # Wait
not = [
  'have to wait', 'need to wait', 'wait your turn', 'wait in line', 'wait like everybody', 'wait like everyone',
  'just wait', 'be patient', 'have patience', 'some patience', 'hang on', 'hold on', 'cant you see', 'im busy', 'i am busy',
  'were busy', 'we are busy', 'very busy', 'too busy', 'dont have time', 'do not have time', 'have no time',
  'havent got time', 'no time for', 'short staffed', 'understaffed', 'only one pair of hands', 'high call volume*',
  'unusually high', 'other customers waiting', 'other customers to serve', 'not the only customer', 'not the only one',
  'im on the phone', 'i am on the phone', 'i was talking', 'im talking', 'i am talking', 'cant you wait', 'one at a time',
  'im with another', 'im serving', 'im helping', 'not serving', 'not open yet', 'not my turn', 'when im done',
  'when i am done', 'when i finish', 'when im finished', 'a little longer', 'a bit longer', 'while longer', 'please allow',
  'allow up to', 'allow at least', 'on its way', 'in the queue', 'in progress', 'being processed', 'still processing',
  'wait for it', 'wait until', 'still waiting on', 'waiting for the supplier'
]
unless = ['do not have to wait', 'dont have to wait', 'need not wait', 'on its way to you and']
say = "I will be with you in two minutes."
why = "People wait gladly when they know how long."

[[en]]  # Come back later
not = [
  'call back later', 'call again later', 'call again tomorrow', 'try again later', 'come back later', 'come back another',
  'come back some other', 'come again another', 'come back when', 'come back with', 'come back tomorrow', 'ring back later',
  'call back when', 'call us back', 'call back tomorrow', 'try again tomorrow', 'try calling', 'try again next'
]
say = "I will call you back today by …"
why = "Call back instead of making people call again."

[[en]]  # The clock on the wall
not = [
  'were closing', 'we are closing', 'about to close', 'we close in', 'we just closed', 'im on my break', 'i am on my break',
  'on my lunch', 'my break', 'my shift', 'off the clock', 'i finish at', 'i finish in', 'end of the day here'
]
unless = ['before the end']
say = "Let me see what we can do before we close; the rest I will do tomorrow by ten."
why = "The customer is the reason for the working day, not what stands in its way."

[[en]]  # There is nothing wrong with it
not = [
  'nothing wrong with', 'looks fine', 'seems fine', 'looks ok', 'its fine', 'it is fine', 'works fine', 'working fine',
  'works for me', 'its working', 'thats normal', 'that is normal', 'perfectly normal', 'completely normal',
  'its supposed to', 'it is supposed to', 'its meant to', 'it is meant to', 'thats how it is', 'that is how it is',
  'thats just how', 'that is just how', 'thats the way it is', 'is what it is', 'within tolerance',
  'cant see anything wrong', 'cant find anything wrong', 'dont see the problem', 'dont see a problem',
  'dont see any problem', 'dont see what the problem', 'wear and tear', 'just happen again', 'will happen again',
  'happen again anyway', 'all of them do', 'they all do', 'they all are', 'its only cosmetic', 'just cosmetic',
  'only cosmetic', 'you wont notice', 'nobody will notice', 'no one will notice', 'hardly notice', 'you cant see it',
  'barely see'
]
say = "Please show me what it does; I want to see it as you do."
why = "The customer is not satisfied: that is what is wrong."

[[en]]  # Short and rude
not = [
  'whatever', 'so what', 'deal with it', 'too bad', 'tough luck', 'hard luck', 'thats life', 'who cares', 'i dont care',
  'we dont care', 'couldnt care less', 'your problem', 'not interested', 'dont bother', 'leave me alone', 'get lost',
  'shut up', 'stupid', 'idiot*', 'dumb question', 'silly question', 'what now', 'now what', 'whats your problem',
  'what is your problem', 'what seems to be the problem', 'what do you want', 'yes what', 'thats it then', 'not today',
  'im not here to', 'i dont get paid', 'dont get paid', 'not paid enough', 'oh well', 'oh come on', 'come on', 'seriously',
  'are you kidding', 'are you joking', 'you must be joking', 'youre joking', 'give me a break', 'mind your',
  'your attitude', 'dont interrupt', 'who is next', 'whos next', 'next please', 'next in line'
]
unless = [
  'your problem with', 'whatever you need', 'whatever suits', 'whatever you like', 'whatever it', 'whatever the',
  'come on in', 'not now or later'
]
say = "How can I help you?"
why = "It closes the door before the customer has come in."

[[en]]  # Everybody knows
not = [
  'obviously', 'clearly you', 'you clearly', 'common sense', 'everybody knows', 'everyone knows', 'any child',
  'it goes without saying', 'as you know', 'as you should know', 'you should know', 'you would know', 'read the manual',
  'read the instructions', 'in the manual', 'did you read the', 'have you read the', 'have you tried looking',
  'have you tried reading', 'its not that hard', 'its not rocket science', 'its simple enough', 'simply read',
  'look for it yourself', 'look it up', 'look yourself', 'find it yourself', 'google it', 'on our website',
  'on the website', 'check online', 'check our website', 'order it online', 'is there a price on',
  'if its not on the shelf', 'if it isnt on the shelf', 'whatever is on the shelf', 'over there somewhere', 'did you bring'
]
unless = ['did you bring the receipt', 'if you like', 'for you']
say = "Let me show you."
why = "It says that the customer is slow. Show it instead."

[[en]]  # People like you
not = [
  'people like you', 'customers like you', 'you people', 'your kind', 'customers these days', 'you again',
  'typical customer'
]
say = "…"
why = "Leave it out: everybody here is served alike."

[[en]]  # The last word
not = [
  'decision is final', 'final decision', 'final answer', 'my last word', 'end of story', 'end of discussion',
  'discussion is over', 'conversation is over', 'case closed', 'case is closed', 'matter is closed', 'not going to argue',
  'wont argue', 'not going to discuss', 'wont discuss', 'not up for discussion', 'not open to discussion',
  'nothing more to say', 'nothing to discuss', 'thats final', 'that is final', 'thats all i can', 'that is all i can',
  'thats the best i can', 'that is the best i can', 'best we can do', 'best i can do', 'the best i could', 'best we could',
  'does not change the fact', 'doesnt change the fact', 'doesnt change anything', 'does not change anything',
  'is all we can', 'is all i can'
]
say = "Is there anything else that would help you?"
why = "Leave the last word to the customer."

[[en]]  # Threats
not = [
  'call security', 'call the police', 'or else', 'legal department', 'our lawyer*', 'we will sue', 'ban you', 'banned from',
  'blacklist*', 'hang up', 'im hanging up', 'refuse to serve', 'refuse service', 'refuse to speak', 'if youre rude',
  'if you are rude', 'if you keep', 'if you continue to', 'or i wont', 'or i will not', 'otherwise i', 'otherwise we'
]
say = "I want to help you; let us find a way."
why = "Where there is real danger, act; to say it makes every quarrel worse."

[[en]]  # Officialese
not = [
  'please be advised', 'kindly be advised', 'be informed', 'be advised that', 'hereby', 'pursuant to',
  'in accordance with our', 'as per', 'aforementioned', 'with reference to your', 'with regard to your',
  'at your earliest convenience', 'do the needful', 'duly noted', 'your request has been', 'your complaint has been',
  'your feedback has been', 'your ticket', 'has been forwarded', 'has been passed on', 'has been escalated',
  'has been noted', 'relevant department', 'appropriate department', 'relevant team', 'take * seriously',
  'take * very seriously', 'valued customer*', 'dear customer', 'dear sir or madam', 'your call is important',
  'your opinion is important', 'your feedback is important', 'important to us'
]
say = "Thank you for telling us. I have it now, and you hear from me by …"
why = "One person writes to another one: say who has it, and by when."

[[en]]  # Not a promise
not = [
  'we will try', 'well try', 'i will try', 'ill try', 'we shall try', 'try our best', 'try my best', 'do our best',
  'do my best', 'see what i can do', 'see what we can do', 'might be able to', 'hopefully', 'with any luck', 'cant promise',
  'cannot promise', 'cant guarantee', 'cannot guarantee', 'dont hold your breath', 'no guarantee*'
]
unless = ['let me see what i can do', 'let me see what we can do', 'let us see what we can do']
say = "I will … by …"
why = "Say what you will do. What may fail is said with what happens then."

[[en]]  # Reviews
not = [
  'delete your review', 'remove your review', 'change your review', 'take down your review', 'edit your review',
  'remove the review', 'delete the review', 'take down the review', 'change the review', 'update your review',
  'in return for a good review', 'in exchange for a review', 'give us five stars', 'leave us a good review'
]
say = "Thank you for writing it. May we put it right?"
why = "Nobody is asked to take back a review, and nothing is given for one: in many countries the law says so, too."

[[en]]  # What it costs us
not = [
  'we lose money', 'losing money', 'it costs us', 'out of my pocket', 'out of my own pocket', 'out of our pocket',
  'comes out of my pay', 'my boss will kill', 'i will get in trouble', 'ill get in trouble', 'i would get in trouble',
  'id get in trouble', 'get fired', 'lose my job'
]
say = "I will gladly do that."
why = "What it costs is our business. Losing the customer is dearer."

[[en]]  # Promises without a date
not = [
  'get back to you', 'be in touch', 'get in touch with you', 'will contact you', 'well contact you', 'shall contact you',
  'contact you when', 'contact you once', 'will call you', 'well call you', 'ill call you', 'call you back',
  'will ring you', 'ring you back', 'phone you back', 'will write to you', 'will email you', 'will mail you', 'will reply',
  'will respond', 'will answer', 'respond to you', 'reply to you', 'hear from us', 'hear from me', 'let you know',
  'keep you posted', 'keep you updated', 'keep you informed', 'will update you', 'follow up with you', 'will follow up',
  'look into it and', 'will look into', 'ill look into', 'well look into', 'will see to it', 'ill see to it',
  'well see to it', 'sort it out', 'will be sent', 'will be shipped', 'will be delivered', 'will be refunded',
  'will be replaced', 'will be repaired', 'will arrive', 'someone will', 'somebody will', 'someone from our'
]
unless = ['could you let', 'can you let', 'please let', 'may i call you back']
promise = true
say = "… you hear from me today by five."
why = "A promise has a time: without one it is forgotten here and waited for there."

[[en]]  # Times that are none
not = [
  'soon', 'shortly', 'asap', 'as soon as possible', 'as quickly as possible', 'as soon as we can', 'as soon as i can',
  'at the earliest', 'at our earliest', 'in due course', 'in the near future', 'in a while', 'in a bit', 'at some point',
  'some time', 'sometime', 'one of these days', 'sooner or later', 'a few days', 'a couple of days', 'several days',
  'few weeks', 'couple of weeks', 'when we can', 'when i can', 'when i get a chance', 'when we get a chance',
  'when i have time', 'once we know more', 'when we know more', 'eventually', 'any day now', 'any time now'
]
unless = ['see you soon', 'see you again soon', 'again soon', 'how soon', 'too soon', 'get well soon']
promise = true
say = "… today by five."
why = "Everybody understands another time by it. Name one, and keep it."
""",
    "lv": r"""
[[lv]]  # Noteikumi atbildes vietā
not = [
  'uzņēmuma politika', 'veikala politika', 'mūsu politika', 'firmas politika', 'noteikumi neļauj', 'noteikumi neatļauj',
  'noteikumi ir noteikumi', 'tādi ir noteikumi', 'tādi ir mūsu', 'mums tādi noteikumi', 'mums ir tādi noteikumi',
  'tāda ir kārtība', 'tāda kārtība', 'mums tāda kārtība', 'pēc noteikumiem ne*', 'neesam tiesīgi', 'mēs nedrīkstam',
  'nedrīkstam to', 'es nedrīkstu', 'man neļauj', 'mums neļauj', 'vadība neļauj', 'priekšniecība neļauj', 'nav atļauts',
  'nav paredzēts', 'ne es izdomāju', 'tā tas nenotiek', 'tā mēs nestrādājam', 'tas nav atkarīgs no manis',
  'nav atkarīgs no mums', 'ne es lemju', 'es par to nelemju', 'atbilde ir nē', 'es teicu nē', 'nekā nebūs', 'aizmirstiet'
]
say = "Es Jums varu …"
why = "Noteikums nav atbilde cilvēkam, kuram ir nepatīkšanas. Sakiet, kas ir iespējams, un dariet to."

[[lv]]  # Sīkie burti
not = [
  'rakstīts uz čeka', 'rakstīts čekā', 'tur ir rakstīts', 'tur taču ir rakstīts', 'skaidri rakstīts', 'skaidri uzrakstīts',
  'skaidri norādīts', 'melns uz balta', 'redzamā vietā', 'izlasiet noteikumus', 'lasiet noteikumus', 'jālasa noteikumi',
  'jūs piekritāt', 'jūs parakstījāt', 'izlasiet čeku', 'lasiet uzmanīgi', 'lasiet uzmanīgāk'
]
say = "Apskatīsimies to kopā."
why = "Rādīt uz sīkajiem burtiem nozīmē sacīt, ka pircējs pats vainīgs."

[[lv]]  # Neko nevar darīt
not = [
  'neko nevaru darīt', 'neko nevaru izdarīt', 'neko nevaru līdzēt', 'neko nevaru palīdzēt', 'neko nevaram darīt',
  'neko nevaram izdarīt', 'neko nevaram līdzēt', 'neko nevaram palīdzēt', 'neko nevar darīt', 'neko nevar izdarīt',
  'nevaru palīdzēt', 'nevaram palīdzēt', 'nevaru jums palīdzēt', 'nevaram jums palīdzēt', 'nevaru līdzēt', 'nevaram līdzēt',
  'nevarēšu palīdzēt', 'nevarēsim palīdzēt', 'nekas nav darāms', 'nu ko lai dara', 'ko lai dara', 'neko vairāk',
  'te neko ne*', 'rokas ir sasietas', 'nav manos spēkos', 'nav mūsu spēkos', 'es te neko', 'man nav ko', 'mēs varam tikai',
  'es varu tikai', 'varam tikai', 'neesmu pilnvarot*', 'man nav tādu tiesību', 'man nav tiesību', 'man nav pilnvar*'
]
say = "Paskatīšos, ko varu Jums piedāvāt: …"
why = "Vienmēr ir kāda iespēja: pajautāt kolēģim, piedāvāt ko citu vai pateikt, kad kāds varēs."

[[lv]]  # Nav mans darbs
not = [
  'nav mans darbs', 'tas nav mans', 'tā nav mana', 'nav mana darīšana', 'nav mana problēma', 'nav mūsu problēma',
  'nav mana atbildība', 'nav mūsu atbildība', 'nav mūsu darīšana', 'nav manos pienākumos', 'nav mans pienākums',
  'nav mana nodaļa', 'neattiecas uz mani', 'neattiecas uz mums', 'ar to nenodarbojos', 'ar to nenodarbojamies',
  'neesmu atbildīg*', 'neesam atbildīg*', 'es neatbildu par', 'mēs neatbildam par', 'es tikai šeit strādāju',
  'es tikai te strādāju', 'es te tikai strādāju', 'es šeit tikai strādāju', 'tas nav pie manis', 'tas nav pie mums'
]
say = "Es par to parūpēšos: …"
why = "Pircējam veikals ir katrs no mums. Kam jautā, tas arī rūpējas, līdz kāds cits ir pārņēmis."

[[lv]]  # Kurš vainīgs
not = [
  'nav mana vaina', 'nav mūsu vaina', 'tā nav mana vaina', 'neesmu vainīg*', 'neesam vainīg*', 'kurjera vaina',
  'kurjers vainīgs', 'vainīgs kurjers', 'vainīgs ir kurjers', 'piegādātāja vaina', 'vainīgs piegādātājs',
  'vainīgs ir piegādātājs', 'ražotāja vaina', 'vainīgs ražotājs', 'vainīgs ir ražotājs', 'pasta vaina', 'kolēģes vaina',
  'kolēģa vaina', 'kas jums tā teica', 'kurš jums to teica', 'kas jums to teica', 'pēc mūsu datiem', 'mūsu datos',
  'mēs neko nepareiz*', 'kāds cits pircējs', 'tas notika vēlāk', 'tas noticis pēc', 'kad pārdevām', 'bija vesel*',
  'ne pie mums pirkt*', 'nav pie mums pirkt*', 'jūs to nepirkāt', 'tas nav mūsu', 'nav no mums', 'laikam aizmirsa',
  'droši vien aizmirsa', 'nevarējām zināt', 'nevarējām to zināt', 'kurjers ne*', 'piegādātājs ne*', 'ražotājs ne*'
]
say = "Piedodiet, tā bija mūsu kļūda. Es tagad …"
why = "Kurš vainīgs, ir mūsu darīšana; pircējs grib, lai tas ir nokārtots."

[[lv]]  # Sūtīt pie citiem
not = [
  'sazinieties ar ražotāju', 'sazinieties ar kurjeru', 'sazinieties ar piegādātāju', 'sazinieties ar pastu',
  'vērsieties pie', 'griezieties pie', 'jāvēršas pie', 'jāgriežas pie', 'jāsazinās ar', 'zvaniet kurjeram',
  'zvaniet ražotājam', 'zvaniet uz', 'jautājiet citam', 'jautājiet kādam citam', 'jautājiet kolēģim', 'jautājiet kolēģei',
  'pajautājiet citam', 'pajautājiet kolēģim', 'cita nodaļa', 'citā nodaļā', 'ejiet pie', 'rakstiet uz'
]
unless = ['varat']
say = "Es viņiem pajautāšu un atzvanīšu Jums līdz …"
why = "Pircējs pirka pie mums. Kam jājautā, tam jautājam mēs."

[[lv]]  # Nezinu
not = [
  'es nezinu', 'mēs nezinām', 'nezinu', 'to nezinām', 'nav ne jausmas', 'nav ne mazākās', 'nav ne jēgas', 'kā lai es zinu',
  'kā lai zinu', 'no kurienes lai es zinu', 'nemācēšu teikt', 'nemācēšu pateikt', 'neprotu teikt', 'nevaru pateikt',
  'nevaru jums pateikt', 'man neprasiet', 'man nejautājiet'
]
unless = ['noskaidrošu', 'uzzināšu', 'pajautāšu', 'paskatīšos']
say = "Labs jautājums: tūlīt noskaidrošu."
why = "Visu zināt nevar neviens, bet noskaidrot ir mūsu darbs, nevis pircēja."

[[lv]]  # Nav, kas lemj
not = [
  'vadītāja nav', 'vadītājas nav', 'nav vadītāj*', 'īpašnieka nav', 'īpašnieces nav', 'nav īpašniek*', 'priekšnieka nav',
  'priekšnieces nav', 'kad būs vadītāj*', 'kad būs īpašniek*', 'kad būs priekšniek*', 'pateiks to pašu', 'teiks to pašu',
  'teiks tāpat', 'to var tikai vadītāj*', 'to var tikai īpašniek*', 'vadītāj* aizņemt*'
]
say = "Es pajautāšu vadītājai un šodien līdz … Jums piezvanīšu."
why = "Nevienu nesūta prom tāpēc, ka lemj kāds cits: pārņemiet to un pasakiet, kad būs atbilde."

[[lv]]  # Esmu jauns
not = [
  'esmu jauniņ*', 'esmu te jaun*', 'es te esmu jaun*', 'es šeit esmu jaun*', 'mana pirmā diena', 'man ir pirmā diena',
  'man pirmā diena', 'tikko sāku', 'nesen sāku', 'esmu tikai pārdevēj*', 'es esmu tikai', 'es tikai aizvietoju',
  'esmu praktikant*'
]
say = "Vienu mirkli, lūdzu: pasaukšu kolēģi, kas to zina."
why = "Pircējs nevar izvēlēties, kam jautāt. Tūlīt pasauciet palīgā."

[[lv]]  # Nomierinieties
not = [
  'nomierinieties', 'nomierinies', 'mierīgāk', 'nekliedziet', 'nevajag kliegt', 'nav ko kliegt', 'nekliedz',
  'nevajag dramatizēt', 'nedramatizējiet', 'jūs pārspīlējat', 'nepārspīlējiet', 'nevajag pārspīlēt', 'runājiet pieklājīgi',
  'runājiet normāli', 'uzvedieties', 'izturieties pieklājīgi', 'nepaaugstiniet balsi', 'atslābstiet', 'kāpēc tik agresīvi',
  'esat rupj*', 'nevajag uzreiz', 'nekrītiet panikā', 'nekrenķējieties'
]
say = "Saprotu, ka tas ir nepatīkami. Apskatīsimies kopā."
why = "Neviens nekļūst mierīgs tāpēc, ka to liek. Mierina tas, ka uzklausa."

[[lv]]  # Jums vajadzēja
not = [
  'jums vajadzēja', 'jums gan vajadzēja', 'jums nevajadzēja', 'vajadzēja laikus', 'vajadzēja agrāk', 'vajadzēja uzreiz',
  'vajadzēja pārbaudīt', 'vajadzēja izlasīt', 'vajadzēja saglabāt', 'vajadzēja teikt', 'vajadzēja domāt',
  'vajadzēja prasīt', 'jums bija jāzina', 'jums bija jālasa', 'jums bija jāizlasa', 'jums bija jāpārbauda',
  'jums bija jāsaglabā', 'jums bija jāpasaka', 'jums bija jāzvana', 'jums bija jāprasa', 'jums bija jāskatās',
  'bija jāizlasa', 'bija jāpārbauda', 'bija jāsaglabā', 'bija jādomā', 'kāpēc jūs ne*', 'kādēļ jūs ne*', 'kāpēc neteicāt',
  'kāpēc nepateicāt', 'kāpēc nepārbaudījāt', 'kāpēc neizlasījāt', 'kāpēc nelasījāt', 'kāpēc nezvanījāt',
  'kāpēc nepiezvanījāt', 'kāpēc neatnācāt', 'kāpēc neatnesāt', 'kāpēc neskatījāties', 'kāpēc tikai tagad', 'kāpēc tik vēlu',
  'ja jūs būtu', 'ja būtu laikus', 'citreiz izlasiet', 'nākamreiz izlasiet', 'citreiz pārbaudiet', 'citreiz uzmanīg*',
  'nākamreiz uzmanīg*', 'citreiz skatieties', 'skatieties ko', 'varēja izvairīties', 'tas nebūtu noticis',
  'tagad ir par vēlu', 'jau par vēlu', 'ir par vēlu', 'par vēlu atnācāt', 'varbūt vajadzēja', 'varēja padomāt',
  'vajadzēja skatīties'
]
say = "Nokārtosim to tagad."
why = "Pagājušo mainīt nevar, un pircējs to zina. Sakiet, kas notiks tagad."

[[lv]]  # Pircēja kļūda
not = [
  'jūsu kļūda', 'jūsu pašu kļūda', 'jūsu paša kļūda', 'jūsu pašas kļūda', 'jūsu vaina', 'jūsu pašu vaina', 'pats vainīgs',
  'pati vainīga', 'paši vainīgi', 'jūs pats esat vainīg*', 'jūs kļūdāties', 'jūs kļūdījāties', 'esat kļūdīj*',
  'nav taisnība', 'jums nav taisnīb*', 'jūs neizlasījāt', 'neizlasījāt', 'jūs neesat izlasīj*', 'jūs nelasījāt',
  'jūs aizmirsāt', 'esat aizmirs*', 'jūs nepareizi', 'nepareizi lietoj*', 'nepareizi lietots', 'nepareizi lietota',
  'nepareizi ekspluat*', 'neatbilstoši lietoj*', 'nepareizi pasūtīj*', 'jūs salauzāt', 'jūs sabojājāt', 'paši salauzāt',
  'pats salauzāt', 'pati salauzāt', 'paši sabojājāt', 'pats sabojājāt', 'pati sabojājāt', 'jūs pārpratāt', 'esat pārprat*',
  'jūs nepamanījāt', 'nepamanījāt', 'jūs ievadījāt nepareiz*', 'jūs norādījāt nepareiz*', 'jūs droši vien', 'jūs zinājāt',
  'jūs redzējāt', 'jūs taču redzējāt', 'jūs taču zinājāt', 'jūs brīdināja', 'jūs esat sabojāj*', 'jūs esat salauz*',
  'jūs gaidījāt par ilgu', 'paši izvēlējāties', 'pats izvēlējāties', 'pati izvēlējāties', 'jūs pats pirkāt',
  'jūs pati pirkāt', 'paši pirkāt', 'pats pirkāt', 'pati pirkāt'
]
unless = ['nav jūsu vaina', 'nav jūsu kļūda']
say = "Apskatīsimies to kopā."
why = "Nekad nerādiet uz pircēja kļūdu, arī tad, ja tā bija: strīdu vinnē, pircēju zaudē."

[[lv]]  # Cik viņiem paveicies
not = [
  'jums paveicās', 'jums vēl paveicās', 'jums vēl laimējās', 'jums laimējās', 'jums ir paveicies', 'priecājieties',
  'esiet priecīg*', 'esiet pateicīg*', 'varēja būt sliktāk', 'varēja būt vēl sliktāk', 'pasakiet paldies', 'sakiet paldies',
  'sīkums vien', 'tas taču ir sīkums', 'tas ir sīkums', 'tāds sīkums', 'tāda sīkuma', 'par sīkumu', 'nieks vien',
  'nekas traks', 'nav nekas traks', 'nav tik traki', 'nav pasaules gals', 'tas nav nekas', 'par tādu cenu', 'par šādu cenu',
  'par tādu naudu', 'par šo cenu', 'ko tad jūs gribējāt', 'ko jūs gribējāt', 'ko jūs gaidījāt', 'ko tad jūs gaidījāt',
  'ko tad gribējāt', 'vismaz kaut kas', 'labi ka vispār'
]
say = "Man ļoti žēl, ka tas Jūs pievīla."
why = "Nekad nesakiet pircējam, cik viņam paveicies: tas viņa nepatikšanas padara mazas."

[[lv]]  # Neviens cits nesūdzas
not = [
  'neviens cits', 'neviens nav sūdzēj*', 'neviens nesūdz*', 'neviens vēl nav', 'jūs esat pirmais kas', 'jūs esat pirmā kas',
  'jūs esat pirmais kurš', 'jūs esat pirmā kura', 'jūs vienīg*', 'jūs esat vienīg*', 'vienīgais kas', 'vienīgā kas',
  'vienīgais kurš', 'citiem patīk', 'citiem viss', 'citiem strādā', 'visi pārējie ir', 'visiem patīk', 'visiem citiem',
  'citi klienti ne*', 'citi pircēji ne*', 'nekad nav bijis', 'nekad nav bijušas', 'nekad nav bijusi', 'nekad neesam saņēm*',
  'nekad neesmu dzirdēj*', 'par to neviens'
]
say = "Paldies, ka pateicāt: varbūt tā ir bijis arī citiem."
why = "Pircējs dzird: \"vaina ir Jūsos\". Lielākā daļa vīlušos neko nesaka."

[[lv]]  # Kā jau teicu
not = [
  'kā jau teicu', 'kā jau teicām', 'kā jau minēju', 'kā jau minējām', 'kā jau rakstīju', 'kā jau rakstījām',
  'kā jau sacīju', 'kā jau skaidroju', 'kā teicu', 'kā minēts', 'kā iepriekš', 'es jau teicu', 'jau teicu', 'es taču teicu',
  'jau jums teicu', 'es jums jau', 'mēs jums jau', 'jau paskaidroju', 'jau skaidroju', 'jau vairākkārt', 'cik reižu vēl',
  'cik reižu man', 'cik reižu jā*', 'cik reižu teicu', 'cik reizes', 'vēlreiz atkārtoju', 'atkārtoju vēlreiz',
  'atkārtoju jums', 'pēdējo reizi saku', 'neatkārtošu'
]
say = "Labprāt pateikšu vēlreiz: …"
why = "Tas nozīmē, ka pircējs nav klausījies. Pateikt vēlreiz neko nemaksā."

[[lv]]  # Godīgi sakot
not = [
  'godīgi sakot', 'godīgi teikšu', 'atklāti sakot', 'ja godīgi', 'taisnību sakot', 'neapvainojieties',
  'tikai neapvainojieties', 'bez apvainošanās', 'pie visas cieņas', 'ar visu cieņu'
]
say = "…"
why = "Izlaidiet: tam reti seko kas laipns, un vai pārējais nebija godīgi?"

[[lv]]  # Tukša atvainošanās
not = [
  'neērtīb*', 'žēl ka jūs tā', 'žēl ka jums šķiet', 'žēl ka jums liekas', 'žēl ka tā jūtaties', 'žēl ka jūs jūtaties',
  'žēl ja', 'piedodiet ja', 'atvainojiet ja', 'atvainojamies ja', 'atvainojos ja', 'gadās', 'visiem gadās', 'tā gadās',
  'kļūdas gadās', 'visi kļūdās', 'visi kļūdāmies', 'cilvēki vien esam', 'esam tikai cilvēki'
]
unless = ['ja gadās']
say = "Man žēl, ka sūtījums kavējās un Jūs velti gaidījāt."
why = "Atvainojieties par to, kas notika, un nosauciet to. \"Ja\" un \"sagādātās neērtības\" atvainošanos atņem."

[[lv]]  # Atvainojiet, bet
not = [
  'atvainojiet bet', 'atvainojos bet', 'atvainojamies bet', 'piedodiet bet', 'piedod bet', 'žēl bet', 'saprotu bet',
  'saprotu jūs bet', 'jūs saprotu bet', 'jūs saprotam bet', 'saprotam bet', 'saprotu jūsu * bet', 'piekrītu bet', 'jā bet',
  'labi bet'
]
unless = ['bet varu', 'bet varam', 'bet es varu', 'bet mēs varam']
say = "Man žēl. Es varu …"
why = "Visu, kas ir pirms \"bet\", nedzird. Divi teikumi ir laipnāki nekā viens."

[[lv]]  # Diemžēl
not = [
  'diemžēl', 'baidos ka', 'nākas jūs apbēdināt', 'nāksies jūs apbēdināt', 'nākas atteikt', 'esam spiesti atteikt',
  'esmu spiest*', 'esam spiesti', 'jāatsaka'
]
unless = ['bet varu', 'bet varam', 'varu piedāvāt', 'varam piedāvāt']
say = "Iespējams ir …"
why = "Tas vēsta atteikumu. Sāciet ar to, kas ir iespējams."

[[lv]]  # Nav iespējams
not = [
  'nav iespējams', 'nav iespējama', 'nebūs iespējams', 'neiespējami', 'to nevaru', 'to nevaram', 'nevaru to', 'nevaram to',
  'nevaru pieņemt', 'nevaram pieņemt', 'nevaru atmaksāt', 'nevaram atmaksāt', 'nevaru apmainīt', 'nevaram apmainīt',
  'nevaru samainīt', 'nevaram samainīt', 'nevaru atgriezt', 'nevaram atgriezt', 'nevaru atdot', 'nevaram atdot',
  'nevaru piedāvāt', 'nevaram piedāvāt', 'nevaru neko', 'nevaram neko', 'nevarēšu', 'nevarēsim', 'nevar būt ne runas',
  'nav ne runas', 'nekādā gadījumā', 'nekādi nevar*', 'nevaru', 'nevaram', 'nevarat', 'jūs nevarat'
]
unless = [
  'bet varu', 'bet varam', 'varu piedāvāt', 'varam piedāvāt', 'tā vietā', 'lūdzu ņemiet vērā', 'nevaram sagaidīt',
  'nevaru sagaidīt', 'ja nevarat', 'ja nevaram', 'ja nevaru', 'nevaru vien'
]
say = "Es Jums varu …"
why = "Arī atteikumā sakiet, kas ir iespējams: apmaiņa, remonts, dāvanu karte, cilvēks, kas drīkst lemt."

[[lv]]  # Izņēmumu nav
not = [
  'izņēmumu nav', 'bez izņēmumiem', 'izņēmumus netaisām', 'izņēmumus nepieļaujam', 'izņēmumus neveicam',
  'nevaru taisīt izņēmum*', 'nevaram taisīt izņēmum*', 'nevaram pieļaut izņēmum*', 'naudu neatdodam', 'naudu neatmaksājam',
  'naudu atpakaļ ne*', 'neatmaksājam', 'atpakaļ neņemam', 'atpakaļ nepieņemam', 'atpakaļ neņem', 'preces nemainām',
  'preci nemainām', 'nemainām', 'tādas lietas ne*', 'mēs tā nedarām', 'mēs to nedarām', 'tā mēs nedarām', 'atdot nevar',
  'mainīt nevar', 'apmainīt nevar', 'mums nav pienākuma', 'neesam spiesti', 'man nav jā*', 'garantija nesedz',
  'garantija neattiecas', 'uz to garantija', 'nav garantijas gadījums', 'termiņš ir beidzies', 'termiņš jau beidz*',
  'termiņš ir pagāj*', 'akcijas prec* ne*', 'atlaižu prec* ne*', 'mainām tikai', 'pieņemam tikai'
]
unless = ['bet varu', 'bet varam', 'varu piedāvāt', 'varam piedāvāt']
say = "Paskatīšos, kura iespēja Jums der."
why = "Katram no mums ir sava rīcības brīvība, un mēs zinām, kam tās ir vairāk."

[[lv]]  # Bez čeka
not = [
  'bez čeka ne*', 'bez čeka naudu', 'bez čeka neko', 'nav čeka nav', 'ja nav čeka', 'kur ir čeks', 'kur jums čeks',
  'bez iepakojuma ne*', 'bez oriģinālā iepakojuma'
]
unless = ['ja nav čeka der', 'ja nav čeka varat']
say = "Vai Jums ir kas cits, kas rāda, kad tas pirkts? Ja nav, paskatīsimies, kas ir iespējams."
why = "Jautājiet pēc tā, kas palīdz, un sakiet, kas ir iespējams bez tā."

[[lv]]  # Sistēma
not = [
  'sistēma ne*', 'sistēma saka', 'sistēma rāda ka ne*', 'dators ne*', 'programma ne*', 'kase neļauj', 'kase nepieņem',
  'kases aparāts neļauj', 'kases aparāts ne*'
]
say = "Es to pierakstīšu un izdarīšu ar roku: …"
why = "Sistēma ir mūsu, un arī tās nebūšanas."

[[lv]]  # Ejiet citur
not = [
  'ejiet citur', 'pērciet citur', 'meklējiet citur', 'mēģiniet citur', 'ja jums nepatīk', 'ja nepatīk', 'nenāciet vairs',
  'vairs nenāciet', 'neviens jūs nespiež', 'neviens jums nelika', 'jūsu darīšana', 'jūsu izvēle', 'kā gribat',
  'ņemiet vai nē', 'ejiet prom', 'tur ir durvis', 'durvis ir tur', 'pirksiet vai ne*', 'ņemsiet vai ne*', 'neaiztieciet',
  'neaiztiec', 'nolieciet atpakaļ', 'nolieciet vietā', 'ātrāk izlemiet', 'ja nevarat atļauties', 'tas jums par dārgu',
  'netraucē citiem', 'netraucējiet citiem', 'šī nav bibliotēka', 'te nav bibliotēka'
]
say = "Priecāšos, ja paliksiet pie mums: ko varu darīt?"
why = "Iegūt jaunu pircēju ir apmēram piecreiz dārgāk nekā noturēt esošo."

[[lv]]  # Es Jums neticu
not = [
  'jūs melojat', 'melojat', 'nemelojiet', 'tā nav taisnība', 'tas nav tiesa', 'tā nebija', 'neticu', 'neticam',
  'grūti noticēt', 'šaubos', 'šaubāmies', 'tā nevar būt', 'tas nevar būt', 'nevar būt ka', 'es tā neteicu', 'es to neteicu',
  'mēs tā neteicām', 'mēs to neteicām', 'nekas tāds netika', 'visi tā saka', 'tā saka visi', 'jūs apgalvojat',
  'jūs tā sakāt', 'it kā nestrādā', 'jūs izdomājat', 'jūsu vārds pret', 'tās ir jūsu domas', 'tas ir jūsu viedoklis',
  'jūs gribat teikt ka', 'jūs sakāt ka', 'vai jūs mani apvain*', 'jūs mani apvain*'
]
say = "Lūdzu, pastāstiet, kas notika."
why = "Vispirms uzklausiet. Krāpties grib nedaudzi, bet šaubas dzird visi."

[[lv]]  # Vai esat pārliecināts
not = [
  'vai esat pārliecināt*', 'vai esat droš*', 'vai tiešām', 'vai jūs tiešām', 'vai nenometāt', 'vai nometāt',
  'vai neesat nomet*', 'vai mazgājāt', 'vai jūs to lietojāt', 'ko jūs ar to darījāt', 'ko jūs esat izdarīj*', 'pierādiet',
  'kā varat pierādīt', 'kā jūs varat pierādīt', 'vai varat pierādīt', 'kā lai es zinu ka'
]
say = "Vai drīkstu apskatīt?"
why = "Tas izklausās pēc pratināšanas. Labāk apskatiet paši."

[[lv]]  # Kāpēc, otrreiz
not = [
  'bet kāpēc', 'kāpēc tieši', 'kāpēc jūs gribat', 'kāpēc gribat atdot', 'kāpēc vēlaties atdot', 'kāpēc jūs vēlaties',
  'kāpēc atnesāt', 'kāpēc nesat', 'kāds ir īstais iemesls', 'kas tieši nepatīk', 'kas tad nepatīk', 'kas jums nepatīk',
  'tas nav iemesls', 'nav pamatots iemesls', 'paskaidrojiet iemeslu', 'pamatojiet'
]
say = "Vai drīkstu jautāt, kāds ir iemesls? Varat arī neteikt."
why = "Jautājiet vienreiz un pieņemiet atbildi."

[[lv]]  # Dati, kas nav vajadzīgi
not = [
  'personas kod*', 'uzrādiet pasi', 'rādiet pasi', 'uzrādiet dokument*', 'vajag dokumentu', 'personu apliecinoš*',
  'pases dat*', 'dzimšanas dat*', 'rādiet klienta karti', 'uzrādiet klienta karti', 'klienta kartes numur*',
  'lojalitātes karte', 'vajag jūsu telefon*', 'vajadzēs jūsu telefon*', 'vajadzēs jūsu adres*', 'aizpildiet veidlapu',
  'aizpildiet anketu', 'jāaizpilda veidlapa', 'jāaizpilda anketa', 'rakstiet iesniegumu', 'uzrakstiet iesniegumu',
  'jāraksta iesniegums', 'iesniedziet rakstiski', 'iesniedziet pieteikumu', 'tikai rakstiski', 'rakstveidā',
  'reģistrējieties'
]
unless = ['ja vēlaties']
say = "Ja vēlaties, atstājiet tālruņa numuru. Varat arī neatstāt."
why = "Neprasiet neko, kas šai lietai nav vajadzīgs."

[[lv]]  # Jums jādara
not = [
  'jums jāiet', 'jums jāzvana', 'jums jāpiezvana', 'jums jāraksta', 'jums jāuzraksta', 'jums jāgaida', 'jums jāpagaida',
  'jums jāaizpilda', 'jums jāuzrāda', 'jums jāsazinās', 'jums jāgriežas', 'jums jāvēršas', 'jums jāierodas', 'jums jāatnes',
  'jums jāatved', 'jums jāpierāda', 'jums jāpieņem', 'jums jāsamierinās', 'jums jāmaksā', 'jums jāsaprot', 'jums jāzina',
  'jums ir jāiet', 'jums ir jāzvana', 'jums ir jāraksta', 'jums ir jāgaida', 'jums ir jāaizpilda', 'jums ir jāuzrāda',
  'jums ir jāsazinās', 'jums ir jāierodas', 'jums ir jāpierāda', 'jums ir jāsaprot', 'jums ir jāatnes', 'jums būs jāiet',
  'jums būs jāraksta', 'jums būs jāmaksā', 'jums būs jāzvana', 'jums būs jānāk', 'jūsu pienākums'
]
unless = ['jums jāmaksā mazāk']
say = "Visātrāk būs, ja …; vai drīkstu to izdarīt Jūsu vietā?"
why = "Pavēle mudina darīt pretējo. Lūdziet vai izdariet paši."

[[lv]]  # Gaidiet
not = [
  'būs jāgaida', 'būs jāpagaida', 'jāgaida rindā', 'gaidiet savu kārtu', 'gaidiet rindā', 'stājieties rindā',
  'neesat vienīg*', 'jūs neesat vienīg*', 'pacietību', 'esiet pacietīg*', 'man nav laika', 'mums nav laika',
  'esam aizņemti', 'esmu aizņemt*', 'vai neredzat', 'jūs taču redzat', 'redzat taču', 'trūkst darbinieku', 'maz darbinieku',
  'ļoti liels zvanu', 'daudz zvanu', 'daudz klientu', 'ir arī citi klienti', 'man ir tikai divas rokas',
  'es runāju pa telefonu', 'runāju pa telefonu', 'apkalpoju citu', 'pagaidiet kamēr', 'kad pabeigšu',
  'vai nevarat pagaidīt', 'mazliet ilgāk', 'nedaudz ilgāk', 'vēl mazliet', 'vēl nedaudz jāpagaida', 'tiek apstrādāt*',
  'ir ceļā'
]
say = "Būšu pie Jums pēc divām minūtēm."
why = "Cilvēki labprāt gaida, ja zina, cik ilgi."

[[lv]]  # Nāciet vēlāk
not = [
  'nāciet vēlāk', 'atnāciet vēlāk', 'zvaniet vēlāk', 'piezvaniet vēlāk', 'pazvaniet vēlāk', 'pamēģiniet vēlāk',
  'mēģiniet vēlāk', 'nāciet rīt', 'atnāciet rīt', 'zvaniet rīt', 'piezvaniet rīt', 'nāciet citreiz', 'atnāciet citreiz',
  'nāciet citu reizi', 'atnāciet citu', 'zvaniet citreiz', 'nāciet kad', 'atnāciet kad', 'zvaniet kad', 'piezvaniet kad',
  'nāciet nākam*', 'atnāciet ar'
]
say = "Es Jums šodien līdz … piezvanīšu."
why = "Zvaniet paši, nevis lieciet zvanīt vēlreiz."

[[lv]]  # Pulkstenis pie sienas
not = [
  'mēs slēdzam', 'jau slēdzam', 'drīz slēdzam', 'mēs jau taisām', 'taisāmies ciet', 'veramies ciet', 'veram ciet',
  'esam jau slēgti', 'maiņa beidz*', 'mana maiņa', 'man pārtraukums', 'man ir pārtraukums', 'pusdienas pārtraukums',
  'mans pārtraukums', 'darba laiks beidz*', 'darbs beidz*', 'man jāiet mājās'
]
say = "Paskatīsimies, ko paspējam tagad; pārējo izdarīšu rīt līdz desmitiem."
why = "Pircējs ir darba dienas iemesls, nevis šķērslis."

[[lv]]  # Nekas tam nekaiš
not = [
  'nekas nekaiš', 'nekas tam nekaiš', 'viss ir kārtībā ar', 'prece ir kārtībā', 'ar preci viss', 'nekādu defektu',
  'defektu neredzu', 'neredzu problēmu', 'neredzu nekādu', 'nekā nav', 'tā tam jābūt', 'tā tam ir jābūt', 'tam tā jābūt',
  'tā ir jābūt', 'tas ir normāli', 'tas ir pilnīgi normāli', 'pilnīgi normāli', 'normāla parādība', 'man strādā',
  'pie mums strādā', 'viss strādā', 'tāds nu ir', 'tāda nu ir', 'tā nu tas ir', 'dabisks nolietojums',
  'normāls nolietojums', 'atkal saplīsīs', 'visām tā ir', 'visiem tā ir', 'tikai vizuāls', 'neviens to nepamanīs',
  'gandrīz nemana', 'to nemaz nevar redzēt'
]
say = "Lūdzu, parādiet; gribu to redzēt tāpat kā Jūs."
why = "Pircējs nav apmierināts: tas arī kaiš."

[[lv]]  # Īsi un rupji
not = [
  'man vienalga', 'mums vienalga', 'vienalga', 'nu un', 'kas tur ko', 'tiec* galā pats', 'tieciet galā', 'jūsu problēma',
  'jūsu problēmas', 'neinteresē', 'lieciet mieru', 'liecieties mierā', 'netraucējiet', 'stulb*', 'muļķīg* jautājum*',
  'idiot*', 'ko jums', 'ko tad jums', 'ko jūs gribat', 'ko jūs vēl gribat', 'ko vēl gribat', 'ko tad tagad',
  'kas par problēmu', 'kas jums par problēmu', 'kāda jums problēma', 'kas atkal', 'atkal jūs', 'nu ko vēl', 'man apnika',
  'apnicis', 'nākamais lūdzu', 'nākošais lūdzu', 'kurš nākamais'
]
unless = ['ko jums piedāvāt', 'ko jums varu', 'ko jums vajag', 'ko jums ieteikt']
say = "Kā varu Jums palīdzēt?"
why = "Tas aizver durvis, pirms pircējs ir ienācis."

[[lv]]  # Visi to zina
not = [
  'acīmredzot', 'acīmredzami', 'taču skaidrs', 'skaidrs taču', 'pats par sevi saprotams', 'pašsaprotami', 'visi to zina',
  'katrs zina', 'katrs bērns', 'kā jūs zināt', 'kā zināms', 'jums būtu jāzina', 'jums vajadzētu zināt',
  'izlasiet instrukciju', 'lasiet instrukciju', 'instrukciju lasījāt', 'vai lasījāt', 'instrukcijā ir', 'tik grūti saprast',
  'ko te nesaprast', 'kas te nesaprotams', 'paskatieties pats', 'paskatieties pati', 'meklējiet pats', 'meklējiet pati',
  'meklējiet paši', 'skatieties mājaslapā', 'mājaslapā ir', 'internetā ir viss', 'viss ir plauktā', 'ja nav plauktā'
]
say = "Parādīšu, kā tas darbojas."
why = "Tas nozīmē, ka pircējs ir lēns. Labāk parādiet."

[[lv]]  # Tādi kā Jūs
not = [
  'tādi kā jūs', 'tādi klienti', 'tādi pircēji', 'tādiem kā jums', 'jūs visi', 'kārtējais klients', 'kārtējā sūdzība',
  'klienti mūsdienās'
]
say = "…"
why = "Izlaidiet: šeit visus apkalpo vienādi."

[[lv]]  # Pēdējais vārds
not = [
  'lēmums ir galīg*', 'galīgais lēmums', 'galīgs lēmums', 'lēmumu nemainīsim', 'lēmums netiks', 'sarunas beigas',
  'saruna beigusies', 'saruna ir beigusies', 'un punkts', 'tur vairs nav ko', 'nav ko runāt', 'nav ko strīdēties',
  'nestrīdieties', 'nestrīdēšos', 'nediskutēšu', 'negrasos', 'nav ko apspriest', 'netiks mainīts', 'tas arī viss',
  'vairāk neko', 'jautājums ir slēgts', 'jautājums slēgts'
]
say = "Vai varu Jums vēl kā palīdzēt?"
why = "Pēdējo vārdu atstājiet pircējam."

[[lv]]  # Draudi
not = [
  'saukšu apsargu', 'izsaukšu apsard*', 'saukšu policiju', 'izsaukšu policiju', 'zvanīšu policijai', 'mūsu jurist*',
  'tiesāsimies', 'citādi es', 'melnajā sarakstā', 'beigšu sarunu', 'nolikšu klausuli', 'neapkalpošu', 'jūs neapkalposim'
]
say = "Es gribu Jums palīdzēt; atradīsim risinājumu."
why = "Ja ir īstas briesmas, rīkojieties; draudi katru strīdu tikai saasina."

[[lv]]  # Kancelejas valoda
not = [
  'ar šo informējam', 'ar šo paziņojam', 'informējam jūs ka', 'informējam ka', 'saskaņā ar mūsu', 'saskaņā ar noteikumiem',
  'pamatojoties uz', 'augstākminēt*', 'iepriekšminēt*', 'jūsu iesniegums ir', 'jūsu sūdzība ir saņemta',
  'jūsu sūdzība ir reģistrēt*', 'jūsu pieteikums ir', 'reģistrēts ar numuru', 'nodot* attiecīg*', 'nodots izskatīšanai',
  'nodota izskatīšanai', 'pārsūtīt* attiecīg*', 'atbildīgajai nodaļai', 'atbildīgajam darbiniekam', 'pieņemts zināšanai',
  'pieņemta zināšanai', 'pieņemsim zināšanai', 'uztveram nopietni', 'uztveram ļoti nopietni', 'cienījamais klient',
  'cienītais klient', 'godātais klient', 'jūsu zvans mums ir', 'jūsu viedoklis mums ir', 'lūgums ņemt vērā'
]
say = "Paldies, ka pateicāt. Tagad par to rūpējos es un atbildēšu Jums līdz …"
why = "Cilvēks raksta cilvēkam: sakiet, kurš rūpējas un līdz kuram laikam."

[[lv]]  # Nav solījums
not = [
  'mēģināsim', 'pamēģināsim', 'mēģināšu', 'pamēģināšu', 'centīsimies', 'centīšos', 'pacentīsimies', 'pacentīšos',
  'darīsim visu iespējamo', 'darīšu visu iespējamo', 'darīsim ko varam', 'cerams', 'cerēsim', 'droši vien',
  'nevaru apsolīt', 'nevaram apsolīt', 'nevaru garantēt', 'nevaram garantēt', 'negarantēj*', 'skatīsimies', 'redzēsim',
  'tad jau redzēs'
]
say = "Es … līdz …"
why = "Sakiet, ko darīsiet. Ja kas var neizdoties, sakiet, kas notiks tad."

[[lv]]  # Atsauksmes
not = [
  'izdzēsiet atsauksm*', 'dzēsiet atsauksm*', 'izdzēst atsauksm*', 'dzēst atsauksm*', 'noņemiet atsauksm*',
  'noņemt atsauksm*', 'izņemiet atsauksm*', 'mainiet atsauksm*', 'nomainiet atsauksm*', 'izlabojiet atsauksm*',
  'labojiet atsauksm*', 'par labu atsauksm*', 'par pozitīv* atsauksm*', 'piecas zvaigznes'
]
say = "Paldies, ka uzrakstījāt. Vai drīkstam to nokārtot?"
why = "Nevienam nelūdz atsaukt atsauksmi un par labu neko nedod: daudzās valstīs to prasa arī likums."

[[lv]]  # Ko tas maksā mums
not = [
  'mēs zaudējam naudu', 'zaudējam naudu', 'tas mums maksā', 'mums tas maksā', 'no manas kabatas', 'no savas kabatas',
  'no manas algas', 'atskaitīs no algas', 'mani atlaidīs', 'man būs nepatikšanas', 'man teiks', 'mani sabārs'
]
say = "To es labprāt izdarīšu."
why = "Cik tas maksā, ir mūsu darīšana. Zaudēt pircēju ir dārgāk."

[[lv]]  # Solījumi bez laika
not = [
  'sazināsimies', 'sazināšos', 'sazināsies', 'atzvanīsim', 'atzvanīšu', 'atzvanīs', 'piezvanīsim', 'piezvanīšu',
  'piezvanīs', 'zvanīsim', 'zvanīšu', 'uzrakstīsim', 'uzrakstīšu', 'atrakstīsim', 'atrakstīšu', 'rakstīsim jums',
  'atbildēsim', 'atbildēšu', 'paziņosim', 'paziņošu', 'paziņos', 'ziņosim', 'informēsim', 'informēšu', 'dosim ziņu',
  'došu ziņu', 'dosim zināt', 'došu zināt', 'tiks izskatīt*', 'izskatīsim', 'izskatīšu', 'noskaidrosim un',
  'tiks atrisināt*', 'tiks nokārtot*', 'tiks nosūtīt*', 'nosūtīsim', 'nosūtīšu', 'tiks atmaksāt*', 'atmaksāsim',
  'tiks piegādāt*', 'piegādāsim', 'tiks salabot*', 'salabosim', 'kāds jums'
]
unless = ['vai drīkst*', 'vai varu']
promise = true
say = "… atbildēšu Jums šodien līdz pieciem."
why = "Solījumam ir laiks: bez tā to šeit aizmirst, bet tur gaida."

[[lv]]  # Laiki, kas nav laiki
not = [
  'drīz', 'drīzumā', 'pavisam drīz', 'tuvākajā laikā', 'tuvākajās dienās', 'tuvāko dienu laikā', 'visdrīzākajā laikā',
  'cik ātri vien', 'cik drīz vien', 'iespējami ātri', 'iespējami drīz', 'pēc iespējas', 'tiklīdz', 'kad varēsim',
  'kad varēšu', 'kad būs laiks', 'kaut kad', 'kādreiz', 'kādu dienu', 'pēc kāda laika', 'pēc laika', 'dažu dienu laikā',
  'dažas dienas', 'pāris dienu', 'pāris dienās', 'pāris dienas', 'pāris nedēļ*', 'dažas nedēļas', 'dažu nedēļu', 'ar laiku',
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
