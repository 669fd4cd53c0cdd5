package org.f2d2.tensor;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.f2d2.error.F2d2Exception;
import org.jspecify.annotations.Nullable;

/**
 * Where the native libraries are unpacked: a folder that nobody else can write.
 *
 * <p>JavaCPP and JNA unpack their libraries once and load them from there. Left to themselves they
 * fall back to a folder of the temporary directory whose name everyone can guess, and load what
 * they find in it: whoever makes that folder first runs code in this process. So the folder is
 * chosen and looked at here before either of them starts: {@code F2D2_CACHE}, or else JavaCPP's
 * usual one in the home directory, which other programs of the same user share.
 */
final class NativeCache {
  /** Names the folder. */
  static final String VARIABLE = "F2D2_CACHE";

  private static final String JAVACPP = "org.bytedeco.javacpp.cachedir";
  private static final String JNA = "jna.tmpdir";

  private static final int ROOT = 0;

  private NativeCache() {}

  /**
   * Makes and checks the folder and tells JavaCPP and JNA about it. A folder that was set for them
   * by system property is theirs to use.
   *
   * @throws F2d2Exception when there is no folder that only this user can write
   */
  static void prepare() {
    boolean both = System.getProperty(JAVACPP) != null && System.getProperty(JNA) != null;
    if (both) {
      return;
    }
    Path folder = prepare(chosen(System.getenv(VARIABLE), System.getProperty("user.home")));
    if (System.getProperty(JAVACPP) == null) {
      System.setProperty(JAVACPP, folder.toString());
    }
    if (System.getProperty(JNA) == null) {
      System.setProperty(JNA, prepare(folder.resolve("jna")).toString());
    }
  }

  /**
   * The folder to use.
   *
   * @param named what {@link #VARIABLE} holds; null or empty for nothing
   * @param home the user's; null where there is none
   */
  static Path chosen(@Nullable String named, @Nullable String home) {
    if (named != null && !named.isEmpty()) {
      return Path.of(named).toAbsolutePath();
    }
    // A user without an entry in the system's list has the home "?".
    if (home == null || home.isEmpty() || home.equals("?")) {
      throw new F2d2Exception(
          "this user has no home directory for the native libraries; set "
              + VARIABLE
              + " to a folder of your own");
    }
    return Path.of(home, ".javacpp", "cache").toAbsolutePath();
  }

  /**
   * Makes a folder where it is missing, and checks that nobody else can write there.
   *
   * @return its real path, links followed
   * @throws F2d2Exception when it cannot be made or used, or others can write it
   */
  static Path prepare(Path folder) {
    try {
      make(folder);
      Path real = folder.toRealPath();
      if (FileSystems.getDefault().supportedFileAttributeViews().contains("unix")) {
        requirePrivate(real);
      }
      return real;
    } catch (FileAlreadyExistsException e) {
      throw refused(folder, "is not a folder");
    } catch (IOException e) {
      throw refused(folder, "cannot be made or written");
    }
  }

  private static void make(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    if (posix) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } else {
      Files.createDirectories(folder);
    }
  }

  private static void requirePrivate(Path folder) throws IOException {
    int owner = owner(folder);
    Optional<Integer> self = self(folder);
    if (self.isEmpty() ? owner != ROOT : owner != self.get() && owner != ROOT) {
      throw refused(folder, "belongs to another user");
    }
    Set<PosixFilePermission> mode = Files.getPosixFilePermissions(folder);
    if (mode.contains(PosixFilePermission.OTHERS_WRITE)) {
      throw refused(folder, "can be written by every user");
    }
    if (mode.contains(PosixFilePermission.GROUP_WRITE)) {
      // What a usual mask leaves where each user has a group of one's own.
      Set<PosixFilePermission> tighter = EnumSet.copyOf(mode);
      tighter.remove(PosixFilePermission.GROUP_WRITE);
      Files.setPosixFilePermissions(folder, tighter);
    }
    for (Path above = folder.getParent(); above != null; above = above.getParent()) {
      // In a sticky folder, such as /tmp, only owners may rename or remove what is theirs.
      int bits = (Integer) Files.getAttribute(above, "unix:mode", LinkOption.NOFOLLOW_LINKS);
      if ((bits & 0002) != 0 && (bits & 01000) == 0) {
        throw refused(folder, "lies in " + above + ", which every user can write");
      }
    }
  }

  private static int owner(Path file) throws IOException {
    return (Integer) Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Who this process is: the owner of what it writes.
   *
   * @return empty for a folder that it cannot write, such as one unpacked when an image was built
   */
  private static Optional<Integer> self(Path folder) throws IOException {
    Path probe;
    try {
      probe = Files.createTempFile(folder, ".f2d2", null);
    } catch (IOException e) {
      if (Files.isWritable(folder)) {
        throw e;
      }
      return Optional.empty();
    }
    try {
      return Optional.of(owner(probe));
    } finally {
      Files.deleteIfExists(probe);
    }
  }

  private static F2d2Exception refused(Path folder, String why) {
    return new F2d2Exception(
        folder
            + ": "
            + why
            + ", so the native libraries are not unpacked there; set "
            + VARIABLE
            + " to a folder that only you can write");
  }
}
