package org.f2d2.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ScopeTest {

  /** 8 MB. */
  private static final int COUNT = 1 << 20;

  @Test
  @EnabledOnOs(OS.LINUX)
  void memoryStaysFlatOverManySteps() throws IOException {
    steps(20);
    long before = residentKilobytes();
    steps(500);
    long grown = residentKilobytes() - before;
    // Without the scopes this would be 500 steps of at least 30 MB.
    assertTrue(grown < 200_000, "resident memory grew by " + grown + " kB");
  }

  private static void steps(int count) {
    for (int i = 0; i < count; i++) {
      try (Scope scope = Scope.open()) {
        Tensor x = Tensor.full(0.5, DType.FLOAT64, COUNT).variable();
        Tensor y = x.square().sum();
        assertEquals(COUNT, Autograd.grad(y, List.of(x)).get(0).sum().item(), 1e-6);
      }
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void memoryStaysFlatWhenEachStepKeepsOneTensor() throws IOException {
    for (int round = 0; round < 2; round++) {
      long before = residentKilobytes();
      for (int i = 0; i < 20; i++) {
        try (Scope outer = Scope.open()) {
          Tensor state = Tensor.zeros(DType.FLOAT64, COUNT);
          for (int j = 0; j < 5; j++) {
            try (Scope inner = Scope.open()) {
              state = inner.keep(state.add(1).mul(1));
            }
          }
          assertEquals(5, state.max().item());
        }
      }
      long grown = residentKilobytes() - before;
      assertTrue(round == 0 || grown < 100_000, "resident memory grew by " + grown + " kB");
    }
  }

  @Test
  void aKeptTensorOutlivesItsScopes() {
    Tensor kept;
    try (Scope outer = Scope.open()) {
      try (Scope inner = Scope.open()) {
        kept = outer.keep(inner.keep(Tensor.of(new double[] {1, 2, 3}, 3).add(1)));
      }
      assertArrayEquals(new double[] {2, 3, 4}, kept.toDoubles());
    }
    // Fill what would have been freed.
    try (Scope scope = Scope.open()) {
      for (int i = 0; i < 100; i++) {
        Tensor.full(9, DType.FLOAT64, 3);
      }
    }
    assertArrayEquals(new double[] {2, 3, 4}, kept.toDoubles());
    kept.close();
  }

  @Test
  void aTensorKeptByAnInnerScopeBelongsToTheOuterOne() {
    try (Scope outer = Scope.open()) {
      Tensor kept;
      try (Scope inner = Scope.open()) {
        Tensor made = Tensor.ones(DType.FLOAT64, 4);
        kept = inner.keep(made);
        assertEquals(made, kept);
      }
      assertEquals(4, kept.sum().item());
    }
  }

  private static long residentKilobytes() throws IOException {
    for (String line :
        Files.readAllLines(Path.of("/proc/self/status"), StandardCharsets.US_ASCII)) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IOException("no VmRSS in /proc/self/status");
  }
}
