package org.f2d2.tensor;

import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Element type of a tensor. Training and scoring use {@link #FLOAT32}; tests use {@link #FLOAT64}.
 */
public enum DType {
  /** 32-bit floating point. */
  FLOAT32(4, "F32"),
  /** 64-bit floating point. */
  FLOAT64(8, "F64"),
  /** 64-bit signed integer, for indices. */
  INT64(8, "I64"),
  /** Truth values, the results of comparisons. */
  BOOL(1, "BOOL");

  private final int bytes;
  private final String safetensorsName;

  DType(int bytes, String safetensorsName) {
    this.bytes = bytes;
    this.safetensorsName = safetensorsName;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** The name of this type in a safetensors header. */
  String safetensorsName() {
    return safetensorsName;
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
