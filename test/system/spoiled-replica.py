#!/usr/bin/env python3
"""A replica whose every tenth answer is wrong: the one in Python, behind a process that changes what it says."""

import json
import subprocess
import sys

WRONG_EVERY = 10

replica = subprocess.Popen([sys.executable, "examples/replica-python/replica.py"], stdout=subprocess.PIPE)
answers = 0
for line in replica.stdout:
    answer = json.loads(line)
    if "result" in answer:
        answers += 1
        if answers % WRONG_EVERY == 0 and "available" in answer["result"]:
            answer["result"]["available"] += 1
    sys.stdout.write(json.dumps(answer, ensure_ascii=False, separators=(",", ":")) + "\n")
    sys.stdout.flush()
sys.exit(replica.wait())
