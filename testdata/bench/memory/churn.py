# Makes and drops ten million objects; the process's memory must not grow after the first tenth.
import sys

class Node:
    def __init__(self, next):
        self.next = next

def churn(n):
    last = None
    for i in range(n):
        last = Node([i, (i, last), {"k": i}])
        last.next[1] = None

print("READY", flush=True)
sys.stdin.readline()
churn(250000)
print("WARM", flush=True)
sys.stdin.readline()
churn(2250000)
print("MADE", flush=True)
sys.stdin.readline()
