package org.f2d2.error;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A value that an option cannot have. The message names the option as Java does; {@link
 * #asCommandLine} is for those who set it by dashes.
 */
public final class OptionException extends F2d2Exception {

  private static final long serialVersionUID = 1L;

  private final String option;
  private final String problem;

  /**
   * About an option.
   *
   * @param option its name in Java: guidanceMix
   * @param problem what is wrong, after the name: "must lie in [0, 1), got 2"; the name of another
   *     option in it stands in braces: "needs {condition}"
   */
  public OptionException(String option, String problem) {
    super(option + " " + problem.replaceAll("\\{(\\w+)\\}", "$1"));
    this.option = option;
    this.problem = problem;
  }

  /**
   * The same about another option, which holds a value of that kind.
   *
   * @param other its name in Java
   */
  public OptionException about(String other) {
    return new OptionException(other, problem);
  }

  /** The message with the option as it is called on a command line: --guidance-mix. */
  public String asCommandLine() {
    return dashed(option)
        + " "
        + Pattern.compile("\\{(\\w+)\\}").matcher(problem).replaceAll(m -> dashed(m.group(1)));
  }

  private static String dashed(String name) {
    return "--" + name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }
}
