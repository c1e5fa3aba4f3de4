#include "dispatch.h"

#include <string.h>

#include "include/machine.h"

/* As every program copies: the C library knows how this processor does it best. */
void tw_copy(float *to, const float *from, size_t count) { memcpy(to, from, count * sizeof(float)); }

TF_INLINE void triad(float *restrict to, const float *restrict x, const float *restrict y, float scale, size_t count) {
  for (size_t i = 0; i < count; i++) to[i] = x[i] + scale * y[i];
}

TW_LEVELS(tw_triad, triad, (float *to, const float *x, const float *y, float scale, size_t count),
          (to, x, y, scale, count))
