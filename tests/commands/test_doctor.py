"""`returnkit doctor`: each thing in order, and each thing wrong."""

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from returnkit.checkup import Check, Places, checks, free_space
from returnkit.clock import Clock
from returnkit.records.backups import remember
from returnkit.records.cache import cache_path, keep
from returnkit.shop import read_shop
from tests.conftest import NOW, REPOSITORY, Result, call
from tests.mail_server import free_port, mail_server

At = Callable[..., Result]
IDS = [
    "shop", "returns", "items", "complaints", "kpis", "phrases", "followups", "calendar", "clock", "synchronised", "git",
    "records", "place", "disk", "backup", "sync", "machine", "rights", "reminders", "cron", "crontab", "last-run", "mail",
]  # fmt: skip
OF_REMINDERS = ["cron", "crontab", "last-run", "mail"]
HEAD = """schema = 1
[remind]
send = true
[mail]
from = "shop@piladzis.example"
to = ["ilze@piladzis.example", "anna@piladzis.example"]
"""
CRONTAB = "# reminders\\n*/10 * * * * /opt/returnkit/bin/returnkit --shop /srv/shop remind --mail\\n"


def program(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)


@pytest.fixture(autouse=True)
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder in front of the PATH, with the programs of a system in which all is well but for cron."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program(folder, "timedatectl", 'test "$*" = "show -p NTPSynchronized --value" && echo yes')
    program(folder, "crontab", f"test \"$*\" = -l && printf '{CRONTAB}'")
    program(folder, "systemctl", "exit 1")
    program(folder, "sendmail", "exit 0")
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    return folder


@pytest.fixture
def cron(tmp_path: Path) -> Iterator[None]:
    """Run something that is called cron."""
    sleep = shutil.which("sleep")
    assert sleep
    shutil.copy(sleep, tmp_path / "cron")
    process = subprocess.Popen([tmp_path / "cron", "60"])
    yield
    process.kill()
    process.wait()


def settings(shop: Path, text: str) -> None:
    (shop / ".returnkit").mkdir(exist_ok=True)
    (shop / ".returnkit/till.toml").write_text(text)


def remind_ran(shop: Path, time: str) -> None:
    keep(cache_path(str(shop / "records"), "remind-ran"), time.encode())


def found(result: Result) -> dict[str, dict[str, object]]:
    data = json.loads(result.out)
    assert data["schema"] == "returnkit.doctor/1"
    assert all(list(check) == ["id", "ok", "found", "remedy"] for check in data["checks"])
    assert all(check["found"] and bool(check["remedy"]) == (check["ok"] is False) for check in data["checks"])
    assert result.code == any(check["ok"] is False for check in data["checks"])
    return {check["id"]: check for check in data["checks"]}


def wrong(result: Result) -> list[str]:
    return [own for own, check in found(result).items() if check["ok"] is False]


def looked(shop: Path, places: Places, now: str = NOW) -> dict[str, Check]:
    clock = Clock("Europe/Riga", now)
    return {check.id: check for check in checks(read_shop(str(shop)), clock, {}, places)}


def quiet(tmp_path: Path, *crontabs: str) -> Places:
    """Return places of a system on which nothing but init runs."""
    (tmp_path / "proc/1").mkdir(parents=True, exist_ok=True)
    (tmp_path / "proc/1/comm").write_text("init\n")
    (tmp_path / "proc/self").mkdir(exist_ok=True)
    return Places(str(tmp_path / "proc"), crontabs)


@pytest.mark.usefixtures("cron")
def test_all_in_order(at: At, shop: Path) -> None:
    with mail_server() as server:
        settings(shop, f'{HEAD}smtp = "127.0.0.1:{server.port}"\nsecurity = "none"\n[mail.people]\n"mārtiņš" = "m@x.example"\n')
        remind_ran(shop, "2026-11-21T11:50:00+02:00")
        remember(str(shop), "/media/stick/shop.tar.gz", NOW)
        result = at("doctor")
        assert (result.code, result.err) == (0, "")
        lines = result.out.splitlines()
        assert [line.split()[:2] for line in lines] == [["-" if own == "sync" else "ok", own] for own in IDS]
        assert lines[0] == "ok     shop          Pīlādzis, policies/shop.toml reads"
        assert lines[-1].endswith(f"127.0.0.1:{server.port} answers on this machine itself")
        as_json = found(at("doctor", "-f", "json"))
        assert list(as_json) == IDS
        assert {own for own, check in as_json.items() if not check["ok"]} == {"sync"}
        assert server.taken == []
        assert found(at("doctor", "--send-test", "-f", "json"))["test-mail"]["ok"]
    (taken,) = server.taken
    assert taken.to == ["ilze@piladzis.example", "anna@piladzis.example"]
    assert taken.message["Subject"] == "Pīlādzis: a test of the reminders"
    assert taken.message["Auto-Submitted"] == "auto-generated"


def test_a_machine_that_sends_nothing_needs_neither_cron_nor_mail(at: At, shop: Path) -> None:
    for text in ("", "schema = 1\n", HEAD.replace("true", "false") + "sendmail = true\n"):
        if text:
            settings(shop, text)
        result = at("doctor")
        assert result.code == 0
        assert result.out.count("not needed: this machine sends no reminders") == len(OF_REMINDERS)
        as_json = found(at("doctor", "-f", "json"))
        assert [as_json[own]["ok"] for own in OF_REMINDERS] == [None] * len(OF_REMINDERS)
    assert not (shop / "records").exists(), "nothing is written"


def test_other_forms(at: At) -> None:
    rows = list(csv.reader(at("doctor", "-f", "csv").out.splitlines()))
    assert rows[0] == ["ok", "id", "found", "remedy"]
    assert [row[1] for row in rows[1:]] == IDS
    assert {row[0] for row in rows[1:]} == {"ok", ""}
    assert len(at("doctor", "-f", "jsonl").out.splitlines()) == len(IDS)


@pytest.mark.parametrize("name", ["returns", "items", "complaints", "kpis", "phrases", "calendar", "followups"])
def test_a_policy_that_cannot_be_read_is_named(at: At, shop: Path, name: str) -> None:
    (shop / f"policies/{name}.toml").write_text("schema = 1\nsurprise = 1\nanother = 2\n")
    check = found(at("doctor", "-f", "json"))[name]
    assert check["ok"] is False
    assert str(check["found"]).startswith(f"policies/{name}.toml:")
    assert str(check["found"]).count(f"policies/{name}.toml:") > 1, "all that is wrong, not only the first"


def test_a_shop_that_cannot_be_read_is_the_only_check(at: At, shop: Path) -> None:
    (shop / "policies/shop.toml").write_text('schema = 1\nname = "x"\n')
    result = at("doctor")
    assert result.code == 1
    assert result.out.startswith("wrong  shop          policies/shop.toml:1: country is missing; ")
    assert "and 1 more" in result.out
    assert list(found(at("doctor", "-f", "json"))) == ["shop"]
    (shop / "policies/shop.toml").unlink()
    assert at("doctor").code == 2


def test_the_calendar_has_the_holidays_of_the_next_days(at: At, shop: Path) -> None:
    ok = found(call("--shop", str(shop), "--now", "2027-11-01", "doctor", "-f", "json"))["calendar"]
    assert ok["ok"]
    check = found(call("--shop", str(shop), "--now", "2027-11-03", "doctor", "-f", "json"))["calendar"]
    assert (check["ok"], check["remedy"]) == (False, "returnkit calendar fetch LV 2028")
    (shop / "policies/calendar.toml").unlink()
    check = found(at("doctor", "-f", "json"))["calendar"]
    assert (check["ok"], check["remedy"]) == (False, "returnkit calendar fetch LV 2026 2027")
    assert at("calendar", "fetch", "LV", "2026", "2027").code == 0
    assert found(at("doctor", "-f", "json"))["calendar"]["ok"]


def test_a_record_out_of_the_future_is_named(at: At, shop: Path) -> None:
    facts = ["complaint", "open", "--text", "x"]
    real = datetime.now(UTC)
    assert call("--shop", str(shop), *facts).code == 0
    assert call("--shop", str(shop), *facts, "--now", "2031-01-01").code == 0, "its time is no clock's"
    assert found(at("doctor", "-f", "json"))["clock"]["ok"]
    with time_machine.travel(real + timedelta(minutes=4)):
        assert call("--shop", str(shop), *facts).code == 0
    assert found(at("doctor", "-f", "json"))["clock"]["ok"]
    with time_machine.travel(real + timedelta(minutes=20)):
        own = call("--shop", str(shop), *facts).out.split()[0]
    check = found(at("doctor", "-f", "json"))["clock"]
    assert check["ok"] is False
    assert f"but {own} was written at " in str(check["found"])


def test_a_clock_of_another_time(at: At, shop: Path) -> None:
    for year in (1970, 2120):
        with time_machine.travel(datetime(year, 1, 2, tzinfo=UTC)):
            check = found(at("doctor", "-f", "json"))["clock"]
        assert check["ok"] is False
        assert f"this machine's clock says {year}-01-02" in str(check["found"])
    assert shop.exists()


def test_another_zone_is_named_and_fine(shop: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    for zone, named in (("Asia/Bishkek", True), ("Europe/Riga", False)):
        result = subprocess.run(
            [sys.executable, "-m", "returnkit", "--shop", str(shop), "doctor", "-f", "json"],
            capture_output=True,
            text=True,
            check=False,
            env=environment | {"TZ": zone},
        )
        check = found(Result(result.returncode, result.stdout, result.stderr))["clock"]
        assert check["ok"]
        assert ("this machine itself goes by" in str(check["found"])) == named


@pytest.mark.parametrize(("said", "ok"), [("yes", True), ("no", False), ("", None), ("exit 1", None)])
def test_who_sets_the_clock(at: At, programs: Path, said: str, ok: bool | None) -> None:
    program(programs, "timedatectl", said if said == "exit 1" else f"echo {said}")
    assert found(at("doctor", "-f", "json"))["synchronised"]["ok"] is ok


def test_without_git(at: At, programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(programs))
    assert wrong(at("doctor", "-f", "json")) == ["git"]


def test_a_folder_that_git_keeps(at: At, shop: Path) -> None:
    assert str(found(at("doctor", "-f", "json"))["git"]["found"]).endswith("does not keep this folder")
    subprocess.run(["git", "init", "-q", shop], check=True)
    assert str(found(at("doctor", "-f", "json"))["git"]["found"]).endswith("keeps this folder")


def test_a_git_that_sync_cannot_use(at: At, shop: Path, programs: Path) -> None:
    subprocess.run(["git", "init", "-q", shop], check=True)
    program(programs, "git", 'echo "git version 2.10.2"')
    check = found(at("doctor", "-f", "json"))["git"]
    assert check["found"] == f"{shop}: git is too old: git version 2.10.2"
    assert "2.30" in str(check["remedy"])


def test_what_others_may_read_or_change_is_named(at: At, shop: Path) -> None:
    def rights() -> tuple[object, object]:
        check = found(at("doctor", "-f", "json"))["rights"]
        return check["found"], check["remedy"]

    assert at("complaint", "open", "--text", "x").code == 0
    assert rights()[0] == "only you may read and write the records"
    (shop / "policies/returns.toml").chmod(0o646)
    assert rights() == ("policies/returns.toml has mode 0646", "chmod 644 policies/returns.toml")
    subprocess.run(["git", "init", "-q", shop], check=True)
    (shop / ".git").chmod(0o755)
    (shop / "records/k9").mkdir()
    (shop / "records/k9/2026-11.jsonl").write_text("")
    (shop / "records/k9/2026-11.jsonl").chmod(0o644)
    assert rights()[1] == "chmod 644 policies/returns.toml; chmod -R go= .git; chmod 600 records/k9/2026-11.jsonl"
    shop.chmod(0o777)
    (shop / "records").chmod(0o722)
    told, remedy = rights()
    assert str(told).startswith(". has mode 0777; policies/returns.toml has mode 0646; .git has mode 0755; and 2 more")
    assert remedy == "chmod go-w .; chmod -R go-w policies; chmod -R go= .git; chmod -R go= records"
    subprocess.run(str(remedy), shell=True, check=True, cwd=shop)  # noqa: S602
    assert rights()[0] == "only you may read and write the records"
    (shop / "policies").chmod(0o775)  # the user's own group is nobody else
    assert rights()[0] == "only you may read and write the records"
    if os.geteuid() == 0:
        os.chown(shop / "policies", -1, 12345)
        assert rights() == ("policies has mode 0775", "chmod 755 policies")


def test_records_that_cannot_be_written(at: At, shop: Path) -> None:
    (shop / "records").write_text("")
    assert found(at("doctor", "-f", "json"))["records"]["ok"] is False
    (shop / "records").unlink()
    (shop / "records/k1").mkdir(parents=True)
    assert found(at("doctor", "-f", "json"))["records"]["ok"]
    if os.geteuid() == 0:
        os.chown(shop / "records/k1", 12345, -1)
    else:
        (shop / "records/k1").chmod(0o500)
    assert wrong(at("doctor", "-f", "json")) == ["records"]


def test_a_disk_that_is_full(tmp_path: Path) -> None:
    assert free_space(str(tmp_path), 1).ok
    check = free_space(str(tmp_path), 1 << 80)
    assert (check.id, check.ok) == ("disk", False)
    assert check.remedy.startswith("make room")


# Where the reminders leave


def test_settings_with_mistakes(at: At, shop: Path) -> None:
    settings(shop, f'{HEAD}smtp = "mail.example.org"\nuser = "shop"\npassword = "Hunter2"\n')
    result = at("doctor")
    assert result.code == 1
    assert ".returnkit/till.toml:9: " in result.out
    assert "passwords never stand here" in result.out
    assert "Hunter2" not in result.out + result.err
    as_json = found(at("doctor", "--send-test", "-f", "json"))
    assert [as_json[own]["ok"] for own in ["machine", "reminders", *OF_REMINDERS]] == [False] + [None] * 5
    assert as_json["test-mail"]["ok"] is False
    settings(shop, f'{HEAD}sendmail = true\n[mail.people]\n"Martins" = "m@x.example"\nowner = "o@x.example"\n')
    check = found(at("doctor", "-f", "json"))["machine"]
    assert check["found"] == ".returnkit/till.toml: martins in [mail.people] is nobody in policies/shop.toml"
    assert check["remedy"] == "known here: Ilze, Mārtiņš, Anna, Kristaps, staff, manager, owner"


def test_a_cron_that_does_not_run_and_one_that_does(shop: Path, tmp_path: Path, programs: Path) -> None:
    settings(shop, f"{HEAD}sendmail = true\n")
    places = quiet(tmp_path)
    check = looked(shop, places)["cron"]
    assert (check.ok, check.found) == (False, "cron does not run")
    (tmp_path / "proc/77").mkdir()
    (tmp_path / "proc/78").mkdir()
    (tmp_path / "proc/78/comm").write_text("crond\n")
    assert looked(shop, places)["cron"].ok
    (tmp_path / "proc/78/comm").write_text("cronolog\n")
    assert looked(shop, places)["cron"].ok is False
    assert looked(shop, Places(str(tmp_path / "none"), ()))["cron"].ok is None
    program(programs, "systemctl", "echo 'Sat 2026-11-21 12:10 - - - returnkit-remind.timer returnkit-remind.service'")
    program(programs, "crontab", "exit 1")
    found_now = looked(shop, places)
    assert (found_now["cron"].ok, found_now["crontab"].ok) == (True, True)


@pytest.mark.parametrize(
    ("text", "ok", "found"),
    [
        ("printf '0 * * * * cd /srv/shop && /opt/bin/returnkit remind --mail\\n'", True, "runs returnkit remind"),
        ("printf 'PATH=/opt/bin:/bin\\n0 * * * * returnkit remind --mail\\n'", True, "runs returnkit remind"),
        ("printf '0 * * * * returnkit remind --mail\\n'", False, "does not find returnkit"),
        ("printf '0 * * * * /opt/bin/returnkit remind --ics x.ics\\n'", False, "only for the calendar"),
        ("printf '# 0 * * * * returnkit remind\\n'", False, "no line"),
        ("printf '  #0 * * * * returnkit remind\\n'", False, "no line"),
        ("printf '0 * * * * returnkit today\\n'", False, "no line"),
        ("echo 'no crontab for shop' >&2; exit 1", False, "no line"),
        ("exit 0", False, "no line"),
    ],
)
def test_the_line_of_the_crontab(  # noqa: PLR0913, PLR0917 - the fixtures, and a line with its answer
    shop: Path, tmp_path: Path, programs: Path, text: str, ok: bool, found: str
) -> None:
    settings(shop, f"{HEAD}sendmail = true\n")
    program(programs, "crontab", text)
    check = looked(shop, quiet(tmp_path))["crontab"]
    assert check.ok is ok
    assert found in check.found
    assert found != "no line" or check.remedy.endswith(f"remind --shop {shop} --mail")


def test_what_cron_prints_is_read_by_nobody_where_there_is_no_mail_program(shop: Path, tmp_path: Path, programs: Path) -> None:
    settings(shop, HEAD.partition("[mail]")[0])
    program(programs, "crontab", "printf '0 * * * * /opt/bin/returnkit remind\\n'")
    check = looked(shop, quiet(tmp_path))["crontab"]
    there = shutil.which("sendmail", path="/usr/sbin:/usr/lib") is not None
    assert check.ok is there
    assert there or "throws away" in check.found


def test_the_crontab_of_the_system(shop: Path, tmp_path: Path, programs: Path) -> None:
    settings(shop, f"{HEAD}sendmail = true\n")
    (programs / "crontab").unlink()
    folder, file = tmp_path / "cron.d", tmp_path / "crontab"
    folder.mkdir()
    places = quiet(tmp_path, str(file), str(folder))
    if shutil.which("crontab") is None:
        assert looked(shop, places)["crontab"].ok is False
    (folder / "shop").write_text("*/10 * * * * shop /opt/bin/returnkit --shop /srv/shop remind --mail\n")
    assert looked(shop, places)["crontab"].ok
    (folder / "shop").rename(file)
    assert looked(shop, places)["crontab"].ok


@pytest.mark.parametrize(
    ("ran", "now", "ok"),
    [
        ("", NOW, False),
        ("yesterday", NOW, False),
        ("2026-11-21T11:55:00+02:00", NOW, True),
        ("2026-11-21T11:00:00+02:00", NOW, True),  # an hour
        ("2026-11-21T10:59:00+02:00", NOW, False),
        ("2026-11-21T08:59:00+00:00", NOW, False),
        ("2026-11-21T15:59:00+02:00", "2026-11-23T10:59:00+02:00", True),  # a Sunday lies between
        ("2026-11-21T15:59:00+02:00", "2026-11-23T11:00:00+02:00", False),
        ("2026-11-17T18:50:00+02:00", "2026-11-19T10:30:00+02:00", True),  # a public holiday, too
        ("2026-11-21T12:04:00+02:00", NOW, True),
        ("2026-11-21T12:06:00+02:00", NOW, False),  # still to come
    ],
)
def test_when_remind_last_ran(shop: Path, tmp_path: Path, ran: str, now: str, ok: bool) -> None:
    settings(shop, f"{HEAD}sendmail = true\n")
    if ran:
        remind_ran(shop, ran)
    check = looked(shop, quiet(tmp_path), now)["last-run"]
    assert (check.ok, bool(check.remedy)) == (ok, not ok)


def test_the_way_of_the_mail(shop: Path, tmp_path: Path, programs: Path, at: At) -> None:
    settings(shop, f"{HEAD}sendmail = true\n")
    assert looked(shop, quiet(tmp_path))["mail"].found == f"{programs}/sendmail is there"
    (programs / "sendmail").chmod(0o644)
    if shutil.which("sendmail", path=f"{os.environ['PATH']}:/usr/sbin:/usr/lib") is None:
        assert looked(shop, quiet(tmp_path))["mail"].found == "there is no sendmail on this machine"
    port = free_port()
    settings(shop, f'{HEAD}smtp = "127.0.0.1:{port}"\nsecurity = "none"\n')
    assert looked(shop, quiet(tmp_path))["mail"].found == f"127.0.0.1:{port} cannot be reached: Connection refused"
    assert found(at("doctor", "--send-test", "-f", "json"))["test-mail"]["ok"] is False
    settings(shop, HEAD.partition("[mail]")[0])
    assert looked(shop, quiet(tmp_path))["mail"].ok is None
    assert found(at("doctor", "--send-test", "-f", "json"))["test-mail"]["ok"] is False


def test_a_recipient_of_the_test_message_who_is_refused(at: At, shop: Path) -> None:
    with mail_server(answers={"anna@piladzis.example": "550 unknown"}) as server:
        settings(shop, f'{HEAD}smtp = "127.0.0.1:{server.port}"\nsecurity = "none"\n')
        check = found(at("doctor", "--send-test", "-f", "json"))["test-mail"]
    assert check["found"] == "no e-mail for anna@piladzis.example was taken (answer 550): unknown"
    assert len(server.taken) == 1


def test_no_password_in_what_is_said(at: At, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RETURNKIT_SMTP_PASSWORD", "Hunter2")
    settings(shop, f'{HEAD}smtp = "127.0.0.1:{free_port()}"\nuser = "shop"\npassword-env = "RETURNKIT_SMTP_PASSWORD"\n')
    for form in ("table", "json"):
        result = at("doctor", "--send-test", "-f", form)
        assert result.code == 1
        assert "Hunter2" not in result.out + result.err
