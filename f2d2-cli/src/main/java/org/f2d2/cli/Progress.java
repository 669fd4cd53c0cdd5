package org.f2d2.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Shows how far a piece of work is: one line that is drawn over on a terminal, one line a minute
 * elsewhere.
 *
 * <p>A display belongs to one thread.
 */
public final class Progress implements AutoCloseable {

  /** How progress is shown. */
  enum Mode {
    /** Drawn over in place. */
    BAR,
    /** A line when a stage begins and one a minute. */
    LINES,
    /** Not at all; not even messages. */
    SILENT
  }

  private static final int BAR_WIDTH = 24;
  private static final int LINE_WIDTH = 78;
  private static final long BAR_INTERVAL = 100_000_000L;
  private static final long LINE_INTERVAL = 60_000_000_000L;
  // Erases the whole line, so that a shorter text leaves nothing of a longer one behind.
  private static final String REWIND = "\r\u001b[2K";

  private final PrintWriter out;
  private final Mode mode;
  private final LongSupplier nanoTime;
  private String stage = "";
  private String unit = "steps";
  private long total;
  private long begun;
  private long first;
  private long lastShown;
  private boolean drawn;

  /**
   * A display.
   *
   * @param out where to; flushed after each line
   * @param mode how
   * @param nanoTime a clock
   */
  Progress(PrintWriter out, Mode mode, LongSupplier nanoTime) {
    this.out = out;
    this.mode = mode;
    this.nanoTime = nanoTime;
    lastShown = nanoTime.getAsLong();
  }

  /** Tells something that should be read. */
  public void message(String line) {
    if (mode == Mode.SILENT) {
      return;
    }
    clear();
    out.println(line);
    out.flush();
  }

  /**
   * Begins a stage.
   *
   * @param name what is done
   * @param steps how many steps it has; 0 if nobody knows
   * @param unitName what the steps are called
   */
  public void stage(String name, long steps, String unitName) {
    stage = name;
    total = steps;
    unit = unitName;
    begun = nanoTime.getAsLong();
    first = -1;
    if (mode == Mode.BAR) {
      clear();
      draw(0, Double.NaN);
      lastShown = begun;
    }
  }

  /**
   * Says how many steps of the stage are done.
   *
   * @param done from the beginning of the stage
   * @param loss running loss; NaN where there is none
   */
  public void step(long done, double loss) {
    if (mode == Mode.SILENT) {
      return;
    }
    if (first < 0) {
      // A resumed stage does not begin at nought, and steps done before say nothing of the rate.
      first = done > 1 ? done : 0;
    }
    long now = nanoTime.getAsLong();
    if (now - lastShown < (mode == Mode.BAR ? BAR_INTERVAL : LINE_INTERVAL)) {
      return;
    }
    lastShown = now;
    if (mode == Mode.BAR) {
      draw(done, loss);
    } else {
      out.println(text(done, loss));
      out.flush();
    }
  }

  /** Wipes the bar away; what was printed as lines stays. */
  @Override
  public void close() {
    clear();
    out.flush();
  }

  private void clear() {
    if (drawn) {
      out.print(REWIND);
      drawn = false;
    }
  }

  private void draw(long done, double loss) {
    String line = text(done, loss);
    out.print(REWIND + line.substring(0, Math.min(LINE_WIDTH, line.length())));
    out.flush();
    drawn = true;
  }

  private String text(long done, double loss) {
    StringBuilder line = new StringBuilder(stage);
    if (total > 0 && mode == Mode.BAR) {
      int filled = (int) Math.min(BAR_WIDTH, BAR_WIDTH * done / total);
      line.append(" [").append("=".repeat(filled)).append(" ".repeat(BAR_WIDTH - filled));
      line.append(']');
    }
    line.append(' ').append(done);
    if (total > 0) {
      line.append('/').append(total);
    }
    line.append(mode == Mode.LINES ? " " + unit : "");
    double seconds = (nanoTime.getAsLong() - begun) / 1e9;
    double rate = (done - Math.max(0, first)) / seconds;
    if (rate > 0 && seconds > 0.5) {
      line.append(String.format(Locale.ROOT, rate < 10 ? " %.1f/s" : " %.0f/s", rate));
    }
    if (Double.isFinite(loss)) {
      line.append(String.format(Locale.ROOT, " loss %.4g", loss));
    }
    if (rate > 0 && total > done && seconds > 0.5) {
      line.append(' ').append(clock((total - done) / rate)).append(" left");
    }
    return line.toString();
  }

  /** Seconds as minutes and seconds, or as hours, minutes and seconds. */
  static String clock(double seconds) {
    long s = Math.round(seconds);
    return s < 3600
        ? String.format(Locale.ROOT, "%d:%02d", s / 60, s % 60)
        : String.format(Locale.ROOT, "%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
  }
}
