/* Counted random bits, and from them normals by the inverse of the normal distribution.
 *
 * Nothing here asks the C library: the middle 85 % is one ratio of polynomials, and the tails need a square root, which
 * IEEE 754 rounds correctly, and the logarithm of numbers.h in + - * /. So the bits are the same on every machine.
 */
#include "dispatch.h"
#include "include/calibration.h"
#include "numbers.h"

/* The normal deviate at probability ½ + q. Source: Wichura, "Algorithm AS 241: the percentage points of the normal
 * distribution", Applied Statistics 37 (1988) 477–484, PPND16: a ratio of polynomials of degree 7 in each of three
 * ranges, 1e-16 relative. */
#define RATIO(r, a, b) (POLYNOMIAL(r, a) / POLYNOMIAL(r, b))
#define POLYNOMIAL(r, c) \
  (((((((c[7] * r + c[6]) * r + c[5]) * r + c[4]) * r + c[3]) * r + c[2]) * r + c[1]) * r + c[0])

TF_INLINE double middle(double q) {
  static const double a[8] = {3.3871328727963666080,     1.3314166789178437745e+2, 1.9715909503065514427e+3,
                              1.3731693765509461125e+4,  4.5921953931549871457e+4, 6.7265770927008700853e+4,
                              3.3430575583588128105e+4,  2.5090809287301226727e+3};
  static const double b[8] = {1,                         4.2313330701600911252e+1, 6.8718700749205790830e+2,
                              5.3941960214247511077e+3,  2.1213794301586595867e+4, 3.9307895800092710610e+4,
                              2.8729085735721942674e+4,  5.2264952788528545610e+3};
  double r = 0.180625 - q * q;
  return q * RATIO(r, a, b);
}

static double tail(double q) {
  static const double c[8] = {1.42343711074968357734,    4.63033784615654529590,    5.76949722146069140550,
                              3.64784832476320460504,    1.27045825245236838258,    2.41780725177450611770e-1,
                              2.27238449892691845833e-2, 7.74545014278341407640e-4};
  static const double d[8] = {1,                         2.05319162663775882187,    1.67638483018380384940,
                              6.89767334985100004550e-1, 1.48103976427480074590e-1, 1.51986665636164571966e-2,
                              5.47593808499534494600e-4, 1.05075007164441684324e-9};
  static const double e[8] = {6.65790464350110377720,    5.46378491116411436990,    1.78482653991729133580,
                              2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                              2.71155556874348757815e-5, 2.01033439929228813265e-7};
  static const double f[8] = {1,                         5.99832206555887937690e-1, 1.36929880922735805310e-1,
                              1.48753612908506148525e-2, 7.86869131145613259100e-4, 1.84631831751005468180e-5,
                              1.42151175831644588870e-7, 2.04426310338993978564e-15};
  double r = __builtin_sqrt(-logarithm(0.5 - __builtin_fabs(q)));
  double z = r <= 5 ? RATIO((r - 1.6), c, d) : RATIO((r - 5), e, f);
  return q < 0 ? -z : z;
}

double tf_normal_quantile(double probability) {
  const double q = probability - 0.5;
  return __builtin_fabs(q) > 0.425 ? tail(q) : middle(q);
}

/* All as if in the middle, a vector at a time; then the tails again, one at a time. */
TF_INLINE void standard_normals(double *restrict out, size_t count, uint64_t key) {
  enum { CHUNK = 64 };
  for (size_t start = 0; start < count; start += CHUNK) {
    double q[CHUNK];
    size_t width = TF_MIN(count - start, (size_t)CHUNK);
#pragma clang loop vectorize(enable) interleave(disable)
    for (size_t i = 0; i < width; i++) {
      q[i] = centred(key, start + i);
      out[start + i] = middle(q[i]);
    }
    for (size_t i = 0; i < width; i++)
      if (__builtin_fabs(q[i]) > 0.425) out[start + i] = tail(q[i]);
  }
}

#if TF_X86
TF_TARGET_V3 static void standard_normals_v3(double *restrict out, size_t count, uint64_t key) {
  standard_normals(out, count, key);
}
TF_TARGET_V4 static void standard_normals_v4(double *restrict out, size_t count, uint64_t key) {
  standard_normals(out, count, key);
}
#endif

void tf_standard_normals_at(tf_level level, double *out, size_t count, uint64_t seed, uint64_t stream) {
  uint64_t key = stream_key(seed, stream);
  tf_level best = tf_best_level();
  if (level > best) level = best;
#if TF_X86
  switch (level) {
  case TF_AVX512: standard_normals_v4(out, count, key); return;
  case TF_AVX2: standard_normals_v3(out, count, key); return;
  case TF_BASE: break;
  }
#endif
  standard_normals(out, count, key);
}

void tf_standard_normals(double *out, size_t count, uint64_t seed, uint64_t stream) {
  tf_standard_normals_at(TF_AVX512, out, count, seed, stream);
}
