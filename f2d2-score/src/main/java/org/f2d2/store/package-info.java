/**
 * Files that a kill or a full disk cannot leave half written, and that are trusted in nothing when
 * they are read.
 *
 * <ul>
 *   <li>{@link org.f2d2.store.AtomicFile} replaces a file as a whole; {@link
 *       org.f2d2.store.InnerFile} says which files of a directory may be opened; {@link
 *       org.f2d2.store.DirectoryLock} is the right to write into one.
 *   <li>{@link org.f2d2.store.SafetensorsFile} holds named arrays, {@link
 *       org.f2d2.store.StoredJson} records.
 *   <li>{@link org.f2d2.store.ModelFiles} makes one model of a description and its arrays.
 * </ul>
 *
 * <p>The room serves the rooms above it and may change with them.
 */
@org.jspecify.annotations.NullMarked
package org.f2d2.store;
