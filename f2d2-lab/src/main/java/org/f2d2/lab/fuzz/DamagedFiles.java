package org.f2d2.lab.fuzz;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.f2d2.lab.Folders;

/** The files of a directory as they should be, and copies of it in which one is not. */
final class DamagedFiles {

  private final Map<String, byte[]> files = new TreeMap<>();

  /** Reads all files of a directory. */
  DamagedFiles(Path directory) throws IOException {
    try (Stream<Path> list = Files.list(directory)) {
      for (Path file : list.filter(Files::isRegularFile).toList()) {
        files.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
  }

  /** Names of the files, sorted. */
  List<String> names() {
    return List.copyOf(files.keySet());
  }

  /** Writes the files as they should be, into a directory that is emptied before. */
  void write(Path directory) throws IOException {
    Folders.delete(directory);
    writeInto(directory);
  }

  /** Writes the files as they should be beside what a directory holds. */
  void writeInto(Path directory) throws IOException {
    Files.createDirectories(directory);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Files.write(directory.resolve(file.getKey()), file.getValue());
    }
  }

  /** Writes the files with one of them damaged, lost, renamed or in the place of another. */
  void write(Path directory, Dice dice) throws IOException {
    write(directory);
    // A lock, which has no content, is left as it is.
    List<String> names =
        names().stream()
            .filter(name -> name.endsWith(".json") || name.endsWith(".safetensors"))
            .toList();
    // The description and the numbers matter alike, however many files hold the numbers.
    List<String> json = names.stream().filter(name -> name.endsWith(".json")).toList();
    String name = !json.isEmpty() && dice.chance(0.5) ? dice.oneOf(json) : dice.oneOf(names);
    Path file = directory.resolve(name);
    byte[] bytes = Files.readAllBytes(file);
    switch (dice.below(20)) {
      case 0 -> Files.delete(file);
      case 1 -> Files.move(file, directory.resolve(name + "x"));
      case 2 -> Files.write(file, Files.readAllBytes(directory.resolve(dice.oneOf(names))));
      case 3 -> Files.write(file, new byte[dice.between(0, 100)]);
      default ->
          Files.write(file, name.endsWith(".json") ? json(bytes, dice) : tensors(bytes, dice));
    }
  }

  private static byte[] json(byte[] bytes, Dice dice) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (dice.chance(0.25)) {
      return ByteDamage.some(bytes, dice);
    }
    if (dice.chance(0.2)) {
      return TextDamage.some(text, dice).getBytes(StandardCharsets.UTF_8);
    }
    return damagedTree(text, dice).getBytes(StandardCharsets.UTF_8);
  }

  private static String damagedTree(String text, Dice dice) {
    try {
      return PlainJson.write(JsonDamage.some(PlainJson.read(text), dice));
    } catch (Unreadable e) {
      throw new IllegalStateException("the undamaged text is JSON", e);
    }
  }

  /** With faults in the head, where the notes are, as often as in the numbers. */
  private static byte[] tensors(byte[] bytes, Dice dice) {
    if (dice.chance(0.4)) {
      return ByteDamage.some(bytes, dice);
    }
    int start = 8 + (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    String head = new String(bytes, 8, start - 8, StandardCharsets.UTF_8);
    String damaged = dice.chance(0.5) ? damagedNote(head, dice) : damagedTree(head, dice);
    byte[] json = damaged.getBytes(StandardCharsets.UTF_8);
    byte[] data = Arrays.copyOfRange(bytes, start, bytes.length);
    return ByteBuffer.allocate(8 + json.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .put(data)
        .array();
  }

  /** A note of the metadata is JSON within JSON, and damaged as such. */
  private static String damagedNote(String head, Dice dice) {
    try {
      PlainJson.Members members = (PlainJson.Members) PlainJson.read(head);
      List<PlainJson.Member> list = new ArrayList<>(members.list());
      for (int i = 0; i < list.size(); i++) {
        if (list.get(i).value() instanceof PlainJson.Members notes
            && list.get(i).key().equals("__metadata__")) {
          list.set(i, new PlainJson.Member("__metadata__", withDamagedNote(notes, dice)));
        }
      }
      return PlainJson.write(new PlainJson.Members(list));
    } catch (Unreadable e) {
      throw new IllegalStateException("the undamaged head is JSON", e);
    }
  }

  private static PlainJson.Members withDamagedNote(PlainJson.Members notes, Dice dice) {
    List<PlainJson.Member> list = new ArrayList<>(notes.list());
    int at = dice.below(list.size());
    String text = String.valueOf(list.get(at).value());
    String damaged = text.startsWith("{") ? damagedTree(text, dice) : TextDamage.some(text, dice);
    list.set(at, new PlainJson.Member(list.get(at).key(), damaged));
    return new PlainJson.Members(list);
  }
}
