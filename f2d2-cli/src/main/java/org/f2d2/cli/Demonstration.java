package org.f2d2.cli;

import java.util.Optional;
import org.f2d2.cli.report.ReportSource;
import org.f2d2.data.Table;
import org.f2d2.lab.TestDensity;

/**
 * Data to show the program on.
 *
 * @param title heading of the report
 * @param story what the data are, in one sentence
 * @param training rows to fit
 * @param test rows the model never sees, with anomalies where there are some
 * @param truth the density of the rows, where it is known
 */
record Demonstration(
    String title,
    String story,
    Table training,
    ReportSource.Data test,
    Optional<TestDensity> truth) {}
