import CKernels
import TestSupport

/// A run of which only what is named is not 0.
func endurance(
  failures: Double = 0, hard: Double = 0, work: Double = 1000, stall: Double = 0, lag: Double = 0,
  recovery: Double = 0, replacement: Double = 0, spares: Double = 0
) -> tf_endurance {
  tf_endurance(
    failures: failures, hard: hard, work: work, stall: stall, lag: lag, recovery: recovery, replacement: replacement,
    spares: spares)
}

/// From hardly any failures to hardly any work between them.
func randomEndurance(_ random: inout SplitMix64) -> tf_endurance {
  let failures = power(random.between(-7, -3)), work = power(random.between(1.5, 4))
  let stall = random.chance(0.2) ? 0 : power(random.between(-1, 2.5))
  return endurance(
    failures: failures, hard: random.pick([0, 1, random.fraction()]), work: work, stall: stall,
    lag: random.pick([0, work + stall, random.fraction() * (work + stall)]),
    recovery: random.chance(0.2) ? 0 : power(random.between(0, 3)), replacement: power(random.between(2, 6)),
    spares: Double(random.pick([0, 1, 2, 5, 40])))
}

/// 10 to the power x.
func power(_ exponent: Double) -> Double {
  var out = 0.0, argument = exponent * 2.302585092994046
  tf_exponentials(&out, &argument, 1)
  return out
}

/// Productive share of one run.
func productive(_ run: tf_endurance) -> Double {
  var out = Double.nan, run = run
  tf_productive(&out, &run.failures, &run.work, 1, &run)
  return out
}
