/* One body, several instruction sets, chosen at run time. Explicit wrappers rather than target_clones: an ifunc
 * resolver runs before ThreadSanitizer does and crashes it. */
#ifndef TRAINFARE_DISPATCH_H
#define TRAINFARE_DISPATCH_H

#define TF_INLINE __attribute__((always_inline)) static inline
#define TF_MAX(a, b) ((a) > (b) ? (a) : (b))
#define TF_MIN(a, b) ((a) < (b) ? (a) : (b))

#if defined(__x86_64__) && defined(__clang__)
#define TF_X86 1
#define TF_TARGET_V3 __attribute__((target("arch=x86-64-v3")))
/* Without the last word clang keeps to 256-bit vectors: half the speed. */
#define TF_TARGET_V4 __attribute__((target("arch=x86-64-v4,no-prefer-256-bit")))
/* __builtin_cpu_supports reads a table that libgcc fills before main: cheap enough to ask at every call. */
#define TF_CHOOSE(v4, v3, base) \
  (__builtin_cpu_supports("x86-64-v4") ? (v4) : __builtin_cpu_supports("x86-64-v3") ? (v3) : (base))
#else
#define TF_X86 0
#define TF_CHOOSE(v4, v3, base) (base)
#endif

#endif
