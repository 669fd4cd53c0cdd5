package org.f2d2.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.f2d2.error.F2d2Exception;

/**
 * The SHA-256 of a model's description, as one more member of it.
 *
 * <p>A digit that has changed in a mean or a scale still is a number, and would change every answer
 * without a word. What is hashed is the meaning, so white space may be changed.
 */
public final class DescriptionSeal {

  private static final String KEY = "sha256";

  private DescriptionSeal() {}

  /**
   * The JSON of a description with its seal.
   *
   * @param tree an object, as it is read from JSON; changed
   */
  public static byte[] put(JsonNode tree) {
    ObjectNode object = (ObjectNode) tree;
    object.put(KEY, digest(object));
    return StoredJson.write(object);
  }

  /**
   * The description without its seal, which must be right where it is.
   *
   * @param file for messages
   * @param needed whether there must be one
   * @throws F2d2Exception when it is missing or the description is not what was sealed
   */
  static JsonNode require(Path file, JsonNode tree, boolean needed) {
    if (!(tree instanceof ObjectNode object)) {
      throw new F2d2Exception(file + ": not a model description: it is no object");
    }
    ObjectNode rest = object.deepCopy();
    JsonNode stated = rest.remove(KEY);
    if (stated == null && needed) {
      throw new F2d2Exception(file + ": not a model description: its SHA-256 is missing");
    }
    if (stated != null && !stated.asText().equals(digest(rest))) {
      throw new F2d2Exception(file + ": is not what was saved: its SHA-256 is another");
    }
    return rest;
  }

  private static String digest(ObjectNode object) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of()
          .formatHex(sha256.digest(object.toString().getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
