# usage: objects.py KIND|none N
# Makes N small objects of a kind and tells how much the process's memory grew by it, in bytes for each.
import sys
import os

class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

MAKE = {
    "instance": lambda i: Point(i, i),
    "list": lambda i: [i, i],
    "tuple": lambda i: (i, i),
    "dict": lambda i: {"a": i, "b": i},
    "str": lambda i: "name " + str(i),
    "int": lambda i: (1 << 62) + i,
}

kind, n = sys.argv[1], int(sys.argv[2])
make = MAKE[kind]
keep = [None] * n
warm = [make(i) for i in range(100)]
print("READY", flush=True)
sys.stdin.readline()
for i in range(n):
    keep[i] = make(i)
print("MADE", flush=True)
sys.stdin.readline()
