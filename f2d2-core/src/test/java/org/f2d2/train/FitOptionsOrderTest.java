package org.f2d2.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The constants of options, whichever of their classes a program happens to use first. */
class FitOptionsOrderTest {

  private static URL url(String path) {
    try {
      return new File(path).toURI().toURL();
    } catch (MalformedURLException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FitOptions",
        "TeacherOptions",
        "StudentOptions",
        "ConditionOptions",
        "Budget$Stages"
      })
  void anyClassMayBeUsedFirst(String first) throws Exception {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    URL[] urls =
        Arrays.stream(classPath.split(File.pathSeparator))
            .map(FitOptionsOrderTest::url)
            .toArray(URL[]::new);
    String name = FitOptions.class.getName();
    try (URLClassLoader fresh = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader())) {
      Class.forName(FitOptions.class.getPackageName() + "." + first, true, fresh);
      Object options = Class.forName(name, true, fresh).getField("DEFAULT").get(null);
      for (String part : new String[] {"teacher", "student", "condition", "budget", "method"}) {
        assertNotNull(options.getClass().getMethod(part).invoke(options), part);
      }
      assertEquals(FitOptions.DEFAULT.toString(), options.toString());
    }
  }
}
