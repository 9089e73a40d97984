"""Commands in the background and on the console, others beside them: the traces are cut for each."""

from __future__ import annotations

import pytest

from .guest import ARM64, X86, Board, Run

pytestmark = pytest.mark.board

EDU = 0xFEA00000
ECHO = """\
echo ready
while read -r line; do
    [ "$line" = leave ] && exit 7
    echo "<$line>"
done
"""


@pytest.fixture(scope="module")
def run(emulators: None) -> Run:
    return Board(X86, project=False).run(
        {
            "start": f"background holder python3 /inside/hold.py /dev/mem {EDU:#x} && await holder mapped",
            "idle": "true",
            "read": "tell holder read 4 && await holder '^read'",
            "write": "tell holder write 4 0x55 && await holder written",
            "between": "true",
            "again": "tell holder read 4 && await holder '^read' 2",
            "too few": "tell holder end; await holder '^read' 3",
            "end": "ended holder",
            "sudo": """su ada -c 'id -u; cat /root/who.py | sudo python3 -I - -x "a b"'""",
            "kill": "background idler sleep 1000; kill -9 $(cat /run/background/idler.pid); ended idler",
        },
        files={"root/who.py": "import os, sys\nprint(os.getuid(), *sys.argv)\n"},
    )


def test_a_background_command_is_talked_to_step_by_step(run: Run) -> None:
    for name in ("start", "read", "write", "again", "end"):
        run[name].ok()
    assert run["end"].stdout.split() == ["mapped", "read", "0x0", "written", "read", "0xffffffaa"]
    assert run["kill"].status == 128 + 9


def test_what_it_does_is_in_the_trace_of_the_step_that_had_it_done(run: Run) -> None:
    assert run["read"].operations == [("read", EDU + 4, 4)]
    assert run["write"].operations == [("write", EDU + 4, 4)]
    assert run["again"].operations == [("read", EDU + 4, 4)]
    for name in ("start", "idle", "between", "end"):
        assert run[name].operations == []


def test_a_user_becomes_root_by_sudo(run: Run) -> None:
    assert run["sudo"].ok().stdout.splitlines() == ["1001", "0 - -x a b"]


def test_waiting_for_what_does_not_come_fails_with_what_came(run: Run) -> None:
    assert run["too few"].status == 1
    assert "0xffffffaa" in run["too few"].stderr


def test_commands_run_beside_the_one_on_the_console(emulators: None) -> None:
    with Board(ARM64, project=False).console(ECHO) as console:
        console.wait_for("ready")
        assert console.do("quiet", "echo out; echo err >&2; exit 3").status == 3
        console.send("one", "enter")
        console.wait_for("<one>")
        said = console.do("touch", "python3 /inside/word.py /dev/mem 0x10000000 8").ok()
        assert said.stdout == "0xffffffff\n"
        console.send("two", "enter")
        console.wait_for("<two>")
        console.do("quiet-again", "ps | grep -c 'sh /[c]onsole'").ok()
        console.send("leave", "enter")
    run = console.run
    assert (run["quiet"].stdout, run["quiet"].stderr) == ("out\n", "err\n")
    assert run["quiet"].operations == run["quiet-again"].operations == []
    assert run["touch"].operations == [("read", 0x10000008, 4)]
    assert run["console"].status == 7
    assert run["console"].operations == [("read", 0x10000008, 4)]  # its trace holds that of all beside it
