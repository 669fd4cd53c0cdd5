package org.f2d2;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.f2d2.domain.Domain;
import org.f2d2.domain.configuration.ConfigurationDomain;
import org.f2d2.domain.table.TableDomain;
import org.f2d2.energy.Particles;
import org.f2d2.error.F2d2Exception;
import org.f2d2.store.AtomicFile;
import org.f2d2.store.StoredJson;
import org.f2d2.train.FittedFlow;

/**
 * A model of configurations on disk: {@code configurations.json} says of which target, and the
 * folder {@code coordinates} holds the model of their coordinates as {@link TableFormat} has it.
 */
public final class ConfigurationFormat implements ModelFormat {

  private static final int VERSION = 1;
  private static final String COORDINATES = "coordinates";

  /**
   * What {@code configurations.json} says.
   *
   * @param formatVersion of this record
   * @param target name of the energy, with its convention
   * @param dimensions coordinates of a point
   * @param space dimensions of the space that particles are in; 0 where there are none
   * @param kinds of each particle
   */
  record Stored(int formatVersion, String target, int dimensions, int space, List<Integer> kinds) {}

  @Override
  public String one() {
    return ConfigurationDomain.ONE;
  }

  @Override
  public String description() {
    return "configurations.json";
  }

  @Override
  public boolean holds(Domain domain) {
    return domain instanceof ConfigurationDomain;
  }

  @Override
  public void write(Path directory, FittedFlow model) {
    ConfigurationDomain own = (ConfigurationDomain) model.domain();
    Path inner = directory.resolve(COORDINATES);
    Stored stored =
        new Stored(
            VERSION,
            own.target(),
            own.dimensions(),
            own.particles().map(Particles::space).orElse(0),
            own.particles().map(Particles::kinds).orElse(List.of()));
    try {
      Files.createDirectories(inner);
      new TableFormat().write(inner, model.with(own.coordinates()));
      AtomicFile.write(directory.resolve(description()), StoredJson.write(stored));
    } catch (IOException e) {
      throw new F2d2Exception(directory + ": cannot be written, " + AtomicFile.reason(e), e);
    }
  }

  @Override
  public FittedFlow read(Path directory) {
    Path file = directory.resolve(description());
    Stored stored;
    try {
      stored = StoredJson.read(file.toString(), Files.readAllBytes(file), Stored.class);
    } catch (IOException e) {
      throw new F2d2Exception(file + ": cannot be read, " + AtomicFile.reason(e), e);
    }
    if (stored.formatVersion() != VERSION) {
      throw new F2d2Exception(
          file
              + ": has format version "
              + stored.formatVersion()
              + ", this build reads "
              + VERSION);
    }
    Optional<Particles> particles =
        stored.space() == 0
            ? Optional.empty()
            : Optional.of(new Particles(stored.space(), stored.kinds()));
    FittedFlow flow = new TableFormat().read(directory.resolve(COORDINATES));
    ConfigurationDomain domain =
        new ConfigurationDomain(
            stored.target(), particles, stored.dimensions(), (TableDomain) flow.domain());
    int wanted = particles.map(Particles::meanFree).orElse(stored.dimensions());
    if (domain.coordinates().columns().size() != wanted) {
      throw new F2d2Exception(
          file
              + ": is of points of "
              + wanted
              + " coordinates, the model beside it of "
              + domain.coordinates().columns().size());
    }
    return flow.with(domain);
  }
}
