/* CKernels' way of choosing an instruction set at run time, and a shorthand: FUNCTION(args) runs BODY(args), compiled
 * for each level that this architecture has. Results may differ between levels by the order of sums. */
#ifndef TRAINFARE_WORKLOAD_DISPATCH_H
#define TRAINFARE_WORKLOAD_DISPATCH_H

#include "../CKernels/dispatch.h"

#if TF_X86
#define TW_LEVELS(name, body, parameters, arguments)                      \
  TF_TARGET_V3 static void name##_v3 parameters { body arguments; }       \
  TF_TARGET_V4 static void name##_v4 parameters { body arguments; }       \
  void name parameters {                                                  \
    if (__builtin_cpu_supports("x86-64-v4")) name##_v4 arguments;         \
    else if (__builtin_cpu_supports("x86-64-v3")) name##_v3 arguments;    \
    else body arguments;                                                  \
  }
#else
#define TW_LEVELS(name, body, parameters, arguments) \
  void name parameters { body arguments; }
#endif

#endif
