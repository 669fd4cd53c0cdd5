package org.f2d2.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.f2d2.data.Decorrelation;
import org.f2d2.error.F2d2Exception;
import org.f2d2.error.OptionException;
import org.f2d2.net.ImageArchitecture;
import org.f2d2.objective.Method;
import org.f2d2.objective.MethodOptions;
import org.f2d2.objective.Methods;
import org.f2d2.train.Budget;
import org.f2d2.train.ConditionOptions;
import org.f2d2.train.ConfigurationFitOptions;
import org.f2d2.train.FitOptions;
import org.f2d2.train.ImageFitOptions;
import org.f2d2.train.StudentOptions;
import org.f2d2.train.TeacherOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/**
 * What a user may set about a fit, on the command line or, under the same names, in a configuration
 * file. What nobody sets keeps the library's default.
 */
public final class FitSettings {

  @Option(
      names = "--label",
      paramLabel = "COLUMN",
      description = "Column that says what a row is; it is left out of the model.")
  private @Nullable String label;

  @Option(
      names = "--ignore",
      paramLabel = "COLUMNS",
      split = ",",
      description = "Columns to leave out of the model, separated by commas.")
  private List<String> ignore = List.of();

  @Option(
      names = "--condition",
      paramLabel = "COLUMN",
      description = "Column of classes, as numbers: the model is that of a row given its class.")
  private @Nullable String condition;

  @Option(
      names = "--guidance",
      paramLabel = "W",
      description =
          "Classifier-free guidance towards the class of --condition; 1 for none. The density is"
              + " then that of the guided flow.")
  private @Nullable Double guidance;

  @Option(
      names = "--guidance-mix",
      paramLabel = "K",
      description =
          "Share of the model's own guided velocity in the targets of a method without a teacher;"
              + " the guidance is then W/(1-K).")
  private @Nullable Double guidanceMix;

  @Option(
      names = "--method",
      paramLabel = "NAME",
      converter = MethodConverter.class,
      description = "How the few-step model is trained; the command methods lists the names.")
  private @Nullable Method method;

  @Option(
      names = "--option",
      paramLabel = "NAME=VALUE",
      converter = PairsConverter.class,
      description =
          "An option of the method, as often as needed; methods NAME lists those of a method.")
  private List<Pairs> option = List.of();

  @Option(
      names = "--minutes",
      paramLabel = "M",
      description = "About how long the fit may take; 5 if nothing is said, 60 for images.")
  private @Nullable Double minutes;

  @Option(
      names = "--steps",
      paramLabel = "N",
      converter = StepsConverter.class,
      description = {
        "Steps of the teacher, in place of a time; the other stages follow. Or the length of every"
            + " stage, as a fit says it at its end."
      })
  private @Nullable Budget steps;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description =
          "Fixes every random draw; 0 by default. How many steps --minutes gives depends on the"
              + " machine and the moment: the same result again takes the same rows, --steps, --seed"
              + " and --workers.")
  private @Nullable Long seed;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "Threads; the same number gives the same result. All cores by default.")
  private @Nullable Integer workers;

  @Option(
      names = "--network",
      paramLabel = "unet|dit",
      converter = NetworkConverter.class,
      description =
          "The network that looks at images: a U-Net, the default, or a diffusion transformer.")
  private @Nullable ImageArchitecture network;

  @Option(
      names = "--decorrelation",
      paramLabel = "KIND",
      description = "What is done about correlated columns: ${COMPLETION-CANDIDATES}.")
  private @Nullable Decorrelation decorrelation;

  @Option(names = "--teacher-width", paramLabel = "N", description = "Units in a teacher layer.")
  private @Nullable Integer teacherWidth;

  @Option(names = "--teacher-depth", paramLabel = "N", description = "Layers of the teacher.")
  private @Nullable Integer teacherDepth;

  @Option(names = "--student-width", paramLabel = "N", description = "Units in a student layer.")
  private @Nullable Integer studentWidth;

  @Option(names = "--student-depth", paramLabel = "N", description = "Layers of the student.")
  private @Nullable Integer studentDepth;

  @Option(
      names = "--cycle-weight",
      paramLabel = "W",
      description = "Adds W times the error of a jump and the jump back to the student's loss.")
  private @Nullable Double cycleWeight;

  @Option(
      names = "--determinant-weight",
      paramLabel = "W",
      description =
          "Adds W times the distance of the divergence from the determinant of the student's own"
              + " jump.")
  private @Nullable Double determinantWeight;

  @Option(
      names = "--autoguidance",
      description =
          "Lets ayf-emd and ayf-lmd learn all strengths of guidance away from a weaker teacher.")
  private boolean autoguidance;

  /** The column that holds labels, or null. */
  public @Nullable String label() {
    return label;
  }

  /** Columns that are left out. */
  public List<String> ignore() {
    return ignore;
  }

  /**
   * The library's options with these settings.
   *
   * @throws F2d2Exception when a setting is out of range or two contradict each other
   */
  public FitOptions options() {
    return options(FitOptions.DEFAULT);
  }

  /**
   * Some options with these settings.
   *
   * @param base holds where nothing is set
   * @throws F2d2Exception as {@link #options()}
   */
  public FitOptions options(FitOptions base) {
    requireOneLength();
    if (network != null) {
      throw new F2d2Exception("--network is for images");
    }
    FitOptions options = base;
    options = options.with(method(options.method()));
    options = minutes == null ? options : options.with(new Budget.Minutes(minutes));
    options = steps == null ? options : options.with(steps);
    options = seed == null ? options : options.withSeed(seed);
    options = workers == null ? options : options.withWorkers(workers);
    options = decorrelation == null ? options : options.with(decorrelation);
    TeacherOptions teacher = options.teacher();
    StudentOptions student = options.student();
    return options
        .with(
            teacher.toBuilder()
                .width(size("teacherWidth", teacherWidth, teacher.width()))
                .depth(size("teacherDepth", teacherDepth, teacher.depth()))
                .build())
        .with(
            student.toBuilder()
                .width(size("studentWidth", studentWidth, student.width()))
                .depth(size("studentDepth", studentDepth, student.depth()))
                .cycleWeight(cycleWeight == null ? student.cycleWeight() : cycleWeight)
                .determinantWeight(
                    determinantWeight == null ? student.determinantWeight() : determinantWeight)
                .autoguidance(autoguidance || student.autoguidance())
                .build())
        .with(condition(options.condition()));
  }

  /**
   * Some options for images with these settings.
   *
   * @param standard holds where nothing is set
   * @param conditional whether the images have classes that are to be learned
   * @throws F2d2Exception when a setting is out of range, or is one that only tables have
   */
  public ImageFitOptions imageOptions(ImageFitOptions standard, boolean conditional) {
    Object[] ofTables = {
      label,
      condition,
      guidance,
      guidanceMix,
      decorrelation,
      teacherWidth,
      teacherDepth,
      studentWidth,
      studentDepth,
      cycleWeight,
      determinantWeight
    };
    if (Arrays.stream(ofTables).anyMatch(Objects::nonNull) || autoguidance || !ignore.isEmpty()) {
      throw new F2d2Exception(
          "images are fitted with --method, --option, --network, --minutes, --steps, --seed, --workers, --labels and --teacher"
              + " alone");
    }
    requireOneLength();
    Budget budget = standard.budget();
    budget = minutes == null ? budget : new Budget.Minutes(minutes);
    budget = steps == null ? budget : steps;
    return standard.toBuilder()
        .method(method(standard.method()))
        .budget(budget)
        .seed(seed == null ? standard.seed() : seed)
        .workers(workers == null ? standard.workers() : workers)
        .network(network == null ? standard.network() : network)
        .conditional(conditional)
        .build();
  }

  /**
   * Some options for configurations with these settings.
   *
   * @param base holds where nothing is set
   * @throws F2d2Exception when a setting is out of range, or is one that these have not
   */
  public ConfigurationFitOptions options(ConfigurationFitOptions base) {
    Object[] ofOthers = {
      label,
      condition,
      guidance,
      guidanceMix,
      decorrelation,
      network,
      teacherWidth,
      teacherDepth,
      cycleWeight,
      determinantWeight
    };
    if (Arrays.stream(ofOthers).anyMatch(Objects::nonNull) || autoguidance || !ignore.isEmpty()) {
      throw new F2d2Exception(
          "configurations are fitted with --method, --option, --minutes, --steps, --seed, --workers,"
              + " --student-width and --student-depth alone");
    }
    requireOneLength();
    ConfigurationFitOptions options = base.with(method(base.method()));
    options = minutes == null ? options : options.with(new Budget.Minutes(minutes));
    options = steps == null ? options : options.with(steps);
    options = seed == null ? options : options.withSeed(seed);
    options = workers == null ? options : options.withWorkers(workers);
    return options.withNetwork(
        size("studentWidth", studentWidth, options.width()),
        size("studentDepth", studentDepth, options.layers()));
  }

  // Naming the method that holds anyway says nothing about its options.
  private Method method(Method standard) {
    Method chosen = method == null || method.id().equals(standard.id()) ? standard : method;
    return option.isEmpty() ? chosen : chosen.with(Pairs.all(option));
  }

  private void requireOneLength() {
    if (minutes != null && steps != null) {
      throw new F2d2Exception("--minutes and --steps exclude each other");
    }
  }

  /**
   * The settings that a fit contradicts, as they are called on the command line.
   *
   * @param agrees whether settings, of which one alone is set, change nothing about the fit
   */
  public List<String> contradicting(Predicate<FitSettings> agrees) {
    List<String> names = new ArrayList<>();
    for (OptionSpec option : CommandSpec.forAnnotatedObject(this).options()) {
      FitSettings alone = new FitSettings();
      OptionSpec same = CommandSpec.forAnnotatedObject(alone).findOption(option.longestName());
      try {
        same.setter().set(option.getValue());
      } catch (Exception e) {
        throw new IllegalStateException("cannot set " + option.longestName(), e);
      }
      if (!agrees(alone, agrees)) {
        names.add(option.longestName());
      }
    }
    return names;
  }

  // What the fit's own method does not know contradicts it as well.
  private static boolean agrees(FitSettings alone, Predicate<FitSettings> test) {
    try {
      return test.test(alone);
    } catch (F2d2Exception e) {
      return false;
    }
  }

  private ConditionOptions condition(ConditionOptions standard) {
    return new ConditionOptions(
        condition == null ? standard.column() : condition,
        standard.dropped(),
        guidance == null ? standard.guidance() : guidance,
        guidanceMix == null ? standard.guidanceMix() : guidanceMix);
  }

  private static int size(String option, @Nullable Integer chosen, int standard) {
    if (chosen != null && chosen < 1) {
      throw new OptionException(option, "must be at least 1, got " + chosen);
    }
    return chosen == null ? standard : chosen;
  }

  /** Reads a number of steps, or the length of every stage. */
  static final class StepsConverter implements ITypeConverter<Budget> {
    @Override
    public Budget convert(String text) {
      try {
        return text.contains("=")
            ? Budget.Stages.parse(text)
            : new Budget.Steps(Integer.parseInt(text));
      } catch (NumberFormatException e) {
        throw new TypeConversionException("'" + text + "' is not a number of steps");
      } catch (F2d2Exception e) {
        throw new TypeConversionException(Complaint.words(e));
      }
    }
  }

  /**
   * Options of the method by name, as one word of the command line sets them.
   *
   * @param values by names with dashes
   */
  record Pairs(Map<String, String> values) {

    /** Those of several words; a map that picocli fills would keep the last of equal names. */
    static Map<String, String> all(List<Pairs> words) {
      Map<String, String> all = new LinkedHashMap<>();
      words.forEach(pairs -> pairs.values().forEach((name, value) -> put(all, name, value)));
      return all;
    }

    private static void put(Map<String, String> all, String name, String value) {
      if (all.put(name, value) != null) {
        throw new OptionException("option", "sets " + name + " twice; give it once");
      }
    }
  }

  /** Reads names and values with commas between them. */
  static final class PairsConverter implements ITypeConverter<Pairs> {
    @Override
    public Pairs convert(String text) {
      Map<String, String> pairs = new LinkedHashMap<>();
      for (String pair : text.split(",", -1)) {
        int sign = pair.indexOf('=');
        if (sign < 1) {
          throw new TypeConversionException("--option takes NAME=VALUE, not '" + pair + "'");
        }
        try {
          Pairs.put(pairs, MethodOptions.name(pair.substring(0, sign)), pair.substring(sign + 1));
        } catch (OptionException e) {
          throw new TypeConversionException(Complaint.words(e));
        }
      }
      return new Pairs(pairs);
    }
  }

  /** Reads the name of a network of images. */
  static final class NetworkConverter implements ITypeConverter<ImageArchitecture> {
    @Override
    public ImageArchitecture convert(String name) {
      try {
        return ImageArchitecture.of(name);
      } catch (F2d2Exception e) {
        throw new TypeConversionException(Complaint.words(e));
      }
    }
  }

  /** Reads a method's name; the refusal lists the known ones. */
  static final class MethodConverter implements ITypeConverter<Method> {
    @Override
    public Method convert(String name) {
      try {
        return Methods.of(name);
      } catch (F2d2Exception e) {
        throw new TypeConversionException(Complaint.words(e));
      }
    }
  }
}
