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
import org.f2d2.lab.fuzz.PlainJson.Member;
import org.f2d2.lab.fuzz.PlainJson.Members;
import org.f2d2.store.SafetensorsFile;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Safetensors;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;

/** Files of named tensors. */
final class SafetensorsKind extends FuzzedKind {

  private static final String FILE = "tensors.safetensors";

  SafetensorsKind() {
    super("safetensors", 200);
  }

  @Override
  void begin(Path folder) {
    try (Scope scope = Scope.open()) {
      Tensor.zeros(DType.FLOAT32, 1).allFinite();
    }
  }

  private static boolean anyNumber(long seed) {
    return (seed & 1) == 0;
  }

  @Override
  void write(long seed, Path folder) throws IOException {
    Dice dice = new Dice(seed);
    List<Member> members = new ArrayList<>();
    if (dice.chance(0.5)) {
      members.add(new Member("__metadata__", new Members(List.of(new Member("role", "teacher")))));
    }
    ByteBuffer data = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
    int arrays = dice.below(4);
    for (int i = 0; i < arrays; i++) {
      members.add(new Member(dice.oneOf("w", "layer.", "ü") + i, array(data, dice)));
    }
    Object head = new Members(members);
    String text = PlainJson.write(dice.chance(0.5) ? JsonDamage.some(head, dice) : head);
    text = dice.chance(0.15) ? TextDamage.some(text, dice) : text;
    byte[] bytes = file(text, Arrays.copyOf(data.array(), data.position()), dice);
    Files.write(folder.resolve(FILE), dice.chance(0.3) ? ByteDamage.some(bytes, dice) : bytes);
  }

  private static Members array(ByteBuffer data, Dice dice) {
    String type = dice.oneOf("F32", "F32", "F64", "I64", "BOOL");
    List<Object> shape = new ArrayList<>();
    int rank = dice.below(4);
    int count = 1;
    for (int i = 0; i < rank; i++) {
      int side = dice.between(dice.chance(0.1) ? 0 : 1, 4);
      shape.add(number(side));
      count *= side;
    }
    int from = data.position();
    for (int i = 0; i < count; i++) {
      switch (type) {
        case "F32" -> data.putFloat((float) dice.gaussian());
        case "F64" -> data.putDouble(dice.gaussian());
        case "I64" -> data.putLong(dice.edge());
        default -> data.put((byte) dice.below(2));
      }
    }
    return new Members(
        List.of(
            new Member("dtype", type),
            new Member("shape", shape),
            new Member("data_offsets", List.of(number(from), number(data.position())))));
  }

  private static PlainJson.Number number(int value) {
    return new PlainJson.Number(Integer.toString(value));
  }

  private static byte[] file(String head, byte[] data, Dice dice) {
    byte[] json =
        head.getBytes(dice.chance(0.02) ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_8);
    byte[] padded = Arrays.copyOf(json, (json.length + 7) / 8 * 8);
    Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    return ByteBuffer.allocate(8 + padded.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(padded.length)
        .put(padded)
        .put(data)
        .array();
  }

  @Override
  Outcome check(long seed, Path folder) throws IOException, Unreadable {
    Path file = folder.resolve(FILE);
    try (Scope scope = Scope.open()) {
      Safetensors.Contents contents =
          Safetensors.read(
              file,
              anyNumber(seed) ? SafetensorsFile.NonFinite.ALLOW : SafetensorsFile.NonFinite.REFUSE);
      PlainSafetensors plain = PlainSafetensors.read(Files.readAllBytes(file));
      if (!contents.metadata().equals(plain.metadata())) {
        return Outcome.changed("metadata " + contents.metadata());
      }
      if (!contents.tensors().keySet().equals(plain.arrays().keySet())) {
        return Outcome.changed("tensors " + contents.tensors().keySet());
      }
      for (Map.Entry<String, Tensor> e : contents.tensors().entrySet()) {
        PlainSafetensors.Array read = array(e.getValue());
        if (!read.same(plain.array(e.getKey()))) {
          return Outcome.changed("tensor " + e.getKey() + " differs");
        }
        if (!anyNumber(seed) && read.holdsNonFinite()) {
          return Outcome.changed("tensor " + e.getKey() + " is not finite");
        }
      }
      return Outcome.ACCEPTED;
    }
  }

  private static PlainSafetensors.Array array(Tensor tensor) {
    List<Long> shape = Arrays.stream(tensor.shape()).boxed().toList();
    ByteBuffer data =
        ByteBuffer.allocate((int) (8 * tensor.count())).order(ByteOrder.LITTLE_ENDIAN);
    String type;
    if (tensor.type() == DType.FLOAT32) {
      type = "F32";
      for (float f : tensor.toFloats()) {
        data.putFloat(f);
      }
    } else if (tensor.type() == DType.FLOAT64) {
      type = "F64";
      for (double d : tensor.toDoubles()) {
        data.putDouble(d);
      }
    } else if (tensor.type() == DType.INT64) {
      type = "I64";
      for (long l : tensor.toLongs()) {
        data.putLong(l);
      }
    } else {
      type = "BOOL";
      for (long l : tensor.to(DType.INT64).toLongs()) {
        data.put((byte) l);
      }
    }
    return new PlainSafetensors.Array(type, shape, Arrays.copyOf(data.array(), data.position()));
  }
}
