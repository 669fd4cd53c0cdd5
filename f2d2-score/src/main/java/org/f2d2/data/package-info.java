/**
 * Tables of numbers and images: reading, writing, and the way into model space and back.
 *
 * <h2>Map</h2>
 *
 * <ul>
 *   <li>{@link org.f2d2.data.TableFile} is the door: it opens a file by its content, as a stream
 *       ({@link org.f2d2.data.RowReader}) or as a whole {@link org.f2d2.data.Table}.
 *   <li>{@link org.f2d2.data.CsvRowReader} and {@link org.f2d2.data.NpyRowReader} read one format
 *       each in constant memory; {@link org.f2d2.data.CsvRowWriter} writes, also blocks of rows
 *       that other threads have turned into text ({@link org.f2d2.data.CsvRowBlock}).
 *   <li>{@link org.f2d2.data.ColumnMatch} pairs a file's columns with a model's.
 *   <li>{@link org.f2d2.data.Preprocessing} owns the chain from input columns to model space, its
 *       inverse and its log-determinant; {@link org.f2d2.data.ColumnTransform}, {@link
 *       org.f2d2.data.Lattice} and {@link org.f2d2.data.Whitening} are its parts.
 *   <li>{@link org.f2d2.data.ImageSet} holds images as whole levels; {@link org.f2d2.data.IdxFile},
 *       {@link org.f2d2.data.CifarFile} and {@link org.f2d2.data.DigitsFile} read one format each.
 *   <li>{@link org.f2d2.data.Split} and {@link org.f2d2.data.DataHash} make a run repeatable and
 *       traceable.
 * </ul>
 *
 * <p>Rows are row-major {@code double} arrays throughout: value {@code (r, c)} of a table with
 * {@code d} columns stands at index {@code r * d + c}. Row numbers in messages count data rows from
 * 1; line numbers count lines of the file from 1, the header included.
 *
 * <p>Every fault of a file is a {@link org.f2d2.data.DataException} with one line that names the
 * file and, where they apply, the row, the line and the column.
 *
 * <h2>Thread-safety</h2>
 *
 * <p>Tables, images, transforms, matches and splits are immutable and may be shared. Readers and
 * writers hold a position in a file and belong to one thread at a time.
 */
@NullMarked
package org.f2d2.data;

import org.jspecify.annotations.NullMarked;
