# usage: threads.py N
# Starts N threads that wait.
import sys
import threading

ready = threading.Event()
n = int(sys.argv[1])
print("READY", flush=True)
sys.stdin.readline()
threads = [threading.Thread(target=ready.wait) for _ in range(n)]
for t in threads:
    t.start()
print("MADE", flush=True)
sys.stdin.readline()
ready.set()
for t in threads:
    t.join()
