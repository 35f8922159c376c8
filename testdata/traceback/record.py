#!/usr/bin/python3
"""Record what CPython 3.11 writes to stderr for the programs of the .txt files here."""
import glob, os, subprocess, sys, tempfile

assert sys.version_info[:2] == (3, 11), sys.version
here = os.path.dirname(os.path.abspath(__file__))
for name in sorted(glob.glob(os.path.join(here, "*.txt"))):
    want = []
    for program in open(name, encoding="utf-8").read().split("#---\n"):
        with tempfile.TemporaryDirectory() as scratch:
            with open(os.path.join(scratch, "t.toy"), "w", encoding="utf-8") as f:
                f.write(program)
            run = subprocess.run([sys.executable, "-W", "ignore", "t.toy"], cwd=scratch, stdin=subprocess.DEVNULL,
                                 capture_output=True, env={**os.environ, "PYTHONIOENCODING": "utf-8"})
            assert run.returncode == 1, (program, run)
            want.append(run.stderr.decode().replace(os.path.join(scratch, "t.toy"), "t.toy"))
    with open(name[:-4] + ".want", "w", encoding="utf-8") as f:
        f.write("#---\n".join(want))
