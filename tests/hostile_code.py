"""Code that is made to keep whoever reads it busy: as much of it as is read of one notebook."""

from __future__ import annotations

from autograder.repair import CODE_CAP, LINE_CAP


def _lines(form: str, count: int = LINE_CAP, rest: int = 200) -> str:
    """As many copies of some lines as fit, each with its number."""
    found: list[str] = []
    for i in range(min(count, (LINE_CAP - 10) // sum(map((form + "\n").count, "\n;")))):
        found.append(form.format(i=i, j=i + 1, k=i % 50, u="u" * (i % 50)))
        rest += len(found[-1]) + 1
        if rest > CODE_CAP:
            break
    return "\n".join(found[:-1])


def _many(text: str, rest: str = "") -> str:
    return text * ((CODE_CAP - 100 - len(rest)) // len(text)) + rest


def _nested(form: str, innermost: str, depth: int = 90) -> str:
    return "".join(" " * i + form.format(i=i) + "\n" for i in range(depth)) + " " * depth + innermost


def _body(lines: str) -> str:
    """The lines as a function's body."""
    return "def f(x):\n " + lines.replace("\n", "\n ")


HOSTILE_CODE = {
    "many statements": _lines("a = 1"),
    "one line": "a = 1;" * (LINE_CAP - 10),
    "one list": "x = [" + _many("1,") + "]",
    "one dictionary": "x = {" + _many("1:1,") + "}",
    "one call": "def f(): g(" + _many("*a,") + ")",
    "names": _lines("class n{i}: pass"),
    "names like the one asked for": _lines("relu{u}{i} = 1"),
    "calls": "def f(): return [" + _many("f(),") + "]",
    "words": "a" * (CODE_CAP - 10) + " !",
    "spaces": " " * (CODE_CAP - 10) + "\n!",
    "quotes": "'''" * (CODE_CAP // 3),
    "escapes": '!\n"' + _many('\\"'),
    "lambdas in lambdas": "x = " + _many("lambda: ", "1"),
    "attributes": "x = f" + _many(".a"),
    "a chain of methods": "def f(x): return x" + ".copy()" * 60 + ".sum()",
    "fields of an f-string": "x = f'" + "{a}" * (LINE_CAP - 10) + "'",
    "fields that differ": "x = f'" + "y" * 40_000 + "".join(map("{{a{}}}".format, range(LINE_CAP - 9))) + "'",
    "decorators": "@d\n" * (LINE_CAP - 10) + "def f(): pass",
    "huge hexadecimal number": "def f(x): return x + 0x" + _many("f"),
    "huge number": "def f(x): return " + _many("9"),
    "huge text": "x = '" + _many("a") + "'",
    "null bytes": "def f(): pass\n" + _many("\0"),
    "form feeds": "\f\n" * (LINE_CAP - 10) + "\fdef f(): pass",
    "parentheses": "x = " + "(" * 40_000 + ")" * 40_000,
    "minus signs": "x = " + _many("-", "1"),
    "sums": "x = " + _many("1+", "1"),
    "branches": "if a: x=1\n" + _lines("elif a: x=1"),
    "conditions": "x = " + _many("1 if a else ", "1"),
    "indentation": _nested("if a:", "f = 1", 99),
    "too much indentation": _nested("if a:", "f = 1", 300),
    "loops in loops": "def f(x):\n" + _nested(" for v{i} in x:", "for v in x: y = [" + _many("x,")[:30_000] + "]"),
    "functions in functions": _nested("def f{i}():", "return [" + _many("g(),")[:80_000] + "]"),
    "classes in classes": _nested("class f{i}:", "f = 1"),
    "loops in comprehensions": "x = [a " + _many("for a in b ") + "]",
    "each calls the next one twice": _lines("def f{i}(x): return f{j}(x) + f{j}(x)"),
    "each calls the next one with two numbers": _lines("def f{i}(x): return f{j}(1) + f{j}(2)"),
    "each calls all": "\n".join(f"def f{i}(): return " + "+".join(f"f{j}()" for j in range(120)) for i in range(120)),
    "each is the next one": _lines("f{i} = f{j}"),
    "each has the next one as its base": _lines("class f{i}(f{j}, f{i}): pass"),
    "one function again and again": _lines("def f(): return f() + {i}"),
    "one call with many numbers": "def g(y): return [" + "y," * 20_000 + "]\n" + _body(_lines("g({i})", rest=50_000)),
    "pairs of pairs": _body("a = (1, x)\n" + _lines("a = (a, a)", 100)),
    "zips of zips": _body("a = x\n" + _lines("a = zip(a, a)", 100)),
    "many names and many branches": _body(_lines("x{i} = x", 2_000) + "\n" + _lines("if x: pass", 2_000)),
    "many names outside and many branches": "if 1:\n " + _lines("x{i} = 1", 2_000).replace("\n", "\n ")
    + "\n" + _lines(" if a: pass", 2_000),
    "many wrong calls": _body(_lines("np.ndim(x, {i})")),
    "global names": "def f():\n global " + "".join(f"a{i}, " for i in range(9_000)) + "b\n b = 1",
    "parameters": "def f(" + "".join(f"a{i}, " for i in range(9_000)) + "x): return f(x)",
    "cases": "match x:\n" + _lines(" case {i}: f = 1"),
    "handlers": "try: f = 1\n" + _lines("except E: f = 1"),
    "with": "with " + _many("a as b, ", "c") + ": f = 1",
    "conflict markers": _lines("<<<<<<<\na\n=======\nb"),
    "magics": _lines("%time f{i}(x)"),
    "prompts": _lines(">>> f(x)"),
    "open brackets": _lines("!ls\n(["),
}  # fmt: skip
