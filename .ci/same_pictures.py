"""Checks that pictures in two folders show the same: the same marks and words, each number within 1 or 1%.

Sums differ in their last digits from one processor to another, so the bytes may."""
import pathlib
import re
import sys

NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:,\d{3})*")
kept, drawn = (pathlib.Path(folder) for folder in sys.argv[1:3])
names = sorted(path.name for path in drawn.glob("*.svg"))
assert names, f"no pictures in {drawn}"
stale = []
for name in names:
    texts = [(folder / name).read_text(encoding="utf-8") if (folder / name).exists() else "" for folder in (kept, drawn)]
    words = [NUMBER.sub("#", text) for text in texts]
    numbers = [[float(n.replace(",", "")) for n in NUMBER.findall(text)] for text in texts]
    same = words[0] == words[1] and all(abs(a - b) <= max(1, 0.01 * abs(a)) for a, b in zip(*numbers))
    if not same:
        stale.append(name)
sys.exit(f"other pictures than in {kept}: {', '.join(stale)}. Run 'make docs', and look at them." if stale else 0)
