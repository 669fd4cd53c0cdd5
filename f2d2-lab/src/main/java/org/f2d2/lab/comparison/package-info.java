/**
 * Methods beside each other: each is trained for the same time on the same rows, those that distil
 * from the same teacher, and measured on the same fresh rows.
 *
 * <p>{@link org.f2d2.lab.comparison.ComparisonData} is what is learned, {@link
 * org.f2d2.lab.comparison.MethodComparison} trains and measures and keeps in a folder what is done,
 * {@link org.f2d2.lab.comparison.ComparisonTable} puts it in a table.
 */
@org.jspecify.annotations.NullMarked
package org.f2d2.lab.comparison;
