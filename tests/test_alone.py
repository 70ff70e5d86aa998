"""Files, threads and processes in student code: alike in the sandbox, in `autograder check` and in the live `check`."""

from __future__ import annotations

import json
import os
import shutil
import sys
import textwrap
import threading
from pathlib import Path

import numpy as np
import pytest
from conftest import filled, in_this_process, references, submit
from IPython.core.interactiveshell import InteractiveShell

from autograder import selfcheck
from autograder.sandbox import alone, layers, session
from autograder.sandbox.inline_threads import NETWORK, PROCESSES, WAITS
from autograder.sandbox.job import Definition, Job, Outcome, Probe, Spawner
from autograder.sandbox.local import LocalSandbox
from autograder.sandbox.memory_files import FULL, HOME, MOST, NOT_THERE, ROOM
from autograder.sandbox.warm import WarmSandbox

NAME, NOTEBOOK = "01_tensors", "tensors.ipynb"
WORKS = [  # (what a graded function does with files, threads and coroutines, what it finds)
    ("for _ in range(3): open('log.txt', 'a').write('x')\nreturn open('log.txt').read()", "xxx"),
    ("np.save('w.npy', x)\nreturn np.array_equal(np.load('w.npy'), x)", True),
    ("np.savez('w.npz', a=x)\nreturn np.load('w.npz')['a'].shape == x.shape", True),
    ("np.savez_compressed('c.npz', a=x)\nwith np.load('c.npz') as f: return list(f)", ["a"]),
    ("np.savetxt('w.csv', x, delimiter=',')\nreturn np.loadtxt('w.csv', delimiter=',').shape == x.shape", True),
    ("np.savetxt('g.csv', x)\nreturn np.genfromtxt('g.csv').shape == x.shape", True),
    ("x.tofile('w.bin')\nreturn np.array_equal(np.fromfile('w.bin'), x.ravel())", True),
    ("np.arange(3).tofile('w.txt', sep=';')\nreturn open('w.txt').read()", "0;1;2"),
    ("x.dump('w.dump')\nreturn np.load('w.dump', allow_pickle=True).shape == x.shape", True),
    ("import pickle\npickle.dump([1], open('p.pkl', 'wb'))\nreturn pickle.load(open('p.pkl', 'rb'))", [1]),
    ("import json\nwith open('j.json', 'w') as f: json.dump({'a': 1}, f)\nreturn json.load(open('j.json'))", {"a": 1}),
    ("import csv\nwith open('c.csv', 'w', newline='') as f: csv.writer(f).writerow('ab')\n"
     "return list(csv.reader(open('c.csv')))", [["a", "b"]]),
    ("import os\nfor _ in range(2): os.makedirs('ckpt/a', exist_ok=True)\nnp.save('ckpt/a/w', x)\n"
     "return os.listdir('ckpt/a'), list(os.walk('ckpt'))",
     (["w.npy"], [("ckpt", ["a"], []), ("ckpt/a", [], ["w.npy"])])),
    ("open('not/made/x.txt', 'w').close()\nimport os\nreturn os.path.isdir('not/made')", True),
    ("from pathlib import Path\np = Path('q/r')\np.mkdir(parents=True)\n(p / 't').write_text('hé', 'utf-8')\n"
     "(p / 'u').touch()\nfound = sorted(map(str, Path('q').rglob('*')))\n(p / 'u').unlink()\n"
     "return found, (p / 't').read_text('utf-8'), (p / 'u').exists()", (["q/r", "q/r/t", "q/r/u"], "hé", False)),
    ("import glob\nopen('a.glb', 'w').close()\nreturn glob.glob('*.glb')", ["a.glb"]),
    ("import tempfile\nwith tempfile.NamedTemporaryFile('w+') as f:\n    f.write('a'); f.flush()\n"
     "    inside = open(f.name).read()\nimport os\nreturn inside, os.path.exists(f.name)", ("a", False)),
    ("import tempfile\nwith tempfile.TemporaryFile() as f:\n    f.write(b'a'); f.seek(0)\n    return f.read()", b"a"),
    ("import os, tempfile\nwith tempfile.TemporaryDirectory() as d:\n    open(d + '/x', 'w').close()\n"
     "    inside = os.listdir(d)\nreturn inside, os.path.exists(d)", (["x"], False)),
    ("import os, tempfile\nn, name = tempfile.mkstemp()\nos.write(n, b'zz'); os.fsync(n); os.close(n)\n"
     "return open(name).read(), os.path.isdir(tempfile.mkdtemp())", ("zz", True)),
    ("import os, shutil\nopen('s.txt', 'w').write('s')\nshutil.copy('s.txt', 't.txt'); shutil.copy2('s.txt', 'u.txt')\n"
     "os.mkdir('d'); shutil.move('t.txt', 'd/t.txt'); shutil.copytree('d', 'e'); shutil.move('e', 'f')\n"
     "found = os.listdir('f'); shutil.rmtree('f')\nreturn found, os.path.exists('f')", (["t.txt"], False)),
    ("import logging\nlogging.basicConfig(filename='train.log', level='INFO', force=True)\nlogging.info('step')\n"
     "logging.shutdown()\nreturn open('train.log').read()", "INFO:root:step\n"),
    ("import zipfile\nwith zipfile.ZipFile('z.zip', 'w') as z: z.writestr('a', 'b')\n"
     "return zipfile.ZipFile('z.zip').read('a')", b"b"),
    ("import gzip, bz2, lzma\nfor m in (gzip, bz2, lzma):\n    with m.open('packed', 'wb') as f: f.write(b'x')\n"
     "    assert m.open('packed').read() == b'x'\nreturn 1", 1),
    ("import tarfile\nopen('in.tar.txt', 'w').close()\nwith tarfile.open('t.tar', 'w') as t: t.add('in.tar.txt')\n"
     "return tarfile.open('t.tar').getnames()", ["in.tar.txt"]),
    ("import shelve\nwith shelve.open('shelf') as s: s['a'] = 1\nwith shelve.open('shelf') as s: return s['a']", 1),
    ("import sqlite3\nreturn sqlite3.connect(':memory:').execute('select 1').fetchone()", (1,)),
    ("import os\nopen('o1', 'w').write('o'); os.rename('o1', 'o2'); os.replace('o2', 'o3'); os.chmod('o3', 0o600)\n"
     "os.utime('o3', (1, 1))\ns = os.stat('o3')\n"
     "return s.st_size, s.st_mtime, os.path.getsize('o3'), os.path.exists('o1')",
     (1, 1.0, 1, False)),
    ("import os\nhome = os.getcwd(); os.makedirs('cd'); os.chdir('cd'); open('x', 'w').close(); os.chdir('..')\n"
     "return os.path.exists('cd/x'), os.getcwd() == home",
     (True, True)),
    ("with open('rw', 'w+') as f:\n    f.write('a\\nb\\n'); f.seek(0); lines = f.readlines(); f.truncate(1)\n"
     "with open('rw', 'r+b') as f:\n    f.seek(0, 2); f.write(b'c')\nreturn lines, open('rw').read()",
     (["a\n", "b\n"], "ac")),
    ("import os\nprint('x', file=open(os.devnull, 'w'))\nreturn open(os.devnull).read()", ""),
    ("from os import mkdir, path\nmkdir('from-os')\nreturn path.isdir('from-os')", True),
    ("import threading\nout = []\n"
     "ts = [threading.Thread(target=lambda: out.append(threading.current_thread().name), name=n) for n in 'ab']\n"
     "for t in ts: t.start()\nfor t in ts: t.join()\nreturn out, [t.is_alive() for t in ts]",
     (["a", "b"], [False, False])),
    ("import threading\nthreading.Thread(target=lambda: 1 / 0).start()\nreturn 1", 1),
    ("from concurrent.futures import ThreadPoolExecutor, as_completed\nwith ThreadPoolExecutor(2) as p:\n"
     "    bad, good = p.submit(lambda: 1 / 0), [p.submit(pow, 2, i) for i in range(3)]\n"
     "    return repr(bad.exception()), sorted(f.result() for f in as_completed(good)), list(p.map(abs, [-1]))",
     ("ZeroDivisionError('division by zero')", [1, 2, 4], [1])),
    ("from multiprocessing.pool import ThreadPool\nwith ThreadPool(2) as p:\n"
     "    return p.map(abs, [-1]), p.apply_async(pow, (2, 3)).get(), list(p.imap(abs, [-2])), p.starmap(pow, [(2, 2)])",
     ([1], 8, [2], [4])),
    ("from multiprocessing.dummy import Pool, Process\np = Process(target=print)\np.start(); p.join()\n"
     "return Pool(2).map(abs, [-5]), p.exitcode", ([5], 0)),
    ("import asyncio\nasync def f(v):\n    await asyncio.sleep(0)\n    return v\n"
     "async def main(): return await asyncio.gather(f(1), asyncio.to_thread(pow, 2, 5))\nreturn asyncio.run(main())",
     [1, 32]),
    ("import threading\nr = []\nlate, soon = threading.Timer(99, r.append, (1,)), threading.Timer(0, r.append, (2,))\n"
     "late.start(); soon.start(); late.cancel(); late.join(); soon.join()\nreturn r", [2]),
    ("import threading, time\ndef watch():\n    while True: time.sleep(1)\n"
     "threading.Thread(target=watch, daemon=True).start()\nreturn 1", 1),
    ("from tqdm.auto import tqdm\nreturn sum(tqdm(range(3)))", 3),
    ("import threading\nreturn threading.Event().wait(9), threading.Semaphore(0).acquire(timeout=9)", (False, False)),
    ("import queue\ntry: queue.Queue().get(timeout=9)\nexcept queue.Empty: return 1", 1),
    ("import threading\nlock = threading.Lock()\nwith lock: return lock.acquire(timeout=9), lock.acquire(False)",
     (False, False)),
    ("import time\nbefore = time.monotonic(); time.sleep(0.01)\nreturn time.monotonic() - before >= 0.01", True),
]  # fmt: skip
FAILS = [  # (what cannot work, its words)
    ("open('data.csv')", NOT_THERE),
    ("import threading; threading.Event().wait()", WAITS),
    ("import threading; threading.Semaphore(0).acquire()", WAITS),
    ("import threading; threading.Barrier(2).wait()", WAITS),
    ("import threading\nc = threading.Condition()\nwith c: c.wait()", WAITS),
    ("import threading\nlock = threading.Lock()\nlock.acquire(); lock.acquire()", WAITS),
    ("import threading\nt = threading.Thread(target=threading.Event().wait)\nt.start()", WAITS),
    ("import threading, queue\nq = queue.Queue()\ndef work():\n    while True: q.get()\n"
     "threading.Thread(target=work, daemon=True).start(); q.put(1); q.join()", WAITS),
    ("import queue; queue.Queue().get()", WAITS),
    ("import queue; queue.SimpleQueue().get()", WAITS),
    ("from concurrent.futures import Future; Future().result()", WAITS),
    ("import asyncio\nasync def main(): await asyncio.Event().wait()\nasyncio.run(main())", WAITS),
    ("import subprocess; subprocess.run(['true'])", PROCESSES),
    ("import os; os.system('true')", PROCESSES),
    ("import os; os.fork()", PROCESSES),
    ("import multiprocessing as m; m.Process(target=print).start()", PROCESSES),
    ("import multiprocessing as m; m.Pool(2)", PROCESSES),
    ("import multiprocessing as m; m.Queue()", PROCESSES),
    ("from concurrent.futures import ProcessPoolExecutor; ProcessPoolExecutor()", PROCESSES),
    ("import urllib.request; urllib.request.urlopen('http://localhost:9')", NETWORK),
    ("np.memmap('m.dat', mode='w+', shape=(3,))", "does not work in grading, where files are kept in memory"),
    ("import sqlite3; sqlite3.connect('x.db')", "use `:memory:`"),
    ("import os; os.symlink('a', 'b')", "`symlink` does not work in grading"),
    (f"open('big', 'wb').write(bytes({ROOM + 1}))", FULL),
    (f"for i in range({MOST + 1}): open(f'many/{{i}}', 'w').close()", FULL),
]  # fmt: skip
BODIES = [body for body, _ in (*WORKS, *FAILS)]
IDS = [repr(body[-50:]) for body in BODIES]
ABSENT_IN_A_KERNEL = {"open('data.csv')"}  # there, relative paths lead to the student's own files


def relu(body: str) -> str:
    """A right `relu` that first does something; what comes of it is kept."""
    lines = textwrap.indent(
        f"def work(x):\n{textwrap.indent(body, '    ')}\nif not FOUND: FOUND.append(work(x))\n", "    "
    )
    return f"FOUND = []\ndef relu(x):\n{lines}    return np.maximum(x, 0)\n"


def ask_all(sandbox: Spawner) -> dict[str, Outcome]:
    """All of it in one child, as one submission."""
    definitions = [
        Definition(f"def f{n}(x):\n{textwrap.indent(body, '    ')}\n", (f"f{n}",)) for n, body in enumerate(BODIES)
    ]
    x = np.arange(6.0).reshape(2, 3)
    probes = [
        Probe(b, f"def probe(f{n}, x): return f{n}(x)", "probe", (f"f{n}", "x"), {"x": x}, 20)
        for n, b in enumerate(BODIES)
    ]
    try:
        return session.run(Job((), tuple(definitions), tuple(probes)), sandbox)
    finally:
        sandbox.close()


@pytest.fixture(scope="module", params=["local", *layers.CANDIDATES], ids=lambda p: getattr(p, "label", p))
def outcomes(request: pytest.FixtureRequest) -> dict[str, Outcome]:
    if request.param == "local":
        return ask_all(LocalSandbox())
    if reason := layers.why_not(request.param):
        pytest.skip(reason)
    return ask_all(WarmSandbox(layers=request.param))


@pytest.mark.parametrize(("body", "found"), WORKS, ids=IDS[: len(WORKS)])
def test_it_works_in_a_child(outcomes: dict[str, Outcome], body: str, found: object) -> None:
    outcome = outcomes[body]
    assert (outcome.status, outcome.value) == ("returned", found), outcome
    assert outcome.seconds < 5  # nothing was waited for


@pytest.mark.parametrize(("body", "words"), FAILS, ids=IDS[len(WORKS) :])
def test_it_fails_in_a_child_in_words(outcomes: dict[str, Outcome], body: str, words: str) -> None:
    outcome = outcomes[body]
    assert outcome.status == "raised", outcome
    assert words in outcome.message
    assert outcome.seconds < 5


@pytest.fixture(scope="module")
def folder(built_course, tmp_path_factory):
    """A student's copy of an assignment, with a file of theirs."""
    folder = tmp_path_factory.mktemp("student") / NAME
    shutil.copytree(built_course.root / "assignments" / NAME, folder)
    (folder / "mine.txt").write_text("mine")
    return folder


@pytest.fixture
def shell(folder, monkeypatch):
    """A real IPython shell in the folder of the assignment."""
    monkeypatch.chdir(folder)
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    selfcheck._failures.clear()
    shell = InteractiveShell.instance()
    shell.run_cell("import numpy as np\nfrom autograder import check")
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    yield shell
    InteractiveShell.clear_instance()
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def check(shell: InteractiveShell, cell: str) -> selfcheck.CheckResult:
    shell.run_cell(cell)
    done = shell.run_cell('check("relu")')
    done.raise_error()
    return done.result


@pytest.mark.parametrize(("body", "found"), WORKS, ids=IDS[: len(WORKS)])
def test_it_works_in_a_live_check(shell: InteractiveShell, body: str, found: object) -> None:
    shown = check(shell, relu(body))
    assert "error" not in {c.status for c in shown.verdict.checks}, shown  # some break a rule about loops
    assert shell.user_ns["FOUND"][0] == found


@pytest.mark.parametrize(
    ("body", "words"), [row for row in FAILS if row[0] not in ABSENT_IN_A_KERNEL], ids=lambda value: repr(value[-50:])
)
def test_it_fails_in_a_live_check_in_the_same_words(shell: InteractiveShell, body: str, words: str) -> None:
    shown = check(shell, relu(body))
    assert words.replace("`", "") in repr(shown).replace("`", ""), shown


OWN_FILES = [  # what is done with a file that is really there, and what is found
    ("open('mine.txt', 'a').write('!')\nreturn open('mine.txt').read()", "mine!"),
    ("import os\nos.remove('mine.txt')\nreturn os.path.exists('mine.txt'), 'mine.txt' in os.listdir()", (False, False)),
    ("import os\nos.rename('mine.txt', 'yours.txt')\nreturn open('yours.txt').read(), os.path.exists('mine.txt')",
     ("mine", False)),
    ("import os\nos.chmod('mine.txt', 0); os.utime('mine.txt', (1, 1)); os.truncate('mine.txt', 1)\n"
     "return open('mine.txt').read()", "m"),
    ("open('mine.txt', 'w').close()\nreturn open('mine.txt').read()", ""),
    ("return open('mine.txt').read()", "mine"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "found"), OWN_FILES, ids=[repr(body[:40]) for body, _ in OWN_FILES])
def test_a_students_own_files_stay_as_they_are(shell: InteractiveShell, body: str, found: object) -> None:
    facts = os.stat("mine.txt")
    check(shell, relu(body))
    assert shell.user_ns["FOUND"][0] == found
    assert os.stat("mine.txt")[:9] == facts[:9]


def originals() -> dict[str, object]:
    """Everything that a live check replaces."""
    stand_ins = alone.in_a_kernel()
    with stand_ins.in_place():
        names = [(owner, name) for owner, name, _ in stand_ins._originals]
    return {f"{owner!r}.{name}": getattr(owner, name) for owner, name in names}


ENDS = ["return None", "raise KeyboardInterrupt", "raise SystemExit", "import sys; sys.meta_path.clear()", "1 / 0"]


@pytest.mark.parametrize("end", ENDS)
def test_everything_is_put_back(shell: InteractiveShell, end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    before, finders = originals(), [*sys.meta_path]
    check(shell, relu(f"open('x', 'w').close()\n{end}"))
    assert originals() == before
    assert [f for f in sys.meta_path if f not in finders] == []


def test_other_threads_go_on_during_a_live_check(shell: InteractiveShell, tmp_path: Path) -> None:
    """The kernel's own threads write files, wait and start threads while a check runs."""
    asked, written = threading.Event(), threading.Event()

    def kernel() -> None:
        asked.wait()
        (tmp_path / "history").write_text("kept")
        other = threading.Thread(target=written.set)
        other.start()
        other.join()

    thread = threading.Thread(target=kernel)
    thread.start()
    shell.user_ns |= {"asked": asked, "written": written}
    body = "import time\nasked.set()\nwhile not written.is_set(): time.sleep(0.01)\nopen('history', 'w').write('x')"
    check(shell, relu(body))
    thread.join()
    assert (tmp_path / "history").read_text() == "kept"


def test_a_pool_made_before_the_check(shell: InteractiveShell) -> None:
    above = "from concurrent.futures import ThreadPoolExecutor\nfrom os import mkdir\npool = ThreadPoolExecutor(2)\n"
    shown = check(shell, above + relu("mkdir('made')\nreturn list(pool.map(abs, [-1]))"))
    assert shell.user_ns["FOUND"] == [[1]], shown
    assert not Path("made").exists()


def test_a_real_kernel_prints_while_it_checks(folder) -> None:
    """Flushing waits for the kernel's own thread."""
    from jupyter_client.manager import start_new_kernel

    before = sorted(path.name for path in folder.iterdir())
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(folder))
    said: list[str] = []
    try:
        for cell in (
            "import numpy as np\nfrom autograder import check",
            relu("print('inside', flush=True)\nopen('log.txt', 'a').write('x')"),
            'print(check("relu"))',
        ):
            client.execute_interactive(
                cell, timeout=60, output_hook=lambda m: said.append(m["content"].get("text", ""))
            )
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert "inside" in "".join(said)
    assert "timed out" not in "".join(said)
    assert "[error]" not in "".join(said)
    assert sorted(path.name for path in folder.iterdir()) == before


def test_check_and_grading_agree(course, tmp_path) -> None:
    """The real commands on a notebook that logs, saves, and lets a thread do its work, and on one that needs a file."""
    above = "import logging, threading\nlogging.basicConfig(filename='train.log', level='INFO')\n"
    works = above + (
        "def relu(x):\n    logging.info('relu')\n    np.save('x.npy', x)\n    out = []\n"
        "    t = threading.Thread(target=lambda: out.append(np.maximum(np.load('x.npy'), 0)))\n"
        "    t.start(); t.join()\n    return out[0]"
    )
    reads = "def relu(x):\n    open('data.csv')\n    return np.maximum(x, 0)"
    for student, source in {"works": works, "reads": reads}.items():
        path = submit(course, student, NAME, filled(course, NAME, references(course, NAME) | {"relu": source}))
        (path.parent / "data.csv").write_text("1")
        shutil.copy(course.root / "assignments" / NAME / "checks.json", path.parent)
        before = sorted(p.name for p in path.parent.iterdir())
        status, said, _ = in_this_process(course, "check", str(path))
        assert (status, NOT_THERE in said) == ((0, False) if student == "works" else (1, True)), said
        assert sorted(p.name for p in path.parent.iterdir()) == before
    _, graded, errors = in_this_process(course, "grade", NAME, "--json", "--workers=1")
    verdicts = {report["student"]: report for report in map(json.loads, graded.splitlines())}
    assert verdicts["works"]["earned"] == verdicts["works"]["points"], errors
    [task] = [task for task in verdicts["reads"]["exercises"] if task["name"] == "relu"]
    assert any(NOT_THERE in c["reason"] for c in task["checks"] if c["visible"])
    assert not any("data.csv" in c["reason"] for c in task["checks"] if not c["visible"])


def test_a_child_has_none_of_the_last_ones_files() -> None:
    sandbox = WarmSandbox()
    try:
        for _ in range(2):
            source = (
                "def f():\n    import os\n    found = os.listdir()\n    open('left', 'w').close()\n    return found"
            )
            probe = Probe("f", "def probe(f): return f(), f()", "probe", ("f",), {})
            outcome = session.run(Job((), (Definition(source, ("f",)),), (probe,)), sandbox)["f"]
            assert outcome.value == ([], ["left"]), outcome
    finally:
        sandbox.close()


def test_a_local_childs_folder_is_empty_and_removed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    source = "def f():\n    import os, io, posix\n    io.FileIO('really', 'w')\n    return posix.listdir(), os.getcwd()"
    probe = Probe("f", "def probe(f): return f()", "probe", ("f",), {})
    outcome = session.run(Job((), (Definition(source, ("f",)),), (probe,)), LocalSandbox())["f"]
    assert outcome.value == (["really"], HOME)
    assert list(tmp_path.iterdir()) == []
