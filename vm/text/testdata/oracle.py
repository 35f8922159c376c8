"""Evaluate one Python expression per input line and print its value.

Values are printed in a form that both languages can write without relying on
repr: see enc here and in oracle_test.go.
"""
import struct
import sys


class Wrap:
    """A class whose instances convert by a chosen method only."""


def enc(v):
    if v is None or isinstance(v, bool):
        return str(v)
    if isinstance(v, int):
        return '%d' % v if abs(v) < 1 << 64 else '%#x' % v
    if isinstance(v, float):
        return 'nan' if v != v else 'f' + struct.pack('>d', v).hex()
    if isinstance(v, str):
        return '"' + ''.join(
            c if ' ' <= c < '\x7f' and c not in '"\\' else '\\%x;' % ord(c) for c in v) + '"'
    if isinstance(v, (bytes, bytearray)):
        return 'b' + v.hex()
    if isinstance(v, (list, tuple)):
        return '[' + ', '.join(map(enc, v)) + ']'
    raise TypeError(type(v))


def main():
    out = []
    env = {}
    exec('import codecs, math, sys\ninf = math.inf\nnan = math.nan\n', env)
    for line in sys.stdin:
        try:
            out.append(enc(eval(line, env)))
        except Exception as e:
            if isinstance(e, UnicodeError):
                end = e.end if len(e.args) == 5 else 0
                out.append('!%s %d %d %s' % (type(e).__name__, e.start, end, enc(str(e))))
            else:
                out.append('!%s %s' % (type(e).__name__, enc(str(e))))
    sys.stdout.write('\n'.join(out) + '\n')


main()
