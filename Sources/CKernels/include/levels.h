/* Instruction sets a kernel was compiled for. Every level gives the same bits; only the speed differs. */
#ifndef TRAINFARE_LEVELS_H
#define TRAINFARE_LEVELS_H

typedef enum {
  TF_BASE = 0,    /* what every machine of the architecture has; all there is on arm64 */
  TF_AVX2 = 3,    /* x86-64-v3 */
  TF_AVX512 = 4   /* x86-64-v4 */
} tf_level;

/* The best level of this machine. */
tf_level tf_best_level(void);

#endif
