package org.f2d2.train;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Asks now and then, in the middle of work that leaves nothing behind, whether the user wants the
 * fit to end.
 *
 * <p>Not at every call: a listener may take its time to answer, and a fit that is cut off again and
 * again must come further each time. Several threads may call it.
 */
final class StopRequest implements Runnable {

  private static final long NANOSECONDS_BETWEEN = 2_000_000_000L;

  private final Runnable question;
  private final AtomicLong asked = new AtomicLong(System.nanoTime());

  /**
   * A question that was just asked.
   *
   * @param question throws if the answer is yes
   */
  StopRequest(Runnable question) {
    this.question = question;
  }

  @Override
  public void run() {
    long now = System.nanoTime();
    long before = asked.get();
    if (now - before >= NANOSECONDS_BETWEEN && asked.compareAndSet(before, now)) {
      question.run();
    }
  }
}
