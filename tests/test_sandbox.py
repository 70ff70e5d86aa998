"""Each attack ends as it must, and leaves the next child able to answer an honest probe."""

from __future__ import annotations

import importlib.util
import os
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import textwrap
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from autograder.sandbox import landlock, layers, runner, session
from autograder.sandbox.job import ChildDied, Definition, Job, Outcome, Probe, SandboxFailed
from autograder.sandbox.warm import WarmSandbox

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox needs Linux")
REFUSED = ("PermissionError", "FileNotFoundError", "OSError", "BlockingIOError")
COURSE = layers.PACKAGE.parent


def ask(sandbox: WarmSandbox, body: str, seconds: float = 3.0, **inputs: object) -> Outcome:
    """Ask for `attack(**inputs)`, a student's function with this body."""
    names = ", ".join(inputs)
    source = f"def attack({names}):\n{textwrap.indent(body, '    ')}\n"
    text = f"def probe({', '.join(('attack', *inputs))}):\n    return attack({names})\n"
    probe = Probe("attack", text, "probe", ("attack", *inputs), dict(inputs), seconds)
    return session.run(Job((), (Definition(source, ("attack",)),), (probe,)), sandbox)["attack"]


def assert_healthy(sandbox: WarmSandbox) -> None:
    outcome = ask(sandbox, "return x @ x.T, len('four'), np.linalg.norm(x)", x=np.eye(2) * 3)
    assert outcome.status == "returned", outcome
    product, length, norm = outcome.value
    assert np.array_equal(product, np.eye(2) * 9)
    assert (length, norm) == (4, np.sqrt(18))


@pytest.fixture(scope="module", params=layers.CANDIDATES, ids=lambda candidate: candidate.label)
def chosen(request: pytest.FixtureRequest) -> layers.Layers:
    if reason := layers.why_not(request.param):
        pytest.skip(reason)
    assert isinstance(request.param, layers.Layers)
    return request.param


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A folder that the children may read, and the judge's own."""
    data, judge = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("judge")
    (data / "digits.txt").write_text("0 1 2")
    (judge / "secret").write_text("the answers")
    return data, judge


@pytest.fixture(scope="module")
def sandbox(chosen: layers.Layers, folders: tuple[Path, Path]) -> Iterator[WarmSandbox]:
    os.environ["JUDGES_PASSWORD"] = "secret"
    warm = WarmSandbox(readable=folders[:1], layers=chosen)
    yield warm
    warm.close()
    del os.environ["JUDGES_PASSWORD"]


RAISED = [  # (attack, the exceptions that may end it); functions of `os` and `open` have stand-ins, which hold nothing
    ("open('/etc/passwd')", REFUSED),
    ("open(secret)", REFUSED),
    ("import os; os.open(secret, os.O_RDONLY | os.O_PATH)[0]", (*REFUSED, "TypeError")),
    ("import os; os.listdir('/proc')", REFUSED),
    ("open('/proc/self/environ')", REFUSED),
    ("open('/proc/self/mem', 'rb')", REFUSED),
    ("open(f'/proc/{__import__(\"os\").getppid()}/maps')", REFUSED),
    ("import os; os.listdir(os.path.dirname(secret))", REFUSED),
    ("import os; os.listdir(course + '/solutions')", REFUSED),
    ("open(course + '/pyproject.toml')", REFUSED),
    ("open(course + '/autograder/../pyproject.toml')", REFUSED),
    ("import os; os.chdir(course); open('pyproject.toml')", REFUSED),
    ("import io; io.FileIO('/tmp/written', 'w')", REFUSED),
    ("import io; io.FileIO('/dev/shm/written', 'w')", REFUSED),
    ("import io; io.FileIO('written', 'w')", REFUSED),
    ("import io; io.FileIO('/written', 'w')", REFUSED),
    ("import io; io.FileIO(data + '/written', 'w')", REFUSED),
    ("import io; io.FileIO(data + '/digits.txt', 'a')", REFUSED),
    ("import io; io.FileIO(data + '/digits.txt', 'r+')", REFUSED),
    ("import io; io.FileIO(np.__file__, 'w')", REFUSED),
    ("import posix; posix.truncate(data + '/digits.txt', 0)", REFUSED),
    ("import posix; posix.remove(data + '/digits.txt')", REFUSED),
    ("import posix; posix.rename(data + '/digits.txt', data + '/x')", REFUSED),
    ("import posix; posix.symlink(secret, data + '/x')", REFUSED),
    ("import posix; posix.link(secret, data + '/x')", REFUSED),
    ("import posix; posix.mkdir(data + '/x')", REFUSED),
    ("import posix; posix.chmod(data + '/digits.txt', 0o777)", REFUSED),
    ("import posix; posix.chmod(secret, 0o777)", REFUSED),
    ("import posix; posix.utime(data + '/digits.txt')", REFUSED),
    ("import posix; posix.setxattr(data + '/digits.txt', 'user.x', b'1')", REFUSED),
    ("import posix; posix.fork()", REFUSED),
    ("import posix; posix.forkpty()", REFUSED),
    ("import posix; posix.posix_spawn('/bin/true', ['true'], {})", REFUSED),
    ("import posix; posix.execv('/bin/true', ['true'])", REFUSED),
    ("import subprocess; subprocess.run(['true'])", REFUSED),
    ("import multiprocessing as m; p = m.Process(); p.start()", REFUSED),
    ("import threading; threading.Thread.start.__wrapped__(threading.Thread(target=print))", ("RuntimeError",)),
    ("import _thread; _thread.start_new_thread.__wrapped__(print, ())", ("RuntimeError",)),
    ("import _socket; _socket.socket()", REFUSED),
    ("import _socket as s; s.socket(s.AF_INET, s.SOCK_DGRAM)", REFUSED),
    ("import _socket as s; s.socket(s.AF_INET6)", REFUSED),
    ("import _socket as s; s.socket(s.AF_UNIX)", REFUSED),
    ("import _socket as s; s.socket(s.AF_NETLINK, s.SOCK_RAW)", REFUSED),
    ("import _socket; _socket.socketpair()", REFUSED),
    ("import _socket; _socket.socket(fileno=3).sendmsg([b'x'])", REFUSED),
    ("import os; os.kill(os.getppid(), 9)", REFUSED),
    ("import os; os.kill(-1, 9)", REFUSED),
    ("import os; os.killpg(0, 9)", REFUSED),
    ("import os; os.kill(os.getpid(), 19)", REFUSED),
    ("import fcntl, os; fcntl.fcntl(3, fcntl.F_SETOWN, os.getppid())", REFUSED),
    ("import resource; resource.setrlimit(resource.RLIMIT_CPU, (-1, -1))", ("ValueError", *REFUSED)),
    ("import resource; resource.setrlimit(resource.RLIMIT_AS, (-1, -1))", ("ValueError", *REFUSED)),
    ("import resource, os; resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (1, 1))", REFUSED),
    ("import os; os.sched_setaffinity(0, {0})", REFUSED),
    ("import os; os.setpriority(os.PRIO_PROCESS, os.getppid(), 19)", REFUSED),
    ("import os; os.setuid(0)", REFUSED),
    ("import posix; [posix.pipe() for _ in range(100)]", REFUSED),
    ("raise SystemExit(0)", ("SystemExit",)),
    ("raise KeyboardInterrupt", ("KeyboardInterrupt",)),
    ("raise ValueError('x' * 10**8)", ("ValueError",)),
    ("raise type('E', (BaseException,), {'__str__': lambda self: 1 / 0})", ("E",)),
    ("raise type('x' * 10**7, (Exception,), {})", ("x" * 80,)),
    ("x = []\nfor _ in range(10**5): x = [x]\nreturn x", ("WireError", "RecursionError")),
    ("return bytes(1 << 27)", ("WireError",)),
]


@pytest.mark.parametrize(("body", "errors"), RAISED, ids=[body[:60] for body, _ in RAISED])
def test_attack_that_is_refused(
    sandbox: WarmSandbox, folders: tuple[Path, Path], body: str, errors: tuple[str, ...]
) -> None:
    data, judge = folders
    paths = {"data": str(data), "secret": str(judge / "secret"), "course": str(COURSE)}
    outcome = ask(sandbox, body, **paths)
    assert outcome.status == "raised", outcome
    assert outcome.error in errors, outcome
    assert len(outcome.message) <= runner.MESSAGE_CAP
    assert_healthy(sandbox)
    assert (data / "digits.txt").read_text() == "0 1 2"
    assert [path.name for path in data.iterdir()] == ["digits.txt"]


FRAME = "import os, json, struct\ndef write(header, body=0, more=b''):\n"
FRAME += "    text = json.dumps(header).encode()\n"
FRAME += "    os.write(3, struct.pack('<4sIQ', b'SWK1', len(text), body) + text + more)\n"
ANSWER = "{'dict': [['key', %r], ['status', 'returned'], ['value', %s]]}"

ENDED = [  # (attack, how it ends, a word of the message)
    ("while True: pass", "timeout", ""),
    ("import re; re.match('(a+)+$', 'a' * 50 + 'b')", "timeout", ""),  # holds the interpreter's lock
    ("import signal\nfor n in range(1, 32):\n    try: signal.signal(n, signal.SIG_IGN)\n"
     "    except OSError: pass\nwhile True: pass", "timeout", ""),
    ("try:\n    while True: pass\nfinally:\n    while True: pass", "timeout", ""),
    ("import time; time.sleep(60)", "timeout", ""),
    ("import sys\nwhile True: sys.stdout.write('x' * 10**6)", "timeout", ""),
    (FRAME + "write({}, 1 << 25)\nwhile True: pass", "timeout", ""),  # announced, never sent
    ("import os, time\nwhile True: os.write(3, b'SWK1'[:1]); time.sleep(60)", "timeout", ""),
    ("bytearray(8 << 30)", "memory", ""),
    ("np.ones(10**10)", "memory", ""),
    ("np.empty((1 << 28,))", "memory", ""),  # even where nothing is written to it
    ("x = []\nwhile True: x.append(bytes(1 << 20))", "memory", ""),
    ("x = []\nwhile True: x.append(np.ones(1000))", "memory", ""),
    ("import mmap\nx = []\nwhile True: x.append(mmap.mmap(-1, 1 << 26))", "raised", ""),
    ("import os; os._exit(3)", "crashed", "exit status 3"),
    ("import os; os._exit(0)", "crashed", "exit status 0"),
    ("import os; os.abort()", "crashed", ""),
    ("from autograder.sandbox import wire; wire.encode = lambda message: b''", "timeout", ""),
    ("import builtins; builtins.len = lambda x: 7", "crashed", ""),
    ("import ctypes; ctypes.string_at(0)", "crashed", "segmentation fault"),
    ("import ctypes; ctypes.CDLL(None).syscall(0x40000000 + 39)", "crashed", "bad system call"),  # x32
    ("import os; os.closerange(0, 100)", "crashed", ""),
    ("import os; os.close(3)\nwhile True: pass", "crashed", "closed its channel"),
    ("import os; os.write(3, b'garbage' * 100)", "crashed", ""),
    (FRAME + "write({}, 1 << 60)", "crashed", "not a frame"),
    (FRAME + "write([], 0)", "crashed", "protocol"),
    (FRAME + "write({'array': ['<f8', [1 << 40]]}, 0)", "crashed", ""),
    (FRAME + "write({'array': ['|O', [1]]}, 8, b'12345678')", "crashed", "dtype"),
    (FRAME + f"write({ANSWER % ('another', 42)})", "crashed", "protocol"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "status", "word"), ENDED, ids=[repr(body[-60:]) for body, _, _ in ENDED])
def test_attack_that_ends_the_child(sandbox: WarmSandbox, body: str, status: str, word: str) -> None:
    if "0x40000000" in body and os.uname().machine != "x86_64":
        pytest.skip("only x86_64 has a second table of calls")
    outcome = ask(sandbox, body, seconds=0.4 if status == "timeout" else 10.0)
    assert outcome.status == status, outcome
    assert word in outcome.message
    assert_healthy(sandbox)


HARMLESS = [  # (what a student may do to themselves, the value that comes back)
    ("import sys; sys.modules.clear(); return 1", 1),
    ("np.linalg.norm = None; np.ndarray = None; return 2", 2),
    ("import time; time.monotonic = lambda: 0.0; return 3", 3),
    ("print('x' * 10**8); return 4", 4),
    ("import warnings; warnings.warn('x'); return 5", 5),
    (FRAME + f"write({ANSWER % ('attack', 42)})", 42),  # an answer written by hand is the student's answer
    ("import posix; return posix.system('true') != 0", True),
    ("import os\ndef is_open(n):\n    try: os.fstat(n); return True\n    except OSError: return False\n"
     "return [n for n in range(256) if is_open(n)]", [0, 1, 2, 3]),
    ("import sys; return sys.argv", [""]),
    ("import os; return [k for k in os.environ if k.startswith(('JUDGE', 'PYTHONPATH', 'LD_'))]", []),
    ("import os; return os.path.expanduser('~')", "/"),
    ("return open(data + '/digits.txt').read()", "0 1 2"),
    ("import sqlite3.dump, wave; return wave.__name__", "wave"),
    ("return hash('x') == hash('x'), np.random.rand() == np.random.rand()", (True, False)),
]  # fmt: skip


@pytest.mark.parametrize(("body", "value"), HARMLESS, ids=[repr(body[-60:]) for body, _ in HARMLESS])
def test_what_a_child_may_do(sandbox: WarmSandbox, folders: tuple[Path, Path], body: str, value: object) -> None:
    outcome = ask(sandbox, body, seconds=10.0, data=str(folders[0]))
    assert (outcome.status, outcome.value) == ("returned", value), outcome
    assert_healthy(sandbox)


OUTCOMES = """
import posix
def could(function, *arguments):
    try: return bool(function(*arguments)) or True
    except OSError: return False
def can_open(path): return could(posix.open, path, posix.O_RDONLY)
folders = [f"{folder}/data", f"{folder}/images"]
created = [could(posix.open, f"{path}/x", posix.O_WRONLY | posix.O_CREAT) for path in folders]
made = [could(posix.mkdir, f"{path}/y") for path in folders]
read = [[can_open(path) for path in paths] for paths in (data, code)]
return *read, any(created + made), could(posix.listdir, site)
"""


def test_scikit_learns_data_cannot_be_read_and_its_code_can(sandbox: WarmSandbox) -> None:
    spec = importlib.util.find_spec("sklearn")
    if spec is None or spec.origin is None:
        pytest.skip("scikit-learn is not installed")
    folder = Path(spec.origin).parent / "datasets"
    data = [str(path) for part in ("data", "images") for path in (folder / part).iterdir() if path.is_file()]
    code = [str(path) for path in (spec.origin, folder / "_base.py", folder / "descr" / "__init__.py", np.__file__)]
    outcome = ask(sandbox, OUTCOMES, folder=str(folder), data=data, code=code, site=str(folder.parents[1]))
    assert outcome.value == ([False] * len(data), [True] * len(code), False, True), outcome
    assert len(data) > 10


def test_data_is_found_by_each_path_and_links_get_no_rule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    datasets = tmp_path / "lib" / "python3" / "dist-packages" / "sklearn" / "datasets"
    (datasets / "data").mkdir(parents=True)
    (datasets / "_base.py").touch()
    (datasets / "course").symlink_to(tmp_path)
    (tmp_path / "lib64").symlink_to("lib")
    (tmp_path / "other").mkdir()
    folders = [str(tmp_path / name) for name in ("lib", "lib64", "other")]
    monkeypatch.setattr(layers, "code_folders", lambda: folders)
    below = "python3/dist-packages/sklearn/datasets"
    hidden = layers.hidden_folders()
    assert hidden == [f"{folder}/{below}/data" for folder in folders[:2]]
    ways = [folders[1], *(str(path) for path in reversed((tmp_path / "lib64" / below / "x").parents[:4]))]
    listed = [(path, landlock.READ_DIR) for path in dict.fromkeys(ways)]
    found = list(landlock._around(folders[1], hidden))
    assert found == [*listed, (f"{folders[1]}/{below}/_base.py", landlock.READ_FILE)]
    assert list(landlock._around(folders[2], hidden)) == [(folders[2], landlock.READ_FILE | landlock.READ_DIR)]


REFUSED_CALLS = """
    kill tkill tgkill rt_sigqueueinfo ptrace process_vm_readv process_vm_writev pidfd_open pidfd_send_signal
    clone clone3 execve execveat socket socketpair sendmsg recvmsg io_uring_setup memfd_create shmget mq_open
    bpf userfaultfd keyctl perf_event_open inotify_init1 setns unshare mount umount2 pivot_root chroot
    personality name_to_handle_at open_by_handle_at openat2 prctl seccomp setuid setgid capset setpriority
    sched_setaffinity mknodat mkdirat unlinkat symlinkat linkat renameat2 truncate ftruncate fallocate fchmod
    fchmodat fchown fchownat utimensat setxattr removexattr pwrite64 sendfile splice copy_file_range mlock
    swapon reboot init_module syslog settimeofday sethostname ioprio_set timer_create signalfd4 epoll_create1
    eventfd2 flock fsync sync
"""
TRY_CALLS = """
import ctypes, errno
libc, zeros = ctypes.CDLL(None, use_errno=True), [ctypes.c_long(0)] * 6
def is_refused(number):
    return libc.syscall(number, *zeros) == -1 and ctypes.get_errno() in (errno.EPERM, errno.ENOSYS)
return [name for name in calls if not is_refused(calls[name])]
"""


def test_calls_that_are_refused(sandbox: WarmSandbox) -> None:
    numbers = kernel_numbers("asm/unistd_64.h" if os.uname().machine == "x86_64" else "asm-generic/unistd.h")
    calls = {name: numbers[name] for name in REFUSED_CALLS.split()}
    assert ask(sandbox, TRY_CALLS, calls=calls) == Outcome("returned", [])


def kernel_numbers(header: str) -> dict[str, int]:
    """Numbers of the system calls by the kernel's own header."""
    for folder in ("/usr/include", f"/usr/include/{os.uname().machine}-linux-gnu"):
        if (path := Path(folder, header)).exists():
            found = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", path.read_text())
            numbers = {name: int(number) for name, number in found}
            return {**numbers, "newfstatat": numbers.get("newfstatat", numbers.get("fstatat", -1))}
    pytest.skip(f"the kernel's header {header} is not installed")


@pytest.mark.parametrize(("header", "column"), [("asm/unistd_64.h", 0), ("asm-generic/unistd.h", 1)])
def test_the_table_is_the_kernels(header: str, column: int) -> None:
    from autograder.sandbox import seccomp

    if column == 0 and os.uname().machine != "x86_64":
        pytest.skip("another machine's header")
    kernel = kernel_numbers(header)
    table = seccomp.ALLOWED | {name: rule.numbers for name, rule in seccomp.CONDITIONS.items()}
    ours = {name: numbers[column] for name, numbers in table.items() if numbers[column] is not None}
    assert ours == {name: kernel[name] for name in ours}


def decide(program: bytes, machine: int, number: int, *arguments: int) -> int:
    """What the kernel would decide: the instructions that `seccomp.program` uses, interpreted."""
    data = struct.pack("<IIQ6Q", number, machine, 0, *arguments, *[0] * (6 - len(arguments)))
    at = value = 0
    while True:
        code, if_true, if_false, operand = struct.unpack_from("<HBBI", program, 8 * at)
        at += 1
        if code == 0x06:
            return int(operand)
        if code == 0x20:
            value = struct.unpack_from("<I", data, operand)[0]
        elif code == 0x54:
            value &= operand
        else:
            holds = {0x15: value == operand, 0x25: value > operand, 0x35: value >= operand}[code]
            at += if_true if holds else if_false


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_decides(machine: str) -> None:
    from autograder.sandbox import seccomp

    program, code = seccomp.program(machine), seccomp.MACHINES[machine]
    column = list(seccomp.MACHINES).index(machine)
    allowed = {numbers[column] for numbers in seccomp.ALLOWED.values()} - {None}
    rules = {rule.numbers[column]: rule for rule in seccomp.CONDITIONS.values()}
    for number in range(600):
        if number in rules:
            rule = rules[number]
            for value in range(1 << 11):
                fits = (value & rule.mask) in rule.values
                arguments = [0xFFFF] * rule.argument + [value]
                assert (decide(program, code, number, *arguments) == seccomp.ALLOW) == fits
        elif number == seccomp.CLONE3:
            assert decide(program, code, number) != seccomp.ALLOW
        else:
            assert (decide(program, code, number) == seccomp.ALLOW) == (number in allowed)
    assert decide(program, code ^ 1, 0) == seccomp.KILL
    assert decide(program, code, seccomp.X32_CALLS) == seccomp.KILL


def test_each_submission_has_the_same_random_numbers(sandbox: WarmSandbox) -> None:
    body = "import random; return random.random(), np.random.rand()"
    assert ask(sandbox, body) == ask(sandbox, body)


def test_a_file_placed_after_the_boot(sandbox: WarmSandbox, folders: tuple[Path, Path]) -> None:
    assert_healthy(sandbox)
    path = folders[0] / "later" / "sizes.npy"
    path.parent.mkdir()
    try:
        np.save(path, np.arange(3))
        assert ask(sandbox, "return np.load(path).sum()", path=str(path)) == Outcome("returned", 3)
    finally:
        shutil.rmtree(path.parent)


def test_what_is_announced_takes_no_memory(sandbox: WarmSandbox) -> None:
    tracemalloc.start()
    try:
        assert ask(sandbox, FRAME + "write({}, 1 << 25)\nwhile True: pass", 0.4).status == "timeout"
        assert tracemalloc.get_traced_memory()[1] < 1 << 22
    finally:
        tracemalloc.stop()


def test_a_child_that_does_not_read(sandbox: WarmSandbox) -> None:
    child = sandbox.spawn()
    child.send(runner.opening(Job((), (Definition("while True: pass", ()),), ())), time.monotonic() + 5)
    with pytest.raises(TimeoutError):
        child.send(bytes(1 << 24), time.monotonic() + 0.2)
    child.kill()
    child.kill()
    with pytest.raises(ChildDied):
        child.receive(time.monotonic() + 5)
    assert_healthy(sandbox)


def test_large_arrays_go_there_and_back(sandbox: WarmSandbox) -> None:
    x = np.random.default_rng(0).normal(size=(1000, 1000))
    assert np.array_equal(ask(sandbox, "return x.T", x=x).value, x.T)


def test_processor_time_is_limited(chosen: layers.Layers) -> None:
    warm = WarmSandbox(layers=chosen, cpu_seconds=1)
    try:
        outcome = ask(warm, "while True: pass", seconds=20)
        assert (outcome.status, "processor time" in outcome.message) == ("timeout", True)
        assert_healthy(warm)
    finally:
        warm.close()


def descendants(pid: int) -> list[int]:
    """Process ids of this process and all below it."""
    found = [pid]
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(entry.read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):  # it ended meanwhile
            continue
        if parent == pid:
            found += descendants(int(entry.parent.name))
    return found


def assert_all_end(watched: list[int]) -> None:
    """Wait for the ends of processes, given as pidfds."""
    for descriptor in watched:
        assert select.select([descriptor], [], [], 10)[0], "a process is left"
        os.close(descriptor)


def zygote_of(sandbox: WarmSandbox) -> int:
    assert sandbox._zygote is not None
    return sandbox._zygote._process.pid


def test_close_leaves_no_process(chosen: layers.Layers) -> None:
    warm = WarmSandbox(layers=chosen)
    child = warm.spawn()
    child.send(runner.opening(Job((), (Definition("while True: pass", ()),), ())), time.monotonic() + 5)
    family = [os.pidfd_open(pid) for pid in descendants(zygote_of(warm))]
    assert len(family) >= 2
    warm.close()
    warm.close()
    assert_all_end(family)


def test_a_killed_zygote_is_replaced(chosen: layers.Layers) -> None:
    warm = WarmSandbox(layers=chosen)
    try:
        assert_healthy(warm)
        child = warm.spawn()
        family = [os.pidfd_open(pid) for pid in descendants(zygote_of(warm))]
        os.kill(zygote_of(warm), signal.SIGKILL)
        with pytest.raises(SandboxFailed):
            child.receive(time.monotonic() + 10)
        assert_all_end(family)
        assert_healthy(warm)
    finally:
        warm.close()


JUDGE = """
import sys
from autograder.sandbox.layers import Layers
from autograder.sandbox.warm import WarmSandbox
warm = WarmSandbox(layers=Layers(*map(int, sys.argv[1:])))
warm.spawn()
print("ready", flush=True)
sys.stdin.read()
"""


def test_nothing_outlives_the_judge(chosen: layers.Layers) -> None:
    flags = [str(int(chosen.landlock)), str(int(chosen.bubblewrap))]
    judge = subprocess.Popen(
        [sys.executable, "-c", JUDGE, *flags], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=COURSE
    )
    assert judge.stdout is not None
    assert judge.stdout.readline() == b"ready\n"
    family = [os.pidfd_open(pid) for pid in descendants(judge.pid)]
    assert len(family) >= 3
    judge.kill()
    judge.communicate()
    assert_all_end(family)


def test_a_zygote_that_cannot_start_says_why(chosen: layers.Layers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(OSError, match="does not start"):
        WarmSandbox(layers=chosen).spawn()
