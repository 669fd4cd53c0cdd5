package org.f2d2.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.f2d2.error.F2d2Exception;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryLockTest {

  @TempDir Path folder;

  /** Holds a lock until it is killed. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] args) throws IOException {
      DirectoryLock lock = DirectoryLock.hold(Path.of(args[0]));
      lock.announce(List.of("one", "two"));
      Files.writeString(Path.of(args[1]), "");
      System.in.read();
    }
  }

  @Test
  void anotherThreadIsRefusedUntilItIsGivenBack() {
    DirectoryLock lock = DirectoryLock.hold(folder);
    CompletionException e = assertThrows(CompletionException.class, () -> inAnotherThread());
    assertEquals(folder + ": another fit or save is writing into it", e.getCause().getMessage());
    lock.close();
    inAnotherThread();
  }

  @Test
  void theSameThreadMayAskAgainUnderAnotherName() {
    DirectoryLock outer = DirectoryLock.hold(folder);
    DirectoryLock.hold(folder.resolve("..").resolve(folder.getFileName())).close();
    assertThrows(CompletionException.class, () -> inAnotherThread());
    outer.close();
    outer.close();
    inAnotherThread();
  }

  private void inAnotherThread() {
    CompletableFuture.runAsync(() -> DirectoryLock.hold(folder).close()).join();
  }

  @Test
  void anotherProcessIsRefusedUntilTheFirstIsKilled(@TempDir Path signals) throws Exception {
    Path ready = signals.resolve("ready");
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                folder.toString(),
                ready.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      while (!Files.exists(ready)) {
        assertTrue(holder.isAlive());
        Thread.sleep(20);
      }
      F2d2Exception e = assertThrows(F2d2Exception.class, () -> DirectoryLock.hold(folder));
      assertEquals(folder + ": another fit or save is writing into it", e.getMessage());
    } finally {
      holder.destroyForcibly().waitFor();
    }
    try (DirectoryLock lock = DirectoryLock.hold(folder)) {
      assertEquals(List.of("one", "two"), lock.announced());
      lock.announce(List.of());
      assertEquals(List.of(), lock.announced());
    }
  }

  @Test
  void aDirectoryThatStaysEmptyIsTakenAwayAgain() {
    Path made = folder.resolve("made");
    DirectoryLock.hold(made).close();
    assertFalse(Files.exists(made));
    DirectoryLock.hold(folder).close();
    assertTrue(Files.exists(folder));
  }

  @Test
  void onlyPlainNamesAreTakenFromTheFile() throws IOException {
    Files.writeString(folder.resolve(DirectoryLock.FILE), "a\n../b\n/c\n\nd");
    try (DirectoryLock lock = DirectoryLock.hold(folder)) {
      assertEquals(List.of("a", "d"), lock.announced());
    }
  }
}
