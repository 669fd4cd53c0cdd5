package org.f2d2.lab.fuzz;

import java.util.ArrayList;
import java.util.List;
import org.f2d2.lab.fuzz.PlainJson.Member;
import org.f2d2.lab.fuzz.PlainJson.Members;

/** Faults of JSON that is still JSON: members lost, doubled and renamed, values of other types. */
final class JsonDamage {

  private JsonDamage() {}

  /** One to three faults, most often one, somewhere in the tree. */
  static Object some(Object tree, Dice dice) {
    return dice.faulty(0.8, tree, t -> one(t, dice));
  }

  /** Goes down the tree by chance and damages what is found there. */
  private static Object one(Object value, Dice dice) {
    boolean down = dice.chance(0.75);
    if (value instanceof Members members && !members.list().isEmpty()) {
      return down ? below(members, dice) : members(members, dice);
    }
    if (value instanceof List<?> items && !items.isEmpty()) {
      List<Object> list = new ArrayList<>(items);
      int at = dice.below(list.size());
      if (down) {
        list.set(at, one(list.get(at), dice));
        return list;
      }
      return items(list, at, dice);
    }
    return other(value, dice);
  }

  private static Members below(Members members, Dice dice) {
    List<Member> list = new ArrayList<>(members.list());
    int at = dice.below(list.size());
    Member member = list.get(at);
    list.set(at, new Member(member.key(), one(member.value(), dice)));
    return new Members(list);
  }

  private static Object members(Members members, Dice dice) {
    List<Member> list = new ArrayList<>(members.list());
    int at = dice.below(list.size());
    Member member = list.get(at);
    switch (dice.below(8)) {
      case 0, 1 -> list.remove(at);
      case 2 -> list.add(dice.below(list.size() + 1), member);
      case 3 -> list.add(new Member(member.key(), other(member.value(), dice)));
      case 4 -> list.set(at, new Member(TextDamage.some(member.key(), dice), member.value()));
      case 5 -> list.add(new Member("unknown", other(member.value(), dice)));
      case 6 -> {
        Member swapped = list.get(dice.below(list.size()));
        list.set(at, new Member(member.key(), swapped.value()));
      }
      default -> list.set(at, new Member(member.key(), other(member.value(), dice)));
    }
    return new Members(list);
  }

  private static Object items(List<Object> list, int at, Dice dice) {
    switch (dice.below(6)) {
      case 0 -> list.remove(at);
      case 1 -> list.add(at, list.get(at));
      case 2 -> list.set(at, list.get(dice.below(list.size())));
      case 3 -> list.set(at, other(list.get(at), dice));
      case 4 -> {
        return new ArrayList<>(list.subList(0, at));
      }
      default -> list.add(other(list.get(at), dice));
    }
    return list;
  }

  /** Something in the place of a value: near it, of another type, or of a size without sense. */
  private static Object other(Object value, Dice dice) {
    if (value instanceof PlainJson.Number number && dice.chance(0.5)) {
      return near(number, dice);
    }
    if (value instanceof String text && dice.chance(0.5)) {
      return TextDamage.some(text, dice);
    }
    return switch (dice.below(12)) {
      case 0 -> PlainJson.NULL;
      case 1 -> dice.chance(0.5);
      case 2 -> new PlainJson.Number(Long.toString(dice.edge()));
      case 3 -> new PlainJson.Number(dice.numberText());
      case 4 -> new PlainJson.Number(dice.oneOf("0", "-1", "1e308", "1e999", "-0.0", "0.5", "NaN"));
      case 5 -> new PlainJson.Number("9".repeat(dice.between(20, 2000)));
      case 6 -> dice.oneOf("", "text", "\u0000", "../../x", "/dev/zero", "0.5", "1", "NaN", "null");
      case 7 -> List.of();
      case 8 -> new Members(List.of());
      case 9 -> List.of(value);
      case 10 -> PlainJson.write(value);
      default -> new PlainJson.Number(nested(dice));
    };
  }

  private static PlainJson.Number near(PlainJson.Number number, Dice dice) {
    String text = number.text();
    char[] digits = text.toCharArray();
    int at = dice.below(digits.length);
    if (Character.isDigit(digits[at]) && dice.chance(0.6)) {
      digits[at] = (char) ('0' + dice.below(10));
      return new PlainJson.Number(new String(digits));
    }
    return new PlainJson.Number(
        switch (dice.below(4)) {
          case 0 -> "-" + text;
          case 1 -> text + "0";
          case 2 -> text + ".5";
          default -> text + "e1";
        });
  }

  private static String nested(Dice dice) {
    int depth = dice.oneOf(10, 500, 999, 1001, 20_000);
    return dice.chance(0.5)
        ? "[".repeat(depth) + "]".repeat(depth)
        : "{\"a\":".repeat(depth) + "1" + "}".repeat(depth);
  }
}
