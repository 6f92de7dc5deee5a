"""`returnkit policy check -`: JSON lines in, one answer a line out (S42)."""

from returnkit.commands.judging import EXIT_CODES, say
from returnkit.commands.lines import answered
from returnkit.commands.session import Session
from returnkit.errors import MissingFactError, RefusedError
from returnkit.model.jsonl import Json
from returnkit.policy.as_json import decision_as_json


def check_lines(session: Session, source: str, given: dict[str, object], output: str | None) -> int:
    """Answer every line of `source` (a file, or - for standard input) and return the exit code: 2 if a line was bad."""
    judge = session.judge(None)
    words = session.words()

    def answer(line: Json) -> Json:
        asked = {**given, **line}
        if (receipt_no := asked.pop("receipt_no", None)) is not None:
            from returnkit.commands.sold import filled_in

            try:
                (asked,) = filled_in(session, [asked], receipt_no, asking=False)
            except (RefusedError, MissingFactError) as error:
                return {"error": "; ".join(problem.what for problem in error.problems), "exit": error.exit_code}
        facts = session.facts(asked)
        session.check_names(facts, judge.versions)
        session.check_age(facts, judge.versions)
        decision = judge.decide(facts)
        said = say(session, decision, judge, words)
        found = decision_as_json(decision, judge.setting, session.shop.currency, session.who(decision), said)
        return found | {"exit": EXIT_CODES[decision.answer]}

    return answered(source, output, answer)
