#include "include/parts.h"

#define TF_NAMED(name, column, words) {#name, column, words},

const tf_part tf_step_parts[TF_ALL_STEP_PARTS] = {TF_STEP_PARTS(TF_NAMED) TF_OPERATING_PARTS(TF_NAMED)};
const tf_part tf_memory_parts[TF_MEMORY_PART_COUNT] = {TF_MEMORY_PARTS(TF_NAMED)};
