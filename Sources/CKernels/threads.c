#include "dispatch.h"

#include "include/calibration.h"

#include <cblas.h>

void tf_keep_to_caller(void) { openblas_set_num_threads(1); }
