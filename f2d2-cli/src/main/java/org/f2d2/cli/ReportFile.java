package org.f2d2.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.f2d2.cli.report.Measurements;
import org.f2d2.cli.report.ReportPage;
import org.f2d2.cli.report.ReportSource;
import org.f2d2.error.F2d2Exception;
import org.f2d2.store.AtomicFile;

/** A report on disk. */
final class ReportFile {

  private ReportFile() {}

  /**
   * Measures and writes.
   *
   * @param file where to
   * @param source what about
   * @param progress hears how it goes
   * @return the figures that the page shows
   */
  static Measurements write(Path file, ReportSource source, Progress progress) {
    requireWritable(file);
    Measurements measured = Measurements.of(source, progress::message);
    write(file, ReportPage.of(source, measured));
    return measured;
  }

  /** Writes a page; an older one stays until it is whole. */
  static void write(Path file, String page) {
    try {
      AtomicFile.write(file, page.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new F2d2Exception(file + ": cannot be written: " + AtomicFile.reason(e), e);
    }
  }

  /** Measuring takes a while: a place that cannot be written is told before, not after. */
  static void requireWritable(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      throw new F2d2Exception(file + ": cannot be written: there is no folder " + folder);
    }
    if (Files.isDirectory(file) || folder == null || !Files.isWritable(folder)) {
      throw new F2d2Exception(file + ": cannot be written");
    }
  }
}
