/* libxlsxwriter and zlib, which it compresses with and which looks at what it has written, as one module. */
#ifndef TRAINFARE_XLSXWRITER_H
#define TRAINFARE_XLSXWRITER_H

#include <xlsxwriter.h>
#include <zlib.h>

#endif
