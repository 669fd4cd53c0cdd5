/** The commands, the progress bar and the report pages. */
@NullMarked
package org.f2d2.cli;

import org.jspecify.annotations.NullMarked;
