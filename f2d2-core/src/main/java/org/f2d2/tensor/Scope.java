package org.f2d2.tensor;

import java.util.Iterator;
import org.bytedeco.javacpp.PointerScope;

/**
 * Frees the native memory of every tensor made on this thread since the scope was opened.
 *
 * <p>Open one, in a try-with-resources statement, for every training step, batch and request. A
 * tensor that has to outlive the scope is handed to {@link #keep}. Scopes nest; a scope is used by
 * the thread that opened it.
 */
public final class Scope implements AutoCloseable {

  static {
    Engine.start();
  }

  private final PointerScope pointers;

  private Scope(PointerScope pointers) {
    this.pointers = pointers;
  }

  /** Opens a scope on the calling thread. */
  public static Scope open() {
    Engine.start();
    return new Scope(new PointerScope());
  }

  /**
   * Lets a tensor outlive this scope: it belongs to the scope around this one or, where there is
   * none, lives until {@link Tensor#close()} or until the garbage collector finds it unreachable.
   *
   * @return the same tensor
   */
  public Tensor keep(Tensor tensor) {
    // Detaching drops the scope's reference, which would free the memory if it were the last.
    tensor.torch().retainReference();
    pointers.detach(tensor.torch());
    Iterator<PointerScope> open = PointerScope.getScopeIterator();
    while (open.hasNext()) {
      if (open.next() == pointers && open.hasNext()) {
        open.next().attach(tensor.torch());
        tensor.torch().releaseReference();
        break;
      }
    }
    return tensor;
  }

  /** Frees what was made in this scope and not kept. */
  @Override
  public void close() {
    pointers.close();
  }
}
