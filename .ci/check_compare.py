"""Checks that what `make run` wrote and printed could be true: the default comparison, read back as a user would."""
import csv
import math
import sys

WANTED = ["trn1.32xlarge", "trn2.48xlarge", "p4d.24xlarge", "p5.48xlarge", "p6-b200.48xlarge", "c8g.48xlarge"]
PARTS = ["compute_s", "recompute_s", "tp_comm_s", "cp_comm_s", "ep_comm_s", "pp_comm_s", "dp_comm_s", "bubble_s",
         "optimizer_s", "host_s", "straggling_s", "untried_s", "own_runs_s", "input_wait_s", "checkpoint_stall_s"]


def number(row, name):
    value = float(row[name])
    assert math.isfinite(value), (name, row[name])
    return value


with open(sys.argv[1], encoding="utf-8", newline="") as file:
    rows = list(csv.DictReader(file))
assert sorted(r["instance"] for r in rows) == sorted(WANTED), [r["instance"] for r in rows]
for row in rows:
    assert row["feasible"] in ("true", "false"), row["feasible"]
    if row["feasible"] == "false":
        assert row["why_not"], "a refusal without a reason"
        continue
    step = number(row, "step_time_s")
    parts = sum(float(row[p]) for p in PARTS if row[p])
    assert abs(parts - step) <= 1e-9 * step, (row["instance"], parts, step)
    low, high = number(row, "tokens_per_s_p05"), number(row, "tokens_per_s_p95")
    assert 0 < low < number(row, "tokens_per_s") * 1.05 and low < high, "an interval that is none"
    assert row["nearest_measurement"] and row["evidence"], "nothing said of what stands behind it"
    assert 0.01 < number(row, "mfu_fraction") < 1, row["mfu_fraction"]
    assert number(row, "wall_time_s") <= 30 * 86400 * (1 + 1e-12), "misses its deadline"
    assert number(row, "memory_bytes") <= number(row, "memory_capacity_bytes"), "does not fit"
    assert number(row, "probability_late") <= 0.1 + 1e-9, "late more often than was asked for"
    if row["cost_usd"]:
        assert number(row, "cost_expected_usd") > 1000, row["cost_expected_usd"]
        assert number(row, "cost_usd") > 1000, row["cost_usd"]
        assert row["price_source"] and row["pricing"], "a cost without its price's source"
assert sum(r["feasible"] == "true" for r in rows) >= 5, "too few options run"
text = open(sys.argv[2], encoding="utf-8").read()
for name in WANTED:
    assert name in text, f"{name} is not in what make run printed"
print(f"compare.csv: {len(rows)} rows hold")
