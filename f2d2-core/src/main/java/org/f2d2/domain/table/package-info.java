/**
 * Learns the way from table rows into model space: {@link org.f2d2.domain.table.PreprocessingFit}
 * makes the {@link org.f2d2.data.Preprocessing} that is stored with a model.
 */
@org.jspecify.annotations.NullMarked
package org.f2d2.domain.table;
