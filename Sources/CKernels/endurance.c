/* The productive share of a run in closed form, and the period that makes it largest.
 *
 * A period P = τ + δ fails with q = 1 − exp(−ΛP) and lasts A = q/Λ until it ends or fails; a recovery, begun anew at
 * each failure, takes R = (exp(Λr) − 1)/Λ. What one period costs where it starts from a safe snapshot:
 *
 *   E0 = A + q·(R + E0)  =  (exp(ΛP) − 1)·exp(Λr)/Λ
 *
 * Where the snapshot before it is not safe until w, a failure before that costs the period before (from a safe
 * snapshot) and then this one as it was; a failure after it costs this one from a safe snapshot:
 *
 *   E1 = A + q·R + q_w·(E0 + E1) + (q − q_w)·E0  =  E0 + q_w·E1  =  E0·exp(Λw),  q_w = 1 − exp(−Λw)
 *
 * An endless run spends E1 on each period: what it does from a safe snapshot is counted there. Waits come on top.
 * Between them machines leave at random at Λ·h, whatever else the run does, and each is back after ρ; with s + 1 away
 * none leaves. So do calls take the lines of an exchange that has s + 1, and the run waits while all are taken, a share
 * B(s + 1, Λ·h·ρ) of all time, however times in repair are distributed. Source: Erlang, Elektroteknikeren 13 (1917)
 * 5–13; Sevast'yanov, Theory of Probability and Its Applications 2 (1957) 104–112. */
#include "dispatch.h"
#include "include/endurance.h"
#include "numbers.h"

enum { CHUNK = 64 };

/* Lines are added one by one, for many loads a at a time: B(n) = a·B(n − 1) / (n + a·B(n − 1)). The last step makes
 * 1 − B(s + 1) instead, so that nothing cancels. */
TF_INLINE void productive(double *restrict out, const double *restrict failures, const double *restrict work,
                          size_t count, const tf_endurance *rest) {
  double hard = rest->hard, stall = rest->stall, lag = rest->lag, recovery = rest->recovery;
  double replacement = rest->replacement, lines = rest->spares + 1;
  for (size_t start = 0; start < count; start += CHUNK) {
    double load[CHUNK], lost[CHUNK];
    size_t width = TF_MIN(count - start, (size_t)CHUNK);
#pragma clang loop vectorize(enable) interleave(disable)
    for (size_t i = 0; i < width; i++) {
      double offered = failures[start + i] * hard * replacement;
      load[i] = TF_MIN(offered, 1e300);
      lost[i] = 1;
    }
    for (double n = 1; n < lines; n++) {
#pragma clang loop vectorize(enable) interleave(disable)
      for (size_t i = 0; i < width; i++) {
        double carried = load[i] * lost[i];
        lost[i] = carried / (n + carried);
      }
    }
#pragma clang loop vectorize(enable) interleave(disable)
    for (size_t i = 0; i < width; i++) {
      double rate = failures[start + i], steps = work[start + i];
      double period = steps + stall, late = TF_MIN(lag, period);
      double expected = rate * period, bounded = TF_MIN(expected, 800.0);
      double slowed = bounded > 0 ? bounded / decay(bounded) : 1;
      double kept = steps / period * slowed * exponential(-rate * (period + late + recovery));
      out[start + i] = kept * (lines / (lines + load[i] * lost[i]));
    }
  }
}

#if TF_X86
TF_TARGET_V3 static void productive_v3(double *restrict out, const double *restrict failures,
                                       const double *restrict work, size_t count, const tf_endurance *rest) {
  productive(out, failures, work, count, rest);
}
TF_TARGET_V4 static void productive_v4(double *restrict out, const double *restrict failures,
                                       const double *restrict work, size_t count, const tf_endurance *rest) {
  productive(out, failures, work, count, rest);
}
#endif

void tf_productive_at(tf_level level, double *out, const double *failures, const double *work, size_t count,
                      const tf_endurance *rest) {
  tf_level best = tf_best_level();
  if (level > best) level = best;
#if TF_X86
  switch (level) {
  case TF_AVX512: productive_v4(out, failures, work, count, rest); return;
  case TF_AVX2: productive_v3(out, failures, work, count, rest); return;
  case TF_BASE: break;
  }
#endif
  productive(out, failures, work, count, rest);
}

void tf_productive(double *out, const double *failures, const double *work, size_t count, const tf_endurance *rest) {
  tf_productive_at(TF_AVX512, out, failures, work, count, rest);
}

double tf_waiting(double load, double spares) {
  double offered = TF_MIN(load, 1e300), lost = 1;
  for (double n = 1; n <= spares + 1 && lost > 0; n++) lost = offered * lost / (n + offered * lost);
  return lost;
}

double tf_young(double stall, double failures) {
  double estimate = __builtin_sqrt(2 * stall / failures);
  return TF_MIN(estimate, DBL_MAX);
}

double tf_daly(double stall, double failures) {
  double square = stall * failures / 2, root = __builtin_sqrt(square);
  double series = __builtin_sqrt(2 * stall / failures) * (1 + root / 3 + square / 9) - stall;
  double estimate = square < 1 ? series : 1 / failures;
  return TF_MIN(estimate, DBL_MAX);
}

/* x − (1 − exp(−x)), by its series where the two would cancel. */
static double shortfall(double x) {
  if (x >= 0.5) return x - decay(x);
  double sum = 1;
  for (int n = 18; n >= 3; n--) sum = 1 - x / n * sum;
  return 0.5 * x * x * sum;
}

/* r, w and the spares only scale the productive share. Of the rest, ln τ − ln(exp(Λ(τ + δ)) − 1), the slope is 0 where
 * Λτ = 1 − exp(−x), x = Λ(τ + δ), so where x − (1 − exp(−x)) = Λδ, and falls through 0 there only: the nearest end is
 * best where that is outside. Newton's iteration, from above (the left side is at least ½(x − Λδ)² at the root): the
 * left side bends up, so no step passes the root. */
double tf_best_work(const tf_endurance *run, double least, double most) {
  double rate = run->failures, lowest = TF_MAX(least, run->lag - run->stall), highest = TF_MAX(most, lowest);
  if (!(rate > 0)) return highest;
  double wanted = rate * run->stall, x = __builtin_sqrt(2 * wanted) + wanted;
  for (int i = 0; i < 64; i++) {
    double lower = x - (shortfall(x) - wanted) / decay(x);
    if (!(lower < x)) break;
    x = lower;
  }
  double best = decay(x) / rate;
  return best < lowest ? lowest : TF_MIN(best, highest);
}
