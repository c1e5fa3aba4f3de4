/* The equations as they are written, one run at a time: what endurance.c is held to. */
#include "dispatch.h"

#include <math.h>

#include "include/endurance.h"

/* The share of time in which fewer than s + 1 machines are away. n away are as likely as aⁿ/n!; here each beside s +
 * 1. */
static double standing(double load, double spares) {
  double beside = 1, rest = 0;
  for (double n = spares + 1; n >= 1; n--) rest += beside *= n / load;
  return 1 / (1 + 1 / rest);
}

double tf_waiting_naive(double load, double spares) { return 1 - standing(load, spares); }

void tf_productive_naive(double *out, const double *failures, const double *work, size_t count,
                         const tf_endurance *rest) {
  for (size_t i = 0; i < count; i++) {
    double rate = failures[i], period = work[i] + rest->stall, lag = fmin(rest->lag, period);
    if (rate == 0) {
      out[i] = work[i] / period;
      continue;
    }
    double fails = -expm1(-rate * period), lasts = fails / rate, recovers = expm1(rate * rest->recovery) / rate;
    double safe = (lasts + fails * recovers) / exp(-rate * period);
    double pending = (lasts + fails * recovers + fails * safe) / exp(-rate * lag);
    out[i] = standing(rate * rest->hard * rest->replacement, rest->spares) * work[i] / pending;
  }
}
