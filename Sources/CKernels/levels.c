#include "dispatch.h"

#include "include/levels.h"

tf_level tf_best_level(void) {
#if TF_X86
  /* Reads a table that the C runtime fills before main: cheap enough to ask at every call. */
  if (__builtin_cpu_supports("x86-64-v4")) return TF_AVX512;
  if (__builtin_cpu_supports("x86-64-v3")) return TF_AVX2;
#endif
  return TF_BASE;
}
