package org.f2d2.cli.report;

import java.util.regex.Pattern;

/** What a page says beside its pictures, whose encoding may spell any word. */
public final class PageText {

  private static final Pattern PICTURE = Pattern.compile("data:image/png;base64,[A-Za-z0-9+/=]*");

  private PageText() {}

  /** The page with its pictures taken out. */
  public static String of(String page) {
    return PICTURE.matcher(page).replaceAll("");
  }
}
