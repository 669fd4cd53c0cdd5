package org.f2d2.tensor;

import org.bytedeco.pytorch.global.torch.ScalarType;
import org.f2d2.store.SafetensorsFile;

/**
 * Element type of a tensor. Training and scoring use {@link #FLOAT32}; tests use {@link #FLOAT64}.
 */
public enum DType {
  /** 32-bit floating point. */
  FLOAT32(SafetensorsFile.Type.F32),
  /** 64-bit floating point. */
  FLOAT64(SafetensorsFile.Type.F64),
  /** 64-bit signed integer, for indices. */
  INT64(SafetensorsFile.Type.I64),
  /** Truth values, the results of comparisons. */
  BOOL(SafetensorsFile.Type.BOOL);

  private final SafetensorsFile.Type stored;

  DType(SafetensorsFile.Type stored) {
    this.stored = stored;
  }

  /** Bytes of one element. */
  public int bytes() {
    return stored.bytes();
  }

  /** The same in a file. */
  SafetensorsFile.Type stored() {
    return stored;
  }

  /** The same as a tensor. */
  static DType of(SafetensorsFile.Type type) {
    for (DType d : values()) {
      if (d.stored == type) {
        return d;
      }
    }
    throw new IllegalArgumentException("no tensor has elements of " + type);
  }

  // Not a field: naming a ScalarType loads the natives, which the engine has to prepare first.
  ScalarType scalarType() {
    Engine.start();
    return switch (this) {
      case FLOAT32 -> ScalarType.Float;
      case FLOAT64 -> ScalarType.Double;
      case INT64 -> ScalarType.Long;
      case BOOL -> ScalarType.Bool;
    };
  }

  static DType of(ScalarType type) {
    // JavaCPP hands out fresh enum-like objects; intern() maps them to the constants.
    ScalarType constant = type.intern();
    for (DType d : values()) {
      if (d.scalarType() == constant) {
        return d;
      }
    }
    throw new IllegalArgumentException("element type " + type + " is not one this project uses");
  }
}
