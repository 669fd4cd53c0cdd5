/** The commands, the progress bar and the report pages. */
@org.jspecify.annotations.NullMarked
package org.f2d2.cli;
