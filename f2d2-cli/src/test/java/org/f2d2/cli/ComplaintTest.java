package org.f2d2.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.InvalidPathException;
import java.util.List;
import org.f2d2.error.F2d2Exception;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.ParameterException;

/** Failures that nobody plans for are one line too, which says what to do. */
class ComplaintTest {

  @Test
  void exhaustedMemory() {
    String heap = Complaint.about(new OutOfMemoryError("Java heap space"));
    assertTrue(heap.startsWith("out of memory: the heap of the JVM is limited to "), heap);
    assertTrue(heap.contains("F2D2_JAVA_OPTS=-Xmx"), heap);
    String natively =
        Complaint.about(
            new IllegalStateException(
                "stage",
                new RuntimeException(
                    "[enforce fail at alloc_cpu.cpp:121] err == 0. DefaultCPUAllocator: can't"
                        + " allocate memory: you tried to allocate 8 bytes.\nframes")));
    assertEquals("out of memory: the system gives no more to this process", natively);
    assertEquals(
        "too large to be held in memory at once",
        Complaint.about(new OutOfMemoryError("Requested array size exceeds VM limit")));
  }

  @Test
  void aFailureForTheUserIsFoundBelowOthers() {
    Throwable below =
        new ExceptionInInitializerError(new F2d2Exception("/tmp/x: belongs to another user"));
    assertEquals("/tmp/x: belongs to another user", Complaint.about(below));
  }

  @Test
  void namesThatTheLocaleCannotHold() {
    String line =
        Complaint.about(
            new InvalidPathException(
                "caf?.csv", "Malformed input or input contains unmappable characters"));
    assertTrue(line.contains("LC_ALL=C.UTF-8"), line);
  }

  private static String refused(String message) {
    return Complaint.about(new ParameterException(Main.commandLine(), message));
  }

  @Test
  void anOptionIsNamedOnce() {
    assertEquals(
        "--nfe must be at least 1, got 0",
        refused("Invalid value for option '--nfe' (<K|exact>): --nfe must be at least 1, got 0"));
    String other = "Invalid value for option '--steps' (<N>): 'x' is not a number of steps";
    assertEquals(other, refused(other));
    String longer = "Invalid value for option '--nfe' (<K|exact>): --nfe-more is another";
    assertEquals(longer, refused(longer));
  }

  @Test
  void everythingIsOneLine() {
    Throwable loop = new IllegalStateException("a\nb");
    for (Throwable failure : List.of(loop, new StackOverflowError(), new RuntimeException())) {
      String line = Complaint.about(failure);
      assertEquals(1, line.lines().count(), line);
    }
  }
}
