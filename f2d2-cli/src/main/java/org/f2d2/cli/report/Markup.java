package org.f2d2.cli.report;

import java.util.List;
import java.util.Locale;

/** Text of a page in the making; what is added as text is escaped. */
final class Markup {

  private final StringBuilder page = new StringBuilder();

  /** Adds markup as it stands. */
  Markup raw(String markup) {
    page.append(markup);
    return this;
  }

  /** Adds markup from a pattern; numbers are spelled the same in every locale. */
  Markup format(String pattern, Object... values) {
    return raw(String.format(Locale.ROOT, pattern, values));
  }

  /** Adds an element that holds text. */
  Markup element(String name, String text) {
    return raw("<" + name + ">").text(text).raw("</" + name + ">");
  }

  /** Adds an element with a class that holds text. */
  Markup element(String name, String cssClass, String text) {
    return raw("<" + name + " class=\"" + cssClass + "\">").text(text).raw("</" + name + ">");
  }

  /** Adds the words under a table or a chart. */
  Markup caption(String text) {
    return element("p", "caption", text);
  }

  /** Opens a figure with its title and words beside it. */
  Markup figure(String title, String note) {
    return raw("<figure><figcaption>")
        .element("b", title)
        .element("span", note)
        .raw("</figcaption>");
  }

  /** Adds text. */
  Markup text(String text) {
    return raw(escape(text));
  }

  /** Adds a table of text: a head, and rows with as many cells. */
  Markup table(List<String> head, List<List<String>> cells) {
    raw("<div class=\"scroll\"><table><thead><tr>");
    head.forEach(cell -> raw("<th scope=\"col\">").text(cell).raw("</th>"));
    raw("</tr></thead><tbody>");
    cells.forEach(this::row);
    return raw("</tbody></table></div>");
  }

  /** Adds a row of a table. */
  Markup row(List<String> cells) {
    raw("<tr>");
    cells.forEach(cell -> element("td", cell));
    return raw("</tr>");
  }

  /** Text that is safe inside an element and inside a quoted attribute. */
  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  @Override
  public String toString() {
    return page.toString();
  }
}
