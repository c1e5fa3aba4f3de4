#include "dispatch.h"
#include "include/calibration.h"
#include "numbers.h"

TF_INLINE void exponentials(double *restrict out, const double *restrict in, size_t count) {
#pragma clang loop vectorize(enable) interleave(disable)
  for (size_t i = 0; i < count; i++) out[i] = exponential(in[i]);
}

#if TF_X86
TF_TARGET_V3 static void exponentials_v3(double *restrict out, const double *restrict in, size_t count) {
  exponentials(out, in, count);
}
TF_TARGET_V4 static void exponentials_v4(double *restrict out, const double *restrict in, size_t count) {
  exponentials(out, in, count);
}
#endif

void tf_exponentials_at(tf_level level, double *out, const double *in, size_t count) {
  tf_level best = tf_best_level();
  if (level > best) level = best;
#if TF_X86
  switch (level) {
  case TF_AVX512: exponentials_v4(out, in, count); return;
  case TF_AVX2: exponentials_v3(out, in, count); return;
  case TF_BASE: break;
  }
#endif
  exponentials(out, in, count);
}

void tf_exponentials(double *out, const double *in, size_t count) {
  tf_exponentials_at(TF_AVX512, out, in, count);
}
