package org.f2d2.store;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.f2d2.error.F2d2Exception;

/**
 * The SHA-256 of a safetensors file in its own metadata, so that a bit that has changed on the way
 * is found whatever it means.
 *
 * <p>It is the hash of header and data with zeros in its own place. A file of another library has
 * none and is read without.
 */
final class FileSeal {

  static final String KEY = "f2d2.sha256";

  private static final String ZEROS = "0".repeat(64);

  private final Path path;
  private final String stated;
  private final MessageDigest digest;

  private FileSeal(Path path, String stated, MessageDigest digest) {
    this.path = path;
    this.stated = stated;
    this.digest = digest;
  }

  /** Metadata with a place for the seal. */
  static Map<String, String> with(Map<String, String> metadata) {
    Map<String, String> sealed = new LinkedHashMap<>();
    // First, since it is found as the first text of its kind.
    sealed.put(KEY, ZEROS);
    metadata.forEach(sealed::putIfAbsent);
    return sealed;
  }

  /** Metadata without the seal. */
  static Map<String, String> without(Map<String, String> metadata) {
    Map<String, String> rest = new LinkedHashMap<>(metadata);
    rest.remove(KEY);
    return rest;
  }

  /**
   * A header with its seal.
   *
   * @param header made of metadata {@link #with} a place for it
   * @param data adds the data to a digest
   */
  static byte[] put(byte[] header, Consumer<MessageDigest> data) {
    MessageDigest digest = sha256();
    digest.update(header);
    data.accept(digest);
    int at = place(header, ZEROS);
    byte[] sealed = header.clone();
    byte[] hex = hex(digest).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(hex, 0, sealed, at, hex.length);
    return sealed;
  }

  /** The seal of a file that is being read, if it has one. */
  static Optional<FileSeal> of(Path path, byte[] header, Map<String, String> metadata) {
    String stated = metadata.get(KEY);
    if (stated == null) {
      return Optional.empty();
    }
    int at = stated.length() == ZEROS.length() ? place(header, stated) : -1;
    if (at < 0) {
      throw new F2d2Exception(path + ": the SHA-256 in its header is not one");
    }
    byte[] blank = header.clone();
    Arrays.fill(blank, at, at + ZEROS.length(), (byte) '0');
    MessageDigest digest = sha256();
    digest.update(blank);
    return Optional.of(new FileSeal(path, stated, digest));
  }

  /** Adds what follows in the file. */
  void add(byte[] data) {
    digest.update(data);
  }

  /** Throws unless everything that was added is what was sealed. */
  void requireWhole() {
    if (!hex(digest).equals(stated)) {
      throw new F2d2Exception(path + ": the file is damaged: its SHA-256 is not the one it states");
    }
  }

  /** Where a text first stands in a header; -1 if it does not. */
  private static int place(byte[] header, String text) {
    // One char for each byte, so that places are the same.
    int quote = new String(header, StandardCharsets.ISO_8859_1).indexOf('"' + text + '"');
    return quote < 0 ? -1 : quote + 1;
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  /** The hash of what was added. */
  static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }
}
