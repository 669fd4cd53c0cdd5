package org.f2d2.cli;

import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
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
      "fashion-mnist", "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/", Idx.FILES),
  /** Handwritten digits: LeCun, Cortes and Burges. */
  MNIST("mnist", "https://ossci-datasets.s3.amazonaws.com/mnist/", Idx.FILES),
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
          "test_batch.bin")),
  /** Handwritten digits of 8 × 8 pixels: Alpaydin and Kaynak 1998. */
  DIGITS(
      "digits",
      "https://archive.ics.uci.edu/ml/machine-learning-databases/optdigits/",
      List.of("optdigits.tra", "optdigits.tes"));

  private final String id;
  private final String address;
  private final List<String> files;

  NamedImages(String id, String address, List<String> files) {
    this.id = id;
    this.address = address;
    this.files = files;
  }

  /** The names of the files of MNIST, which Fashion-MNIST took over. */
  private static final class Idx {
    private static final List<String> FILES =
        List.of(
            "train-images-idx3-ubyte.gz",
            "train-labels-idx1-ubyte.gz",
            "t10k-images-idx3-ubyte.gz",
            "t10k-labels-idx1-ubyte.gz");
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
