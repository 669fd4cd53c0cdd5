package org.f2d2.cli;

import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.f2d2.data.CifarFile;
import org.f2d2.data.DataException;
import org.f2d2.data.DigitsFile;
import org.f2d2.data.IdxFile;
import org.f2d2.data.ImageSet;

/** The sets of images that the command line knows by name, with the files they consist of. */
enum NamedImages {
  /** Clothes: Xiao, Rasul and Vollgraf 2017. */
  FASHION_MNIST(
      "fashion-mnist",
      "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
      Idx.FILES,
      Idx.checksums(
          "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
          "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
          "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
          "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5")),
  /** Handwritten digits: LeCun, Cortes and Burges. */
  MNIST(
      "mnist",
      "https://ossci-datasets.s3.amazonaws.com/mnist/",
      Idx.FILES,
      Idx.checksums(
          "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
          "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
          "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
          "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6")),
  /** Small colour photographs: Krizhevsky 2009. */
  CIFAR_10(
      "cifar-10",
      "https://www.cs.toronto.edu/~kriz/",
      List.of(
          "data_batch_1.bin",
          "data_batch_2.bin",
          "data_batch_3.bin",
          "data_batch_4.bin",
          "data_batch_5.bin",
          "test_batch.bin"),
      Map.of(
          NamedImages.CIFAR_ARCHIVE,
          "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd")),
  /** Handwritten digits of 8 × 8 pixels: Alpaydin and Kaynak 1998. */
  DIGITS(
      "digits",
      "https://archive.ics.uci.edu/ml/machine-learning-databases/optdigits/",
      List.of("optdigits.tra", "optdigits.tes"),
      Map.of()); // its publisher names none

  /** What the files of CIFAR-10 are packed in. */
  static final String CIFAR_ARCHIVE = "cifar-10-binary.tar.gz";

  private final String id;
  private final String address;
  private final List<String> files;
  private final Map<String, String> checksums;

  NamedImages(String id, String address, List<String> files, Map<String, String> checksums) {
    this.id = id;
    this.address = address;
    this.files = files;
    this.checksums = checksums;
  }

  /** The names of the files of MNIST, which Fashion-MNIST took over. */
  private static final class Idx {
    private static final List<String> FILES =
        List.of(
            "train-images-idx3-ubyte.gz",
            "train-labels-idx1-ubyte.gz",
            "t10k-images-idx3-ubyte.gz",
            "t10k-labels-idx1-ubyte.gz");

    private static Map<String, String> checksums(String... sha256) {
      return Map.of(
          FILES.get(0), sha256[0],
          FILES.get(1), sha256[1],
          FILES.get(2), sha256[2],
          FILES.get(3), sha256[3]);
    }
  }

  /** The set of that name, if there is one. */
  static Optional<NamedImages> of(String id) {
    return Arrays.stream(values()).filter(n -> n.id.equals(id)).findFirst();
  }

  /** All names, with commas between them. */
  static String ids() {
    return Arrays.stream(values()).map(NamedImages::id).collect(Collectors.joining(", "));
  }

  /** The name on the command line. */
  String id() {
    return id;
  }

  /** The public folder that holds the files, or for CIFAR-10 their archive. */
  URI address() {
    return URI.create(address);
  }

  /** SHA-256 of what is downloaded, by name, in hexadecimal digits. */
  Map<String, String> checksums() {
    return checksums;
  }

  /** The names of the files. */
  List<String> files() {
    return files;
  }

  /** Where the files are if nothing else is said: {@code ~/.f2d2/data/NAME}. */
  Path home() {
    return Path.of(System.getProperty("user.home", "."), ".f2d2", "data", id);
  }

  /**
   * The images meant for training.
   *
   * @throws DataException when a file is missing or faulty
   */
  ImageSet training(Path folder) {
    return switch (this) {
      case FASHION_MNIST, MNIST ->
          IdxFile.read(folder.resolve(files.get(0)), folder.resolve(files.get(1)));
      case CIFAR_10 -> CifarFile.read(files.subList(0, 5).stream().map(folder::resolve).toList());
      case DIGITS -> DigitsFile.read(folder.resolve(files.get(0)));
    };
  }

  /**
   * The images meant for testing.
   *
   * @throws DataException when a file is missing or faulty
   */
  ImageSet test(Path folder) {
    return switch (this) {
      case FASHION_MNIST, MNIST ->
          IdxFile.read(folder.resolve(files.get(2)), folder.resolve(files.get(3)));
      case CIFAR_10 -> CifarFile.read(List.of(folder.resolve(files.get(5))));
      case DIGITS -> DigitsFile.read(folder.resolve(files.get(1)));
    };
  }

  /** Whether one of the files is there and can be read to its end. */
  boolean whole(Path file) {
    try {
      switch (this) {
        case FASHION_MNIST, MNIST -> {
          if (file.toString().contains("labels")) {
            IdxFile.labels(file);
          } else {
            IdxFile.read(file);
          }
        }
        case CIFAR_10 -> CifarFile.read(List.of(file));
        case DIGITS -> DigitsFile.read(file);
      }
      return true;
    } catch (DataException e) {
      return false;
    }
  }
}
