/* The C library's: what exponentials.c is held to. Its last bit differs between machines. */
#include "dispatch.h"

#include <float.h>
#include <math.h>

#include "include/calibration.h"

void tf_exponentials_naive(double *out, const double *in, size_t count) {
  for (size_t i = 0; i < count; i++) {
    double y = exp(in[i]);
    out[i] = y > DBL_MAX ? DBL_MAX : y;
  }
}
