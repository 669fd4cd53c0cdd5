package org.f2d2.lab.fuzz;

import java.nio.file.Path;
import java.util.List;
import org.f2d2.lab.Named;

/** All kinds of input. */
final class FuzzedKinds {

  private FuzzedKinds() {}

  /**
   * The kinds, in the order of the table.
   *
   * @param material folder of {@link Material}
   * @param commands class that implements {@link CommandsUnderTest}
   */
  static List<FuzzedKind> all(Path material, String commands) {
    CommandsUnderTest line = commands(commands);
    return List.of(
        new CsvKind(),
        new GzipKind(),
        new NpyKind(),
        new IdxKind(),
        new CifarKind(),
        new DigitsKind(),
        new SafetensorsKind(),
        ModelKind.ofTables(material),
        ModelKind.ofImages(material),
        new CheckpointKind(material),
        new ConfigKind(line),
        new CommandKind(material, line),
        new OddFileKind(material, line));
  }

  private static CommandsUnderTest commands(String name) {
    try {
      return (CommandsUnderTest) Class.forName(name).getConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(name + " is no command line to test", e);
    }
  }

  /** The kinds of the given names; all of them without names. */
  static List<FuzzedKind> of(List<String> names, Path material, String commands) {
    List<FuzzedKind> all = all(material, commands);
    return names.isEmpty()
        ? all
        : names.stream().map(n -> Named.of("kind", n, all, FuzzedKind::name)).toList();
  }

  /** The seed of an input. */
  static long seed(long run, String kind, long input) {
    long seed = run;
    for (char c : kind.toCharArray()) {
      seed = mixed(seed ^ c);
    }
    // Without its sign, since a seed is typed on a command line.
    return mixed(seed + input) >>> 1;
  }

  // The finaliser of SplitMix64.
  private static long mixed(long bits) {
    long z = bits + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
