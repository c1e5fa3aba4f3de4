/* OpenBLAS as one module: CBLAS from its own header. */
#include <cblas.h>
#include <openblas_config.h>
