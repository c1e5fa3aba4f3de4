#include "dispatch.h"

#include "include/calibration.h"

#include <cblas.h>

/* OpenBLAS starts a thread for each core when it is loaded, and these look for work, again and again, for some 30 ms. It ends them
 * with this before a process forks, and starts them anew when they are needed. Builds without threads of their own have it not. */
__attribute__((weak)) int blas_thread_shutdown_(void);

void tf_keep_to_caller(void) {
  openblas_set_num_threads(1);
  if (blas_thread_shutdown_) blas_thread_shutdown_();
}
