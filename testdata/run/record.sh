#!/bin/sh
# record.sh writes what CPython 3.11 does with every program here: NAME.out (stdout),
# and, only where they say something, NAME.exit (exit code) and NAME.exc (exception type).
#   ./record.sh            record all          ./record.sh NAME...    record these
#   ./record.sh -check     record nothing; report and fail where a recording differs
set -eu
cd "$(dirname "$0")"
python=${PYTHON:-/usr/bin/python3}
version=$("$python" -c 'import sys; print(sys.implementation.name, *sys.version_info[:2])') || version=none
if [ "$version" != "cpython 3 11" ]; then
    echo "record.sh: $python is not CPython 3.11 but $version; refusing to record" >&2
    exit 2
fi
check=no
if [ "${1:-}" = -check ]; then check=yes; shift; fi
if [ $# -eq 0 ]; then
    set --
    for file in *.toy; do set -- "$@" "${file%.toy}"; done
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0
for name in "$@"; do
    name=${name%.toy}
    rm -f "$scratch"/*
    code=0
    PYTHONIOENCODING=utf-8 "$python" "$name.toy" </dev/null >"$scratch/$name.out" 2>"$scratch/stderr" || code=$?
    if [ "$code" -ne 0 ]; then
        echo "$code" >"$scratch/$name.exit"
        # The last line of a traceback is "Type: message" or just "Type".
        if grep -q '^Traceback (most recent call last):' "$scratch/stderr"; then
            tail -n 1 "$scratch/stderr" | sed 's/:.*//' >"$scratch/$name.exc"
        fi
    fi
    for kind in out exit exc; do
        if cmp -s "$scratch/$name.$kind" "$name.$kind" 2>/dev/null; then continue; fi
        if [ ! -e "$scratch/$name.$kind" ] && [ ! -e "$name.$kind" ]; then continue; fi
        if [ $check = yes ]; then
            echo "$name.$kind differs from CPython" >&2
            failed=1
        elif [ -e "$scratch/$name.$kind" ]; then
            cp "$scratch/$name.$kind" "$name.$kind"
            echo "$name.$kind"
        else
            rm "$name.$kind"
            echo "$name.$kind removed"
        fi
    done
done
exit $failed
