#!/usr/bin/env python3
"""usage: bench_zxing.py CORPUS...   zxing-cpp defaults: read rate per class and median ms of a successful read (grey pixels in memory to text)."""
import sys, json, time, statistics, cv2, zxingcpp
cv2.setNumThreads(1)
import os
clock = time.thread_time if os.environ.get("CPU") else time.perf_counter
for d in sys.argv[1:]:
    ok, n, ms, wrong = {}, {}, [], 0
    for line in open(d + "/manifest.jsonl"):
        e = json.loads(line)
        im = cv2.imread(d + "/" + e["file"], cv2.IMREAD_GRAYSCALE)
        t = clock(); r = zxingcpp.read_barcodes(im, formats=zxingcpp.BarcodeFormat.QRCode); t = clock() - t
        good = any(b.text == e["text"] for b in r); wrong += any(b.text != e["text"] for b in r)
        c = e["cls"]; n[c] = n.get(c, 0) + 1; ok[c] = ok.get(c, 0) + good
        if good: ms.append(t * 1e3)
    print(f"{d}: all {100*sum(ok.values())/sum(n.values()):.1f} % |", " ".join(f"{c} {100*ok[c]/n[c]:.0f}" for c in n), f"| median {statistics.median(ms):.2f} ms, wrong {wrong}")
