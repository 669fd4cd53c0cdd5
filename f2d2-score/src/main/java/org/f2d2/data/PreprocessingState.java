package org.f2d2.data;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.f2d2.error.F2d2Exception;
import org.f2d2.store.Earlier;

/**
 * What a {@link Preprocessing} consists of, as it is stored.
 *
 * @param version of this record's meaning; 1
 * @param columns one transform per input column, in order
 * @param whitening empty, or the one whitening of all modelled columns
 * @param warnings what a user should know about the training columns, one line each
 * @param groups empty, or the one set of groups, whose own transforms and whitenings are then in
 *     force in place of the others; absent in models of earlier versions
 */
@JsonNaming(PropertyNamingStrategies.KebabCaseStrategy.class)
public record PreprocessingState(
    int version,
    List<ColumnTransform> columns,
    List<Whitening> whitening,
    List<String> warnings,
    @Earlier @JsonInclude(JsonInclude.Include.NON_EMPTY) List<FarGroups> groups) {
  /** The version written now. */
  public static final int VERSION = 1;

  /** Checks that the parts fit together. */
  public PreprocessingState {
    columns = List.copyOf(columns);
    whitening = List.copyOf(whitening);
    warnings = List.copyOf(warnings);
    groups = List.copyOf(Objects.requireNonNullElse(groups, List.of()));
    if (version != VERSION) {
      throw new F2d2Exception("preprocessing of version " + version + " is not known");
    }
    int modelled = columns.stream().mapToInt(ColumnTransform::coordinates).sum();
    if (modelled == 0) {
      throw new F2d2Exception("every column is constant; there is nothing to model");
    }
    if (whitening.size() > 1
        || whitening.stream().anyMatch(step -> step.dimensions() != modelled)) {
      throw new F2d2Exception("the whitening does not fit " + modelled + " modelled columns");
    }
    if (groups.size() > 1 || (!groups.isEmpty() && !whitening.isEmpty())) {
      throw new F2d2Exception("rows are grouped and whitened more than once");
    }
    for (FarGroups some : groups) {
      some.requireFor(columns);
    }
  }

  /** A transform of a column of levels in the place of another. */
  public interface LevelChange {
    /**
     * The new transform, which moves values as the old one does.
     *
     * @param group whose rows it is for; 0 where there are no groups
     * @param column index of the input column
     */
    LevelQuantile apply(int group, int column, LevelQuantile old);
  }

  /** The transforms in force for the rows of a group, one per input column; group 0 if none. */
  List<ColumnTransform> transforms(int group) {
    return groups.isEmpty() ? columns : groups.get(0).groups().get(group).columns();
  }

  /** The last step in force. */
  Decorrelation decorrelation() {
    boolean none =
        groups.isEmpty()
            ? whitening.isEmpty()
            : groups.get(0).groups().get(0).whitening().isEmpty();
    return none ? Decorrelation.NONE : Decorrelation.ZCA;
  }

  /** The same with other transforms of the columns of levels. */
  PreprocessingState withLevels(LevelChange change) {
    List<FarGroups> changed =
        groups.stream().map(some -> some.withColumns(g -> levels(g, change))).toList();
    return new PreprocessingState(
        version, changed.isEmpty() ? levels(0, change) : columns, whitening, warnings, changed);
  }

  private List<ColumnTransform> levels(int group, LevelChange change) {
    List<ColumnTransform> own = new ArrayList<>(transforms(group));
    for (int c = 0; c < own.size(); c++) {
      if (own.get(c) instanceof LevelQuantile levels) {
        own.set(c, change.apply(group, c, levels));
      }
    }
    return own;
  }
}
