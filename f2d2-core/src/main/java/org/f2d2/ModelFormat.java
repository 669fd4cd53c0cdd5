package org.f2d2;

import java.nio.file.Path;
import org.f2d2.domain.Domain;
import org.f2d2.train.FittedFlow;

/**
 * How models of a domain lie on disk. {@link DensityModel} knows those of this library and any that
 * a jar on the class path names in {@code META-INF/services/org.f2d2.ModelFormat}.
 */
public interface ModelFormat {

  /** What one row of such a model is called: row, image. */
  String one();

  /** The name of the file that tells such a model from others. */
  String description();

  /** Whether models of a domain are stored so. */
  boolean holds(Domain domain);

  /**
   * Saves a model; the one that was there stays whole until this one is.
   *
   * @throws org.f2d2.error.F2d2Exception when it cannot be written
   */
  void write(Path directory, FittedFlow model);

  /**
   * Reads the model of a directory that has the description.
   *
   * @throws org.f2d2.error.F2d2Exception with one line when it is not whole
   */
  FittedFlow read(Path directory);
}
