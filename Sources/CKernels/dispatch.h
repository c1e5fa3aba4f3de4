/* One body, several instruction sets, chosen at run time. Explicit wrappers rather than target_clones: an ifunc
 * resolver runs before ThreadSanitizer does and crashes it. */
#ifndef TRAINFARE_DISPATCH_H
#define TRAINFARE_DISPATCH_H

/* No a·b + c in one rounding: the same bits with and without fused instructions. Holds from here on, so every .c file
 * includes this first, before anything that computes. */
#pragma STDC FP_CONTRACT OFF

#define TF_INLINE __attribute__((always_inline)) static inline
#define TF_MAX(a, b) ((a) > (b) ? (a) : (b))
#define TF_MIN(a, b) ((a) < (b) ? (a) : (b))

#if defined(__x86_64__) && defined(__clang__)
#define TF_X86 1
#define TF_TARGET_V3 __attribute__((target("arch=x86-64-v3")))
/* Without the last word clang keeps to 256-bit vectors: half the speed. */
#define TF_TARGET_V4 __attribute__((target("arch=x86-64-v4,no-prefer-256-bit")))
#else
#define TF_X86 0
#endif

#endif
