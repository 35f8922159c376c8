"""Prints what CPython makes of source files, in the form that dump_test.go prints toy's syntax tree in.

Usage: dump.py ast|sym FILE...      one line for each file: its tree, or the kind, message and place of its error
       dump.py err                  reads JSON lists of sources from standard input, prints their errors as JSON
"""
import ast
import json
import struct
import sys
import symtable
import warnings

warnings.simplefilter("ignore")

OPS = {
    "Add": "+", "Sub": "-", "Mult": "*", "Div": "/", "FloorDiv": "//", "Mod": "%", "Pow": "**", "MatMult": "@",
    "BitAnd": "&", "BitOr": "|", "BitXor": "^", "LShift": "<<", "RShift": ">>", "And": "and", "Or": "or", "Not": "not",
    "UAdd": "+", "USub": "-", "Invert": "~", "Eq": "==", "NotEq": "!=", "Lt": "<", "LtE": "<=", "Gt": ">", "GtE": ">=",
    "Is": "is", "IsNot": "is not", "In": "in", "NotIn": "not in",
}


class Dumper:
    def __init__(self, text):
        self.lines = [line.encode() for line in text.split("\n")]

    def col(self, line, off):
        if line - 1 >= len(self.lines):
            return off + 1
        return len(self.lines[line - 1][:off].decode("utf-8", "replace")) + 1

    def at(self, n):
        start = self.col(n.lineno, n.col_offset)
        end = self.col(n.end_lineno, n.end_col_offset)
        return "@%d:%d-%d:%d" % (n.lineno, start, n.end_lineno, end)

    def list(self, xs):
        return "[" + " ".join(self.node(x) for x in xs) + "]"

    def names(self, xs):
        return "[" + " ".join(xs) + "]"

    def node(self, n):
        if n is None:
            return "-"
        if isinstance(n, str):
            return n
        name = type(n).__name__
        return getattr(self, "do_" + name, self.default)(n)

    def make(self, n, name, *parts):
        return "(" + name + self.at(n) + "".join(" " + (p if isinstance(p, str) else self.node(p)) for p in parts) + ")"

    def default(self, n):
        raise NotImplementedError(type(n).__name__)

    def op(self, o):
        return OPS[type(o).__name__]

    # statements
    def do_Expr(self, n): return self.make(n, "ExprStmt", n.value)
    def do_Assign(self, n): return self.make(n, "Assign", self.list(n.targets), n.value)
    def do_AugAssign(self, n): return self.make(n, "AugAssign", n.target, self.op(n.op), n.value)
    def do_AnnAssign(self, n): return self.make(n, "AnnAssign", n.target, n.annotation, n.value, str(n.simple))
    def do_Delete(self, n): return self.make(n, "Delete", self.list(n.targets))
    def do_Pass(self, n): return self.make(n, "Pass")
    def do_Break(self, n): return self.make(n, "Break")
    def do_Continue(self, n): return self.make(n, "Continue")
    def do_Return(self, n): return self.make(n, "Return", n.value)
    def do_Raise(self, n): return self.make(n, "Raise", n.exc, n.cause)
    def do_Assert(self, n): return self.make(n, "Assert", n.test, n.msg)
    def do_Global(self, n): return self.make(n, "Global", self.names(n.names))
    def do_Nonlocal(self, n): return self.make(n, "Nonlocal", self.names(n.names))
    def do_alias(self, n): return self.make(n, "alias", n.name, n.asname)
    def do_Import(self, n): return self.make(n, "Import", self.list(n.names))
    def do_ImportFrom(self, n): return self.make(n, "ImportFrom", n.module or "", str(n.level), self.list(n.names))
    def do_If(self, n): return self.make(n, "If", n.test, self.list(n.body), self.list(n.orelse))
    def do_While(self, n): return self.make(n, "While", n.test, self.list(n.body), self.list(n.orelse))
    def do_For(self, n, a="For"): return self.make(n, a, n.target, n.iter, self.list(n.body), self.list(n.orelse))
    def do_AsyncFor(self, n): return self.do_For(n, "AsyncFor")
    def do_With(self, n, a="With"): return self.make(n, a, self.list(n.items), self.list(n.body))
    def do_AsyncWith(self, n): return self.do_With(n, "AsyncWith")
    def do_withitem(self, n): return "(item " + self.node(n.context_expr) + " " + self.node(n.optional_vars) + ")"
    def do_Try(self, n, a="Try"):
        return self.make(n, a, self.list(n.body), self.list(n.handlers), self.list(n.orelse), self.list(n.finalbody))
    def do_TryStar(self, n): return self.do_Try(n, "TryStar")
    def do_ExceptHandler(self, n): return self.make(n, "Handler", n.type, n.name, self.list(n.body))
    def do_FunctionDef(self, n, a="FuncDef"):
        return self.make(n, a, n.name, self.list(n.decorator_list), self.params(n.args), n.returns, self.list(n.body))
    def do_AsyncFunctionDef(self, n): return self.do_FunctionDef(n, "AsyncFuncDef")
    def do_ClassDef(self, n):
        return self.make(n, "ClassDef", n.name, self.list(n.decorator_list), self.args(n.bases, n.keywords), self.list(n.body))
    def do_Match(self, n): return self.make(n, "Match", n.subject, self.list(n.cases))
    def do_match_case(self, n): return "(case " + self.node(n.pattern) + " " + self.node(n.guard) + " " + self.list(n.body) + ")"

    def params(self, a):
        pos = a.posonlyargs + a.args
        defaults = [None] * (len(pos) - len(a.defaults)) + a.defaults
        both = [self.param(p, d) for p, d in zip(pos, defaults)]
        k = len(a.posonlyargs)
        return "(params [%s] [%s] %s [%s] %s)" % (
            " ".join(both[:k]), " ".join(both[k:]), self.param(a.vararg, None),
            " ".join(self.param(p, d) for p, d in zip(a.kwonlyargs, a.kw_defaults)), self.param(a.kwarg, None))

    def param(self, p, default):
        if p is None:
            return "-"
        return "(%s %s %s)" % (p.arg, self.node(p.annotation), self.node(default))

    def args(self, positional, keywords):
        list = [(x.lineno, x.col_offset, self.node(x)) for x in positional]
        for k in keywords:
            text = ("(** " if k.arg is None else "(kw " + k.arg + " ") + self.node(k.value) + ")"
            list.append((k.lineno, k.col_offset, text))
        list.sort(key=lambda t: t[:2])
        return "[" + " ".join(t[2] for t in list) + "]"

    # expressions
    def do_Name(self, n): return self.make(n, "Name", n.id)
    def do_Constant(self, n):
        v = n.value
        if v is None or v is True or v is False:
            return self.make(n, "Const", str(v))
        if v is ...:
            return self.make(n, "Const", "...")
        if isinstance(v, int):
            return self.make(n, "NumInt", str(v))
        if isinstance(v, float):
            return self.make(n, "NumFloat", struct.pack(">d", v).hex())
        if isinstance(v, complex):
            return self.make(n, "NumImag", struct.pack(">d", v.imag).hex())
        if isinstance(v, bytes):
            return self.make(n, "Bytes", v.hex())
        return self.make(n, "Str", v.encode("utf-8", "surrogatepass").hex())
    def do_JoinedStr(self, n):
        parts = []
        for v in n.values:
            if isinstance(v, ast.Constant):
                parts.append("'" + v.value.encode("utf-8", "surrogatepass").hex() + "'")
            else:
                conv = chr(v.conversion) if v.conversion > 0 else ""
                spec = "" if v.format_spec is None else ":" + self.spec(v.format_spec)
                parts.append("{" + self.node(v.value) + "!" + conv + spec + "}")
        return "(FString" + self.at(n) + " " + " ".join(parts) + ")"
    def spec(self, n):
        text = self.do_JoinedStr(n)
        return text[text.index(" ") + 1:-1] if " " in text else ""
    def do_Tuple(self, n): return self.make(n, "Tuple", self.list(n.elts))
    def do_List(self, n): return self.make(n, "List", self.list(n.elts))
    def do_Set(self, n): return self.make(n, "Set", self.list(n.elts))
    def do_Dict(self, n): return self.make(n, "Dict", self.list(n.keys), self.list(n.values))
    def do_UnaryOp(self, n): return self.make(n, "Unary", self.op(n.op), n.operand)
    def do_BinOp(self, n): return self.make(n, "Binary", self.op(n.op), n.left, n.right)
    def do_BoolOp(self, n): return self.make(n, "BoolOp", self.op(n.op), self.list(n.values))
    def do_Compare(self, n):
        return self.make(n, "Compare", n.left, "[" + " ".join(self.op(o) for o in n.ops) + "]", self.list(n.comparators))
    def do_Call(self, n): return self.make(n, "Call", n.func, self.args(n.args, n.keywords))
    def do_IfExp(self, n): return self.make(n, "IfExp", n.test, n.body, n.orelse)
    def do_Lambda(self, n): return self.make(n, "Lambda", self.params(n.args), n.body)
    def do_Attribute(self, n): return self.make(n, "Attribute", n.value, n.attr)
    def do_Subscript(self, n): return self.make(n, "Subscript", n.value, n.slice)
    def do_Slice(self, n): return self.make(n, "Slice", n.lower, n.upper, n.step)
    def do_Starred(self, n): return self.make(n, "Starred", n.value)
    def do_NamedExpr(self, n): return self.make(n, "NamedExpr", n.target, n.value)
    def do_ListComp(self, n, kind="list"): return self.make(n, "Comp", kind, n.elt, "-", self.clauses(n))
    def do_SetComp(self, n): return self.do_ListComp(n, "set")
    def do_GeneratorExp(self, n): return self.do_ListComp(n, "gen")
    def do_DictComp(self, n): return self.make(n, "Comp", "dict", n.key, n.value, self.clauses(n))
    def clauses(self, n):
        return "[" + " ".join("(%s %s %s %s)" % (
            "async" if c.is_async else "for", self.node(c.target), self.node(c.iter), self.list(c.ifs))
            for c in n.generators) + "]"
    def do_Yield(self, n): return self.make(n, "Yield", n.value)
    def do_YieldFrom(self, n): return self.make(n, "YieldFrom", n.value)
    def do_Await(self, n): return self.make(n, "Await", n.value)

    # patterns
    def do_MatchValue(self, n): return self.make(n, "MatchValue", n.value)
    def do_MatchSingleton(self, n): return self.make(n, "MatchSingleton", str(n.value))
    def do_MatchSequence(self, n): return self.make(n, "MatchSequence", self.list(n.patterns))
    def do_MatchStar(self, n): return self.make(n, "MatchStar", n.name or "")
    def do_MatchMapping(self, n): return self.make(n, "MatchMapping", self.list(n.keys), self.list(n.patterns), n.rest or "")
    def do_MatchClass(self, n):
        return self.make(n, "MatchClass", n.cls, self.list(n.patterns), self.names(n.kwd_attrs), self.list(n.kwd_patterns))
    def do_MatchAs(self, n): return self.make(n, "MatchAs", n.pattern, n.name or "")
    def do_MatchOr(self, n): return self.make(n, "MatchOr", self.list(n.patterns))


def dump_ast(text):
    d = Dumper(text)
    return d.list(ast.parse(text).body)


def dump_sym(text):
    out = []

    def walk(t):
        names = []
        for s in t.get_symbols():
            name = s.get_name()
            if name == ".0":
                continue
            kind = "?"
            if t.get_type() == "module":
                kind = "module"
            elif s.is_free():
                kind = "free"
            elif s.is_declared_global() or s.is_global():
                kind = "global"
            elif s.is_local():
                kind = "local"
            names.append(name + ":" + kind)
        out.append("%s %s %d {%s}" % (t.get_type(), t.get_name(), t.get_lineno() if t.get_type() != "module" else 0,
                                      " ".join(sorted(names))))
        for c in t.get_children():
            walk(c)

    walk(symtable.symtable(text, "x", "exec"))
    return "; ".join(out)


def error(text):
    try:
        compile(text, "x.toy", "exec")
    except SyntaxError as e:
        return [type(e).__name__, e.msg, e.lineno or 0, e.offset or 0, e.end_lineno or 0, e.end_offset or 0]
    except Exception as e:
        return [type(e).__name__, str(e), 0, 0, 0, 0]
    return None


def main():
    sys.setrecursionlimit(20000)
    mode = sys.argv[1]
    if mode == "err":
        json.dump([error(t) for t in json.load(sys.stdin)], sys.stdout)
        return
    for name in sys.argv[2:]:
        try:
            with open(name, encoding="utf-8-sig", newline=None) as f:
                text = f.read()
            print(dump_ast(text) if mode == "ast" else dump_sym(text))
        except SyntaxError as e:
            print("%s %s:%s %s" % (type(e).__name__, e.lineno, e.offset, e.msg))
        except (UnicodeError, ValueError) as e:
            print(type(e).__name__)


main()
